"""The archive: raw responses in WARC files, written before anything parses them; the signed log; verification and replay."""

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
