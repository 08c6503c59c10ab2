"""Unknown things, loosening and sides: properties 12, 14, 16 to 19."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date, timedelta

import pytest
from disclosure_cast import (
    APPROVAL,
    AUDITOR,
    CANARY_LATITUDE,
    CANARY_LONGITUDE,
    ID,
    NEIGHBOUR,
    NOW,
    OFFICE,
    OWNER,
    PROPERTY,
    PUBLIC,
    agreement,
    everything,
    seen,
    tiger,
)
from hypothesis import given
from hypothesis import strategies as st

from amur.disclosure import (
    DEFAULT,
    Approval,
    Audience,
    Category,
    Level,
    Place,
    Purpose,
    Record,
    Release,
    Side,
    TimeLevel,
)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "observations"},
        {"kind": ""},
        {"taxon": None},
        {"taxon": ""},
        {"taxon": "Pantera tigris"},
        {"taxon": "P. tigris"},
        {"taxon": "Homo sapiens"},
        {"past_taxa": ("something",)},
        {"zone": None},
        {"zone": "Landscape"},
        {"zone": "zone lookup failed"},
        {"event_kind": None},
        {"event_kind": "camera capture"},
        {"place": None},
        {"time": None},
        {"project_category": None},
        {"project_category": Category.UNKNOWN},
        {"published": False},
        {"personal": True},
        {"time": NOW + timedelta(days=1)},
        {"embargo_until": NOW + timedelta(seconds=1)},
    ],
    ids=str,
)
def test_whatever_is_unknown_missing_or_misspelt_is_withheld(change: dict[str, object]) -> None:
    """Properties 12 and 18: and the answer is the same in every case."""
    released = seen(tiger(**change))
    assert released.withheld
    reference = seen(tiger(event_kind="den"))
    assert replace(released, kind="") == replace(reference, kind="")


@pytest.mark.parametrize("purpose", ["Publication", "public", "", "curiosity", "research", "management"])
def test_the_public_gets_nothing_for_an_unknown_or_inner_purpose(purpose: str) -> None:
    """Property 12."""
    assert seen(tiger(), purpose=purpose).withheld
    area = Record("area", ID, OWNER, place=Place(134.8, 48.2), published=True)
    assert seen(area, purpose=purpose).withheld


@pytest.mark.parametrize(
    "audience",
    [
        Audience("Public"),
        Audience("everyone"),
        Audience("office"),
        Audience("office", ""),
        Audience("auditor"),
        Audience("public", "vladivostok"),
        Audience("admin", "vladivostok"),
    ],
    ids=str,
)
@pytest.mark.parametrize("purpose", list(Purpose))
def test_an_audience_that_makes_no_sense_gets_nothing(audience: Audience, purpose: Purpose) -> None:
    """Property 12."""
    assert seen(tiger(), audience, purpose, agreements=(agreement(),)).withheld


@pytest.mark.parametrize("table", ["kinds", "zones", "events"])
def test_an_expired_rule_is_no_rule(table: str) -> None:
    """Property 12: the day after its last day."""
    name = {"kinds": "observation", "zones": "landscape", "events": "camera-capture"}[table]
    row = getattr(DEFAULT, table)[name]
    ends = replace(row, validity=replace(row.validity, last=date(2026, 6, 1)))
    rules = replace(DEFAULT, **{table: {**getattr(DEFAULT, table), name: ends}})
    assert not seen(tiger(), rules=rules).withheld
    assert seen(tiger(), now=NOW + timedelta(days=1), rules=rules).withheld
    starts = replace(row, validity=replace(row.validity, first=date(2026, 6, 2)))
    rules = replace(DEFAULT, **{table: {**getattr(DEFAULT, table), name: starts}})
    assert seen(tiger(), rules=rules).withheld


def test_a_side_or_category_without_terms_gets_nothing() -> None:
    """Property 12."""
    terms = {key: value for key, value in DEFAULT.terms.items() if key != (Side.PUBLIC, Category.HIGH)}
    assert seen(tiger(), rules=replace(DEFAULT, terms=terms)).withheld


def test_no_table_can_open_what_is_unknown() -> None:
    """Property 12: not even one that was put together by hand."""
    opened = {**DEFAULT.terms, (Side.PUBLIC, Category.UNKNOWN): DEFAULT.terms[Side.PUBLIC, Category.OPEN]}
    assert seen(tiger(taxon="Pantera tigris"), rules=replace(DEFAULT, terms=opened)).withheld


def test_every_kind_withholds_a_record_of_which_nothing_is_known() -> None:
    """Property 12: only the kinds that are open by an explicit rule show anything."""
    shown = {
        name
        for name in DEFAULT.kinds
        if not seen(Record(name, ID, OWNER, place=Place(134.8, 48.2), published=True)).withheld
    }
    assert shown == {
        name for name, kind in DEFAULT.kinds.items() if kind.category is Category.OPEN and not kind.required
    }
    assert "animal" not in shown and "observation" not in shown


@given(st.permutations(["Panthera tigris", "Sus scrofa", "Capreolus pygargus"]))
@PROPERTY
def test_no_later_identification_loosens(names: list[str]) -> None:
    """Property 14: votes, corrections and withdrawn names; the strictest ever given counts."""
    tightest = Level.EXACT
    for known in range(1, 4):
        record = tiger(taxon=names[known - 1], past_taxa=tuple(names[: known - 1]), event_kind="sighting")
        record = replace(record, project_category=Category.OPEN)
        level = seen(record).level
        assert level <= tightest
        tightest = level
    assert tightest is Level.TENTH


def test_a_boar_on_the_tigers_project_is_as_coarse_as_the_tiger() -> None:
    """Properties 15 and 17."""
    boar = tiger(taxon="Sus scrofa", event_kind="sighting")
    assert seen(boar).level is seen(tiger()).level
    assert seen(boar).place == seen(tiger()).place
    alone = replace(boar, project_category=Category.OPEN)
    assert seen(alone).level is Level.HUNDREDTH


def release(level: Level, days_ago: int) -> Release:
    return Release(NOW - timedelta(days=days_ago), level, TimeLevel.MONTH)


def signed(by: tuple[str, ...], days_ago: int, level: Level = Level.EXACT) -> Approval:
    return replace(APPROVAL, signed_by=by, given=NOW - timedelta(days=days_ago), level=level)


def test_a_finer_release_than_an_earlier_one_needs_two_people_after_it() -> None:
    """Property 16."""
    at_degree = (release(Level.DEGREE, 30),)
    older = tiger(released=at_degree, approvals=(signed(("anna", "bato"), 40),))
    assert seen(older).level is Level.DEGREE
    newer = tiger(released=at_degree, approvals=(signed(("anna", "bato"), 10),))
    assert seen(newer).level is Level.TENTH
    one_person = tiger(released=at_degree, approvals=(signed(("anna", "Anna "), 10),))
    assert seen(one_person).level is Level.DEGREE
    other_office = tiger(released=at_degree, approvals=(replace(APPROVAL, office="dadal"),))
    assert seen(other_office).level is Level.DEGREE


def test_so_it_does_where_the_category_itself_asks_for_no_signature() -> None:
    """Property 16."""
    boar = tiger(taxon="Sus scrofa", event_kind="sighting", project_category=Category.OPEN)
    boar = replace(boar, released=(release(Level.DEGREE, 30),))
    assert seen(replace(boar, approvals=())).level is Level.DEGREE
    assert seen(replace(boar, approvals=(signed(("anna",), 10),))).level is Level.DEGREE
    assert seen(replace(boar, approvals=(signed(("anna", "bato"), 10),))).level is Level.HUNDREDTH
    half = signed(("anna", "bato"), 10, Level.HALF)
    assert seen(replace(boar, approvals=(half,))).level is Level.HALF


def test_what_one_side_was_shown_binds_that_side_only() -> None:
    """Property 16: a coarse package for one partner coarsens neither the public nor another partner."""
    to_partner = replace(release(Level.DEGREE, 30), side=Side.PARTNER, office="changchun")
    record = tiger(released=(to_partner,))
    assert seen(record).level is Level.TENTH
    assert seen(record, NEIGHBOUR, "research", agreements=(agreement(),)).level is Level.DEGREE
    elsewhere = replace(record, released=(replace(to_partner, office="dadal"),))
    assert seen(elsewhere, NEIGHBOUR, "research", agreements=(agreement(),)).level is Level.EXACT


def test_opening_closing_and_opening_again_never_gives_the_truth() -> None:
    """Property 19."""
    boar = tiger(taxon="Sus scrofa", event_kind="sighting", project_category=Category.OPEN, approvals=())
    area = Record("area", ID, OWNER, place=Place(CANARY_LONGITUDE, CANARY_LATITUDE), published=True)
    for record in (tiger(), boar, area):
        closed = replace(
            record, approvals=(), released=(release(Level.EXACT, 90), release(Level.WITHHELD, 60))
        )
        assert seen(closed).place is None
        cycled = replace(closed, released=(*closed.released, release(Level.EXACT, 30)))
        assert "8571" not in everything(seen(cycled))


def test_an_approval_gives_no_more_than_it_states_and_no_more_than_the_category() -> None:
    assert seen(tiger(approvals=(signed(("anna", "bato"), 9, Level.HALF),))).level is Level.HALF
    assert seen(tiger(approvals=(signed(("anna", "bato"), 9, Level.EXACT),))).level is Level.TENTH
    withdrawn = replace(APPROVAL, until=NOW)
    assert seen(tiger(approvals=(withdrawn,))).level is Level.DEGREE
    newest = (signed(("anna", "bato"), 9, Level.TENTH), signed(("anna", "bato"), 5, Level.DEGREE))
    assert seen(tiger(approvals=newest)).level is Level.DEGREE
    assert seen(tiger(approvals=newest[::-1])).level is Level.DEGREE


def test_the_owning_office_sees_its_record_whole() -> None:
    released = seen(tiger(event_kind="den", published=False), OFFICE, "management")
    assert released.level is Level.EXACT
    assert released.place is not None and released.place.longitude == CANARY_LONGITUDE
    assert released.time == "2024-05-03T04:05:06Z"
    assert released.fields["locality"] == "canaryridge"


def test_what_an_office_makes_for_publication_is_the_public_view() -> None:
    for audience in (OFFICE, NEIGHBOUR, AUDITOR):
        for purpose in (Purpose.PUBLICATION, Purpose.OPEN_DATA):
            assert seen(tiger(), audience, purpose) == seen(tiger(), PUBLIC, purpose)


def test_an_auditor_sees_the_records_of_one_office_coarsely() -> None:
    released = seen(tiger(), AUDITOR, Purpose.AUDIT)
    assert released.level is Level.TENTH and released.time == "2024-05-03"
    den = seen(tiger(event_kind="den"), AUDITOR, Purpose.AUDIT)
    assert den.place is None and not den.withheld and den.time == "2024-05"
    assert seen(tiger(), Audience.auditor("dadal"), Purpose.AUDIT).withheld


EVERYONE = (PUBLIC, NEIGHBOUR, AUDITOR, OFFICE, Audience.member("dadal"), Audience.auditor("dadal"))


@pytest.mark.parametrize("purpose", list(Purpose))
def test_no_one_but_the_office_and_its_partner_by_agreement_gets_an_exact_place(purpose: Purpose) -> None:
    """A table of all audiences and purposes for one tiger: who may see the canary."""
    allowed = {
        (NEIGHBOUR, Purpose.RESEARCH),
        *((OFFICE, inner) for inner in Purpose if inner not in (Purpose.PUBLICATION, Purpose.OPEN_DATA)),
    } - {(OFFICE, Purpose.IDENTIFICATION), (OFFICE, Purpose.REPORTING)}
    for audience in EVERYONE:
        said = everything(seen(tiger(), audience, purpose, agreements=(agreement(),)))
        assert ("8571234" in said) == ((audience, purpose) in allowed), audience


def test_a_view_keeps_no_way_back_to_the_record() -> None:
    """No raw value in repr, pickle, attributes or fields of a coarse view; changing the source is no use."""
    source = {"scientific_name": "Panthera tigris", "locality": "canaryridge"}
    released = seen(tiger(fields=source))
    raw = pickle.dumps(released)
    assert b"canary" not in raw and b"134.857" not in raw
    for value in (CANARY_LONGITUDE, CANARY_LATITUDE):
        assert pickle.dumps(value)[3:11] not in raw
    source["scientific_name"] = "changed"
    assert released.fields["scientific_name"] == "Panthera tigris"
