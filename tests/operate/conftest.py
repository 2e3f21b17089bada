"""The vault of invented outlets that these tests publish: tests/published.py; and records to store: tests/records.py."""

from tests.published import asking, folder, get, payloads, vault
from tests.records import make

__all__ = ["asking", "folder", "get", "make", "payloads", "vault"]
