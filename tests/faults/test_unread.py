"""What a crawl says may go unread: it is lost, and the crawl goes on."""

import subprocess
import sys

import pytest

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
PAGES = 400


@pytest.mark.fault(68)
@pytest.mark.parametrize("program", ["monitor", "scrapy"])
def test_a_pipe_that_nobody_reads_does_not_stop_a_crawl(newsroom, web, program):
    host = {"monitor": "127.0.7.42", "scrapy": "127.0.7.43"}[program]

    async def answer(call):
        if call.path == "/feed.xml":
            items = "".join(f"<item><link>http://{host}:{web.port}/{'x' * 200}{n}</link></item>" for n in range(PAGES))
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        else:
            await call.answer(404)

    newsroom.sources(loud=web.on(host, answer) + "/feed.xml")
    ours = [sys.executable, "-m", "monitor.cli", "--data", str(newsroom.folder), "crawl", "--all"]
    command = ours if program == "monitor" else newsroom.command("feeds", "everything=1", LOG_LEVEL="DEBUG")
    with newsroom.popen(command, stderr=subprocess.PIPE, MONITOR_LOG="json") as process:
        assert process.wait(timeout=300) == 3  # and not one byte of stderr was read
        left = process.stderr.read()
    assert 2**15 < len(left) < 2**17  # the pipe was full
    assert newsroom.query("SELECT count(*) FROM fetches WHERE kind = 'article'") == [(PAGES,)]
