"""What a waypoint says as a row: columns, and JSON for what has none. Called by `reading`; `storing` reads it.

The JSON is written only once: it is what the hash of a patrol is taken over and what the database gets.
"""

import json
import math
from collections import Counter
from json.encoder import encode_basestring as quoted
from typing import Any, Final, NamedTuple

from amur.formats.smart.binding import NOTHING
from amur.formats.smart.patrol import Observation, Value, Waypoint
from amur.formats.smart.spelling import number_text
from amur.portal.patrols.packing import packed

Used = Counter[tuple[str, str]]
Observed = tuple[int | None, str, str, str | None]
"""Number of the group (None: in none), category, values and what else it says, both as JSON."""
_TRUTHS: Final = {True: "true", False: "false"}


class Row(NamedTuple):
    """A waypoint; `leg` and `day` are the numbers of its leg and of its day there, `more` is JSON."""

    leg: int
    day: int
    code: str
    longitude: float
    latitude: float
    time: str
    direction: float | None
    distance: float | None
    comment: str | None
    more: str | None
    observations: list[Observed]


def row_of(leg: int, day: int, waypoint: Waypoint, used: Used) -> Row:
    """The row of a waypoint; `used` counts the keys of its observations, by kind."""
    observations = [
        _observed(number, one, used)
        for number, group in enumerate(waypoint.groups)
        for one in group.observations
    ]
    observations += [_observed(None, one, used) for one in waypoint.direct]
    return Row(
        leg,
        day,
        waypoint.id,
        waypoint.longitude,
        waypoint.latitude,
        waypoint.time.isoformat(),
        waypoint.direction,
        waypoint.distance,
        waypoint.comment,
        _more(waypoint),
        observations,
    )


def text_of(row: Row) -> str:
    """A row as JSON, observations with it.

    >>> text_of(Row(0, 0, "7", 135.0, 48.0, "09:00:00", None, 5.0, None, None, [(0, "animals.", "[]", None)]))
    '[0, 0, "7", 135.0, 48.0, "09:00:00", null, 5.0, null, null, [[0, "animals.", [], null]]]'
    """
    observations = ", ".join(
        [
            f"[{'null' if group is None else group}, {quoted(category)}, {values}, {more or 'null'}]"
            for group, category, values, more in row.observations
        ]
    )
    comment = "null" if row.comment is None else quoted(row.comment)
    return (
        f'[{row.leg}, {row.day}, {quoted(row.code)}, {_number(row.longitude)}, {_number(row.latitude)}, "{row.time}",'
        f" {_number(row.direction)}, {_number(row.distance)}, {comment}, {row.more or 'null'}, [{observations}]]"
    )


def _number(value: float | None) -> str:
    return "null" if value is None else repr(value) if math.isfinite(value) else json.dumps(value)


def _more(waypoint: Waypoint) -> str | None:
    """What no column says: attachments, what else there is, groups that are not as usual."""
    more: dict[str, Any] = {}
    if waypoint.attachments:
        more["attachments"] = [packed(one) for one in waypoint.attachments]
    if waypoint.rest != NOTHING:
        more["rest"] = packed(waypoint.rest)
    if any(not group.observations or group.rest is not NOTHING for group in waypoint.groups):
        more["groups"] = [
            {"rest": packed(group.rest)} if group.rest != NOTHING else {} for group in waypoint.groups
        ]
    return _json(more) if more else None


def _observed(group: int | None, given: Observation, used: Used) -> Observed:
    used["category", given.category] += 1
    values = []
    for value in given.values:
        key = value.attribute
        used["attribute", key] += 1
        for item in value.keys:
            used["value", f"{key}: {item}"] += 1
        values.append(_value(value))
    more: dict[str, Any] = {}
    if given.observer is not None:
        more["observer"] = packed(given.observer)
    if given.attachments:
        more["attachments"] = [packed(one) for one in given.attachments]
    if given.rest != NOTHING:
        more["rest"] = packed(given.rest)
    return group, given.category, f"[{', '.join(values)}]", _json(more) if more else None


def _value(value: Value) -> str:
    if value.rest is not NOTHING:
        return _json(packed(value))
    text = f'{{"attribute": {quoted(value.attribute)}'
    if value.keys:
        text += f', "keys": [{", ".join([quoted(key) for key in value.keys])}]'
    number = value.number
    if number is not None:
        text += f', "number": {repr(number) if math.isfinite(number) else quoted(number_text(number))}'
    if value.text is not None:
        text += f', "text": {quoted(value.text)}'
    if value.truth is not None:
        text += f', "truth": {_TRUTHS[value.truth]}'
    return text + "}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
