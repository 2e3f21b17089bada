import json
import os
import py_compile
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket
from subprocess import PIPE

import pytest
from click import Context
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.model import Feed, FeedEntry, Fetch, Outcome, Source
from monitor.vault import FeedItem, Store
from tests.records import empty_vault

SUMMONS = {"id": "1", "text": "Жителю Волгограда пришла электронная повестка из военкомата, сообщает «Берег».", "language": "ru"}


def monitor(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=given)


@pytest.fixture
def newsroom(checkout: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(checkout / "data", folder, ignore=shutil.ignore_patterns("*.db*", "warc", "*.lock"))
    return folder


@pytest.mark.parametrize("verb", main.list_commands(Context(main)))
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    result = monitor(verb, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output


def test_the_shipped_newsroom_has_no_fault(newsroom: Path) -> None:
    result = monitor("--data", str(newsroom), "check")
    assert result.exit_code == 0, result.output
    assert "no faults" in result.output


def test_check_names_every_fault_of_every_file_with_its_line(newsroom: Path) -> None:
    sources, families = newsroom / "sources.csv", newsroom / "families.csv"
    lines = sources.read_text("utf-8").splitlines()
    sources.write_text("\n".join([*lines, lines[1]]) + "\n", "utf-8")
    families.write_text(families.read_text("utf-8") + "nobody,publisher,No Such Outlet\n", "utf-8")
    result = monitor("--data", str(newsroom), "check", "--json")
    assert result.exit_code == 1
    said = [(Path(fault["file"]).name, fault["line"], fault["field"]) for fault in json.loads(result.output)]
    assert ("sources.csv", len(lines) + 1, "id") in said
    assert ("families.csv", len(families.read_text("utf-8").splitlines()), "outlets") in said


def test_a_crawl_refuses_to_start_on_a_fault(newsroom: Path) -> None:
    (newsroom / "sources.csv").write_text("id\n", "utf-8")
    result = monitor("--data", str(newsroom), "crawl")
    assert result.exit_code == 1
    assert "sources.csv:1: outlet: is missing" in result.output
    assert not (newsroom / "monitor.db").exists()


def test_a_crawl_from_what_is_no_address_is_refused_before_anything_is_opened(newsroom: Path) -> None:
    result = monitor("--data", str(newsroom), "crawl", "--url", "foo")
    assert result.exit_code == 2
    assert "--url 'foo' is no http(s) address" in result.output
    assert not (newsroom / "monitor.db").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("crawl", "--url", "https://example.org/", "--all"), 2, "three different crawls"),
        (("crawl", "--depth", "-1"), 2, "--depth"),
        (("export", "coverage", "-o", "x.txt"), 2, "x.txt: .txt says no format; give --format csv, jsonl, parquet or xlsx"),
        (("export", "coverage", "-o", "coverage"), 2, "coverage: its name says no format"),
        (("export", "coverage"), 2, "--out"),
        (("export", "nonsense", "-o", "x.csv"), 2, "no view 'nonsense'"),
        (("export", "nonsense", "-o", "x.csv"), 2, "export [OPTIONS] VIEW"),
        (("export", "coverage", "-o", "x.csv", "--locale", "ru"), 2, "--locale is for what Excel opens"),
        (("status",), 1, "no database here: there is no folder "),
        (
            ("export", "coverage", "-o", "nowhere/x.csv", "--from", "18.05.2026"),
            2,
            "'18.05.2026' is no day; a day is written 2026",
        ),
        (("verify",), 1, "there is no archive here"),
        (("check",), 1, "there is no such folder; name the newsroom's by --data or MONITOR_DATA"),
        (("publish",), 1, "no database here"),
        (("serve",), 1, "no snapshot here"),
        (("press", "--load", "many"), 2, "50x40"),
    ],
)
def test_a_mistake_is_one_clear_line_and_no_traceback(arguments: tuple[str, ...], code: int, words: str, tmp_path: Path) -> None:
    result = monitor("--data", str(tmp_path / "nothing"), *arguments)
    assert result.exit_code == code
    assert words in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "nothing").exists()


