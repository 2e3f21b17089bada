"""The archive: every response as it came, in WARC files, before anything parses it. Touches the archive's folder alone."""

from monitor.archive.addresses import check_archives, display_name, local_copy
from monitor.archive.reader import NOT_MODIFIED, WarcRecord, read_capture, records
from monitor.archive.replay import Replay, read_saved
from monitor.archive.writer import PackedRecord, WarcWriter, pack

__all__ = [
    "NOT_MODIFIED",
    "PackedRecord",
    "Replay",
    "WarcRecord",
    "WarcWriter",
    "check_archives",
    "display_name",
    "local_copy",
    "pack",
    "read_capture",
    "read_saved",
    "records",
]  # fmt: skip
