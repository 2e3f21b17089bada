"""What is said of a place: where it happened, whose official speaks, a mere mention; and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from monitor.judge.places.sentence import Found, Sentence, Tie
from monitor.judge.places.vocabulary import is_office, is_said, word_in
from monitor.lexicons import phrases

_IN = word_in("inside")
_FROM = word_in("from")
_TO = word_in("to")
_PEOPLE = word_in("people")
_SPOT = word_in("spot")
_COMMENTATOR = word_in("commentator")
_MOVES = word_in("moving")
_CALLS = word_in("holding")
_SEATED = word_in("seated")
_LEFT = word_in("leaving")
_ELSEWHERE = word_in("elsewhere")
_MATCH = word_in("match")
_HAPPENS = word_in("happening")
_RANGE_FROM = word_in("range_from")
_RANGE_TO = word_in("range_to")
_ON_BEHALF = word_in("on_behalf")
_THERE = word_in("there")
_AT_FIRST = word_in("at_first")
_AND = word_in("and")

# A life before, or another time: what is told of it is not the news. Asked of the clause up to the name.
_BEFORE_NOW = re.compile(phrases("places", "life_before"))
_NOW = word_in("now")
_HOME = word_in("home")
_POLICE = word_in("police")
_NATIVE = word_in("native")
_CALLED_UP = word_in("called_up")
_BEING = word_in("being")
_CALLED = 3
"""Words between who was called up and in what place: "мобилизованных прошлой осенью в Омске"."""
_LIFE = 7
"""Words within which a life before is told: "родился и вырос в небольшом посёлке под Омском"."""
# Another time than the news: asked of the sentence, or of the part of it that semicolons leave.
_EARLIER = re.compile(f"{phrases('places', 'earlier')}|^{phrases('places', 'earlier_at_first')}(?! {phrases('places', 'today')})")
_WAY = 12
"""Words within which a way is told from its verb to the place where it ends."""
_BEGINNING = 4
"""Words with which a sentence begins."""
_LONG_SENTENCE = 60
"""Words of a sentence that are looked through for another time."""
_WORKED_FROM = re.compile(f"{phrases('places', 'worked_from')}$")
_COMPARES = re.compile(f"^{phrases('places', 'compared_at_first')}")
_QUOTES = re.compile(r"^(?: \w+|(?: [A-ZА-ЯЁІЇЄҐ][\w-]+){2,3}): ?[«“\"„]")
"""What an official says, behind his name and a colon."""
_ROUTE = re.compile(r"^[A-ZА-ЯЁІЇЄҐ]?\w* ?[—–] |[^\W\d_] [—–] [A-ZА-ЯЁІЇЄҐ]")


def tie_to(found: Found, sentence: Sentence, *, is_lead: bool) -> None:
    """Give a name its tie or role by the first of the rules that holds."""
    counts = is_lead or sentence.has(_HAPPENS)
    for name, tie, holds in RULES:
        if (counts or tie in {None, Tie.NONE, Tie.ASIDE}) and holds(found, sentence, is_lead):
            found.rule = name
            if tie is None:
                found.role = "speaker"
            else:
                found.tie = tie
            return


def _begins_the_news(found: Found, sentence: Sentence) -> bool:
    """A place is the subject of the first sentence or the title: "Челябинская область стала первой", "Феодосия: штрафы"."""
    is_first = found.first == 0 and sentence.number == 0
    return is_first and sentence.after(found) in {" ", "'", "’", ",", ":"}


def _speaks(found: Found, sentence: Sentence, _: bool) -> bool:
    """An official or office of it says something: not one from there, nor one who sits for it."""
    at = sentence.governor(found)
    governor = sentence.word(at)
    if _FROM(governor) and _reports_from(at, sentence):
        return True
    if (
        not (sentence.part_has(is_said, found) or _QUOTES.search(sentence.original[sentence.spans[found.last][1] :]))
        or _FROM(governor)
        or _ON_BEHALF(governor)
    ):
        return False
    if sentence.is_quoted(found):
        return False  # What is quoted is said of a place, seldom by an office of it.
    before, after = sentence.clause_before(found).split(), sentence.words[found.last + 1 : found.last + 4]
    if _BEFORE_NOW.search(" ".join(before[-5:])):
        return False  # "A former governor of Omsk": not its official now.
    if _is_native(found, sentence):
        return False
    for back, word in enumerate(reversed(before[-5:]), 1):
        if is_office(word) or is_said(word):
            # "Driven to the commissariat in Omsk": an office to which somebody is taken does not speak.
            to = before[: len(before) - back]
            return is_office(word) and not (any(map(_TO, to[-2:])) and any(map(_MOVES, to[-_WAY:])))
    if found.name.also == "demonym":
        return False  # "An Omsk man accused the governor's son" is no office of Omsk.
    return (found.name.is_adjective or sentence.is_latin(found)) and any(is_office(word) or _POLICE(word) for word in after)


def _reports_from(at: int, sentence: Sentence) -> bool:
    """ "А из Омска штаб заверил": the clause begins with where an office speaks from."""
    own = sentence.clauses[at]
    begins = next(i for i in range(at, -1, -1) if i == 0 or sentence.clauses[i - 1] != own or not _AND(sentence.word(i - 1)))
    if begins and sentence.clauses[begins - 1] == own:
        return False

    def has(rule: Callable[[str], bool]) -> bool:
        return own in sentence.clauses_with(rule)

    return has(is_said) and (has(is_office) or has(_SPOT)) and not has(_MOVES)


def _is_native(found: Found, sentence: Sentence) -> bool:
    """A life before that stands behind the name: "an Omsk native", "омский экс-депутат"."""
    return (found.name.is_adjective or sentence.is_latin(found)) and _NATIVE(sentence.behind(found))


def _is_of_before(found: Found, sentence: Sentence, _: bool) -> bool:
    """A life before: "born in", "родом из"; not "a former teacher from Tomsk now in Omsk"."""
    if _is_native(found, sentence):
        return True
    before = sentence.clause_before(found).split()
    if previous := sentence.previous(found):
        # "Born in Omsk, died in exercises near Chita": behind one place it is told of another only by "and".
        between = sentence.words[previous.last + 1 + _is_native(previous, sentence) : found.first]
        if between and not _AND(between[0]):
            before = before[-len(between) :]
    now = max((at for at, word in enumerate(before) if _NOW(word)), default=-1)
    return _BEFORE_NOW.search(" ".join(before[now + 1 :][-_LIFE:])) is not None


def _is_earlier_case(found: Found, sentence: Sentence, _: bool) -> bool:
    """Another time: "полгода назад такую же дверь ломали в". Told beside places, in one clause, it is that of these alone: "as in
    Omsk last spring, colleges in Chita"."""
    if _is_before_now(found, sentence):
        return True
    first, end = sentence.part(found)
    said = _EARLIER.search(" ".join(sentence.words[first : min(end, first + _LONG_SENTENCE)]))
    if said is None:
        return False
    when = sentence.clauses[first + said.string.count(" ", 0, said.start())]
    return when not in sentence.regions or when == sentence.clauses[found.first]


