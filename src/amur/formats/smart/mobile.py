"""The JSON of SMART Mobile and of Connect's `data/{ca}`: patrols, incidents and tracks, in and out.

Four shapes are read: a GeoJSON feature whose `sighting` holds keys such as `SMART_ObsCounter` and `a:0:key`
(SMART Mobile to the desktop and to Connect), a point with a time and no sighting (a fix of its track), a
feature with `smartDataType` (other programs to Connect), and the posting of the phone with `records` of
values. What is not understood stays in `whole`, which is written back as it was.
A phone without a fix writes (0, 0) or no place; both are None here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from amur.formats.errors import FormatErrors, ProblemList, shortened
from amur.formats.smart.messages import WORDINGS

Shape = Literal["sighting", "track", "data", "posting"]
NO_ACCURACY = 10_000.0
"""Metres that a phone writes where it does not know its accuracy."""
LONGEST = 200
"""Letters that an identifier may have."""
HIGHEST = 2**53
YEARS = range(1970, 2200)
_NO_LETTERS = re.compile("[\ud800-\udfff\ufffe\uffff]|\\\\u00(?:0[0-8bcef]|1[0-9a-f])")
"""Halves of letters, and signs of control as `json` writes them."""
_NUMBER = re.compile("-?[0-9]{1,9}")
_WORDS = {dict: "an object", list: "a list", str: "a text", float: "a number", int: "a whole number"}


class Entry(NamedTuple):
    """One key of a sighting: `kind` is c for a category and e for an employee, else a, l, ml or t.

    These stand for attributes: any, of a list, of several of a list, of a tree.
    `number` is that of the observation in the sighting, -1 for all of them.
    """

    kind: str
    number: int
    key: str
    value: Any


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a phone. None is what it does not say."""

    shape: Shape
    data_type: str | None
    """patrol, incident, mission …"""
    event: str | None
    """NewPatrol, Observation, StopPatrol …, waypoint/new, trackpoint/new …; waypoint for a fix."""
    longitude: float | None
    latitude: float | None
    altitude: float | None
    accuracy: float | None
    moment: datetime | None
    """Without an offset it is the local wall clock."""
    device: str | None
    id: str | None
    patrol: str | None
    counter: int | None
    """The number of the message within its patrol, from 1."""
    leg: int | None
    group: str | None
    entries: tuple[Entry, ...]
    whole: Mapping[str, Any]


def read_messages(source: Path | bytes, name: str | None = None) -> tuple[Message, ...]:
    """The messages of a file or of the body of a request. Raises `FormatErrors` with every problem.

    >>> body = b'{"properties": {"dateTime": "2026-03-01T10:00:00", "smartDataType": "incident"}}'
    >>> (message,) = read_messages(body)
    >>> message.data_type, message.moment.isoformat(), message.longitude
    ('incident', '2026-03-01T10:00:00', None)
    """
    problems = ProblemList(WORDINGS, name or (source.name if isinstance(source, Path) else "-"))
    content = _json(source, problems)
    messages = [_message(each, k, problems) for k, each in enumerate(_features(content, problems), start=1)]
    problems.raise_if_errors()
    return tuple(message for message in messages if message is not None)


def read_each(source: bytes, name: str) -> list[Message | FormatErrors]:
    """The messages of a body, and in the place of each wrong one what is wrong with it.

    Raises `FormatErrors` where the whole is no JSON of messages.

    >>> good = '{"properties": {"sighting": {"SMART_ObsCounter": 1}}}'
    >>> [type(one).__name__ for one in read_each(f'[{good}, {{"a": 1}}]'.encode(), "body")]
    ['Message', 'FormatErrors']
    """
    problems = ProblemList(WORDINGS, name)
    content = _json(source, problems)
    several = content
    if isinstance(content, dict):
        several = content.get("features") if content.get("type") == "FeatureCollection" else [content]
    if not isinstance(several, list):
        problems.error("json-kind")
        problems.raise_if_errors()
    return [_one(each, row, name) for row, each in enumerate(several, start=1)]


def message_of(whole: Mapping[str, Any], name: str = "-") -> Message:
    """The message of one object of JSON. Raises `FormatErrors`."""
    found = _one(whole, 1, name)
    if isinstance(found, FormatErrors):
        raise found
    return found


def _one(whole: Any, row: int, name: str) -> Message | FormatErrors:
    problems = ProblemList(WORDINGS, name)
    message = None
    if not isinstance(whole, dict) or _shape(whole) is None:
        problems.error("json-kind", row=row)
    elif not _can_be_kept(whole):
        problems.error("json-letters", row=row)
    else:
        message = _message(whole, row, problems)
    if message is None or problems.error_count:
        return FormatErrors(problems.listed, problems.error_count, problems.warning_count)
    return message


