"""What articles mean, as a model puts it: a vector each. SQL, within the caller's transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from monitor.match.meaning import MEANT_HEAD, Meaning, meant
from monitor.vault.connection import Connection, as_json


def missing(db: Connection, model: str, articles: Iterable[str]) -> dict[str, str]:
    """Those of these articles that are relevant and have no vector of that model for their text as it is now: by id, the text
    that the model is asked about.
    """
    rows = db.rows(
        "SELECT a.id, a.title, substr(a.text, 1, ?) AS text, m.text AS digest FROM json_each(?) named"
        " JOIN articles a ON a.id = named.value LEFT JOIN meanings m ON m.article = a.id AND m.model = ?"
        " WHERE a.relevant = 1 ORDER BY a.id",
        (MEANT_HEAD, as_json(articles), model),
    )
    texts = {row["id"]: (meant(row["title"], row["text"]), row["digest"]) for row in rows}
    return {article: text for article, (text, digest) in texts.items() if text and _digest(text) != digest}


def save(db: Connection, article: str, text: str, meaning: Meaning) -> None:
    """Store what the model said of the text of an article, in place of what it, or another model, said before."""
    db.change(
        "INSERT OR REPLACE INTO meanings (article, text, model, vector) VALUES (?, ?, ?, ?)",
        (article, _digest(text), meaning.model, meaning.vector),
    )


def forget_former(db: Connection, article: str, title: str, text: str) -> None:
    """What an article meant before it had this text counts no more, if the model was asked about another head of it."""
    db.change("DELETE FROM meanings WHERE article = ? AND text <> ?", (article, _digest(meant(title, text[:MEANT_HEAD]))))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