def _is_before_now(found: Found, sentence: Sentence) -> bool:
    """A clause before one that says "now": of a place of its own, or with "at first" itself: "сперва в Омске, теперь везде"."""
    own = sentence.clauses[found.first]
    now = sentence.clause_behind(own, _NOW)
    if now is None:
        return False
    return bool(sentence.regions.get(now, set()) - {found.name.region}) or own in sentence.clauses_with(_AT_FIRST)


def _is_compared(found: Found, sentence: Sentence, _: bool) -> bool:
    """ "Than in", "в отличие от"; and all of a sentence that begins with "for comparison"."""
    if _COMPARES.search(" ".join(sentence.words[:_BEGINNING])):
        return True
    return sentence.is_compared(found)


def _is_of_commentator(found: Found, sentence: Sentence, _: bool) -> bool:
    """A lawyer in or from there comments, or in English one who is called by it: "an Omsk lawyer says"."""
    governor = sentence.governor(found)
    if sentence.is_latin(found) and _COMMENTATOR(sentence.behind(found)):
        who = True
    elif _IN(sentence.word(governor)) or _FROM(sentence.word(governor)):
        # "A lawyer said that the ruling in Omsk", "по словам юриста, в Омске": there he speaks of the place.
        who = False
        for word in sentence.words[max(governor - 4, 0) : governor]:
            who = _COMMENTATOR(word) or (who and not is_said(word))
        who = who and sentence.clauses[governor] == sentence.clauses[governor - 1]
    else:
        return False
    return who and (sentence.has(is_said) or sentence.has(_CALLS))


