"""The newsroom's folder as records: outlets, families, places, topics. Reads data/; tells every fault of every file at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.errors import DataError, Fault
from monitor.expect.schedule import LONGEST, SHORTEST
from monitor.judge.nodes import Word
from monitor.judge.topics import Topic
from monitor.lexicons import LANGUAGES as WEIGHED
from monitor.lexicons import parse_weights
from monitor.match import Vocabulary, stems, url_identity
from monitor.model import Access, Alert, Family, Region, Source, Town
from monitor.model.newsroom import SLUG
from monitor.newsroom.alerts import read_alerts
from monitor.newsroom.digests import digest_of, topic_files
from monitor.newsroom.files import line_of, read_text, read_toml
from monitor.newsroom.names import names_of_regions, names_of_topics, near
from monitor.newsroom.searches import read_searches, search_ids
from monitor.newsroom.table import Row, Table, without_password
from monitor.newsroom.topics import read_topics
from monitor.text import compounds, fold
from monitor.trace.outlets import Outlets

if TYPE_CHECKING:
    from monitor.judge.places import Gazetteer

STATUSES = ("listed", "doubtful", "none")
KINDS = (
    "analysis", "business", "independent", "mainstream", "official", "public-broadcaster", "regional", "rights", "sports",
    "state", "wire",
)  # fmt: skip
ALSO = ("", "name", "surname", "word")
FAMILY_KINDS = ("publisher", "wire")
_ISO_639_1 = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff
fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks
ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps
pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz
ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_ISO_639_1.split())
_ISO = re.compile(r"(?:RU|UA)-[A-Z0-9]{2,3}")
_ADDRESS = re.compile(r"https?://(?:[\w-]+\.)*[\w-]+(?::\d{1,5})?(?:[/?#][^\s<>\"]*)?")
_HOME = re.compile(r"https?://(?:[^/@]*@)?(?:www\.)?([^/?#]+)([^?#]*)")  # host and port, path
_PROXY = re.compile(r"(?:http|socks5h)://(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}")
_TELEGRAM = re.compile(r"https://t\.me/s/\w+/?$")  # the public preview of a channel
_TELEGRAM_HOST = "t.me"
# Minutes: no newsroom's server is asked more often, and none is left alone for longer than a day.
_LEAST_EVERY, _MOST_EVERY = (int(bound.total_seconds()) // 60 for bound in (SHORTEST, LONGEST))


@dataclass(frozen=True)
class Catalogue:
    """All that the newsroom's folder says, without a fault."""

    sources: tuple[Source, ...]
    families: tuple[Family, ...]
    regions: tuple[Region, ...]
    towns: tuple[Town, ...]
    topics: tuple[Topic, ...]
    alerts: tuple[Alert, ...] = ()
    private: tuple[str, ...] = ()
    """Names that the public edition withholds."""
    word_weights: Mapping[str, Mapping[str, float]] | None = None
    """How rare words are, by language, where the newsroom has counted that itself."""

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Regions and towns made ready to be found in texts."""
        from monitor.judge.places.gazetteer import compile_places  # with the forms of all names: for who looks for places

        return compile_places(self.regions, self.towns)

    @cached_property
    def outlets(self) -> Outlets:
        """The outlets as tracing looks for them: by name, alias and host."""
        names = {_folded(name): s.outlet for s in self.sources for name in (*s.aliases, s.outlet)}
        hosts = {host: homes[""] if "" in homes else next(iter(homes.values())) for host, homes in self._homes.items()}
        shared = {host for host, homes in self._homes.items() if "" not in homes and len(set(homes.values())) > 1}
        channels = {f"{_TELEGRAM_HOST}{path}": outlet for path, outlet in self._homes.get(_TELEGRAM_HOST, {}).items() if path}
        own = {host: outlet for host, outlet in hosts.items() if host not in {*shared, _TELEGRAM_HOST}}
        return Outlets(names, own | channels)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What words weigh in telling stories apart: those that the topics turn on, in one of fifty of their rules, are in every
        text of the beat.
        """
        rules = sum((topic.word_counts for topic in self.topics), Counter[Word]())
        least = max(2, sum(len(list(topic.rules)) for topic in self.topics) / 50)
        turned_on = (form for word, count in rules.items() if count >= least for form in word.forms)
        return Vocabulary((stem for form in turned_on for stem in stems(form)), self.word_weights)

    def outlet_of(self, url: str) -> str:
        """The outlet that an address belongs to; its bare host where none of ours does, empty where it is no http(s) address.

        Of outlets that share a host the one whose home begins the address's path, the longest; a host serves its subdomains
        too, unless they are listed.
        """
        try:
            parts = urlsplit(url_identity(url))
        except ValueError:
            return ""
        host, path = parts.netloc, f"{parts.path}/"
        labels = host.split(".")
        for above in (".".join(labels[i:]) for i in range(len(labels) - 1)):
            fitting = [home for home in self._homes.get(above, {}) if path.startswith(f"{home}/")]
            if fitting:
                return self._homes[above][max(fitting, key=len)]
        return host

    def access(self, host: str) -> Access:
        """How a host is reached: as the lines say whose home, feed or sitemap is there; a host's line speaks for its subdomains
        too, unless they are listed.
        """
        labels = host.lower().removeprefix("www.").split(".")
        above = (".".join(labels[i:]) for i in range(len(labels)))
        return next((self._access[name] for name in above if name in self._access), Access())

    @cached_property
    def _access(self) -> dict[str, Access]:
        found: dict[str, Access] = {}
        for source in self.sources:
            for host in {_host(source.home), _host(source.feed)}:
                known, own_access = found.get(host, Access()), source.access
                found[host] = Access(known.proxy or own_access.proxy, known.tls or own_access.tls)
        return found

    @cached_property
    def _homes(self) -> dict[str, dict[str, str]]:
        """Host to path of the home (empty for the root) to outlet; a Telegram channel is a home too."""
        homes: dict[str, dict[str, str]] = {}
        for source in self.sources:
            for address in (source.home, *([source.feed] if source.via == "telegram" else [])):
                parts = urlsplit(url_identity(address))
                homes.setdefault(parts.netloc, {}).setdefault(parts.path.rstrip("/"), source.outlet)
        return homes


