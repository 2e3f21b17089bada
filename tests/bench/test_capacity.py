"""The model of docs/scale.md: it says of runs what was measured of them, and documentation says what it says."""

from pathlib import Path

import pytest

from tests.bench import capacity

COSTS, RUNS = capacity.load()


@pytest.mark.parametrize("run", RUNS, ids=[run.name for run in RUNS])
def test_a_run_that_was_measured_is_as_it_is_simulated_within_a_fifth(run: capacity.Run) -> None:
    said = capacity.simulate(run, COSTS)._asdict()
    assert {part: said[part] for part in run.measured} == pytest.approx(run.measured, rel=0.2)


def test_cores_are_shared_and_hosts_are_asked_one_after_the_other() -> None:
    run = capacity.Run("", {"topic": 400}, hosts=100, workers=4, delay=0, cores=4, unit=COSTS.unit, measured={})
    four, two = (capacity.simulate(run._replace(cores=cores), COSTS) for cores in (4, 2))
    assert four[:2] == pytest.approx(two[:2]), "the work is the same"
    assert two.pages > 1.5 * four.pages
    slow = capacity.simulate(run._replace(delay=3), COSTS)
    assert 3 * 3 < slow.pages < 3 * 3 + four.pages, "four pages of each host, three pauses between them"


def test_the_documentation_has_the_tables_of_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    capacity.main()
    printed = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()[:1].isdigit()]
    document = Path("docs/scale.md").read_text()
    rows = [line.replace("|", " ").split() for line in document.splitlines() if line.startswith("|")]
    assert len(printed) == 3
    assert [row for row in printed if row not in rows] == []
