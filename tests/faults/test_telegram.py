"""A Telegram channel as a crawl meets it: posts that come faster than we look, are edited, vanish, or cannot be had."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

WINDOW = 5
"""Messages on one page; the service shows 20."""


@dataclass
class Channel:
    """A channel of the hostile web: number to words, and what is odd about a post."""

    name: str
    posts: dict[int, str] = field(default_factory=dict)
    edited: set[int] = field(default_factory=set)
    has_preview: bool = True

    def publish(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            trees = " ".join(f"{tree}{number}" for tree in ("alder", "birch", "cedar", "dogwood", "elm", "fir") * 4)
            self.posts[number] = f"A military summons was handed over. {trees}"

    async def answer(self, call):
        path, _, query = call.path.partition("?before=")
        if not self.has_preview and path.startswith("/s/"):
            await call.answer(302, Location=f"/{self.name}")
        elif path != f"/s/{self.name}":
            await call.answer(200, '<div class="tgme_page"><div class="tgme_page_extra">12 subscribers</div></div>')
        else:
            below = [number for number in sorted(self.posts) if number < int(query or 1_000_000)]
            await call.answer(200, self.page(below[-WINDOW:], has_older=len(below) > WINDOW))

    def page(self, numbers, *, has_older):
        older = f'<link rel="prev" href="/s/{self.name}?before={numbers[0]}">' if has_older else ""
        messages = "".join(
            f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="{self.name}/{number}">'
            f'<div class="tgme_widget_message_text">{self.posts[number]}</div>'
            f'<span class="tgme_widget_message_meta">{"edited " * (number in self.edited)}<a class="tgme_widget_message_date">'
            f'<time datetime="2026-05-12T09:{number % 60:02}:00+03:00"></time></a></span></div></div>'
            for number in numbers
        )
        return f'<html><head>{older}</head><body><section class="tgme_channel_history">{messages}</section></body></html>'


@pytest.fixture(scope="module")
def channel(web):
    """A channel whose second post cites an article of another host."""
    cited = web.on("127.0.7.41", lambda call: call.answer(200, call.article("The cited story")))
    channel = Channel("zarya_news")
    channel.publish(101, 105)
    channel.posts[102] += f'. <a href="{cited}/story">It was told before</a>, and <a href="https://t.me/bereg_live/7">there</a>.'
    channel.base = web.on("127.0.7.40", channel.answer)
    return channel


@pytest.fixture(scope="module")
def crawled(channel, new_newsroom, web):
    """The channel after three polls: the first; one with more news than a page holds; one with more than is read of a channel."""
    newsroom = new_newsroom("telegram")
    newsroom.sources(zarya=f"{channel.base}/s/{channel.name}")
    first = newsroom.crawl("feeds", "everything=1")
    assert first.returncode == 0, first.stderr
    channel.publish(106, 118)
    channel.posts[104] = "The military summons was a mistake, the clerk said."
    channel.edited.add(104)
    del channel.posts[105]
    newsroom.crawl("feeds", "everything=1")
    channel.publish(119, 160)
    newsroom.crawl("feeds", "everything=1")
    channel.asked = web.paths("127.0.7.40")
    return newsroom


def test_each_post_is_an_article_of_the_line_s_outlet_traced_to_the_one_capture_of_its_page(crawled):
    rows = crawled.query(
        "SELECT a.url, a.outlet, a.relevant, f.kind, f.outcome, f.warc_file IS NOT NULL"
        " FROM articles a JOIN fetches f ON f.id = a.fetch WHERE a.source = 'zarya' ORDER BY a.url LIMIT 3"
    )
    assert rows == [
        (f"https://t.me/zarya_news/{number}", "Outlet zarya", 1, kind, "feed", 1)
        for number, kind in ((101, "feed"), (102, "feed"), (103, "older"))
    ]
    assert crawled.query("SELECT count(*) FROM fetches WHERE url LIKE '%t.me%'") == [(0,)]


def test_a_relevant_post_earns_its_links_but_for_those_to_other_posts(crawled):
    assert crawled.query("SELECT a.title, referrer, depth FROM articles a JOIN fetches f ON f.article = a.id") == [
        ("The cited story", "https://t.me/zarya_news/102", 1)
    ]
    assert crawled.query("SELECT key FROM links WHERE kind = 'citation' AND key LIKE '%t.me%'") == [
        ("https://t.me/bereg_live/7",)
    ]


def test_a_post_that_was_edited_is_a_revision(crawled):
    rows = crawled.query(
        "SELECT r.number, substr(r.text, 1, 21), a.flags FROM revisions r JOIN articles a ON a.id = r.article"
        " WHERE a.url = 'https://t.me/zarya_news/104' ORDER BY r.number"
    )
    assert rows == [(1, "A military summons wa", '["edited"]'), (2, "The military summons ", '["edited"]')]


def test_older_pages_are_read_down_to_what_is_known_and_no_more_of_them_than_the_limit(crawled, channel):
    assert [path.removeprefix("/s/zarya_news") for path in channel.asked if path != "/robots.txt"] == [
        "",
        *("", "?before=114", "?before=109"),
        *("", "?before=156", "?before=151", "?before=146", "?before=141", "?before=136"),
    ]
    assert crawled.query("SELECT count(DISTINCT url) FROM articles WHERE source = 'zarya'") == [(18 + 30,)]
    assert crawled.query("SELECT outcome, count(*) FROM fetches WHERE kind = 'older' GROUP BY outcome") == [("feed", 7)]


def test_what_is_missing_what_was_not_read_and_what_was_never_seen_are_three_things(crawled):
    rows = crawled.query("SELECT state, lowest, highest, numbers, url FROM telegram_gaps")
    assert rows == [
        ("suspected", 105, 105, 1, "https://t.me/zarya_news/105"),
        ("not read", 119, 130, 12, ""),
    ]


def test_a_run_that_read_posts_and_no_page_collected_something(crawled, channel, newsroom):
    newsroom.sources(zarya=f"{channel.base}/s/{channel.name}")
    done = newsroom.crawl("feeds", "everything=1", MONITOR_DEPTH=0)
    assert done.returncode == 0, done.stderr
    assert newsroom.query("SELECT articles, relevant, outcome FROM runs") == [(5, 5, "done")]
    channel.has_preview = False
    gone = newsroom.crawl("feeds", "everything=1")
    channel.has_preview = True
    assert gone.returncode == 3
    assert newsroom.outcomes(f"{channel.base}/{channel.name}") == ["not a feed"]
    assert newsroom.detail(f"{channel.base}/{channel.name}") == (
        "the page shows no posts: no channel of this name has a public preview"
    )
    assert newsroom.query("SELECT count(*) FROM posts WHERE missed IS NOT NULL") == [(0,)]


def test_a_page_that_could_not_be_had_is_asked_again_and_the_gap_stays_until_then(crawled, channel, newsroom, web):
    newsroom.sources(zarya=f"{channel.base}/s/{channel.name}")
    newsroom.crawl("feeds", "everything=1", MONITOR_DEPTH=0)
    channel.publish(161, 170)
    refused = []

    async def refuse_once(call):
        if "before" in call.path and len(refused) < 3:  # as often as one run asks
            refused.append(call.path)
            await call.answer(500)
        else:
            await channel.answer(call)

    web.on("127.0.7.40", refuse_once)
    newsroom.crawl("feeds", "everything=1", MONITOR_DEPTH=0)
    web.on("127.0.7.40", channel.answer)
    assert newsroom.query("SELECT first, last FROM unread") == [(161, 165)]
    assert newsroom.query("SELECT state, kind FROM frontier WHERE key LIKE 'older:%'") == [("waiting", "older")]


def test_posts_and_what_was_not_read_of_them_come_back_from_the_archive(crawled, rebuilt):
    again = rebuilt(crawled)
    assert again.query("SELECT count(*) > 10 FROM posts") == [(1,)]
