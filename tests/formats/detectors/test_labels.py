"""Labels become names that are sure enough and live here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.formats.detectors import roll_up
from amur.formats.detectors.amur_species import SPECIES

TIGER = "1;mammalia;carnivora;felidae;panthera;tigris;tiger"
LEOPARD = "2;mammalia;carnivora;felidae;panthera;pardus;leopard"
LYNX = "3;mammalia;carnivora;felidae;lynx;lynx;eurasian lynx"
BEAR = "4;mammalia;carnivora;ursidae;ursus;arctos;brown bear"
LION = "5;mammalia;carnivora;felidae;panthera;leo;lion"
ELEPHANT = "6;mammalia;proboscidea;elephantidae;loxodonta;africana;african elephant"
BOBCAT = "7;mammalia;carnivora;felidae;leopardus;wiedii;margay"
BLANK = "f1;;;;;;blank"
HUMAN = "f2;mammalia;primates;hominidae;homo;sapiens;human"
VEHICLE = "f3;;;;;;vehicle"
ANIMAL = "f4;;;;;;animal"


@pytest.mark.parametrize(
    ("labels", "name", "rank", "kind"),
    [
        ([(TIGER, 0.8)], "Panthera tigris", "species", "animal"),
        ([(TIGER, 0.4), (LEOPARD, 0.4)], "Panthera", "genus", "animal"),
        ([(TIGER, 0.4), (LYNX, 0.4)], "Felidae", "family", "animal"),
        ([(TIGER, 0.4), (BEAR, 0.4)], "Carnivora", "order", "animal"),
        ([(TIGER, 0.4)], "", "", "animal"),
        ([(LION, 0.9)], "Panthera", "genus", "animal"),
        ([(LION, 0.3), (TIGER, 0.5)], "Panthera", "genus", "animal"),
        ([(BOBCAT, 0.9)], "Felidae", "family", "animal"),
        ([(ELEPHANT, 0.9)], "Mammalia", "class", "animal"),
        ([(BLANK, 0.9)], "", "", "blank"),
        ([(HUMAN, 0.9)], "", "", "human"),
        ([(VEHICLE, 0.9)], "", "", "vehicle"),
        ([(ANIMAL, 0.9)], "", "", "animal"),
        ([("Panthera tigris", 0.9)], "Panthera tigris", "species", "animal"),
        ([("Panthera leo", 0.9)], "Panthera", "genus", "animal"),
        ([("Loxodonta africana", 0.9)], "", "", "animal"),
        ([("blank", 0.9)], "", "", "blank"),
        ([], "", "", "animal"),
    ],
)
def test_a_name_is_as_fine_as_it_is_sure_and_local(
    labels: list[tuple[str, float]], name: str, rank: str, kind: str
) -> None:
    found = roll_up(labels)
    assert (found.name, found.rank, found.kind) == (name, rank, kind)


labels = st.lists(
    st.tuples(st.sampled_from([TIGER, LEOPARD, LYNX, BEAR, LION, ELEPHANT, BLANK]), st.floats(0, 0.2))
)


@given(labels, st.floats(0.05, 0.95))
def test_a_told_name_is_at_least_as_sure_as_asked(
    given_labels: list[tuple[str, float]], threshold: float
) -> None:
    found = roll_up(given_labels, threshold)
    assert found.probability >= threshold or not found.rank
    assert 0 <= found.probability <= 1


@given(labels)
def test_no_species_is_told_that_does_not_live_here(given_labels: list[tuple[str, float]]) -> None:
    found = roll_up(given_labels, 0.05)
    if found.rank == "species":
        assert found.name.lower() in frozenset().union(*SPECIES.values())


def test_the_list_of_the_region_has_names_of_two_words_in_families() -> None:
    assert len(SPECIES) > 30
    for family, names in SPECIES.items():
        assert family.endswith("idae")
        assert all(len(name.split(" ")) == 2 for name in names)
    assert "panthera pardus" in SPECIES["felidae"]
