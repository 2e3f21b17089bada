"""Which outlet is meant by a name in a text or by the host of a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.text import compounds, fold
from monitor.text.letters import has_cyrillic
from monitor.trace.speakers import name_key

_VOWELS = "аеиоуыэюяйьіїє"
_ENDING = 3
_MOST_CACHED = 20_000
"""Names."""
_LEAST_KEY = 4
"""Letters that a name has at least, without its endings, to be known in another script."""


@dataclass(frozen=True, slots=True)
class Outlets:
    """The outlets that a text may credit. The name that is given back is the value, whatever alias was met."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Folded name or alias (`monitor.text.fold`) to outlet."""
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Host, lower case and without `www.`, to outlet; on a host that many share, `host/name` in lower case."""
    _by_stem: Mapping[str, list[tuple[int, list[str], str]]] = field(init=False, repr=False, compare=False)
    """Each name's place, words and outlet, by its first word and by that word's stem."""
    _by_key: Mapping[tuple[str, ...], str] = field(init=False, repr=False, compare=False)
    """Of names in Cyrillic: the outlet by what the name has in common with its transliterations."""

    _cache: dict[str, str] = field(init=False, repr=False, compare=False)
    """What was asked of `of_name` before, and what it found."""

    def __post_init__(self) -> None:
        by_stem: dict[str, list[tuple[int, list[str], str]]] = {}
        for place, (name, outlet) in enumerate(self.names.items()):
            if said := compounds(name):
                for beginning in {said[0], said[0].rstrip(_VOWELS)}:
                    by_stem.setdefault(beginning, []).append((place, said, outlet))
        object.__setattr__(self, "_by_stem", by_stem)
        object.__setattr__(self, "_cache", {})
        keys = {name_key(name): outlet for name, outlet in reversed(list(self.names.items())) if has_cyrillic(name)}
        object.__setattr__(self, "_by_key", {key: outlet for key, outlet in keys.items() if sum(map(len, key)) >= _LEAST_KEY})

    def of_name(self, written: str) -> str:
        """The outlet that goes by this name, in any case of Russian or Ukrainian, or in Latin letters; empty for none.

        What has no capital is a word of the language (агентство, mash) and no name, but of an outlet whose own has none.
        """
        found = self._cache.get(written)
        if found is None:
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            found = self._of_name(written)
            found = self._cache[written] = "" if written.islower() and found != found.lower() else found
        return found

    def _of_name(self, written: str) -> str:
        folded = " ".join(compounds(fold(written).text))
        if not folded or folded in self.names:
            return self.names.get(folded, "")
        if not has_cyrillic(folded):
            return self._by_key.get(name_key(written), "") if written[0].isupper() else ""
        said = folded.split()
        # A newsroom's thousand names are not looked through for every capital of a text.
        alike = [known for stem in _stems(said[0]) for known in self._by_stem.get(stem, ()) if _inflected(said, known[1])]
        return min(alike)[2] if alike else ""

    def of_url(self, url: str) -> str:
        """The outlet whose host, or a host above it, serves this address; empty where none does or it is no address.

        On a host that many share: whose name is the first or second part of the path, as in t.me/NAME/1 and t.me/s/NAME.
        """
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return ""
        labels = host.split(".")
        places = [f"{host}/{name}" for name in parts.path.lower().split("/")[1:3]]
        above = (".".join(labels[i:]) for i in range(len(labels) - 1))
        return next((self.hosts[place] for place in (*places, *above) if place in self.hosts), "")


def _stems(word: str) -> set[str]:
    return {word[: len(word) - ending] for ending in range(_ENDING + 1)}


def _inflected(said: list[str], name: list[str]) -> bool:
    """Whether each word is the other but for an ending of at most three letters."""
    return len(said) == len(name) and all(
        s == n or (len(stem := n.rstrip(_VOWELS)) >= 3 and s.startswith(stem) and len(s) - len(stem) <= _ENDING)
        for s, n in zip(said, name, strict=True)
    )
