"""Lists without end behind links: session ids in paths, every order of every facet. They cost a host so much and no more."""

import itertools

import pytest

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
LISTED, DEEP = 12, 10
MOST = 1 + LISTED + 2 * DEEP  # the feed, what it lists, two depths of links


def trap(base):
    """Each page of it, whatever its address, is an article on the beat that leads to six addresses never seen before."""
    fresh = itertools.count()

    async def answer(call):
        if call.path == "/feed.xml":
            items = "".join(f"<item><title>{n}</title><link>{base}/story/{n}</link></item>" for n in range(LISTED))
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
            return
        links = []
        for _ in range(3):
            session, facet = next(fresh), next(fresh)
            links += [f"{base}/session-{session}/story/0", f"{base}/story/0?facet={facet}&sort=price"]
        words = " ".join(f"{word}{call.path.replace('/', '')}" for word in ("alder", "birch", "cedar") * 8)
        await call.answer(200, call.article(f"Story {call.path}", words=words, links=tuple(links)))

    return answer


@pytest.fixture(scope="module")
def trapped(web, new_newsroom):
    newsroom = new_newsroom("trapped")
    base = f"http://127.0.7.30:{web.port}"
    newsroom.sources(trap=web.on("127.0.7.30", trap(base)) + "/feed.xml")
    newsroom.base = base
    newsroom.run = newsroom.crawl("feeds", MONITOR_DEPTH=2, MONITOR_HOST_PAGES=MOST, MONITOR_DEPTH_PAGES=DEEP)
    return newsroom


@pytest.mark.fault(45)
def test_what_the_feed_lists_is_all_fetched_although_links_come_first(trapped, web):
    assert trapped.run.returncode == 0, trapped.run.stderr
    assert {f"/story/{n}" for n in range(LISTED)} <= set(web.paths("127.0.7.30"))


@pytest.mark.fault(45)
def test_each_depth_of_links_has_its_budget_and_the_host_one_for_all(trapped):
    pages = dict(
        trapped.query("SELECT depth, count(*) FROM fetches WHERE kind = 'article' AND outcome = 'article' GROUP BY depth")
    )
    assert pages.pop(0) == LISTED
    assert pages[1] == DEEP
    assert max(pages.values()) == DEEP
    # The feed itself is one of the host's pages.
    assert sum(pages.values()) + LISTED + 1 == MOST


@pytest.mark.fault(45)
def test_what_is_left_is_told_in_one_row_and_waits(trapped):
    ((url, detail, state),) = trapped.query(
        "SELECT f.url, f.detail, w.state FROM fetches f JOIN frontier w USING (key) WHERE f.outcome = 'over budget'"
    )
    (left,) = trapped.query("SELECT count(*) FROM frontier WHERE state = 'waiting'")[0]
    assert url.startswith(trapped.base)
    assert detail == f"{MOST} pages of this host were fetched in this run; {left} more wait for the next"
    assert state == "waiting"


@pytest.mark.fault(45)
def test_where_only_a_depth_is_over_its_budget_that_is_told(trapped, web, new_newsroom):
    newsroom = new_newsroom("deep")
    newsroom.sources(trap=web.on("127.0.7.31", trap(f"http://127.0.7.31:{web.port}")) + "/feed.xml")
    newsroom.crawl("feeds", MONITOR_DEPTH=1, MONITOR_DEPTH_PAGES=DEEP)
    ((detail,),) = newsroom.query("SELECT detail FROM fetches WHERE outcome = 'over budget'")
    assert detail.startswith(f"{DEEP} pages at depth 1 of this host were fetched in this run; ")
