"""Parses dates as pages and feeds write them, to aware UTC times. Pure. It guesses no time zone and refuses impossible days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.lexicons import any_of, lexicon, single_words

EARLIEST = date(1990, 1, 1)
"""No page of the web is older; earlier dates are placeholders (0001-01-01 and 1970-01-01 are common)."""
AHEAD = timedelta(days=2)
"""How far past `now` a declared date may lie: time zones, and clocks that run ahead."""

_MONTHS = {form: number for number in range(1, 13) for form in single_words("dates", str(number))}
# Those that may stand before the day. Short forms are words of other languages, too: "sold out 20 2026", "we set 10 2026 goals".
_MONTHS_BEFORE = {
    form: number
    for language, sections in lexicon("dates").items()
    for number in range(1, 13)
    for entry in sections.get(str(number), ())
    for place, form in enumerate(entry.split())
    if place == 0 or len(form) > 4 or language in ("en", "ru", "uk")
}
# RFC 822 section 5 and the names that Russian and Ukrainian newsrooms write. Others (IST, CST in China) mean several zones.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("cet", "bst", "west"), 60),
    **dict.fromkeys(("cest", "eet"), 120),
    **dict.fromkeys(("msk", "мск", "eest"), 180),
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
}
_CLOCK = (
    r"(?<!\d)(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d|60)(?:[.,](?P<fraction>\d{1,9}))?)?"
    # Programs in C write 20:0:0.
    r"|:(?P<short_minute>[0-5]?\d):(?P<short_second>[0-5]?\d))(?![:\d])"
    r"(?:\s*+(?P<half>[ap])\.?m\b\.?)?"
)
_ZONE = r"(?P<zone>[+−-]\d{1,2}:?(?:\d{2})?(?!\d)|[A-Z][A-Za-z]{2,}/[A-Z][A-Za-z_]+|[a-zа-яA-ZА-Я]{1,5}(?![a-zа-яA-ZА-Я/]))"
# Java writes the zone's name in brackets, behind the offset or alone.
_TIME = _CLOCK + r"(?:\s*+[(\[]?(?:(?i:utc|gmt)(?=\s*+[+−-]))?\s*+" + _ZONE + r")?"
# A day's time stands beside it: what is further off may be another day's.
_BETWEEN = rf"(?:[\s,;|·•/()@–—-]|\b(?:{any_of(single_words('dates', 'beside_time'))})){{0,9}}"
_TIME_AFTER = re.compile(rf"T?{_BETWEEN}{_TIME}", re.IGNORECASE)
_TIME_BEFORE = re.compile(rf"{_TIME}\)?{_BETWEEN}(?:[^\W\d_]{{2,12}}\.?,?\s+)?\Z", re.IGNORECASE)
_ISO_DAY = re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_ISO_BASIC = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)(?=T|\b)(?:T(?P<clock>\d{4,6}))?")
_DOTTED_DAY = re.compile(r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d{2}(?!\d))")
# In Central Europe a blank stands behind each stop: 4. 2. 2026. Beside words these are the numbers of chapters and of points.
_SPACED_DAY = re.compile(r"\A(?P<day>\d{1,2})\.\s(?P<month>\d{1,2})\.\s(?P<year>\d{4})(?=\Z|\W{1,4}\d{1,2}:\d\d)")
_SLASHED_DAY = re.compile(r"(?<!\d)(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<year>\d{4}|\d{2})(?![\d/-])")
_EAST_DAY = re.compile(r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]")
# RFC 822 has years of two figures, and old feeds follow it.
_DAY_NAMED = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s.,-]+(?:(?:of|de)\s+)?(?P<name>[^\W\d_]{3,12})\.?[\s,-]+(?:(?:de|del)\s+)?"
    r"(?P<year>\d{4}|\d{2}(?=\s+\d{1,2}:))(?!\d)"
)
# People write such years in brackets, behind a town: "(Novograd, 14 May 26)". Elsewhere they may be counts: "by 14 May 26".
_BRACKETED_DAY = re.compile(
    r"\A\((?:[^\W\d_][^(),\d]{0,40},\s)?(?P<day>\d{1,2})\s(?P<name>[^\W\d_]{3,12})\.?\s(?P<year>\d{2})\)\.?\Z"
)
_NAMED_DAY = re.compile(r"(?P<name>[^\W\d_]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)")
# As C's asctime and Java's Date.toString write it: "Mon May 18 10:00:00 MSK 2026".
_ASCTIME = re.compile(
    r"(?P<name>[^\W\d_]{3})\s+(?P<day>\d{1,2})\s+(?P<time>\d{1,2}:\d{2}:\d{2}(?:\s+(?!\d{4}\b)\S{1,32})?)\s+(?P<year>\d{4})(?!\d)"
)
_EPOCH = re.compile(r"(\d{10})(?:(\d{3})|\.\d{1,9})?")
_LONGEST = 200
# A line that is a date has at most so many letters, and so many words beside the month's and the day's that are as long as these.
_SHORT, _OTHER_WORDS = 60, 1
# A section, or where something happened, may stand beside it behind a sign, in so many words.
_BESIDE, _BESIDE_WORDS = re.compile(r"(?<=\s)(?:[|·•]|//?)(?=\s)"), 3
# Letters alone: dates are written without blanks, "18мая2026".
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
# Words are looked for without apostrophes: п'ятниця.
_WEEKDAYS = frozenset(day.rpartition("'")[2] for day in single_words("dates", "weekday"))
# How far clocks of the inhabited Earth are behind UTC and before it, and by which steps.
_WEST, _EAST, _ZONE_STEP = timedelta(hours=-11), timedelta(hours=14), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date that was read: the instant where its time and zone are known, and the day as written."""

    instant: datetime | None
    day: date | None
    clock: timedelta | None = None
    """The time of that day as written; None where none is."""


