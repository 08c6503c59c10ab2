"""A title or a piece of a text with what was found in it marked. Called by `queries` for one page of hits."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from amur.portal.languages.codes import Language
from amur.portal.search.analysing import COMMON, token, words
from amur.portal.search.asking import Phrase

LENGTH: Final = 240
SEARCHED: Final = 20_000  # characters of a text in which a piece is looked for

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark: tokens, beginnings of tokens, runs of Chinese characters."""

    tokens: frozenset[str]
    beginnings: tuple[str, ...]
    runs: re.Pattern[str] | None

    def spans(self, text: str, language: Language) -> list[Span]:
        """Where a text has something to mark, in its order."""
        found: list[Span] = []
        for word in words(text):
            if word.is_han:
                found += self._in_run(word.text, word.start)
                continue
            stem = token(word.text, language)
            if stem in self.tokens or (self.beginnings and stem.startswith(self.beginnings)):
                found.append((word.start, word.end))
        return found

    def _in_run(self, run: str, start: int) -> Iterator[Span]:
        if self.runs is not None:
            for one in self.runs.finditer(run):
                yield start + one.start(), start + one.end()


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
    longest_first = sorted(runs, key=len, reverse=True)
    return Marks(
        tokens=frozenset(tokens - COMMON),
        beginnings=tuple(sorted(beginnings)),
        runs=re.compile("|".join(map(re.escape, longest_first))) if runs else None,
    )


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
    return format_html("{}{}{}", "… " if start else "", body, " …" if end < len(text) else "")


def _best_start(text: str, spans: list[Span]) -> int:
    if not spans or len(text) <= LENGTH:
        return 0
    best, most = spans[0][0], 0
    for start, _end in spans:
        inside = {
            text[one:other].lower()
            for one, other in spans
            if start <= one and other <= start + LENGTH * 3 // 4
        }
        if len(inside) > most:
            best, most = start, len(inside)
    wanted = max(0, best - LENGTH // 4)
    if wanted == 0:
        return 0
    space = text.find(" ", wanted, best)
    return space + 1 if space >= 0 else wanted


def _marked(text: str, spans: list[Span]) -> SafeString:
    pieces: list[tuple[str, SafeString]] = []
    end = 0
    for start, stop in spans:
        pieces.append((text[end:start], format_html("<mark>{}</mark>", text[start:stop])))
        end = stop
    return format_html("{}{}", format_html_join("", "{}{}", pieces), text[end:])


def _is_han(text: str) -> bool:
    return next((word.is_han for word in words(text)), False)


def _run_of(tokens: tuple[str, ...]) -> str:
    """The characters that a phrase of Chinese tokens stands for."""
    pairs = [one for one in tokens if len(one) > 1]
    return pairs[0] + "".join(one[1:] for one in pairs[1:]) if pairs else tokens[0]
