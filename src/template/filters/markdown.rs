//! `markdown`: CommonMark with tables → HTML.
//!
//! Raw HTML in the Markdown is shown as the text it is: the words of a row never become markup.
//! Quotes and dashes stay as typed unless `smart=true`.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use tera::{Error, Kwargs, State, TeraResult, Value};

/// `{{ announcement.body | markdown(heading=2) }}`: the highest heading becomes `h2`.
pub(super) fn markdown(text: &str, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    super::only(&kwargs, "markdown", &["heading", "smart"])?;
    let top = kwargs.get::<u8>("heading")?.unwrap_or(1);
    if !(1..=6).contains(&top) {
        return Err(Error::message(format!("`markdown` got heading={top}, expected 1 to 6")));
    }
    let smart = kwargs.get::<bool>("smart")?.unwrap_or(false);
    Ok(Value::safe_string(&render(text, top, smart)))
}

fn render(text: &str, top: u8, smart: bool) -> String {
    let mut options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    options.set(Options::ENABLE_SMART_PUNCTUATION, smart);
    let mut events: Vec<Event> = Parser::new_ext(text, options).map(without_html).collect();
    let highest = events.iter().filter_map(heading_level).min().unwrap_or(1);
    for event in &mut events {
        match event {
            Event::Start(Tag::Heading { level, .. }) | Event::End(TagEnd::Heading(level)) => {
                *level = shifted(*level, highest, top);
            }
            _ => {}
        }
    }
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, events.into_iter());
    out
}

/// Raw HTML as text.
fn without_html(event: Event) -> Event {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        event => event,
    }
}

fn heading_level(event: &Event) -> Option<u8> {
    match event {
        Event::Start(Tag::Heading { level, .. }) => Some(*level as u8),
        _ => None,
    }
}

fn shifted(level: HeadingLevel, highest: u8, top: u8) -> HeadingLevel {
    let number = usize::from((level as u8).saturating_sub(highest) + top).min(6);
    HeadingLevel::try_from(number).unwrap_or(HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_heading_is_the_one_asked_for() {
        assert_eq!(render("## A\n\n### B", 2, false), "<h2>A</h2>\n<h3>B</h3>\n");
        assert_eq!(render("# A\n\n###### B", 3, false), "<h3>A</h3>\n<h6>B</h6>\n");
    }

    #[test]
    fn raw_html_is_text() {
        assert_eq!(render("a <b>c</b> & d", 1, false), "<p>a &lt;b&gt;c&lt;/b&gt; &amp; d</p>\n");
        assert_eq!(render("<div>\nx\n</div>", 1, false), "<p>&lt;div&gt;\nx\n&lt;/div&gt;</p>\n");
    }

    #[test]
    fn tables_and_typed_punctuation() {
        assert!(render("|a|b|\n|-|-|\n|1|2|", 1, false).contains("<td>1</td><td>2</td>"));
        assert_eq!(render("\"a\" -- b", 1, false), "<p>\"a\" -- b</p>\n");
        assert_eq!(render("\"a\" -- b", 1, true), "<p>“a” – b</p>\n");
    }
}
