"""The Scrapy porch: everything that touches the network, and what holds it to account.

Imports nothing: worker processes come in through here for `reading` and `workers`, and must not carry Scrapy and its reactor.
"""
