"""What is used of the library OpenTimestamps, which is an extra: imported where it is needed."""

from bitcoin.core import CBlockHeader, b2lx
from opentimestamps.calendar import DEFAULT_CALENDAR_WHITELIST
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpSHA256
from opentimestamps.core.serialize import BytesDeserializationContext, BytesSerializationContext, DeserializationError
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp

__all__ = [
    "DEFAULT_CALENDAR_WHITELIST", "BitcoinBlockHeaderAttestation", "BytesDeserializationContext", "BytesSerializationContext",
    "CBlockHeader", "DeserializationError", "DetachedTimestampFile", "OpSHA256", "PendingAttestation", "Timestamp", "b2lx",
]  # fmt: skip
