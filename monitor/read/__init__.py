"""Bytes to records: pages to articles, feeds to entries. Pure: no network, files, database or clock.

This file imports nothing: the process of a crawl asks about an address, and must not load what reads pages.
"""
