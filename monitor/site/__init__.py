"""The Datasette plugin over one snapshot, and the folder that it is served from. Reads the snapshot; writes that folder."""

from monitor.site.serve import SNAPSHOT, publish, serve

__all__ = ["SNAPSHOT", "publish", "serve"]
