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


def monitor(folder, *arguments):
    """`monitor` with these arguments, over a folder that is mounted read-only."""
    mounted = f'mount --bind "{folder}" "{folder}" && mount -o remount,ro,bind "{folder}" && exec "$@"'
    command = [sys.executable, "-m", "monitor.cli", "--data", str(folder), *arguments]
    return subprocess.run(
        ["unshare", "-m", "bash", "-c", mounted, "bash", *command], capture_output=True, text=True, cwd=CHECKOUT, check=False
    )


@pytest.mark.fault(69)
@pytest.mark.skipif(not COULD, reason="no mount namespaces here")
def test_a_vault_on_a_read_only_disk_can_be_read(newsroom):
    newsroom.sources(quiet="http://127.0.7.33:9/feed.xml")
    newsroom.crawl("feeds", "everything=1")
    read = monitor(newsroom.folder, "status")
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
    read = monitor(tmp_path / "copy", "status")
    assert read.returncode == 1
    assert "monitor.db-wal: has what was written last, and the disk cannot be written; copy both files" in read.stderr


@pytest.mark.fault(69)
@pytest.mark.skipif(not COULD, reason="no mount namespaces here")
def test_an_archive_on_a_read_only_disk_can_be_verified(newsroom, web):
    async def answer(call):
        await call.answer(200, call.article("A story", words="alder birch cedar"))

    newsroom.sources(one=web.on("127.0.7.34", answer) + "/feed.xml")
    newsroom.crawl("feeds", "everything=1")
    before = {path: path.stat().st_mtime_ns for path in (newsroom.folder / "warc").iterdir()}
    read = monitor(newsroom.folder, "verify")
    assert (read.returncode, read.stderr) == (0, "")
    assert "captures" in read.stdout
    assert {path: path.stat().st_mtime_ns for path in (newsroom.folder / "warc").iterdir()} == before
    (archived,) = (newsroom.folder / "warc").glob("*.warc.gz")
    archived.write_bytes(archived.read_bytes()[:-9])
    read = monitor(newsroom.folder, "verify")
    assert read.returncode == 1
    assert "is cut off" in read.stdout
