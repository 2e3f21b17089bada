"""robots.txt is read as RFC 9309 has it; where the RFC is silent, as robots/beyond.toml says and why."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.crawl.politeness.rules import parse_rules

FOLDER = Path(__file__).parent / "robots"
CASES = [
    pytest.param(case, id=f"{file}: {case['name']}")
    for file in ("rfc", "beyond")
    for case in tomllib.loads((FOLDER / f"{file}.toml").read_text("utf-8"))["case"]
]


@pytest.mark.parametrize("case", CASES)
def test_a_file_opens_and_closes_as_its_case_says(case):
    def whole(text):
        return text.replace("LONG", "long" * case.get("long", 0)) if "long" in case else text

    rules = parse_rules(whole(case["robots"]).encode(), case.get("agent", "Povestka"))
    for word, paths in (("open", case.get("open", [])), ("closed", case.get("closed", []))):
        said = {path: "open" if rules.allows(f"https://outlet.example{whole(path)}") else "closed" for path in paths}
        assert said == dict.fromkeys(paths, word)


def test_every_case_says_something():
    for case in CASES:
        assert case.values[0].get("open", []) + case.values[0].get("closed", [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_it_is_read_in_utf8_and_by_its_mark_in_utf16(encoding):
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    rules = parse_rules((mark + "User-agent: *\nDisallow: /закрыто/\n").encode(encoding), "Povestka")
    assert not rules.allows("https://outlet.example/закрыто/1")
    assert rules.allows("https://outlet.example/открыто")


def test_a_path_in_another_encoding_is_its_octets():
    rules = parse_rules("User-agent: *\nDisallow: /новости/\n".encode("windows-1251"), "Povestka")
    assert not rules.allows("https://outlet.example/%ED%EE%E2%EE%F1%F2%E8/1")
    assert rules.allows("https://outlet.example/")


@pytest.mark.parametrize(
    ("lines", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 5\n", 5),
        ("User-agent: *\nCrawl-delay: 2.5 # seconds\nDisallow: /x\nCrawl-delay: 4\n", 4),
        ("User-agent: *\nCrawl-delay: 5\nUser-agent: Povestka\nDisallow: /x\n", None),
        ("User-agent: *\nDisallow: /x\nCrawl-delay: 5\n\nUser-agent: Povestka\nDisallow: /y\n", None),
        ("User-agent: *\nCrawl-delay: soon\nCrawl-delay: -1\nCrawl-delay: inf\nCrawl-delay: nan\nCrawl-delay:\n", None),
        ("Crawl-delay: 5\nUser-agent: *\nDisallow: /x\n", None),
        ("", None),
    ],
)
def test_a_delay_is_for_the_crawlers_that_are_named_before_it(lines, delay):
    assert parse_rules(lines.encode(), "Povestka").delay == delay


@given(st.binary(), st.text())
def test_any_bytes_are_read_and_any_path_is_open_or_closed(body, path):
    assert parse_rules(body, "Povestka").allows(f"https://outlet.example/{path}") in {True, False}


@given(st.text(alphabet="ab/*$%2Ff?=й", min_size=1), st.text(alphabet="ab/*$%2Ff?=й"))
def test_a_rule_closes_whatever_begins_as_it_does(path, rest):
    escaped = f"/{path}".replace("*", "%2A").replace("$", "%24")
    rules = parse_rules(f"User-agent: *\nDisallow: {escaped}\n".encode(), "Povestka")
    if not re.search("%[0-9A-Fa-f]?$", escaped):  # else what follows would make another character of it
        assert not rules.allows(f"https://outlet.example/{path}{rest}")


def naive(robots, path):
    """By the RFC's words: every rule is held against the path, the longest that matches counts."""
    rules = [(line.partition(": ")[2], line.startswith("Allow")) for line in robots.splitlines()[1:]]
    found = [
        (len(pattern), allows)
        for pattern, allows in rules
        if re.match(".*".join(map(re.escape, pattern.removesuffix("$").split("*"))) + "$" * pattern.endswith("$"), path)
    ]
    return max(found, default=(0, True))[1]


PATTERNS = st.text(alphabet="ab/*", max_size=6).map(lambda text: f"/{text}") | st.just("/a$") | st.just("/*b$")


@given(st.lists(st.tuples(st.sampled_from(["Allow", "Disallow"]), PATTERNS), max_size=8), st.text(alphabet="ab/", max_size=8))
def test_compiled_rules_decide_as_each_held_against_the_path_by_itself(rules, path):
    robots = "User-agent: *\n" + "".join(f"{name}: {pattern}\n" for name, pattern in rules)
    assert parse_rules(robots.encode(), "Povestka").allows(f"https://outlet.example/{path}") == naive(robots, f"/{path}")


@pytest.mark.fault(65)
def test_tens_of_thousands_of_rules_without_a_star_are_a_thousand_looks_at_most(monkeypatch):
    lines = "".join(f"Disallow: /{'x' * (number % 700)}{number}\n" for number in range(36_000))[: 500 * 1024]
    rules = parse_rules(f"User-agent: *\n{lines}".encode(), "Povestka")
    assert len(rules.lengths) < 1000
    monkeypatch.setattr("monitor.crawl.politeness.rules._matches", None)  # none of them is held against the path by itself
    assert rules.allows(f"https://outlet.example/{'y' * 100_000}")
    assert not rules.allows("https://outlet.example/0")


@pytest.mark.fault(65)
def test_what_may_be_held_against_many_stars_says_that_it_is_not_quick():
    few, many = (
        parse_rules(("User-agent: *\n" + "".join(f"Disallow: /*{n}*x\n" for n in range(count))).encode(), "Povestka")
        for count in (500, 501)
    )
    assert few.are_quick
    assert not many.are_quick
