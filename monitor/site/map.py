"""The map of federal subjects: their outlines and towns, on the plane. Reads two files that come with the program."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import cos, radians, sin, sqrt

from monitor.newsroom.shipped import SHIPPED

WIDTH = 1000
"""Units of the drawing from the westernmost to the easternmost outline."""
MARGIN = 6
LARGEST = 14
"""Radius of the town with the most articles, in these units."""
LEAST = 3
_SITE = SHIPPED / "site"

# Albers' equal-area conic projection of the sphere: a region looks as large as it is. The parallels 52 and 64 N are usual for
# Russia, whose middle meridian is 100 E. The formulas: J. P. Snyder, Map Projections, A Working Manual (1987), page 100.
_PARALLELS = (radians(52), radians(64))
_MERIDIAN = 100.0
_N = (sin(_PARALLELS[0]) + sin(_PARALLELS[1])) / 2
_C = cos(_PARALLELS[0]) ** 2 + 2 * _N * sin(_PARALLELS[0])


def project(lon: float, lat: float) -> tuple[float, float]:
    """A place on the plane, in radii of the earth: to the right of the middle meridian, and down from the pole.

    `lon` is in degrees east, beyond 180 where Chukotka is, `lat` in degrees north.
    """
    distance, angle = sqrt(_C - 2 * _N * sin(radians(lat))) / _N, _N * radians(lon - _MERIDIAN)
    return distance * sin(angle), distance * cos(angle)


@dataclass(frozen=True, slots=True)
class Map:
    """A drawing of `width` by `height` units."""

    width: float
    height: float
    outlines: Mapping[str, str]
    """An SVG path by ISO 3166-2 code of the federal subject."""
    towns: Mapping[tuple[str, str], tuple[float, float]]
    """A point by the code of its federal subject and the town's English name."""


@cache
def read_map() -> Map:
    """The map from shapes.csv and points.csv of the shipped site. docs/places.md says where these come from."""
    with (_SITE / "shapes.csv").open(encoding="utf-8", newline="") as file:
        rings = {row["iso"]: [_ring(ring) for ring in row["rings"].split("; ")] for row in csv.DictReader(file)}
    with (_SITE / "points.csv").open(encoding="utf-8", newline="") as file:
        towns = {(row["iso"], row["en"]): project(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)}
    every = [point for region in rings.values() for ring in region for point in ring]
    left, top = min(x for x, _ in every), min(y for _, y in every)
    scale = WIDTH / (max(x for x, _ in every) - left)
    height = (max(y for _, y in every) - top) * scale

    def placed(x: float, y: float) -> tuple[float, float]:
        return round((x - left) * scale + MARGIN, 1), round((y - top) * scale + MARGIN, 1)

    def path(ring: list[tuple[float, float]]) -> str:
        return "M" + " ".join(f"{x:g},{y:g}" for x, y in (placed(*point) for point in ring)) + "z"

    return Map(
        width=WIDTH + 2 * MARGIN,
        height=round(height) + 2 * MARGIN,
        outlines={iso: "".join(map(path, region)) for iso, region in rings.items()},
        towns={town: placed(*point) for town, point in towns.items()},
    )


def radius(count: int, most: int) -> float:
    """Of a town's dot: its area grows with the number of articles, and the least can still be seen."""
    return round(max(LEAST, LARGEST * sqrt(count / most)), 1)


def _ring(text: str) -> list[tuple[float, float]]:
    numbers = [float(number) for number in text.split(" ")]
    return [project(lon, lat) for lon, lat in zip(numbers[::2], numbers[1::2], strict=True)]
