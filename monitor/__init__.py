"""Povestka: a media monitor for what is published about military summons and mobilization in Russia."""

__version__ = "0.2.0"
