"""Each rule for an article's lines does its work on a page of its own, and leaves alone what only looks alike."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from monitor.model import Article
from monitor.read.article import PASSES, Page, read_page
from monitor.read.blocks import Block
from monitor.read.line_rules import RULES
from monitor.read.page_text import PageText

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
URL = "https://zarya.example/2026/05/18/punkt.html"
TEXT = (
    "Сборный пункт в Заречье открыли утром в понедельник, и очередь к нему стояла до самого моста через реку.",
    "Начальник пункта Олег Рощин сказал, что людей вызвали на один день и что отпустят их до вечера, если придёт врач.",
    "Врача ждали до трёх часов, а потом половину очереди отправили по домам и велели прийти снова в пятницу к восьми.",
    "В районной больнице ответили, что о просьбе прислать врача узнали из новостей и что свободных врачей у них нет.",
)
SUMMARY = "Очередь у моста разошлась только вечером, когда стало ясно, что врача не будет."


def page(body: str, *, title: str = "Пункт открыли без врача", author: str = "", description: str = "") -> str:
    head = f'<title>{title}</title><meta property="og:type" content="article"><meta name="author" content="{author}">'
    head += f'<meta name="description" content="{description}">'
    menu = "<nav><a href='/news'>Новости</a> <a href='/sport'>Спорт</a></nav>"
    return f"<html lang='ru'><head>{head}</head><body>{menu}{body}<footer>Редакция газеты</footer></body></html>"


def article(*paragraphs: str, before: str = "", after: str = "", heading: str = "Пункт открыли без врача") -> str:
    return f"<article><h1>{heading}</h1>{before}<div class='text'>{''.join(paragraphs)}</div>{after}</article>"


P = [f"<p>{sentence}</p>" for sentence in TEXT]
FOUR = "".join(P)

PAR = FOUR.replace("<p>", "<p class='par'>")
NEXT = "<p class='par'>Лавки на рынке загорелись ночью, и от всех одиннадцати остались только стены, сказали пожарные города.</p>"
CHRONICLE = (
    "<p>12 мая 2026 — <a href='/n/1'>суд запретил движение по мосту</a></p>"
    "<p>14 мая 2026 — <a href='/n/2'>мэрия обжаловала запрет</a></p>"
)
FERRY = "Переправа стоит третий день, и никто из нас не знает, когда она пойдёт снова и кто за неё теперь отвечает."

READERS = (("Рыбак", 3), ("nina_55", 4), ("Гость", 5))

# By rule: a page, what must be in its text and what must not.
PAGES: dict[str, list[tuple[str, list[str], list[str]]]] = {
    "repeated headline": [
        (page(article("<h2>Пункт открыли без врача</h2>", FOUR)), list(TEXT), ["Пункт открыли без врача"]),
        (page(article("<p><b>Пункт открыли без врача.</b></p>", FOUR)), list(TEXT), ["Пункт открыли без врача"]),
        (page(article(P[0], "<h2>Чем кончилось ожидание</h2>", *P[1:])), [*TEXT, "Чем кончилось ожидание"], []),
    ],
    "over the headline": [
        (
            page(
                "<main><div>Истории</div><div>Пункт открыли без врача</div>"
                + "".join(f"<div>{t}</div>" for t in TEXT)
                + "</main>"
            ),
            list(TEXT),
            ["Истории"],
        ),
    ],
    "nothing said": [
        (page(article(P[0], "<p>* * *</p>", *P[1:], "<p>1 204 просмотра</p>")), list(TEXT), ["* * *", "просмотра"]),
        (page(article(*P, "<p>Ролик о пункте набрал 1204 просмотра за день.</p>")), [*TEXT, "набрал 1204 просмотра"], []),
    ],
    "comments": [
        (
            page(article(FOUR, "<h2>Комментарии</h2><ul><li>Рощин: дважды</li><li>Мурова: ни разу</li></ul>")),
            ["Рощин: дважды", "Мурова"],
            [],
        ),
        (
            page(article(FOUR, "<ul>" + "".join(f"<li><b>{n}</b> вызван 0{d}.05.2026</li>" for n, d in READERS) + "</ul>")),
            ["Рыбак"],
            [],
        ),
        (page(article(FOUR, "<ul>" + "".join(f"<li><b>{n}:</b> {SUMMARY}</li>" for n, _ in READERS) + "</ul>")), [SUMMARY], []),
        (
            page(
                article(FOUR)
                + "<div>"
                + "".join(f"<p><b>{n}</b> {d}.05.2026 08:1{d}</p><p>{SUMMARY}</p>" for n, d in READERS)
                + "</div>"
            ),
            list(TEXT),
            [SUMMARY, "Рыбак"],
        ),
        *(
            (
                page(
                    f"<article><h1>Пункт открыли без врача</h1>{over}<section class='comments'><h2>Comments</h2><form>"
                    "<textarea></textarea></form></section>"
                    + "".join(f"<h2>Ответ {n}</h2><p>{d} раза. {SUMMARY} {SUMMARY}</p>" for n, d in READERS)
                    + "</article>"
                ),
                [*TEXT, *(f"Ответ {n}\n{d} раза. {SUMMARY}" for n, d in READERS)],
                [],
            )
            for over in (FOUR, f"<div class='t'>{FOUR}</div>")
        ),
        (
            page(
                article(
                    "".join(f"<div><h3>{n}, 0{d}:10</h3><p>{t}</p></div>" for (n, d), t in zip(READERS, TEXT, strict=False)), P[3]
                )
            ),
            list(TEXT),
            [],
        ),
    ],
    "another article": [
        (
            page(article(FOUR, "<article><h3><a href='/2'>Мост через реку закрыли</a></h3><p>Его откроют в июне.</p></article>")),
            list(TEXT),
            ["Мост через реку закрыли", "Его откроют в июне"],
        ),
    ],
    "named box": [
        (
            page(article(P[0], P[1], "<div class='fact-box'><p>Пункт работает с 1998 года.</p></div>", P[2], P[3])),
            list(TEXT),
            ["1998"],
        ),
        (page(article(f"<div class='has-ads no-banner'>{FOUR}</div>")), list(TEXT), []),
        (page(f"<div class='banner'><h1>Пункт открыли без врача</h1>{FOUR}</div>"), list(TEXT), []),
    ],
    "nothing but a link": [
        (
            page(article(P[0], P[1], "<p><a href='/2'>Мост через реку закрыли до июня</a></p>", *P[2:])),
            list(TEXT),
            ["Мост через реку"],
        ),
        (page(article(P[0], f"<p>{SUMMARY} <a href='/2'>Так было и в мае.</a></p>", *P[1:])), [*TEXT, "Так было и в мае."], []),
        *(
            (page(article(*body)), ["суд запретил движение по мосту", "мэрия обжаловала запрет", *TEXT], [])
            for body in ((P[0], P[1], CHRONICLE, P[2], P[3]), (FOUR, CHRONICLE))
        ),
    ],
    "label and link": [
        (
            page(article(P[0], P[1], "<p>Ещё по теме: <a href='/n/7'>Мост через реку закрыли до июня</a></p>", P[2], P[3])),
            list(TEXT),
            ["Мост через реку закрыли до июня"],
        ),
        (
            page(article(P[0], "<p>Рощин пишет: <a href='/n/7'>Мост закрыли</a>, и очередь встала у реки.</p>", *P[1:])),
            [*TEXT, "Рощин пишет: Мост закрыли, и очередь встала у реки."],
            [],
        ),
    ],
    "lead": [
        (page(article(FOUR, before=f"<div class='article-lead'>{SUMMARY}</div>")), [SUMMARY, *TEXT], []),
        (page(article(FOUR, before=f"<div>{SUMMARY}</div><figure><img src='/1.jpg'></figure>")), [SUMMARY, *TEXT], []),
        (page(article(FOUR, before=f"<h2>{SUMMARY.rstrip('.')}</h2>")), [SUMMARY.rstrip("."), *TEXT], []),
        (
            page(article(FOUR, before="<p class='caption'>Очередь у моста в понедельник утром, снимок читателя.</p>")),
            [],
            ["снимок"],
        ),
    ],
    "beside paragraphs": [
        (
            page(article(P[0], P[1], "<div>«Так было и в мае», — сказал Рощин.</div>", P[2], P[3])),
            ["Так было и в мае", *TEXT],
            [],
        ),
        (
            page(
                article(
                    P[0],
                    P[1],
                    "<div class='q'><div>«Так было и в мае», — сказал Рощин.</div><div>Глеб Рощин, слесарь</div></div>",
                    P[2],
                    P[3],
                )
            ),
            ["Так было и в мае", *TEXT],
            [],
        ),
        *(
            (page(article(P[0], P[1], box, P[2], P[3])), ["Так было и в мае", *TEXT], [])
            for box in (
                "<figure><blockquote>«Так было и в мае у другого моста»</blockquote><figcaption>Рощин</figcaption></figure>",
                "<div class='speech'><div><b>Рощин</b> слесарь</div><div>Так было и в мае у другого моста.</div></div>",
                "<div><div>— Так было раньше?</div><div>— Так было и в мае у другого моста.</div></div>",
                "<aside class='article-update'><p>Так было и в мае, уточнил Рощин вечером.</p></aside>",
            )
        ),
        (
            page(article(P[0], "<aside class='inset'><p>Рынок у моста закрыли до июня, сообщал Рощин.</p></aside>", *P[1:])),
            list(TEXT),
            ["Рынок у моста"],
        ),
        (
            page(article(P[0], "<figure><img src='/1.jpg'><div>«Очередь у моста, этюд маслом»</div></figure>", *P[1:])),
            list(TEXT),
            ["этюд маслом"],
        ),
        (
            page(article(P[0], P[1], "<div><div>Пишет о порядке явки.</div><div>Глеб Рощин</div></div>", P[2], P[3])),
            list(TEXT),
            ["Пишет о порядке"],
        ),
        (page(article(FOUR, "Обновлено: вечером врач всё же приехал в пункт.")), ["вечером врач всё же приехал", *TEXT], []),
        (page(article(FOUR, "<div>Подпишитесь на наш канал: в нём всё раньше.</div>")), list(TEXT), ["Подпишитесь"]),
    ],
    "quotation": [
        (
            page(
                "<article><h1>Пункт открыли без врача</h1>"
                f"<div><div class='block'><div class='html'>{P[0]}{P[1]}{P[2]}</div></div>"
                "<div class='block'><figure><blockquote>Врача мы ждали, как поезда.</blockquote></figure></div>"
                f"<div class='block'><div class='html'>{P[3]}</div></div></div></article>"
            ),
            [*TEXT, "Врача мы ждали, как поезда."],
            [],
        ),
        (
            page(
                "<article><h1>Пункт открыли без врача</h1>"
                f"<div><div class='block'><div class='html'>{P[0]}{P[1]}{P[2]}</div></div>"
                "<div class='block'><figure class='embed'><blockquote>Мы расскажем вам о поездах.</blockquote></figure></div>"
                "<div class='block pull-quote'><figure><blockquote>Очередь стояла, как поезд.</blockquote></figure></div>"
                f"<div class='block'><div class='html'>{P[3]}</div></div></div></article>"
            ),
            list(TEXT),
            ["о поездах", "как поезд"],
        ),
    ],
    "among paragraphs": [
        (
            page(
                "<div><h1>Пункт открыли без врача</h1></div><div><div class='box'><span class='styles'>"
                f"{P[0]}<h3>Что взять</h3><ul><li>Паспорт и его копию.</li><li>Выписку из книги.</li></ul>"
                f"{P[1]}{P[2]}{P[3]}</span></div></div>"
            ),
            ["Что взять", "Паспорт и его", "Выписку", *TEXT],
            [],
        ),
        (
            page(
                "<div><h1>Пункт открыли без врача</h1></div><div><div class='box'><span class='styles'>"
                f"{P[0]}<ul><li><a href='/a'>Прошлая очередь</a></li><li><a href='/b'>Новый мост</a></li></ul>"
                f"{P[1]}{P[2]}{P[3]}</span></div></div>"
            ),
            list(TEXT),
            ["Прошлая очередь", "Новый мост"],
        ),
    ],
    "headings alike": [
        (
            page(
                "<h1>Пункт открыли без врача</h1><main>"
                + "".join(
                    f"<section class='ch'><div class='num'>{n}</div><h2>{heading}</h2><div class='t'>{p}</div></section>"
                    for n, heading, p in (
                        ("I", "Утро у моста", P[0]),
                        ("II", "Список на двери", P[1] + P[2]),
                        ("III", "Ответ", P[3]),
                    )
                )
                + "</main>"
            ),
            [f"Утро у моста\n{TEXT[0]}", f"Список на двери\n{TEXT[1]}", f"Ответ\n{TEXT[3]}"],
            [],
        ),
        (
            page(article(*P, before=f"<div class='kp'><strong>Коротко</strong><p>{SUMMARY}</p></div>")),
            [f"Коротко\n{SUMMARY}", *TEXT],
            [],
        ),
    ],
    "like the text": [
        (
            page(
                "<div class='wrap'><div class='row'><div class='col'><h1>Пункт открыли без врача</h1>"
                "<div class='content'><div class='body'>"
                f"<p class='par'>{TEXT[0]}</p><p class='par'>{TEXT[1]}</p><p class='par'>{TEXT[2]}</p></div></div></div></div>"
                f"<div class='row'><div><div><p class='par'>{TEXT[3]}</p></div>"
                "<div><p class='sub'>Реклама рядом</p></div></div></div></div>"
            ),
            list(TEXT),
            ["Реклама рядом"],
        ),
        (
            page(
                "<div class='wrap'><div class='row'><div class='col'><h1>Пункт открыли без врача</h1>"
                f"<div class='content'><div class='text-text'>{P[0]}{P[1]}{P[2]}</div></div></div></div>"
                f"<div class='row'><div><div class='text-text'>{P[3]}</div></div>"
                f"<div class='sub'><p>{NEXT[15:-4]}</p></div></div></div>"
            ),
            list(TEXT),
            ["Лавки на рынке"],
        ),
        *(
            (
                page(
                    "<div class='wrap'><div class='item'><h1>Пункт открыли без врача</h1>"
                    f"<div class='text'>{FOUR}</div></div>{another}</div>"
                ),
                list(TEXT),
                ["рынке", "Переправа"],
            )
            for another in (
                "".join(
                    f"<div class='item'><span class='who'>{who}</span><div class='text'><p>{said}</p></div></div>"
                    for who, said in (("petro", NEXT[15:-4]), ("nina_55", FERRY))
                ),
                "".join(
                    f"<div class='item'><a class='title' href='/n/{n}'>Что было ночью в Заречье</a>"
                    f"<div class='text'><p>{said}</p></div></div>"
                    for n, said in enumerate((NEXT[15:-4], FERRY))
                ),
                "".join(
                    f"<div class='item'><div class='text'><p>{said}</p></div><span class='who'>{who}</span></div>"
                    for who, said in (("petro", NEXT[15:-4]), ("nina_55", FERRY))
                ),
            )
        ),
        *(
            (
                page(f"<main><{own}><h1>Пункт открыли без врача</h1><div>{PAR}</div></{own}>{another}</main>"),
                list(TEXT),
                ["Лавки на рынке"],
            )
            for own, another in (
                ("article", f"<div class='feed'>{NEXT}</div>"),
                ("div", f"<div class='next-article'>{NEXT}</div>"),
                (
                    "div",
                    f"<div class='row'><div><h2><a href='/2'>Рынок в Заречье сгорел ночью</a></h2></div><div>{NEXT}</div></div>",
                ),
            )
        ),
    ],
    "goes on": [
        (
            page(
                f"<div class='m'><div class='top'><h1>Пункт открыли без врача</h1></div><div class='body'>{P[0]}{P[1]}</div>"
                f"<div class='context'><div>{TEXT[2]}</div><div>{TEXT[3]}</div></div></div>"
            ),
            list(TEXT),
            [],
        ),
        (
            page(
                f"<div class='m'><div class='top'><h1>Пункт открыли без врача</h1></div><div class='body'>{P[0]}{P[1]}</div>"
                f"<div class='comments'><div>{TEXT[2]}</div><div>{TEXT[3]}</div></div></div>"
            ),
            list(TEXT[:2]),
            list(TEXT[2:]),
        ),
    ],
    "date or byline": [
        (
            page(article("<p>18 мая 2026, 10:00</p>", FOUR, "<p>Анна Мурова</p>"), author="Анна Мурова"),
            list(TEXT),
            ["18 мая", "Анна"],
        ),
        (page(article(FOUR, "<p>Над текстом работали: Анна Мурова, Пётр Лагода</p>")), list(TEXT), ["Над текстом"]),
        (page(article(FOUR, "<p>Приём начнут снова 25 мая 2026 года.</p>")), ["снова 25 мая", *TEXT], []),
        *(
            (page(article(FOUR, f"<p>{last}</p>")), [last, *TEXT], [])
            for last in (
                "Мост построили при участии местных жителей.",
                "Суд рассмотрел дело при участии прокурора, и водитель получил два года.",
                "При участии Анны Муровой мост построили за год.",
                "Анна Мурова участвовала в подготовке праздника.",
                "Праздник прошёл за участі школярів.",
                "Police can be reached at the new station.",
                "Heavy rain contributed to this flood.",
                "Подготовили дорогу к зиме жители улицы.",
                "Записала её на курсы мать.",
            )
        ),
        *(
            (page(article(FOUR, f"<p>{last}</p>")), list(TEXT), [last])
            for last in (
                "При участии Анны Муровой и Петра Соснина",
                "За участі Соломії Ткач.",
                "With contributions from Joan Mead.",
                "Анна Мурова участвовала в подготовке материала.",
                "Anna Moor can be reached at anna@pole.example.",
                "Anna Moor contributed to this report.",
                "Записала корреспондент Анна Мурова",
            )
        ),
    ],
    "contact": [
        (
            page(article(FOUR, "<p>Контакты для СМИ:</p><p>Инна Белова</p><p>тел. +7 900 000-00-00</p>")),
            list(TEXT),
            ["Контакты для СМИ", "Инна Белова", "900"],
        ),
        (
            page(article(P[0], "<h3>Контакты</h3>", *P[1:])),
            ["Контакты", *TEXT],
            [],
        ),
    ],
    "notes": [
        (
            page(article(FOUR, "<h3>Для редакций</h3><p>Съёмка у пункта разрешена до полудня.</p>")),
            list(TEXT),
            ["Съёмка", "редакций"],
        ),
    ],
    "sources": [
        (page(article(FOUR, "<h4>Источники</h4><p>Устав порта</p>")), list(TEXT), ["Источники", "Устав"]),
        (page(article(FOUR, "<p>Джерела:</p><ul><li>Статут порту</li></ul>")), list(TEXT), ["Джерела", "Статут"]),
        (page(article(P[0], "<h4>Источники</h4>", *P[1:])), ["Источники", *TEXT], []),
        (page(article(FOUR, f"<h4>Примечания</h4><p>{SUMMARY}</p>")), [*TEXT, "Примечания", SUMMARY], []),
        (page(article(FOUR, f"<p>Источник:</p><p>{SUMMARY}</p>")), [*TEXT, SUMMARY], []),
        (
            page(
                article(FOUR, "<h4>Литература</h4><p>Мурова А., Рощин О., 2021. Очереди у сборных пунктов. Вестник порта, 9.</p>")
            ),
            list(TEXT),
            ["Литература", "Вестник"],
        ),
        (page(article(FOUR, "<p>Источники в порту этого не подтвердили.</p>")), ["Источники в порту", *TEXT], []),
    ],
    "farewell": [
        (page(article(FOUR, "<p>Читайте нас в <a href='https://t.me/zarya'>мессенджере</a>.</p>")), list(TEXT), ["Читайте нас"]),
        (page(article(FOUR, "<p>Нашли ошибку? Выделите её и нажмите две клавиши.</p>")), list(TEXT), ["Нашли ошибку"]),
        (page(article(FOUR, "<p>Обсудить порядок вызова депутаты хотят в июне.</p>")), ["Обсудить порядок", *TEXT], []),
        *(
            (page(article(FOUR, f"<p>{last}</p>")), [*TEXT, last], [])
            for last in ("Мир, труд, май", "Київ, Львів", "Yes, no", "Анна, Киев", "(Смех, шум)", "Да/нет", "США, Канада")
        ),
        *((page(article(FOUR, f"<p>{last}</p>")), list(TEXT), [last]) for last in ("am/PNA", "ов / ПНА", "(ПНА, Заря)")),
    ],
    "caption": [
        (page(article(P[0], "<p>Фото: Анна Мурова / «Заря»</p>", *P[1:])), list(TEXT), ["Анна Мурова"]),
        (
            page(article(P[0], "<div><img src='/1.jpg'><p>Очередь у моста в понедельник</p></div>", *P[1:])),
            list(TEXT),
            ["Очередь у моста"],
        ),
        (page(article(P[0], "<p>Фото из очереди разошлось по чатам района за час.</p>", *P[1:])), ["Фото из очереди", *TEXT], []),
        (page(article(P[0], "<p>Очередь у моста в полдень. © Инна Белова / Заря</p>", *P[1:])), list(TEXT), ["в полдень"]),
        (page(article(P[0], "<p>Рис. 2. Как шла очередь: от ворот до берега и обратно.</p>", *P[1:])), list(TEXT), ["Рис. 2"]),
        (page(article(P[0], "<p class='image-description'>Очередь у моста утром.</p>", *P[1:])), list(TEXT), ["утром."]),
        (page(article(P[0], "<p>На рис. 2 видно, как шла очередь.</p>", *P[1:])), [*TEXT, "На рис. 2"], []),
    ],
    "heading of nothing": [
        (
            page(
                article(
                    P[0],
                    P[1],
                    "<div><h3>Что ещё</h3><ul>" + "".join(f"<li><a href='/{n}'>{SUMMARY}</a></li>" for n in "12") + "</ul></div>",
                    P[2],
                    P[3],
                )
            ),
            list(TEXT),
            ["Что ещё", SUMMARY],
        ),
        (page(article(FOUR, "<h3>Что было дальше</h3>")), list(TEXT), ["Что было дальше"]),
        (page(article(P[0], P[1], "<h3>Что было дальше</h3>", P[2], P[3])), ["Что было дальше", *TEXT], []),
    ],
}


def test_each_rule_has_a_page() -> None:
    assert [rule.name for rule in RULES] == list(PAGES)


def test_the_documents_name_each_rule_and_each_pass(checkout: Path) -> None:
    rows = [
        line.split("|")[1].strip()
        for line in (checkout / "docs" / "reading.md").read_text("utf-8").splitlines()
        if line.startswith("| ")
    ]
    names = [*(each.name for each in PASSES), *(rule.name for rule in RULES)]
    assert [row for row in rows if row in names] == names


@pytest.mark.parametrize(("rule", "body", "has", "lacks"), [(name, *case) for name, cases in PAGES.items() for case in cases])
def test_rule(rule: str, body: str, has: list[str], lacks: list[str]) -> None:
    read = read_page(body.encode(), URL, now=NOW)
    assert isinstance(read, Article), read
    assert [words for words in has if words not in read.text] == [], read.text
    assert [words for words in lacks if words in read.text] == [], f"{rule}: {read.text}"


def test_a_standfirst_is_the_subtitle_and_the_first_line_once() -> None:
    read = read_page(page(article(FOUR, before=f"<div class='lead'>{SUMMARY}</div>"), description=SUMMARY).encode(), URL, now=NOW)
    assert isinstance(read, Article)
    assert read.subtitle == SUMMARY
    assert read.text.count(SUMMARY) == 1
    assert read.text.startswith(SUMMARY)


def test_each_pass_has_what_it_needs_and_leaves_no_more_than_it_says() -> None:
    written = Page(page(article(FOUR)).encode(), URL, "", 200, NOW, lambda words: True)
    filled = {"body", "given", "content_type", "status", "now", "gate"}
    names = Page.__slots__
    for each in PASSES:
        assert set(each.needs) <= filled
        before = {name: getattr(written, name) for name in names}
        assert each.step(written) is None
        changed = {name for name in names if getattr(written, name) is not before[name]}
        assert changed <= set(each.leaves), each.name
        filled |= set(each.leaves)
    assert written.text.split("\n") == list(TEXT)


class Letters(str):
    """Counts how often its length is asked."""

    asked = 0
    __slots__ = ()

    def __len__(self) -> int:
        Letters.asked += 1
        return super().__len__()


def test_looking_for_sources_takes_steps_in_proportion_to_the_lines() -> None:
    sources = next(rule for rule in RULES if rule.name == "sources")

    def asked(count: int) -> int:
        text = PageText([Block(html.Element("p"), TEXT[0], [], Letters("слово"), True) for _ in range(count)], "", "", ())
        Letters.asked = 0
        assert (*sources.lines(text),) == ()
        return Letters.asked

    assert asked(800) <= 2 * asked(400)


@pytest.mark.parametrize(
    ("author", "before", "last"),
    [
        ("Заречная правда", "", "<p>«Заречная правда» направила запрос в компанию и ждёт ответа на него к концу недели.</p>"),
        ("Anna Moor", "", "<p>Anna Moor: Thank you for the talk, and for the tea that you made for all of us here.</p>"),
        ("Anna Moor", "", "<p>Anna Moor was on the ferry that night and saw how forty workers were left on the bank.</p>"),
        ("", "", "<p>[applause]</p>"),
        ("", "", "".join(
            f"<div class='item'><img src='{n}.jpg'><p class='t'>{said}</p></div>"
            for n, said in enumerate(("The old mill is open on Sundays.", "The museum shows a boat.", "The park is on the hill."))
        )),
    ],
)  # fmt: skip
def test_a_last_line_that_only_begins_like_a_note_is_text(author: str, before: str, last: str) -> None:
    found = read_page(page(article(FOUR, last), author=author).encode(), URL, now=NOW)
    assert isinstance(found, Article)
    for words in html.fromstring(f"<div>{last}</div>").text_content().split(".")[:-1] or ["[applause]"]:
        assert words.strip() in found.text


@pytest.mark.parametrize("words", ["Паромы Реки Совет Заречье Мельница", "Читать всего пять минут", "Изменено час назад сегодня"])
def test_a_few_words_in_a_box_under_the_headline_are_no_standfirst(words: str) -> None:
    found = read_page(page(article(FOUR, before=f"<div>{words}</div>")).encode(), URL, now=NOW)
    assert isinstance(found, Article)
    assert (found.subtitle, words in found.text) == ("", False)


def test_a_note_of_the_editors_is_text_and_no_standfirst() -> None:
    note = "This story first appeared in Harbour Lines, and is printed again."
    before = f"<p class='editors-note'>{note}</p><p class='standfirst'>{SUMMARY}</p>"
    found = read_page(page(article(FOUR, before=before)).encode(), URL, now=NOW)
    assert isinstance(found, Article)
    assert found.subtitle == SUMMARY
    assert found.text.startswith(f"{note}\n{SUMMARY}\n{TEXT[0]}")
    found = read_page(page(article(FOUR, before=f"<p class='editors-note'>{note}</p>")).encode(), URL, now=NOW)
    assert isinstance(found, Article)
    assert (found.subtitle, note in found.text) == ("", True)


def test_a_declared_text_is_one_under_a_standfirst_that_is_no_sentence() -> None:
    said = {"@type": "Article", "headline": "Пункт открыли без врача", "articleBody": " ".join(TEXT)}
    body = page("<article><h1>Пункт открыли без врача</h1><p class='lead'>Очередь до самого моста</p></article>")
    body = body.replace("</head>", f"<script type='application/ld+json'>{json.dumps(said)}</script></head>")
    found = read_page(body.encode(), URL, now=NOW)
    assert isinstance(found, Article), found
    assert TEXT[3] in found.text
