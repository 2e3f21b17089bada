"""Decodes bytes to text by the declared or detected encoding, and detects the kind of document. Pure."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass

from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

from monitor.read.loose_xml import without_doctype

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?+\s*+([\w.:-]+)", re.IGNORECASE)
# HTML 13.2.3.2 looks at the first 1,024 bytes only; real pages put scripts before the meta tag.
_PRESCAN = 16_384
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*+=\s*+[\"']?+\s*+([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*+=\s*+[\"']\s*+([\w.:-]+)", re.IGNORECASE)
# What decides between two readings of the same bytes is looked for in this many of them.
_SAMPLE = 65_536
# Under this share of wrong sequences among the bytes above ASCII, broken UTF-8 is still UTF-8: a cut word, a pasted byte. Under
# the other it may be: a short document with a word cut in the middle of a letter, or an emoji as two halves. Of other encodings
# nearly all are wrong.
_BROKEN_UTF8, _PERHAPS_UTF8 = 0.02, 0.5

# Labels of encodings in which Cyrillic was written and which browsers never knew, or know by one label alone.
_LABELS = {
    **dict.fromkeys(("ibm855", "cp855", "855"), "ibm855"),
    **dict.fromkeys(("x-mac-cyrillic", "mac-cyrillic", "mac_cyrillic", "maccyrillic", "x-mac-ukrainian"), "x-mac-cyrillic"),
}
# What Cyrillic may be in, whatever is declared; the commoner first.
_CYRILLIC = ("windows-1251", "koi8-u", "ibm866", "iso-8859-5", "x-mac-cyrillic", "ibm855")
# Two thirds of the letters of Russian and Ukrainian text are these; of Cyrillic in the wrong encoding a third.
_COMMON, _USUAL = frozenset("оеаинтсрвлі"), 0.5

# Of a feed in Cyrillic in UTF-16 a quarter of the characters are tags.
_ZEROS = 0.1
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")

# What may be bytes read by the wrong table: runs of letters, and every other sign by itself.
_WORDS = re.compile(r"[^\W\d_]+|[^\x00-\x7f]")

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\x00\x00\x00\x1cftyp", "video"),
    (b"\x00\x00\x00\x20ftyp", "video"),
    (b"OggS", "audio"),
    (b"ID3", "audio"),
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|article|div|p|h1|section|main|table)\b", re.IGNORECASE)
_JSON = re.compile(r"(?:\{\s*[\"}]|\[\s*[\[\]{\"\d])")
_FEED = re.compile(r"<(?:rss|rdf:RDF|(?:\w+:)?feed|channel)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding that it was read in (WHATWG name), and what was odd, for people."""

    text: str
    encoding: str
    flags: tuple[str, ...] = ()


def _known(label: str) -> str:
    """The WHATWG name of a declared label that Python can read; empty where there is none."""
    label = label.strip().lower()
    name = _LABELS.get(label) or map_encoding_to_html5(label, fallback_utf8=False) or ""
    try:
        codecs.lookup(_codec(name))
    except LookupError:
        return ""
    return re.sub(r"^cp(125\d)$", r"windows-\1", name)


def _codec(name: str) -> str:
    return {"x-mac-cyrillic": "mac_cyrillic", "ibm855": "cp855", "iso-8859-8-i": "iso-8859-8", "windows-874": "cp874"}.get(
        name, name
    )


