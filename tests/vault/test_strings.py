"""Texts that break programs, through archive and database and back: unchanged, byte for byte."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.archive import WarcWriter, pack, read_capture
from monitor.vault import Store, evidence, open_reader

NAUGHTY = (
    "", " ", "\t\r\n\x0b\x0c", "\ufeff", "null", "None", "undefined", "0", "-1", "1e309", "NaN", "0x0", "٠١٢", "\\", "\\0",
    "%00", "%s%n", "{0}{x}", "${x}", "'; DROP TABLE articles; --", '" OR ""="', "ROWID", "a\x1b[31mb", "\x7f\x80\x85\x9f",
    "а\u0301", "й", "и\u0306", "ё", "е\u0308", "ѣ", "\ufb01", "ß", "İıI", "Z" + "".join(map(chr, range(0x300, 0x370))),
    "\u200b\u200c\u200d\u2060", "\u202eповестка\u202c", "\u2066a\u2069", "שלום سلام", "日本語", "𝕻𝖔𝖛", "👩‍👩‍👧‍👦🏳️‍⚧️", "🇷🇺🇺🇦",
    "\u2028\u2029", "\ufffd\ufffe\uffff", "\U0010ffff", "<script>alert(1)</script>", "<!--", "]]>", "&#0;&amp;",
    "WARC/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "=1+1", "@SUM(A1)", "../../etc/passwd", "CON", "«„“‘’»", "слово " * 2000,
)  # fmt: skip


def test_they_come_back_from_archive_and_database_as_they_were(vault: Path, make: Any, tmp_path: Path) -> None:
    urls = [f"http://bereg.test/{n}" for n in range(len(NAUGHTY))]
    with Store.open(vault) as store, WarcWriter(tmp_path / "warc") as writer:
        run = store.begin_run("feeds", make.at())
        for url, text in zip(urls, NAUGHTY, strict=True):
            capture = writer.append(pack(url, [], 200, "OK", [("Content-Type", "text/html")], text.encode(), make.at()))
            parsed = make.parsed(url, f"{text}\n{text}", title=text)
            parsed = replace(parsed, article=replace(parsed.article, authors=(text,), section=text))
            store.save_article(run, replace(make.fetch(url), capture=capture), parsed)
    with open_reader(vault) as reader:
        rows = reader.query("SELECT url, title, text, section, authors ->> 0 AS author FROM articles")
        found = {row["url"]: (row["title"], row["text"], row["section"], row["author"]) for row in rows}
        assert found == {url: (text, f"{text}\n{text}", text, text) for url, text in zip(urls, NAUGHTY, strict=True)}
        kept = {fetch.url: read_capture(tmp_path / "warc", fetch.capture)[2] for fetch in evidence.captured_fetches(reader.db)}
    assert kept == {url: text.encode() for url, text in zip(urls, NAUGHTY, strict=True)}


def test_what_sqlite_cannot_keep_becomes_one_replacement_character_and_stays_in_the_archive(
    vault: Path, make: Any, tmp_path: Path
) -> None:
    url, text = "http://bereg.test/a", "a\0b\ud800c"
    with Store.open(vault) as store, WarcWriter(tmp_path / "warc") as writer:
        raw = text.encode("utf-8", "surrogatepass")
        capture = writer.append(pack(url, [], 200, "OK", [], raw, make.at()))
        store.save_article(
            store.begin_run("feeds", make.at()), replace(make.fetch(url), capture=capture), make.parsed(url, text, title=text)
        )
    with open_reader(vault) as reader:
        (row,) = reader.query("SELECT title, text FROM articles")
        assert (row["title"], row["text"]) == ("a\ufffdb\ufffdc", "a\ufffdb\ufffdc")
        (fetch,) = evidence.captured_fetches(reader.db)
        assert read_capture(tmp_path / "warc", fetch.capture)[2] == raw
