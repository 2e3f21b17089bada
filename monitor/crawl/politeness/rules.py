"""What a robots.txt says to one crawler, as RFC 9309 has it. Pure.

Our own, since no parser that we found agrees with the RFC on all cases of tests/crawl/robots/rfc.toml: of Protego 0.7 six are
wrong (it takes a group `User-agent: P` for ours), of robotspy 0.13 ten, of gpyrobotstxt 1.0 thirteen.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

# Section 2.2: a line ends so, and not at the other breaks of Unicode, at which str.splitlines ends one too.
_LINE_END = re.compile(r"\r\n|\r|\n")
# Section 2.2.1: what a crawler is known by; a version or a star behind it is no part of it.
_TOKEN = re.compile(r"[A-Za-z_-]+|\*")
# The RFC wants a colon. Google reads a line without one too, where it has a name and a single value.
_NO_COLON = re.compile(r"(user-agent|allow|disallow)\s+(\S+)", re.IGNORECASE)
# Slips of the pen that Google reads: who wrote them meant to close.
_DISALLOW = frozenset(("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"))
_AGENT = frozenset(("user-agent", "useragent", "user agent"))
_DELAY = frozenset(("crawl-delay", "crawl delay"))
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
# Section 2.2.2: an escaped character is the character itself, unless it would then mean something else: in a path / and ?,
# in a query & and +, in a rule * and $. (That / in a query is the same either way is the RFC's own example.)
_KEPT_IN_PATH, _KEPT_IN_QUERY = frozenset(b"/?%*$"), frozenset(b"&+%*$")


# A pattern's strength, and whether it allows: the stronger counts, and of two of one strength the one that allows.
_Strength = tuple[int, bool]
_OPEN: _Strength = (0, True)
# So many patterns with stars are tried in less time than the answer takes to be waited for.
_QUICK = 500


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one crawler, compiled: an address costs time linear in its length, however many rules have no star."""

    prefixes: Mapping[str, _Strength] = field(default_factory=dict)
    """Beginnings of a path, in the spelling of `_plain`."""
    lengths: tuple[int, ...] = ()
    """Of the beginnings: of a file of 500 KiB these are a thousand at most."""
    paths: Mapping[str, _Strength] = field(default_factory=dict)
    """Whole paths: patterns that end with a dollar sign."""
    wild: tuple[tuple[str, _Strength], ...] = ()
    """Patterns with stars within, the strongest first."""
    delay: float | None = None
    """Seconds that the host wants between two requests (Crawl-delay, no part of the RFC); None where it says nothing of it."""

    @property
    def are_quick(self) -> bool:
        """Whether an address may be held against them where everything else waits meanwhile."""
        return len(self.wild) <= _QUICK

    def allows(self, url: str) -> bool:
        """Whether an http(s) address may be fetched; the file itself always may (section 2.2.2)."""
        address, _, _ = url.partition("#")
        parts = urlsplit(address)
        if parts.path == "/robots.txt":
            return True
        path = _plain((parts.path or "/") + ("?" + parts.query if "?" in address else ""))
        best = self.paths.get(path, _OPEN)
        for length in self.lengths:
            if length <= len(path):
                best = max(best, self.prefixes.get(path[:length], _OPEN))
        for pattern, strength in self.wild:
            if strength <= best:
                break
            if _matches(pattern, path):
                return strength[1]
        return best[1]


def _compiled(patterns: Iterable[tuple[str, bool]], delay: float | None) -> Rules:
    prefixes: dict[str, _Strength] = {}
    paths: dict[str, _Strength] = {}
    wild: dict[str, _Strength] = {}
    for pattern, allows in patterns:
        # Stars at the end say nothing, but count for the strength.
        bare, kept = pattern.rstrip("*"), prefixes
        if "*" in bare:
            bare, kept = pattern, wild
        elif pattern.endswith("$"):
            bare, kept = pattern[:-1], paths
        kept[bare] = max(kept.get(bare, _OPEN), (len(pattern), allows))
    strongest = sorted(wild.items(), key=lambda rule: rule[1], reverse=True)
    return Rules(prefixes, tuple(sorted({len(prefix) for prefix in prefixes})), paths, tuple(strongest), delay)


@dataclass(slots=True)
class _Group:
    rules: list[tuple[str, bool]] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)


def parse_rules(body: bytes, crawler: str) -> Rules:
    """The rules for the crawler of that product token; those for `*` where no group names it. Reads any bytes."""
    own = crawler.lower()
    groups: dict[str, _Group] = {}
    named: list[_Group] = []
    has_rules = False
    for name, value in _lines(_text(body)):
        if name in _AGENT:
            if has_rules:
                named, has_rules = [], False
            token = _TOKEN.match(value)
            if token and token[0].lower() in {own, "*"}:
                named.append(groups.setdefault(token[0].lower(), _Group()))
        elif name == "allow" or name in _DISALLOW:
            # Section 2.2.4: rules alone end the names of a group; what is no rule ends nothing.
            has_rules = True
            for group in named if value else ():
                group.rules.append((_plain_pattern(value), name == "allow"))
        elif name in _DELAY:
            for group in named:
                group.delays += _seconds(value)
    group = groups.get(own) or groups.get("*") or _Group()
    # Section 2.2.2: the longest match counts, and of two equal ones the rule that allows.
    return _compiled(group.rules, max(group.delays, default=None))


def _text(body: bytes) -> str:
    """Section 2.3: the file is UTF-8; what Windows editors make of that is UTF-16. Other octets stay what they are: a path in
    another encoding is one of those octets.
    """
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace")
    return body.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Name in lower case and value of each line that has them."""
    for line in _LINE_END.split(text):
        line_without_comment = line.partition("#")[0].strip(" \t")
        name, colon, value = line_without_comment.partition(":")
        if colon:
            yield name.strip(" \t").lower(), value.strip(" \t")
        elif found := _NO_COLON.fullmatch(line_without_comment):
            yield found[1].lower(), found[2]


def _seconds(value: str) -> list[float]:
    try:
        seconds = float(value)
    except ValueError:
        return []
    return [seconds] if 0 <= seconds < math.inf else []


def _plain(path: str, *, wild: str = "") -> str:
    """A path with its query in the one spelling in which rule and address are compared (section 2.2.2)."""
    before, mark, query = path.partition("?")
    return _spelled(before, _KEPT_IN_PATH, wild) + mark + _spelled(query, _KEPT_IN_QUERY, wild)


def _plain_pattern(pattern: str) -> str:
    """As `_plain`, but for the star, and for the dollar sign where it is the last character."""
    end = "$" if pattern.endswith("$") else ""
    return _plain(pattern.removesuffix("$"), wild="*") + end


def _spelled(text: str, kept: frozenset[int], wild: str) -> str:
    def unescaped(found: re.Match[bytes]) -> bytes:
        octet = bytes.fromhex(found[1].decode())
        return found[0].upper() if octet[0] in kept else octet

    return quote(_ESCAPE.sub(unescaped, text.encode("utf-8", errors="surrogateescape")), safe="/?=&+%" + wild)


def _matches(pattern: str, path: str) -> bool:
    # Each star takes as little as it can: that finds a match where there is one, in time linear in the path.
    is_anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not rest:
        return not is_anchored or path == first
    at = len(first)
    *middle, last = rest
    for part in middle:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return path.endswith(last, at) if is_anchored else path.find(last, at) >= 0
