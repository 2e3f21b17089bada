"""The press: fictional outlets on loopback addresses, for the demo, the tests and measurements; and replay of captured pages.

Touches its own world's files and loopback sockets. Nothing that it serves is real.
"""

from monitor.press.data import write_data
from monitor.press.server import Press, run
from monitor.press.world import MOMENTS

__all__ = ["MOMENTS", "Press", "run", "write_data"]
