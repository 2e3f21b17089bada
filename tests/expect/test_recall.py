"""Recall of a way of discovery is its share of what the others found; what all missed is told where enough was found twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.expect import estimate_recall
from monitor.expect.recall import wilson

WAYS = ("feed", "sitemap", "related")
FOUND = st.lists(st.sets(st.sampled_from(WAYS), min_size=1), max_size=60)


def articles(*, both=0, feed=0, related=0):
    return [{"feed", "related"}] * both + [{"feed"}] * feed + [{"related"}] * related


def test_each_way_is_held_against_what_the_others_found():
    feed, related = estimate_recall(articles(both=30, feed=20, related=10), ["feed", "related"])
    assert (feed.found, feed.others, feed.both, feed.share) == (50, 40, 30, 0.75)
    assert (related.found, related.others, related.both, related.share) == (40, 50, 30, 0.6)


def test_chapmans_estimate_of_what_no_way_found():
    """Worked by hand: 51 * 41 / 31 - 1 = 66.4 articles, of which 60 are known; 31 * 21 / 11 - 1 = 58.2, of which 40 are."""
    feed, _ = estimate_recall(articles(both=30, feed=20, related=10), ["feed", "related"])
    assert (feed.total, feed.missed) == (66, 6)
    feed, _ = estimate_recall(articles(both=10, feed=20, related=10), ["feed", "related"])
    assert (feed.total, feed.missed) == (58, 18)


@pytest.mark.parametrize(("both", "told"), [(6, False), (7, True)])
def test_fewer_than_seven_found_twice_say_nothing_of_what_was_missed(both, told):
    feed, _ = estimate_recall(articles(both=both, feed=5, related=5), ["feed", "related"])
    assert (feed.total is not None) is told
    assert (feed.missed is not None) is told


def test_a_way_beside_which_there_is_no_other_has_no_recall():
    (feed,) = estimate_recall(articles(feed=9), ["feed"])
    assert (feed.found, feed.others, feed.share, feed.low, feed.high, feed.total) == (9, 0, None, None, None, None)


def test_wilsons_interval_is_that_of_the_textbook():
    """Newcombe (1998), Statist. Med. 17:857-872, table I: 81 of 263 and 0 of 20, method 3."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(found=FOUND)
def test_shares_lie_within_their_interval_and_nothing_that_is_known_is_missed(found):
    for one in estimate_recall(found, WAYS):
        assert one.both <= min(one.found, one.others)
        if one.share is not None:
            assert 0 <= one.low <= one.share + 1e-12
            assert one.share <= one.high + 1e-12 <= 1 + 2e-12
        if one.missed is not None:
            assert one.missed >= 0


@given(found=FOUND, both=st.integers(7, 30))
def test_a_way_that_found_all_that_the_others_did_missed_nothing_of_it(found, both):
    (feed,) = estimate_recall([ways | {"feed"} for ways in found] + articles(both=both), ["feed"])
    assert feed.share == 1
    assert feed.missed == 0
