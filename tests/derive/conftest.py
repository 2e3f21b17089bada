"""Records to store, and a vault to store them in: tests/records.py."""

from tests.records import make, run, store, text_of, vault

__all__ = ["make", "run", "store", "text_of", "vault"]
