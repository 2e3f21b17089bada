"""What all tests share: where the measured data lies, and a run that says what it left out."""

import csv
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

CHECKOUT = Path(__file__).resolve().parent.parent
SYSTEM = (Path("/usr/bin/chromium"), Path("/usr/bin/soffice"), Path("/usr/bin/redis-server"))
"""What `make system` installs, and tests marked `system` need."""


@pytest.fixture(autouse=True)
def _as_csv_was_found() -> Iterator[None]:
    """A library that a test reads tables with lifts the limit of a field for the whole process."""
    limit = csv.field_size_limit()
    yield
    csv.field_size_limit(limit)


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The measured data beside the checkout; the test is skipped, and says so, where it is absent."""
    folder = CHECKOUT.parent / "shared"
    if not (folder / "bench").is_dir():
        pytest.skip("the measured data is not beside the checkout (../shared)")
    return folder


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # processes of pytest-xdist, and programs that tests start, inherit it
        folder = TemporaryDirectory(prefix="povestka-tests-")
        config.add_cleanup(folder.cleanup)
        os.environ["XDG_CACHE_HOME"] = folder.name
    # A shell's background jobs ignore SIGINT, and so would every program that a test starts and means to interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Hypothesis fails an example that takes more than 200 ms: on a busy machine, any does.
    settings.register_profile("untimed", settings(), deadline=None)
    settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=2, help="runs to kill by each signal, at moments spread over the run")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if missing := [str(program) for program in SYSTEM if not program.exists()]:
        absent = pytest.mark.skip(reason=f"no {' and no '.join(missing)}: `make system`, as root, installs what is missing")
        for item in items:
            if item.get_closest_marker("system"):
                item.add_marker(absent)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = [r for r in terminalreporter.getreports("skipped") if "system" in r.keywords]
    if left_out:
        terminalreporter.write_line(
            f"left out: {len(left_out)} tests of pages, sheets and machines. `make system`, as root, installs what they need."
        )


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Where a change is judged, a skipped test is a failed one, unless it needs the measured data."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None:
        skipped = [r for r in reporter.getreports("skipped") if "shared" not in r.keywords]
        for report in skipped:
            reporter.write_line(f"SKIPPED, which CI does not allow: {report.nodeid}", red=True)
        if skipped:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
