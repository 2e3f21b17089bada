"""What the look of the pages promises: tables that a phone can show, a map that says what its tiles mean, landmarks."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from html import unescape
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.site.cells import labelled
from monitor.site.tiles import DARKEST, shade, shades

Get = Callable[..., httpx.Response]


def test_each_cell_has_the_name_of_its_column_with_it() -> None:
    table = (
        '<div><table class="x"><thead><tr><th scope="col">When &amp; "how"</th><td></td><th>Who ▼</th></tr></thead>'
        '<tbody><tr><th scope="row">a</th><td>b</td><td class="c">d &lt;td</td><td>e</td></tr></tbody></table></div>'
    )
    shown = str(labelled(table))
    assert re.findall(r'<t[hd][^>]*?(?: data-label="([^"]*)")?(?: [^>]*)?>', shown.split("</thead>")[1]) == [
        "When &amp; &quot;how&quot;", "", "Who", "",
    ]  # fmt: skip
    assert "data-rows" in shown
    assert re.sub(r" data-(rows|label=\"[^\"]*\")", "", shown) == table
    assert labelled("<table><tr><td>a</td></tr></table>") == "<table><tr><td>a</td></tr></table>"


def test_tables_of_pages_are_rows_with_labels_for_phones(get: Get) -> None:
    for path in (
        "/public/story?story=81045ebf2ccf65a1",
        "/public/speakers",
        "/public/skipped",
        "/public/ledger",
        "/public/fetches",
    ):
        page = get(path).text
        assert "<table data-rows" in page, path
        assert "&lt;table" not in page, path
        for label in set(re.findall('data-label="([^"]*)"', page)):
            assert unescape(label) in unescape(re.sub("<[^>]*>", "", page)), path


def test_the_map_says_what_its_tiles_mean_and_can_be_skipped(get: Get, folder: Path) -> None:
    page = get("/").text
    chart = page.split('<figure class="chart map">')[1].split("</figure>")[0]
    with closing(sqlite3.connect(folder / "public.db")) as db:
        named = {region for (region,) in db.execute("SELECT region FROM regions_named")}
    tiles = re.findall(
        r'<a href="/public/region\?region=([\w-]+)" aria-label="([^"]*)">.*?<rect class="(\w+)".*?'
        r'<text class="code"[^>]*>(.*?)</text>'
        r'<text class="count"[^>]*>(.*?)</text>',
        chart,
        re.DOTALL,
    )
    assert len(tiles) == 85
    for code, said, look, label, count in tiles:
        assert said.startswith(f"{label} {count}," if count else f"{label},"), "the name holds the visible text"
        assert (look == "uncovered") == (code not in named)
        assert said.endswith("not covered") == (look == "uncovered")
    for words in ('href="#after-map"', 'id="after-map"', "not covered: no article that we read names it", "none: it is named"):
        assert words in chart
    assert '<text class="code" x="300" y="296">ВГГ</text>' in get("/?_lang=ru").text


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_legend_tells_the_numbers_of_each_shade(count: int, most: int) -> None:
    count = min(count, most)
    told = [number for number, least, highest in shades(most) if least <= count <= highest]
    assert told == [shade(count, most)]
    assert shade(0, most) == 0
    assert shade(most, most) == DARKEST or most < DARKEST


def test_the_banner_of_a_demonstration_stands_in_a_landmark(get: Get, folder: Path, tmp_path: Path) -> None:
    template = (folder / "templates" / "base.html").read_text("utf-8")
    assert template.index("<header") < template.index('class="demonstration"') < template.index("</header>")


def _light(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_can_be_read_on_every_shade_of_the_map(scheme: str, folder: Path) -> None:
    css = (folder / "static" / "site.css").read_text("utf-8")
    part = css.split("@media screen and (prefers-color-scheme: dark)")[scheme == "dark"]
    colours = dict(re.findall(r"--(ink|shade\d): (#[0-9a-f]{6})", part))
    assert len(colours) == DARKEST + 1
    for name in (f"shade{number}" for number in range(1, DARKEST + 1)):
        low, high = sorted((_light(colours[name]), _light(colours["ink"])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, name  # https://www.w3.org/TR/WCAG22/#contrast-minimum
