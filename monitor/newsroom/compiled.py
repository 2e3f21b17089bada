"""Compiled topics, kept in the user's cache folder from one start to the next: to compile them takes 2 s, to load them 0.2.

What is kept is for the same topic files, program, libraries and Python alone. Where it cannot be read or written, topics are
compiled at each start.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from monitor.judge import Topic
from monitor.newsroom.digests import name_of
from monitor.program import code_digest

_COMPILED_BY = ("lark", "pymorphy3", "pymorphy3-dicts-ru", "pymorphy3-dicts-uk", "simplemma")
# Newsrooms whose topics one user compiles by turns, and versions of them; 3 MB each.
_MOST = 8


def key_of(paths: Sequence[Path]) -> str:
    """Under what the topics of these files are kept: a SHA-256, in hexadecimal; empty where a file cannot be read."""
    digest = hashlib.sha256(" ".join([code_digest(), sys.version, *map(version, _COMPILED_BY)]).encode())
    try:
        for path in paths:
            digest.update(f"{name_of(path)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    except OSError:
        return ""
    return digest.hexdigest()


def load(key: str) -> tuple[Topic, ...] | None:
    """The topics that are kept under a key; None where there are none."""
    if not key:
        return None
    try:
        path = _folder() / f"{key}.topics"
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            if state.st_uid != os.getuid() or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None  # another user could have written it, and a pickle may do anything
            topics: tuple[Topic, ...] = pickle.load(file)  # noqa: S301 - this user wrote it
        path.touch()
    except Exception:  # noqa: BLE001 - it was cut, or is none: what a pickle raises then may be anything
        return None
    return topics


def keep(key: str, topics: Sequence[Topic]) -> None:
    """Keep topics under a key, and let go those that were not loaded for longest."""
    with suppress(OSError, RuntimeError):  # the latter where this user has no home
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f"new-{os.getpid()}"
        try:
            part.touch(mode=0o600)
            part.write_bytes(pickle.dumps(tuple(topics), protocol=pickle.HIGHEST_PROTOCOL))
            part.replace(folder / f"{key}.topics")
        finally:
            part.unlink(missing_ok=True)  # of a full disk
        for old in sorted(folder.glob("*.topics"), key=lambda path: path.stat().st_mtime, reverse=True)[_MOST:]:
            old.unlink(missing_ok=True)


def _folder() -> Path:
    """Where programs of this user keep what they can make again (XDG Base Directory Specification)."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if home else Path.home() / ".cache") / "povestka"