def _is_of_office_abroad(found: Found, sentence: Sentence, _: bool) -> bool:
    """Where an agency is registered or a reporter worked."""
    before = sentence.words[max(found.first - 6, 0) : found.first]
    return any(map(_SEATED, before)) or _WORKED_FROM.search(" ".join(before)) is not None


def _is_thing(found: Found, sentence: Sentence, _: bool) -> bool:
    return (found.name.is_adjective or sentence.is_latin(found)) and _ELSEWHERE(sentence.behind(found))


def _is_adjective_of_people(found: Found, sentence: Sentence, _: bool) -> bool:
    return found.name.also == "demonym" or (found.name.is_adjective and _PEOPLE(sentence.behind(found)))


def _is_adjective(found: Found, _: Sentence, __: bool) -> bool:
    return found.name.is_adjective


def _is_goal(found: Found, sentence: Sentence, _: bool) -> bool:
    governor = sentence.word(sentence.governor(found))
    if not (_IN(governor) or _TO(governor)):
        return False
    before = sentence.clause_before(found).split()[-6:]
    # "Из Омска в Томск выехала": where the way begins stands before where it ends, and the verb behind both.
    previous = sentence.previous(found)
    is_way = previous is not None and _FROM(sentence.word(previous.first - 1)) and previous.last == sentence.governor(found) - 1
    if any(map(_MOVES, before)) or ((is_way or not _IN(governor)) and sentence.has(_MOVES)):
        return True
    # "Left Omsk at noon for a training ground near": what stands there is where the way ends.
    clause = sentence.clause_before(found).split()[-_WAY:]
    return any(map(_TO, clause[-5:-1])) and any(_MOVES(word) or _LEFT(word) for word in clause)


def _is_arrival(found: Found, sentence: Sentence, _: bool) -> bool:
    """Where somebody comes, and where then something happens to him: "fled to Omsk, where he was arrested"."""
    behind = sentence.words[found.last + 1 : found.last + _WAY]
    there = next((at for at, word in enumerate(behind) if _THERE(word)), _WAY)
    if behind and _AND(behind[0]) and sentence.begins.isdisjoint({found.last + 2, found.last + 3}):
        return _is_goal(found, sentence, _)
    return any(map(_HAPPENS, behind[there + 1 :])) and _is_goal(found, sentence, _)


def _is_called_up(found: Found, sentence: Sentence, _: bool) -> bool:
    """Where the men were called up of whom it is told: "men mobilized in Omsk are trained in"; not "they were mobilized in"."""
    governor = sentence.governor(found)
    if not _IN(sentence.word(governor)):
        return False
    for at in range(governor - 1, max(governor - 1 - _CALLED, -1), -1):
        if _CALLED_UP(sentence.word(at)):
            is_of_people = not sentence.is_latin(found) or _PEOPLE(sentence.word(at - 1)) or _PEOPLE(sentence.word(at - 2))
            return is_of_people and not any(map(_BEING, sentence.words[max(at - 2, 0) : at]))
    return False


def _is_inside(found: Found, sentence: Sentence, _: bool) -> bool:
    return _IN(sentence.word(sentence.governor(found)))


def _is_home(found: Found, sentence: Sentence, _: bool) -> bool:
    """Where somebody lives, studies or is registered: what happens to him may be elsewhere."""
    governor = sentence.governor(found)
    return _IN(sentence.word(governor)) and any(map(_HOME, sentence.words[max(governor - 3, 0) : governor]))


def _is_match(found: Found, sentence: Sentence, _: bool) -> bool:
    return _FROM(sentence.word(sentence.governor(found))) and sentence.has(_MATCH)


def _is_origin(found: Found, sentence: Sentence, _: bool) -> bool:
    governor = sentence.word(sentence.governor(found))
    return _FROM(governor) or _LEFT(governor)


def _is_of_whom_speaks(found: Found, sentence: Sentence, _: bool) -> bool:
    """ "Said a resident of Omsk": what he speaks of may be anywhere."""
    at = sentence.governor(found)
    return _PEOPLE(sentence.word(at)) and is_said(sentence.word(at - 1))


