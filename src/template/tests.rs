//! Templates over tables: what a person who writes them would see.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::data::{Dataset, TableSpec};
use crate::diag::{Source, Span};

struct Project {
    folder: tempfile::TempDir,
    dataset: Arc<Dataset>,
}

const MEMBERS: &str = "id,name_de,name_zh,joined\n\
    wist,\"Müller & Söhne <\"\"x\"\">\",王职院,2022-12-16\nab,Äpfel,张职院,\ncd,Zeta,李职院,\n";
const AWARDS: &str = "serial,member,kind,year\n\
    1,wist,founder,2022\n2,ab,project,2020\n3,wist,project,2020\n";

impl Project {
    fn new(files: &[(&str, &str)]) -> Project {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("members.csv", MEMBERS);
        write("awards.csv", AWARDS);
        for (name, text) in files {
            write(name, text);
        }
        let spec = |text: &str| toml::from_str::<TableSpec>(text).unwrap();
        let specs = BTreeMap::from([
            (
                "members".to_string(),
                spec("file='members.csv'\nkey='id'\n[columns]\njoined={type='date'}"),
            ),
            (
                "awards".to_string(),
                spec(
                    "file='awards.csv'\nkey='serial'\n[columns]\n\
                     member={type='ref',table='members'}\nyear={type='int'}",
                ),
            ),
        ]);
        let (dataset, found) = Dataset::load(folder.path(), &specs);
        assert_eq!(found, []);
        Project { folder, dataset: Arc::new(dataset) }
    }

    fn page(text: &str) -> Project {
        Project::new(&[("templates/page.html", text)])
    }

    fn templates(&self) -> Templates {
        match Templates::load(self.folder.path(), &[PAGE.to_string()]) {
            Ok(templates) => templates,
            Err(found) => panic!("{:?}", found.iter().map(show).collect::<Vec<_>>()),
        }
    }

    fn load_errors(&self) -> Vec<String> {
        let result = Templates::load(self.folder.path(), &[PAGE.to_string()]);
        result.err().unwrap_or_default().iter().map(show).collect()
    }

    fn scope(&self, mentions: &Mentions) -> Scope {
        let project = BTreeMap::from([("title", "Alliance")]);
        let job = BTreeMap::from([("name", "certificate")]);
        let each = Some(Each { table: "awards", name: "award" });
        Scope::new(self.dataset.clone(), &project, &job, each, mentions).unwrap()
    }

    fn render(&self, row: usize) -> Result<String, String> {
        let templates = self.templates();
        let scope = self.scope(&templates.mentions(PAGE));
        templates.render(PAGE, &scope.context(Some(row))).map_err(|d| show(&d))
    }

    fn check(&self) -> Vec<String> {
        let templates = self.templates();
        let scope = self.scope(&templates.mentions(PAGE));
        templates.check_variables(PAGE, &scope).iter().map(show).collect()
    }
}

const PAGE: &str = "templates/page.html";

fn show(d: &Diagnostic) -> String {
    let place = d.span.as_ref().map_or(String::new(), |span| {
        let (line, column) = span.position();
        let text = &span.source.text[span.range.clone()];
        format!("{}:{line}:{column} [{text}] ", span.source.name)
    });
    let mut out = format!("{place}{}: {}", d.code, d.message);
    for (span, label) in &d.related {
        let (line, column) = span.position();
        out += &format!(" | {}:{line}:{column} {label}", span.source.name);
    }
    for text in d.notes.iter().chain(&d.help) {
        out += &format!(" | {text}");
    }
    out
}

fn rendered(text: &str) -> String {
    Project::page(text).render(0).unwrap()
}

fn failed(text: &str) -> String {
    Project::page(text).render(0).unwrap_err()
}

fn checked(text: &str) -> Vec<String> {
    Project::page(text).check()
}

#[test]
fn a_row_sees_itself_its_references_and_what_the_job_shares() {
    assert_eq!(
        rendered(
            "{{ award.serial }} {{ award.member.name_zh }} {{ award.member.awards | length }} \
             {{ award.member.awards[1].member.id }} {{ project.title }} {{ job.name }} \
             {{ row.number }}:{{ row.line }} {{ tables.members | length }}"
        ),
        "1 王职院 2 wist Alliance certificate 1:2 3"
    );
}

