"""What is said of stories that were grouped anew."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.match import StoryEvent, decides, keep_addresses, story_events


def told(
    stories: dict[str, str], before: dict[str, str], merged: dict[str, str] | None = None
) -> list[tuple[str, str, str, str]]:
    """Event, article, from, to; articles are letters."""
    found = story_events({name: list(articles) for name, articles in stories.items()}, before, merged or {})
    return [(event.event, event.article, event.from_story, event.to_story) for event in found]


def test_the_first_article_begins_a_story_and_the_others_join_it() -> None:
    assert told({"a": "abc"}, {}) == [("begun", "a", "", "a"), ("joined", "b", "", "a"), ("joined", "c", "", "a")]
    assert told({"b": "abc"}, {"b": "b", "c": "b"}) == [("joined", "a", "", "b")]
    assert told({"b": "bc"}, {"b": "b", "c": "b"}) == []


def test_a_merge_tells_of_its_articles_and_of_none_of_them_again() -> None:
    before = {"a": "a", "b": "a", "c": "c", "d": "c"}
    assert told({"a": "abcde"}, before, {"c": "a"}) == [("merged", "c", "c", "a"), ("joined", "e", "", "a")]


def test_a_split_tells_of_the_part_that_goes() -> None:
    before = dict.fromkeys("abcd", "a") | {"x": "x", "y": "x"}
    assert told({"a": "ab", "c": "cdy", "x": "x"}, before) == [("split", "c", "a", "c"), ("moved", "y", "x", "c")]


def test_the_pair_that_decided_is_of_both_sides() -> None:
    before = {"a": "a", "b": "a", "c": "c"}
    merged = StoryEvent("merged", "c", "c", "a")
    assert decides(merged, {"a": ["a", "b", "c"]}, before) == ({"c"}, {"a", "b"})
    split = StoryEvent("split", "c", "a", "c")
    assert decides(split, {"a": ["a"], "c": ["b", "c"]}, dict.fromkeys("abc", "a")) == ({"b", "c"}, {"a"})


groupings = st.lists(st.integers(0, 3), min_size=6, max_size=6)


@given(groupings, groupings, st.sets(st.integers(0, 5)))
def test_whoever_follows_the_events_knows_where_each_article_is(was: list[int], now: list[int], new: set[int]) -> None:
    def parts(of: list[int], without: set[int]) -> list[list[str]]:
        groups = [["abcdef"[at] for at in range(6) if of[at] == group and at not in without] for group in range(4)]
        return [group for group in groups if group]

    before = {article: group[0] for group in parts(was, new) for article in group}
    groups = parts(now, set())
    addresses = keep_addresses(
        groups, before, order=lambda article: article, age=lambda name: "abcdef".index(name[0]), is_taken=lambda _: False
    )
    stories = dict(zip(addresses.names, groups, strict=True))
    place = dict(before)
    for event in story_events(stories, before, addresses.merged):
        if event.event in ("merged", "split"):
            own, _ = decides(event, stories, before)
            assert {place[article] for article in own} == {event.from_story}
            place |= dict.fromkeys(own, event.to_story)
        else:
            assert place.get(event.article, "") == event.from_story
            place[event.article] = event.to_story
    assert place == {article: name for name, group in stories.items() for article in group}
