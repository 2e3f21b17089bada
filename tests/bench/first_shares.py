"""Makes the word shares that are shipped, of the word lists of wordfreq 3.1.1: `pip install wordfreq==3.1.1` into another folder.

    PYTHONPATH=FOLDER python tests/bench/first_shares.py

`python -m monitor.derive.count_words` counts them over a vault instead, as soon as that holds enough.
"""

import math
from collections import defaultdict
from pathlib import Path

from wordfreq import get_frequency_dict

from monitor.lexicons import format_shares
from monitor.match.vocabulary import parts, stem
from monitor.text import fold

TARGET = Path(__file__).resolve().parents[2] / "monitor" / "lexicons" / "word_shares"
WORDS = 150
"""Of a title, twice, and the head of a text, which is what is weighed."""
NOTE = """\
How common words are in {name}: the negative logarithm of the share of texts of {words} words that hold a stem, and the stems.
Derived from the word lists of wordfreq 3.1.1 (Robyn Speer, https://github.com/rspeer/wordfreq), data under CC BY-SA 4.0
(https://creativecommons.org/licenses/by-sa/4.0/); this file is under the same licence. NOTICE.txt names what wordfreq is made of.
Made by tests/bench/first_shares.py; `python -m monitor.derive.count_words` counts another from what a vault holds."""


def main() -> None:
    for language, name in (("ru", "Russian"), ("uk", "Ukrainian"), ("en", "English")):
        frequencies: defaultdict[str, float] = defaultdict(float)
        for word, frequency in get_frequency_dict(language, "best").items():
            for part in parts(fold(word).text):
                if not part.isdigit():  # wordfreq has one entry for all numbers of a length
                    frequencies[stem(part)] += frequency
        shares = {of: 1 - math.exp(-WORDS * frequency) for of, frequency in frequencies.items()}
        text = format_shares(shares, NOTE.format(name=name, words=WORDS))
        (TARGET / f"{language}.txt").write_text(text, encoding="utf-8")


main()
