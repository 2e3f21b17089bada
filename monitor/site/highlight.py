"""Renders crawled texts with highlighted spans: as paragraphs, as one line, as the passage that a search found. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from markupsafe import Markup, escape

from monitor.errors import QueryError
from monitor.text.segmentation import whole_sentences
from monitor.vault import search

PASSAGE = 240
"""Characters of a text that a search shows."""
SEARCHED = 50_000
"""Characters of a text in which a search marks what it found; ten times a long report. A page of twenty near-copies of 670,000
characters each, which one outlet may publish, took 4 s to mark whole.
"""


def marked(text: str, spans: Iterable[Mapping[str, Any]] = ()) -> Markup:
    """The text as paragraphs, with <mark> around each span: `start` and `end` are offsets into it, `label` becomes its title."""
    merged = _merged(spans, len(text))
    return Markup("\n").join(
        Markup("<p>{}</p>").format(_marked(text, line.start(), line.end(), merged))
        for line in re.finditer("[^\n]+", text)
        if line[0].strip()
    )


def marked_line(text: str, spans: Iterable[Mapping[str, Any]] = ()) -> Markup:
    """The same for a title: one line, no paragraphs."""
    return _marked(text, 0, len(text), _merged(spans, len(text)))


def in_sentences(around: Mapping[str, Any]) -> Markup:
    """The sentences that the characters `start` to `end` of some `words` stand in, with these marked. An ellipsis stands where
    `words` begin (`is_cut`) or end (`goes_on`) within such a sentence, and no part of a word.
    """
    words, start, end = around["words"], around["start"], around["end"]
    first, last = whole_sentences(words, start, end)
    before = after = ""
    if around["is_cut"] and first == 0:
        first, before = words.find(" ", 0, start) + 1, "… "
    if around["goes_on"] and last == len(words):
        last, after = max(words.rfind(" ", end), end), " …"
    return escape(before) + _marked(words, first, last, [(start, end, "")]) + escape(after)


def spans_of(text: str, words: Iterable[str]) -> list[dict[str, Any]]:
    """Where words and phrases that were taken from a text stand in it, whole, as `marked` takes them."""
    longest_first = sorted(filter(None, words), key=len, reverse=True)
    if not longest_first:
        return []
    found = re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", text)
    return [{"start": match.start(), "end": match.end(), "label": "found"} for match in found]


def matches(row: Mapping[str, Any], text: str, query: str) -> dict[str, Any]:
    """Where a query finds something: `title`, spans of the title; `passage` with its `spans`, around the first of the text.

    `is_beyond`: nothing was found in the first SEARCHED characters of a text that is longer, in which it may still be.
    """
    nothing = {"title": [], "passage": "", "spans": [], "is_beyond": False}
    try:
        asked = search.compile_cached(query.strip())
    except QueryError:
        return nothing
    text, is_longer = text[:SEARCHED], len(text) > SEARCHED
    record = search.record(row["title"], text, row["language"], row["outlet"], None, row["regions"], row["published"])
    reasons = asked.matches(record) or ()
    spans = {field: [span for span in map(asdict, reasons) if span["field"] == field] for field in ("title", "text")}
    if not spans["text"]:
        return nothing | {"title": spans["title"], "is_beyond": is_longer and not spans["title"]}
    at = max(0, spans["text"][0]["start"] - PASSAGE // 3)
    start = text.find(" ", at) + 1 if at else 0
    end = start + PASSAGE
    if end < len(text) and (whole := text.rfind(" ", spans["text"][0]["end"], end)) > 0:
        end = whole
    inside = [span | {"start": span["start"] - start, "end": span["end"] - start} for span in spans["text"] if span["end"] <= end]
    return nothing | {"title": spans["title"], "passage": text[start:end].replace("\n", " "), "spans": inside}


def _marked(text: str, start: int, end: int, merged: list[tuple[int, int, str]]) -> Markup:
    marks, at = Markup(), start
    for first, last, label in merged:
        a, b = max(first, start), min(last, end)
        if a < b:
            title = Markup(' title="{}"').format(label) if label else ""
            marks += escape(text[at:a]) + Markup("<mark{}>{}</mark>").format(title, text[a:b])
            at = b
    return marks + escape(text[at:end])


def _merged(spans: Iterable[Mapping[str, Any]], length: int) -> list[tuple[int, int, str]]:
    """The spans in order, those that overlap as one."""
    merged: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda span: (span["start"], span["end"])):
        first, last, label = max(0, span["start"]), min(length, span["end"]), str(span["label"])
        if first >= last:
            continue
        if merged and first < merged[-1][1]:
            before = merged[-1]
            labels = before[2] if label in before[2].split("; ") else f"{before[2]}; {label}"
            merged[-1] = (before[0], max(before[1], last), labels)
        else:
            merged.append((first, last, label))
    return merged
