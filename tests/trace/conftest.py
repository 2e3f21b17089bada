"""Outlets that exist nowhere, for the tests of tracing."""

import pytest

from monitor.trace.denying import denying_of
from monitor.trace.outlets import Outlets
from monitor.trace.words import words_of


@pytest.fixture(scope="session", autouse=True)
def dictionaries() -> None:
    """Loads what is loaded once a process, so that no example of a property is charged with it."""
    for language in ("ru", "uk", "en"):
        words_of(language)
        denying_of(language)


@pytest.fixture(scope="session")
def outlets() -> Outlets:
    return Outlets(
        names={"берег": "Берег", "северный вестник": "Северный вестник", "дзвін": "Дзвін", "полдень": "Полдень", "9x9": "9x9"},
        hosts={"bereg.example": "Берег", "t.me/bereg_live": "Берег", "courier.example": "The Northern Courier"},
    )
