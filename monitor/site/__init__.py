"""The Datasette plugin over one snapshot, the folder that it is served from, and its server."""

from monitor.site.publish import SNAPSHOT, publish
from monitor.site.serve import serve

__all__ = ["SNAPSHOT", "publish", "serve"]
