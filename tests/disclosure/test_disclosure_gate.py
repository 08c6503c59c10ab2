"""The gate on places, times, fields and unknown things: properties 1, 2, 5 to 10, 12 to 14 and 18 to 26."""

from __future__ import annotations

import pickle
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID, uuid1, uuid5
from zoneinfo import ZoneInfo

import pytest
from disclosure_cast import (
    APPROVAL,
    AUDITOR,
    CANARY_LATITUDE,
    CANARY_LONGITUDE,
    CANARY_WORDS,
    ID,
    LONG_AGO,
    NAIVE,
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
    two_places_of_a_cell,
)
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

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
    Statement,
    TimeLevel,
    Unit,
    explain,
    location_terms,
    view,
)

GEOD = Geod(ellps="WGS84")


# --- places -----------------------------------------------------------------------------------------


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


# --- unknown, missing, expired ----------------------------------------------------------------------


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


# --- loosening --------------------------------------------------------------------------------------


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


# --- time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("taxon", ["Panthera tigris", "Marmota sibirica", "Acipenser schrenckii"])
def test_the_public_learns_the_month_and_a_partner_the_day(taxon: str) -> None:
    """Property 20."""
    record = tiger(taxon=taxon)
    assert seen(record).time == "2024-05"
    terms = agreement(taxa=frozenset({taxon}), time_level=TimeLevel.EXACT)
    assert seen(record, NEIGHBOUR, "research", agreements=(terms,)).time == "2024-05-03"
    assert "04:05:06" not in everything(seen(record))


def test_a_month_is_that_of_the_places_own_zone() -> None:
    """Property 20: and it does not depend on the zone in which the database answers."""
    record = tiger(time=datetime(2024, 5, 31, 20, tzinfo=UTC), time_zone="Asia/Vladivostok")
    assert seen(record).time == "2024-06"
    assert seen(replace(record, time_zone=None)).time == "2024-05"
    moved = replace(record, time=datetime(2024, 6, 1, 6, tzinfo=ZoneInfo("Asia/Vladivostok")))
    assert seen(moved) == seen(record)


@given(st.integers(0, 31 * 86_400 - 1), st.integers(0, 86_400))
@PROPERTY
def test_all_moments_of_a_month_give_the_same_bytes(start: int, seconds: int) -> None:
    """Property 20: the day and the hour leave no trace anywhere in the view."""
    begin = datetime(2024, 5, 1, tzinfo=UTC) + timedelta(seconds=start)
    end = min(begin + timedelta(seconds=seconds), datetime(2024, 5, 31, 23, 59, 59, tzinfo=UTC))
    assert pickle.dumps(seen(tiger(time=begin, time_end=end))) == pickle.dumps(seen(tiger()))


def test_no_exact_time_stands_beside_a_cell() -> None:
    """Finding: an exact time beside a cell tells when the subject crossed the cell's edge."""
    boar = tiger(taxon="Sus scrofa", event_kind="sighting", project_category=Category.OPEN)
    terms = agreement(
        taxa=frozenset({"Sus scrofa"}),
        event_kinds=frozenset({"sighting"}),
        time_level=TimeLevel.EXACT,
    )
    exact = seen(boar, NEIGHBOUR, "research", agreements=(terms,))
    assert exact.level is Level.EXACT and exact.time == "2024-05-03T04:05:06Z"
    coarse = seen(boar, NEIGHBOUR, "research", agreements=(replace(terms, level=Level.TENTH),))
    assert coarse.level is Level.TENTH and coarse.time == "2024-05-03"


