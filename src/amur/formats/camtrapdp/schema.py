"""The tables of Camtrap DP 1.0.x as data: fields with type and constraints, primary and foreign keys.

Called by the checks, the readers and the writers of this folder. Source: the Camera Trap Data Package
standard of TDWG, version 1.0.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Type = Literal["string", "number", "integer", "boolean", "datetime", "any"]

LATEST = "1.0.2"
VERSIONS = ("1.0", "1.0.1", LATEST)
MISSING: Mapping[str, tuple[str, ...]] = {
    "0.1.6": ("",),
    "1.0": ("",),
    "1.0.1": ("",),
    LATEST: ("", "NA", "NaN", "nan"),
}
"""The texts of a cell without a value, by version."""
ADDRESS = "https://raw.githubusercontent.com/tdwg/camtrap-dp"


@dataclass(frozen=True, slots=True)
class Field:
    """A column. `pattern` is matched from the start of the text, `forbidden` stands nowhere in it."""

    name: str
    type: Type = "string"
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    forbidden: str = ""
    unique: bool = False

    @property
    def wanted(self) -> str:
        """What a cell of the column holds, for a sentence that begins with “Write”."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        return _WANTED[self.type] + self._range

    @property
    def _range(self) -> str:
        if self.minimum is not None and self.maximum is not None:
            return f" from {self.minimum:g} to {self.maximum:g}"
        return f" of {self.minimum:g} or more" if self.minimum is not None else ""


_WANTED: Mapping[Type, str] = {
    "string": "text",
    "any": "any value",
    "number": "a number with a point for decimals",
    "integer": "a whole number",
    "boolean": "true or false",
    "datetime": "date, time and offset from UTC, such as 2026-03-01T22:00:00+10:00",
}


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Every value of `column` is one of `reference` in the table `table`."""

    column: str
    table: str
    reference: str


@dataclass(frozen=True, slots=True)
class Schema:
    """A table: its fields in the order of the standard, and its keys."""

    name: str
    fields: tuple[Field, ...]
    primary_key: str
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field of a name. Raises KeyError."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


def schema_address(table: str, version: str = LATEST) -> str:
    """Where the standard publishes the schema of a table.

    >>> schema_address("media")
    'https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.2/media-table-schema.json'
    """
    return f"{ADDRESS}/{version}/{table}-table-schema.json"


FEATURES = (
    "roadPaved", "roadDirt", "trailHiking", "trailGame", "roadUnderpass", "roadOverpass", "roadBridge",
    "culvert", "burrow", "nestSite", "carcass", "waterSource", "fruitingTree",
)  # fmt: skip
CAPTURE_METHODS = ("activityDetection", "timeLapse")
OBSERVATION_TYPES = ("animal", "human", "vehicle", "blank", "unknown", "unclassified")
_TO_DEPLOYMENT = ForeignKey("deploymentID", "deployments", "deploymentID")
_SMALLEST = 1e-15

DEPLOYMENTS = Schema(
    "deployments",
    (
        Field("deploymentID", required=True, unique=True),
        Field("locationID"),
        Field("locationName"),
        Field("latitude", "number", required=True, minimum=-90, maximum=90),
        Field("longitude", "number", required=True, minimum=-180, maximum=180),
        Field("coordinateUncertainty", "integer", minimum=1),
        Field("deploymentStart", "datetime", required=True),
        Field("deploymentEnd", "datetime", required=True),
        Field("setupBy"),
        Field("cameraID"),
        Field("cameraModel"),
        Field("cameraDelay", "integer", minimum=0),
        Field("cameraHeight", "number", minimum=0),
        Field("cameraDepth", "number", minimum=0),
        Field("cameraTilt", "integer", minimum=-90, maximum=90),
        Field("cameraHeading", "integer", minimum=0, maximum=360),
        Field("detectionDistance", "number", minimum=0),
        Field("timestampIssues", "boolean"),
        Field("baitUse", "boolean"),
        Field("featureType", choices=FEATURES),
        Field("habitat"),
        Field("deploymentGroups"),
        Field("deploymentTags"),
        Field("deploymentComments"),
    ),
    "deploymentID",
)
MEDIA = Schema(
    "media",
    (
        Field("mediaID", required=True, unique=True),
        Field("deploymentID", required=True),
        Field("captureMethod", choices=CAPTURE_METHODS),
        Field("timestamp", "datetime", required=True),
        Field("filePath", required=True, pattern=r"[^./~]", forbidden=".."),
        Field("filePublic", "boolean", required=True),
        Field("fileName"),
        Field("fileMediatype", required=True, pattern=r"(image|video|audio)/"),
        Field("exifData", "any"),
        Field("favorite", "boolean"),
        Field("mediaComments"),
    ),
    "mediaID",
    (_TO_DEPLOYMENT,),
)
OBSERVATIONS = Schema(
    "observations",
    (
        Field("observationID", required=True, unique=True),
        Field("deploymentID", required=True),
        Field("mediaID"),
        Field("eventID"),
        Field("eventStart", "datetime", required=True),
        Field("eventEnd", "datetime", required=True),
        Field("observationLevel", required=True, choices=("media", "event")),
        Field("observationType", required=True, choices=OBSERVATION_TYPES),
        Field("cameraSetupType", choices=("setup", "calibration")),
        Field("scientificName"),
        Field("count", "integer", minimum=1),
        Field("lifeStage", choices=("adult", "subadult", "juvenile")),
        Field("sex", choices=("female", "male")),
        Field("behavior"),
        Field("individualID"),
        Field("individualPositionRadius", "number", minimum=0),
        Field("individualPositionAngle", "number", minimum=-90, maximum=90),
        Field("individualSpeed", "number", minimum=0),
        Field("bboxX", "number", minimum=0, maximum=1),
        Field("bboxY", "number", minimum=0, maximum=1),
        Field("bboxWidth", "number", minimum=_SMALLEST, maximum=1),
        Field("bboxHeight", "number", minimum=_SMALLEST, maximum=1),
        Field("classificationMethod", choices=("human", "machine")),
        Field("classifiedBy"),
        Field("classificationTimestamp", "datetime"),
        Field("classificationProbability", "number", minimum=0, maximum=1),
        Field("observationTags"),
        Field("observationComments"),
    ),
    "observationID",
    (_TO_DEPLOYMENT, ForeignKey("mediaID", "media", "mediaID")),
)
TABLES = (DEPLOYMENTS, MEDIA, OBSERVATIONS)
