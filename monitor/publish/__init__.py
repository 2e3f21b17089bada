"""What readers get: exports, the snapshot's folder, the site. Reads the vault and the snapshot; writes files."""

from monitor.publish.export import Order, export
from monitor.publish.serve import SNAPSHOT, publish, serve

__all__ = ["SNAPSHOT", "Order", "export", "publish", "serve"]
