"""What all tests share: where the measured data lies, when it is there."""

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The measured data beside the checkout; the test is skipped, and says so, where it is absent."""
    folder = CHECKOUT.parent / "shared"
    if not (folder / "bench").is_dir():
        pytest.skip(f"the measured data is not at {folder}")
    return folder
