"""The press: fictional outlets on loopback addresses, for the demo, the tests and measurements.

Reads its own world's files and listens on loopback addresses. Nothing that it serves is real.
"""

from monitor.press.command import run
from monitor.press.data import write_data
from monitor.press.load import load_world
from monitor.press.server import Press
from monitor.press.sources import Said, load_sources
from monitor.press.statements import Denied, DeniedElsewhere, DisputedFigures, Passage, load_denied, load_statements
from monitor.press.truth import Truth, load_truth
from monitor.press.world import MOMENTS

__all__ = [
    "MOMENTS",
    "Denied",
    "DeniedElsewhere",
    "DisputedFigures",
    "Passage",
    "Press",
    "Said",
    "Truth",
    "load_denied",
    "load_sources",
    "load_statements",
    "load_truth",
    "load_world",
    "run",
    "write_data",
]
