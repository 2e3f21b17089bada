"""Povestka: a media monitor for what is published about military summons and mobilization in Russia."""

import os

# The allocator of rensa (mimalloc) reserves a gigabyte of addresses at its import, in KiB: under a limit on those (`ulimit -v`)
# no thread could then start. Before any import of it.
os.environ.setdefault("MIMALLOC_ARENA_RESERVE", "65536")

__version__ = "0.2.0"
