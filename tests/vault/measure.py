"""Measures the store on this machine: `python tests/vault/measure.py [ARTICLES]`. Not a test."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from monitor.snapshot import snapshot
from monitor.vault import Store, open_reader
from tests.records import Maker, words_of


def timed(what: str, count: int, work: Callable[[], object]) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"{what}: {seconds:.2f} s, {count / seconds:,.0f} a second; {1e6 * cpu / count:,.0f} us of CPU each")


def main(count: int) -> None:
    make = Maker()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        vault = Path(folder) / "monitor.db"
        with Store.open(vault) as store:
            run = store.begin_run("measure", make.at())
            urls = [f"http://outlet{number % 50}.test/{number}" for number in range(count)]
            pending = [make.pending(url) for url in urls]
            # Every tenth is a copy of another with its end cut.
            bundles = [make.parsed(url, words_of(n - n % 10 % 2, 400 - n % 10)) for n, url in enumerate(urls)]
            timed("addresses pushed", count, lambda: store.frontier.push(pending))
            leased: list[object] = []

            def lease() -> None:
                while batch := store.frontier.lease(run, 32, now=make.at()):
                    leased.extend(batch)

            timed("addresses leased, in batches of 32", count, lease)
            assert len(leased) == count
            save = lambda: [  # noqa: E731 - named for `timed`
                store.save_article(run, make.fetch(url), bundle, key=p.key)
                for url, bundle, p in zip(urls, bundles, pending, strict=True)
            ]
            timed("articles saved", count, save)
        target = Path(folder) / "public.db"
        with open_reader(vault) as reader:
            timed("rows of the coverage read", count, lambda: list(reader.view("coverage")))
        timed("articles published in the snapshot", count, lambda: snapshot(vault, target))
        print(f"vault {vault.stat().st_size / count:,.0f} bytes an article, snapshot {target.stat().st_size / count:,.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