#[test]
fn names_survive_escaping() {
    assert_eq!(rendered("{{ award.member.name_de }}"), "Müller &amp; Söhne &lt;&quot;x&quot;&gt;");
}

#[test]
fn templates_extend_by_either_name_and_call_components() {
    let project = Project::new(&[
        ("templates/base.html", "<{% block a %}{% endblock %}>{% include 'part.html' %}"),
        ("templates/part.html", "{{ award.serial }}"),
        ("templates/parts/c.html", "{% component c(x) %}({{ x }}){% endcomponent c %}"),
        (PAGE, "{% extends \"base.html\" %}{% block a %}{{ <c x={award.year}/> }}{% endblock %}"),
    ]);
    assert_eq!(project.render(0).unwrap(), "<(2022)>1");
    assert_eq!(
        project.templates().closure(PAGE),
        ["templates/base.html", PAGE, "templates/part.html", "templates/parts/c.html"]
    );
    assert_eq!(project.check(), Vec::<String>::new());
}

#[test]
fn unknown_variables_are_errors_with_the_near_column() {
    assert_eq!(
        failed("<p>\n{{ award.membr.id }}"),
        "templates/page.html:2:10 [membr] unknown-variable: unknown variable `award.membr` | did \
         you mean `member`?"
    );
    assert_eq!(
        failed("{{ awrd.id }}"),
        "templates/page.html:1:4 [awrd] unknown-variable: unknown variable `awrd` | did you mean \
         `award`?"
    );
    assert_eq!(rendered("{{ x | default(value='-') }}{% if y is defined %}a{% endif %}"), "-");
}

#[test]
fn unknown_variables_are_found_before_rendering() {
    assert_eq!(
        checked(
            "{% if award.knd == 'founder' %}{{ award.member.nam_zh }}{% endif %}\n\
             {% for m in tables.members | sort_by(attribute='id') %}{{ m.naem_de }}{% endfor %}\n\
             {{ projct.title }}{{ award['seral'] }}{{ award.serial.x }}{{ tables.member }}"
        ),
        [
            "templates/page.html:1:13 [knd] unknown-variable: unknown variable `award.knd`: table \
             `awards` has no `knd` | did you mean `kind`?",
            "templates/page.html:1:48 [nam_zh] unknown-variable: unknown variable \
             `award.member.nam_zh`: table `members` has no `nam_zh` | did you mean `name_zh`?",
            "templates/page.html:2:61 [naem_de] unknown-variable: unknown variable `m.naem_de`: \
             table `members` has no `naem_de` | did you mean `name_de`?",
            "templates/page.html:3:4 [projct] unknown-variable: unknown variable `projct` | did \
             you mean `project`?",
            "templates/page.html:3:28 ['seral'] unknown-variable: unknown variable `award.seral`: \
             table `awards` has no `seral` | did you mean `serial`?",
            "templates/page.html:3:55 [x] unknown-variable: unknown variable `award.serial.x`: a \
             plain value has no `x`",
            "templates/page.html:3:69 [member] unknown-variable: unknown variable \
             `tables.member` | did you mean `members`?",
        ]
    );
}

#[test]
fn what_is_sound_is_not_reported() {
    assert_eq!(
        checked(
            "{% set a = award.member %}{{ a.id ~ award[\"serial\"] }}\
             {% for x in a.awards %}{{ loop.index }}{{ x.member.joined }}{% else %}{% endfor %}\
             {% for k, v in {'a': award.year} %}{{ k.b }}{{ v }}{% endfor %}\
             {% if award.nickname is defined and award.nickname %}{{ award.nickname }}{% endif %}\
             {{ none_such | default(value=award.serial) }}{{ [y.id for y in a.awards if y.kind] }}\
             {{ award.year < 3 and 1 < award.year }}{{ award?.serial }}{{ a.awards[:1] | first }}\
             {% raw %}{{ nothing }}{% endraw %}{# {{ nothing }} #}{{ range(end=award.year) }}\
             {% set t = {\"en\": {\"k\": 1}}['en'] %}{{ t.k }}{{ award.year is odd }}\
             {% filter replace(from='a', to=award.kind) %}x{% endfilter %}"
        ),
        Vec::<String>::new()
    );
}

