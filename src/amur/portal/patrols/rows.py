"""What a waypoint says as a row: columns, and JSON for what has none. Called by `reading`, for `storing`.

The JSON is written only once: it is what the hash of a patrol is taken over and what the database gets.
"""

import json
import math
from collections import Counter
from dataclasses import dataclass, replace
from json.encoder import encode_basestring as quoted
from typing import Any, Final, NamedTuple

from amur.formats.smart.binding import NOTHING
from amur.formats.smart.patrol import Observation, Value, Waypoint
from amur.formats.smart.spelling import number_text
from amur.portal.patrols.packing import packed

Observed = tuple[int | None, str, str, str | None]
"""Number of the group (None: in none), category, values and what else it says, both as JSON."""
_MOST_SEEN: Final = 20_000
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


@dataclass(slots=True)
class _Seen:
    """A value, its JSON, and how often it came; while it is held, nothing else has its `id`."""

    value: Value
    text: str
    times: int = 0


class Rows:
    """Makes rows of waypoints and counts the keys of their observations by kind.

    Readers give the same object for a value that comes again, so that its JSON is remembered here.
    """

    def __init__(self) -> None:
        self._categories: Counter[str] = Counter()
        self._values: dict[int, _Seen] = {}
        self._used: Counter[tuple[str, str]] = Counter()

    def row_of(self, leg: int, day: int, waypoint: Waypoint) -> Row:
        """The row of a waypoint."""
        observations = [
            self._observed(number, one)
            for number, group in enumerate(waypoint.groups)
            for one in group.observations
        ]
        observations += [self._observed(None, one) for one in waypoint.direct]
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

    @property
    def used(self) -> Counter[tuple[str, str]]:
        """How often each key was used, by kind."""
        self._forget()
        for category, times in self._categories.items():
            self._used["category", category] += times
        self._categories.clear()
        return self._used

    def _observed(self, group: int | None, given: Observation) -> Observed:
        self._categories[given.category] += 1
        values = []
        for value in given.values:
            seen = self._values.get(id(value))
            if seen is None:
                if len(self._values) >= _MOST_SEEN:
                    self._forget()
                seen = self._values[id(value)] = _Seen(value, _value(value))
            seen.times += 1
            values.append(seen.text)
        more = None
        if given.observer is not None or given.attachments or given.rest is not NOTHING:
            blank = packed(replace(given, category="", values=()))
            del blank["category"]
            more = _json(blank)
        return group, given.category, f"[{', '.join(values)}]", more

    def _forget(self) -> None:
        """Count the keys of the values that are remembered, and begin anew."""
        for seen in self._values.values():
            key = seen.value.attribute
            self._used["attribute", key] += seen.times
            for item in seen.value.keys:
                self._used["value", f"{key}: {item}"] += seen.times
        self._values = {}


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
    place = f"{_number(row.longitude)}, {_number(row.latitude)}"
    way = f"{_number(row.direction)}, {_number(row.distance)}"
    return (
        f'[{row.leg}, {row.day}, {quoted(row.code)}, {place}, "{row.time}",'
        f" {way}, {comment}, {row.more or 'null'}, [{observations}]]"
    )


def _number(value: float | None) -> str:
    return "null" if value is None else repr(value) if math.isfinite(value) else json.dumps(value)


def _more(waypoint: Waypoint) -> str | None:
    """What no column says: attachments, what else there is, groups that are not as usual."""
    more: dict[str, Any] = {}
    if waypoint.attachments:
        more["attachments"] = [packed(one) for one in waypoint.attachments]
    if waypoint.rest is not NOTHING:
        more["rest"] = packed(waypoint.rest)
    if any(not group.observations or group.rest is not NOTHING for group in waypoint.groups):
        more["groups"] = [packed(replace(group, observations=())) for group in waypoint.groups]
    return _json(more) if more else None


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
