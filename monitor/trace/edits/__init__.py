"""What changed between two versions of an article, and whether it was said openly."""

from monitor.trace.edits.find import find_edits, substance

__all__ = ["find_edits", "substance"]
