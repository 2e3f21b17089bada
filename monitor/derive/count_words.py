"""`python -m monitor.derive.count_words VAULT -o FOLDER`: how common words are, counted over what a vault holds. Writes files.

Put the folder into the newsroom's as `words`, and they take the place of the shipped ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import click

from monitor.errors import MonitorError
from monitor.lexicons import LANGUAGES, format_shares
from monitor.match.features import HEAD
from monitor.match.vocabulary import parts, stem
from monitor.text import fold
from monitor.text.letters import dictionary_language
from monitor.vault import Reader, open_reader

LEAST_TEXTS = 5_000
"""Of a language: with fewer nothing could be said of a word that one of them holds."""


def count_words(reader: Reader) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """How many texts of each language hold each stem, and how many texts there are: each counted once, relevant or not."""
    held: defaultdict[str, Counter[str]] = defaultdict(Counter)
    texts: Counter[str] = Counter()
    for title, text in reader.wordings(HEAD):
        folded = fold(f"{title}\n{text}").text
        language = dictionary_language("", folded)
        texts[language] += 1
        held[language].update({stem(part) for part in parts(folded)})
    return dict(held), texts


@click.command()
@click.argument("vault", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where to write ru.txt and so on."
)
def main(vault: Path, folder: Path) -> None:
    """Count how common words are in the texts of VAULT, in each language of which it holds enough."""
    try:
        with open_reader(vault) as reader:
            held, texts = count_words(reader)
    except MonitorError as error:
        raise click.ClickException(str(error)) from error
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        if texts[language] < LEAST_TEXTS:
            click.echo(f"{language}: {texts[language]:,} texts; the shipped shares stay, {LEAST_TEXTS:,} are needed")
            continue
        shares = {of: count / texts[language] for of, count in held[language].items()}
        note = f"How common words are in {texts[language]:,} texts: the negative logarithm of the share that holds a stem."
        (folder / f"{language}.txt").write_text(format_shares(shares, note), encoding="utf-8")
        click.echo(f"{language}: {texts[language]:,} texts, {folder / f'{language}.txt'}")


if __name__ == "__main__":
    main()
