"""A title or a piece of a text with what was found in it marked. Called by `queries` for one page of hits."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import Final

from django.utils.safestring import SafeString

from amur.portal.languages.codes import Language
from amur.portal.search.analysing import COMMON, token, words
from amur.portal.search.asking import Phrase

LENGTH: Final = 240
MOST_SPANS: Final = 60  # found words of a text among which the best piece is looked for
SEARCHED: Final = 20_000  # characters of a text in which a piece is looked for

# Letters that are folded into one in tokens.
_VARIANTS: Final = {
    "е": "[её]",
    "a": "[aàáâãäåāæ]",
    "c": "[cçćč]",
    "e": "[eèéêëēě]",
    "i": "[iìíîïīı]",
    "n": "[nñń]",
    "o": "[oòóôõöøōœ]",
    "s": "[sśšşß]",
    "u": "[uùúûüū]",
    "y": "[yýÿ]",
    "z": "[zźžż]",
}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark: tokens, beginnings of tokens, runs of Chinese characters.

    `candidates` finds what begins like one of them, so that few words of a text need analysing.
    """

    tokens: frozenset[str]
    beginnings: tuple[str, ...]
    runs: frozenset[str]
    candidates: re.Pattern[str] | None

    def spans(self, text: str, language: Language) -> list[Span]:
        """Where a text has something to mark, in its order; the first `MOST_SPANS` places."""
        if self.candidates is None:
            return []
        meant = (one.span() for one in self.candidates.finditer(text) if self._is_meant(one[0], language))
        return list(islice(meant, MOST_SPANS))

    def _is_meant(self, word: str, language: Language) -> bool:
        if word in self.runs:
            return True
        stem = token(word, language)
        return stem in self.tokens or bool(self.beginnings and stem.startswith(self.beginnings))


def marks(phrases: Iterable[Phrase]) -> Marks:
    """What to mark for the phrases of a question."""
    tokens: set[str] = set()
    beginnings: set[str] = set()
    runs: set[str] = set()
    for phrase in phrases:
        if _is_han(phrase.tokens[0]):
            runs.add(_run_of(phrase.tokens))
        elif phrase.is_beginning:
            beginnings.update(phrase.tokens)
        else:
            tokens.update(phrase.tokens)
    tokens -= COMMON
    return Marks(
        tokens=frozenset(tokens),
        beginnings=tuple(sorted(beginnings)),
        runs=frozenset(runs),
        candidates=_candidates({*tokens, *beginnings}, runs),
    )


def _candidates(stems: Iterable[str], runs: Iterable[str]) -> re.Pattern[str] | None:
    """Words that begin with the first letters of a stem (later ones may differ from the word's), and runs."""
    starts = sorted(
        {"".join(_VARIANTS.get(letter, re.escape(letter)) for letter in one[:2]) for one in stems}
    )
    parts = [re.escape(run) for run in sorted(runs, key=lambda one: (-len(one), one))]
    if starts:
        parts.append(rf"(?<![^\W_])(?:{'|'.join(starts)})[^\W_]*")
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def marked(text: str, found: Marks, language: Language) -> SafeString:
    """The whole text with marks."""
    return _marked(text, found.spans(text, language))


def piece(text: str, found: Marks, language: Language) -> SafeString:
    """The piece of a text that has most of what was found; its beginning when there is nothing in it."""
    text = " ".join(text[:SEARCHED].split())
    spans = found.spans(text, language)
    start = _best_start(text, spans)
    end = min(len(text), start + LENGTH)
    if end < len(text):
        space = text.rfind(" ", start + LENGTH // 2, end)
        end = space if space > 0 else end
    inside = [(one - start, other - start) for one, other in spans if one >= start and other <= end]
    body = _marked(text[start:end], inside)
    return SafeString(("… " if start else "") + body + (" …" if end < len(text) else ""))


def _best_start(text: str, spans: list[Span]) -> int:
    if not spans or len(text) <= LENGTH:
        return 0
    best, most = spans[0][0], 0
    said = [text[one:other].lower() for one, other in spans]
    inside: Counter[str] = Counter()  # the words found in the first three quarters of a piece from `start`
    after = 0
    for place, (start, _end) in enumerate(spans):
        while after < len(spans) and spans[after][0] <= start + LENGTH * 3 // 4:
            inside[said[after]] += 1
            after += 1
        if len(inside) > most:
            best, most = start, len(inside)
        inside[said[place]] -= 1
        if not inside[said[place]]:
            del inside[said[place]]
    wanted = max(0, best - LENGTH // 4)
    if wanted == 0:
        return 0
    space = text.find(" ", wanted, best)
    return space + 1 if space >= 0 else wanted


def _marked(text: str, spans: list[Span]) -> SafeString:
    pieces: list[str] = []
    end = 0
    for start, stop in spans:
        pieces += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    return SafeString("".join([*pieces, escape(text[end:])]))  # every piece of it is escaped


def _is_han(text: str) -> bool:
    return next((word.is_han for word in words(text)), False)


def _run_of(tokens: tuple[str, ...]) -> str:
    """The characters that a phrase of Chinese tokens stands for."""
    pairs = [one for one in tokens if len(one) > 1]
    return pairs[0] + "".join(one[1:] for one in pairs[1:]) if pairs else tokens[0]
