"""A log whose entries are damaged: each is named, and the others are followed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from monitor.archive.log import EvidenceLog

NOON = "2026-05-18T12:00:00Z"
CAPTURED = {"url": "https://bereg.example/1", "date": NOON, "file": "a.warc.gz", "offset": 0, "record": "r", "digest": "d"}
WHOLE = {
    "capture": CAPTURED,
    "picture": {**CAPTURED, "of": "r", "browser": "b"},
    "text": {"article": "a", "sha256": "d", "fetched": NOON},
    "absence": {"article": "a", "way": "DNS", "looked": NOON},
    "run": {"kind_of_run": "feeds", "outcome": "done"},
}


def test_each_damaged_entry_of_the_log_is_named_and_left_out(checkout: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(checkout / "data", data, ignore=shutil.ignore_patterns("*.db*", "warc", "*.lock", "site"))
    (data / "warc").mkdir()
    log = EvidenceLog(data / "warc")
    expected = []
    for kind, fields in WHOLE.items():
        for name, value in fields.items():
            damage = "yesterday" if value == NOON else None
            number = log.append(kind, **fields | {name: damage}).number
            expected.append(f"entry {number}, a {kind}: {name} is {damage!r}, and no ")
    ran = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "--data", str(data), "rebuild", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 3, ran.stderr
    report = json.loads(ran.stdout)
    assert (report["runs"], report["captures"]) == (0, 0)
    assert len(report["faults"]) == len(expected)
    for fault, said in zip(report["faults"], expected, strict=True):
        assert said in fault
