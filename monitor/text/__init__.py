"""What the pure packages share about text: one folding, one tokenizer, one sentence splitter, one guess of a language.

Pure; knows no topic or outlet.
"""

from monitor.text.folding import Folded, fold
from monitor.text.segmentation import sentences, words
from monitor.text.weeks import iso_week

__all__ = ["Folded", "fold", "iso_week", "sentences", "words"]
