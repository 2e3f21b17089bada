"""Traces the articles of a story back to its independent origins, step by step. Pure.

Each article has at most one step: to the article or outlet that it took its text or its news from. An article without a step is
an origin where it says how it knows. An article with a step adds nothing to the number of origins, whatever it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.errors import Message
from monitor.model import Reduction, Telling
from monitor.trace.speakers import name_key

SECONDHAND = ("outlet", "telegram", "anonymous")
"""Kinds of attribution that say nothing of how an article knows; whatever else it quotes, it had at first hand."""
ORIGINS = ("firsthand", "wire", "credited")
"""Rules of the steps that end at an origin; the others lead on, or to nothing."""


def find_origins(tellings: Sequence[Telling]) -> list[Reduction]:
    """One step for each article of a story, the earliest first, and one for each outlet on whose word they stand and of which the
    story has nothing; whatever the order. There are as many independent origins as steps whose rule is one of ORIGINS.

    The first of these that holds. *copy*: it carries the text of another article. *credits*: it stands on the word of another
    outlet, and has it from that outlet's first article, or from the outlet itself (*credited*). *links*: its text links to
    another article of the story. *publisher*: its publisher told it before. *firsthand*: it quotes somebody who is no outlet.
    *wire*: its outlet is one whose texts others reprint. *unknown*: it adds nothing; nor do articles that have it from each
    other.
    """
    ordered = sorted(_with_one_name(tellings), key=lambda t: (t.published, t.article))
    articles = {t.article: t for t in ordered}
    first_of: dict[str, Telling] = {}
    for telling in sorted(
        ordered, key=lambda t: t.original != t.article
    ):  # its own first: a reprint is nobody's source before that
        first_of.setdefault(telling.outlet, telling)
    steps = [_step(telling, articles, first_of, ordered) for telling in ordered]
    outside = sorted({step.source for step in steps if step.rule == "credits" and step.source not in articles})
    return [
        *steps,
        *(Reduction("", "credited", name, Message("others stand on the word of {outlet}", outlet=name)) for name in outside),
    ]


def _with_one_name(tellings: Sequence[Telling]) -> list[Telling]:
    """The same with each outlet that they credit under one name, whatever its case and script: as an outlet of the story has it,
    else as the first of its forms."""
    outlets = {t.outlet for t in tellings}
    called: dict[tuple[str, ...], str] = {}
    for name in [*sorted(outlets), *sorted({credit for t in tellings for credit in t.credits})]:
        called.setdefault(name_key(name) or (name,), name)

    def one(name: str) -> str:
        return name if name in outlets else called[name_key(name) or (name,)]

    return [replace(t, credits=tuple(dict.fromkeys(map(one, t.credits)))) for t in tellings]


def _step(
    telling: Telling, articles: Mapping[str, Telling], first_of: Mapping[str, Telling], ordered: Sequence[Telling]
) -> Reduction:
    article = telling.article
    original = articles.get(telling.original, telling)
    if original is not telling:
        return Reduction(article, "copy", original.article, Message("carries the text of {outlet}", outlet=original.outlet))
    for outlet in telling.credits:
        source = first_of.get(outlet)
        if outlet != telling.outlet and not (source and source.publisher == telling.publisher):
            return Reduction(
                article, "credits", source.article if source else outlet, Message("stands on the word of {outlet}", outlet=outlet)
            )
    for cited in telling.cites:
        if cited in articles and articles[cited].publisher != telling.publisher:
            return Reduction(article, "links", cited, Message("links to {outlet}", outlet=articles[cited].outlet))
    before = next(t for t in ordered if t.publisher == telling.publisher)
    if before is not telling:
        return Reduction(
            article, "publisher", before.article, Message("{outlet}, of the same publisher, told it before", outlet=before.outlet)
        )
    if telling.is_firsthand:
        return Reduction(article, "firsthand", "", Message("quotes somebody who is no outlet"))
    if telling.is_wire:
        return Reduction(article, "wire", "", Message("is a wire's, whose texts others reprint"))
    return Reduction(article, "unknown", "", Message("does not say how it knows"))
