"""What groups are called when they grow, part and are joined."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.match import keep_addresses


def names(groups, before, ages="", taken=""):
    """Articles are letters, in their order; names of before, the oldest first."""
    found = keep_addresses(groups, before, order=lambda a: a, age=ages.find, is_taken=lambda name: name in taken)
    return list(found.names), dict(found.merged)


def test_a_new_group_is_called_by_its_first_article():
    assert names(["bca", "d"], {}) == (["a", "d"], {})


def test_a_group_that_grows_keeps_its_name_whatever_joins_it():
    assert names(["abc"], {"b": "b", "c": "b"}) == (["b"], {})


def test_a_name_goes_with_most_of_its_group_and_the_others_are_new():
    assert names(["ab", "cde"], dict.fromkeys("abcde", "a")) == (["b", "a"], {})
    assert names(["ab", "cd"], dict.fromkeys("abcd", "c")) == (["a", "c"], {})  # of two halves to the one that it is called by
    assert names(["bc", "ad"], dict.fromkeys("abcd", "x")) == (["b", "x"], {})  # or to the one with the first


def test_groups_that_are_joined_keep_the_oldest_name_and_the_others_lead_to_it():
    before = {"a": "a", "b": "a", "c": "c", "d": "d"}
    assert names(["abcd"], before, ages="cad") == (["c"], {"a": "c", "d": "c"})


def test_a_name_that_has_lost_its_group_leads_to_where_most_of_it_went():
    before = {"a": "x", "b": "x", "c": "c", "d": "c"}
    assert names(["abd", "c"], before, ages="xc") == (["x", "c"], {})
    assert names(["abcd"], before, ages="cx") == (["c"], {"x": "c"})


def test_no_two_groups_have_one_name_and_no_former_name_is_given_again():
    assert names(["ab", "cd"], {"c": "a"}, taken="b") == (["a-2", "a"], {})
    assert names(["a", "bc"], {"b": "a", "c": "a"}) == (["a-2", "a"], {})


LETTERS = "abcdefghij"


@given(st.lists(st.integers(0, 3), min_size=10, max_size=10), st.lists(st.integers(0, 4), min_size=10, max_size=10), st.randoms())
def test_every_group_has_one_name_and_every_name_leads_on(now, then, rnd):
    before = {article: f"n{group}" for article, group in zip(LETTERS, then, strict=True) if group}
    groups = [[a for a, g in zip(LETTERS, now, strict=True) if g == group] for group in sorted(set(now))]
    found, merged = names(groups, before, ages="n1n2n3n4")
    assert len(set(found)) == len(groups)
    assert set(before.values()) == (set(found) & set(before.values())) | merged.keys()
    assert not set(merged) & set(found)
    assert set(merged.values()) <= set(found)
    shuffled = groups[:]
    rnd.shuffle(shuffled)
    again, _ = names(shuffled, before, ages="n1n2n3n4")
    assert {found[groups.index(g)] for g in groups if set(found) & {"n1", "n2", "n3", "n4"}} == set(again) or set(found) == set(
        again
    )
