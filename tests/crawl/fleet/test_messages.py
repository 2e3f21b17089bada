"""What workers send is what they found, to the last field; what is no message is refused."""

from dataclasses import replace

import msgspec
import pytest

from monitor.archive import PackedRecord
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.fleet.messages import AttemptEnded, Message, MessageError, Task, body_of, decode, encode, ended
from monitor.crawl.items import DirectRequest, InvalidAddress, NoPage, ParsedFeed, ParsedResponse, ProbeResult
from monitor.model import Capture, Channel, MessageNumber, Outcome, ParsedChannel, Rejection
from monitor.vault import PollHints
from tests.records import Maker

MAKE = Maker()
ENTRY = MAKE.pending("http://bereg.test/1", depth=1)


def attempt():
    made = FetchAttempt.of_entry(ENTRY, 2)
    made.status, made.bytes = 200, 7
    made.capture = Capture("", -1, "<urn:uuid:1>", "sha256:0")
    made.hints = PollHints(MAKE.at(5), "http://bereg.test/moved", "etag", "yesterday")
    made.error = ValueError("stays here")
    made.redirected_from = ("http://bereg.test/0",)
    return made


def read(body):
    record = PackedRecord("<urn:uuid:1>", ENTRY.url, MAKE.at(), "sha256:0", b"\x1f\x8b\x00")
    message = Message("one", body, (record,))
    found = decode(Message, encode(message))
    assert (found.id, found.records) == ("one", (record,))
    return found


def same(a, b):
    """Attempts are compared by what they say."""
    return msgspec.to_builtins(replace(a, error=None, finished=None)) == msgspec.to_builtins(replace(b, finished=None))


ARTICLE = MAKE.parsed("http://bereg.test/1", "Текст статьи")
ITEM = MAKE.entry("http://bereg.test/2", updated=3)
FEED = ParsedFeed(MAKE.feed(ITEM), (ITEM,), (ENTRY,))
CHANNEL = ParsedChannel(
    Channel(MAKE.feed(ITEM), (ARTICLE.article,), (MessageNumber(7, "text", 7),), "http://a.test", 9), (ARTICLE,)
)


@pytest.mark.parametrize(
    "parsed", [ARTICLE, FEED, CHANNEL, Rejection(Outcome.PAYWALL, "why")], ids=lambda one: type(one).__name__
)
def test_a_response_comes_as_it_was_sent(parsed):
    sent = ParsedResponse(attempt(), parsed, (ENTRY,), ENTRY, (attempt(),), Rejection(Outcome.TIMEOUT, "its page 2"))
    message = read(body_of(sent))
    found = message.body.response
    assert same(sent.attempt, found.attempt)
    assert same(sent.pages[0], found.pages[0])
    assert replace(sent, attempt=None, pages=()) == replace(found, attempt=None, pages=())
    assert len(message.attempts) == 2
    assert message.settled == ENTRY.key


@pytest.mark.parametrize("goes_on", [True, False])
def test_an_end_settles_its_address_unless_it_goes_on(goes_on):
    result = FetchResult(Outcome.TIMEOUT, "slow", MAKE.at(9))
    message = read(ended(attempt(), result, goes_on=goes_on))
    assert isinstance(message.body, AttemptEnded)
    assert message.body.result == result
    assert message.settled == ("" if goes_on else ENTRY.key)


def test_other_items_come_as_they_were_sent():
    over = attempt()
    over.result = FetchResult(Outcome.NOT_FOUND)
    assert read(body_of(NoPage(over))).body.attempt.result == FetchResult(Outcome.NOT_FOUND)
    look = read(body_of(ProbeResult(attempt(), FetchResult(Outcome.HOME_READ), "http://bereg.test/feed")))
    assert (look.body.announced, look.settled) == ("http://bereg.test/feed", ENTRY.key)
    assert read(body_of(DirectRequest(ENTRY))).body.entry == ENTRY
    odd = read(body_of(InvalidAddress("mailto:x", "is no address", ENTRY.url, 2)))
    assert (odd.body.url, odd.body.depth, odd.attempts, odd.settled) == ("mailto:x", 2, (), "")


def test_what_a_worker_has_no_words_for_is_refused_and_not_left_out():
    with pytest.raises(TypeError, match="recheck"):
        body_of(ProbeResult(attempt(), FetchResult(Outcome.HOME_READ), linked=frozenset({"http://bereg.test/1"})))


def test_what_utf_8_cannot_say_is_replaced_and_the_rest_stays():
    parsed = MAKE.parsed("http://bereg.test/1", "до \ud800 после")
    found = read(body_of(ParsedResponse(attempt(), parsed))).body.response.parsed
    assert found.article.text == "до \ufffd после"
    assert found.article.published == parsed.article.published
    assert found.fingerprint == parsed.fingerprint


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff", b"no message", msgspec.msgpack.encode({"id": "x", "body": {"type": "Other"}}),
        msgspec.msgpack.encode({"id": "x", "body": {"type": "BadAddress", "url": 7, "detail": "", "referrer": "", "depth": 0}}),
        msgspec.msgpack.encode({"id": "x", "body": {"type": "Missing", "attempt": {"error": "raised"}}}),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(data):
    with pytest.raises(MessageError, match="cannot be read"):
        decode(Message, data)


def test_a_task_of_another_version_is_refused():
    with pytest.raises(MessageError):
        decode(Task, msgspec.msgpack.encode([1, 2]))


def test_a_response_with_nothing_in_it_is_refused():
    body = body_of(ParsedResponse(attempt(), Rejection(Outcome.PAYWALL, "")))
    with pytest.raises(MessageError, match="nothing in it"):
        _ = msgspec.structs.replace(body, rejection=None).response