def load(data: Path) -> Catalogue:
    """Read and check the newsroom's folder: sources.csv, families.csv, regions.csv, towns.csv, topics/*.toml.

    Raises DataError with all faults of all files, in order of file and line.
    """
    if not data.is_dir():
        raise DataError(
            (Fault(str(data), 1, "folder", "there is no such folder; name the newsroom's by --data or MONITOR_DATA"),)
        )
    faults: list[Fault] = []
    sources = _sources(of_sources := Table(data / "sources.csv", faults))
    outlets = {source.outlet for source in sources} if of_sources.is_whole("outlet") else set()
    families = _families(Table(data / "families.csv", faults), outlets)
    regions = _regions(of_regions := Table(data / "regions.csv", faults))
    isos = {region.iso for region in regions} if of_regions.is_whole("iso") else set()
    towns = _towns(Table(data / "towns.csv", faults), isos)
    before = len(faults)
    topics = read_topics(data / "topics", faults)
    names = {"topic": names_of_topics(topics)} if len(faults) == before else {}  # else a topic with a fault would not be there
    names |= {"region": names_of_regions(regions)} if of_regions.is_whole("iso") else {}
    searches = _searches(data / "searches.toml", faults)
    alerts = _alerts(data / "alerts.toml", searches, names, faults)
    private = _private(data / "private.txt", faults)
    weights = {language: found for language in WEIGHED if (found := _weights(data / "words" / f"{language}.txt", faults))}
    others = (path for path in (data / "words").glob("*.txt") if path.stem not in WEIGHED)
    faults += (
        Fault(str(path), 1, "name", f"no language whose words are weighed; there are {', '.join(WEIGHED)}") for path in others
    )
    if faults:
        raise DataError(tuple(sorted(faults)))
    return Catalogue(sources, families, regions, towns, topics, alerts, private, weights)


