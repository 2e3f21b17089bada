"""The words of the site's tables and columns, for files that are taken away. Reads data/site and the catalogues."""

from __future__ import annotations

import tomllib
from functools import lru_cache

import yaml

from monitor.export.marks import MARKS
from monitor.export.words import ViewWords, Words
from monitor.newsroom.shipped import SHIPPED
from monitor.site.language import _, catalogue
from monitor.vault.views import TABLES, VIEWS

MARK_TITLE = _("Marks")
MARK_DESCRIPTION = _("What readers of the internal edition have marked, each in a row, also what was taken back.")
MARK_COLUMNS = {
    "number": _("In which order they were made"),
    "article": _("The article that is marked"),
    "kind": _("checked by a person, note or tag"),
    "text": _("What is written in it"),
    "marked_by": _("Who made it, as logged in"),
    "at": _("When it was made"),
    "removed_by": _("Who took it back; empty where it stands"),
    "removed": _("When it was taken back; empty where it stands"),
}
FICTIONAL = _("1: the news are invented")


@lru_cache(maxsize=4)
def view_words(language: str = "en") -> Words:
    """What each view is called, and what its columns are called and hold, as its page says it; a column that a view does not
    explain holds what the coverage's column of that name holds.
    """
    site = SHIPPED / "site"
    labels = tomllib.loads((site / "columns.toml").read_text("utf-8"))
    tables = yaml.load((site / "metadata.yaml").read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))["databases"]  # noqa: S506 - both are safe
    words = catalogue(language)
    shown = tables["public"]["tables"]
    common = shown["coverage"]["columns"]
    found = {}
    for view in (*VIEWS, *TABLES):
        table = shown.get(view, {})
        own = {name.partition(".")[2]: label for name, label in labels.items() if name.startswith(f"{view}.")}
        heads = {name: label for name, label in labels.items() if "." not in name} | own
        columns = {**common, **table.get("columns", {}), "fictional": FICTIONAL}
        found[view] = ViewWords(
            words.gettext(table.get("title") or view),
            words.gettext(said) if (said := table.get("description")) else "",
            {name: words.pgettext("column", label) for name, label in heads.items()},
            {name: words.gettext(said) for name, said in columns.items()},
        )
    of_marks = {name: words.gettext(said) for name, said in MARK_COLUMNS.items()}
    heads = {name: words.pgettext("column", label) for name, label in labels.items()}
    heads |= {name.removeprefix("marks."): label for name, label in heads.items() if name.startswith("marks.")}
    found[MARKS] = ViewWords(words.gettext(MARK_TITLE), words.gettext(MARK_DESCRIPTION), heads, of_marks)
    return found