def test_judge_says_what_is_relevant_and_in_which_words(newsroom: Path) -> None:
    result = monitor("--data", str(newsroom), "judge", given=json.dumps(SUMMONS))
    assert result.exit_code == 0, result.output
    said = json.loads(result.output)
    assert said["relevant"] is True
    reasons = [reason for topic in said["topics"] if topic["topic"] == "summons" for reason in topic["reasons"]]
    assert "повестка" in " ".join(reason["words"] for reason in reasons)
    assert all(SUMMONS["text"][reason["start"] : reason["end"]] == reason["words"] for reason in reasons)
    assert {place["region"] for place in said["places"]} == {"RU-VGG"}


def test_match_groups_copies_whatever_the_order() -> None:
    text = "Военкомат разослал повестки студентам трёх общежитий. Ректор узнал об этом из новостей. " * 6
    given = [{"id": "b", "text": text}, {"id": "c", "text": "Урожай яблок в области собран. " * 20}, {"id": "a", "text": text}]
    result = monitor("match", given="\n".join(map(json.dumps, given)))
    assert result.exit_code == 0, result.output
    assert [json.loads(line)["copy"] for line in result.output.splitlines()] == ["a", "c", "a"]


def test_trace_names_the_one_on_whose_word_it_stands(newsroom: Path) -> None:
    text = "Жителю Волгограда пришла повестка, сообщает «Медуза»."
    result = monitor("--data", str(newsroom), "trace", given=json.dumps({"id": "1", "text": text, "language": "ru"}))
    assert result.exit_code == 0, result.output
    assert [a["outlet"] for a in json.loads(result.output)["attributions"]] == ["Meduza"]


def test_diff_names_what_changed_and_whether_it_was_said(newsroom: Path) -> None:
    before = {"title": "Хлеб", "text": "Хлеб подорожал на два рубля.", "modified": "2026-05-18T12:00:00Z"}
    after = {"title": "Хлеб", "text": "Хлеб подорожал на три рубля.", "modified": "2026-05-18T13:00:00Z"}
    given = json.dumps({"id": "1", "language": "ru", "before": before, "after": after})
    result = monitor("--data", str(newsroom), "diff", given=given)
    assert result.exit_code == 0, result.output
    (edit,) = json.loads(result.output)["edits"]
    assert (edit["class"], edit["disclosed"], edit["before"], edit["after"]) == ("number", True, "два", "три")
    assert before["text"][edit["start"] : edit["end"]] == "два"


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("text", "input: 1: before: not a version such as"),
        ({"title": "Хлеб"}, "input: 1: before: not a version such as"),
        ({"text": "Хлеб.", "modified": "вчера"}, "input: 1: modified: 'вчера' is no ISO 8601 time"),
        ({"text": "Хлеб.", "links": "x"}, "input: 1: links: not a list such as"),
    ],
)
def test_diff_refuses_what_is_no_version(version: object, words: str, newsroom: Path) -> None:
    given = json.dumps({"id": "1", "before": version, "after": {"text": "Хлеб."}})
    result = monitor("--data", str(newsroom), "diff", given=given)
    assert result.exit_code == 1
    assert words in result.output


def test_read_gives_an_article_or_the_reason_why_not(tmp_path: Path) -> None:
    body = "".join(f"<p>Абзац {i}: в военкомате рассказали, что повестки разнесут до конца недели.</p>" for i in range(9))
    page = f"<html lang=ru><head><title>Повестки</title></head><body><article><h1>Повестки</h1>{body}</article></body></html>"
    (tmp_path / "page.html").write_text(page, "utf-8")
    (tmp_path / "empty.html").write_text("", "utf-8")
    given = "\n".join(
        json.dumps({"id": name, "file": f"{name}.html", "url": f"https://example.org/{name}"}) for name in ("page", "empty")
    )
    result = monitor("read", "--root", str(tmp_path), given=given)
    assert result.exit_code == 0, result.output
    read, refused = map(json.loads, result.output.splitlines())
    assert (read["title"], read["language"]) == ("Повестки", "ru")
    assert "Абзац 8" in read["text"]
    assert refused["id"] == "empty"
    assert refused["outcome"] == "not an article"


