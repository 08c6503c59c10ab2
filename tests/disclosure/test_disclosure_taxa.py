"""Names of taxa: property 13 (renamed, synonym, hybrid, genus-level and "cat sp." inherit)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from amur.disclosure import DEFAULT, Category
from amur.disclosure.rules import TaxonRule, Validity
from amur.disclosure.taxa import parents_of, path_of

DAY = date(2026, 6, 1)


def category(name: str) -> Category:
    return DEFAULT.taxon_category(name, DAY)


@pytest.mark.parametrize(
    "name",
    [
        "Panthera tigris",
        "panthera tigris",
        "PANTHERA TIGRIS",
        "  Panthera   tigris ",
        "Ｐａｎｔｈｅｒａ tigris",
        "Panthera tigris altaica",
        "Panthera tigris altaica (Temminck, 1844)",
        "Panthera tigris (Linnaeus, 1758)",
        "Panthera tigris Linnaeus, 1758",
        "Felis tigris",
        "Panthera tigris virgata",
        "Panthera tigris ssp. altaica",
        "Panthera",
        "Panthera sp.",
        "Panthera spp.",
        "Panthera sp",
        "Panthera cf tigris",
        "Panthera cf. tigris",
        "Panthera tigris?",
        "Panthera aff. pardus",
        "Panthera pardus × Panthera tigris",
        "Panthera tigris x Lynx lynx",
        "Lynx lynx / Panthera pardus",
        "Lynx lynx or Panthera pardus",
        "Felidae",
        "Felidae sp.",
        "cat sp.",
        "cat",
        "Carnivora",
        "Mammalia",
        "кошачьи",
        "амурский тигр",
        "Амурский  ТИГР",
        "东北虎",
        "Амарын бар",
        "猫科",
        "Moschus",
        "Ursus sp.",
        "Acipenseridae",
        "осётр",
        "Huso dauricus × Acipenser schrenckii",
        "Acipenser dauricus",
        "Grus leucogeranus",
        "Grus",
    ],
)
def test_every_way_to_say_it_inherits_the_strict_category(name: str) -> None:
    assert category(name) is Category.HIGH


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sus scrofa", Category.LOW),
        ("Sus scrofa ussuricus", Category.LOW),
        ("Grus vipio", Category.MEDIUM),
        ("Antigone vipio", Category.MEDIUM),
        ("Cervus elaphus xanthopygus", Category.MEDIUM),
        ("Falco sp.", Category.EXTREME),
        ("Falconidae", Category.EXTREME),
        ("Aves", Category.EXTREME),
        ("Sus scrofa × Capreolus pygargus", Category.LOW),
    ],
)
def test_other_taxa_have_their_own(name: str, expected: Category) -> None:
    assert category(name) is expected


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "sp.",
        "?",
        "Pantera tigris",
        "P. tigris",
        "Раnthera tigris",  # the first two letters are Cyrillic
        "Panthera tigris × Unknownia mirabilis",
        "Unknownia mirabilis",
        "амурский",
        "Homo sapiens",
        "tigris",
        "× Panthera",
    ],
)
def test_a_name_that_no_row_knows_is_unknown(name: str) -> None:
    assert category(name) is Category.UNKNOWN


def test_species_of_the_programme_all_have_a_category() -> None:
    for name in (
        "Panthera tigris altaica",
        "Panthera pardus orientalis",
        "Ciconia boyciana",
        "Procapra gutturosa",
        "Antigone vipio",
        "Grus japonensis",
        "Huso dauricus",
        "Acipenser schrenckii",
        "Naemorhedus caudatus",
        "Pelodiscus maackii",
        "Hucho taimen",
        "Cervus nippon",
        "Cervus canadensis xanthopygus",
        "Sus scrofa",
        "Capreolus pygargus",
        "Marmota sibirica",
    ):
        assert category(name) is not Category.UNKNOWN, name


def test_a_stricter_row_above_or_below_always_counts() -> None:
    """An open genus cannot open a species, nor an open subspecies its species."""
    rows = (
        TaxonRule(("Genus",), Category.OPEN),
        TaxonRule(("Genus species",), Category.MEDIUM),
        TaxonRule(("Genus species parva",), Category.EXTREME),
    )
    for order in (rows, rows[::-1]):
        rules = replace(DEFAULT, taxa=order)
        assert rules.taxon_category("Genus alia", DAY) is Category.OPEN
        assert rules.taxon_category("Genus species", DAY) is Category.EXTREME
        assert rules.taxon_category("Genus species magna", DAY) is Category.MEDIUM
        assert rules.taxon_category("Genus", DAY) is Category.EXTREME


def test_an_expired_row_does_not_leave_the_field_to_a_looser_one() -> None:
    """Property 12 for taxa: the open genus must not take over on the day after."""
    over = TaxonRule(("Genus species",), Category.EXTREME, validity=Validity(last=date(2026, 5, 31)))
    rules = replace(DEFAULT, taxa=(TaxonRule(("Genus",), Category.OPEN), over))
    assert rules.taxon_category("Genus species", DAY) is Category.UNKNOWN
    renewed = replace(over, category=Category.MEDIUM, validity=Validity(first=DAY))
    rules = replace(rules, taxa=(*rules.taxa, renewed))
    assert rules.taxon_category("Genus species", DAY) is Category.MEDIUM
    assert rules.taxon_category("Genus species", date(2026, 5, 31)) is Category.EXTREME


def test_paths_and_parents() -> None:
    assert path_of("Panthera (Uncia) uncia var. minor L.") == ("panthera", "uncia", "minor")
    assert path_of("虎") == ()
    assert parents_of("Panthera tigris") == ("Panthera tigris",)
    assert parents_of("Xenus xerampelinus") == ("Xenus xerampelinus",)
