"""Who said it first and on whose word, and who denies it. Pure: no network, files or clock."""

from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials
from monitor.trace.first import credible_time, first_report, original
from monitor.trace.outlets import Outlets

__all__ = ["Outlets", "credible_time", "find_attributions", "find_denials", "first_report", "original"]