def _is_of_people(found: Found, sentence: Sentence, _: bool) -> bool:
    after = sentence.behind(found)
    return _PEOPLE(sentence.word(sentence.governor(found))) or (sentence.is_latin(found) and _PEOPLE(after))


def _is_of_spot(found: Found, sentence: Sentence, is_lead: bool) -> bool:
    # Whose office it is is news in the lead; later it is told of papers and people from elsewhere too.
    governor, after = sentence.word(sentence.governor(found)), sentence.behind(found)
    is_attributive = sentence.is_latin(found) and (
        is_office(after) or _SPOT(after) or sentence.word(found.first - 1) in {"a", "an"}
    )
    return is_lead and (is_office(governor) or _SPOT(governor) or is_attributive)


def _is_listed(found: Found, sentence: Sentence, _: bool) -> bool:
    """The first of a list behind a colon: "рейды прошли в трёх городах: Томск, Абакан"."""
    start = sentence.spans[found.first][0]
    return sentence.original[:start].rstrip(' «"“—–-').endswith(":") and found.first > 2


def _is_subject(found: Found, sentence: Sentence, is_lead: bool) -> bool:
    return is_lead and _begins_the_news(found, sentence)


def _is_on_behalf(found: Found, sentence: Sentence, _: bool) -> bool:
    """Whom a deputy sits for; one end of a route: "рейс Сочи — Стамбул"."""
    start, end = sentence.spans[found.first][0], sentence.spans[found.last][1]
    is_route = found.first > 0 and _ROUTE.search(sentence.original[max(start - 3, 0) : end + 4]) is not None
    at = sentence.governor(found)
    is_deputy = _ON_BEHALF(sentence.word(at)) or (_FROM(sentence.word(at)) and is_office(sentence.word(at - 1)))
    return is_deputy or is_route


def _is_told_of(_: Found, sentence: Sentence, is_lead: bool) -> bool:
    """In the lead: the subject or object of what happens, or what a thing is of."""
    return is_lead and not sentence.has(_MATCH)


def _is_range(found: Found, sentence: Sentence, _: bool) -> bool:
    """One end of "from Kaliningrad to Vladivostok", which is everywhere; not of a way that somebody goes."""
    before, after = sentence.word(found.first - 1), sentence.word(found.last + 1)
    way = sentence.clause_before(found).split()[-6:]
    if not sentence.is_latin(found):
        way += sentence.words[found.last + 1 : found.last + 7]  # the verb may stand behind both
    if any(map(_MOVES, way)):
        return False
    if _RANGE_TO(before):
        return any(_RANGE_FROM(sentence.word(found.first - back)) for back in (3, 4))
    return _RANGE_FROM(before) and _RANGE_TO(after)


RULES: tuple[tuple[str, Tie | None, Callable[[Found, Sentence, bool], bool]], ...] = (
    ("commentator", Tie.NONE, _is_of_commentator),
    ("speaker", None, _speaks),
    ("life before", Tie.NONE, _is_of_before),
    ("earlier case", Tie.NONE, _is_earlier_case),
    ("comparison", Tie.NONE, _is_compared),
    ("range", Tie.NONE, _is_range),
    ("seat", Tie.NONE, _is_of_office_abroad),
    ("thing", Tie.NONE, _is_thing),
    ("people", Tie.PEOPLE, _is_adjective_of_people),
    ("adjective", Tie.PLACE, _is_adjective),
    ("arrival", Tie.PLACE, _is_arrival),
    ("goal", Tie.GOAL, _is_goal),
    ("home", Tie.ASIDE, _is_home),
    ("called up", Tie.ORIGIN, _is_called_up),
    ("inside", Tie.PLACE, _is_inside),
    ("aside", Tie.ASIDE, _is_inside),
    ("match", Tie.NONE, _is_match),
    ("on behalf", Tie.NONE, _is_on_behalf),
    ("origin", Tie.ORIGIN, _is_origin),
    ("who speaks", Tie.NONE, _is_of_whom_speaks),
    ("people", Tie.PEOPLE, _is_of_people),
    ("spot", Tie.PLACE, _is_of_spot),
    ("list", Tie.PLACE, _is_listed),
    ("subject", Tie.PLACE, _is_subject),
    ("told of", Tie.PLACE, _is_told_of),
)
"""What is said of a place, by the first that holds: its name, its tie (None: an official of it speaks), and what it asks."""
