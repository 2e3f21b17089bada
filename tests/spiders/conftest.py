"""Records to store: tests/records.py."""

from tests.records import make

__all__ = ["make"]
