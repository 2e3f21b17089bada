"""Which newsroom it was: a digest of each of its files that decides what is in the vault. Reads the newsroom's folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

_LEXICONS = Path(__file__).resolve().parents[1] / "lexicons"
SHARED = "shared"
"""The folder, in that of the topics, of what several of them share."""
_FILES = ("sources.csv", "families.csv", "regions.csv", "towns.csv")


def digests(folder: Path) -> dict[str, str]:
    """SHA-256, in hex, of the lists, of all topics together and of the program's lexicons; of a file that is not there, none."""
    found = {name.removesuffix(".csv"): digest_of([folder / name]) for name in _FILES if (folder / name).is_file()}
    topics = topic_files(folder / "topics")
    return {**found, **({"topics": digest_of(topics)} if topics else {}), "lexicons": digest_of(sorted(_LEXICONS.glob("*.toml")))}


def topic_files(topics: Path) -> list[Path]:
    """The files of all topics in that folder and of what they share, in the order of their names."""
    return sorted((*topics.glob("*.toml"), *(topics / SHARED).glob("*.toml")))


def name_of(file: Path) -> str:
    """A file's name in the newsroom's folder; of what topics share, with its folder: there the same file is no topic."""
    return f"{SHARED}/{file.name}" if file.parent.name == SHARED else file.name


def digest_of(files: Sequence[Path]) -> str:
    """SHA-256 of the names and the contents of these files, in hexadecimal."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{name_of(file)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