def digest(data: Path) -> str:
    """SHA-256 of the files that decide what is read of a page, and how it is judged, in hexadecimal."""
    files = (*(data / f"{name}.csv" for name in ("sources", "regions", "towns")), *topic_files(data / "topics"))
    return digest_of([path for path in files if path.exists()])


def _sources(table: Table) -> tuple[Source, ...]:
    columns = ("id", "outlet", "home", "language", "country", "kind", "feed", "status", "doubt", "sitemap", "aliases")
    ways: dict[tuple[str, str], tuple[int, str]] = {}
    ids: dict[str, int] = {}
    feeds: dict[str, int] = {}
    sitemaps: set[str] = set()
    kinds, statuses = ", ".join(KINDS), ", ".join(STATUSES)
    said: dict[tuple[str, ...], tuple[int, str]] = {}
    names: dict[str, tuple[int, str]] = {}
    found = []
    for row in table.rows(columns, optional=("every", "proxy", "tls")):
        c = row.cells
        table.check(row, "id", fits=bool(SLUG.fullmatch(c["id"])), what="is no id; use lower-case letters, digits and hyphens")
        table.unique(row, "id", c["id"], ids)
        _check_access(table, row, ways)
        table.check(row, "outlet", fits=bool(c["outlet"]), what="is empty; name the outlet as readers know it")
        for field in ("home", "feed", "sitemap"):
            is_optional = field != "home"
            what = f"is no address; write it whole, as https://example.org/{', or leave it empty' if is_optional else ''}"
            table.check(row, field, fits=_is_like(_ADDRESS, c[field]) or (is_optional and not c[field]), what=what)
        table.check(row, "language", fits=c["language"] in LANGUAGES, what="is no ISO 639-1 code; such as ru, uk, en")
        table.check(row, "country", fits=c["country"] in _countries(), what="is no country; ISO 3166-1 as RU, or exile")
        table.check(row, "kind", fits=c["kind"] in KINDS, what=f"is no kind; one of {kinds}")
        table.check(row, "status", fits=c["status"] in STATUSES, what=f"is no status; one of {statuses}")
        _check_outlet(table, row, said)
        _check_names(table, row, names)
        if c["feed"]:
            table.unique(row, "feed", c["feed"], feeds)
            table.check(row, "status", fits=c["status"] != "none", what="though there is a feed; use listed or doubtful")
        elif c["status"] in STATUSES:
            table.check(row, "status", fits=c["status"] == "none", what="though there is no feed; use none, or give the feed")
        every = int(table.number(row, "every", int, _LEAST_EVERY, _MOST_EVERY)) if c["every"] else None
        # Lines of one outlet may name the same sitemap.
        found += _polled(c, every, has_sitemap=bool(c["sitemap"]) and c["sitemap"] not in sitemaps)
        sitemaps.add(c["sitemap"])
    return tuple(found)


