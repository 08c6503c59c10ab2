"""A visitor's words as a question to the index. Pure but for the lexicon that is handed in.

A question is a row of groups: a word, a run of Chinese characters or the name of a known concept. Each group
has alternatives: the word as said (in each language its letters allow), and what the concept is called
otherwise. Called by `queries`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.search.analysing import (
    COMMON,
    Word,
    folded,
    han_phrase,
    normalised,
    readings,
    token,
    words,
)
from amur.portal.search.lexicon import Lexicon

MAX_LENGTH = 200
MAX_GROUPS = 12
MIN_BEGINNING = 4


class Reach(Enum):
    """How far a question reaches: what was said; also by other names; any part of it, also as a beginning."""

    EXACT = auto()
    WIDE = auto()
    LOOSE = auto()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that stand in a row; with `is_beginning` the last one may go on."""

    tokens: tuple[str, ...]
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One thing that is asked for. Any of its phrases will do.

    `own` is what was said, `others` the concept's other names, `parts` what still helps when little is found.
    """

    said: tuple[str, ...]
    own: tuple[Phrase, ...]
    others: tuple[Phrase, ...] = ()
    parts: tuple[Phrase, ...] = ()

    def alternatives(self, reach: Reach) -> tuple[Phrase, ...]:
        """What may stand for the group."""
        match reach:
            case Reach.EXACT:
                return self.own
            case Reach.WIDE:
                return self.own + self.others
            case Reach.LOOSE:
                return self.own + self.others + self.parts


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, and the words of it in their plain form."""

    groups: tuple[Group, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words as said, in small letters."""
        return tuple(word for group in self.groups for word in group.said)

    @property
    def has_others(self) -> bool:
        """Whether anything in it is called otherwise, too."""
        return any(group.others for group in self.groups)

    def phrases(self) -> set[Phrase]:
        """All phrases, for marking what was found."""
        return {phrase for group in self.groups for phrase in group.alternatives(Reach.LOOSE)}


def ask(text: str, lexicon: Lexicon) -> Question:
    """The question in a visitor's words; an empty one when there is no word in them."""
    found = list(words(normalised(text[:MAX_LENGTH])))
    useful = [place for place, word in enumerate(found) if not _is_common(word)] or list(range(len(found)))
    groups: list[Group] = []
    number = 0
    while number < len(useful) and len(groups) < MAX_GROUPS:
        if found[useful[number]].is_han:
            groups.extend(_han_groups(found[useful[number]].text, lexicon))
            number += 1
            continue
        group, length = _word_group(found, useful[number:], lexicon)
        groups.append(group)
        number += length
    return Question(tuple(groups[:MAX_GROUPS]))


def _is_common(word: Word) -> bool:
    return not word.is_han and folded(word.text) in COMMON


def _word_group(found: Sequence[Word], places: Sequence[int], lexicon: Lexicon) -> tuple[Group, int]:
    """The longest name of a concept that begins here, else the word alone; and how many words it takes.

    `places` are those of the useful words from here on.
    """
    row = []
    for place in places[: lexicon.longest]:
        if found[place].is_han:
            break
        row.append({token(found[place].text, language) for language in readings(found[place].text)})
    length, concepts = lexicon.longest_name(row)
    length = max(length, 1)
    taken = [word.text for word in found[places[0] : places[length - 1] + 1]]
    own = _as_said(taken)
    others = _other_names(lexicon, concepts, own)
    parts = _parts(found[place].text for place in places[:length]) if length > 1 else _beginnings(taken[0])
    return Group(tuple(folded(word) for word in taken), own, others, parts), length


def _as_said(taken: Sequence[str]) -> tuple[Phrase, ...]:
    """The words in their row, as read in each language that they may be written in."""
    languages = [code for code in LANGUAGES if any(code in readings(word) for word in taken)]
    found = {Phrase(tuple(_token_as(word, language) for word in taken)): None for language in languages}
    return tuple(found)


def _token_as(word: str, language: Language) -> str:
    possible = readings(word)
    return token(word, language if language in possible else possible[0])


def _parts(taken: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple({phrase: None for word in taken for phrase in _as_said([word])})


def _beginnings(word: str) -> tuple[Phrase, ...]:
    """The word's stems as beginnings of longer words."""
    stems = {token(word, language) for language in readings(word)}
    return tuple(Phrase((stem,), True) for stem in sorted(stems) if len(stem) >= MIN_BEGINNING)


def _han_groups(run: str, lexicon: Lexicon) -> list[Group]:
    """A run cut at the names of known concepts; what is left between them is looked for as it stands."""
    groups: list[Group] = []
    for piece, concepts in lexicon.cut(run):
        if len(piece) == 1 and piece in COMMON:
            continue
        own = (Phrase(han_phrase(piece)),)
        pairs = {piece[place : place + 2] for place in range(len(piece) - 1)}
        parts = tuple(Phrase((pair,)) for pair in sorted(pairs)) if len(piece) > 2 else ()
        groups.append(Group((piece,), own, _other_names(lexicon, concepts, own), parts))
    return groups


def _other_names(lexicon: Lexicon, concepts: Iterable[int], own: Iterable[Phrase]) -> tuple[Phrase, ...]:
    names = {tokens: None for concept in concepts for tokens in lexicon.names[concept]}
    said = set(own)
    return tuple(phrase for tokens in names if (phrase := Phrase(tokens)) not in said)
