"""Which program this is: its version, the digest of its code, the commit it was checked out at. Reads its own files."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from monitor import __version__

PACKAGE = Path(__file__).resolve().parent


@cache
def code_digest() -> str:
    """SHA-256, in hex, of every file of the package that decides what it does: code, lexicons, grammars, templates."""
    return _digest(PACKAGE.rglob("*"))


def code_version() -> str:
    """The program's version and the first digits of its code's digest: between two releases code changes, and no version does."""
    return f"{__version__}+{code_digest()[:12]}"


# What decides what a page is read as, and which of two readings are one version.
_READS = (
    "compression.py", "crawl/parsing.py", "lexicons/**/*", "match/addresses.py", "model/**/*", "read/**/*", "text/**/*",
    "trace/edits/*",
)  # fmt: skip
_READS_BY = (
    "htmldate", "lxml", "pymorphy3", "pymorphy3-dicts-ru", "pymorphy3-dicts-uk", "resiliparse", "simplemma", "trafilatura",
)  # fmt: skip


@cache
def parser_version() -> str:
    """By which parser a page is read: the program's version, and the first digits of the SHA-256 of all that decides what a page
    is read as, the libraries' versions too. Another one may read the same bytes otherwise.
    """
    decides = [_digest(path for pattern in _READS for path in PACKAGE.glob(pattern)), *map(version, _READS_BY)]
    return f"{__version__}+{hashlib.sha256(' '.join(decides).encode()).hexdigest()[:12]}"


def _digest(paths: Iterable[Path]) -> str:
    """SHA-256, in hex, of these files of the package, with their names."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def commit() -> str:
    """The commit that this checkout is at, in hex; empty where the program was installed, or git is not there."""
    if not (PACKAGE.parent / ".git").exists():
        return ""
    try:
        asked = subprocess.run(  # noqa: S603 - our own words
            ["git", "-C", str(PACKAGE.parent), "rev-parse", "HEAD"],  # noqa: S607 - whichever git the operator has
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""
