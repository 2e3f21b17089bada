"""Makes safe links of crawled addresses: a link leads where it seems to lead. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# Host and port alone. A name before an "@" reads as the host, and a "\" ends the host for a browser and not for others
# (https://url.spec.whatwg.org/#special-authority-ignore-slashes-state); marks that turn the direction of writing are no \w.
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?")
# https://www.rfc-editor.org/rfc/rfc3986#section-3.3, and what is percent-encoded already.
_PATH = "/%:@!$&'()*+,;=~"
_QUERY = f"{_PATH}?"


def link(url: str) -> str:
    """The same http(s) address, percent-encoded after its host; empty where it is none, or could be read as leading elsewhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return ""
    path = quote(parts.path or "/", safe=_PATH, errors="replace")
    query, fragment = (quote(part, safe=_QUERY, errors="replace") for part in (parts.query, parts.fragment))
    return f"{parts.scheme}://{parts.netloc}{path}{f'?{query}' if query else ''}{f'#{fragment}' if fragment else ''}"