@pytest.mark.parametrize("verb", ["judge", "match", "trace"])
@pytest.mark.parametrize(("line", "words"), [("{", "input:1: not a JSON object"), ('{"id": "1"}', "input:1: text: missing")])
def test_a_filter_names_the_line_that_it_cannot_take(verb: str, line: str, words: str, newsroom: Path) -> None:
    result = monitor("--data", str(newsroom), verb, given=line)
    assert result.exit_code == 1
    assert words in result.output


def test_a_setting_that_is_no_number_is_refused_by_name(newsroom: Path) -> None:
    # A process of its own: settings are read once, and what loads them anew here has two of them ever after.
    command = [sys.executable, "-m", "monitor.cli", "--data", str(newsroom), "crawl"]
    ran = subprocess.run(command, env=os.environ | {"MONITOR_DELAY": "fast"}, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "MONITOR_DELAY: 'fast' is no number of seconds" in ran.stderr


@pytest.mark.parametrize("links", ["x", [3], {"a": 1}, [{"url": "https://example.org/", "start": "1"}]])
def test_links_of_another_shape_are_refused_by_line(links: object, newsroom: Path) -> None:
    result = monitor("--data", str(newsroom), "trace", given=json.dumps({"id": "1", "text": "Текст.", "links": links}))
    assert result.exit_code == 1
    assert "input:1: links: not a list such as" in result.output


def test_a_filter_takes_a_byte_order_mark_and_a_number_for_an_id(newsroom: Path, tmp_path: Path) -> None:
    given = tmp_path / "given.jsonl"
    given.write_text(json.dumps({"id": 7, "text": "Жителю Волгограда пришла повестка из военкомата."}), "utf-8-sig")
    result = monitor("--data", str(newsroom), "judge", str(given))
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["id"] == "7"


def test_what_is_no_text_is_refused_in_one_line(tmp_path: Path) -> None:
    given = tmp_path / "given.jsonl"
    given.write_bytes(b'{"id": "1", "text": "\xcf\xee\xe2\xe5\xf1\xf2\xea\xe0"}')
    result = monitor("match", str(given))
    assert result.exit_code == 1
    assert "is not UTF-8" in result.output


def test_a_run_that_was_killed_is_said_to_be_and_needs_a_person(tmp_path: Path) -> None:
    vault = tmp_path / "monitor.db"
    with Store.open(vault) as store:
        store.begin_run("feeds", datetime(2026, 5, 18, tzinfo=UTC))
    result = monitor("--db", str(vault), "status")
    assert result.exit_code == 3
    assert "Run 1: killed; the next crawl goes on from there" in result.output


def test_a_run_that_goes_on_is_said_to_be_running(tmp_path: Path) -> None:
    vault = tmp_path / "monitor.db"
    writes = (
        "import datetime, sys, pathlib; from monitor.model import Fetch, Outcome; from monitor.vault import Store; "
        "store = Store.open(pathlib.Path(sys.argv[1])); now = datetime.datetime.now(datetime.UTC); "
        "run = store.begin_run('feeds', now); "
        "store.save_fetch(run, Fetch('https://a.example/', '', 'article', Outcome.NOT_FOUND, '', now, now)); "
        "print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", writes, str(vault)], stdin=PIPE, stdout=PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        result = monitor("--db", str(vault), "status")
        writer.communicate("")
    assert result.exit_code == 0
    assert "Run 1: running" in result.output
    assert "UTC, 1 request so far." in result.output


@pytest.mark.parametrize(
    ("outcome", "code", "said"), [("gaps", 3, "0 requests. It collected nothing."), ("done", 0, "0 requests.\n")]
)
def test_a_last_run_with_gaps_says_what_it_lacked_and_needs_a_person(outcome: str, code: int, said: str, tmp_path: Path) -> None:
    vault = tmp_path / "monitor.db"
    with Store.open(vault) as store:
        noon = datetime(2026, 5, 18, 12, tzinfo=UTC)
        store.finish_run(store.begin_run("related", noon), outcome, noon)
    result = monitor("--db", str(vault), "status")
    assert result.exit_code == code
    assert said in result.output
    assert "Gaps: 1:\n  not watched: no feed was ever polled" in result.output
    assert json.loads(monitor("--db", str(vault), "status", "--json").output)["run"]["started"] == "2026-05-18T12:00:00+00:00"


def polled(vault: Path, *, ago: timedelta, clock: datetime | None = None) -> None:
    """A vault of one source that wants to be asked every five minutes, and was last asked so long ago."""
    source = Source(
        "bereg", "Берег", "https://a.example/", "ru", "RU", "independent", "https://a.example/feed", "listed", "", every=5
    )
    at = datetime.now(UTC) - ago
    entry = FeedEntry("https://a.example/1", "1", "Повестка", "", None, "", None)
    feed = Feed("https://a.example/feed", "rss2.0", "Берег", "ru", (entry,))
    fetch = Fetch(feed.url, "bereg", "feed", Outcome.FEED, "", at, at)
    with Store.open(vault) as store:
        store.sync_sources([source, replace(source, id="polden", outlet="Полдень", feed="https://b.example/feed")], [])
        run = store.begin_run("feeds", at, clock=clock)
        store.save_feed(run, fetch, feed, [FeedItem(entry, "1", None)])
        store.finish_run(run, "done", at)


@pytest.mark.parametrize(
    ("minutes", "code", "said"),
    [
        (0, 0, "Sources: 1 due, 1 scheduled; next poll in 5 min.\n"),
        (20, 0, "Sources: 2 due.\n"),
        (5 * 60, 3, "Sources: 1 due, 1 overdue.\n  bereg (Берег): overdue for 4 h, 20"),
        (23 * 60, 3, "bereg (Берег): overdue for 22 h, 20"),
        (3 * 24 * 60, 3, "bereg (Берег): overdue for 2 days, 20"),  # whatever was to crawl has ended
    ],
)
def test_status_says_what_is_overdue_and_needs_a_person_where_nobody_has_asked_for_hours(
    minutes: int, code: int, said: str, tmp_path: Path
) -> None:
    polled(tmp_path / "monitor.db", ago=timedelta(minutes=minutes))
    result = monitor("--db", str(tmp_path / "monitor.db"), "status")
    assert said in result.output
    assert ("; the operator's interval" in result.output) == ("overdue" in said)
    assert "polden (" not in result.output  # it was never asked, and waits for its first time
    assert result.exit_code == code
    found = json.loads(monitor("--db", str(tmp_path / "monitor.db"), "status", "--json").output)
    assert [source["source"] for source in found["sources"]] == ["polden", "bereg"]


def test_what_a_set_clock_saw_is_not_held_against_ours(tmp_path: Path) -> None:
    polled(tmp_path / "monitor.db", ago=timedelta(days=300), clock=datetime(2026, 1, 1, tzinfo=UTC))
    result = monitor("--db", str(tmp_path / "monitor.db"), "status")
    assert "1 scheduled; next poll in 5 min.\n" in result.output
    assert result.exit_code == 0


def test_a_gap_needs_a_person_though_the_last_run_went_well(tmp_path: Path) -> None:
    vault = tmp_path / "monitor.db"
    now = datetime.now(UTC)
    feed = "https://bereg.example/feed"
    with Store.open(vault) as store:
        run = store.begin_run("feeds", now)
        store.sync_sources([Source("bereg", "Берег", "https://bereg.example/", "ru", "RU", "regional", feed, "listed", "")], ())
        store.save_fetch(run, Fetch(feed, "bereg", "feed", Outcome.TIMEOUT, "no answer in 30 s", now, now))
        store.finish_run(run, "done", now)
    result = monitor("--db", str(vault), "status")
    assert result.exit_code == 3
    assert "bereg (Берег): timeout: no answer in 30 s" in result.output


def test_a_file_where_a_folder_was_meant_is_one_line(tmp_path: Path) -> None:
    with Store.open(tmp_path / "monitor.db"), socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    for arguments in (("publish", f"{__file__}/below"), ("press", "--port", port, "--data", f"{__file__}/below")):
        result = monitor("--db", str(tmp_path / "monitor.db"), *arguments)
        assert result.exit_code == 1
        assert re.fullmatch(r"monitor: .*below\S*: .*Not a directory.*\n", result.stderr), result.stderr


@pytest.mark.parametrize(
    "verb", [("status",), ("status", "--json"), ("check",), ("--help",), ("--version",), ("status", "--help")]
)
def test_an_output_that_cannot_be_written_is_one_line(newsroom: Path, verb: tuple[str, ...]) -> None:
    Store.open(newsroom / "monitor.db").close()
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "monitor.cli", "--data", newsroom, *verb], stdout=full, stderr=PIPE, text=True, check=False
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "monitor: the output cannot be written: No space left on device\n"


