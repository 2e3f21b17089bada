"""The vault of invented outlets that these tests publish: tests/published.py; the press's two days: tests/press_days.py."""

from tests.press_days import press_days
from tests.published import asking, folder, get, payloads, vault

__all__ = ["asking", "folder", "get", "payloads", "press_days", "vault"]
