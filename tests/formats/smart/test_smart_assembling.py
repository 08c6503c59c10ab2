"""Messages become the same patrol whatever their order; a lost one costs only what it alone said."""

from __future__ import annotations

import json
import random
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phone_samples as phone
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.formats.errors import FormatErrors
from amur.formats.smart import Document, fixes_of, read_configurable_model, text_of
from amur.formats.smart.assembling import (
    Assembled,
    Fix,
    Reason,
    assemble,
    incident_of,
    patrol_at,
    spans_of,
    start_of_patrol,
)
from amur.formats.smart.mobile import message_of, read_each
from amur.formats.smart.receipts import digest_of
from amur.formats.smart.words import Words, metadata_in, words_of

ZONE = ZoneInfo("Asia/Vladivostok")
PACKAGE = Path(__file__).parents[4] / "shared" / "data" / "smart" / "mobile-package" / "project"
needs_data = pytest.mark.skipif(not PACKAGE.is_dir(), reason=f"the public samples are not at {PACKAGE}")


def made(wholes: list[dict[str, Any]], words: Words | None = None) -> Assembled:
    messages = [message_of(whole) for whole in wholes]
    told = {digest_of(one): one for one in messages if one.shape != "track"}
    fixes = [
        Fix(one.moment, one.longitude, one.latitude)
        for one in messages
        if one.shape == "track" and one.moment and one.longitude and one.latitude
    ]
    return assemble("P1", told, fixes, words or Words(), ZONE)


def test_a_patrol_has_its_days_people_track_observations_and_rest() -> None:
    patrol = made(phone.patrol()).patrol
    assert patrol is not None
    (leg,) = patrol.legs
    (day,) = leg.days
    assert (patrol.id, patrol.start, patrol.team.value if patrol.team else "") == (
        "P1",
        date(2026, 3, 1),
        "Tigers",
    )
    assert [(one.given_name, one.is_leader) for one in leg.members] == [("Ivan", False), ("Olga", True)]
    assert (day.start, day.end, day.rest_minutes) == (time(18), time(19, 30), 10.0)  # 8 o'clock in UTC
    assert [point.id for point in day.waypoints] == ["2", "3", "4", "7", "8", "9"]
    assert [one.values[0].number for point in day.waypoints for one in point.observations] == [
        3,
        4,
        5,
        8,
        9,
        10,
    ]
    assert day.track is not None and day.track.geometry is not None
    assert len(fixes_of(day.track.geometry)[0]) == 80 + 10


@given(st.permutations(phone.patrol()[:30]))
def test_any_order_gives_the_same_patrol(wholes: list[dict[str, Any]]) -> None:
    assert made(wholes) == made(phone.patrol()[:30])


def test_without_its_first_message_a_patrol_still_has_its_start_people_and_transport() -> None:
    wholes = [whole for whole in phone.patrol() if json.dumps(whole).find("NewPatrol") < 0]
    patrol = made(wholes).patrol
    assert patrol is not None and patrol.legs[0].transport is not None
    assert patrol.legs[0].transport.value == "Foot"
    assert patrol.legs[0].days[0].rest_minutes is None, "a message is missing: it may have been a pause"
    assert start_of_patrol(message_of(wholes[0]), ZONE) == phone.BEGIN


def test_two_messages_under_one_number_are_a_conflict_and_the_same_one_is_kept() -> None:
    wholes = [*phone.patrol()[:4], phone.sighting(2, 12.0)]
    one, other = made(wholes), made(wholes[::-1])
    assert one == other
    assert list(one.waiting.values()) == [Reason("conflict", "2")]


def test_an_unknown_identifier_waits_and_holds_back_nothing_else() -> None:
    strange = phone.sighting(3, 20.0, **{"c:0": "fdfe722ac60442cebe5a5f0ac2b2c3fc"})
    found = made([*phone.patrol()[:2], strange])
    assert list(found.waiting.values()) == [Reason("unknown-category", "fdfe722ac60442cebe5a5f0ac2b2c3fc")]
    assert found.patrol is not None and len(found.patrol.legs[0].days[0].waypoints) == 1


