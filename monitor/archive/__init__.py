"""The archive: every response as it came, in WARC files, before anything parses it. Touches the archive's folder alone."""

from monitor.archive.reader import Recorded, read_capture, records
from monitor.archive.replay import Replay
from monitor.archive.writer import Keeper

__all__ = ["Keeper", "Recorded", "Replay", "read_capture", "records"]
