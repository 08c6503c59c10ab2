"""Messages of phones: read whole, written as they were, and the same state whatever the network does."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from amur.formats.errors import FormatErrors
from amur.formats.smart.mobile import Message, read_messages, text_of_messages
from amur.formats.smart.receipts import Received

DATA = Path(__file__).parents[4] / "shared" / "data" / "smart"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public samples are not at {DATA}")
SAMPLES = ["connect-incident-post.json", "mobile-webhook-incident.json", "mobile-webhook-classic.json"]


def sighting(counter: int, **more: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [135.0 + counter % 60 / 1000, 48.0]},
        "properties": {
            "dateTime": f"2026-03-01T10:{counter % 60:02}:00.000+10:00",
            "deviceId": "d1",
            "accuracy": 10_000,
            "sighting": {
                "SMART_DataType": "patrol",
                "SMART_ObservationType": "Observation",
                "SMART_PatrolID": "P1",
                "SMART_ObsCounter": counter,
                "c:0": "snare",
                "a:0:count": 3,
                **more,
            },
        },
    }


def messages(*wholes: dict[str, object]) -> tuple[Message, ...]:
    return read_messages(json.dumps({"type": "FeatureCollection", "features": wholes}).encode())


@needs_data
@pytest.mark.parametrize("name", SAMPLES)
def test_a_message_is_written_as_it_was(name: str) -> None:
    found = read_messages(DATA / name)
    assert json.loads(text_of_messages(found)) == json.loads((DATA / name).read_text(encoding="utf-8"))


@needs_data
def test_an_incident_of_the_phone_has_its_place_and_the_values_of_its_observations() -> None:
    (found,) = read_messages(DATA / "mobile-webhook-incident.json")
    assert (found.data_type, found.event, found.longitude, found.latitude) == (
        "incident", "Observation", 11.4382, -0.43205,
    )  # fmt: skip
    assert [entry.value for entry in found.entries if entry.number == 1] == [
        "None",
        "PRIMATES",
        3,
        "Observed Only",
    ]


def test_a_sighting_is_understood_key_by_key() -> None:
    (found,) = messages(sighting(7))
    assert (found.patrol, found.counter, found.device, found.accuracy) == ("P1", 7, "d1", None)
    assert [(entry.kind, entry.number, entry.key, entry.value) for entry in found.entries] == [
        ("c", 0, "", "snare"),
        ("a", 0, "count", 3),
    ]


def test_a_phone_without_a_fix_has_no_place() -> None:
    whole = sighting(1)
    whole["geometry"] = {"type": "Point", "coordinates": [0, 0]}
    (found,) = messages(whole)
    assert (found.longitude, found.latitude) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"[1]", b"{}", b'{"type": "FeatureCollection"}', b"\xff", b"[" * 100_000,
        b'{"properties": {"sighting": {"SMART_ObsCounter": "seven"}}}',
        b'{"properties": {"sighting": {}, "dateTime": "yesterday"}}',
        b'{"properties": {"sighting": {}, "longitude": 500, "latitude": 1}}',
        b'{"properties": {"sighting": {}, "accuracy": NaN}}',
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_with_a_sentence(text: bytes) -> None:
    with pytest.raises(FormatErrors) as refused:
        read_messages(text)
    assert refused.value.error_count >= 1


def test_permutations_repetitions_and_losses_of_an_upload_come_to_one_state() -> None:
    random = np.random.default_rng(7)
    sent = messages(*(sighting(k) for k in range(1, 41)))
    lost = {5, 6, 17}
    arrived = [message for message in sent if message.counter not in lost]
    expected = Received().with_messages(arrived)
    for _ in range(100):
        copies = [arrived[k] for k in random.integers(0, len(arrived), 20)]
        mixed = [*arrived, *copies]
        random.shuffle(mixed)  # type: ignore[arg-type]
        state = Received()
        while mixed:
            size = int(random.integers(1, 9))
            state = state.with_messages(mixed[:size])
            mixed = mixed[size:]
        assert state.accepted() == expected.accepted()
        assert list(state.messages) == list(expected.messages)
        assert state.missing() == {"P1": ((5, 6), (17, 17))}
    assert expected.with_messages(sent).missing() == {}


def test_a_gap_of_billions_is_named_at_once() -> None:
    assert Received().with_messages(messages(sighting(10**12))).missing() == {"P1": ((1, 10**12 - 1),)}


def test_two_contents_under_one_number_are_a_conflict_and_the_same_one_is_kept_in_any_order() -> None:
    first, second = messages(sighting(3), sighting(3, **{"a:0:count": 4}))
    there, back = Received().with_messages([first, second]), Received().with_messages([second, first])
    assert len(there.conflicts()) == 1
    assert there.conflicts() == back.conflicts()
    assert there.accepted() == back.accepted()
