"""Places as released and their Darwin Core terms: properties 1, 2, 5 to 10."""

from __future__ import annotations

import pickle
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal

import pytest
from disclosure_cast import (
    APPROVAL,
    AUDITOR,
    CANARY_LATITUDE,
    CANARY_LONGITUDE,
    CANARY_WORDS,
    ID,
    LONG_AGO,
    NEIGHBOUR,
    NOW,
    OWNER,
    PROPERTY,
    PUBLIC,
    agreement,
    everything,
    seen,
    tiger,
    two_places_of_a_cell,
)
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from amur.disclosure import (
    Audience,
    Category,
    Level,
    Place,
    Purpose,
    Record,
    Statement,
    Unit,
    location_terms,
)

GEOD = Geod(ellps="WGS84")


def test_an_approved_old_tiger_is_shown_to_a_tenth_of_a_degree_and_to_the_month() -> None:
    released = seen(tiger())
    assert released.level is Level.TENTH
    assert released.place is not None and released.place.bounds == (134.8, 48.2, 134.9, 48.3)
    assert (released.place.longitude, released.place.latitude) == (134.85, 48.25)
    assert released.time == "2024-05"


@given(two_places_of_a_cell(Level.TENTH))
@PROPERTY
def test_any_two_places_of_a_cell_give_the_same_bytes(places: tuple[Place, Place]) -> None:
    """Property 1: pickled, printed and in Darwin Core."""
    one, other = (seen(tiger(place=place)) for place in places)
    assert pickle.dumps(one) == pickle.dumps(other)
    assert repr(one) == repr(other)
    assert location_terms(one) == location_terms(other)


@given(two_places_of_a_cell(Level.DEGREE))
@PROPERTY
def test_so_do_any_two_young_records_of_a_degree(places: tuple[Place, Place]) -> None:
    """Property 1, before the embargo ends."""
    one, other = (seen(tiger(place=place, approvals=())) for place in places)
    assert one.level is Level.DEGREE
    assert pickle.dumps(one) == pickle.dumps(other)


@given(st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))))
@PROPERTY
def test_the_time_zone_in_which_an_instant_is_written_changes_nothing(zone: timezone) -> None:
    """Property 2: the same instants from another database or another client."""
    moved = tiger(time=LONG_AGO.astimezone(zone))
    assert pickle.dumps(seen(moved, now=NOW.astimezone(zone))) == pickle.dumps(seen(tiger()))


def test_reexport_and_reimport_change_nothing() -> None:
    """Property 2: coordinates through text, through decimals and through a released file's reader."""
    before = seen(tiger())
    for place in (
        Place(float(repr(CANARY_LONGITUDE)), float(repr(CANARY_LATITUDE)), uncertainty_m=7),
        Place(Decimal(str(CANARY_LONGITUDE)), Decimal(str(CANARY_LATITUDE)), uncertainty_m=7.0),
    ):
        assert pickle.dumps(seen(deepcopy(tiger(place=place)))) == pickle.dumps(before)
    assert before.place is not None
    once_more = tiger(place=Place(before.place.longitude, before.place.latitude, uncertainty_m=7))
    assert pickle.dumps(seen(once_more)) == pickle.dumps(before)


@given(
    st.floats(105, 142, allow_nan=False),
    st.floats(40, 56, allow_nan=False),
    st.one_of(st.none(), st.floats(0, 50_000)),
    st.booleans(),
)
@PROPERTY
def test_the_stated_uncertainty_reaches_every_place_the_record_may_mean(
    longitude: float, latitude: float, uncertainty_m: float | None, approved: bool
) -> None:
    """Property 6: distance to the recorded place, plus the uncertainty that was recorded."""
    record = tiger(place=Place(longitude, latitude, uncertainty_m), approvals=(APPROVAL,) if approved else ())
    place = seen(record).place
    assert place is not None and place.uncertainty_m is not None
    _, _, distance = GEOD.inv(place.longitude, place.latitude, longitude, latitude)
    assert distance + (uncertainty_m or 0) <= place.uncertainty_m


def test_the_recorded_uncertainty_cannot_be_read_back() -> None:
    """Property 6: 3 m and 97 m give the same figure."""
    radii = {
        seen(tiger(place=Place(134.85, 48.25, uncertainty_m=held))).place for held in (3.0, 41.5, 97.0, 100.0)
    }
    assert len(radii) == 1


def test_what_would_tell_a_finer_place_is_replaced_by_a_statement() -> None:
    """Properties 5 and 7: elevation, habitat, locality and codes at a coarse level."""
    released = seen(tiger())
    for name in ("elevation_m", "habitat", "locality", "remarks"):
        assert isinstance(released.fields[name], Statement)
    said = everything(released)
    assert not any(word in said for word in (*CANARY_WORDS, "741.25", "8571", "2139"))


