"""Pages that stand where an article was: challenges, blocks, soft 404s, paywalls, lists. Pure; general words, no outlet's."""

from __future__ import annotations

import re

from monitor.model import Outcome, Rejection

# Such pages say little else. An article about captchas or blocked sites is longer, and its markup declares an article.
_SHORT = 2_000
_BARE = 500


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_CHALLENGE_MARKUP = _any(
    r"cf-challenge|challenge-platform|__cf_chl|cf-browser-verification|cf-turnstile|/cdn-cgi/l/chk|jschl",
    r"ddos-guard\.net|/\.well-known/ddos-guard|__ddg\d|qrator|servicepipe|variti|__js_p_",
    r"_Incapsula_Resource|px-captcha|captcha-delivery\.com|datadome|awswaf|aws-waf-token",
    r"smartcaptcha|showcaptcha|checkcaptcha|g-recaptcha|h-captcha|hcaptcha\.com",
)
_CHALLENGE_WORDS = _any(
    r"just a moment\s*(?:\.\.\.|…)|checking (?:if the site connection is secure|your browser)|attention required!",
    r"ddos[- ](?:guard|protection)|verify(?:ing)? (?:that )?you are (?:a )?human|are you (?:a )?(?:human|robot)|i'?m not a robot",
    r"prove (?:that )?you(?:'re| are) (?:not a robot|human)|enable javascript and cookies to continue|please enable cookies",
    r"unusual traffic from your|pardon our interruption",
    r"проверка (?:вашего )?браузера|проверяем (?:ваш )?браузер|вы не робот|я не робот|подтвердите, что (?:запросы|вы)",
    r"защита от (?:ddos|роботов|ботов)|введите (?:символы|код) с картинки|включите javascript",
    r"перевірка (?:вашого )?браузера|ви не робот|підтвердіть, що ви|захист від (?:ddos|роботів|ботів)",
)
_BLOCKED_WORDS = _any(
    r"доступ\w*\s+(?:к\s+)?(?:\S+\s+){0,4}?(?:ресурс|сайт|страниц|информаци|адрес)\w*\s+(?:\S+\s+){0,2}?(?:ограничен|заблокирован|запрещ[её]н|закрыт)",
    r"(?:ресурс|сайт|страница)\s+(?:\S+\s+){0,3}?заблокирован|доступ (?:ограничен|заблокирован|запрещ[её]н)|eais\.rkn\.gov\.ru",
    r"доступ\w*\s+(?:до\s+)?(?:\S+\s+){0,4}?(?:ресурс|сайт|сторінк)\w*\s+(?:\S+\s+){0,2}?(?:обмежен|заблокован|заборонен)",
    r"(?:ресурс|сайт) заблоковано|доступ (?:обмежено|заблоковано|заборонено)",
    r"(?:this|the requested) (?:site|page|content|resource|website)\s+(?:\S+\s+){0,4}?(?:is|has been|was) (?:blocked|restricted)",
    r"(?:not |un)available in your (?:country|region|location)|access (?:is )?denied|you have been blocked",
    r"you don'?t have permission to access",
)
_MISSING = _any(
    r"\b404\b|page (?:was |is |could |can)?(?:not|n't|be not) (?:be )?found|not found|no longer (?:available|exists)",
    r"page (?:does not|doesn't) exist|ничего не найдено|(?:такой|этой) страницы (?:не существует|нет)",
    r"(?:страниц\w|материал|новост\w|статья|документ|публикаци\w) (?:\S+ ){0,2}?(?:не найден|удал[её]н|не существует)\w*",
    r"(?:сторінк\w|матеріал|новин\w|статт\w) (?:\S+ ){0,2}?(?:не знайдено|не знайдена|не існує|видалено)",
)
_WALL = _any(
    r"subscribe (?:now )?to (?:continue|read|keep|unlock)|subscribers? only|for subscribers|already a subscriber",
    r"(?:sign|log) in to (?:continue|read)|to continue reading|register to (?:continue|read)",
    r"continue reading (?:this article )?with",
    r"this (?:article|content|story) is (?:for|available to|only)",
    r"(?:доступ\w*|материал|статья|текст)\s+(?:\S+\s+){0,4}?(?:по подписке|подписчик\w+|только для)|оформите подписку",
    r"подпишитесь,? чтобы (?:читать|прочитать|продолжить|дочитать)|уже подписан|продолжить чтение по подписке",
    r"чтобы (?:дочитать|прочитать|читать) (?:\S+\s+){0,4}?(?:подпи|войдите|оформите)",
    r"(?:доступн\w+|матеріал|стаття)\s+(?:\S+\s+){0,4}?(?:за передплатою|передплатник\w+)|оформіть передплату|передплатіть",
    r"щоб (?:дочитати|прочитати|читати) (?:\S+\s+){0,4}?(?:перед|увійд|оформ)",
)
WALL_WORDS = 150
"""A paywalled page with fewer words of text than this is a stub."""


def by_status(status: int) -> Rejection | None:
    """What an HTTP status alone says; None where the page may be read."""
    if status < 400:
        return None
    outcome = {
        404: Outcome.NOT_FOUND,
        410: Outcome.GONE,
        451: Outcome.LEGAL,
        429: Outcome.TOO_MANY,
    }.get(status, Outcome.HTTP_ERROR)
    return Rejection(outcome, f"HTTP {status}")


def stand_in(title: str, visible: str, markup: str) -> Rejection | None:
    """A challenge, block or not-found page in place of what was asked for; None where it is none.

    `visible` is the page's text as a reader sees it, `markup` its source. Not to be asked of a page that declares itself an
    article, which such pages do not: a brief on a blocked site has their words and their length.
    """
    if len(visible) > _SHORT:
        return None
    said = f"{title}\n{visible}"
    if words := _CHALLENGE_WORDS.search(said):
        return Rejection(Outcome.CHALLENGE, f"the page says: {' '.join(words[0].split())}")
    if len(visible) < _BARE and _CHALLENGE_MARKUP.search(markup):
        return Rejection(Outcome.CHALLENGE, "the page is a challenge for browsers")
    if len(visible) < _BARE * 2 and (blocked := _BLOCKED_WORDS.search(said)):
        return Rejection(Outcome.BLOCKED, f"the page says: {' '.join(blocked[0].split())[:100]}")
    parts = re.split(r"\s+[|–—·•»:-]\s+", title)
    if missing := next((m for part in parts if len(part) < 50 and (m := _MISSING.search(part))), None) or _MISSING.search(
        visible[:200]
    ):
        return Rejection(Outcome.NOT_FOUND, f"the page says: {' '.join(missing[0].split())}")
    return None


def paywalled(visible: str) -> bool:
    """Whether a page asks its reader to subscribe or sign in before reading on."""
    return bool(_WALL.search(visible))
