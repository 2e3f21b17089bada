"""A certificate that is not in order is refused, and says why; one that is, is not."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def crawled(web, authority, new_newsroom, tmp_path_factory):
    """A newsroom after one crawl of hosts whose certificates have a flaw each, and their addresses."""
    newsroom = new_newsroom("tls")
    newsroom.trusted = authority.file
    stranger = type(authority)(tmp_path_factory.mktemp("stranger"), "An authority that nobody here knows")
    certificates = {
        "in order": authority.certificate("127.0.7.2"),
        "expired": authority.certificate("127.0.7.3", days=-1),
        "of another host": authority.certificate("127.0.7.99"),
        "signed by itself": authority.certificate("127.0.7.5", trusted=False),
        "of an unknown authority": stranger.certificate("127.0.7.6"),
        "not valid yet": authority.certificate("127.0.7.7", days=11),
    }
    newsroom.urls = {}
    for number, (flaw, certificate) in enumerate(certificates.items(), 2):
        host = f"127.0.7.{number}"
        web.on(host, answer)
        newsroom.urls[flaw] = f"https://{host}:{web.secure(host, certificate)}/story"
    newsroom.crawl("related", f"urls={','.join(newsroom.urls.values())}", RETRY_TIMES=0)
    return newsroom


async def answer(call):
    await call.answer(200, call.article("Behind a certificate"))


@pytest.mark.parametrize(
    ("flaw", "outcome", "detail"),
    [
        ("in order", "article", ""),
        ("expired", "certificate refused", "has expired (OpenSSL's error 10)"),
        ("of another host", "certificate refused", "is of another name"),
        ("signed by itself", "certificate refused", "is signed by itself (OpenSSL's error 18)"),
        (
            "of an unknown authority", "certificate refused",
            "comes from an authority that nobody here knows, or its chain is cut (OpenSSL's error 20)",
        ),
        ("not valid yet", "certificate refused", "is not valid yet (OpenSSL's error 9)"),
    ],
)  # fmt: skip
@pytest.mark.fault(13)
def test_a_certificate_is_accepted_when_it_is_in_order_alone_and_each_flaw_is_told_apart(crawled, flaw, outcome, detail):
    url = crawled.urls[flaw]
    assert (crawled.outcomes(url), crawled.detail(url)) == ([outcome], detail)


@pytest.mark.fault(13)
def test_not_even_robots_txt_is_asked_for_past_a_flaw(crawled, web):
    assert {host for host, _ in web.log} == {"127.0.7.2"}