def _utf8_errors(body: bytes) -> float:
    """Share of bytes above ASCII that are not UTF-8, a sequence cut by the end of the body aside; 0 is UTF-8, 1 is none of it."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        high = sum(map(len, re.findall(rb"[\x80-\xff]+", body)))
        wrong = body.decode("utf-8", "replace").count("\ufffd") - body.count(b"\xef\xbf\xbd")
        return min(1.0, wrong / high)
    return 0.0


def _is_natural_word(word: str) -> bool:
    """Whether a word with letters beyond ASCII looks written by people. Cyrillic in the wrong Cyrillic encoding has capitals
    inside its words; Cyrillic read as Latin is all accents; Latin read as Cyrillic has both scripts in one word."""
    cyrillic = sum("\u0400" <= c <= "\u04ff" for c in word)
    if cyrillic:
        return cyrillic == len(word) and (word.islower() or word.isupper() or word[1:].islower())
    accented = sum("\x7f" < c < "\u0250" for c in word)
    return len(word) < 3 or accented <= len(word) / 2


def _plausibility(text: str) -> float:
    """The share of characters beyond ASCII that stand in words, or are signs, that people write, less where Cyrillic letters
    are as frequent as in no Cyrillic text; 0 to 1."""
    good = bad = cyrillic = common = 0
    for word, times in Counter(_WORDS.findall(text)).items():
        if word.isascii():
            continue
        count = times * sum(c > "\x7f" for c in word)
        if word[0].isalpha() and _is_natural_word(word):
            good += count
            if "\u0400" <= word[-1] <= "\u04ff":
                cyrillic += count
                common += times * sum(c in _COMMON for c in word.lower())
        elif not word[0].isalpha() and word[0] in "«»“”„‘’‚—–…№§°·•\u00a0\u00ad":
            good += times
        else:
            bad += count
    usual = min(1.0, common / (_USUAL * cyrillic)) if cyrillic else 1.0
    return usual * good / (good + bad) if good + bad else 1.0


def _choose(body: bytes, declared: list[str], *, perhaps_utf8: bool) -> str:
    """The encoding of bytes without a mark that are not whole UTF-8: a declared one where it gives sense, else what is detected.
    UTF-8 is among them where `perhaps_utf8`."""
    sample = body[:_SAMPLE]
    # Detection tends to see too little of a page whose head is all ASCII: start where the other bytes start.
    first = re.search(rb"[\x80-\xff]", body)
    if first and first.start() > _SAMPLE // 2:
        sample = body[first.start() : first.start() + _SAMPLE]
    detected = detect_encoding(sample) or ""
    named = [name for name in (*declared, _known(detected), *_CYRILLIC) if name and name != "utf-8"]
    candidates = list(dict.fromkeys([*(["utf-8"] if perhaps_utf8 else []), *named]))
    scored = [(_plausibility(sample.decode(_codec(name), "replace")), name) for name in candidates]
    best = max((score for score, _ in scored), default=0.0)
    # What is declared is believed where it is as good as the best within what chance gives.
    trusted = (name for score, name in scored if score >= (best - 0.03 if name in declared else best))
    return next(trusted, "windows-1252")


def _wide(body: bytes, declared: list[str]) -> str:
    """UTF-16 or UTF-32 without a mark (XML 1.0, appendix F): known by the zeros that every ASCII letter, and so every tag, has
    in it, each at the same place; empty where there are none."""
    sample = body[:4_096]
    if b"\x00" not in sample:
        return ""
    half = max(len(sample) // 2, 1)
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    for name, here, there in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        # What is no text has other controls than those that part lines.
        if here > _ZEROS and there < _ZEROS / 4 and not _CONTROL.search(sample.decode(name, "replace")):
            return name
    return next((name for name in declared if name.startswith("utf-16") and max(even, odd) > 0.02), "")


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of a document. A byte order mark decides; valid UTF-8 is UTF-8; else what is declared in the header, the XML
    declaration or a meta tag where it makes sense of the letters, and what resiliparse detects where it does not.

    Never raises: bytes that the encoding has no character for become U+FFFD, and a flag says so.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(name, "replace"), name)
    head = body[:_PRESCAN]
    said = [m[1] for m in [_HEADER_CHARSET.search(content_type)] if m]
    said += [m[1].decode("ascii", "replace") for p in (_XML_ENCODING, _META_CHARSET) if (m := p.search(head))]
    declared = [name for label in said if (name := _known(label))]
    errors = _utf8_errors(body)
    flags = []
    wide = _wide(body, declared)
    if wide:
        name = wide
    elif body.isascii():
        # Only encodings that hide letters in ASCII bytes matter here.
        name = next((n for n in declared if n.startswith("iso-2022")), "utf-8")
    elif errors < _BROKEN_UTF8:
        name = "utf-8"
    else:
        name = _choose(body, declared, perhaps_utf8=errors < _PERHAPS_UTF8)
    text = body.decode(_codec(name), "replace")
    if not body.isascii():
        if declared and name != declared[0]:
            flags.append(f"declared {declared[0]}, is {name}")
        elif not declared and name != "utf-8":
            flags.append(f"encoding not declared, is {name}")
    if "\ufffd" in text and b"\xef\xbf\xbd" not in body:
        flags.append(f"{text.count(chr(0xFFFD))} bytes could not be read as {name}")
    return Decoded(text, name, tuple(flags))


def sniff(body: bytes, text: str) -> str:
    """What a document is by its content, whatever its type says: html, feed, xml, json, text, empty, or the kind of a binary
    file (pdf, image, zip, gzip, video, audio, binary)."""
    if not body.strip():
        return "empty"
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image"
    # What stands in a comment, or between the entities of a document type, is no markup.
    head = _COMMENT.sub("", text[:_SAMPLE])
    head = (without_doctype(head) if "<!ENTITY" in head else head).lstrip("\ufeff \t\r\n")
    if head.count("\x00") > len(head) // 100 and not _HTML.search(head, 0, 1_000) and not _FEED.search(head, 0, 1_000):
        return "binary"
    if _JSON.match(head):
        return "json"
    page = _HTML.search(head)
    if _FEED.search(head, 0, page.start() if page else len(head)):
        return "feed"
    if page:
        return "html"
    if head.startswith("<?xml"):
        return "xml"
    return "html" if re.search(r"<[a-z!]", head, re.IGNORECASE) else "text"