def test_an_area_is_named_only_when_it_holds_the_whole_cell() -> None:
    """Property 8."""
    inside = Unit("protected-area", "Bolshoi", Level.TENTH)
    edge = Unit("protected-area", "Kraevoi", Level.HUNDREDTH)
    none = Unit("district", "Malyi", Level.WITHHELD)
    place = replace(tiger().place, units=(inside, edge, none))  # type: ignore[type-var]
    released = seen(tiger(place=place))
    assert released.place is not None
    assert released.place.units == (("protected-area", "Bolshoi"),)
    assert "Kraevoi" not in everything(released) and "Malyi" not in everything(released)


def test_before_approval_an_area_may_stand_in_for_the_cell() -> None:
    """Property 8: and only if it holds the cell that may be published later."""
    place = tiger().place
    assert place is not None
    inside = replace(place, units=(Unit("protected-area", "Bolshoi", Level.TENTH),))
    released = seen(tiger(place=inside, approvals=()))
    assert released.place is not None
    assert released.place.units == (("protected-area", "Bolshoi"),)
    assert released.place.longitude is None and released.place.cell is None
    edge = replace(place, units=(Unit("protected-area", "Kraevoi", Level.HUNDREDTH),))
    coarse = seen(tiger(place=edge, approvals=())).place
    assert coarse is not None and coarse.bounds == (134.0, 48.0, 135.0, 49.0) and coarse.units == ()


TRACK = '{"type":"LineString","coordinates":[[134.8571234,48.2139876],[134.9,48.3]]}'


@pytest.mark.parametrize("category", [Category.EXTREME, Category.HIGH, Category.MEDIUM, Category.LOW])
@pytest.mark.parametrize("audience", [PUBLIC, AUDITOR], ids=["public", "auditor"])
def test_a_line_or_an_area_is_never_shown_coarsely(category: Category, audience: Audience) -> None:
    """Property 9: nor is the point that came with it, and nothing of its extent."""
    place = Place(CANARY_LONGITUDE, CANARY_LATITUDE, geometry=TRACK)
    purpose = Purpose.AUDIT if audience is AUDITOR else Purpose.PUBLICATION
    released = seen(tiger(place=place, project_category=category), audience, purpose)
    assert released.place is None
    assert "LineString" not in everything(released) and "134.8" not in everything(released)


def test_an_open_area_keeps_its_geometry() -> None:
    boundary = '{"type":"Polygon","coordinates":[[[134.5,48.0],[134.9,48.0],[134.9,48.4],[134.5,48.0]]]}'
    area = Record("area", ID, OWNER, place=Place(134.8, 48.2, geometry=boundary), published=True)
    released = seen(area)
    assert released.place is not None and released.place.geometry == boundary
    assert (released.place.longitude, released.place.latitude) == (134.8, 48.2)
    assert released.generalisations == () and released.reasons == ()


def test_a_kind_that_has_a_point_shows_no_line_even_when_it_is_open() -> None:
    """Property 9."""
    office = Record("office", ID, OWNER, place=Place(131.9, 43.1, geometry=TRACK), published=True)
    assert seen(office).place is None


@pytest.mark.parametrize(
    "record",
    [
        tiger(event_kind="den"),
        tiger(taxon="Panthera tigriss"),
        tiger(place=Place(geometry=TRACK)),
        tiger(published=False),
        Record("fact", ID, OWNER, published=True),
    ],
    ids=["category 1", "unknown", "geometry", "draft", "no place"],
)
def test_a_withheld_place_is_nothing_and_never_null_island(record: Record) -> None:
    """Property 10."""
    released = seen(record)
    assert released.place is None
    if not released.withheld:
        assert not {"decimalLongitude", "decimalLatitude"} & set(location_terms(released))


def test_positions_in_series_are_exact_or_nothing() -> None:
    """Finding: hourly fixes as cells tell to 300 m when the animal crossed an edge."""
    fix = tiger(kind="collar-fix", event_kind="collar-fix")
    terms = agreement(kinds=frozenset({"collar-fix"}), event_kinds=frozenset({"collar-fix"}))
    exact = seen(fix, NEIGHBOUR, "research", agreements=(terms,))
    assert exact.place is not None and exact.place.longitude == CANARY_LONGITUDE
    coarse = seen(fix, NEIGHBOUR, "research", agreements=(replace(terms, level=Level.TENTH),))
    assert coarse.place is None
    assert seen(fix).withheld


def test_darwin_core_says_what_was_generalised_and_what_is_withheld() -> None:
    terms = location_terms(seen(tiger()))
    assert terms["decimalLongitude"] == 134.85 and terms["decimalLatitude"] == 48.25
    assert terms["coordinatePrecision"] == 0.1
    assert terms["coordinateUncertaintyInMeters"] == 6788
    assert terms["eventDate"] == "2024-05"
    assert "0.1 degree cell" in str(terms["dataGeneralizations"])
    assert "Ask vladivostok" in str(terms["informationWithheld"])


def test_darwin_core_has_no_line_for_a_withheld_record() -> None:
    with pytest.raises(ValueError):
        location_terms(seen(tiger(event_kind="den")))
