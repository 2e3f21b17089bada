"""Opens archives by path or address: local files, and what fsspec opens (https://, s3://), as temporary copies."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

from monitor.errors import ArchiveError, UsageError

_NEEDS_FSSPEC = "archives by their addresses need fsspec: pip install 'povestka[dask]'"


def check_archives(archives: Sequence[str]) -> None:
    """Raises UsageError where a file does not exist, or an address cannot be opened on this machine."""
    missing = [archive for archive in archives if not _is_remote(archive) and not Path(archive).is_file()]
    if missing:
        raise UsageError(f"{', '.join(missing)}: no such file; name WARC files (.warc or .warc.gz)")
    remote = [archive for archive in archives if _is_remote(archive)]
    for archive in remote:
        if urlsplit(archive).password:
            # Each run's arguments are stored, and told.
            raise UsageError(f"{display_name(archive)}: give no password in an address; docs/scale.md says where it goes")
    if remote:
        _fsspec()


def display_name(archive: str) -> str:
    """An archive's name for messages and the vault: its address without credentials and query."""
    if not _is_remote(archive):
        return archive
    parts = urlsplit(archive)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


@contextmanager
def local_copy(archive: str) -> Iterator[Path]:
    """A local file with the archive: itself, or a complete temporary copy (revisits need random access).

    Raises ArchiveError where it cannot be fetched, UsageError where fsspec is not installed.
    """
    if not _is_remote(archive):
        yield Path(archive)
        return
    opened = _fsspec().open(archive, "rb")
    with tempfile.NamedTemporaryFile(prefix="archive-") as copy:
        try:
            with opened as remote:
                shutil.copyfileobj(remote, copy, 1 << 20)
            copy.flush()
        except Exception as error:  # each kind of storage has errors of its own
            message = str(error).replace(archive, display_name(archive))
            raise ArchiveError(f"{display_name(archive)}: cannot be fetched: {type(error).__name__}: {message}"[:500]) from error
        yield Path(copy.name)


def _is_remote(archive: str) -> bool:
    return "://" in archive


def _fsspec() -> ModuleType:
    try:
        return import_module("fsspec")
    except ImportError as error:
        raise UsageError(_NEEDS_FSSPEC) from error
