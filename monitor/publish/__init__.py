"""What readers get: exports, the snapshot's folder, the site. Reads the vault and the snapshot; writes files."""

from monitor.publish.export import Order, export
from monitor.publish.serve import publish, serve

__all__ = ["Order", "export", "publish", "serve"]
