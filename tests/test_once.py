"""What is made once a run."""

from pathlib import Path

import pytest

from tests.once import made_once


def test_what_failed_half_way_is_made_anew_and_what_is_whole_is_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").mkdir()
        raise RuntimeError

    def make(folder: Path) -> None:
        (folder / "half").mkdir()

    with pytest.raises(RuntimeError):
        made_once(tmp_path_factory, "thing", fail)
    folder = made_once(tmp_path_factory, "thing", make)
    assert [path.name for path in folder.iterdir()] == ["half"]
    assert made_once(tmp_path_factory, "thing", fail) == folder
