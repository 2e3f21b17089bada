"""Details of requests and gaps in the visitor's language: which phrases of ours they are made of. Pure.

The vault has each as it was written, in English with its values in place, so that an export says the same to everybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import chain, zip_longest
from typing import Any

from monitor.errors import Message
from monitor.site.language import _, gap_facts, number, translate

DETAILS = (
    _("HTTP {status}"),
    _("HTTP status {status}"),
    _("answers {status}"),
    _("the page says: {words}"),
    _("its headline says: {words}"),
    _("the page sells: {words}"),
    _("the page is a challenge for browsers"),
    _("the page shows only the beginning of its article"),
    _("the page shows no posts: no channel of this name has a public preview"),
    _("the preview has no posts"),
    _("no text was found in the page"),
    _("no text was found in the page but links"),
    _("no sentence was found in the page"),
    _("its text is a list of others, each with its day"),
    _("it has few words beside a list of others"),
    _("its markup declares what it sells, and no article"),
    _("its markup declares {what} and no article"),
    _("the address is a search's and its markup declares no article"),
    _("the address is a home page and its markup declares no article"),
    _("the body could not be extracted: {error}"),
    _("the body is empty"),
    _("the page is a feed"),
    _("the page is JSON"),
    _("the page is XML"),
    _("the page has no markup"),
    _("the page is {kind} data"),
    _("the body is {kind}, not a feed"),
    _("the body is XML without a feed's root"),
    _("the body is JSON, not a JSON Feed"),
    _("a page stands where a feed was"),
    _("plain text stands where a feed was"),
    _("the page links to nothing of its site"),
    _("the page links to no articles; it may be made by scripts, which are not run"),
    _("an index, its sitemaps to read: {n}"),
    _("left out older entries: {n}"),
    _("left out older sitemaps: {n}"),
    _("left out sitemaps of unknown age between the first and the last: {n}"),
    _("left out entries beyond the newest {most}: {n}"),
    _("left out entries without a date, too many to tell new from old: {n}"),
    _("left out, of another channel than {name}: {n}"),
    _("posts withheld by the service from its preview: {n}"),
    _("posts without a text: {n}"),
    _("more than {n} addresses, the rest is left out"),
    _("cut short"),
    _("most changes are dated to one minute, when the file was made: not believed"),
    _("{n} characters that no text has were left out"),
    _("cut at {n} of {all} characters"),
    _("cut at {n} of {all} posts"),
    _("cut at {n} links"),
    _("declared {one}, is {other}"),
    _("encoding not declared, is {name}"),
    _("{n} bytes could not be read as {name}"),
    _("{n} entries have no address that can be fetched"),
    _("{n} captures"),
    _("captured"),
    _("the page: {what}"),
    _("its page {n}: {what}"),
    _("by the log of the archive, which has no answer to this"),
    _("of an article that was not read to its end"),
    _("led away from the article whose next page it should be"),
    _("does not go on with the article whose next page it should be"),
    _("not to be had from the archive"),
    _("its channel's page has no such post"),
    _("the feed has no text of it"),
    _("the archive names no capture that it made"),
    _("an answer of {bytes} bytes to a search for {n} captures"),
    _("no answer of a CDX server: it is no JSON"),
    _("no answer of a CDX server: it does not name the fields that were asked for"),
    _("no answer of a CDX server: a row has no time or no address"),
    _("the same bytes as before"),
    _("the run ended first"),
    _("the worker ended first"),
    _("vanished: it was taken on, the run went to its end, and no part of the crawl said what became of it"),
    _("no whole answer within the time limit"),
    _("larger than the limit of a download"),
    _("neither http nor https"),
    _("not a public address: {address}"),
    _("not a public name: {name}"),
    _("no address guard is installed"),
    _("an address of {n} characters; no more than {most} are asked for"),
    _("not an http(s) address: {url}"),
    _("the host is not a name"),
    _("headers of more than {n} bytes"),
    _("used more than {n} s of CPU time"),
    _("needed more than {n} MB of memory"),
    _("took longer than {n} s"),
    _("the worker process died (exit code {code})"),
    _("not sent: its host asked for time while this waited for its turn"),
    _("{what}: nothing is fetched from this host for now"),
    _("is not in the archive"),
    _("is not among the captures"),
    _("its capture cannot be read"),
    _("more came than was announced, after {n} bytes"),
    _("the connection ended too soon, after {n} bytes"),
    _("leads to an address of {n} characters"),
    _("leads back to itself"),
    _("leads to no http(s) address"),
    _("leads nowhere"),
    _("Content-Encoding names {n} codings; {most} are undone"),
    _("Content-Encoding {name}: {what}"),
    _("gzip: {what}"),
    _("is no coding that can be undone"),
    _("unpacks to more than {n} bytes"),
    _("has more than {n} members"),
    _("ends too soon, after {n} bytes"),
    _("certificate not verified: {what}"),
    _("is of another name"),
    _("that of an issuer {what} (OpenSSL's error {code})"),
    _("{what} (OpenSSL's error {code})"),
    _("is not valid yet"),
    _("has expired"),
    _("was revoked"),
    _("has a signature that is not its issuer's"),
    _("is signed by itself"),
    _("comes from an authority that nobody here knows"),
    _("comes from an authority that nobody here knows, or its chain is cut"),
    _("comes alone, and its issuer is unknown"),
    _("cannot be verified"),
    _("{cost} in this run; {n} more wait for the next"),
    _("requests for pages of {host} waited {n} s without an answer"),
    _("{n} pages of this host were fetched"),
    _("{n} pages of {host} were fetched"),
    _("{n} pages at depth {depth} of this host were fetched"),
    _("the run took as long as it may; {n} addresses more wait for the next"),
    _("the home page announces another: {url}"),
    _("has moved for ever to {url}: change its line"),
    _("the feed has no entries"),
    _("nothing new since {since}"),
    _("due since {since}, and nobody asked"),
    _("nothing but failures since {since}, so it is not asked any more: change its line"),
    _("no feed was ever polled"),
    _("no word of a topic on the page: not extracted"),
)
"""What details are made of; where several fit, the first one counts."""
_NESTED = frozenset({"what", "cost"})
"""Values that are a detail, or an outcome, themselves."""
_NUMBERS = frozenset({"n", "all", "most", "bytes", "status", "code", "depth"})
_QUOTED = frozenset({"words", "error"})
"""What others said, with semicolons of theirs; but what is said of a certificate stands behind it."""
_NUMBER = r"[\d.,]+"
_VALUE = r"(?:(?!; ).)+?"
_QUOTATION = r"(?:(?!; certificate not verified: ).)+?"
# A visitor's SQL may name any text a detail: what is longer than ours, or made of more parts, is shown as it is.
_LONGEST = 1_000
_MOST_PARTS = 8
_DEEPEST = 3


def detail_in_words(detail: str) -> str:
    """A detail in the visitor's language; what a server or a program of others said stays as it is, as does what is very long."""
    if not detail or len(detail) > _LONGEST:
        return detail
    if said := _matched(detail, 0):
        return said
    parts = detail.split("; ")
    return detail if len(parts) > _MOST_PARTS else "; ".join(_part(part, 0) for part in parts)


