"""A vault on a disk that cannot be written is read: a real mount, in a mount namespace of its own."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
COULD = shutil.which("unshare") and subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0


def status(folder):
    """`monitor status` of a folder that is mounted read-only."""
    mounted = f'mount --bind "{folder}" "{folder}" && mount -o remount,ro,bind "{folder}" && exec "$@"'
    command = [sys.executable, "-m", "monitor.cli", "--data", str(folder), "status"]
    return subprocess.run(
        ["unshare", "-m", "bash", "-c", mounted, "bash", *command], capture_output=True, text=True, cwd=CHECKOUT, check=False
    )


@pytest.mark.fault(69)
@pytest.mark.skipif(not COULD, reason="no mount namespaces here")
def test_a_vault_on_a_read_only_disk_can_be_read(newsroom):
    newsroom.sources(quiet="http://127.0.7.33:9/feed.xml")
    newsroom.crawl("feeds", "everything=1")
    read = status(newsroom.folder)
    assert read.stderr == ""
    assert read.stdout.startswith("Run 1: gaps")
    assert list(newsroom.folder.glob("monitor.db-*")) == []


@pytest.mark.fault(69)
@pytest.mark.skipif(not COULD, reason="no mount namespaces here")
def test_what_was_written_last_and_cannot_be_read_there_is_told_and_not_left_out(newsroom, tmp_path):
    newsroom.sources(quiet="http://127.0.7.33:9/feed.xml")
    newsroom.crawl("feeds", "everything=1")
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db:
        db.execute("UPDATE runs SET outcome = 'done'")
        db.commit()
        # As a copy of both files has them, and a disk that was pulled out.
        shutil.copytree(newsroom.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("*-shm"))
    read = status(tmp_path / "copy")
    assert read.returncode == 1
    assert "monitor.db-wal: has what was written last, and the disk cannot be written; copy both files" in read.stderr
