"""Putting misspelled words right by the vocabulary of the index. Called by `queries` when little is found.

Distance is that of optimal string alignment: inserted, missing, wrong and exchanged neighbouring letters
(Damerau 1964), 1 for words from 4 letters and 2 from 8. Two letters further apart that changed places are
one slip as well (leapord). Letters that stand for each other on a keyboard without ө and ү, and й, ъ and э
beside и, ь and е, do not count as wrong.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amur.portal.release.memory import remembered
from amur.portal.search.analysing import folded, normalised, readings, token, words
from amur.portal.search.models import Word

MIN_LETTERS = 4
LETTERS_FOR_TWO = 8
_BITS = 64
_ALIKE = str.maketrans("өүэйъ", "оуеиь")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of the index, the number of documents of each, and what quickly tells words apart.

    `plain` are the words with letters that stand for each other made one.
    """

    words: tuple[str, ...]
    plain: tuple[str, ...]
    documents: tuple[int, ...]
    tokens: frozenset[str]
    lengths: NDArray[np.int16]
    letters: NDArray[np.uint64]

    def closest(self, word: str) -> str:
        """The word that is meant by a misspelled one in small letters; an empty string when none is near.

        Among equally near ones the one in most documents wins.
        """
        if len(word) < MIN_LETTERS or not self.words:
            return ""
        most = 2 if len(word) >= LETTERS_FOR_TWO else 1
        wanted = word.translate(_ALIKE)
        near = np.abs(self.lengths - len(word)) <= most
        near &= np.bitwise_count(self.letters ^ np.uint64(_letters(wanted))) <= 2 * most
        best: tuple[int, int, str] = (most + 1, 0, "")
        for place in np.flatnonzero(near):
            away = distance(wanted, self.plain[place], most)
            if away <= most:
                best = min(best, (away, -self.documents[place], self.words[place]))
        return best[2]


@remembered
def vocabulary() -> Vocabulary:
    """The vocabulary as of now."""
    rows = list(Word.objects.values_list("word", "documents", "token"))
    plain = tuple(row[0].translate(_ALIKE) for row in rows)
    return Vocabulary(
        words=tuple(row[0] for row in rows),
        plain=plain,
        documents=tuple(row[1] for row in rows),
        tokens=frozenset(row[2] for row in rows),
        lengths=np.array([len(word) for word in plain], dtype=np.int16),
        letters=np.array([_letters(word) for word in plain], dtype=np.uint64),
    )


def corrected(text: str) -> str:
    """The text with its misspelled words put right; an empty string when there is nothing to put right."""
    known = vocabulary()
    plain = normalised(text)
    pieces: list[str] = []
    end = 0
    for word in words(plain):
        small = folded(word.text)
        if word.is_han or any(token(word.text, language) in known.tokens for language in readings(word.text)):
            continue
        meant = known.closest(small)
        if meant and meant != small:
            pieces += [plain[end : word.start], meant]
            end = word.end
    return "".join([*pieces, plain[end:]]) if pieces else ""


def distance(one: str, other: str, most: int) -> int:
    """The number of slips by which words differ, at most `most` + 1.

    >>> distance("leapord", "leopard", 2), distance("тигрр", "тигр", 1), distance("nest", "forest", 1)
    (1, 1, 2)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    if _has_two_exchanged(one, other):
        return 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, against in enumerate(other, start=1):
            cost = min(line[-1] + 1, last[column] + 1, last[column - 1] + (letter != against))
            is_exchanged = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against
            if is_exchanged:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return min(last[-1], most + 1)


def _has_two_exchanged(one: str, other: str) -> bool:
    """Whether words differ in nothing but two letters that stand in each other's place."""
    if len(one) != len(other):
        return False
    wrong = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(wrong) == 2 and wrong[0] == wrong[1][::-1]


def _letters(word: str) -> int:
    """Which letters a word has, one bit for each (several letters share a bit)."""
    found = 0
    for letter in word:
        found |= 1 << (ord(letter) % _BITS)
    return found
