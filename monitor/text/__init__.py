"""What the pure packages share about text: one folding, one tokenizer, one sentence splitter, one guess of a language.

Pure; knows no topic or outlet.
"""

from monitor.text.folding import Folded, fold
from monitor.text.segmentation import compound_spans, compounds, parted, sentences, word_starts, words
from monitor.text.weeks import iso_week

__all__ = ["Folded", "compound_spans", "compounds", "fold", "iso_week", "parted", "sentences", "word_starts", "words"]
