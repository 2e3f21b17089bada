"""The vault of invented outlets that these tests publish: tests/published.py."""

from tests.published import asking, folder, get, payloads, vault

__all__ = ["asking", "folder", "get", "payloads", "vault"]
