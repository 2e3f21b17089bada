"""What is to be expected: the least that a source gives, what ways of discovery miss, a trend that holds. Pure."""

from monitor.expect.least import HISTORY, Expectation, expectation
from monitor.expect.recall import Recall, estimate_recall
from monitor.expect.trend import Point, trend

__all__ = ["HISTORY", "Expectation", "Point", "Recall", "estimate_recall", "expectation", "trend"]
