"""What a page, or its server, says to robots. Pure."""

from __future__ import annotations

import re


def is_noindex(content: str) -> bool:
    """Whether what a page or its server says to robots leaves it out of what they index."""
    return not {"noindex", "none"}.isdisjoint(re.split(r"[\s,:;]+", content.lower()))
