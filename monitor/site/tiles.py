"""The shades of the tile map's regions. Pure: numbers in."""

from __future__ import annotations

DARKEST = 4


def shade(count: int, most: int) -> int:
    """From 1 to DARKEST, by quarters of the most that any tile has; 0 where there is nothing."""
    return 1 + DARKEST * (count - 1) // most if count else 0


def shades(most: int) -> list[tuple[int, int, int]]:
    """For a legend: each shade that there is, with the least and the most that tiles of it have."""
    ends = [-(-most * step // DARKEST) for step in range(DARKEST + 1)]
    found = [(step + 1, ends[step] + 1, ends[step + 1]) for step in range(DARKEST)]
    return [(number, least, highest) for number, least, highest in found if least <= highest]