def _can_be_kept(whole: Mapping[str, Any]) -> bool:
    """Whether all letters are such as databases and XML take."""
    text = json.dumps(whole, ensure_ascii=False)
    return _NO_LETTERS.search(text) is None


def text_of_messages(messages: Iterable[Message]) -> str:
    """JSON of messages as they were: one alone as it is, several as a collection (or a list of postings)."""
    wholes = [message.whole for message in messages]
    if len(wholes) == 1:
        return json.dumps(wholes[0], ensure_ascii=False, indent=1)
    if any(whole.get("type") != "Feature" for whole in wholes):
        return json.dumps(wholes, ensure_ascii=False, indent=1)
    return json.dumps({"type": "FeatureCollection", "features": wholes}, ensure_ascii=False, indent=1)


def _json(source: Path | bytes, problems: ProblemList) -> Any:
    try:
        content = source.read_bytes() if isinstance(source, Path) else source
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except FileNotFoundError:
        problems.error("file-missing", path=shortened(source))
    except (OSError, ValueError, RecursionError) as error:
        problems.error("json-broken", row=getattr(error, "lineno", None), reason=shortened(error, 120))
    raise FormatErrors(problems.listed, problems.error_count, problems.warning_count)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _features(content: Any, problems: ProblemList) -> Iterator[Mapping[str, Any]]:
    several: Any = content if isinstance(content, list) else [content]
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        several = content.get("features")
        if not isinstance(several, list):
            problems.error("json-shape", name="features", found="no list", wanted="a list of features")
            return
    for k, each in enumerate(several, start=1):
        if isinstance(each, dict) and _shape(each) is not None:
            yield each
        else:
            problems.error("json-kind", row=k)


def _shape(whole: Mapping[str, Any]) -> Shape | None:
    properties = whole.get("properties")
    if isinstance(properties, dict) and isinstance(properties.get("sighting"), dict):
        return "sighting"
    if isinstance(properties, dict) and ("smartDataType" in properties or "smartFeatureType" in properties):
        return "data"
    if isinstance(properties, dict) and "dateTime" in properties and _is_point(whole.get("geometry")):
        return "track"
    return "posting" if isinstance(whole.get("records"), list) else None


def _is_point(geometry: Any) -> bool:
    return isinstance(geometry, dict) and geometry.get("type") == "Point"


class _Values:
    """Takes values of the wished type out of JSON; wrong ones are noted."""

    def __init__(self, row: int, problems: ProblemList) -> None:
        self._row = row
        self._problems = problems

    def get(self, found: Mapping[str, Any], name: str, kind: type) -> Any:
        """The value; None where there is none or a wrong one."""
        value = found.get(name)
        if value is None or (kind is str and value == ""):
            return None
        if kind is int and isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            if abs(value) > HIGHEST:
                self.wrong(name, "…", "a number up to 2 to the power of 53")
                return None
            value = kind(value) if kind is float else value
        if isinstance(value, str) and len(value) > LONGEST:
            self.wrong(name, value, f"a text of at most {LONGEST} letters")
            return None
        if not isinstance(value, kind) or isinstance(value, bool):
            self.wrong(name, value, _WORDS[kind])
            return None
        return value

    def moment(self, found: Mapping[str, Any], name: str) -> datetime | None:
        """A day and time; None where there is none."""
        text = self.get(found, name, str)
        if text is None:
            return None
        try:
            found_moment = datetime.fromisoformat(text)
            if found_moment.year not in YEARS:
                raise ValueError(text)
            return found_moment
        except ValueError:
            self.wrong(name, text, "a day and time such as 2026-03-01T10:00:00+10:00")
            return None

    def wrong(self, name: str, value: object, wanted: str) -> None:
        """Note a value."""
        shown = f"“{shortened(value)}”"
        self._problems.error("json-shape", row=self._row, column=name, name=name, found=shown, wanted=wanted)


