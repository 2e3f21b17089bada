"""Records to store, and a vault to store them in: tests/records.py; the press's two days: tests/press_days.py."""

from tests.press_days import press_days
from tests.records import make, run, store, text_of, vault

__all__ = ["make", "press_days", "run", "store", "text_of", "vault"]
