"""The table `meanings`: one embedding for each article. SQL within the caller's transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from monitor.match.embedding import EMBEDDED_CHARACTERS, Embedding, embedding_input
from monitor.vault.connection import Connection, as_json


def unembedded_texts(db: Connection, model: str, articles: Iterable[str]) -> dict[str, str]:
    """The model's input by article id, for those of `articles` that are relevant and have no embedding of their present text."""
    rows = db.rows(
        "SELECT a.id, a.title, substr(a.text, 1, ?) AS text, m.text AS digest FROM json_each(?) named"
        " JOIN articles a ON a.id = named.value LEFT JOIN meanings m ON m.article = a.id AND m.model = ?"
        " WHERE a.relevant = 1 ORDER BY a.id",
        (EMBEDDED_CHARACTERS, as_json(articles), model),
    )
    texts = {row["id"]: (embedding_input(row["title"], row["text"]), row["digest"]) for row in rows}
    return {article: text for article, (text, digest) in texts.items() if text and _digest(text) != digest}


def save(db: Connection, article: str, text: str, meaning: Embedding) -> None:
    """Store the embedding of an article's text in place of any earlier one."""
    db.change(
        "INSERT OR REPLACE INTO meanings (article, text, model, vector) VALUES (?, ?, ?, ?)",
        (article, _digest(text), meaning.model, meaning.vector),
    )


def forget_former(db: Connection, article: str, title: str, text: str) -> None:
    """Delete the embedding of an article whose title or beginning has changed since."""
    db.change(
        "DELETE FROM meanings WHERE article = ? AND text <> ?",
        (article, _digest(embedding_input(title, text[:EMBEDDED_CHARACTERS]))),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
