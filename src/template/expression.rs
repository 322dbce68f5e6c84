//! Tera expressions in the project file: `where` conditions, and patterns such as `output`.
//!
//! Each is compiled once as a small template of its own, without escaping; diagnostics point
//! into the project file.

use tera::Tera;

use super::check;
use super::context::{Context, Scope};
use super::error::Texts;
use super::mentions::Mentions;
use super::source::Text;
use super::{first, new_tera};
use crate::diag::{Diagnostic, Span};

/// The name of the only template; without a suffix, so that nothing is escaped.
const NAME: &str = "expression";

/// A condition: `award.kind == 'founding-member'`.
pub struct Expression(Compiled);

impl Expression {
    /// Compiles `text`, which stands at `span` of the project file.
    pub fn compile(text: &str, span: Span) -> Result<Expression, Box<Diagnostic>> {
        Compiled::new(Text::inside(text, span, "{% if ", " %}1{% endif %}")).map(Expression)
    }

    /// Whether it holds.
    pub fn holds(&self, context: &Context) -> Result<bool, Box<Diagnostic>> {
        self.0.render(context).map(|text| !text.is_empty())
    }

    /// Finds every variable that it names and the job does not have.
    pub fn check_variables(&self, scope: &Scope) -> Vec<Diagnostic> {
        self.0.check(scope)
    }

    /// The words it uses.
    pub fn mentions(&self) -> Mentions {
        self.0.mentions()
    }
}

/// A text with variables: `certificates/{{ award.serial }}.pdf`.
pub struct Pattern(Compiled);

impl Pattern {
    /// Compiles `text`, which stands at `span` of the project file.
    pub fn compile(text: &str, span: Span) -> Result<Pattern, Box<Diagnostic>> {
        Compiled::new(Text::inside(text, span, "", "")).map(Pattern)
    }

    /// The text for one document; not escaped.
    pub fn render(&self, context: &Context) -> Result<String, Box<Diagnostic>> {
        self.0.render(context)
    }

    /// Finds every variable that it names and the job does not have.
    pub fn check_variables(&self, scope: &Scope) -> Vec<Diagnostic> {
        self.0.check(scope)
    }

    /// The words it uses.
    pub fn mentions(&self) -> Mentions {
        self.0.mentions()
    }
}

struct Compiled {
    tera: Tera,
    texts: Texts,
}

impl Compiled {
    fn new(text: Text) -> Result<Compiled, Box<Diagnostic>> {
        let mut tera = new_tera();
        let added = tera.add_raw_template(NAME, &text.text);
        let texts = Texts::from([(NAME.to_string(), text)]);
        match added {
            Ok(()) => Ok(Compiled { tera, texts }),
            Err(error) => Err(first(&error, &texts)),
        }
    }

    fn render(&self, context: &Context) -> Result<String, Box<Diagnostic>> {
        self.tera.render(NAME, &context.0).map_err(|error| first(&error, &self.texts))
    }

    fn check(&self, scope: &Scope) -> Vec<Diagnostic> {
        check::check(&self.texts.values().collect::<Vec<_>>(), scope)
    }

    fn mentions(&self) -> Mentions {
        Mentions::of(&self.texts[NAME].text)
    }
}
