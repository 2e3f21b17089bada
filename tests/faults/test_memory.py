"""What is hostile by its size costs no memory: in a crawl of its own, with the limits as they are set."""

from __future__ import annotations

import gzip
import os
import zlib

import pytest

MB = 1024**2


def ten_gigabytes():
    """A gzip stream of 10 MB that unpacks to 10 GB of noughts: one packed stretch of them, a hundred times over."""
    packer = zlib.compressobj(9, wbits=-15)
    # After a full flush nothing refers back to what came before, so that the stretch may follow upon itself.
    stretch = packer.compress(bytes(100 * MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + 100 * stretch


@pytest.mark.fault(1)
def test_a_bomb_of_ten_gigabytes_costs_no_more_than_a_download_may(newsroom, web):
    async def bomb(call):
        await call.answer(200, ten_gigabytes(), Content_Encoding="gzip")

    async def plain(call):
        await call.answer(200, call.article("A plain page"))

    peaks = {}
    for host, handler in (("127.0.7.2", plain), ("127.0.7.3", bomb)):
        url = web.on(host, handler) + "/story"
        process = newsroom.start("related", f"urls={url}")
        # Of this process alone: its workers are children of the fork server.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.communicate()
        peaks[url] = usage.ru_maxrss * 1024
        assert newsroom.outcomes(url) == [{plain: "article", bomb: "too large"}[handler]]
    usual, under_fire = peaks.values()
    # As it came, twice while it goes into the archive, and unpacked as far as a download may go.
    assert under_fire - usual < 4 * 20 * MB
