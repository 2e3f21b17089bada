"""Compiled topics, and the forms of the lexicons' words, kept in the user's cache folder from one start to the next: to make them
takes 4 s, to load them 0.2.

What is kept is for the same topic files, program, libraries and Python alone. Where it cannot be read or written, it is made at
each start.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from monitor.judge.lexicon_forms import lexicon_forms
from monitor.judge.topics import Topic
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
    content = _read(f"{key}.topics") if key else None
    if content is None:
        return None
    try:
        topics: tuple[Topic, ...] = pickle.loads(content)  # noqa: S301 - this user wrote it
    except Exception:  # noqa: BLE001 - it was cut, or is none: what a pickle raises then may be anything
        return None
    return topics


def keep(key: str, topics: Sequence[Topic]) -> None:
    """Keep topics under a key, and let go those that were not loaded for longest."""
    _write(f"{key}.topics", pickle.dumps(tuple(topics), protocol=pickle.HIGHEST_PROTOCOL))


@cache
def kept_forms() -> Mapping[str, str]:
    """What `monitor.judge.lexicon_forms` returns: made by the first process of this program, and kept for the others."""
    name = f"{key_of(())}.forms"
    # The digest of all that follows, then a line a word, the word first: what a disk lost would be forms that nobody finds.
    digest, _, content = (_read(name) or b"").partition(b"\n")
    if digest == _digest(content):
        return dict(line.split(" ", 1) for line in content.decode().splitlines())
    found = lexicon_forms()
    content = "\n".join(f"{word} {all_forms}" for word, all_forms in found.items()).encode()
    _write(name, _digest(content) + b"\n" + content)
    return found


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _read(name: str) -> bytes | None:
    """What is kept under a name; None where there is nothing, or another user could have written it: a pickle may do anything."""
    try:
        path = _folder() / name
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            if state.st_uid != os.getuid() or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
            content = file.read()
        path.touch()
    except (OSError, RuntimeError):  # the latter where this user has no home
        return None
    return content


def _write(name: str, content: bytes) -> None:
    """Keep this under a name, and let go what was not read for longest, of its kind."""
    with suppress(OSError, RuntimeError):  # as above
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f"new-{os.getpid()}"
        try:
            part.touch(mode=0o600)
            part.write_bytes(content)
            part.replace(folder / name)
        finally:
            part.unlink(missing_ok=True)  # of a full disk
        of_kind = folder.glob(f"*{Path(name).suffix}")
        for old in sorted(of_kind, key=lambda path: path.stat().st_mtime, reverse=True)[_MOST:]:
            old.unlink(missing_ok=True)


def _folder() -> Path:
    """Where programs of this user keep what they can make again (XDG Base Directory Specification)."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if home else Path.home() / ".cache") / "povestka"
