"""The words by which ru, uk and en deny. Regular expressions without anchors, in small letters, with ё as е."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from monitor.trace.tokens import plain


def small(text: str) -> str:
    """The text in small letters; every offset stays, for U+0130 alone would become two characters."""
    return text.replace("\u0130", "i").lower()


@dataclass(frozen=True)
class Lexicon:
    """One language."""

    deny: str
    """What makes a denial. What follows it is the claim, or what its group `claim` holds."""
    pronoun: str
    """What stands for the one who spoke before."""
    elsewhere: str
    """Claims that only point back, to the sentence before: "this", "the reports"."""

    @cached_property
    def deny_re(self) -> re.Pattern[str]:
        return _whole(self.deny, small=True)

    @cached_property
    def pronoun_re(self) -> re.Pattern[str]:
        return _whole(self.pronoun)

    @cached_property
    def elsewhere_re(self) -> re.Pattern[str]:
        return re.compile(rf"\W*(?:{self.elsewhere})?\W*", re.IGNORECASE)


def _whole(source: str, *, small: bool = False) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{source})(?![\w-])", re.NOFLAG if small else re.IGNORECASE)


ENGLISH = Lexicon(
    deny=(
        r"den(?:y|ies|ied)(?: (?:that|having|any))?|(?:reject|dismiss|refut)(?:s|es|ed) (?:the |these |such |all )?"
        r"(?:claims?|reports?|allegations?|rumou?rs?|suggestions?)(?: (?:that|of|about))?"
        r"|(?:has|had|have) no knowledge(?: (?:about|of|that))?"
        r"|(?:there )?(?:is|was) no talk(?: [^.,;]{0,60}?)?(?: (?:about|of))|(?:is|are|was|were) not true(?: that)?|(?:did"
        r"|do|does) not know (?:about|of|anything about)"
        r"|(?:reports|claims|rumou?rs|information) (?:that|of|about) (?P<claim>[^.,;\"”\n]{3,120}?) (?:is|are|was|were)"
        r" (?:fake|false|untrue|not true|incorrect)"
        r"|(?:is|are|was|were) (?:fake|false|untrue)"
    ),
    pronoun=r"he|she|they",
    elsewhere=(
        r"it|this|that|them|the (?:reports?|claims?|allegations?|information|accusations?|rumou?rs?)|these (?:reports"
        r"|claims)|such (?:reports|claims)|journalists|reporters"
    ),
)

RUSSIAN = Lexicon(
    deny=(
        r"опроверг(?:л[аио])?|опроверга(?:ет|ют)|отрица(?:ет|ют|л[аи]?)|отверг(?:л[аио])?|назвал[аи]? (?:это "
        r"|эту информацию )?(?:фейк\w*|слух\w*|ложью|вбросом)"
        r"|не соответству(?:ет|ют) действительности|не (?:знает|знают|знал[аи]?|слышал[аи]?|известно) (?:о|об|ничего о)(?= )"
        r"|(?:реч[иь]|разговор\w*|сообщени\w+|информаци\w+|слух\w+) (?:о|об|про) (?P<claim>[^.,;»\n]{3,120}?)"
        r" (?:не (?:идет|шла|шло|ведется|ведутся|соответству(?:ет|ют) действительности)|фейк)"
        r"|реч[иь] (?:\w+ ){0,3}?не (?:идет|шла)|не (?:идет|шла|ведется) (?:и )?реч[иь]"
        r"|нет (?:никак\w+ )?(?:речи|разговоров|планов)"
    ),
    pronoun=r"он|она|они",
    elsewhere=(
        r"это|эту информацию|эти (?:сообщения|данные|слухи|сведения)|такие (?:сообщения|слухи)|(?:данную )?информацию"
        r"|сообщения(?: сми)?|слухи|обвинения|их|его|журналистам"
        r"|об этом|этом"
    ),
)

UKRAINIAN = Lexicon(
    deny=(
        r"спросту(?:вав|вала|вали|є|ють)|запереч(?:ив|ила|или|ує|ують)|відкину(?:в|ла|ли)|не відповіда(?:є|ють) дійсності"
        r"|назва(?:в|ла|ли) (?:це )?(?:фейк\w*|чутк\w*|брехнею)"
        r"|не (?:знає|знають|знав|знала|чув|чула|відомо) (?:про|нічого про)(?= )"
        r"|(?:мов[аи]|повідомлення|інформаці\w+|чутк\w+) про (?P<claim>[^.,;»\n]{3,120}?)"
        r" (?:не (?:йде|йшла|йдеться|відповіда(?:є|ють) дійсності)|фейк)"
        r"|(?:мови|мова) (?:\w+ ){0,3}?не (?:йде|йшла)|не йде(?:ться)? (?:\w+ ){0,2}?про(?= )|немає (?:жодн\w+ )?(?:мови|планів)"
    ),
    pronoun=r"він|вона|вони",
    elsewhere=(
        r"це|цю інформацію|ці (?:повідомлення|дані|чутки)|інформацію|повідомлення(?: змі)?|чутки|звинувачення|їх|його"
        r"|про це|цього"
    ),
)

LEXICONS = {"en": ENGLISH, "ru": RUSSIAN, "uk": UKRAINIAN}

__all__ = ["LEXICONS", "Lexicon", "plain", "small"]
