"""Names of concepts in all languages: species, areas, and words of the field. Pure.

A lexicon finds the names in a question; `concepts` fills it from the released records. A concept's shorter
names stand for its longer ones: whoever finds every `tiger` has found every `Amur tiger`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from amur.portal.languages.codes import Language
from amur.portal.search.analysing import COMMON, folded, han_phrase, normalised, token, words

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing under all its names: (language, name)."""

    key: str
    names: tuple[tuple[Language, str], ...]


@dataclass(slots=True)
class Lexicon:
    """Names by their first token, Chinese names by their characters; what each concept is called."""

    names: list[tuple[Tokens, ...]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    longest: int = 1
    _by_first: dict[str, dict[Tokens, list[int]]] = field(default_factory=dict)
    _han: dict[str, list[int]] = field(default_factory=dict)
    _longest_han: int = 1

    def longest_name(self, row: Sequence[set[str]]) -> tuple[int, list[int]]:
        """The longest name that a row of words begins with, and its concepts; (0, []) without one.

        Each word is given by the tokens it may be.
        """
        best: tuple[int, list[int]] = (0, [])
        for first in sorted(row[0]) if row else ():
            for name, concepts in self._by_first.get(first, {}).items():
                fits = len(name) <= len(row) and all(one in row[place] for place, one in enumerate(name))
                if fits and len(name) > best[0]:
                    best = (len(name), list(concepts))
                elif fits and len(name) == best[0]:
                    best = (best[0], sorted({*best[1], *concepts}))
        return best

    def cut(self, run: str) -> Iterator[tuple[str, list[int]]]:
        """A run of Chinese characters cut into known names and what stands between them."""
        start = place = 0
        while place < len(run):
            length = next(
                (
                    size
                    for size in range(min(self._longest_han, len(run) - place), 0, -1)
                    if run[place : place + size] in self._han
                ),
                0,
            )
            if not length:
                place += 1
                continue
            if start < place:
                yield run[start:place], []
            name = run[place : place + length]
            yield name, self._han[name]
            place += length
            start = place
        if start < len(run):
            yield run[start:], []

    def _add(self, tokens: Tokens, concept: int) -> None:
        found = self._by_first.setdefault(tokens[0], {}).setdefault(tokens, [])
        if concept not in found:
            found.append(concept)
        self.longest = max(self.longest, len(tokens))

    def _add_han(self, name: str, concept: int) -> None:
        found = self._han.setdefault(name, [])
        if concept not in found:
            found.append(concept)
        self._longest_han = max(self._longest_han, len(name))


def build(concepts: Iterable[Concept]) -> Lexicon:
    """A lexicon of these concepts; those of the same key become one."""
    lexicon = Lexicon()
    merged: dict[str, dict[tuple[Language, str], None]] = {}
    for concept in concepts:
        merged.setdefault(concept.key, {}).update(dict.fromkeys(concept.names))
    for number, (key, names) in enumerate(merged.items()):
        written: dict[Tokens, Tokens] = {}
        for language, name in names:
            plain = normalised(name)
            found = list(words(plain))
            if len(found) == 1 and found[0].is_han:
                lexicon._add_han(found[0].text, number)
                written[han_phrase(found[0].text)] = tuple(found[0].text)
            elif found and not any(word.is_han for word in found):
                tokens = tuple(token(word.text, language) for word in found)
                written[tokens] = tokens
                said = [word for word in found if folded(word.text) not in COMMON]
                if said:
                    lexicon._add(tuple(token(word.text, language) for word in said), number)
        lexicon.keys.append(key)
        lexicon.names.append(_shortest(written))
    return lexicon


def _shortest(names: Mapping[Tokens, Tokens]) -> tuple[Tokens, ...]:
    """The names without those that hold another one; each with the words or characters it is made of."""
    made_of = names.values()
    return tuple(
        name
        for name, own in names.items()
        if not any(other != own and _holds(own, other) for other in made_of)
    )


def _holds(name: Tokens, part: Tokens) -> bool:
    size = len(part)
    return any(name[place : place + size] == part for place in range(len(name) - size + 1))
