"""The glossary at work: which terms a source text uses, and how a translation deviates from them.

Words are compared by stem: Snowball for English and Russian, the beginning of the word for Mongolian, which
has no Snowball stemmer, and the bare characters for Chinese, which does not inflect.
Called by the editor.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import snowballstemmer

from amur.portal.languages.codes import HTML_TAGS, Language
from amur.portal.translations.models import Term

WORD: Final = re.compile(r"[\w’'-]+")
STEMMERS: Final = {"en": "english", "ru": "russian"}
# Mongolian suffixes are long and vowels drop out before them: what is left of the word's end is not compared.
SHORTEST_STEM: Final = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that a source text uses: how it is to be translated, and what is wrong with the translation."""

    term: Term
    source: str
    wanted: str
    tag: str
    forbidden: tuple[str, ...] = ()
    missing: bool = False

    @property
    def deviates(self) -> bool:
        return self.missing or bool(self.forbidden)


def terms() -> list[Term]:
    """All terms."""
    return list(Term.objects.all())


def stems(text: str, language: Language) -> tuple[str, ...]:
    """The words of a text in the form in which they are compared.

    >>> stems("Amur tigers", "en") == stems("the Amur tiger", "en")[1:]
    True
    """
    words = [one.strip("’'-") for one in WORD.findall(text.casefold().replace("ё", "е"))]
    words = [one for one in words if one]
    if language in STEMMERS:
        return tuple(_stemmer(language).stemWords(words))
    return tuple(words)


def contains(text: str, term: str, language: Language, known: Sequence[str] | None = None) -> bool:
    """Whether a text uses a term, in any of its forms.

    >>> contains("на территории заповедников", "заповедник", "ru")
    True
    >>> contains("东北虎豹国家公园", "国家公园", "zh-hans")
    True
    >>> contains("тусгай хамгаалалттай газрын", "тусгай хамгаалалттай газар", "mn")
    True
    """
    if not term.strip():
        return False
    if language == "zh-hans":
        return term.casefold() in text.casefold()
    there = stems(text, language) if known is None else known
    wanted = stems(term, language)
    same = _same_beginning if language == "mn" else _same
    width = len(wanted)
    return bool(wanted) and any(
        all(same(there[at + offset], wanted[offset]) for offset in range(width))
        for at in range(len(there) - width + 1)
    )


def hits(
    source: str, source_language: Language, target: str, language: Language, among: Iterable[Term]
) -> list[Hit]:
    """The terms of a source text with what the translation makes of them, deviations first.

    A term inside a longer one that was found too (“park” in “national park”) is left out.
    """
    here = () if source_language == "zh-hans" else stems(source, source_language)
    there = () if language == "zh-hans" else stems(target, language)
    found = []
    for term in among:
        name = term.names.texts.get(source_language)
        wanted = term.names.texts.get(language)
        if name is None or not contains(source, name.text, source_language, here):
            continue
        forbidden = tuple(
            one
            for one in term.variants(language)
            if contains(target, one, language, there)
            and not (wanted is not None and _covers(wanted.text, one, language, target))
        )
        missing = bool(target.strip()) and wanted is not None
        missing = missing and wanted is not None and not contains(target, wanted.text, language, there)
        found.append(
            Hit(term, name.text, wanted.text if wanted else "", HTML_TAGS[language], forbidden, missing)
        )
    whole = [one for one in found if not any(_inside(one, other, source_language) for other in found)]
    return sorted(whole, key=lambda one: (not one.deviates, one.source))


def _covers(wanted: str, variant: str, language: Language, target: str) -> bool:
    """Whether a forbidden variant is only seen because it is part of the right term itself."""
    return contains(wanted, variant, language) and contains(target, wanted, language)


def _inside(one: Hit, other: Hit, language: Language) -> bool:
    return (
        one is not other
        and len(one.source) < len(other.source)
        and contains(other.source, one.source, language)
    )


def _same(word: str, wanted: str) -> bool:
    return word == wanted


def _same_beginning(word: str, wanted: str) -> bool:
    # A dropped vowel (газар, газрын) shortens the stem by one more letter.
    kept = max(SHORTEST_STEM, len(wanted) - 2)
    return word[:kept] == wanted[:kept] and len(word) <= len(wanted) + 6


@cache
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(STEMMERS[language])
