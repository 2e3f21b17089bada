"""Who said it first and on whose word, who denies it, and what was edited since. Pure: no network, files or clock."""

from monitor.trace.across import find_denied_elsewhere, find_disputed_figures
from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials
from monitor.trace.edits import find_edits, substance
from monitor.trace.first import credible_time, first_report, original
from monitor.trace.origins import ORIGINS, SECONDHAND, find_origins
from monitor.trace.outlets import Outlets
from monitor.trace.speakers import describe_speaker, find_speakers, unnamed_id

__all__ = [
    "ORIGINS",
    "SECONDHAND",
    "Outlets",
    "credible_time",
    "describe_speaker",
    "find_attributions",
    "find_denials",
    "find_denied_elsewhere",
    "find_disputed_figures",
    "find_edits",
    "find_origins",
    "find_speakers",
    "first_report",
    "original",
    "substance",
    "unnamed_id",
]