@pytest.mark.parametrize(
    ("now", "level"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), None),
        (LONG_AGO - timedelta(seconds=1), None),
        (LONG_AGO + timedelta(days=1), Level.DEGREE),
        (datetime(2025, 5, 3, 4, 5, 5, tzinfo=UTC), Level.DEGREE),
        (datetime(2025, 5, 3, 4, 5, 6, tzinfo=UTC), Level.TENTH),
        (datetime(2099, 1, 1, tzinfo=UTC), Level.TENTH),
    ],
    ids=str,
)
def test_the_embargo_runs_by_the_clock_that_is_given(now: datetime, level: Level | None) -> None:
    """Property 21: to the second, and a clock that fell back opens nothing."""
    approval = replace(APPROVAL, given=datetime(1960, 1, 1, tzinfo=UTC))
    released = seen(tiger(approvals=(approval,)), now=now)
    assert (None if released.withheld else released.level) is level


def test_a_date_without_a_time_is_taken_at_its_latest() -> None:
    """Property 21: 3 May ends at 12:00 UTC on 4 May where the clocks are last."""
    record = tiger(time=date(2024, 5, 3), approvals=(replace(APPROVAL, given=LONG_AGO),))
    assert seen(record, now=datetime(2025, 5, 4, 11, 59, tzinfo=UTC)).level is Level.DEGREE
    assert seen(record, now=datetime(2025, 5, 4, 12, tzinfo=UTC)).level is Level.TENTH
    leap = replace(record, time=datetime(2024, 2, 29, tzinfo=UTC))
    assert seen(leap, now=datetime(2025, 2, 28, 23, 59, tzinfo=UTC)).level is Level.DEGREE
    assert seen(leap, now=datetime(2025, 3, 1, tzinfo=UTC)).level is Level.TENTH


def test_a_period_is_as_old_as_its_end() -> None:
    """Property 21."""
    record = tiger(time=datetime(2020, 1, 1, tzinfo=UTC), time_end=datetime(2026, 1, 1, tzinfo=UTC))
    assert seen(record).level is Level.DEGREE


def test_naive_instants_are_refused() -> None:
    """Property 21: an instant without a zone can be off by a day."""
    with pytest.raises(ValueError, match="time zone"):
        view(tiger(), PUBLIC, Purpose.PUBLICATION, NAIVE)
    for name in ("time", "time_end", "embargo_until"):
        with pytest.raises(ValueError, match="time zone"):
            tiger(**{name: NAIVE})
    with pytest.raises(ValueError, match="IANA"):
        tiger(time_zone="Vladivostok")
    with pytest.raises(ValueError, match="before"):
        tiger(time_end=LONG_AGO - timedelta(days=1))


def test_during_an_embargo_only_the_office_and_its_auditor_know_of_the_record() -> None:
    """Properties 21 and 23."""
    record = tiger(embargo_until=NOW + timedelta(days=30))
    assert seen(record).withheld
    assert seen(record, NEIGHBOUR, "research", agreements=(agreement(),)).withheld
    assert not seen(record, OFFICE, "management").withheld
    assert not seen(record, now=NOW + timedelta(days=30)).withheld


# --- ids and order ----------------------------------------------------------------------------------


def test_an_id_that_tells_a_time_is_refused() -> None:
    """Properties 22 and 44."""
    for telling in (uuid1(), UUID("018f3a5e-6c00-7000-8000-000000000000")):
        with pytest.raises(ValueError, match="version 4"):
            tiger(id=telling)


def test_an_id_made_from_a_name_hides_a_sensitive_kind() -> None:
    """Property 44: who guesses the name of a camera could test it."""
    named = uuid5(ID, "canarycam-0042")
    nest = tiger(kind="nest", event_kind="sighting", id=named)
    assert "id" in {limit.rule for limit in explain(nest, PUBLIC, "publication", NOW).limits}
    assert not seen(Record("area", named, OWNER, published=True)).withheld


def test_the_order_and_the_presence_of_fields_tell_nothing() -> None:
    """Property 22: fields stand in the order of the rule, and a restricted one is stated when empty too."""
    record = tiger()
    backwards = replace(record, fields=dict(reversed(list(record.fields.items()))))
    assert pickle.dumps(seen(backwards)) == pickle.dumps(seen(record))
    poorer = {"scientific_name": "Panthera tigris altaica", "individual_count": 1}
    assert pickle.dumps(seen(replace(record, fields=poorer))) == pickle.dumps(seen(record))


