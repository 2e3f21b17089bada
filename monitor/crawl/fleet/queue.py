"""The queue between writer and workers, in a Redis or Valkey: tasks handed out, messages to be stored, and the limits of requests
for each host. Each operation is atomic and can be repeated.

Two streams with a consumer group each: tasks, which a worker leases until it answers or is not heard of any more, and answers,
which are the writer's until they are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import redis

from monitor.crawl.fleet import scripts
from monitor.crawl.fleet.messages import Message, Task, Writer, decode, encode
from monitor.crawl.session import KnownRobots
from monitor.errors import MonitorError, UsageError

# Seconds: for an answer of the server; it is on the same network, and everything waits for it.
_TIMEOUT = 5
# Seconds after which a pause of a host is forgotten: longer than any server is granted, so that it is known who asked for it.
_PAUSE_KEPT = 2 * 24 * 3600
# Messages that are stored in one transaction: a commit costs more than all else of one.
_AT_ONCE = 32


class QueueError(MonitorError):
    """The server cannot be reached, or refuses."""


class LeasedTask(NamedTuple):
    """A task that was leased."""

    id: str
    """In the stream."""
    task: Task


class QueuedMessage(NamedTuple):
    """A message that a worker has sent."""

    place: str
    """In the stream."""
    encoded: bytes
    settled: str
    """As in `Message`."""


class HostTurn(NamedTuple):
    """Whether a request may be sent to a host now."""

    wait: float
    """Seconds after which it may be; 0: go, and say when it is over."""
    paused_until: datetime | None = None


class Queue:
    """A connection. Safe to be used by several threads. Every method raises QueueError where the server cannot be
    reached, MonitorError where it refuses us.
    """

    def __init__(self, url: str, *, lease: float, name: str = "povestka") -> None:
        """`lease` is in seconds: who has not been heard of for so long is dead. `name` tells several queues of one server apart.

        Raises UsageError where `url` is no address of a Redis.
        """
        self.lease_seconds = lease
        self._lease = int(1000 * lease)
        self._name = name
        try:
            parts = urlsplit(url)
            self.address = f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
            # RESP2, whose answers scripts have on every server and in every version of the client.
            self._redis: Any = redis.Redis.from_url(
                url, protocol=2, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, decode_responses=False, retry=None,
                client_name=name,
            )  # fmt: skip
        except (ValueError, TypeError):
            raise UsageError("--redis: no address such as redis://host:6379/0, rediss://… or unix:///path/to/socket") from None
        self._scripts = {
            text: self._redis.register_script(text)
            for text in (
                scripts.HAND_OUT, scripts.LEASE, scripts.RENEW, scripts.PUT_BACK, scripts.SEND, scripts.READ, scripts.SETTLE,
                scripts.IS_QUIET, scripts.TURN, scripts.PAUSE, scripts.CLAIM,
            )
        }  # fmt: skip

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()

    # The writer's part

    def claim(self, writer: Writer) -> str:
        """Be the one writer, for as long as a lease; the vault of another where that is the one."""
        return str(self._run(scripts.CLAIM, ["writer", "vault"], writer.vault, encode(writer), self._lease).decode())

    def release(self) -> None:
        """Be the writer no more."""
        with self._errors():
            self._redis.delete(self._key("vault"))

    def hand_out(self, tasks: Iterable[Task]) -> None:
        """Let workers fetch these; what is out already stays as it is."""
        for task in tasks:
            self._run(scripts.HAND_OUT, ["tasks", "out"], task.entry.key, encode(task))

    def missing_keys(self, keys: Sequence[str]) -> list[str]:
        """Those of these addresses, at least one, that were handed out and that the server has lost with its memory."""
        with self._errors():
            known = self._redis.hmget(self._key("out"), keys)
        return [key for key, id_ in zip(keys, known, strict=True) if id_ is None]

    def read(self, *, again: bool = False) -> list[QueuedMessage]:
        """Messages that wait to be stored: the next ones; or `again` those that were read and not settled."""
        found = self._run(scripts.READ, ["answers"], _AT_ONCE, "0" if again else ">")
        return [QueuedMessage(place.decode(), message, key.decode()) for place, message, key in found]

    def settle(self, places: Sequence[str], keys: Sequence[str]) -> None:
        """These messages are stored, and these addresses are nobody's any more."""
        self._run(scripts.SETTLE, ["answers", "tasks", "out"], len(places), *places, *keys)

    def is_idle(self) -> bool:
        """Whether no worker has anything in hand, and no message waits."""
        return bool(self._run(scripts.IS_QUIET, ["busy", "answers"]))

    def delays(self) -> dict[str, float]:
        """Hosts that want so many seconds between two requests."""
        with self._errors():
            return {host.decode(): float(seconds) for host, seconds in self._redis.hgetall(self._key("delays")).items()}

    def forget_workers(self) -> None:
        """Forget workers that have long been gone and hold nothing."""
        with self._errors():
            if not self._redis.exists(self._key("tasks")):
                return
            for worker in self._redis.xinfo_consumers(self._key("tasks"), "workers"):
                if not worker["pending"] and worker["idle"] > 1000 * _PAUSE_KEPT:
                    self._redis.xgroup_delconsumer(self._key("tasks"), "workers", worker["name"])

    # A worker's part

    def writer(self) -> Writer | None:
        """Who stores what is sent; None where nobody has yet."""
        with self._errors():
            found = self._redis.get(self._key("writer"))
        return decode(Writer, found) if found else None

    def lease(self, worker: str, count: int) -> list[LeasedTask]:
        """Up to so many tasks, now the worker's, those first that another took on and is not heard of any more."""
        found = self._run(scripts.LEASE, ["tasks", "busy"], worker, count, self._lease)
        return [LeasedTask(id_.decode(), decode(Task, task)) for id_, task in found]

    def renew(self, worker: str, ids: Iterable[str]) -> None:
        """The worker lives, and these tasks are still its own."""
        self._run(scripts.RENEW, ["tasks", "busy"], worker, self._lease, *ids)

    def put_back(self, worker: str, ids: Sequence[str]) -> None:
        """The worker does not do these tasks: others may, at once."""
        self._run(scripts.PUT_BACK, ["tasks", "out"], worker, *ids)

    def note_idle(self, worker: str) -> None:
        """The worker has nothing in hand, and has sent all that it had to say."""
        with self._errors():
            self._redis.zrem(self._key("busy"), worker)

    def send(self, message: Message, encoded: bytes, task: str = "") -> None:
        """Give a message to the writer; with it the task that it answers is over."""
        self._run(scripts.SEND, ["answers", "tasks"], encoded, message.settled, task)

    def host_turn(self, host: str, request: str, *, delay: float, most: int, longest: float, now: datetime) -> HostTurn:
        """Whether a request may be sent to the host now, beside all that others send; where it may, it is under way.

        `delay` is what lies between two requests, `most` how many are under way at once, each for the `longest` time, in seconds.
        """
        keys = [f"next:{host}", f"under way:{host}", f"paused:{host}"]
        said, value = self._run(
            scripts.TURN,
            keys,
            request,
            int(1000 * delay),
            most,
            int(1000 * longest),
            now.astimezone(UTC).isoformat(timespec="microseconds"),
        )
        if said == b"paused":
            return HostTurn(0, datetime.fromisoformat(value.decode()))
        return HostTurn(int(value) / 1000)

    def leave(self, host: str, request: str) -> None:
        """The request is over."""
        with self._errors():
            self._redis.zrem(self._key(f"under way:{host}"), request)

    def pause(self, host: str, until: datetime, *, asked_by: str) -> None:
        """The host asked for time: see `vault.Frontier.pause_host`."""
        self._run(
            scripts.PAUSE, [f"paused:{host}"], until.astimezone(UTC).isoformat(timespec="microseconds"), asked_by, _PAUSE_KEPT
        )

    def note_delay(self, host: str, seconds: float) -> None:
        """The host wants so many seconds between two requests."""
        with self._errors():
            self._redis.hset(self._key("delays"), host, seconds)
            self._redis.expire(self._key("delays"), _PAUSE_KEPT)

    def robots(self, host: str) -> KnownRobots | None:
        """What another worker found at a host's robots.txt."""
        with self._errors():
            found = self._redis.get(self._key(f"robots:{host}"))
        return decode(KnownRobots, found) if found else None

    def note_robots(self, host: str, found: KnownRobots, seconds: float) -> None:
        """Let other workers know it, for so long."""
        with self._errors():
            self._redis.set(self._key(f"robots:{host}"), encode(found), px=max(1, int(1000 * seconds)))

    def _key(self, name: str) -> str:
        return f"{self._name}:{name}"

    def _run(self, script: str, keys: Sequence[str], *args: Any) -> Any:
        with self._errors():
            return self._scripts[script](keys=[self._key(key) for key in keys], args=args)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except redis.AuthenticationError as error:
            # No wait mends it; and the client's own words may hold an address with its password.
            raise MonitorError(f"{self.address}: refuses the password") from error
        except redis.RedisError as error:
            said = str(error) if isinstance(error, redis.ResponseError) else type(error).__name__
            raise QueueError(f"{self.address}: {said}") from error
