"""The archive: every response as it came, in WARC files, before anything parses it. Touches the archive's folder alone."""

from monitor.keep.reading import Recorded, read_capture, records
from monitor.keep.writing import Keeper

__all__ = ["Keeper", "Recorded", "read_capture", "records"]
