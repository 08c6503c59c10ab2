"""Scientific names as the gate reads them: synonyms, subspecies, genus-level names and hybrids inherit.

Called by the rules (which taxon rows apply to a record) and by agreements (does a term cover a record).
A name is turned into a path such as ("panthera", "tigris", "altaica"). Two paths are related when one
begins the other: a subspecies inherits from its species, and "Panthera sp." from every Panthera.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

Path = tuple[str, ...]

# After one of these the name says no more for certain, so it is cut there and inherits from all below.
_DOUBT = {"cf", "aff", "sp", "spp", "ssp", "subsp", "indet", "nr", "gr", "agg", "complex", "group"}
_RANK_MARKS = {"var", "f", "forma", "morph", "race"}
_BETWEEN = re.compile(r"\s+x\s+|\s*[×✕/|]\s*|\s+(?:or|vel|или)\s+|或", re.IGNORECASE)
_PARENTHESES = re.compile(r"[(\[（].*?[)\]）]")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]")
_EPITHET = re.compile(r"[a-zà-ÿ]+(?:-[a-zà-ÿ]+)*")


def folded(name: str) -> str:
    """A name without differences of case, width, accents' encoding and spacing."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def path_of(name: str) -> Path:
    """The path of one name without its author; empty when the text is no name.

    >>> path_of("Panthera pardus orientalis (Schlegel, 1857)"), path_of("Panthera cf. tigris")
    (('panthera', 'pardus', 'orientalis'), ('panthera',))
    """
    words = _PARENTHESES.sub(" ", unicodedata.normalize("NFKC", name)).split()
    path: list[str] = []
    if not words or not _LATIN.match(words[0]):
        return ()
    for word in words:
        plain = word.casefold().rstrip(".")
        if plain in _DOUBT or "?" in plain:
            break
        if plain in _RANK_MARKS:
            continue
        if path and not _EPITHET.fullmatch(word):
            break  # an author or a year
        path.append(plain.rstrip(",;"))
    return tuple(path)


def parents_of(name: str) -> tuple[str, ...]:
    """The names that make up a name: one, each parent of a hybrid, or each choice of an either-or.

    >>> parents_of("Huso dauricus × Acipenser schrenckii")
    ('Huso dauricus', 'Acipenser schrenckii')
    """
    parts = tuple(part.strip() for part in _BETWEEN.split(name))
    return parts if len(parts) > 1 else (name,)


def related(one: Path, other: Path) -> bool:
    """Whether one path begins the other."""
    length = min(len(one), len(other))
    return length > 0 and one[:length] == other[:length]


def covers(terms: Iterable[Path], path: Path) -> bool:
    """Whether the path is one of the terms or lies below one; a genus is not covered by its species."""
    return any(term and path[: len(term)] == term for term in terms)