@cache
def _countries() -> frozenset[str]:
    """`exile`, the codes of ISO 3166-1, of the time zone database, and Kosovo's, which ISO leaves to those who use it."""
    lines = (resources.files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8").splitlines()
    return frozenset(line[:2] for line in lines if not line.startswith("#")) | {"XK", "exile"}


def _check_outlet(table: Table, row: Row, said: dict[tuple[str, ...], tuple[int, str]]) -> None:
    """An outlet is of one kind. A home is one outlet's, in one country; in a country and a language an outlet has one. `said` has
    the line that first said so, and what it said.
    """
    c = row.cells
    outlet, country, at = c["outlet"], c["country"], _HOME.match(c["home"].lower())
    if not at or not outlet:
        return
    home = f"{at[1]}{at[2].rstrip('/')}"
    for field, value, of, key in (
        ("kind", c["kind"], outlet, ("kind", outlet)),
        ("outlet", outlet, "this home", ("outlet", home)),
        ("country", country, "this home", ("country", home)),
        ("home", home, f"{outlet} in this country and language", ("home", outlet, country, c["language"])),
    ):
        line, earlier = said.setdefault(key, (row.line, value))
        if value != earlier:
            what = f"but line {line} says {without_password(earlier)!r} of {of}; there is one"
            table.check(row, field, fits=False, what=what)


def _check_names(table: Table, row: Row, names: dict[str, tuple[int, str]]) -> None:
    """A name in a text is one outlet's: `names` has the line that first gave each to one, and to which."""
    outlet = row.cells["outlet"]
    for field, given in (("outlet", (outlet,)), ("aliases", _list(row.cells["aliases"]))):
        for name in filter(None, given):
            line, other = names.setdefault(_folded(name), (row.line, outlet))
            if other != outlet:
                table.fault(row.line, field, f"{name!r} is a name of {other!r} too, in line {line}; a name is one outlet's")


def _check_access(table: Table, row: Row, ways: dict[tuple[str, str], tuple[int, str]]) -> None:
    """A host has one proxy and one excuse, in whatever line they stand: `ways` has those of earlier lines, by field and host."""
    c = row.cells
    what = "is no proxy; write http://host:port or socks5h://host:port, without a password: what it is stays in every record"
    table.check(row, "proxy", fits=not c["proxy"] or _is_like(_PROXY, c["proxy"]), what=what)
    what = "is no reason; say what is wrong with the certificate, when it was seen, and who confirmed it"
    table.check(row, "tls", fits=not c["tls"] or len(c["tls"].split()) > 2, what=what)
    for field in ("proxy", "tls"):
        for host in {_host(c[name]) for name in ("home", "feed", "sitemap") if c[name]} if c[field] else ():
            first, earlier_value = ways.setdefault((field, host), (row.line, c[field]))
            table.check(
                row,
                field,
                fits=earlier_value == c[field],
                what=f"but line {first} says {without_password(earlier_value)!r} of {host}; a host has one",
            )


def _is_like(shape: re.Pattern[str], url: str) -> bool:
    """Whether an address has this shape, and a port that there is, where it names one."""
    try:
        return bool(shape.fullmatch(url)) and urlsplit(url).port != 0
    except ValueError:
        return False


def _host(url: str) -> str:
    """The host of an address, without `www.`; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _polled(c: Mapping[str, str], every: int | None, *, has_sitemap: bool) -> list[Source]:
    """What a line has to be polled: its feed and its sitemap, each a source of its own; its home page where it has neither."""
    aliases = _list(c["aliases"])

    def source(id_: str, url: str, via: str) -> Source:
        about = (c["outlet"], c["home"], c["language"], c["country"], c["kind"])
        return Source(id_, *about, url, c["status"], c["doubt"], via, aliases, Access(c["proxy"], c["tls"]), every)

    found = []
    if c["feed"]:
        found.append(source(c["id"], c["feed"], "telegram" if _TELEGRAM.match(c["feed"]) else "feed"))
    if has_sitemap:
        found.append(source(f"{c['id']}/sitemap" if found else c["id"], c["sitemap"], "sitemap"))
    return found or [source(c["id"], c["home"], "home")]


def _families(table: Table, outlets: set[str]) -> tuple[Family, ...]:
    ids: dict[str, int] = {}
    found = []
    for row in table.rows(("id", "kind", "outlets")):
        c = row.cells
        table.check(row, "id", fits=bool(SLUG.fullmatch(c["id"])), what="is no id; use lower-case letters, digits and hyphens")
        table.unique(row, "id", c["id"], ids)
        table.check(row, "kind", fits=c["kind"] in FAMILY_KINDS, what=f"is no kind; one of {', '.join(FAMILY_KINDS)}")
        members = _list(c["outlets"])
        table.check(row, "outlets", fits=bool(members), what='is empty; name outlets of sources.csv, separated by ";"')
        # Without a whole sources.csv right names would be unknown: its own fault is enough.
        for name in members if outlets else ():
            if name not in outlets:
                meant = near(name, dict.fromkeys(sorted(outlets), ()))
                hint = f"meant {meant[0]!r}?" if meant else "write it as in sources.csv"
                table.fault(row.line, "outlets", f"{name!r} is no outlet of sources.csv; {hint}")
        found.append(Family(c["id"], c["kind"], members))
    return tuple(found)


def _regions(table: Table) -> tuple[Region, ...]:
    names = ("iso", "en", "ru", "uk")
    isos: dict[str, int] = {}
    tiles: dict[str, int] = {}
    found = []
    # `names` and `adjectives` are what `forms` was made from: kept for whoever adds to them.
    for row in table.rows((*names, "lat", "lon", "column", "row", "names", "adjectives", "forms")):
        c = row.cells
        table.check(row, "iso", fits=bool(_ISO.fullmatch(c["iso"])), what="is no ISO 3166-2 code; such as RU-VGG or UA-43")
        table.unique(row, "iso", c["iso"], isos)
        table.named(row, *names[1:], "forms")
        lat, lon = table.number(row, "lat", float, -90, 90), table.number(row, "lon", float, -180, 180)
        column, tile_row = int(table.number(row, "column", int, 0, 99)), int(table.number(row, "row", int, 0, 99))
        table.unique(row, "row", f"column {column}, row {tile_row}", tiles)
        found.append(Region(c["iso"], c["en"], c["ru"], c["uk"], lat, lon, column, tile_row, _list(c["forms"])))
    return tuple(found)


def _towns(table: Table, isos: set[str]) -> tuple[Town, ...]:
    names = ("iso", "en", "ru", "uk", "also")
    found = []
    for row in table.rows((*names, "names", "adjectives", "forms")):
        c = row.cells
        table.check(row, "iso", fits=c["iso"] in isos or not isos, what="is no region of regions.csv; write its code as there")
        table.named(row, *names[1:4], "forms")
        table.check(row, "also", fits=c["also"] in ALSO, what=f"is not known; one of {', '.join(ALSO[1:])}, or empty")
        found.append(Town(c["iso"], c["en"], c["ru"], c["uk"], c["also"], _list(c["forms"])))
    return tuple(found)


def _searches(path: Path, faults: list[Fault]) -> dict[str, str | None] | None:
    """The queries of the saved searches by id, None of one with a fault; nothing where there is no such file, None where it
    cannot be read.
    """
    if not path.exists():
        return {}
    text = read_text(path, faults)
    spec = None if text is None else read_toml(path, text, faults)
    if text is None or spec is None:
        return None
    searches, wrong = read_searches(spec)
    faults += [Fault(str(path), line_of(field, text), field, what) for field, what in wrong]
    return dict.fromkeys(search_ids(spec)) | {search.id: search.query for search in searches}


def _alerts(
    path: Path,
    searches: Mapping[str, str | None] | None,
    names: Mapping[str, Mapping[str, Collection[str]]],
    faults: list[Fault],
) -> tuple[Alert, ...]:
    """The alerts; none where there is no such file: a newsroom need not have any."""
    text = read_text(path, faults) if path.exists() else None
    spec = None if text is None else read_toml(path, text, faults)
    if text is None or spec is None:
        return ()
    alerts, wrong = read_alerts(spec, searches, names)
    faults += [Fault(str(path), line_of(field, text), field, what) for field, what in wrong]
    return alerts


def _weights(path: Path, faults: list[Fault]) -> dict[str, float]:
    """How rare words are; nothing where there is no such file."""
    text = read_text(path, faults) if path.exists() else None
    try:
        return parse_weights(text or "")
    except ValueError as error:
        line, _, what = str(error).removeprefix("line ").partition(": ")
        faults.append(Fault(str(path), int(line), "weight", what))
        return {}


def _private(path: Path, faults: list[Fault]) -> tuple[str, ...]:
    """The private names, one a line; none where there is no such file. What follows a # is a note."""
    text = read_text(path, faults) if path.exists() else None
    found = []
    for number, line in enumerate((text or "").splitlines(), start=1):
        name = line.split("#")[0].strip()
        if name and not any(len(word) > 2 for word in compounds(fold(name).text)):
            faults.append(
                Fault(str(path), number, "name", f"{name!r} has no word of three letters; it would be found everywhere")
            )
        elif name:
            found.append(name)
    return tuple(found)


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, cell.split(";")) if part)


def _folded(name: str) -> str:
    return " ".join(compounds(fold(name).text))