def gap_in_words(gap: str, facts: Mapping[str, Any], detail: str) -> str:
    """What is to be said of a gap: its numbers or, of one that failed, why."""
    return gap_facts(gap, facts) or (detail_in_words(detail) if gap == "failed" else "")


def _part(detail: str, depth: int) -> str:
    if depth > _DEEPEST:
        return detail
    if said := _matched(detail, depth):
        return said
    head, colon, rest = detail.partition(": ")
    if colon:  # an outcome, or a topic, and what is to be said of it
        return f"{translate(head)}{colon}{_part(rest, depth + 1)}"
    head, bracket, more = detail.partition(" (")
    return f"{translate(head)}{bracket}{more}" if more.endswith(")") else translate(detail)


def _matched(detail: str, depth: int) -> str:
    """The detail by the first phrase that it is made of; empty where it is made of none."""
    for template, pattern in _patterns():
        if found := pattern.fullmatch(detail):
            values = {name: _value(name, value, depth) for name, value in found.groupdict().items()}
            return translate(Message(template, **values) if values else template)
    return ""


def _value(name: str, value: str, depth: int) -> str:
    if name in _NESTED:
        return _part(value, depth + 1)
    if name in _NUMBERS and (whole := value.replace(",", "")).isdecimal() and "," in value:
        return number(int(whole))
    return value


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for template in DETAILS:
        parts = re.split(r"\{(\w+)\}", template)  # text and names in turn
        groups = (
            f"(?P<{part}>{_NUMBER if part in _NUMBERS else _QUOTATION if part in _QUOTED else _VALUE})" for part in parts[1::2]
        )
        texts = (re.escape(part) for part in parts[::2])
        found.append((template, re.compile("".join(chain.from_iterable(zip_longest(texts, groups, fillvalue=""))), re.DOTALL)))
    return tuple(found)
