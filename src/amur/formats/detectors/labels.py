"""Says what a crop shows as finely as is sure, and as it lives here.

Method (that of SpeciesNet): a species that does not live in the region is said at the nearest rank that does;
then, where no label alone is sure enough, the scores of the labels of one genus, family, order or class are
added up, and the finest rank that is sure enough is the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from amur.formats.cameratraps.detectors import Label
from amur.formats.detectors.amur_species import SPECIES

RANKS: Final = ("class", "order", "family", "genus", "species")
_NO_ANIMALS: Final = {"blank": "blank", "human": "human", "vehicle": "vehicle"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name at a rank; or "" for both, where `kind` is all that is known: animal, human, vehicle, blank."""

    name: str
    rank: str
    probability: float
    kind: str = "animal"


@dataclass(frozen=True, slots=True)
class _Taxon:
    """Class, order, family, genus and species epithet; "" from the rank on that is not told."""

    parts: tuple[str, ...]
    kind: str = "animal"


def roll_up(
    labels: Sequence[Label], threshold: float = 0.65, region: Mapping[str, frozenset[str]] = SPECIES
) -> Name:
    """The finest name that the labels of one crop support with at least `threshold`.

    A label is SpeciesNet's `uuid;class;order;family;genus;species;common name` or a scientific name alone.
    `region` has the species of the region by family, in lower case.

    >>> tiger = "1;mammalia;carnivora;felidae;panthera;tigris;tiger"
    >>> leopard = "2;mammalia;carnivora;felidae;panthera;pardus;leopard"
    >>> roll_up([(tiger, 0.9), (leopard, 0.1)])
    Name(name='Panthera tigris', rank='species', probability=0.9, kind='animal')
    >>> roll_up([(tiger, 0.5), (leopard, 0.4)]).name
    'Panthera'
    >>> roll_up([("3;mammalia;carnivora;felidae;panthera;leo;lion", 0.95)]).name
    'Panthera'
    """
    read = [(_here(_taxon(label), region), score) for label, score in labels]
    for kind in ("human", "vehicle", "blank"):
        score = sum(score for taxon, score in read if taxon.kind == kind)
        if score >= threshold:
            return Name("", "", min(score, 1.0), kind)
    animals = [(taxon.parts, score) for taxon, score in read if taxon.kind == "animal"]
    for depth in range(len(RANKS), 0, -1):
        sums: dict[tuple[str, ...], float] = defaultdict(float)
        for parts, score in animals:
            if parts[depth - 1]:
                sums[parts[:depth]] += score
        if sums:
            best = max(sums, key=lambda parts: sums[parts])
            if sums[best] >= threshold:
                return Name(_written(best), RANKS[depth - 1], min(sums[best], 1.0))
    return Name("", "", min(sum(score for _parts, score in animals), 1.0))


def _taxon(label: str) -> _Taxon:
    parts = [part.strip().lower() for part in label.split(";")]
    if len(parts) != 7:
        word = label.strip().lower()
        if word in _NO_ANIMALS:
            return _Taxon(("",) * 5, word)
        genus, _space, species = word.partition(" ")
        # A name of one word may be of any rank; as a genus it stays what it is.
        return _Taxon(("", "", "", genus, species))
    if parts[6] in _NO_ANIMALS and not any(parts[1:5]):
        return _Taxon(("",) * 5, parts[6])
    if parts[4] == "homo":
        return _Taxon(("",) * 5, "human")
    return _Taxon(tuple(parts[1:6]))


def _here(taxon: _Taxon, region: Mapping[str, frozenset[str]]) -> _Taxon:
    """The taxon as far as it lives in the region; what is told no finer than the family stays as it is."""
    first, order, family, genus, species = taxon.parts
    if not genus or taxon.kind != "animal":
        return taxon
    here = region.get(family, frozenset()) if family else frozenset().union(*region.values())
    if species and f"{genus} {species.split(' ')[0]}" in here:
        return taxon
    if any(one.startswith(f"{genus} ") for one in here):
        return _Taxon((first, order, family, genus, ""))
    if here and family:
        return _Taxon((first, order, family, "", ""))
    return _Taxon((first, "", "", "", ""))


def _written(parts: tuple[str, ...]) -> str:
    return f"{parts[3].capitalize()} {parts[4]}" if len(parts) == len(RANKS) else parts[-1].capitalize()