def _message(whole: Mapping[str, Any], row: int, problems: ProblemList) -> Message | None:
    values = _Values(row, problems)
    shape = _shape(whole)
    if shape == "posting":
        return _posting(whole, values)
    properties = whole["properties"]
    longitude, latitude = _place(whole, properties, values)
    common = {
        "longitude": longitude,
        "latitude": latitude,
        "altitude": values.get(properties, "altitude", float),
        "accuracy": _accuracy(values.get(properties, "accuracy", float)),
        "moment": values.moment(properties, "dateTime"),
        "device": values.get(properties, "deviceId", str),
        "id": values.get(properties, "id", str),
        "whole": whole,
    }
    if shape == "sighting":
        sighting = properties["sighting"]
        return Message(
            shape="sighting",
            data_type=values.get(sighting, "SMART_DataType", str),
            event=values.get(sighting, "SMART_ObservationType", str),
            patrol=values.get(sighting, "SMART_PatrolID", str),
            counter=values.get(sighting, "SMART_ObsCounter", int),
            leg=values.get(sighting, "SMART_PatrolLegCounter", int),
            group=values.get(sighting, "SMART_SightingGroupId", str),
            entries=tuple(_entries(sighting)),
            **common,
        )
    if shape == "track":
        event = values.get(properties, "SMART_ObservationType", str)
        return Message(
            "track", None, event, counter=None, patrol=None, leg=None, group=None, entries=(), **common
        )
    attributes = values.get(properties, "smartAttributes", dict) or {}
    patrol = values.get(attributes, "patrolUuid", str)
    return Message(
        shape="data",
        data_type=values.get(properties, "smartDataType", str),
        event=values.get(properties, "smartFeatureType", str),
        patrol=patrol.strip() if patrol else None,
        counter=None,
        leg=None,
        group=None,
        entries=tuple(_data_entries(attributes, values)),
        **common,
    )


def _place(
    whole: Mapping[str, Any], properties: Mapping[str, Any], values: _Values
) -> tuple[float | None, float | None]:
    """Longitude and latitude: of the properties, else of the geometry, which need not name its type."""
    longitude = values.get(properties, "longitude", float)
    latitude = values.get(properties, "latitude", float)
    if longitude is None or latitude is None:
        geometry = values.get(whole, "geometry", dict) or {}
        return _pair(geometry.get("coordinates"), "coordinates", values)
    return _pair([longitude, latitude], "longitude", values)


def _pair(found: Any, name: str, values: _Values) -> tuple[float | None, float | None]:
    if found is None:
        return None, None
    numbers = isinstance(found, list) and len(found) >= 2
    if not numbers or not all(isinstance(each, (int, float)) for each in found[:2]):
        values.wrong(name, found, "longitude and latitude in degrees")
        return None, None
    if not (abs(found[0]) <= 180 and abs(found[1]) <= 90):
        values.wrong(name, found, "a longitude from -180 to 180 and a latitude from -90 to 90")
        return None, None
    longitude, latitude = float(found[0]), float(found[1])
    return (None, None) if longitude == latitude == 0 else (longitude, latitude)


def _accuracy(metres: float | None) -> float | None:
    return None if metres is None or metres >= NO_ACCURACY or math.isnan(metres) else metres


def _entries(sighting: Mapping[str, Any]) -> Iterator[Entry]:
    for name, value in sighting.items():
        kind, _, rest = name.partition(":")
        number, _, key = rest.partition(":")
        if kind in ("c", "a", "l", "ml", "t", "e") and _NUMBER.fullmatch(number):
            yield Entry(kind, int(number), key, value)


def _data_entries(attributes: Mapping[str, Any], values: _Values) -> Iterator[Entry]:
    number = 0
    for group in values.get(attributes, "observationGroups", list) or []:
        several = group.get("observations") if isinstance(group, dict) else None
        for observation in several if isinstance(several, list) else []:
            if isinstance(observation, dict):
                yield Entry("c", number, "", observation.get("category"))
                inner = values.get(observation, "attributes", dict) or {}
                yield from (Entry("a", number, key, value) for key, value in inner.items())
                number += 1


def _posting(whole: Mapping[str, Any], values: _Values) -> Message:
    records = [record for record in whole["records"] if isinstance(record, dict)]
    named: dict[str, Any] = {}
    entries = []
    for number, record in enumerate(records):
        of_record = {
            each["id"]: each.get("value")
            for each in values.get(record, "values", list) or []
            if isinstance(each, dict) and isinstance(each.get("id"), str)
        }
        entries += [Entry(each.kind, number, each.key, each.value) for each in _entries(of_record)]
        named = {**of_record, **named}
    place = whole.get("location")
    longitude, latitude = _pair(place, "location", values)
    several = place[2:4] if isinstance(place, list) else []
    extra = [each if isinstance(each, (int, float)) and abs(each) <= HIGHEST else None for each in several]
    altitude, accuracy = (*extra, None, None)[:2]
    return Message(
        shape="posting",
        data_type=values.get(named, "SMART_DataType", str),
        event=values.get(named, "SMART_ObservationType", str),
        longitude=longitude,
        latitude=latitude,
        altitude=None if altitude is None else float(altitude),
        accuracy=None if accuracy is None else _accuracy(float(accuracy)),
        moment=values.moment(whole, "createTime"),
        device=values.get(whole, "deviceId", str),
        id=values.get(whole, "uid", str),
        patrol=values.get(named, "SMART_PatrolID", str),
        counter=values.get(named, "SMART_ObsCounter", int),
        leg=values.get(named, "SMART_PatrolLegCounter", int),
        group=values.get(named, "SMART_SightingGroupId", str),
        entries=tuple(entries),
        whole=whole,
    )
