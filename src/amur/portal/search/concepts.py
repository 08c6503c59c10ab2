"""The concepts that a question may name in any language: released species and areas, and words of the field.

`terms.json` holds the words of the field and what species are commonly called. Called by `queries`.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from amur.portal.areas.queries import register, units
from amur.portal.languages.codes import LANGUAGES, Language, as_language
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.search.analysing import normalised, words
from amur.portal.search.lexicon import Concept, Lexicon, build
from amur.portal.species.queries import all_species

TERMS: Final = Path(__file__).with_name("terms.json")
#: A word in more names of areas than this says what they are, not which one: Reserve, заповедник.
MAX_SHARED: Final = 3
_WHAT_IT_IS: Final = re.compile(r"(?:国家级)?(?:湿地)?(?:自然保护区|国家公园|国家湿地公园)$")
_BRACKETS: Final = re.compile(r"\s*[(（][^)）]*[)）]")


@remembered
def lexicon() -> Lexicon:
    """The names as of now."""
    return build([*terms(), *_species(), *_areas([*register(), *units()])])


@cache
def terms() -> tuple[Concept, ...]:
    """The words of the field, which are the same in every centre."""
    rows: dict[str, dict[str, list[str]]] = json.loads(TERMS.read_text(encoding="utf-8"))
    return tuple(
        Concept(
            key, tuple((as_language(code), name) for code, names in by_language.items() for name in names)
        )
        for key, by_language in rows.items()
    )


def _species() -> Iterator[Concept]:
    """Species under their four names, the scientific one and further ones."""
    for row in all_species():
        further = (one.partition(" ") for one in row.fields.get("other_names") or ())
        yield Concept(
            f"species:{row.key}",
            (
                *_names(row),
                ("en", str(row.fields.get("scientific_name") or "")),
                *((as_language(code), name) for code, _space, name in further),
            ),
        )


def _areas(rows: Iterable[Released]) -> Iterator[Concept]:
    """Areas under their names, whole and without the words that say what they are."""
    found = list(rows)
    shared = {
        code: Counter(word for row in found for word in set(_plain_words(_name(row, code))))
        for code in LANGUAGES
    }
    for row in found:
        names: dict[tuple[Language, str], None] = {}
        for code, name in _names(row):
            names[code, name] = None
            own = [word for word in _plain_words(name) if shared[code][word] <= MAX_SHARED]
            if own and len("".join(own)) > 1:
                names[code, " ".join(own)] = None
        yield Concept(f"{row.kind}:{row.key}", tuple(names))


def _plain_words(name: str) -> list[str]:
    plain = _BRACKETS.sub("", normalised(name))
    return [_WHAT_IT_IS.sub("", word.text) for word in words(plain) if _WHAT_IT_IS.sub("", word.text)]


def _names(row: Released) -> list[tuple[Language, str]]:
    return [(code, one.text) for code, one in row.names.texts.items()]


def _name(row: Released, language: Language) -> str:
    found = row.names.texts.get(language)
    return found.text if found else ""
