"""Finds edits between new versions of articles, and marks those that many articles of an outlet share. Writes the vault."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

from monitor.match import address_key
from monitor.model import Edit
from monitor.text import compounds, fold
from monitor.trace.outlets import Outlets
from monitor.vault import Store, VersionPair, edits

# Pairs of versions in memory at once.
_AT_ONCE = 50
# Characters: texts that are longer are lists and tables, and would take minutes to compare.
_LONGEST = 200_000
_PUNCTUATION = re.compile(r"[?!]")


def update_edits(store: Store, outlets: Outlets) -> None:
    """Store the edits of every version that was not yet compared with the one before it; mark those that are site-wide.

    It may be stopped at any time: finished comparisons are stored, and the next call does the rest.
    """
    changed: set[str] = set()
    while pairs := edits.not_compared(store.db, _AT_ONCE):
        for pair in pairs:
            found = _edits(pair, outlets)
            digests = [_digest(edit) for edit in found]
            changed.update(digests)
            edits.save(store.db, pair, found, digests)
    if changed:
        edits.mark_site_wide(store.db, sorted(changed))


def _edits(pair: VersionPair, outlets: Outlets) -> tuple[Edit, ...]:
    from monitor.trace.edits import find_edits  # most runs find no version to compare

    before, after = pair.before.version, pair.after.version
    if max(len(before.text), len(after.text)) > _LONGEST:
        return ()
    return find_edits(before, after, language=pair.after.language, outlets=outlets, url_key=address_key)


def _digest(edit: Edit) -> str:
    """The same for edits that took the same words out and put the same in, whatever stood around them."""
    before, after = (Counter([*compounds(fold(text).text), *_PUNCTUATION.findall(text)]) for text in (edit.before, edit.after))
    went, came = sorted((before - after).elements()), sorted((after - before).elements())
    return hashlib.sha256(repr((edit.kind, went, came)).encode(errors="surrogatepass")).hexdigest()[:32]
