"""The columns of Camtrap DP beside those of our rows, and the text of a value in both directions.

`read` turns the distinct texts of a column into values, `written` values into texts. Where a text would be
written differently ("1.30", "NA", another offset), whoever stores keeps it too. Called by `storing`,
`comparing` and `exporting`.
"""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from amur.formats.camtrapdp.table import FALSE, TRUE, instants_in, numbers_of

Kind = Literal["text", "integer", "number", "flag", "instant", "json"]
Style = Literal["Z", "local"]
LARGEST_INTEGER: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a package and the field of a row; `most` is the largest length or number that we keep."""

    name: str
    field: str
    kind: Kind = "text"
    most: int | None = None
    null: bool = True


def _text(name: str, field: str, most: int | None = None) -> Column:
    return Column(name, field, "text", most, null=False)


def _whole(name: str, field: str, most: int = LARGEST_INTEGER) -> Column:
    return Column(name, field, "integer", most)


DEPLOYMENTS: Final = (
    _text("deploymentID", "code", 120),
    Column("coordinateUncertainty", "uncertainty_m", "number"),
    Column("deploymentStart", "start", "instant"),
    Column("deploymentEnd", "end", "instant"),
    _text("setupBy", "setup_by", 200),
    _text("cameraID", "camera_id", 120),
    _text("cameraModel", "camera_model", 200),
    _whole("cameraDelay", "delay_s"),
    Column("cameraHeight", "height_m", "number"),
    Column("cameraDepth", "depth_m", "number"),
    _whole("cameraTilt", "tilt"),
    _whole("cameraHeading", "heading"),
    Column("detectionDistance", "detection_distance_m", "number"),
    Column("timestampIssues", "timestamp_issues", "flag"),
    Column("baitUse", "bait_use", "flag"),
    _text("featureType", "feature"),
    _text("habitat", "habitat", 200),
    _text("deploymentGroups", "groups"),
    _text("deploymentTags", "tags"),
    _text("deploymentComments", "comments"),
)
"""Place and station are looked after by `storing` and `exporting` themselves."""
MEDIA: Final = (
    _text("mediaID", "code", 120),
    _text("captureMethod", "method"),
    Column("timestamp", "captured", "instant"),
    _text("filePath", "path"),
    Column("filePublic", "is_public", "flag", null=False),
    _text("fileName", "name", 255),
    _text("fileMediatype", "media_type", 60),
    Column("exifData", "exif", "json"),
    Column("favorite", "favourite", "flag"),
    _text("mediaComments", "comments"),
)
OBSERVATIONS: Final = (
    _text("observationID", "code", 120),
    Column("eventStart", "start", "instant"),
    Column("eventEnd", "end", "instant"),
    _text("observationLevel", "level"),
    _text("observationType", "type"),
    _text("cameraSetupType", "setup_type"),
    _text("scientificName", "scientific_name", 120),
    _whole("count", "count"),
    _text("lifeStage", "life_stage"),
    _text("sex", "sex"),
    _text("behavior", "behaviour", 200),
    _text("individualID", "individual", 120),
    Column("individualPositionRadius", "position_radius_m", "number"),
    Column("individualPositionAngle", "position_angle", "number"),
    Column("individualSpeed", "speed_m_s", "number"),
    Column("bboxX", "box_left", "number"),
    Column("bboxY", "box_top", "number"),
    Column("bboxWidth", "box_width", "number"),
    Column("bboxHeight", "box_height", "number"),
    _text("classificationMethod", "method"),
    _text("classifiedBy", "classified_by", 200),
    Column("classificationTimestamp", "classified_at", "instant"),
    Column("classificationProbability", "probability", "number"),
    _text("observationTags", "tags"),
    _text("observationComments", "comments"),
)


def read(column: Column, texts: pa.Array) -> list[Any]:
    """The values of texts of a column that a check has passed; instants as seconds since 1970."""
    if column.kind == "number":
        return [None if value != value else value for value in numbers_of(texts).tolist()]
    if column.kind == "integer":
        return [None if value != value else int(value) for value in numbers_of(texts).tolist()]
    if column.kind == "instant":
        instants = instants_in(texts)
        seconds = instants.astype(np.int64).tolist()
        return [None if gone else one for one, gone in zip(seconds, np.isnat(instants).tolist(), strict=True)]
    words: list[str] = texts.to_pylist()
    if column.kind == "flag":
        return [True if word in TRUE else False if word in FALSE else None for word in words]
    return [_from_json(word) for word in words] if column.kind == "json" else words


def written(column: Column, values: Sequence[Any], style: Style = "Z", zone: str = "UTC") -> list[str]:
    """Values of a column as text, "" for null; instants in UTC or with the offset of the zone then.

    >>> written(Column("cameraHeight", "height_m", "number"), [1.0, 0.85, None])
    ['1', '0.85', '']
    """
    if column.kind == "instant":
        return instant_texts(values, style, zone)
    if column.kind == "number":
        return ["" if value is None else number_text(value) for value in values]
    if column.kind == "flag":
        words = {True: "true", False: "false", None: ""}
        return [words[value] for value in values]
    if column.kind == "json":
        return ["" if value is None else _as_json(value) for value in values]
    return ["" if value is None else str(value) for value in values]


def number_text(value: float) -> str:
    """A number with as many digits as tell it, without “.0”.

    >>> number_text(46.0), number_text(46.123)
    ('46', '46.123')
    """
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def instant_texts(seconds: Sequence[int | None], style: Style, zone: str) -> list[str]:
    """Seconds since 1970 as the standard writes instants.

    >>> instant_texts([1772402400, None], "local", "Asia/Vladivostok")
    ['2026-03-02T08:00:00+10:00', '']
    """
    known = np.array([one is not None for one in seconds], dtype=bool)
    whole = np.array([one or 0 for one in seconds], dtype=np.int64)
    if style == "Z":
        texts = np.datetime_as_string(whole.astype("M8[s]"), unit="s").tolist()
        return [f"{text}Z" if right else "" for text, right in zip(texts, known.tolist(), strict=True)]
    offsets = offsets_of(whole, zone)
    texts = np.datetime_as_string((whole + offsets).astype("M8[s]"), unit="s").tolist()
    words = {offset: _offset_text(offset) for offset in np.unique(offsets).tolist()}
    rows = zip(texts, offsets.tolist(), known.tolist(), strict=True)
    return [text + words[offset] if right else "" for text, offset, right in rows]


def offsets_of(seconds: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Seconds by which clocks of a zone were ahead of UTC at instants (n,).

    Days on which the offset changes are looked at second by second, all others once.
    """
    place = ZoneInfo(zone)

    def offset(second: int) -> int:
        moment = datetime.datetime.fromtimestamp(second, place).utcoffset()
        return int(moment.total_seconds()) if moment is not None else 0

    days, which = np.unique(seconds // 86_400, return_inverse=True)
    begun = np.array([offset(day * 86_400) for day in days.tolist()], dtype=np.int64)
    ended = np.array([offset(day * 86_400 + 86_399) for day in days.tolist()], dtype=np.int64)
    found = begun[which]
    for place_of in np.flatnonzero((begun != ended)[which]).tolist():
        found[place_of] = offset(int(seconds[place_of]))
    return found


def _offset_text(seconds: int) -> str:
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _from_json(text: str) -> Any:
    """What a camera wrote: JSON where it is an object or a list, else the text."""
    if text[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _as_json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
