"""Translates a query to an FTS5 expression for SQLite's index, which matches wherever the query does. Pure.

Of words and what OR and AND make of them the index says all, of everything else it only proposes.
"""

from __future__ import annotations

from monitor.judge.logic import AllOf, AnyOf, NoneOf, Within
from monitor.judge.nodes import Attribute, Dates, Node, Pattern, Word
from monitor.text import words


def expression(node: Node) -> str:
    """An FTS5 expression over the columns `title` and `text` that holds wherever the node does; empty where there is none."""
    conditions = dict.fromkeys(_conditions(node))
    return f"({' AND '.join(conditions)})" if conditions else ""


def is_exact(node: Node) -> bool:
    """Whether the node holds wherever its expression does, too: the index alone decides."""
    match node:
        case Word():
            # A form that is several words is a phrase to the index, and nothing to an article.
            return all(words(form) == [form] for form in node.forms)
        case AnyOf() | AllOf():
            return all(map(is_exact, node.parts))
        case Within():
            (part,) = node.parts
            return node.field in {"title", "text"} and isinstance(part, Word) and is_exact(part)
        case _:
            return False


def _conditions(node: Node) -> list[str]:
    """Expressions that all hold wherever the node does. AND within AND is one: FTS5 refuses what nests deeply."""
    match node:
        case Word():
            return [f"({' OR '.join(map(_quoted, sorted(node.forms)))})"]
        case Pattern():
            return [f"{_quoted(node.prefix)} *"] if node.prefix else []
        case AnyOf():
            parts = list(map(expression, node.parts))
            return [f"({' OR '.join(parts)})"] if all(parts) else []
        case Within():
            # The index has two columns; a lead is the beginning of the text.
            inner = expression(node.parts[0])
            return [f"({{{'title' if node.field == 'title' else 'text'}}} : {inner})"] if inner else []
        case NoneOf() | Attribute() | Dates():
            return []
        case _:
            return [condition for part in node.parts for condition in _conditions(part)]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
