"""What the pure packages share about text: one folding, one tokenizer, one sentence splitter, one guess of a language.

Pure; knows no topic or outlet.
"""

from monitor.text.folding import Folded, fold
from monitor.text.segmentation import (
    WRITTEN_WORD,
    compound_spans,
    compounds,
    ends_sentence,
    parted,
    sentences,
    word_starts,
    words,
)
from monitor.text.weeks import iso_week

__all__ = [
    "WRITTEN_WORD",
    "Folded",
    "compound_spans",
    "compounds",
    "ends_sentence",
    "fold",
    "iso_week",
    "parted",
    "sentences",
    "word_starts",
    "words",
]
