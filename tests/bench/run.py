"""`make bench`: scores the pure rooms on the measured data, through the same verbs that a user has, and times them.

    python tests/bench/run.py [reading|judging|matching|meaning|edits|speed|expectation|polling|throughput|capacity ...]

All of them by default. Each figure is printed by the scorer that lies beside the data. Where the data is
absent this says so and only what needs none is measured. Trust ratios, not seconds.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCH = HERE.parents[2] / "shared" / "bench"
MONITOR = [sys.executable, "-m", "monitor.cli"]


def filtered(verb: list[str], items: bytes, out: Path) -> float:
    """Runs a verb over the items; gives the seconds it took."""
    began = time.monotonic()
    with out.open("wb") as sink:
        subprocess.run([*MONITOR, *verb], input=items, stdout=sink, check=True)
    return time.monotonic() - began


def score(folder: str, *arguments: str) -> bytes:
    return subprocess.run([sys.executable, BENCH / folder / "score.py", *arguments], capture_output=True, check=True).stdout


def show(what: str, seconds: float, figures: bytes) -> None:
    print(f"\n{what} ({seconds:.1f} s)\n{figures.decode().rstrip()}", flush=True)


def reading(out: Path) -> None:
    seconds = filtered(["read", "--root", str(BENCH / "reading")], score("reading", "--index"), out)
    show("reading: monitor read over the captured pages", seconds, score("reading", str(out)))
    print("\nreading: beside other extractors over the same pages, interleaved", flush=True)
    subprocess.run([sys.executable, HERE / "reading_peers.py"], check=True)


def judging(out: Path) -> None:
    seconds = filtered(["judge"], score("judging", "--items"), out)
    show("judging: monitor judge over the labelled sentences, relevant in Russia", seconds, score("judging", str(out)))


def matching(out: Path) -> None:
    for name in ("neardup", "rupairs", "ecb", "newst", "crosslang"):
        seconds = filtered(["match"], score("matching", "items", name), out)
        show(f"matching: monitor match over {name}", seconds, score("matching", "score", name, str(out)))


def meaning(out: Path) -> None:
    for name in ("rupairs", "ecb", "newst", "crosslang"):
        seconds = filtered(["match", "--meaning"], score("matching", "items", name), out)
        show(f"meaning: monitor match --meaning over {name}", seconds, score("matching", "score", name, str(out)))


def edits(_: Path) -> None:
    scorer = [sys.executable, BENCH / "trace" / "edits.py", " ".join(MONITOR), "diff"]
    began = time.monotonic()
    figures = subprocess.run(scorer, capture_output=True, check=True).stdout
    show("edits: monitor diff over pairs of versions", time.monotonic() - began, figures)


def speed(_: Path) -> None:
    for script in sorted(HERE.glob("*_speed.py")):
        print(f"\nspeed: {script.name}", flush=True)
        subprocess.run([sys.executable, script], check=True)


def expectation(_: Path) -> None:
    print("\nexpectation: false alarms and delays of the least to expect, over simulated years", flush=True)
    subprocess.run([sys.executable, HERE / "expectation.py"], check=True)


def polling(_: Path) -> None:
    print("\npolling: how long news waits to be seen, and for how many requests, over a simulated month", flush=True)
    subprocess.run([sys.executable, HERE / "polling.py"], check=True)


def throughput(_: Path) -> None:
    print("\nthroughput: what a page costs through the whole path, beside others that fetch and read the same pages", flush=True)
    subprocess.run([sys.executable, HERE / "throughput.py"], check=True)


def capacity(_: Path) -> None:
    print("\ncapacity: what so many feeds and stories come to, by measured costs", flush=True)
    subprocess.run([sys.executable, HERE / "capacity.py"], check=True)


def main() -> None:
    parts: dict[str, Callable[[Path], None]] = {
        "reading": reading, "judging": judging, "matching": matching, "meaning": meaning, "edits": edits, "speed": speed,
        "expectation": expectation, "polling": polling, "throughput": throughput, "capacity": capacity,
    }  # fmt: skip
    wanted = sys.argv[1:] or list(parts)
    if unknown := set(wanted) - set(parts):
        sys.exit(f"bench: no part is called {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    if not BENCH.is_dir():
        print("bench: the measured data is not beside the checkout (../shared/bench); only what needs none is measured")
        wanted = [part for part in wanted if part in {"speed", "expectation", "throughput", "capacity"}]
    with tempfile.TemporaryDirectory() as folder:
        for part in wanted:
            parts[part](Path(folder) / "said.jsonl")


main()
