"""Dates: read where they can be, refused where they cannot, never shifted."""

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.lexicons import lexicon, single_words
from monitor.read.dates import ParsedDate, instant, is_date, plausible, read_date

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
HALF_PAST_SIX = datetime(2026, 5, 18, 6, 30, tzinfo=UTC)


@pytest.mark.fault(35)
@pytest.mark.parametrize(
    "raw",
    [
        "2026-05-18T09:30:00+03:00",
        "2026-05-18T09:30:00+0300",
        "2026-05-18 06:30:00 UTC",
        "2026-05-18T06:30Z",
        "20260518T063000Z",
        "Mon, 18 May 2026 09:30:00 +0300",
        "Mon, 18 May 26 06:30:00 GMT",
        "18 мая 2026 г., 09:30 (МСК)",
        "18 травня 2026, 09:30 +03:00",
        "May 18, 2026 at 2:30 AM EDT",
        "18.05.2026 09:30 UTC+3",
        "1779085800",
        "1779085800000",
        "1779085800.0",
        "2026-05-18T09:30:00[Europe/Moscow]",
        "2026-05-18T09:30:00+03:00[Europe/Moscow]",
    ],
)
def test_one_instant_in_many_writings(raw: str) -> None:
    assert read_date(raw).instant == HALF_PAST_SIX


@pytest.mark.fault(35)
@pytest.mark.parametrize(
    "raw",
    [
        "2026-05-18",
        "2026-05-18T09:30:00",
        "18.05.2026 09:30",
        "18 мая 2026 в 09:30",
        "18 травня 2026",
        "18 мая 2026 года",
        "18 мамыр 2026",
        "18 maja 2026",
        "18 maggio 2026",
        "18 de maio de 2026",
        "18 mei 2026",
        "18 Mayıs 2026",
        "18. května 2026",
        "18. 5. 2026",
        "18. 5. 2026, 09:30",
        "Май 18, 2026",
        "Mai 18, 2026",
        "18 mag 2026",
        "(Новоград, 18 мая 26)",
        "الاثنين، 18 مايو 2026 - 09:30 ص",
        "May 18, 2026",
        "18 May 2026 09:30 IST",
    ],
)
def test_without_a_known_zone_there_is_a_day_and_no_instant(raw: str) -> None:
    assert read_date(raw).instant is None
    assert read_date(raw).day == date(2026, 5, 18)


@pytest.mark.fault(35)
@pytest.mark.parametrize(
    "raw",
    [
        "30 Feb 2026 10:00:00 GMT",
        "2026-02-30T10:00:00Z",
        "31 апреля 2026, 10:00 МСК",
        "31.06.2026",
        "2026-13-01",
        "04/05/2026",
        "",
        "скоро",
    ],
)
def test_what_no_calendar_has_or_is_two_days_is_not_read(raw: str) -> None:
    assert read_date(raw).day is None
    assert instant(raw, NOW) is None


@pytest.mark.parametrize(
    "raw",
    [
        "Раненых на 17 мая 24",
        "Поранених на 17 травня 24",
        "Injured by 17 May 24",
        "с 10 по 12 мая 20",
        "12 мая, 20",
        "18 мая - 20",
        "5 may 12",
        "22 июня 41",
        "Пункт 1.2. 2026 год",
        "Глава 3. 4. 2020",
        "пп. 5.1. 2024 г.",
        "ст. 4. 2. 1999 УК",
        "Sold out 20 2026",
        "We set 10 2026 goals",
        "Gen 5 2024 chips",
    ],
)
def test_counts_and_numbers_of_chapters_are_no_dates(raw: str) -> None:
    assert not is_date(raw)
    assert read_date(raw).day is None


@pytest.mark.parametrize(
    "raw", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "9999-12-31T23:59:59+00:00"]
)
def test_placeholders_and_the_far_future_are_not_plausible(raw: str) -> None:
    assert not plausible(read_date(raw), NOW)
    assert instant(raw, NOW) is None


def test_a_clock_that_runs_ahead_by_a_day_is_believed() -> None:
    assert instant("2026-05-19T12:00:00Z", NOW) == NOW + timedelta(days=1)


@given(
    st.integers(0, 36 * 365 * 86_400).map(lambda seconds: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters))),
)
def test_iso_and_rfc_822_round_trip(local: datetime, zone: timezone) -> None:
    aware = local.replace(tzinfo=zone)
    for raw in (aware.isoformat(), format_datetime(aware)):
        assert read_date(raw).instant == aware
        assert read_date(raw).day == local.date()


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(raw: str) -> None:
    when = read_date(raw)
    assert when.day is not None or when.instant is None
    assert when.instant is None or when.instant.utcoffset() == timedelta(0)


@pytest.mark.parametrize("language", sorted(set(lexicon("dates")) - {"ja"}))
def test_each_month_of_each_language_is_read(language):
    for number in range(1, 13):
        words = single_words("dates", str(number), language)
        assert {word: read_date(f"18 {word} 2026").day for word in words} == dict.fromkeys(words, date(2026, number, 18))
        assert words


@pytest.mark.parametrize("raw", ["2026-05-18T24:30:00Z", "2026-05-18T24:00:01Z", "18.05.2026 24:10 МСК"])
def test_a_day_ends_at_24_00_and_has_no_time_behind_it(raw: str) -> None:
    assert read_date(raw) == ParsedDate(None, date(2026, 5, 18))
    assert read_date("2026-05-18T24:00:00Z").instant == datetime(2026, 5, 19, tzinfo=UTC)
