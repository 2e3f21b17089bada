"""The archive: every response as it came, in WARC files, before anything parses it. Touches the archive's folder alone."""

from monitor.archive.reader import NOT_MODIFIED, WarcRecord, read_capture, records
from monitor.archive.replay import Replay, read_saved
from monitor.archive.writer import PackedRecord, WarcWriter, pack

__all__ = ["NOT_MODIFIED", "PackedRecord", "Replay", "WarcRecord", "WarcWriter", "pack", "read_capture", "read_saved", "records"]
