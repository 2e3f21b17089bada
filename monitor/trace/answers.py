"""The rule of answers: asked whether it is so, somebody says no."""

from __future__ import annotations

import re

from monitor.lexicons import phrases
from monitor.model import Denial
from monitor.trace.claims import WHETHER
from monitor.trace.pairs import SHORT_ANSWER, Pairs
from monitor.trace.passages import Statement
from monitor.trace.standing import DENYING

# A question put to somebody that others raise, his answer, and that it is not so.
_TURN = re.compile(r"\s*+(?:[AОВ]:|[—–-]\s)")
_YES = re.compile(rf"(?:[aов]:|[\s«“\"—–-])*+(?:{phrases('claiming', 'yes')})(?=\s*[,.!;:»”\"—–-])")
_ANSWERED = re.compile(rf"[«“\"]\s*+(?:{phrases('claiming', 'no')})\s*+[.,!]?+\s*+[»”\"]")


def answered(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """Asked whether it is so, somebody says no: in the sentence itself, or in the one behind the question."""
    asked = pairs.claims.search("whether", sentence.start, sentence.end, WHETHER)
    answer = _ANSWERED.search(pairs.low, asked.end(), sentence.end) if asked else None
    if asked and answer:
        said = [a.start for a in sentence.said if asked.end() < a.start < answer.start()]
        comma = pairs.plain.find(",", asked.end(), min([answer.start(), *said]))
        end = min([answer.start(), *said, comma if comma > 0 else answer.start()])
        return pairs.within(pairs.claims.trimmed(asked.end(), end), i, "answered", at=answer.start())
    if put := _answers_put(pairs, sentence):
        return put
    if not sentence.signs["answered"]:
        return None
    noun = pairs.claims.claim_noun(sentence, sentence.start, sentence.end)
    if noun and pairs.claims.says_what(noun):
        return pairs.within(pairs.claims.to_end(noun[0], sentence), i, "answered", at=sentence.start)
    return _answers_question(pairs, i, sentence) if i else None


def _answers_put(pairs: Pairs, sentence: Statement) -> Denial | None:
    """An interviewer puts to somebody what others say of him, and the answer contradicts it."""
    line = pairs.plain.rfind("\n", 0, sentence.start + 1) + 1
    first = next((s for s in pairs.sentences if s.start >= line), sentence)
    if not line or first is not sentence or not _TURN.match(pairs.plain, line, sentence.end):
        return None
    asking = [s for s in pairs.sentences if pairs.plain.rfind("\n", 0, line - 1) < s.start < line]
    put = next(((s, found) for s in asking if (found := pairs.claims.search("put", s.start, s.end))), None)
    if put is None or _YES.match(pairs.low, line, sentence.end):
        return None
    claim = pairs.claims.trimmed(pairs.claims.led(put[1].end(), put[0].end), put[0].end)
    answer = [s for s in pairs.sentences if line <= s.start and "\n" not in pairs.plain[line : s.end]][:2]
    if any(s.signs["declines"] for s in answer) or not any(_objects(pairs, s) for s in answer):
        return None
    denial = pairs.claims.trimmed(sentence.start, answer[-1].end)
    if claim is None or denial is None:
        return None
    return Denial(*claim, *denial, pairs.deniers.of(answer[-1], denial), rule="answered")


def _objects(pairs: Pairs, sentence: Statement) -> bool:
    """Whether an answer may deny what is put to somebody: it negates, denies by a word, asks back, or says the contrary."""
    if sentence.negated or pairs.plain[sentence.end - 1] == "?" or sentence.cue("false", "countering", "never", *DENYING):
        return True
    return pairs.denied(pairs.sentences.index(sentence)) is not None


def _answers_question(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    question = pairs.sentences[i - 1]
    asked = pairs.claims.search("whether", question.start, question.end, WHETHER)
    claim = pairs.claims.trimmed(asked.end(), question.end) if asked and pairs.plain[question.end - 1] == "?" else None
    if claim is None:
        return None
    goes_on = len(sentence.words) < SHORT_ANSWER and i + 1 < len(pairs.sentences)  # "No. The bill has not passed."
    denial = pairs.claims.trimmed(sentence.start, pairs.sentences[i + 1].end if goes_on else sentence.end)
    return Denial(*claim, *denial, pairs.deniers.of(sentence, denial), rule="answered") if denial else None