_NEVER = ParsedDate(None, None)


def _offset(zone: str) -> timezone | None:
    zone = zone.lower().replace("−", "-")
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
        # No clock on Earth is further from UTC than 14 hours.
        return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes)) if minutes <= 14 * 60 else None
    return timezone(timedelta(minutes=_ZONES[zone])) if zone in _ZONES else None


def _zone(written: str) -> tzinfo | None:
    """A zone by its offset, its abbreviation or its IANA name (Europe/Moscow); None where it is none, or several."""
    if "/" not in written:
        return _offset(written)
    try:
        return ZoneInfo(written)
    except (LookupError, ValueError, OSError):
        return None


def _day(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if "name" in parts:
        month = (_MONTHS_BEFORE if match.re is _NAMED_DAY else _MONTHS).get(parts["name"].lower(), 0)
    elif "a" in parts:
        # 04/05/2023 is two days, by where it was written: read only where one number is no month, or both are the same.
        a, b = int(parts["a"]), int(parts["b"])
        if a == b or b > 12:
            month, day = a, b
        elif a > 12:
            month, day = b, a
        else:
            return None
        parts["day"] = str(day)
    else:
        month = int(parts["month"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, month, int(parts["day"]))
    except ValueError:
        return None


def _find_day(raw: str) -> tuple[date | None, str, str]:
    """The day, and what stands before and after it, where its time may stand."""
    if (match := _ASCTIME.search(raw)) and (day := _day(match)):
        return day, "", match["time"]
    for pattern in (_ISO_DAY, _EAST_DAY, _DOTTED_DAY, _SPACED_DAY, _DAY_NAMED, _BRACKETED_DAY, _NAMED_DAY, _SLASHED_DAY):
        for match in pattern.finditer(raw):
            if day := _day(match):
                return day, raw[: match.start()], raw[match.end() :]
            if "name" not in match.re.groupindex:
                # Figures in the shape of a date that no calendar has: reading on would make another date of them.
                return None, "", ""
    if (basic := _ISO_BASIC.search(raw)) and (day := _day(basic)):
        return day, "", ":".join(re.findall("..", basic["clock"] or "")) + raw[basic.end() :]
    return None, "", ""


@lru_cache(maxsize=256)
def read_date(raw: str) -> ParsedDate:
    """A date in ISO 8601, RFC 822, Unix seconds, or as people write it: months in the languages that have
    them in `monitor/lexicons/dates.toml`.

    `day` is the day as written, None where there is none or no calendar has it (30 February). `instant` is in UTC, None where
    the time or its zone is not given. Neither is checked against today: see `plausible`.
    """
    raw = raw.strip()[:_LONGEST]
    if match := _EPOCH.fullmatch(raw):
        instant = datetime.fromtimestamp(int(match[1]), UTC)
        return ParsedDate(instant, instant.date())
    day, before, after = _find_day(raw)
    if day is None:
        return _NEVER
    time = _TIME_AFTER.match(after) or _TIME_BEFORE.search(before)
    if time is None:
        return ParsedDate(None, day)
    hour, minute = int(time["hour"]), int(time["minute"] or time["short_minute"] or 0)
    second = int(time["second"] or time["short_second"] or 0)
    if time["half"]:
        if not 1 <= hour <= 12:
            return ParsedDate(None, day)
        hour = hour % 12 + (12 if time["half"].lower() == "p" else 0)
    micro = int((time["fraction"] or "0")[:6].ljust(6, "0"))
    if hour == 24 and (minute or second or micro):
        # ISO 8601 knows 24:00, the end of a day, and no time behind it.
        return ParsedDate(None, day)
    clock = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)
    if not time["zone"] or (zone := _zone(time["zone"])) is None:
        return ParsedDate(None, day, clock)
    try:
        # 24:00 and the leap second are written, and datetime has neither: added, they stay the instants that they are.
        local = datetime(day.year, day.month, day.day, tzinfo=zone) + clock
        return ParsedDate(local.astimezone(UTC), day, clock)
    except OverflowError:
        return ParsedDate(None, day)


def is_date(text: str) -> bool:
    """Whether a line is a date, with the name of the day and a label perhaps, and says nothing else."""
    parts = _BESIDE.split(text) if len(text) < _SHORT * 2 else [text]
    if len(text) >= _SHORT and len(parts) == 1:
        return False
    if len(parts) > 1:
        return any(map(is_date, parts)) and all(len(part.split()) <= _BESIDE_WORDS or is_date(part) for part in parts)
    others = [w for word in _LONG_WORD.findall(text) if (w := word.lower()) not in _MONTHS and w not in _WEEKDAYS]
    return len(others) <= _OTHER_WORDS and bool(_days(text))


def _days(raw: str) -> tuple[date, ...]:
    """The days that a text may name: two where its figures are in either order (04/05/2026), else one or none."""
    if day := read_date(raw).day:
        return (day,)
    match = _SLASHED_DAY.search(raw)
    if not match or len(match["year"]) != 4 or not all(1 <= int(match[part]) <= 12 for part in "ab"):
        return ()
    year, a, b = int(match["year"]), int(match["a"]), int(match["b"])
    return date(year, b, a), date(year, a, b)


def day_first(raw: str) -> str:
    """A date in figures with the day first, in stops: 04.05.2026 for 04/05/2026, of a page in whose language it means the fourth
    of May. What is no such date, or can be one only with the month first, as it is."""

    def in_stops(match: re.Match[str]) -> str:
        a, b = int(match["a"]), int(match["b"])
        is_either = len(match["year"]) == 4 and 1 <= a <= 12 and 1 <= b <= 12
        return f"{match['a']}.{match['b']}.{match['year']}" if is_either else match[0]

    return _SLASHED_DAY.sub(in_stops, raw, count=1)


def own_day(declared: str, printed: str) -> date | None:
    """The day on which an article that declares its time in UTC was published where its outlet is: the day before or after, which
    it prints, if a clock of some place can show it at that instant. None where it declares no time in UTC, or prints no other."""
    said, shown = read_date(declared), read_date(printed)
    if said.instant is None or said.day is None or said.clock is None:
        return None
    midnight = datetime(said.day.year, said.day.month, said.day.day, tzinfo=UTC)
    if midnight + said.clock != said.instant:
        return None
    for day in _days(printed):
        local = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if shown.clock is not None:
            ahead = local + shown.clock - said.instant.replace(second=0, microsecond=0)
            fits = _WEST <= ahead <= _EAST and ahead % _ZONE_STEP == timedelta()
        else:
            # Some moment of that day is this instant, in some zone.
            fits = local - _EAST <= said.instant < local + timedelta(days=1) - _WEST
        if abs(day - said.day) == timedelta(days=1) and fits:
            return day
    return None


def plausible(when: ParsedDate, now: datetime) -> bool:
    """Whether a date can be that of a page which exists: from 1990 until two days after `now`."""
    return when.day is not None and EARLIEST <= when.day <= (now + AHEAD).date()


def instant(raw: str, now: datetime) -> datetime | None:
    """The instant in UTC that a declared date names; None where it has no zone, is not plausible, or cannot be read."""
    when = read_date(raw)
    return when.instant if plausible(when, now) else None
