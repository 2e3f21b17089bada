"""The same answers in any order end in the same vault: a crawl that was killed ends where one run would have."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.derive.stories import update_stories
from monitor.model import Outcome
from monitor.vault import Store, open_reader

# Everything but clocks of the program itself, numbers of fetches, and of texts that were compared: enough to join each group.
CONTENT = (
    "SELECT id, key, url, outlet, title, published, feed_date, text, relevant, first_seen, first_fetched, last_fetched,"
    " copy_group FROM articles",
    "SELECT article, number, fetched, title, text FROM revisions",
    "SELECT a.article, min(b.article) FROM article_wordings a JOIN wordings w ON w.id = a.wording JOIN wordings o USING (part)"
    " JOIN article_wordings b ON b.wording = o.id GROUP BY a.article",
    "SELECT * FROM copy_groups",
    "SELECT digest FROM wordings",
    "SELECT band, digest FROM wording_bands JOIN wordings ON id = wording",
    "SELECT url, article, first_seen FROM article_urls",
    "SELECT * FROM links",
    "SELECT * FROM verdicts",
    "SELECT * FROM reasons",
    "SELECT * FROM places",
    "SELECT source, guid, url, first_seen, published FROM feed_entries",
    "SELECT key, state FROM frontier",
)

# An answer: an article's page (outlet, text, whether it is relevant) or a feed (which of the addresses it lists). Each has its
# own minute.
PAGES = st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.booleans())
FEEDS = st.frozensets(st.sampled_from("abc"), min_size=1)


def text_number(number: int, text_of: Callable[..., str]) -> str:
    """Texts of which some are copies, in chains: 0-1-2 share ever less, 3 is 0 with another end, 4 and 5 differ."""
    words = text_of(1, 120).split()
    return (
        " ".join(words),
        " ".join(words[30:]),
        " ".join(words[60:] + text_of(2, 30).split()),
        " ".join([*words, *text_of(3, 12).split()]),
        text_of(4),
        "короткий текст",
    )[number]


def content(answers: list[tuple[int, Any]], make: Any, text_of: Callable[..., str]) -> list[list[tuple[Any, ...]]]:
    with tempfile.TemporaryDirectory() as folder:
        vault = Path(folder) / "monitor.db"
        with Store.open(vault) as store:
            store.db.pragma("synchronous = OFF")  # for speed: no power is cut here
            run = store.begin_run("feeds", make.at())
            for minute, answer in answers:
                if isinstance(answer, frozenset):
                    entries = [make.entry(f"http://{host}.test/x", published=minute) for host in sorted(answer)]
                    fetch = make.fetch("http://feed.test/feed", Outcome.FEED, kind="feed", at=minute)
                    store.save_feed(run, fetch, make.feed(*entries), entries)
                else:
                    host, number, relevant = answer
                    url = f"http://{host}.test/x"
                    bundle = make.parsed(url, text_number(number, text_of), relevant=relevant)
                    store.save_article(run, make.fetch(url, at=minute), bundle, pending=[make.pending(url)])
            update_stories(store, make.at(99))
        with open_reader(vault) as reader:
            return [sorted(map(tuple, reader.query(sql)), key=repr) for sql in CONTENT]


@given(answers=st.lists(st.one_of(PAGES, FEEDS), min_size=2, max_size=8), data=st.data())
@settings(max_examples=25)
def test_any_order_of_saving_ends_in_the_same_vault(
    answers: list[Any], data: st.DataObject, make: Any, text_of: Callable[..., str]
) -> None:
    timed = list(enumerate(answers))
    shuffled = data.draw(st.permutations(timed))
    assert content(shuffled, make, text_of) == content(timed, make, text_of)
