"""A brief says what views say, verbatim, with its sources; nothing in it is its own, and what is of others does nothing."""

import io
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document

from monitor.cli import main
from monitor.export.brief import KINDS, Brief, Cited, Quoted, Section, brief, write
from monitor.export.citation import citations
from monitor.site.language import catalogue
from monitor.text.segmentation import whole_sentences
from monitor.vault import open_reader

WHOLE = (date(2026, 5, 1), date(2026, 6, 1))


def made(vault: Path, since: date = WHOLE[0], until: date = WHOLE[1], **options: object) -> Brief:
    with open_reader(vault) as reader:
        return brief(reader, since, until, **options)


def section(found: Brief, title: str) -> list[str]:
    (lines,) = [one.lines for one in found.sections if one.title == title]
    return [
        "".join(f"[{p.number}]" if isinstance(p, Cited) else p.text if isinstance(p, Quoted) else p for p in line)
        for line in lines
    ]


def rows(vault: Path, view: str) -> list[dict[str, object]]:
    with open_reader(vault) as reader:
        return [dict(row) for row in reader.view(view)]


def test_every_new_article_is_cited_once_with_its_address_and_digest(vault: Path) -> None:
    found = made(vault)
    coverage = rows(vault, "coverage")
    assert len(found.sources) == len(coverage) > 5
    for row in coverage:
        (source,) = [one for one in found.sources if one.address == " ".join(str(row["url"]).split())]
        assert str(row["digest"]) in source.citation
        assert source.address in source.citation
        with open_reader(vault) as reader:
            (version,) = reader.query(
                "SELECT text_digest FROM versions WHERE article = ? ORDER BY revision DESC LIMIT 1", (row["article"],)
            )
        assert f"version {version['text_digest'][:16]}" in source.citation


def test_each_word_in_quotation_marks_is_in_the_vault_as_it_stands(vault: Path) -> None:
    with open_reader(vault) as reader:
        texts = {str(row["article"]): reader.text(str(row["article"])) or "" for row in reader.view("coverage")}
        titles = {str(row["title"]) for row in reader.view("coverage")}
        changes = {str(row[part]) for row in reader.view("edits") for part in ("before", "after")}
    quoted = [part.text for one in made(vault).sections for line in one.lines for part in line if isinstance(part, Quoted)]
    assert len(quoted) > 10
    assert [text for text in quoted if text not in titles | changes and not any(text in whole for whole in texts.values())] == []


def test_what_is_denied_and_edited_and_not_seen_has_its_lines(vault: Path) -> None:
    found = made(vault)
    coverage = {row["article"] for row in rows(vault, "coverage")}
    assert len(section(found, "Denials")) == len([row for row in rows(vault, "denials") if row["article"] in coverage]) > 0
    assert len(section(found, "Edits")) == len(rows(vault, "edits"))
    assert len(section(found, "First reports")) == len(rows(vault, "stories")) > 0
    gaps = section(found, "What could not be seen")
    assert any("Тихий берег" in line for line in gaps)


def test_one_text_is_one_line_a_region_that_names_who_else_carries_it(vault: Path) -> None:
    copied = [row for row in rows(vault, "coverage") if row["copy_of"]]
    lines = [line for one in made(vault).sections if one.is_part for line in section(made(vault), one.title)]
    for row in copied:
        (line, *_) = [
            line for line in lines if "The same text: " in line and str(row["outlet"]) in line.split("The same text: ")[1]
        ]
        assert not line.startswith(f"{row['outlet']},")


def test_days_and_a_region_choose_what_is_new(vault: Path) -> None:
    assert made(vault, date(2020, 1, 1), date(2020, 1, 2)).sources == ()
    volgograd = made(vault, only=[("regions", "RU-VGG")], regions={"RU-VGG": "Volgograd Oblast"})
    assert 0 < len(volgograd.sources) < len(made(vault).sources)
    assert section(volgograd, "Volgograd Oblast")


