"""What was missed is known: feeds polled too slowly for their window, outlets that fall silent. Real crawls, days apart."""

import subprocess
import sys

import pytest

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'


def window(numbers):
    """A feed that shows these entries and no others."""

    async def answer(call):
        if call.path == "/feed.xml":
            base = f"http://{call.host}:{call.writer.get_extra_info('sockname')[1]}"
            items = "".join(f"<item><title>Story {n}</title><link>{base}/{n}</link><guid>{n}</guid></item>" for n in numbers())
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        else:
            await call.answer(200, call.article(f"Story {call.path}", words=f"of {call.path.strip('/')} " * 9))

    return answer


def monitor(newsroom, *verb):
    return subprocess.run(
        [sys.executable, "-m", "monitor.cli", *verb], env=newsroom.environment(), text=True, capture_output=True, check=False
    )


@pytest.fixture(scope="module")
def watched(web, new_newsroom):
    """Three crawls, an hour and 31 days apart, of a feed that runs over between the first two and one that falls silent."""
    newsroom = new_newsroom("watched")
    newest = [3]
    feeds = {
        "fast": window(lambda: range(newest[0] - 2, newest[0] + 1)),
        "quiet": window(lambda: range(1, 4)),
    }
    newsroom.sources(**{name: web.on(f"127.0.7.{n}", answer) + "/feed.xml" for n, (name, answer) in enumerate(feeds.items(), 50)})
    newsroom.runs, newsroom.states = [], []
    for moment, shown in (("05-12T09:00", 3), ("05-12T10:00", 20), ("06-12T10:00", 21)):
        newest[0] = shown
        clock = f"2026-{moment}:00Z"
        newsroom.runs.append(newsroom.crawl("feeds", "everything=1", MONITOR_CLOCK=clock))
        newsroom.states.append(monitor(newsroom, "status"))
    return newsroom


def test_a_newsroom_that_sees_all_has_no_gap(watched):
    assert watched.runs[0].returncode == 0, watched.runs[0].stderr
    assert watched.states[0].returncode == 0
    assert "Gaps: none." in watched.states[0].stdout


@pytest.mark.fault(57)
def test_a_feed_polled_too_slowly_for_its_window_is_a_gap_with_what_was_lost_at_least(watched):
    said = "at least 14 entries came and went unseen"
    assert watched.runs[1].returncode == 3
    assert f"Not seen whole: Outlet fast, window overflow, {said}." in watched.runs[1].stdout
    assert watched.states[1].returncode == 3
    assert f"fast (Outlet fast): window overflow: {said}" in watched.states[1].stdout
    assert watched.query("SELECT hour, lost FROM ledger WHERE state = 'window overflow'") == [("2026-05-12T10:00:00.000000Z", 14)]


@pytest.mark.fault(57)
def test_an_outlet_that_is_silent_for_long_is_a_gap_although_its_feed_reads(watched):
    assert watched.runs[2].returncode == 3
    assert "Outlet quiet, silent for long, nothing new since 2026-05-12" in watched.runs[2].stdout
    assert "fast" not in watched.runs[2].stdout
    assert watched.states[2].returncode == 3
    assert "quiet (Outlet quiet): silent for long: nothing new since 2026-05-12" in watched.states[2].stdout


def test_the_month_in_which_nobody_looked_is_in_the_ledger_and_its_export(watched, tmp_path):
    done = monitor(watched, "export", "ledger", "-o", str(tmp_path / "ledger.csv"))
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "ledger.csv").read_text().splitlines()
    assert lines[0].startswith("outlet,hour,hours,state,read,")
    days = [f"2026-05-{day}" for day in range(13, 32)] + [f"2026-06-{day:02}" for day in range(1, 12)]
    for day in days:
        assert f"Outlet fast,{day}T00:00:00.000000Z,24,not running,0,0,0,0,0,0,0,0,0,0,1" in lines
