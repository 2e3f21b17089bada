"""Metrics for Prometheus, as a file that node_exporter's textfile collector reads. Reads the vault; writes that file.

A file and no port of our own: crawls come and go, and what they did is in the vault. Names follow
https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.archive import inventory
from monitor.errors import MonitorError
from monitor.model import Run
from monitor.operate.evidence import archive_of
from monitor.vault import Reader, feeds, frontier

OUTCOMES: Final = ("done", "gaps", "stopped", "failed", "killed", "running")


def write_metrics(target: Path, reader: Reader, vault: Path, last: Run | None, now: datetime) -> None:
    """Write all metrics to `target`, swapped in whole. `last` is the newest run, None where there is none yet.

    Raises MonitorError where the file cannot be written, or has not the ending by which the collector knows it.
    """
    if target.suffix != ".prom":
        raise MonitorError(f"{target}: node_exporter reads files that end in .prom: name it so")
    registry = CollectorRegistry()
    registry.register(_Vault(reader, vault, last, now))
    try:
        write_to_textfile(str(target), registry)
    except OSError as error:
        raise MonitorError(f"{target}: {error.strerror}; name a file in a folder that can be written") from error


class _Vault(Collector):
    def __init__(self, reader: Reader, vault: Path, last: Run | None, now: datetime) -> None:
        self._reader, self._vault, self._last, self._now = reader, vault, last, now

    def collect(self) -> Iterator[Metric]:
        if self._last:
            yield from _run(self._last)
        yield self._requests()
        totals = self._reader.totals()
        articles = GaugeMetricFamily("povestka_articles", "Articles in the vault.", labels=["relevant"])
        articles.add_metric(["true"], totals.relevant)
        articles.add_metric(["false"], totals.articles - totals.relevant)
        yield articles
        yield GaugeMetricFamily("povestka_stories", "Stories that relevant articles tell.", value=totals.stories)
        yield from self._sources()
        addresses = GaugeMetricFamily("povestka_frontier_addresses", "Addresses in the frontier.", labels=["state"])
        for state, count in asdict(frontier.counts(self._reader.db, self._now)).items():
            addresses.add_metric([state], count)
        yield addresses
        yield from self._files()

    def _requests(self) -> CounterMetricFamily:
        requests = CounterMetricFamily(
            "povestka_requests", "Requests that ended, since the vault began.", labels=["kind", "outcome"]
        )
        for kind, outcome, count in self._reader.requests():
            requests.add_metric([kind, outcome], count)
        return requests

    def _sources(self) -> Iterator[Metric]:
        gaps = [str(row["gap"]) for row in (*self._reader.gaps(), *self._reader.idle(self._now))]
        found = GaugeMetricFamily("povestka_gaps", "What cannot be seen now: sources by what is wrong.", labels=["gap"])
        for gap in sorted(set(gaps)):
            found.add_metric([gap], gaps.count(gap))
        yield found
        yield GaugeMetricFamily("povestka_sources_with_gaps", "Gaps of all kinds; 0 when there are none.", value=len(gaps))
        unseen = self._reader.unseen(self._now.date() - timedelta(days=7), self._now.date())
        hours = GaugeMetricFamily("povestka_unseen_hours", "Hours of outlets not seen, last 7 days.", labels=["state"])
        for state in sorted({str(row["state"]) for row in unseen}):
            hours.add_metric([state], sum(int(str(row["hours"])) for row in unseen if row["state"] == state))
        yield hours
        states = [due.state for due in feeds.schedule(self._reader.db, self._now)]
        due, overdue = states.count("due"), states.count("overdue")
        yield GaugeMetricFamily("povestka_sources", "Sources in data/sources.csv.", value=len(states))
        yield GaugeMetricFamily("povestka_sources_due", "Sources that are to be polled now.", value=due + overdue)
        yield GaugeMetricFamily("povestka_sources_overdue", "Sources that ought to have been polled.", value=overdue)

    def _files(self) -> Iterator[Metric]:
        sizes = [path.stat().st_size for path in archive_of(self._vault).glob("*.warc.gz*")]
        yield GaugeMetricFamily("povestka_archive_bytes", "Bytes of the WARC files.", value=sum(sizes))
        yield GaugeMetricFamily("povestka_archive_files", "How many WARC files there are.", value=len(sizes))
        changed = list(inventory.changes(archive_of(self._vault), self._reader.newest_captures()))
        yield GaugeMetricFamily("povestka_archive_faults", "WARC files that are cut, changed or gone.", value=len(changed))
        yield GaugeMetricFamily("povestka_vault_bytes", "Bytes of the database.", value=self._vault.stat().st_size)


def _run(last: Run) -> Iterator[Metric]:
    yield GaugeMetricFamily("povestka_run_id", "Number of the newest run.", value=last.id)
    yield GaugeMetricFamily(
        "povestka_run_started_timestamp_seconds", "When the newest run began.", value=last.started.timestamp()
    )
    if last.finished:
        finished = last.finished.timestamp()
        yield GaugeMetricFamily("povestka_run_finished_timestamp_seconds", "When the newest run ended.", value=finished)
    outcome = GaugeMetricFamily("povestka_run_outcome", "What became of the newest run: 1 for what it was.", labels=["outcome"])
    for name in OUTCOMES:
        outcome.add_metric([name], name == last.outcome)
    yield outcome
    yield GaugeMetricFamily("povestka_run_requests", "Requests of the newest run.", value=last.fetches)
    articles = GaugeMetricFamily("povestka_run_articles", "Articles that the newest run fetched.", labels=["relevant"])
    articles.add_metric(["true"], last.relevant)
    articles.add_metric(["false"], last.articles - last.relevant)
    yield articles
    yield GaugeMetricFamily("povestka_run_silent_outlets", "Outlets that gave the newest run nothing.", value=len(last.silent))
