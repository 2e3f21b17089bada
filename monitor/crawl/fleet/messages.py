"""Messages between writer and workers: the model's records in MessagePack, checked by their types.

A worker sends one message for each request that ended, with the WARC record of its answer, and one for each further thing that
its answer led to. An attempt's capture has no place yet: where its record lies is known when the writer has written it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from monitor.archive import PackedRecord
from monitor.crawl import clock
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.items import DirectRequest, InvalidAddress, NoPage, ParsedFeed, ParsedResponse, ProbeResult
from monitor.crawl.session import KnownRobots
from monitor.errors import MonitorError
from monitor.model import ParsedArticle, ParsedChannel, Rejection
from monitor.vault import FeedState, FrontierEntry

T = TypeVar("T")


class MessageError(MonitorError):
    """The bytes are no message of ours, or one of another version."""


class Task(msgspec.Struct, frozen=True, array_like=True):
    """An address for a worker to fetch, with its earlier answers."""

    entry: FrontierEntry
    attempts: int
    """As in `LeasedEntry`."""
    state: FeedState
    """Of what its source polls, or of the part of it that this is."""
    moved_to: str
    """Where a permanent redirect of its source led."""
    is_article: bool
    """Whether an article is stored under it."""


class AttemptEnded(msgspec.Struct, frozen=True, tag=True):
    """A request that gave nothing to read."""

    attempt: FetchAttempt
    result: FetchResult
    goes_on: bool
    """As in `FetchLog.end`."""


class Parsed(msgspec.Struct, frozen=True, tag=True):
    """A response that was read: `ParsedResponse`, of which `parsed` is one of four."""

    attempt: FetchAttempt
    article: ParsedArticle | None
    feed: ParsedFeed | None
    channel: ParsedChannel | None
    rejection: Rejection | None
    followed: tuple[FrontierEntry, ...]
    older: FrontierEntry | None
    pages: tuple[FetchAttempt, ...]
    unless_whole: Rejection | None

    @property
    def response(self) -> ParsedResponse:
        """The `ParsedResponse` that was sent. Raises MessageError where it has no result."""
        parsed = self.article or self.feed or self.channel or self.rejection
        if parsed is None:
            raise MessageError("a response with nothing in it")
        return ParsedResponse(self.attempt, parsed, self.followed, self.older, self.pages, self.unless_whole)


class Missing(msgspec.Struct, frozen=True, tag=True):
    """`NoPage`."""

    attempt: FetchAttempt


class Probed(msgspec.Struct, frozen=True, tag=True):
    """`ProbeResult`."""

    attempt: FetchAttempt
    result: FetchResult
    announced: str


class SentDirectly(msgspec.Struct, frozen=True, tag=True):
    """`DirectRequest`: the worker asks it by itself."""

    entry: FrontierEntry


class BadAddress(msgspec.Struct, frozen=True, tag=True):
    """`InvalidAddress`."""

    url: str
    detail: str
    referrer: str
    depth: int


Body = AttemptEnded | Parsed | Missing | Probed | SentDirectly | BadAddress


class Message(msgspec.Struct, frozen=True):
    """A message of a worker to the writer."""

    id: str
    """Another for each, on all machines: what comes twice is stored once."""
    body: Body
    records: tuple[PackedRecord, ...] = ()
    """Of the attempts that it is about."""

    @property
    def attempts(self) -> tuple[FetchAttempt, ...]:
        """The attempts that end with it."""
        match self.body:
            case AttemptEnded(attempt=attempt) | Probed(attempt=attempt):
                return (attempt,)
            case Parsed(attempt=attempt, pages=pages):
                return (attempt, *pages)
        return ()

    @property
    def settled(self) -> str:
        """The key of the address that is done with, or waits anew, when this is stored; empty where none is."""
        if isinstance(self.body, AttemptEnded) and self.body.goes_on:
            return ""
        return self.attempts[0].key if self.attempts else ""


class Writer(msgspec.Struct, frozen=True):
    """Who stores what workers send."""

    vault: str
    """Machine and file."""
    version: str
    """Of the program: `monitor.program.code_version`."""
    newsroom: str
    """The digest of the newsroom's files that workers go by."""


def body_of(item: ParsedResponse | NoPage | ProbeResult | DirectRequest | InvalidAddress) -> Body:
    """What says the same as an item of a spider."""
    match item:
        case NoPage(attempt=attempt):
            return Missing(_plain(attempt))
        case ProbeResult(linked=linked) if linked is not None:
            raise TypeError("a worker looks at no home page for what it links to: that is for `recheck`")
        case ProbeResult(attempt=attempt, result=result, announced=announced):
            return Probed(_plain(attempt), result, announced)
        case DirectRequest(entry=entry):
            return SentDirectly(entry)
        case InvalidAddress():
            return BadAddress(item.url, item.detail, item.referrer, item.depth)
    parsed = item.parsed
    return Parsed(
        _plain(item.attempt),
        parsed if isinstance(parsed, ParsedArticle) else None,
        parsed if isinstance(parsed, ParsedFeed) else None,
        parsed if isinstance(parsed, ParsedChannel) else None,
        parsed if isinstance(parsed, Rejection) else None,
        item.followed,
        item.older,
        tuple(map(_plain, item.pages)),
        item.unless_whole,
    )


def ended(attempt: FetchAttempt, result: FetchResult, *, goes_on: bool) -> AttemptEnded:
    """That an attempt ended so."""
    return AttemptEnded(_plain(attempt), result, goes_on)


def _plain(attempt: FetchAttempt) -> FetchAttempt:
    # What was raised stands in the result, in words.
    return replace(attempt, error=None, finished=attempt.finished or clock.now())


def encode(record: Task | Message | Writer | KnownRobots) -> bytes:
    """The bytes that `decode` takes."""
    try:
        return _ENCODER.encode(record)
    except UnicodeEncodeError:
        # A lone surrogate, which the vault would replace too: see `vault.connection.storable`.
        return _ENCODER.encode(_without_surrogates(msgspec.to_builtins(record, builtin_types=(bytes, datetime))))


def decode(type_: type[T], data: bytes) -> T:
    """The record that was encoded. Raises MessageError where it is none of that type."""
    try:
        return msgspec.msgpack.decode(data, type=type_, dec_hook=_refuse)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MessageError(f"cannot be read: {error}") from error


def _refuse(type_: type, value: object) -> Any:  # noqa: ARG001 - msgspec's signature
    raise TypeError(f"{type_.__name__} is not sent")  # the error of an attempt is the one type that MessagePack has not


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {name: _without_surrogates(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(inner) for inner in value]
    return value


_ENCODER = msgspec.msgpack.Encoder()
