"""Parsed articles and channels: what worker processes return and the vault stores. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model.articles import Article, Fingerprint, Place, Verdict
from monitor.model.feeds import Channel
from monitor.model.tracing import Attribution, Denial


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article, whose it is, and what judging, matching and tracing say of it."""

    article: Article
    outlet: str
    """That its address belongs to."""
    verdicts: tuple[Verdict, ...]
    places: tuple[Place, ...]
    attributions: tuple[Attribution, ...]
    denials: tuple[Denial, ...]
    fingerprint: Fingerprint
    substance: str = ""
    """Of `monitor.trace.edits.find.substance`: another one is another version. Empty where it was not asked for."""
    gate: str = ""
    """The version of the gate that it was not extracted for (`monitor.judge.gate.Gate`); empty where it was extracted."""
    parser: str = ""
    """By which parser it was read (`monitor.program.parser_version`); empty where nobody says."""

    @property
    def is_relevant(self) -> bool:
        """Whether it is to any topic."""
        return any(verdict.relevant for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class ParsedChannel:
    """A page of a Telegram channel, and what is said of each of its posts."""

    channel: Channel
    posts: tuple[ParsedArticle, ...]
    """Those that have a text: an article each, whose address ends with its number."""