@needs_data
def test_a_form_tells_what_identifiers_mean_and_the_metadata_who_went() -> None:
    form = read_configurable_model(PACKAGE / "cm_model.xml").content
    metadata = metadata_in((PACKAGE / "patrol_metadata.json").read_bytes())
    words = words_of([form], [metadata])
    whole = phone.sighting(
        1, 1.0, **{
            "c:0": "null", "c:1": "fdfe722ac60442cebe5a5f0ac2b2c3fc",
            "a:0:b97fc606cb094e2397c4adfb1cb636e8": 3, "a:0:number": None,
            "SMART_Leader": "e:f0535ecd7ca64d52b7707772006f3c2f",
            "e:cd32e2442ade4e64973f0a9e6bc50c19": True,
            "SMART_Employees": None, "SMART_Team": "3eef8a9182ee48c79ea94c22e18dd905",
        },
    )  # fmt: skip
    found = made([whole], words)
    assert found.patrol is not None and not found.waiting
    (leg,) = found.patrol.legs
    (seen,) = leg.days[0].waypoints[0].observations
    assert (seen.category, seen.values[0].attribute) == ("humanactivity.people.", "numberofpeople")
    assert found.patrol.team is not None and found.patrol.team.value == "Mobile Team 1"
    assert [(one.given_name, one.family_name, one.is_leader) for one in leg.members] == [
        ("David", "Aliata", False),
        ("Samnang", "Tang", True),
    ]


def test_a_fix_belongs_to_the_patrol_of_its_time() -> None:
    first, later = phone.BEGIN, phone.BEGIN + timedelta(days=1)
    spans = spans_of([("B", later, None), ("A", first, first + timedelta(hours=2))])

    def at(hours: float) -> str | None:
        span = patrol_at(spans, first + timedelta(hours=hours))
        return span.patrol if span else None

    assert [at(hours) for hours in (-1, 0, 2, 3, 24, 2400)] == [None, "A", "A", None, "B", "B"]
    assert [span.is_closed for span in spans] == [True, False]


def test_an_incident_has_its_place_local_time_and_observations() -> None:
    message = message_of(phone.incident("I1"))
    found, waiting = incident_of("I1", {digest_of(message): message}, Words(), ZONE)
    assert found is not None and not waiting
    assert found.moment.isoformat() == "2026-03-01T18:05:00" and found.latitude == pytest.approx(48.005)
    assert found.observations[0].category == "animals.sign."


def mangled(value: Any, chance: random.Random) -> Any:
    """JSON with something else in some places."""
    junk = [
        None,
        True,
        -1,
        10**15,
        1e308,
        "",
        "l:",
        "²",
        "x" * 300,
        [],
        {},
        [None],
        {"a": [1]},
        [[0.0]],
        "null",
    ]
    if chance.random() < 0.06:
        return chance.choice(junk)
    if isinstance(value, dict):
        keys = [key if chance.random() > 0.03 else chance.choice(["a:²:x", "c:--1", "l:0:", "ml:0:x:l:", "e:x"])
                for key in value]  # fmt: skip
        return {key: mangled(each, chance) for key, each in zip(keys, value.values(), strict=True)}
    return [mangled(each, chance) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(20))
def test_whatever_a_message_holds_it_is_taken_waits_or_is_refused(seed: int) -> None:
    chance = random.Random(seed)
    data = {
        "geometry": {"type": "Point", "coordinates": [135.0, 48.0, 1.0]},
        "properties": {
            "dateTime": "2026-03-01T10:00:00", "smartDataType": "patrol", "smartFeatureType": "waypoint/new",
            "smartAttributes": {
                "patrolUuid": "P1", "patrolLegUuid": "L", "members": ["A"], "leader": "A", "team": "T",
                "observationGroups": [{"observations": [{"category": "a", "attributes": {"b": 1}}]}],
            },
        },
    }  # fmt: skip
    posting = {"location": [1, 2, 3, 4], "createTime": "2026-03-01T10:00:00", "records": [
        {"values": [{"id": "c:0", "value": "a"}, {"id": "SMART_DataType", "value": "incident"}]}]}  # fmt: skip
    for _ in range(10):
        wholes = [*phone.patrol()[:14], phone.incident("I"), data, posting]
        body = json.dumps(mangled({"type": "FeatureCollection", "features": wholes}, chance)).encode()
        try:
            each = read_each(body, "body")
        except FormatErrors:
            continue
        found = {digest_of(one): one for one in each if not isinstance(one, FormatErrors)}
        for one in found.values():
            start_of_patrol(one, ZONE)
        told = {digest: one for digest, one in found.items() if one.shape != "track"}
        made = assemble("P1", told, [], Words(), ZONE).patrol
        incident_of("I", told, Words(), ZONE)
        assert made is None or text_of(Document.of(made))
