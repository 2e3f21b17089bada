"""Outlets that exist nowhere, for the tests of tracing."""

import pytest

from monitor.trace import Outlets


@pytest.fixture(scope="session")
def outlets() -> Outlets:
    return Outlets(
        names={"берег": "Берег", "северный вестник": "Северный вестник", "дзвін": "Дзвін", "полдень": "Полдень", "9x9": "9x9"},
        hosts={"bereg.example": "Берег", "t.me/bereg_live": "Берег", "courier.example": "The Northern Courier"},
    )