# --- fields and texts -------------------------------------------------------------------------------


def test_only_listed_fields_leave() -> None:
    """Property 25: by allow-list, and what is not listed is not even named."""
    released = seen(tiger())
    assert set(released.fields) <= set(DEFAULT.kinds["observation"].fields)
    assert released.fields["scientific_name"] == "Panthera tigris altaica"
    assert "not_in_any_table" not in everything(released)
    for name in ("station_code", "recorded_by", "file_name", "event_code", "individual_code", "tags"):
        assert name not in released.fields


def test_restricted_fields_hold_a_statement_and_never_a_blank() -> None:
    """Chapman: replace, do not blank."""
    released = seen(tiger())
    locality = released.fields["locality"]
    assert isinstance(locality, Statement)
    assert str(locality) == "Withheld. Ask vladivostok."
    assert released.get("nothing of the kind") is None


@pytest.mark.parametrize(
    "text",
    ["43.1156, 131.8855", "43°07′12″ с. ш.", "北纬43度07分", "52TFN5012370456", "https://maps.app.goo.gl/x1"],
)
def test_a_text_that_names_coordinates_is_kept_back_in_all_its_languages(text: str) -> None:
    """Properties 26 and 28."""
    news = Record(
        "news",
        ID,
        OWNER,
        fields={"title": {"en": "A new den", "ru": f"Новость: {text}"}, "body": ["fine", {"a": text}]},
        published=True,
    )
    released = seen(news)
    for name in ("title", "body"):
        kept = released.fields[name]
        assert isinstance(kept, Statement) and kept.code == "text-with-coordinates"
    assert text not in everything(released)
    assert seen(replace(news, fields={"title": {"en": "A new den"}})).fields["title"] == {"en": "A new den"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("individual_count", "2 near the canaryburrow"),
        ("individual_count", True),
        ("individual_count", float("nan")),
        ("scientific_name", 134.8571),
        ("scientific_name", {"x": 48.2139}),
    ],
)
def test_a_value_of_another_type_than_its_field_is_kept_back(name: str, value: object) -> None:
    released = seen(tiger(fields={name: value}))
    assert isinstance(released.fields[name], Statement)


def test_unknown_stays_unknown() -> None:
    """None is neither zero nor withheld."""
    released = seen(tiger(fields={"individual_count": None}))
    assert released.fields["individual_count"] is None
    assert "scientific_name" not in released.fields


def test_dates_in_fields_are_as_coarse_as_the_record() -> None:
    """Property 20, for fields."""
    animal = Record(
        "animal",
        ID,
        OWNER,
        taxon="Panthera tigris",
        fields={"name": "Zolushka", "born": date(2011, 6, 17)},
        published=True,
    )
    assert seen(animal).fields["born"] == "2011-06"
    assert seen(replace(animal, fields={"born": "2011-06-17"})).fields["born"] == "2011-06"
    for wrong in ("17 June 2011", NAIVE, 20110617):
        assert isinstance(seen(replace(animal, fields={"born": wrong})).fields["born"], Statement)


def test_people_stay_in_the_office() -> None:
    """Personal data: neither the public nor the auditor; a partner only when the agreement says so."""
    for audience, purpose in ((PUBLIC, "publication"), (AUDITOR, "audit")):
        assert "canaryperson" not in everything(seen(tiger(), audience, purpose))
        assert seen(tiger(personal=True), audience, purpose).withheld
    fields = frozenset({"recorded_by", "scientific_name"})
    closed = seen(tiger(), NEIGHBOUR, "research", agreements=(agreement(fields=fields),))
    assert "recorded_by" not in closed.fields
    opened = seen(tiger(), NEIGHBOUR, "research", agreements=(agreement(fields=fields, personal=True),))
    assert opened.fields["recorded_by"] == "canaryperson"


# --- sides ------------------------------------------------------------------------------------------


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


# --- Darwin Core ------------------------------------------------------------------------------------


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
