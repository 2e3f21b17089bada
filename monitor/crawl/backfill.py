"""`monitor backfill`: imports our outlets' pages from WARC archives, by the same path as a crawl. Runs the spider `backfill`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from monitor.archive import check_archives
from monitor.crawl.cluster import cluster_at
from monitor.crawl.process import report_as_json, run_quietly, settings_of
from monitor.errors import ArchiveError, MonitorError
from monitor.operate.picture import import_pictures
from monitor.text.terminal import json_line, printable, printable_lines

# Of places that could not be read: more is for programs.
_SHOWN = 20


@dataclass(slots=True)
class BackfillResult:
    """What became of the responses in some archives."""

    counts: Counter[str] = field(default_factory=Counter)
    """By what was done with them, in words."""
    faults: list[str] = field(default_factory=list)
    """Where an archive could not be read, and how much was passed over there."""

    def note(self, fault: ArchiveError) -> None:
        """An archive could not be read there."""
        self.faults.append(str(fault))


def run_backfill(data: Path, db: Path, archives: Sequence[str], *, all_hosts: bool, dask: str | None, as_json: bool) -> int:
    """Take in the pages of our outlets (`all_hosts`: of all hosts) that WARC files hold, read ahead by the cluster at `dask`;
    prints what was taken, and returns the exit code: 0, 1, or 3 where an archive could not be read whole. Raises as `run_crawl`
    and `cluster_at` do.
    """
    check_archives(archives)
    taken = BackfillResult()
    arguments = {"archives": archives, "all_hosts": all_hosts, "taken": taken}
    settings = settings_of(data, db)
    with ExitStack() as stack:
        if dask:
            arguments["cluster"] = stack.enter_context(cluster_at(dask, settings.getint("MONITOR_WORKERS")))
            settings.set("MONITOR_WORKERS", 1, priority="cmdline")  # for the few pages that are not read ahead
        report = run_quietly(settings, "backfill", arguments)
    pictures = 0
    try:
        pictures = import_pictures(db, [path for path in map(Path, archives) if path.is_file()], taken.note)
    except MonitorError as error:  # another process writes by now: what was read is told all the same
        taken.note(ArchiveError(f"pictures of pages: {error}"))
    if as_json:
        print(json_line(report_as_json(report) | {"responses": taken.counts, "pictures": pictures, "faults": taken.faults}))
    else:
        print(printable_lines(report.text))
        count_text = ", ".join(f"{count} {what}" for what, count in taken.counts.most_common())
        print(f"Of {taken.counts.total()} responses: {count_text or 'none'}.")
        if pictures:
            print(f"Pictures of pages: {pictures}.")
        for fault in taken.faults[:_SHOWN]:
            print(f"Could not be read: {printable(fault)}")
        if len(taken.faults) > _SHOWN:
            print(f"Could not be read: {len(taken.faults) - _SHOWN} places more; --json names each.")
    return 3 if taken.faults and report.exit_code == 0 else report.exit_code
