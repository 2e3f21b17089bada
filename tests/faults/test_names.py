"""What a name resolves to is checked once and used as it was checked; what is meant for one host reaches no other."""

from __future__ import annotations

import json
import sys

import pytest

# A resolver that lies: the first look-up of a name gives an address that is open, every later one this machine's own.
CRAWL = """
import json, socket, sys
from itertools import chain, repeat
answers = chain(json.loads(sys.argv[1]), repeat("127.0.0.1"))
true = socket.getaddrinfo
def lying(host, *args, **kwargs):
    name = host.decode() if isinstance(host, bytes) else host
    if name == "turncoat.example":
        host = next(answers)
        print("looked up", file=sys.stderr)
    return true(host, *args, **kwargs)
socket.getaddrinfo = lying
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[2:]])
"""


@pytest.mark.fault(12)
@pytest.mark.parametrize(
    ("answers", "outcomes", "paths"),
    [
        # robots.txt takes the first answer; the page, on a connection of its own, the second.
        (["127.0.7.2", "127.0.7.2"], ["not found", "article"], ["/robots.txt", "/story"]),
        (["127.0.7.2", "127.0.0.1"], ["not found", "address refused"], ["/robots.txt"]),
        (["127.0.0.1", "127.0.7.2"], ["address refused", "address refused"], []),
    ],
)
def test_the_address_that_is_connected_to_is_the_one_that_was_checked(newsroom, web, answers, outcomes, paths):
    async def story(call):
        await call.answer(200, call.article("At home"))

    web.log.clear()
    web.on("127.0.7.2", story)
    command = newsroom.command("related", f"urls=http://turncoat.example:{web.port}/story", RETRY_TIMES=0)
    process = newsroom.popen([sys.executable, "-c", CRAWL, json.dumps(answers), *command[3:]])
    _, said = process.communicate(timeout=300)
    assert [outcome for (outcome,) in newsroom.query("SELECT outcome FROM fetches ORDER BY id")] == outcomes
    assert web.log == [("127.0.7.2", path) for path in paths]
    # One look-up a connection: with another in between, what was checked and what was used would differ.
    assert said.count("looked up") == max(1, len(paths) + outcomes[1:].count("address refused") * bool(paths))


@pytest.mark.fault(14)
def test_no_password_and_no_cookie_reaches_another_host_and_no_cookie_comes_back(newsroom, web):
    heard = []

    async def first(call):
        heard.append((call.host, call.path, call.headers))
        if call.path == "/go":
            await call.answer(302, Location=f"http://127.0.7.4:{web.port}/story", Set_Cookie="id=7; Path=/")
        else:
            await call.answer(200, call.article("Again"), Set_Cookie="id=7; Path=/")

    async def second(call):
        heard.append((call.host, call.path, call.headers))
        await call.answer(200, call.article("Elsewhere", links=(f"http://127.0.7.3:{web.port}/again",)), Set_Cookie="id=8")

    web.on("127.0.7.3", first)
    web.on("127.0.7.4", second)
    with_password = f"http://anna:secret@127.0.7.3:{web.port}/secret"
    done = newsroom.crawl("related", f"urls={with_password},http://127.0.7.3:{web.port}/go", RETRY_TIMES=0)
    assert done.returncode == 0, done.stderr
    assert newsroom.outcomes(with_password) == ["bad address"]
    assert [(host, path) for host, path, _ in heard] == [("127.0.7.3", "/go"), ("127.0.7.4", "/story"), ("127.0.7.3", "/again")]
    for host, path, headers in heard:
        assert "cookie" not in headers, (host, path)
        assert "referer" not in headers, (host, path)
        assert "authorization" not in headers, (host, path)
