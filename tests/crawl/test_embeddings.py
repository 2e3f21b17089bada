"""What articles mean: asked once of a text, stored, and gone by."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from monitor.crawl import embeddings
from monitor.crawl.embeddings import embed, is_wanted, update_embeddings
from monitor.crawl.workers import Workers
from monitor.derive.stories import rematch, update_stories
from monitor.errors import UsageError
from monitor.match import Embedding, article_id, url_identity
from monitor.match.embedding import cosine
from monitor.model import Outcome, Rejection
from monitor.vault import Store, articles, open_reader
from tests.records import Maker

RUSSIAN = ("Завод остановили", "Цех закрыт из-за нехватки людей.")
ENGLISH = ("Factory halted", "The shop floor stands still, workers are missing.")


class Answering:
    """Workers that say the same of every text, and note what they were asked."""

    def __init__(self, answer: bytes | Rejection) -> None:
        self.answer, self.asked = answer, list[str]()

    def map(self, _: Callable[[str], bytes], tasks: Iterable[tuple[Any, ...]]) -> Iterator[bytes | Rejection]:
        for (text,) in tasks:
            self.asked.append(text)
            yield self.answer

    def update(self, store: Store) -> list[str]:
        """What was asked this time."""
        self.asked.clear()
        update_embeddings(store, cast("Workers", self), articles.changed_articles(store.db))
        return list(self.asked)


@pytest.fixture
def save(store: Store, run: int, make: Maker) -> Callable[..., str]:
    def article(name: str, words: tuple[str, str], *, at: int = 0, relevant: bool = True) -> str:
        url = f"http://{name}.test/x"
        parsed = make.parsed(url, words[1], title=words[0], relevant=relevant)
        store.save_article(run, make.fetch(url, at=at), parsed)
        return article_id(url_identity(url))

    return article


def test_a_model_is_asked_once_of_a_text(store: Store, save: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    workers = Answering(bytes([7, 1]))
    save("bereg", RUSSIAN)
    save("krug", ENGLISH, relevant=False)
    assert workers.update(store) == ["\n".join(RUSSIAN)]
    assert workers.update(store) == []
    save("bereg", (RUSSIAN[0], RUSSIAN[1] + " Приехала прокуратура."), at=1)
    assert len(workers.update(store)) == 1
    save("bereg", (RUSSIAN[0], RUSSIAN[1] + " Приехала прокуратура."), at=2)
    assert workers.update(store) == []
    assert store.db.row("SELECT 1 FROM meanings") is not None
    save("bereg", (f"{RUSSIAN[0]} и в школе", RUSSIAN[1]), at=3)
    assert store.db.row("SELECT 1 FROM meanings") is None, "what another text meant counts no more"
    assert len(workers.update(store)) == 1
    monkeypatch.setattr(embeddings, "version", lambda _: "0.3.9")
    assert len(workers.update(store)) == 1, "vectors of two models say nothing of each other"


def test_stories_go_by_what_articles_mean_and_say_so(store: Store, save: Callable[..., str], make: Maker, vault: Path) -> None:
    def stories() -> int:
        with open_reader(vault) as reader:
            return len({row["story"] for row in reader.query("SELECT story FROM articles")})

    one, other = save("bereg", RUSSIAN), save("vesna", ENGLISH)
    update_stories(store, make.at(1))
    assert stories() == 2
    update_embeddings(store, cast("Workers", Answering(bytes([7, 1]))), [one, other])
    rematch(store, make.at(2))
    assert stories() == 1
    with open_reader(vault) as reader:
        evidence = [row["evidence"] for row in reader.query("SELECT evidence FROM story_evidence")]
    assert len(evidence) == 2
    assert all("meaning: 1.00" in said for said in evidence)


def test_of_what_the_model_cannot_say_there_is_a_line_and_no_vector(
    store: Store, save: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    id_ = save("bereg", RUSSIAN)
    workers = Answering(Rejection(Outcome.PARSER_LIMIT, "used more than 10 s of CPU time"))
    workers.update(store)
    assert caplog.messages == [f"no embedding of article {id_}: used more than 10 s of CPU time"]
    assert len(workers.update(store)) == 1, "it is asked again"


@pytest.mark.parametrize(("said", "wanted"), [("0", False), ("1", True), (0, False), (1, True)])
def test_the_model_is_asked_where_the_operator_says_so(said: object, wanted: bool) -> None:
    assert is_wanted(said) is wanted


def test_a_setting_that_is_neither_and_a_model_that_is_not_there_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="MONITOR_MEANING: 'yes' is neither 0 nor 1"):
        is_wanted("yes")
    monkeypatch.setattr(embeddings, "find_spec", lambda _: None)
    assert not is_wanted("0")
    with pytest.raises(UsageError, match=r"MONITOR_MEANING needs an extra: pip install 'povestka\[meaning\]'"):
        is_wanted("1")


def test_the_model_knows_one_event_in_two_languages() -> None:
    texts = ("Студентам вручили повестки в общежитии", "Students were handed draft notices in their hostel", "Bank raises rates")
    russian, english, bank = (Embedding("", embed(text)) for text in texts)
    assert len(russian.vector) == 384
    near, far = cosine(russian, english), cosine(russian, bank)
    assert near is not None
    assert far is not None
    assert near > far + 0.05
