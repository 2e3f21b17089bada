"""Tracing: attributions, denials, first reports, origins, edits. Pure: no network, files or clock.

Import its modules singly, so that dictionaries are loaded only where they are needed.
"""
