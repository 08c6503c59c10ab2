"""EarthRanger: forms with their choices, events and patrols; what is lost is listed and nothing is guessed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from amur.formats.earthranger import fixes_of_fixture, read_event_types, read_events, read_patrols
from amur.formats.earthranger.records import in_time
from amur.formats.errors import FormatErrors

DATA = Path(__file__).parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not (DATA / "earthranger").is_dir(), reason=f"no public samples at {DATA}")


def answer(name: str) -> bytes:
    """Rows of a table as the API would send them."""
    table = pq.read_table(DATA / "tracks" / name)
    rows = table.drop_columns(["geometry"] if "geometry" in table.column_names else []).to_pylist()
    return json.dumps({"data": {"results": rows}}, default=lambda value: value.isoformat()).encode()


@needs_data
def test_every_form_is_read_with_its_choices() -> None:
    found = read_event_types(DATA / "earthranger" / "event_data_model.json")
    fields = [field for each in found.types for field in each.fields]
    assert (len(found.types), len(fields)) == (37, 179)
    assert [note.params["choices"] for note in found.notes] == ["fencerep_location"]
    assert any(("motorbike", "Motorbike") in field.choices for field in fields)
    assert "the layout of forms (definition): 30" in found.losses


@needs_data
def test_patrols_have_their_segments_with_true_times() -> None:
    found = read_patrols(answer("get-patrols.example-return.parquet"))
    assert [len(patrol.segments) for patrol in found.patrols] == [1, 1]
    assert [len(patrol.segments[0].events) for patrol in found.patrols] == [91, 27]
    assert found.patrols[1].segments[0].start == datetime(2015, 1, 10, 21, 50, tzinfo=UTC)
    assert "patrol: updates (2)" in found.losses


@needs_data
def test_events_have_place_and_time() -> None:
    found = read_events(answer("get-patrol-events.example-return.parquet"))
    assert len(found.events) == 118
    assert found.events[0].moment == datetime(2015, 1, 11, 3, 10, tzinfo=UTC)
    assert found.events[0].place == (38.61978483466943, -2.161588254006128)


@needs_data
def test_the_fixes_of_a_segment_are_those_of_its_time() -> None:
    (track,) = fixes_of_fixture(DATA / "earthranger" / "annotation-junkfix-1.json").values()
    body = [{"id": "p", "patrol_segments": [{"id": "s", "time_range": {
        "start_time": "2017-03-07T00:00:00Z", "end_time": "2017-03-08T00:00:00+03:00"}}]}]  # fmt: skip
    (segment,) = read_patrols(json.dumps(body).encode()).patrols[0].segments
    inside = in_time(track, segment)
    assert len(track) == 184
    assert 0 < len(inside) < 10
    assert inside.instant.max().astype("M8[s]").item() <= datetime(2017, 3, 7, 21)  # noqa: DTZ001  (UTC)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "json-broken"),
        (b'{"a": 1}', "json-list"),
        (b"[1]", "record-object"),
        (b'[{"title": "x"}]', "value-missing"),
        (b'[{"id": "e", "time": "2026-03-01T08:30:00"}]', "value-wrong"),
        (b'[{"id": "e", "location": {"latitude": 95, "longitude": 1}}]', "value-wrong"),
        (b'[{"id": "e", "location": {"latitude": true, "longitude": 1}}]', "value-wrong"),
    ],
)
def test_wrong_records_are_told(body: bytes, code: str) -> None:
    with pytest.raises(FormatErrors) as refused:
        read_events(body)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_form_that_is_no_json_is_told_with_its_name() -> None:
    body = [{"model": "activity.eventtype", "fields": {"value": "snare_rep", "schema": "{oh"}}]
    with pytest.raises(FormatErrors, match="The form of “snare_rep” cannot be read"):
        read_event_types(json.dumps(body).encode())