#[test]
fn references_end_after_three_steps() {
    assert_eq!(
        checked("{{ award.member.awards[0].member.awards }}"),
        ["templates/page.html:1:34 [awards] too-many-steps: \
          `award.member.awards[…].member.awards` follows too many references | a template can \
          follow 3 from its row"]
    );
}

#[test]
fn components_see_their_arguments_only() {
    let project = Project::new(&[(
        PAGE,
        "{% component c(x) %}{{ x.any }}{{ award.id }}{% endcomponent c %}{{ <c x={award}/> }}",
    )]);
    assert_eq!(
        project.check(),
        ["templates/page.html:1:35 [award] unknown-variable: unknown variable `award` | known \
          here: `x` | a component sees its arguments only: pass it"]
    );
}

#[test]
fn syntax_errors_of_all_templates_are_reported() {
    let project = Project::new(&[
        ("templates/other.html", "a\n{% if %}"),
        (PAGE, "<p>\n  {{ award.serial | }}"),
    ]);
    assert_eq!(
        project.load_errors(),
        [
            "templates/other.html:2:7 [%}] template-syntax: found `%}` but expected one of: \
             integer, float, string, bool, ident, `-`, `not`, `<`, `{`, `[` or `(`",
            "templates/page.html:2:21 [}}] template-syntax: found `}}` but expected identifier",
        ]
    );
}

#[test]
fn projects_below_the_templates_are_left_alone() {
    let broken = "{% include 'part.html' %}{{ award.nothing }}";
    let inner = ("templates/inner/pages/page.html", broken);
    let project = Project::new(&[(PAGE, "{{ award.year }}"), inner]);
    assert_eq!(project.load_errors().len(), 1);
    let own = ("templates/inner/urkunde.toml", "");
    let project = Project::new(&[(PAGE, "{{ award.year }}"), inner, own]);
    assert_eq!(project.load_errors(), Vec::<String>::new());
}

#[test]
fn unknown_filters_tests_and_files_are_build_errors() {
    assert_eq!(
        Project::page("\n{{ award.date | dat(locale='de') }}{% if 1 is od %}{% endif %}")
            .load_errors(),
        [
            "templates/page.html:2:17 [dat(locale='de')] template-build: unknown filter `dat` | \
             did you mean `date`?",
            "templates/page.html:2:47 [od] template-build: unknown test `od` | did you mean `odd`?",
        ]
    );
    assert_eq!(
        Project::page("{% include 'pag.html' %}").load_errors(),
        [
            "templates/page.html:1:12 ['pag.html'] template-build: unknown template `pag.html` | did \
          you mean `page.html`?"
        ]
    );
    assert_eq!(
        Project::page("\n{% extends 'bse.html' %}").load_errors(),
        ["templates/page.html:2:12 ['bse.html'] missing-template: no template `bse.html`, which \
          this one extends | name it relative to the project's folder, or to `templates/`"]
    );
    let project = Project::page("");
    let found = Templates::load(project.folder.path(), &["templates/no.html".into()]);
    assert_eq!(
        found.err().unwrap().iter().map(show).collect::<Vec<_>>(),
        ["missing-template: cannot read the template `templates/no.html`: no such file"]
    );
}

#[test]
fn filters_fail_at_their_place() {
    assert_eq!(
        failed("{{ award.member.joined | date }}"),
        "templates/page.html:1:26 [date] template-render: `date` needs a locale: \
         date(locale=\"en\"), \"de\" or \"zh\""
    );
    assert_eq!(
        failed("{{ award.serial | date(locale='de') }}"),
        "templates/page.html:1:19 [date(locale='de')] template-render: \"1\" is not a date, \
         expected 2022-12-16, 16.12.2022, 2022/12/16 or 2022年12月16日"
    );
    assert!(
        failed("{{ award.member.joined | date(locale='de', stile='x') }}")
            .contains("filter `date` has no argument `stile`, did you mean `style`?")
    );
    let empty = Project::page("{{ award.member.joined | date(locale='de') }}").render(1);
    assert!(empty.unwrap_err().contains("`date` got an empty cell, expected a day"));
}

