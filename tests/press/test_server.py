"""The server: HTTP as a crawler meets it, on loopback alone, started and stopped at will."""

import socket
import threading
import time

import pytest

from monitor.errors import MonitorError
from monitor.press import MOMENTS, Press
from monitor.press.world import WrittenWorld


def raw(press: Press, request: bytes) -> bytes:
    """All that comes back to these bytes on one connection, until the server closes it."""
    with socket.create_connection(("127.0.0.11", press.port), timeout=5) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)


def test_head_gives_the_headers_of_get_and_no_body(press, get) -> None:
    url = press.article_url("courier-001")
    head, full = get(url, "HEAD"), get(url)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == full.headers["content-length"] == str(len(full.body))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(press, get, method: str) -> None:
    got = get(press.url("bereg"), method)
    assert (got.status, got.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "head", [b"nonsense\r\n\r\n", b"GET http://other/ HTTP/1.1\r\n\r\n", b"GET / HTTP/3\r\n\r\n", b"\r\n\r\n"]
)
def test_what_is_no_request_is_answered_with_400(press, head: bytes) -> None:
    assert raw(press, head).startswith(b"HTTP/1.1 400 ")


def test_a_head_without_end_is_cut_off(press) -> None:
    assert raw(press, b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000).startswith(b"HTTP/1.1 431 ")


def test_a_connection_is_kept_and_its_requests_are_answered_in_order(press) -> None:
    request = b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\nGET /nope HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answers = raw(press, request)
    assert answers.index(b"HTTP/1.1 200 OK") < answers.index(b"HTTP/1.1 404 Not Found")


def test_a_request_may_come_byte_by_byte(press) -> None:
    with socket.create_connection(("127.0.0.11", press.port), timeout=5) as connection:
        for byte in b"GET /robots.txt HTTP/1.0\r\n\r\n":
            connection.sendall(bytes([byte]))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_every_outlet_answers_at_its_own_address_only_with_its_own_articles(press, get, world: WrittenWorld) -> None:
    path = world.entries["bereg-001"].first.path
    assert get(press.url("bereg", path)).status == 200
    assert get(press.url("polden", path)).status == 404


def test_parameters_that_count_visitors_change_nothing(press, get) -> None:
    for article in ("bereg-001", "severny-001"):
        url = press.article_url(article)
        tagged = url + ("&" if "?" in url else "?") + "utm_source=rss&utm_medium=feed"
        assert get(tagged).body == get(url).body


def test_a_parameter_that_is_part_of_the_address_counts(press, get, world: WrittenWorld) -> None:
    assert get(press.url("severny", "/news.php?id=80001")).body != get(press.url("severny", "/news.php?id=80002")).body
    assert get(press.url("severny", "/news.php?id=1")).status == 404


def test_an_address_without_its_last_slash_redirects(press, get) -> None:
    url = press.article_url("bereg-001")
    got = get(url.rstrip("/"))
    assert (got.status, got.headers["location"]) == (301, url)


def test_a_missing_page_says_that_it_is_missing_in_the_outlets_language(press, get) -> None:
    got = get(press.url("dzvin", "/nope"))
    assert got.status == 404
    assert "вигадане видання" in got.body.decode()


def test_time_moves_while_the_press_runs(press, get) -> None:
    before = get(press.url("polden")).body
    press.move(2)
    after = get(press.url("polden")).body
    press.move(MOMENTS[1])
    assert before != after
    assert get(press.url("polden")).body == before


def test_a_port_that_is_taken_is_told(press) -> None:
    with pytest.raises(MonitorError, match=f"port {press.port} is in use"), Press(press.port):
        pass


def test_it_can_be_started_again_on_its_port_at_once(world: WrittenWorld, get) -> None:
    with Press(world=world) as first:
        get(first.url("bereg"))
        port = first.port
    with Press(port, world=world) as second:
        assert second.port == port


def test_it_stops_at_once_even_if_nobody_asked_or_somebody_hangs_on(world: WrittenWorld) -> None:
    started = time.monotonic()
    for _ in range(5):
        with Press(world=world):
            pass
    with Press(world=world) as press:
        held = socket.create_connection(("127.0.0.11", press.port), timeout=5)
    held.close()
    assert time.monotonic() - started < 10
    assert not [thread for thread in threading.enumerate() if thread.name == "press"]


def test_it_listens_on_loopback_only(press) -> None:
    assert all(listening.startswith("127.") for listening in (outlet.address for outlet in press.world.outlets.values()))
