"""Output that several verbs share: a progress line, and counted nouns."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress_line(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function `show(done, total)` that updates one progress line on stderr, where that is a terminal."""
    shown = 0.0

    def show(done: int, total: int) -> None:
        nonlocal shown
        if sys.stderr.isatty() and time.monotonic() - shown > 0.5:
            shown = time.monotonic()
            click.echo(f"\r{what}: {done} of {total}", nl=False, err=True)

    try:
        yield show
    finally:
        if shown:
            click.echo(err=True)
