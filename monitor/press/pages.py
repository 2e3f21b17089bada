"""The outlets' HTML: articles in each outlet's markup, lists, the calendar, the challenge page. Touches its templates alone.

Jinja escapes every value: nothing of an article is markup, whatever its words are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zlib import crc32

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from monitor.press.world import Outlet, Paragraph, Piece, World

FEED_TYPES = {
    "rss2.0": "application/rss+xml",
    "rss2.0-full": "application/rss+xml",
    "rss0.91": "text/xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}

_MONTHS = {
    "ru": ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
    "uk": [
        "січня",
        "лютого",
        "березня",
        "квітня",
        "травня",
        "червня",
        "липня",
        "серпня",
        "вересня",
        "жовтня",
        "листопада",
        "грудня",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}

_SAY = {
    "ru": {
        "home": "Главная",
        "popular": "Популярное",
        "also": "Читайте также",
        "more": "Ещё по теме",
        "share": "Поделиться",
        "comments": "Комментарии",
        "no_comments": "Комментариев пока нет.",
        "author": "Автор",
        "print": "Версия для печати",
        "weather": "Погода",
        "updated": "Обновлено",
        "subscribe": "Подписаться на рассылку",
        "rights": "Все права защищены.",
        "cookies": "Мы используем файлы cookie.",
        "missing": "Такой страницы нет.",
        "latest": "Последние новости",
        "fiction": "«{}» — вымышленное издание: всё, что здесь написано, придумано для проверки программы.",
    },
    "uk": {
        "home": "Головна",
        "popular": "Популярне",
        "also": "Читайте також",
        "more": "Більше за темою",
        "share": "Поділитися",
        "comments": "Коментарі",
        "no_comments": "Коментарів поки немає.",
        "author": "Автор",
        "print": "Версія для друку",
        "weather": "Погода",
        "updated": "Оновлено",
        "subscribe": "Підписатися на розсилку",
        "rights": "Усі права захищені.",
        "cookies": "Ми використовуємо файли cookie.",
        "missing": "Такої сторінки немає.",
        "latest": "Останні новини",
        "fiction": "«{}» — вигадане видання: усе, що тут написано, придумано для перевірки програми.",
    },
    "en": {
        "home": "Home",
        "popular": "Most read",
        "also": "Read also",
        "more": "Read more",
        "share": "Share",
        "comments": "Comments",
        "no_comments": "No comments yet.",
        "author": "By",
        "print": "Print version",
        "weather": "Weather",
        "updated": "Updated",
        "subscribe": "Sign up for our weekly letter",
        "rights": "All rights reserved.",
        "cookies": "We use cookies.",
        "missing": "There is no such page.",
        "latest": "Latest news",
        "fiction": "{} is a fictional outlet: everything here was made up to test a program.",
    },
}

_SECTIONS = {
    "ru": {
        "news": "Новости",
        "society": "Общество",
        "politics": "Политика",
        "economy": "Экономика",
        "sport": "Спорт",
        "culture": "Культура",
        "law": "Право",
    },
    "uk": {
        "news": "Новини",
        "society": "Суспільство",
        "politics": "Політика",
        "economy": "Економіка",
        "sport": "Спорт",
        "culture": "Культура",
        "law": "Право",
    },
}


@dataclass(frozen=True, slots=True)
class View:
    """The world as one request sees it: at a time, on a port."""

    world: World
    now: datetime
    port: int

    def url(self, outlet: Outlet, path: str = "/") -> str:
        """The address of a path of an outlet."""
        return f"http://{outlet.address}:{self.port}{path}"

    def link(self, target: str) -> str:
        """The address that a link leads to: `target` is an article id or an address already."""
        return target if "://" in target else self.url(*self.world.place(target))


def summary(piece: Piece) -> str:
    """What feeds and meta tags say of an article: the beginning of its text."""
    first = piece.text.partition("\n")[0]
    return first if len(first) <= 240 else first[:240].rpartition(" ")[0] + "…"


def article_page(view: View, piece: Piece) -> str:
    """The page of an article in its outlet's markup."""
    related = [SimpleNamespace(url=view.link(id_), title=view.world.title(id_, view.now)) for id_ in piece.related]
    page = _page(
        view,
        piece.outlet,
        piece=piece,
        url=view.url(piece.outlet, piece.path),
        section=section_name(piece.outlet, piece.section),
        summary=summary(piece),
        published=piece.published.isoformat(),
        modified=piece.modified.isoformat() if piece.modified else "",
        day=_day(piece.outlet, piece.published),
        modified_day=_day(piece.outlet, piece.modified) if piece.modified else "",
        authors=[SimpleNamespace(name=name, url=f"/author/{crc32(name.encode()):08x}") for name in piece.authors],
        paragraphs=[_markup(view, paragraph) for paragraph in piece.paragraphs],
        related=related,
        newest=list(_links(view, piece.outlet, 6)),
        seed=crc32(piece.id.encode()),
        ld=Markup(_structured(view, piece)),  # noqa: S704 - JSON with every "<" escaped
    )
    return _render(f"{piece.outlet.markup}.html", page)


def list_page(view: View, outlet: Outlet, section: str = "") -> str:
    """The home page or a section's: the newest articles."""
    links = list(_links(view, outlet, 50, section))
    heading = section_name(outlet, section) if section else outlet.name
    return _render("_list.html", _page(view, outlet, links=links, heading=heading))