@pytest.mark.fault(66)
def test_too_little_memory_is_one_line(newsroom: Path, tmp_path: Path) -> None:
    # Topics that were compiled before need none of the dictionaries.
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    limited = ["bash", "-c", 'ulimit -v 130000; exec "$@"', "bash"]
    command = [*limited, sys.executable, "-m", "monitor.cli", "--data", str(newsroom), "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert done.stderr == "monitor: too little memory to work with: 126 MB are allowed (ulimit -v, LimitAS)\n"


@pytest.mark.fault(49)
def test_what_python_compiled_on_a_full_disk_is_named_to_be_deleted(newsroom: Path, tmp_path: Path, checkout: Path) -> None:
    """Python 3.11 keeps a compiled file that the disk took only a part of, and every later start fails on it."""
    program = tmp_path / "program"
    shutil.copytree(checkout / "monitor", program / "monitor")
    file = Path(py_compile.compile(str(program / "monitor/cli/check.py"), doraise=True))
    os.truncate(file, file.stat().st_size // 2)
    command = [sys.executable, "-m", "monitor.cli", "--data", newsroom, "check"]
    environment = os.environ | {"PYTHONPATH": str(program)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(rf"monitor: {file}: what Python compiled is cut, [^\n]+; delete this file and call again\n", done.stderr)
    file.unlink()
    assert subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False).returncode == 0


def test_a_folder_without_a_newsroom_is_one_line(tmp_path: Path) -> None:
    result = monitor("--data", str(tmp_path), "brief", "--from", "2026-05-18", "--to", "2026-05-19", "-o", str(tmp_path / "x.md"))
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "has no newsroom; `monitor init` makes one" in result.output


def test_a_folder_for_an_output_that_is_not_there_is_named(tmp_path: Path) -> None:
    Store.open(tmp_path / "monitor.db").close()
    out = tmp_path / "none" / "z.csv"
    result = monitor("--db", str(tmp_path / "monitor.db"), "export", "coverage", "-o", str(out))
    assert (result.exit_code, f"the folder {out.parent} does not exist" in result.output) == (1, True)


def test_what_was_given_is_repeated_without_marks_that_change_what_is_seen(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    vault = empty_vault(tmp_path_factory, tmp_path / "monitor.db")
    for argument in (["--outlet", "\u202ekope\x1b[2J"], ["--story", "\u202ekope\x1b[2J"], ["--from", "\u202e2026\x1b[2J"]):
        said = CliRunner().invoke(main, ["--db", str(vault), "export", "coverage", *argument, "-o", "x.csv"])
        assert said.exit_code == 2
        assert "\u202e" not in said.output
        assert "\x1b" not in said.output
        assert "2026" in said.output or "kope" in said.output
