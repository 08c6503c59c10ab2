"""Agreements between offices: a missing term means no, the strictest counts, the newest version counts."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from disclosure_cast import LONG_AGO, NAIVE, NEIGHBOUR, NOW, agreement, seen, tiger

from amur.disclosure import Agreement, Audience, Level, TimeLevel


def level(*agreements: Agreement, **changes: object) -> Level | None:
    released = seen(tiger(**changes), NEIGHBOUR, "research", agreements=agreements)
    return None if released.withheld else released.level


def test_the_agreement_of_the_cast_covers_the_tiger_exactly() -> None:
    assert level(agreement()) is Level.EXACT


@pytest.mark.parametrize(
    "term",
    [
        "receivers",
        "kinds",
        "taxa",
        "event_kinds",
        "zones",
        "level",
        "time_level",
        "min_age_months",
        "purposes",
        "valid_from",
        "valid_until",
    ],
)
def test_a_missing_term_means_no(term: str) -> None:
    default = next(field.default for field in fields(Agreement) if field.name == term)
    assert default is not MISSING
    assert level(replace(agreement(), **{term: default})) is None


def test_fields_that_were_not_agreed_stay_at_home() -> None:
    released = seen(tiger(), NEIGHBOUR, "research", agreements=(agreement(fields=frozenset()),))
    assert not released.withheld and released.fields == {}
    released = seen(tiger(), NEIGHBOUR, "research", agreements=(agreement(),))
    assert set(released.fields) == {"scientific_name", "individual_count", "station_code"}


@pytest.mark.parametrize(
    "change",
    [
        {"giver": "dadal"},
        {"receivers": frozenset({"dadal"})},
        {"kinds": frozenset({"nest"})},
        {"taxa": frozenset({"Panthera pardus"})},
        {"taxa": frozenset({"Panthera tigris sumatrae"})},
        {"event_kinds": frozenset({"sighting"})},
        {"zones": frozenset({"border-strip"})},
        {"purposes": frozenset({"law-enforcement"})},
        {"purposes": frozenset({"Research"})},
        {"min_age_months": 36},
        {"valid_from": NOW + timedelta(seconds=1)},
        {"valid_until": NOW},
        {"revoked_at": NOW},
        {"level": Level.WITHHELD, "time_level": TimeLevel.WITHHELD, "receivers": frozenset()},
    ],
    ids=str,
)
def test_an_agreement_about_something_else_gives_nothing(change: dict[str, object]) -> None:
    assert level(agreement(**change)) is None


@pytest.mark.parametrize("taxa", [{"Panthera"}, {"Felis tigris"}, {"Panthera tigris altaica"}])
def test_a_term_covers_synonyms_and_what_lies_below(taxa: set[str]) -> None:
    assert level(agreement(taxa=frozenset(taxa))) is Level.EXACT


@pytest.mark.parametrize("name", ["Panthera sp.", "Felidae", "Panthera tigris × Panthera pardus", "cat sp."])
def test_a_term_for_one_species_does_not_cover_what_may_be_another(name: str) -> None:
    assert level(agreement(), taxon=name) is None


def test_every_name_that_the_record_ever_had_must_be_covered() -> None:
    assert level(agreement(), past_taxa=("Panthera pardus",)) is None
    both = agreement(taxa=frozenset({"Panthera tigris", "Panthera pardus"}))
    assert level(both, past_taxa=("Panthera pardus",)) is Level.EXACT


def test_the_strictest_of_several_agreements_counts_in_any_order() -> None:
    three = (
        agreement(id="a"),
        agreement(id="b", level=Level.TENTH, fields=frozenset({"scientific_name"})),
        agreement(id="c", time_level=TimeLevel.YEAR),
    )
    for order in permutations(three):
        released = seen(tiger(), NEIGHBOUR, "research", agreements=order)
        assert released.level is Level.TENTH
        assert released.time == "2024"
        assert set(released.fields) == {"scientific_name"}


def test_only_the_newest_version_counts_even_when_it_is_revoked() -> None:
    old, new = agreement(version=1), agreement(version=2, level=Level.TENTH)
    assert level(old, new) is Level.TENTH and level(new, old) is Level.TENTH
    assert level(old, replace(new, revoked_at=NOW - timedelta(days=1))) is None
    assert level(old, replace(new, valid_until=LONG_AGO)) is None


def test_another_offices_agreement_of_the_same_name_replaces_nothing() -> None:
    foreign = agreement(giver="dadal", version=9, revoked_at=LONG_AGO)
    assert level(agreement(), foreign) is Level.EXACT


def test_an_agreement_opens_only_its_own_direction() -> None:
    back = seen(
        tiger(owner="changchun"), Audience.member("vladivostok"), "research", agreements=(agreement(),)
    )
    assert back.withheld


def test_a_kind_that_stays_in_the_house_cannot_be_agreed_away() -> None:
    terms = agreement(kinds=frozenset({"informant-report"}))
    assert level(terms, kind="informant-report") is None


def test_the_minimum_age_runs_by_the_given_clock() -> None:
    terms = agreement(min_age_months=3)
    young = tiger(time=NOW - timedelta(days=60))
    assert seen(young, NEIGHBOUR, "research", agreements=(terms,)).withheld
    assert not seen(young, NEIGHBOUR, "research", NOW + timedelta(days=40), (terms,)).withheld
    today = agreement(min_age_months=0)
    assert not seen(young, NEIGHBOUR, "research", agreements=(today,)).withheld


def test_passing_on_needs_a_word_and_the_agreement_in_force() -> None:
    assert not agreement().may_pass_on(NOW)
    assert agreement(onward=True).may_pass_on(NOW)
    assert not agreement(onward=True, revoked_at=LONG_AGO).may_pass_on(NOW)


def test_media_leave_only_when_agreed() -> None:
    terms = agreement(fields=frozenset({"media"}))
    record = tiger(fields={"media": "9c2f"})
    assert "9c2f" not in repr(seen(record, NEIGHBOUR, "research", agreements=(terms,)))
    opened = seen(record, NEIGHBOUR, "research", agreements=(replace(terms, media=True),))
    assert opened.fields["media"] == "9c2f"


def test_a_purpose_caps_what_an_agreement_gives() -> None:
    terms = agreement(purposes=frozenset({"identification"}))
    released = seen(tiger(), NEIGHBOUR, "identification", agreements=(terms,))
    assert released.level is Level.TENTH and released.time == "2024-05"


def test_naive_dates_are_refused() -> None:
    for name in ("valid_from", "valid_until", "revoked_at"):
        with pytest.raises(ValueError, match="time zone"):
            agreement(**{name: NAIVE})
    assert agreement(valid_until=None).in_force(datetime(2026, 1, 1, tzinfo=UTC)) is False


def test_a_record_about_a_person_needs_an_agreement_about_people() -> None:
    assert level(agreement(), personal=True) is None
    assert level(agreement(personal=True), personal=True) is Level.EXACT