def test_its_own_words_are_in_the_language_that_is_asked_for(vault: Path) -> None:
    english, russian = made(vault), made(vault, language="ru", translate=catalogue("ru").gettext)
    titles = [[*(one.title for one in found.sections if not one.is_part), found.sources_title] for found in (english, russian)]
    assert set(titles[0]).isdisjoint(titles[1])
    assert "получено 2026" in russian.sources[0].citation
    asked: list[str] = []
    made(vault, language="ru", translate=lambda text: asked.append(text) or text)
    assert "denied" in asked
    assert [text for text in asked if catalogue("ru").gettext(text) == text] == []


def test_a_denial_stands_once_for_all_copies_and_one_that_no_word_makes_is_said_to_be_our_reading(
    vault: Path, tmp_path: Path
) -> None:
    shutil.copy(vault, mine := tmp_path / "monitor.db")
    with closing(sqlite3.connect(mine)) as db, db:
        (group,) = next(db.execute("SELECT copy_group FROM coverage WHERE copy_of <> '' ORDER BY copy_group"))
        articles = [str(article) for (article,) in db.execute("SELECT article FROM coverage WHERE copy_group = ?", (group,))]
        said = [(article, rule, at) for at, rule in ((10, "denying"), (20, "contrary")) for article in articles]
        db.executemany(
            "INSERT INTO denials (article, rule, claim_start, claim_end, denial_start, denial_end, speaker, claimed_by, kind)"
            " VALUES (?, ?, 0, 10, ?3, ?3 + 10, '', '', 'denial')", said,
        )  # fmt: skip
    before, after = section(made(vault), "Denials"), section(made(mine), "Denials")
    denied, read = (line for line in after if line not in before)
    assert ("— denied: " in denied, "— contradicted, as we read it: " in read) == (True, True)
    for line in (denied, read):
        assert len(re.findall(r"\[\d+\]", line)) == len(articles) > 1
        assert line.count("The same text: ") == 1


