"""What a page says of itself in JSON-LD, meta tags, microdata, time tags and headings, decided where they differ. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from monitor.read import jsonld
from monitor.read.authors import authors_of
from monitor.read.dates import own_day, plausible, read_date
from monitor.read.declarations import HEADLINE_WORDS, Declarations
from monitor.read.names import key, tidy
from monitor.read.page_dates import (
    address_day,
    far_date,
    modified_date,
    most_exact,
    printed_dates,
    published_dates,
    searched_date,
)
from monitor.read.plain import plain
from monitor.read.titles import voted_title


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page says of itself, before the text is looked at. Dates are as written."""

    title: str
    title_rule: str
    """The votes (TITLE_VOTES) that decided."""
    subtitle: str
    authors: tuple[str, ...]
    published: str
    date_rule: str
    """Where `published` was found: declared, labelled, beside the headline, address, in a line, searched, under the text. Filled
    by `signed`. In a line and searched it may be of something else."""
    day_shown: date | None
    """The day of `published` where the outlet is, if the page shows another than it declares; filled by `signed`."""
    modified: str
    section: str
    language: str
    """As declared, may have a region; empty where it is not."""
    canonical: str
    """As written."""
    next_pages: tuple[str, ...]
    """What the page says comes after it, as written."""
    syndicated: tuple[str, ...]
    article: bool
    """Whether the markup says that this page is an article,"""
    other: str
    """and what else, where it says neither that nor a date of its own: Product, CollectionPage ...; empty where nothing."""
    free: bool | None
    live: bool
    body: str
    """JSON-LD articleBody; empty where absent."""


def _subtitle(page: Declarations, title: str) -> str:
    """The standfirst, or the summary that stands for it; empty where it only repeats the title."""

    def is_title(text: str) -> bool:
        return key(text) == key(title) or (len(title.split()) >= HEADLINE_WORDS and key(text).startswith(f"{key(title)} "))

    said = [
        jsonld.first(page.article.get("alternativeHeadline")),
        *page.prop("alternativeHeadline"),
        jsonld.first(page.article.get("description")),
        *page.metas("og:description", "description", "twitter:description"),
    ]
    return next((text for raw in said if (text := tidy(raw)) and not is_title(text)), "")


_OTHER_TYPES = re.compile(
    r"^(?:Product(?:Group)?|Movie|TVSeries|Book|MusicAlbum|ProfilePage|CollectionPage|SearchResultsPage|CheckoutPage|JobPosting|"
    r"SoftwareApplication|MobileApplication|VideoGame|Hotel|Restaurant|LocalBusiness)$"
)
# The dates that these print are of what they list.
_LISTS = re.compile(r"ProfilePage|CollectionPage|SearchResultsPage|profile", re.IGNORECASE)
_OTHER_OPEN_GRAPH = re.compile(r"product\b.*|video\.(?:movie|tv_show)|profile|books?|music\..*", re.IGNORECASE)


def _kind(page: Declarations) -> tuple[bool, str]:
    """Whether the markup says that the page is an article, and what else it says that it is."""
    open_graph = next(page.metas("og:type"), "").strip()
    # Of microdata only what is no part of something else: an article has pictures and an author.
    items = [e for e in page.items if not any(parent.get("itemscope") is not None for parent in e.iterancestors())]
    types = [t.rpartition("/")[2] for e in items for t in (e.get("itemtype") or "").split()]
    if page.article or open_graph.lower() == "article" or any(jsonld.is_article(t) for t in types):
        return True, ""
    others = [t for node in page.graph.of_type(_OTHER_TYPES.pattern) for t in jsonld.types(node) if _OTHER_TYPES.match(t)]
    others += [t for t in types if _OTHER_TYPES.match(t)]
    others += [open_graph] if _OTHER_OPEN_GRAPH.fullmatch(open_graph) else []
    return False, next(iter(others), "")


def declared(page: Declarations) -> Declared:
    """What a page says of itself; who signed it is asked of `signed`."""
    node, publishers, now = page.article, page.publishers(), page.now
    title, title_rule = voted_title(page, publishers)
    sure, unsure = published_dates(page, page.headlines(title))
    free = node.get("isAccessibleForFree")
    article, other = _kind(page)
    return Declared(
        title=title,
        title_rule=title_rule,
        subtitle=_subtitle(page, title),
        authors=(),
        published=most_exact([*sure, *unsure], now),
        date_rule="",
        day_shown=None,
        modified=modified_date(page),
        section=tidy(next(page.metas("article:section"), "") or jsonld.first(node.get("articleSection"))),
        language=page.language(),
        canonical=next(iter(page.links["canonical"]), ""),
        next_pages=(
            *page.links["next"],
            *(a.get("href") or "" for a in page.tree.iter("a") if "next" in (a.get("rel") or "").split()),
        ),
        syndicated=tuple(page.metas("syndication-source", "original-source")),
        article=article,
        other="" if plausible(read_date(most_exact([*sure, *unsure], now)), now) else other,
        free=None if free is None else str(free).lower().rsplit("/", 1)[-1] not in ("false", "no", "0"),
        live="LiveBlogPosting" in jsonld.types(node),
        body=plain(jsonld.first(node.get("articleBody"))),
    )


def signed(page: Declarations, declaration: Declared) -> Declared:
    """The same with its authors, and with the date that is printed, where none is declared or only such as may be another's."""
    headlines = page.headlines(declaration.title)
    sure, unsure = published_dates(page, headlines)
    alone, beside, labelled = printed_dates(page, headlines)
    published, day_shown, rule = most_exact(sure, page.now), None, "declared"
    if plausible(read_date(published), page.now):
        day_shown = own_day(published, labelled or alone)
        if labelled and not day_shown and read_date(labelled).day != read_date(published).day:
            # What is written for programs may be of the first version; what readers are told is the page's own word.
            published, rule = labelled, "labelled"
    else:
        found = (
            (rule, most_exact(written, page.now))
            for rule, written in (
                ("labelled", [labelled]),
                ("beside the headline", [alone, *unsure]),
                ("address", [address_day(page.url)]),
                ("labelled", [far_date(page, headlines)]),
                ("in a line", [beside]),
            )
        )
        rule, published = next(((r, date) for r, date in found if plausible(read_date(date), page.now)), ("", published))
        # htmldate makes 1 February of a declared 30th: it is asked only where nothing is declared.
        if not published:
            rule, published = "searched", searched_date(page.tree, page.url, page.now)
    is_dated = plausible(read_date(published), page.now) and not _LISTS.fullmatch(declaration.other)
    return replace(
        declaration,
        authors=authors_of(page, page.publishers(), headlines),
        published=published,
        date_rule=rule,
        day_shown=day_shown,
        other="" if is_dated else declaration.other,
    )
