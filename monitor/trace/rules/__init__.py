"""The rules that find a cue and the phrase that names its source, in the order in which they are asked.

A rule sees one sentence. What an earlier rule took, a later one leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from monitor.trace.rules.clauses import claused
from monitor.trace.rules.context import Context, Finding
from monitor.trace.rules.layout import headed, spoken
from monitor.trace.rules.passives import by_agent, shown
from monitor.trace.rules.phrases import according, citing, hearsay, named
from monitor.trace.rules.quoting import citing_outlet, quoted
from monitor.trace.rules.verbs import by_verb, own, shared
from monitor.trace.tokens import Sentence

RULES: tuple[Callable[[Context, Sentence], Iterator[Finding]], ...] = (
    quoted, according, citing, by_verb, by_agent, shown, own, spoken, named, headed, claused, shared, hearsay, citing_outlet,
)  # fmt: skip
"""In order: what one took, the next leaves."""
