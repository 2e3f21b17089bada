"""Who said it first and on whose word, who denies it, and what was edited since. Pure: no network, files or clock."""

from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials
from monitor.trace.edits import find_edits
from monitor.trace.first import credible_time, first_report, original
from monitor.trace.outlets import Outlets

__all__ = ["Outlets", "credible_time", "find_attributions", "find_denials", "find_edits", "first_report", "original"]