#[test]
fn filters_serve_documents() {
    assert_eq!(
        rendered("{{ award.member.joined | date(locale='zh', style='numerals') }}"),
        "二〇二二年十二月十六日"
    );
    assert_eq!(rendered("{{ 12 | numeral }}{{ 4 | numeral(style='roman-lower') }}"), "十二iv");
    assert_eq!(rendered("{{ '# A & <b>' | markdown(heading=2) }}"), "<h2>A &amp; &lt;b&gt;</h2>\n");
    let names = |locale, name| {
        rendered(&format!(
            "{{% for m in tables.members | sort_by(attribute='{name}', locale='{locale}') %}}\
             {{{{ m.id }}}} {{% endfor %}}"
        ))
    };
    assert_eq!(names("de", "name_de"), "ab wist cd ");
    assert_eq!(names("zh", "name_zh"), "cd wist ab ");
}

#[test]
fn expressions_and_patterns_point_into_the_project_file() {
    let toml = Source::excerpt("urkunde.toml", "where = \"award.kind == 'founder'\"", 7);
    let span = Span::new(&toml, 8..toml.text.len());
    let project = Project::page("");
    let compile = |text: &str| Expression::compile(text, span.clone());
    let expression = compile("award.kind == 'founder'").ok().unwrap();
    let scope = project.scope(&Mentions::default());
    assert_eq!(expression.check_variables(&scope), []);
    let holds = [0, 1].map(|row| expression.holds(&scope.context(Some(row))).unwrap());
    assert_eq!(holds, [true, false]);

    let toml = Source::new("urkunde.toml", "output = \"{{ award.sreial }}.pdf\"");
    let span = Span::new(&toml, 9..toml.text.len());
    let pattern = Pattern::compile("{{ award.sreial }}.pdf", span.clone()).ok().unwrap();
    assert_eq!(
        pattern.check_variables(&scope).iter().map(show).collect::<Vec<_>>(),
        ["urkunde.toml:1:20 [sreial] unknown-variable: unknown variable `award.sreial`: table \
          `awards` has no `sreial` | did you mean `serial`?"]
    );
    assert_eq!(
        show(&pattern.render(&scope.context(Some(0))).unwrap_err()),
        "urkunde.toml:1:20 [sreial] unknown-variable: unknown variable `award.sreial` | did you \
         mean `serial`?"
    );
    let name = Pattern::compile("{{ award.member.name_de }}", span.clone()).ok().unwrap();
    let context = scope.context(Some(0));
    assert_eq!(name.render(&context).unwrap(), "Müller & Söhne <\"x\">");
    let broken = Pattern::compile("{{ award.sreial }", span).err().unwrap();
    assert_eq!(broken.code, "template-syntax");
}

#[test]
fn loops_over_a_row_have_the_order_of_the_columns() {
    assert_eq!(rendered("{% for k, v in award %}{{ k }} {% endfor %}"), "serial member kind year ");
}

#[test]
fn shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Templates>();
    is_shared::<Scope>();
    is_shared::<Expression>();
    is_shared::<Pattern>();
}

/// The tables of the project that ships.
fn shipped() -> (std::path::PathBuf, Arc<Dataset>) {
    #[derive(serde::Deserialize)]
    struct ProjectFile {
        tables: BTreeMap<String, TableSpec>,
    }
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("urkunde.toml")).unwrap();
    let specs = toml::from_str::<ProjectFile>(&text).unwrap().tables;
    let (dataset, found) = Dataset::load(&root, &specs);
    assert_eq!(found.iter().map(show).collect::<Vec<_>>(), Vec::<String>::new());
    (root, Arc::new(dataset))
}

