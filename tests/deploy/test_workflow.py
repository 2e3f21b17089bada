"""The vault survives whatever happens to a run of the workflow: its own scripts, against releases that are folders."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

WORKFLOW = Path(__file__).parents[2] / "deploy" / "github-actions" / "crawl.yml"
STEPS = {
    step["name"]: step["run"]
    for step in yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["crawl"]["steps"]
    if "run" in step and "name" in step
}
GH = """#!{python}
import shutil, sys
from pathlib import Path
verb, tag, *rest = sys.argv[2:]
release = Path("{releases}") / tag
names = [word for word in rest if not word.startswith("--")]
if verb == "create":
    release.mkdir(parents=True)
elif not release.is_dir():
    sys.exit("release not found")
elif verb == "view":
    print(*sorted(path.name for path in release.iterdir()), sep="\\n")
elif verb == "download":
    for name in names:
        shutil.copy(release / name, name)
elif verb == "upload":
    for name in names:
        if (release / Path(name).name).exists() and "--clobber" not in rest:
            sys.exit("asset exists")
        shutil.copy(name, release)
elif verb == "delete-asset":
    (release / names[0]).unlink()
"""
# Adds a line to the vault, and a file to the archive; its exit code is the variable CODE.
MONITOR = """#!/bin/sh
echo "run $GITHUB_RUN_NUMBER" >> vault/monitor.db
mkdir -p vault/warc
touch vault/monitor.db.lock "vault/warc/povestka-$GITHUB_RUN_NUMBER.warc.gz"
exit "$CODE"
"""


class Runner:
    """A machine of its own for each run."""

    def __init__(self, folder):
        self.folder, self.releases, self.number = folder, folder / "releases", 0
        (folder / "bin").mkdir()
        self._script(folder / "bin" / "gh", GH.format(python=sys.executable, releases=self.releases))

    def _script(self, path, said):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said)
        path.chmod(0o755)

    def run(self, *steps, code=0):
        """The exit code of the first step that failed, and its words."""
        self.number += 1
        here = self.folder / f"machine{self.number}"
        self._script(here / ".venv" / "bin" / "monitor", MONITOR)
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "CODE": str(code),
            "GITHUB_RUN_NUMBER": str(self.number), "GITHUB_RUN_ATTEMPT": "1",
        }  # fmt: skip
        for step in steps:
            command = ["bash", "-euo", "pipefail", "-c", STEPS[step]]
            done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                return done.returncode, done.stderr
        return 0, ""

    def kept(self, release):
        return sorted(path.name for path in (self.releases / release).iterdir())


FIRST = ("Begin an empty vault", "Crawl", "Keep the vault")
LATER = ("Fetch the vault", "Crawl", "Keep the vault")


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path)


def vault(runner):
    """What the newest machine had."""
    return (runner.folder / f"machine{runner.number}" / "vault" / "monitor.db").read_text().split("\n")[:-1]


def test_each_run_goes_on_with_the_vault_of_the_one_before_and_the_archive_grows(runner):
    assert runner.run(*FIRST) == (0, "")
    assert runner.run(*LATER, code=3) == (0, "")
    assert runner.run(*LATER, code=124) == (0, "")
    assert vault(runner) == ["run 1", "run 2", "run 3"]
    (archive,) = (path.name for path in runner.releases.iterdir() if path.name != "vault")
    assert runner.kept(archive) == [f"povestka-{n}.warc.gz" for n in (1, 2, 3)]


def test_a_failed_crawl_is_told_and_what_it_fetched_is_kept(runner):
    runner.run(*FIRST)
    assert runner.run("Fetch the vault", "Crawl", code=1)[0] == 1
    here = runner.folder / f"machine{runner.number}"
    assert "id: crawl" in WORKFLOW.read_text("utf-8")
    assert "always() && (steps.crawl.outcome == 'success' || steps.crawl.outcome == 'failure')" in WORKFLOW.read_text("utf-8")
    assert (here / "vault" / "monitor.db").read_text() == "run 1\nrun 2\n"


def test_an_upload_that_was_cut_short_is_not_the_newest_vault(runner):
    runner.run(*FIRST)
    (runner.releases / "vault" / "vault-00000099-1.tar.gz").write_bytes(b"half of it")
    assert runner.run(*LATER) == (0, "")
    assert vault(runner) == ["run 1", "run 2"]


def test_a_vault_that_came_damaged_is_not_crawled_into(runner):
    runner.run(*FIRST)
    (whole,) = (name for name in runner.kept("vault") if name.endswith(".tar.gz"))
    (runner.releases / "vault" / whole).write_bytes(b"something else")
    assert runner.run(*LATER)[0] != 0
    assert runner.kept("vault") == [whole, f"{whole}.sha256"]


def test_without_a_vault_nothing_begins_and_with_one_no_empty_one_takes_its_place(runner):
    assert runner.run(*LATER)[0] != 0
    assert not runner.releases.exists()
    runner.run(*FIRST)
    before = runner.kept("vault")
    assert runner.run(*FIRST)[0] != 0
    assert runner.kept("vault") == before


def test_the_newest_fourteen_are_kept(runner):
    runner.run(*FIRST)
    for _ in range(15):
        assert runner.run(*LATER) == (0, "")
    kept = [name for name in runner.kept("vault") if name.endswith(".tar.gz")]
    assert kept == [f"vault-{n:08d}-1.tar.gz" for n in range(3, 17)]
    assert len(runner.kept("vault")) == 28
    assert vault(runner) == [f"run {n}" for n in range(1, 17)]