def calendar_page(view: View, outlet: Outlet, day: date) -> str:
    """A day of the calendar without end: it links to the day before and the day after, like every other."""
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    page = _page(
        view,
        outlet,
        heading=calendar_heading(day),
        before=f"/calendar/{before}",
        before_heading=calendar_heading(before),
        after=f"/calendar/{after}",
        after_heading=calendar_heading(after),
    )
    return _render("_calendar.html", page)


def calendar_heading(day: date) -> str:
    """The title of a calendar page."""
    return f"Календарь матчей: {day.day} {_MONTHS['ru'][day.month - 1]} {day.year}"


def challenge_page(view: View, outlet: Outlet, path: str) -> str:
    """What a protection service shows in place of an article."""
    return _render("_challenge.html", _page(view, outlet, host=outlet.address, seed=crc32(path.encode())))


def missing_page(view: View, outlet: Outlet) -> str:
    """The page that says that there is none."""
    return _render("_missing.html", _page(view, outlet))


def section_name(outlet: Outlet, section: str) -> str:
    """A section as the outlet's readers see it."""
    return _SECTIONS.get(outlet.language, {}).get(section, section.capitalize())


_templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined)


def _render(template: str, page: SimpleNamespace) -> str:
    return _templates.get_template(template).render(page=page)


@cache
def _weight(outlet: str) -> Markup:
    return Markup(_templates.get_template("_weight.html").render(seed=crc32(outlet.encode())))  # noqa: S704 - a template's own output


def _page(view: View, outlet: Outlet, **more: Any) -> SimpleNamespace:
    """What every template is given."""
    return SimpleNamespace(
        outlet=outlet,
        say=SimpleNamespace(**_SAY[outlet.language]),
        weight=_weight(outlet.id) if outlet.heavy else "",
        menu=[(section_name(outlet, section), f"/{section}/") for section in ("news", "society", "politics", "economy")],
        feeds=[SimpleNamespace(type=FEED_TYPES[feed.format], url=view.url(outlet, feed.path)) for feed in outlet.feeds],
        **more,
    )


def _links(view: View, outlet: Outlet, limit: int, section: str = "") -> Iterator[SimpleNamespace]:
    for piece in view.world.newest(outlet.id, view.now, limit):
        if section in ("", piece.section):
            yield SimpleNamespace(url=piece.path, title=piece.title, time=f"{piece.published:%H:%M}")


def _day(outlet: Outlet, time: datetime) -> str:
    """A date as the outlet's readers see it."""
    month = _MONTHS[outlet.language][time.month - 1]
    return f"{month} {time.day}, {time.year}" if outlet.language == "en" else f"{time.day} {month} {time.year}, {time:%H:%M}"


def _markup(view: View, paragraph: Paragraph) -> Markup:
    return Markup("").join(
        Markup('<a href="{}">{}</a>').format(view.link(run.target), run.text) if run.target else escape(run.text)
        for run in paragraph
    )


def _structured(view: View, piece: Piece) -> str:
    """The JSON-LD of an article in its outlet's habit, odd ones included; empty where the outlet has none."""
    outlet, url = piece.outlet, view.url(piece.outlet, piece.path)
    publisher = {"@type": "Organization", "name": outlet.name, "url": view.url(outlet)}
    article: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.title,
        "description": summary(piece),
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "url": url,
        "datePublished": piece.published.isoformat(),
        "dateModified": (piece.modified or piece.published).isoformat(),
        "inLanguage": outlet.language,
        "articleSection": section_name(outlet, piece.section),
        "author": [{"@type": "Person", "name": name} for name in piece.authors],
        "publisher": publisher,
        "isAccessibleForFree": True,
    }
    match outlet.ld:
        case "none":
            return ""
        case "graph":
            return _dump({"@context": "https://schema.org", "@graph": _graph(article, url)})
        case "list":
            crumbs = {"@type": "ListItem", "position": 1, "name": outlet.name, "item": view.url(outlet)}
            trail = {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": [crumbs]}
            return _dump([trail, article | {"author": list(piece.authors)}])
        case "publisher":
            return _dump(article | {"author": publisher})
        case "semicolon":
            return _dump(article) + ";"
        case "newlines":
            # Raw line ends inside a string, as careless templates write them: not JSON, and common.
            return _dump(article | {"articleBody": piece.text}).replace("\\n", "\n")
        case _:
            return _dump(article | {"datePublished": _utc(piece.published)})


def _graph(article: dict[str, Any], url: str) -> list[dict[str, Any]]:
    """The shape that WordPress's plugins write: parts that name each other by @id."""
    people = [{"@type": "Person", "@id": f"{url}#person-{n}", "name": p["name"]} for n, p in enumerate(article["author"])]
    publisher = article["publisher"] | {"@id": f"{article['publisher']['url']}#organization"}
    main = {key: value for key, value in article.items() if key != "@context"}
    main |= {"@id": f"{url}#article", "publisher": {"@id": publisher["@id"]}}
    main["author"] = [{"name": person["name"], "@id": person["@id"]} for person in people]
    site = {
        "@type": "WebSite",
        "@id": f"{publisher['url']}#website",
        "name": publisher["name"],
        "publisher": {"@id": publisher["@id"]},
    }
    return [
        main,
        {"@type": "WebPage", "@id": url, "name": article["headline"], "isPartOf": {"@id": site["@id"]}},
        site,
        publisher,
        *people,
    ]


def _utc(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _dump(data: object) -> str:
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
