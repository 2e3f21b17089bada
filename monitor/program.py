"""Which program this is: its version, the digest of its code, the commit it was checked out at. Reads its own files."""

from __future__ import annotations

import hashlib
import subprocess
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


@cache
def code_digest() -> str:
    """SHA-256, in hex, of every file of the package that decides what it does: code, lexicons, grammars, templates."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
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
