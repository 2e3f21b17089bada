"""Statistics of coverage: polling schedules, the least to expect of a source, recall of discovery, trends, absences. Pure."""

from monitor.expect.least import HISTORY, Expectation, expectation
from monitor.expect.recall import Recall, estimate_recall
from monitor.expect.trend import Point, trend

__all__ = ["HISTORY", "Expectation", "Point", "Recall", "estimate_recall", "expectation", "trend"]