fn shipped_project() -> serde_json::Value {
    let vars = ["issuer_en", "issuer_de", "issuer_zh", "verify_url", "press_mail"];
    let vars: BTreeMap<_, _> = vars.into_iter().map(|v| (v, v)).collect();
    serde_json::json!({ "title": "Alliance", "vars": vars })
}

#[test]
fn the_shipped_project_is_sound_and_renders() {
    let (root, dataset) = shipped();
    let jobs = [
        ("templates/certificate/page.html", "awards", "award"),
        ("templates/award/page.html", "awards", "award"),
        ("templates/announcement/page.html", "announcements", "announcement"),
    ];
    let files: Vec<String> = jobs.iter().map(|job| job.0.to_string()).collect();
    let templates = Templates::load(&root, &files).ok().unwrap();
    for (file, table, name) in jobs {
        let each = Some(Each { table, name });
        let mentions = templates.mentions(file);
        let scope = Scope::new(dataset.clone(), &shipped_project(), &(), each, &mentions).unwrap();
        let found = templates.check_variables(file, &scope);
        assert_eq!(found.iter().map(show).collect::<Vec<_>>(), Vec::<String>::new());
        for row in 0..dataset.table(table).unwrap().len() {
            let html = templates.render(file, &scope.context(Some(row)));
            let html = html.map_err(|d| show(&d)).unwrap();
            assert!(html.trim_end().ends_with("</html>"));
        }
    }
}

/// `cargo test --release --lib -- --ignored cost_of_a_row`
#[test]
#[ignore = "measures"]
fn cost_of_a_row() {
    let (root, _) = shipped();
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..2000)
        .map(|i| {
            format!("FM-2022-{i:04},founding-member,m{},2022,2022-12-16,Changzhou,常州\n", i % 500)
        })
        .collect();
    let awards = format!("serial,kind,member,year,date,place,place_zh\n{rows}");
    std::fs::write(folder.path().join("awards.csv"), awards).unwrap();
    let rows: String = (0..500)
        .map(|i| {
            format!("m{i},Sample College {i},Beispielkolleg {i},示例职业学院{i},常州,,false\n")
        })
        .collect();
    let members = format!("id,name_en,name_de,name_zh,city,joined,sample\n{rows}");
    std::fs::write(folder.path().join("members.csv"), members).unwrap();
    let spec = |text: &str| toml::from_str::<TableSpec>(text).unwrap();
    let specs = BTreeMap::from([
        (
            "awards".to_string(),
            spec(
                "file='awards.csv'\nkey='serial'\n[columns]\ndate={type='date'}\n\
                 member={type='ref',table='members'}",
            ),
        ),
        (
            "members".to_string(),
            spec("file='members.csv'\nkey='id'\n[columns]\nsample={type='bool'}"),
        ),
    ]);
    let clock = std::time::Instant::now();
    let (dataset, found) = Dataset::load(folder.path(), &specs);
    assert_eq!(found, []);
    let read = clock.elapsed();
    let file = "templates/certificate/page.html";
    let templates = Templates::load(&root, &[file.to_string()]).ok().unwrap();
    let each = Some(Each { table: "awards", name: "award" });
    let mut mentions = templates.mentions(file);
    mentions.extend(&Mentions::of("{{ tables.members.awards }}"));
    let scope = Scope::new(Arc::new(dataset), &shipped_project(), &(), each, &mentions).unwrap();
    let clock = std::time::Instant::now();
    let contexts: Vec<Context> = (0..2000).map(|row| scope.context(Some(row))).collect();
    let built = clock.elapsed();
    let clock = std::time::Instant::now();
    let bytes: usize = contexts.iter().map(|c| templates.render(file, c).unwrap().len()).sum();
    let rendered = clock.elapsed();
    let each = |time: std::time::Duration| time.as_secs_f64() * 1e6 / 2000.0;
    assert!(bytes > 0);
    let numbers = [read, built, rendered].map(each);
    assert!(numbers[1] + numbers[2] < 100.0, "µs a row, read, built, rendered: {numbers:?}");
}
