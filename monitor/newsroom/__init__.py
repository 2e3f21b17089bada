"""The newsroom's folder, data/*, to records and compiled tools, with every fault of every file at once. Reads that folder."""

from monitor.newsroom.catalogue import Catalogue, load

__all__ = ["Catalogue", "load"]
