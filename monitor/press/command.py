"""`monitor press`: serves a press until it is stopped. Writes the data folder that it is asked for, and to standard output."""

from __future__ import annotations

import re
from pathlib import Path

from monitor.errors import UsageError
from monitor.press.data import write_data
from monitor.press.load import load_world
from monitor.press.server import Press
from monitor.press.world import World
from monitor.press.world import load as load_written

PORT = 8765


def run(port: int = PORT, *, moment: int = 1, load: str | None = None, data: Path | None = None) -> None:
    """Serves the written press, or one of the size `load` ("50x40": outlets, articles of each), until interrupted.

    `data` is a folder to write a newsroom's files into that point at it. Raises UsageError where `load` is no size, MonitorError
    where the port is taken.
    """
    with Press(port, moment, _world(load)) as press:
        outlets = press.world.outlets
        if data:
            write_data(data, press.port, world=press.world)
            # Its addresses are this machine's, which the address guard lets nobody visit unasked.
            crawl = f"MONITOR_ALLOW_ADDRESSES=127.0.0.0/8 MONITOR_DELAY=0 monitor --data {data} crawl --all"
            print(f"{data} points at this press: {crawl}")
        print(f"{len(outlets)} fictional outlets, at {press.now:%Y-%m-%d %H:%M} UTC of their world; Ctrl-C stops them")
        for outlet in list(outlets)[:_SHOWN]:
            print(f"  {press.url(outlet)}  {outlets[outlet].name}")
        if len(outlets) > _SHOWN:
            print(f"  and {len(outlets) - _SHOWN} more")
        try:
            press.wait()
        except KeyboardInterrupt:
            print("stopped")


_SHOWN = 20
"""Outlets that are listed: all of the written ones, the beginning of a made-up press."""


def _world(load: str | None) -> World:
    if load is None:
        return load_written()
    size = re.fullmatch(r"(\d{1,5})x(\d{1,7})", load)
    if not size:
        raise UsageError(f"--load {load}: not a size such as 50x40 (outlets, and articles of each)")
    try:
        return load_world(int(size[1]), int(size[2]))
    except ValueError as error:
        raise UsageError(f"--load {load}: {error}") from error
