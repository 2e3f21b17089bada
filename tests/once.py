"""What is dear to make and the same for all tests, made once a run, whichever of its processes asks first."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The run's folder of this name, filled by `make` if it was not yet. It is everybody's: a test that changes what is in it, or
    has a program do so, takes a copy.
    """
    base = factory.getbasetemp()
    # Each process of pytest-xdist has a folder of its own in the run's.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            part = folder.with_name(f"{name}.part")
            shutil.rmtree(part, ignore_errors=True)  # of a process that failed
            part.mkdir()
            make(part)
            part.rename(folder)
    return folder
