"""The crawl, on Scrapy: requests, downloads, robots.txt, the frontier, worker processes, the fetch log and the run.

This file imports nothing. Worker processes import `monitor.crawl.parsing` through it and must not load Scrapy and its reactor.
"""
