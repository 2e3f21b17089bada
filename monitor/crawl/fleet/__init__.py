"""A crawl by many machines: workers fetch and parse, one writer stores. A Redis or Valkey is between them.

The writer leases what is due from the vault's frontier, as a single crawl does, and hands it out as tasks. A worker leases a
task, fetches, parses and sends the result; the writer stores it and only then acknowledges the address. Redis holds only work in
progress: all of it can be lost and is then fetched again.
"""
