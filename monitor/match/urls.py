"""When are two addresses one page? Folds what servers and sharers change about an address. Pure; opens nothing.

Trackers are denied by name and everything else in a query is kept. The other way round, an allow-list, merges different
articles: of 1,791 real query addresses 701 carry the article in `?id=`, `?newsid=`, `?ELEMENT_ID=` or another name that no
list holds.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

# Names that say by which road a reader came, and never which page it is; compared in lower case. By line: Google; Meta,
# Microsoft, Twitter, TikTok; Yandex, Rambler, Mail.ru; mailing services; advertisers; where the link stood; a session.
_TRACKER_NAMES = """
gclid gclsrc gbraid wbraid dclid gad_source _ga _gl
fbclid fb_action_ids fb_action_types fb_source fb_ref igshid igsh msclkid twclid ttclid __twitter_impression
yclid ysclid ymclid yadclid etext _openstat openstat rb_clickid frommail
mc_cid mc_eid mkt_tok _hsenc _hsmi vero_id oly_enc_id oly_anon_id
roistat wickedid _branch_match_id spm xtor wt_mc cmpid ocid ncid smid s_cid sc_cid
from ref referer referrer ref_src ref_url
phpsessid jsessionid aspsessionid
"""
_TRACKERS = frozenset(_TRACKER_NAMES.split())
_TRACKER_PREFIXES = ("utm_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "at_")
# Accelerated mobile pages: the same article, drawn again.
_AMP_VALUES = frozenset(("", "1", "true"))
# Names under which a site serves the same pages to all, and to telephones.
_VARIANT_HOSTS = ("www.", "m.", "amp.")
# Other names under which a site serves its pages.
_HOST_ALIASES = {"telegram.me": "t.me", "telegram.dog": "t.me"}
# An ampersand that was written as in HTML, once or more often: `?id=1&amp;utm_source=x` has no parameter "amp;utm_source".
_ESCAPED_AMPERSAND = re.compile(r"^(?:amp;)+", re.IGNORECASE)
_DEFAULT_PORTS = (None, 80, 443)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_SESSION = re.compile(r";jsessionid=.*", re.IGNORECASE)
# What may stand unescaped (RFC 3986, 3.3 and 3.4), less what separates parameters.
_PATH_SAFE = "!$&'()*+,;=:@~"
_QUERY_SAFE = "!$'()*,;:@/?~"
# A Telegram channel's public preview, /s/NAME, shows the posts that stand at /NAME/123; a name is one in capitals and small
# letters. `single` asks for a picture of an album by itself.
_TELEGRAM = "t.me"
_CHANNEL = re.compile(r"/(?:s/)?([a-z]\w{3,31})((?:/.*)?)", re.ASCII | re.IGNORECASE)
_TELEGRAM_PARAMETERS = frozenset(("single",))


# A page's address is asked for as its feed's entry, as what was fetched, and as what others link to: two of three times anew.
@lru_cache(maxsize=4096)
def url_identity(url: str) -> str:
    """The key under which two addresses are one: itself an https address, but one to compare and not to fetch.

    Folds scheme, case of the host, `www.`, `m.`, `amp.`, default ports, user name, IDN, trailing and doubled slashes, dot
    segments, `/amp`, `?amp`, fragment, percent-encoding (RFC 3986, 6.2.2), order of parameters, and known trackers; and of
    Telegram the other hosts, `/s/`, `?single`, and the case of a channel's name. Keeps case of all other paths and every unknown
    parameter. `url_identity(url_identity(x)) == url_identity(x)`.

    Raises ValueError where `url` is no http(s) address with a host.
    """
    try:
        parts = urlsplit(url.strip().replace("\\", "/"))
        host = _host(parts.hostname or "") if parts.scheme in {"http", "https"} else ""
        port = "" if parts.port in _DEFAULT_PORTS else f":{parts.port}"
        path, query = _path(parts.path), _query(parts.query, _TELEGRAM_PARAMETERS if host == _TELEGRAM else frozenset())
    except ValueError as error:
        raise ValueError(f"not an http(s) address: {url[:200]!r}: {error}") from error
    if not host:
        raise ValueError(f"not an http(s) address: {url[:200]!r}: the scheme is neither http nor https")
    if host == _TELEGRAM and (channel := _CHANNEL.fullmatch(path)):
        path = f"/{channel[1].lower()}{channel[2]}"
    return f"https://{host}{port}{path}{'?' + query if query else ''}"


def without_trackers(url: str) -> str:
    """The address as it is, but for parameters that say only what led a reader there."""
    before, mark, rest = url.partition("?")
    if not mark:
        return url
    query, hash_, fragment = rest.partition("#")
    pairs = [pair.partition("=") for pair in query.split("&")]
    kept = ["".join(pair) for pair in pairs if not _is_tracker(_ESCAPED_AMPERSAND.sub("", pair[0]).lower(), pair[2])]
    return f"{before}{mark * bool(kept)}{'&'.join(kept)}{hash_}{fragment}" if len(kept) < len(pairs) else url


def address_key(url: str) -> str:
    """The identity of an address; of what is no http(s) address, itself."""
    try:
        return url_identity(url)
    except ValueError:
        return url


def article_id(identity: str) -> str:
    """16 hex digits of SHA-256 of an identity: the same whatever was seen before, on every machine."""
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def _host(host: str) -> str:
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host.partition('%')[0]).compressed}]"
    host = unquote(host, errors="strict").encode("idna").decode("ascii").lower().rstrip(".")
    if not _HOST.fullmatch(host):
        raise ValueError("the host is not a name")
    while variant := next((v for v in _VARIANT_HOSTS if host.startswith(v) and "." in host[len(v) :]), None):
        host = host[len(variant) :]
    return _HOST_ALIASES.get(host, host)


def _path(path: str) -> str:
    segments: list[str] = []
    for raw in path.split("/"):
        segment = _SESSION.sub("", _escaped(raw, _PATH_SAFE))
        if segment == "..":
            del segments[-1:]
        elif segment not in {"", "."}:
            segments.append(segment)
    while segments and segments[-1].lower() == "amp":
        segments.pop()
    return "/" + "/".join(segments)


def _query(query: str, meaningless: frozenset[str]) -> str:
    kept = []
    for pair in query.replace("+", "%20").split("&"):
        name, _, value = pair.partition("=")
        name, value = _ESCAPED_AMPERSAND.sub("", _escaped(name, _QUERY_SAFE)), _escaped(value, _QUERY_SAFE)
        if (name or value) and name not in meaningless and not _is_tracker(name.lower(), value):
            kept.append((name, value))
    # By name alone: the order of values under one name (`tag[]=a&tag[]=b`) may mean something.
    kept.sort(key=lambda pair: pair[0])
    return "&".join(f"{name}={value}" if value else name for name, value in kept)


def _is_tracker(name: str, value: str) -> bool:
    return name in _TRACKERS or name.startswith(_TRACKER_PREFIXES) or (name == "amp" and value.lower() in _AMP_VALUES)


def _escaped(raw: str, safe: str) -> str:
    """One spelling of a part of an address. Bytes that are not UTF-8 (old windows-1251 addresses) stay the bytes they are."""
    octets = unquote_to_bytes(raw)
    try:
        octets = unicodedata.normalize("NFC", octets.decode()).encode()
    except UnicodeDecodeError:
        return quote(octets, safe)
    return quote(octets, safe)
