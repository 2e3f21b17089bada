"""Who said it first and on whose word, who denies it, and what was edited since. Pure: no network, files or clock.

Imported by module: who wants an origin's name loads no dictionary.
"""
