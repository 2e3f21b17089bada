"""Weeks as readers name them. Pure."""

from __future__ import annotations

from datetime import date


def iso_week(day: date) -> str:
    """ISO 8601 week, as `2023-W16`: SQLite before 3.46 has no %G-%V, so weeks are made here and stored."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
