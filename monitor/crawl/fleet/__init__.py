"""A crawl by many machines: workers ask and read, one writer stores. Between them stands a Redis or Valkey. Touches that.

The writer takes on what is due of the vault's frontier, as a crawl by itself does, and hands it out; a worker leases, fetches,
reads, and sends what it found; the writer stores it and only then lets go of the address. What stands in Redis is what is on its
way: all of it can be lost, and is asked again.
"""
