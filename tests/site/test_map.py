"""The map with true shapes: its projection, its outlines and towns, and the page that draws them."""

import csv
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from math import cos, radians
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.newsroom.shipped import SHIPPED
from monitor.site.map import LARGEST, LEAST, MARGIN, WIDTH, project, radius, read_map

Get = Callable[..., httpx.Response]


def rows(name: str) -> list[dict[str, str]]:
    with (SHIPPED / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def area(points: list[tuple[float, float]]) -> float:
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(points, [*points[1:], points[0]], strict=True))) / 2


def holds(ring: list[tuple[float, float]], x: float, y: float) -> bool:
    """Whether a ring goes around a point: a ray to the right crosses it an odd number of times."""
    crossed = False
    for (a, b), (c, d) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (b > y) != (d > y) and x < a + (y - b) / (d - b) * (c - a):
            crossed = not crossed
    return crossed


def rings_of(path: str) -> list[list[tuple[float, float]]]:
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in ring.split(" "))]
        for ring in re.findall(r"M([^z]+)z", path)
    ]


@given(st.floats(20, 189), st.floats(42, 81))
def test_a_cell_has_the_area_that_it_has_on_the_earth(lon: float, lat: float) -> None:
    side = 0.01
    corners = [project(lon + a * side, lat + b * side) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))]
    assert area(corners) == pytest.approx(radians(side) ** 2 * cos(radians(lat + side / 2)), rel=1e-3)


def test_north_is_up_and_east_is_right_of_the_middle() -> None:
    assert project(100, 60)[0] == pytest.approx(0)
    assert project(100, 70)[1] < project(100, 50)[1]
    assert project(40, 60)[0] < 0 < project(160, 60)[0]


def test_every_subject_has_an_outline_with_its_capital_in_or_beside_it() -> None:
    drawn = read_map()
    subjects = rows("regions.csv")
    assert drawn.outlines.keys() == {row["iso"] for row in subjects}
    towns = {(row["iso"], row["en"]) for row in rows("towns.csv")}
    assert drawn.towns.keys() <= towns
    assert len(towns - drawn.towns.keys()) <= 10, "military grounds that no gazetteer has"
    far = []
    for (iso, town), (x, y) in drawn.towns.items():
        rings = rings_of(drawn.outlines[iso])
        nearest = min(((x - a) ** 2 + (y - b) ** 2) ** 0.5 for ring in rings for a, b in ring)
        # Outlines are simplified: a town on a coast or a border may lie outside of its own by some 20 km, 3 units.
        if not any(holds(ring, x, y) for ring in rings) and nearest > 8:
            far.append((iso, town, round(nearest)))
    assert far == []
    assert all(MARGIN <= x <= WIDTH + MARGIN and MARGIN <= y <= drawn.height for x, y in drawn.towns.values())


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_dot_grows_with_its_number_between_two_sizes(count: int, most: int) -> None:
    count = min(count, most)
    assert LEAST <= radius(count, most) <= radius(most, most) == LARGEST


def test_the_page_has_a_link_for_each_subject_and_town(get: Get, folder: Path) -> None:
    page = get("/public/map").text
    with closing(sqlite3.connect(folder / "public.db")) as db:
        weeks = [week for (week,) in db.execute("SELECT week FROM weeks WHERE week <> '' ORDER BY week DESC LIMIT 4")]
        of_towns = db.execute(
            "SELECT p.region, p.town, count(DISTINCT article) FROM places p JOIN coverage USING (article) WHERE role = 'event'"
            " AND town <> '' AND week IN (SELECT value FROM json_each(?)) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
            (str(weeks).replace("'", '"'),),
        ).fetchall()
    assert of_towns
    assert get("/public/map.json?_shape=arrays").json()["rows"] == [list(row) for row in of_towns]
    chart = page.split('<figure class="chart map">')[1].split("</figure>")[0]
    assert len(re.findall(r'<a href="/public/region\?region=[\w-]+" aria-label="[^"]+"><title>', chart)) == 85
    dots = re.findall(r'<a href="/public/places\?region=([\w-]+)&amp;town=[^"]+" aria-label="[^"]+: (\d+)">', chart)
    drawn = read_map().towns
    assert dots == [(region, str(count)) for region, town, count in of_towns if (region, town) in drawn]
    assert 'href="#after-map"' in chart
    assert 'id="after-map"' in chart
    assert "/public/map" in get("/").text
    unknown = {town for region, town, _ in of_towns if (region, town) not in drawn}
    assert unknown == {"Лесное"}
    assert page.count("no: its place is not known to us") == 1
    for region, town, _ in of_towns:
        assert get(f"/public/places?region={region}&town={town}").text.count(town) > 1


def test_the_page_is_russian_too(get: Get) -> None:
    page = get("/public/map?_lang=ru").text
    assert "Очертания: Natural Earth" in page
    assert "Где это произошло" in page
