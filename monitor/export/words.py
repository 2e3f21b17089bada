"""Titles and descriptions of views and their columns, for formats that include them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ViewWords:
    """A view in words of one language: `heads` are the labels of its columns, `columns` what they hold, by the column's name."""

    title: str = ""
    description: str = ""
    heads: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


Words = Mapping[str, ViewWords]
"""Of each view, by its name."""
NONE = ViewWords()