def test_html_is_inert_and_every_number_leads_to_its_source(vault: Path) -> None:
    seen: list[tuple[str, dict[str, str | None]]] = []

    class Seen(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append((tag, dict(attrs)))

    page = write(made(vault), "html").decode()
    Seen().feed(page)
    assert {tag for tag, _ in seen} <= {
        "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "ul", "ol", "li", "q", "a",
    }  # fmt: skip
    ids = {attrs["id"] for tag, attrs in seen if tag == "li" and "id" in attrs}
    links = [str(attrs["href"]) for tag, attrs in seen if tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} == ids
    assert all(link.startswith(("#s", "https://", "http://")) for link in links)
    assert not any(name.startswith("on") for _, attrs in seen for name in attrs)


def test_markdown_takes_nothing_of_others_for_markup(vault: Path) -> None:
    text = write(made(vault), "md").decode()
    inert = re.sub(r'\\.|<a id="s\d+"></a>|<https?://[^\s<>]+>', "", text)
    assert not re.search("[<>`]", inert)
    assert re.findall(r"\]\(([^)]*)\)", inert) == re.findall(r"\]\((#s\d+)\)", text)


def test_docx_has_the_same_words_and_real_links(vault: Path) -> None:
    found = made(vault)
    document = Document(io.BytesIO(write(found, "docx")))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert found.title in words
    assert all(one.title in words for one in found.sections)
    targets = {relation.target_ref for relation in document.part.rels.values() if relation.is_external}
    assert targets == {source.link for source in found.sources if source.link}


def test_the_command_writes_each_kind_and_refuses_what_it_cannot(vault: Path, checkout: Path, tmp_path: Path) -> None:
    def run(*options: str, out: str) -> tuple[int, str]:
        days = ("--from", "2026-05-01", "--to", "2026-05-31")
        result = CliRunner().invoke(
            main, ["--data", str(checkout / "data"), "--db", str(vault), "brief", *days, *options, "-o", str(tmp_path / out)]
        )
        return result.exit_code, result.output

    for kind in KINDS:
        code, said = run("--topic", "summons", out=f"week.{kind}")
        assert (code, "articles cited" in said) == (0, True), said
        assert (tmp_path / f"week.{kind}").stat().st_size > 1000
    assert run(out="week.pdf")[0] == 2
    code, said = run("--region", "RU-ZZZ", out="x.md")
    assert code == 2
    assert "there is no RU-ZZZ" in said
    assert not (tmp_path / "x.md").exists()


def test_days_that_nobody_watched_are_told(vault: Path) -> None:
    line, *_ = section(made(vault, date(2026, 5, 1), date(2026, 5, 10)), "What could not be seen")
    assert line.startswith("This monitor: not watched, not watched before 2026-05-18 ")


def test_who_reports_a_denial_is_not_who_claims_and_sentences_are_whole(vault: Path) -> None:
    with open_reader(vault) as reader:
        texts = [reader.text(str(row["article"])) or "" for row in reader.view("denials")]
    for line in next(one.lines for one in made(vault).sections if one.title == "Denials"):
        assert str(line[0]).startswith("Reported by ")
        for words in (part.text for part in line if isinstance(part, Quoted)):
            (text,) = {text for text in texts if words in text}
            assert whole_sentences(text, text.index(words), text.index(words) + len(words)) == (
                text.index(words), text.index(words) + len(words),
            )  # fmt: skip


def test_a_text_with_quotation_marks_is_in_others() -> None:
    found = Brief("", (), (Section("", ((Quoted("«Спустись» на час"), Quoted("Повестка")),)),), "", (), "ru")
    assert "„«Спустись» на час“«Повестка»" in write(found, "md").decode()
    assert "<q class=other>«Спустись» на час</q><q>Повестка</q>" in write(found, "html").decode()


def test_a_citation_names_the_address_without_how_a_reader_came_there() -> None:
    row = dict.fromkeys(("title", "outlet", "published", "language", "digest"), "") | {"authors": "[]", "article": "0"}
    said = citations(row | {"url": "https://a.example/n?id=7&utm_source=rss&amp;utm_medium=feed#top"}, None)
    assert all("https://a.example/n?id=7" in form and "utm" not in form for form in said.values())


def test_a_citation_says_nothing_in_english_to_a_russian_reader() -> None:
    row = dict.fromkeys(("title", "outlet", "url", "published", "language"), "") | {
        "authors": "[]", "article": "0", "digest": "", "text_digest": "ab" * 32,
    }  # fmt: skip
    said = citations(row, "2026-05-20T23:00:00.000000Z", "ru", fictional=True, translate=catalogue("ru").gettext)
    for form in said.values():
        assert "[Вымысел: ничего из этого не было]" in form
        assert "получено 2026-05-20 23:00 UTC" in form
        assert "версия abab" in form


@pytest.mark.parametrize(("options", "said"), [
    (("--region", "RU-ZZZ"), "--region: there is no RU-ZZZ; there is "),
    (("--outlet", "Нет"), "--outlet: there is no Нет; there is "),
    (("--topic", "foo"), "--topic: there is no foo; there is "),
    (("--query", "region:Крым"), "--query: region: there is no крым; there is UA-43"),
    (("--query", "lang:xx OR повестка"), "--query: lang: there is no xx; there is "),
    (("--query", 'NOT outlet:"Нет такого"'), "--query: outlet: there is no нет такого; there is "),
    (("--region", "Крым"), ""), (("--region", "ua-43"), ""), (("--query", "lang:ru region:RU-*"), ""),
])  # fmt: skip
def test_a_name_that_there_is_not_is_no_zero(vault: Path, tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    out = tmp_path / "x.csv"
    done = CliRunner().invoke(main, ["--db", str(vault), "export", "coverage", "-o", str(out), *options])
    assert (done.exit_code, out.exists()) == ((2, False) if said else (0, True)), done.output
    assert said in " ".join(done.output.split())


def test_a_title_with_quotation_marks_is_cited_in_others() -> None:
    row = dict.fromkeys(("outlet", "url", "published", "language", "digest"), "") | {"authors": "[]", "article": "0"}
    said = citations(row | {"title": "«Дзвін» про облаву"}, None, "ru", translate=catalogue("ru").gettext)
    assert said["Text"].startswith("„«Дзвін» про облаву“. ")
