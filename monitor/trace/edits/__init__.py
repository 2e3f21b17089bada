"""Edits between two versions of an article, by class, and whether each was disclosed."""

from monitor.trace.edits.find import find_edits, substance

__all__ = ["find_edits", "substance"]
