"""Camtrap DP 0.1.6: its tables as data, and the way of a package from there to 1.0.2, with what is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from amur.formats.camtrapdp.instants import texts_of
from amur.formats.camtrapdp.schema import (
    ADDRESS,
    CAPTURE_METHODS,
    DEPLOYMENTS,
    FEATURES,
    LATEST,
    MEDIA,
    OBSERVATIONS,
    Field,
    ForeignKey,
    Schema,
    schema_address,
)
from amur.formats.camtrapdp.table import FALSE, TRUE, Table

OLD = "0.1.6"
_BAIT = ("none", "scent", "food", "visual", "acoustic", "other")
_METHODS = dict(zip(("motion detection", "time lapse"), CAPTURE_METHODS, strict=True))
_DESIGNS = {
    "simple random": "simpleRandom",
    "systematic random": "systematicRandom",
    "clustered random": "clusteredRandom",
}


def spaced(name: str) -> str:
    """A name of 1.0 as 0.1.6 spelled it.

    >>> spaced("trailGame")
    'trail game'
    """
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


_FEATURES = {spaced(name): name for name in FEATURES}
_ANY = Field("_id")
_TO_DEPLOYMENT = ForeignKey("deploymentID", "deployments", "deploymentID")

OLD_DEPLOYMENTS = Schema(
    "deployments",
    (
        Field("deploymentID", required=True, unique=True),
        Field("locationID"),
        Field("locationName"),
        Field("longitude", "number", required=True, minimum=-180, maximum=180),
        Field("latitude", "number", required=True, minimum=-90, maximum=90),
        Field("coordinateUncertainty", "integer", minimum=1),
        Field("start", "datetime", required=True),
        Field("end", "datetime", required=True),
        Field("setupBy"),
        Field("cameraID"),
        Field("cameraModel"),
        Field("cameraInterval", "integer", minimum=0),
        Field("cameraHeight", "number", minimum=0),
        Field("cameraTilt", "integer", minimum=-90, maximum=90),
        Field("cameraHeading", "integer", minimum=0, maximum=360),
        Field("timestampIssues", "boolean"),
        Field("baitUse", choices=_BAIT),
        Field("session"),
        Field("array"),
        Field("featureType", choices=(*_FEATURES, "other")),
        Field("habitat"),
        Field("tags"),
        Field("comments"),
        _ANY,
    ),
    "deploymentID",
)
OLD_MEDIA = Schema(
    "media",
    (
        Field("mediaID", required=True, unique=True),
        Field("deploymentID", required=True),
        Field("sequenceID"),
        Field("captureMethod", choices=tuple(_METHODS)),
        Field("timestamp", "datetime", required=True),
        Field("filePath", required=True, pattern=r"[^./~]", forbidden=".."),
        Field("fileName"),
        Field("fileMediatype", required=True, pattern=r"(image|video|audio)/"),
        Field("exifData", "any"),
        Field("favourite", "boolean"),
        Field("comments"),
        _ANY,
    ),
    "mediaID",
    (_TO_DEPLOYMENT,),
)
OLD_OBSERVATIONS = Schema(
    "observations",
    (
        Field("observationID", required=True, unique=True),
        Field("deploymentID", required=True),
        Field("sequenceID"),
        Field("mediaID"),
        Field("timestamp", "datetime", required=True),
        Field("observationType", required=True, choices=OBSERVATIONS.field("observationType").choices),
        Field("cameraSetup", "boolean"),
        Field("taxonID"),
        Field("scientificName"),
        Field("count", "integer", minimum=1),
        Field("countNew", "integer", minimum=0),
        Field("lifeStage", choices=("adult", "subadult", "juvenile", "offspring", "unknown")),
        Field("sex", choices=("female", "male", "unknown")),
        Field("behaviour"),
        Field("individualID"),
        Field("classificationMethod", choices=("human", "machine")),
        Field("classifiedBy"),
        Field("classificationTimestamp", "datetime"),
        Field("classificationConfidence", "number", minimum=0, maximum=1),
        Field("comments"),
        _ANY,
    ),
    "observationID",
    (_TO_DEPLOYMENT, ForeignKey("mediaID", "media", "mediaID")),
)
OLD_TABLES = (OLD_DEPLOYMENTS, OLD_MEDIA, OLD_OBSERVATIONS)

_RENAMED: Mapping[str, Mapping[str, str]] = {
    "deployments": {
        "deploymentStart": "start",
        "deploymentEnd": "end",
        "cameraDelay": "cameraInterval",
        "deploymentTags": "tags",
        "deploymentComments": "comments",
    },
    "media": {"favorite": "favourite", "mediaComments": "comments"},
    "observations": {
        "eventID": "sequenceID",
        "behavior": "behaviour",
        "classificationProbability": "classificationConfidence",
        "observationComments": "comments",
    },
}
Tables = Mapping[str, Table]


def upgraded(
    metadata: Mapping[str, Any], tables: Tables
) -> tuple[dict[str, Any], dict[str, Table], tuple[str, ...]]:
    """Metadata and tables of 0.1.6 as those of 1.0.2, and sentences about what was lost or decided.

    Columns that the old standard does not know are kept. Source: the changes of the standard from 0.1.6 on.
    """
    losses: list[str] = []
    deployments = _deployments(tables["deployments"], losses)
    media = _media(tables["media"], losses)
    observations = _observations(tables, losses)
    return (
        _metadata(metadata, tables, losses),
        {"deployments": deployments, "media": media, "observations": observations},
        tuple(losses),
    )


def _moved(table: Table, schema: Schema, old: Schema, made: Mapping[str, list[str]]) -> Table:
    """The columns of the new schema, in its order, then those that neither standard knows."""
    renamed = _RENAMED[table.name]
    columns: dict[str, list[str]] = {}
    for field in schema.fields:
        source = renamed.get(field.name, field.name)
        columns[field.name] = made[field.name] if field.name in made else _texts(table, source)
    extra = {name: table.cells(name) for name in table.names if name not in old.names}
    return Table.of(table.name, {**columns, **extra})


def _texts(table: Table, name: str) -> list[str]:
    return table.texts(name) if name in table.columns else [""] * table.count


def _each(cells: list[str], change: Callable[[str], str]) -> list[str]:
    known = {cell: change(cell) if cell else "" for cell in set(cells)}
    return [known[cell] for cell in cells]


def _note_dropped(table: Table, names: tuple[str, ...], losses: list[str]) -> None:
    for name in names:
        count = sum(1 for cell in _texts(table, name) if cell)
        if count:
            losses.append(f"{count} values of {table.name}.{name} have no place in {LATEST}")


def _flag(cell: str) -> str:
    return "true" if cell in TRUE else "false" if cell in FALSE else cell


def _deployments(table: Table, losses: list[str]) -> Table:
    _note_dropped(table, ("_id",), losses)
    sessions, arrays = _texts(table, "session"), _texts(table, "array")
    groups = [
        " | ".join(f"{key}:{value}" for key, value in (("session", session), ("array", array)) if value)
        for session, array in zip(sessions, arrays, strict=True)
    ]
    bait = _texts(table, "baitUse")
    tags = [
        " | ".join(part for part in (tag, f"bait:{kind}" if kind not in ("", "none") else "") if part)
        for tag, kind in zip(_texts(table, "tags"), bait, strict=True)
    ]
    features = _texts(table, "featureType")
    if "other" in features:
        losses.append(f"the featureType “other” of {features.count('other')} deployments became empty")
    made = {
        "deploymentGroups": groups,
        "deploymentTags": tags,
        "baitUse": _each(bait, lambda kind: "false" if kind == "none" else "true"),
        "featureType": _each(features, lambda name: _FEATURES.get(name, "")),
        "timestampIssues": _each(_texts(table, "timestampIssues"), _flag),
    }
    return _moved(table, DEPLOYMENTS, OLD_DEPLOYMENTS, made)


def _media(table: Table, losses: list[str]) -> Table:
    _note_dropped(table, ("_id",), losses)
    losses.append("0.1.6 does not say which files are public; filePublic is false for all")
    if any(_texts(table, "sequenceID")):
        losses.append("media.sequenceID is kept only as eventID of observations")
    made = {
        "captureMethod": _each(_texts(table, "captureMethod"), lambda name: _METHODS.get(name, "")),
        "filePublic": ["false"] * table.count,
        "favorite": _each(_texts(table, "favourite"), _flag),
    }
    return _moved(table, MEDIA, OLD_MEDIA, made)


def _observations(tables: Tables, losses: list[str]) -> Table:
    table = tables["observations"]
    _note_dropped(table, ("_id", "countNew"), losses)
    if any(_texts(table, "taxonID")):
        losses.append("observations.taxonID is kept only in the taxonomic metadata")
    stages, sexes = _texts(table, "lifeStage"), _texts(table, "sex")
    if "offspring" in stages:
        losses.append(
            f"the lifeStage “offspring” of {stages.count('offspring')} observations became juvenile"
        )
    for name, cells in (("lifeStage", stages), ("sex", sexes)):
        if "unknown" in cells:
            losses.append(f"the {name} “unknown” of {cells.count('unknown')} observations became empty")
    files = _texts(table, "mediaID")
    start, end = _events(tables, files)
    made = {
        "eventStart": start,
        "eventEnd": end,
        "observationLevel": ["media" if file else "event" for file in files],
        "cameraSetupType": _each(_texts(table, "cameraSetup"), lambda cell: "setup" if cell in TRUE else ""),
        "lifeStage": _each(stages, lambda stage: {"offspring": "juvenile", "unknown": ""}.get(stage, stage)),
        "sex": _each(sexes, lambda sex: "" if sex == "unknown" else sex),
    }
    return _moved(table, OBSERVATIONS, OLD_OBSERVATIONS, made)


def _events(tables: Tables, files: list[str]) -> tuple[list[str], list[str]]:
    """Start and end: of the pictures of the sequence, else of the observation, which is one instant."""
    media, observations = tables["media"], tables["observations"]
    taken = media.instants("timestamp")
    spans: dict[str, tuple[np.datetime64, np.datetime64]] = {}
    for name, instant in zip(_texts(media, "sequenceID"), taken, strict=True):
        if name and not np.isnat(instant):
            first, last = spans.get(name, (instant, instant))
            spans[name] = min(first, instant), max(last, instant)
    own = observations.instants("timestamp")
    start, end = own.copy(), own.copy()
    for k, (name, file) in enumerate(zip(_texts(observations, "sequenceID"), files, strict=True)):
        if name in spans and not file:
            start[k], end[k] = spans[name]
    return texts_of(start), texts_of(end)


def _metadata(metadata: Mapping[str, Any], tables: Tables, losses: list[str]) -> dict[str, Any]:
    new = {key: value for key, value in metadata.items() if key not in ("organizations", "rightsHolder")}
    new["profile"] = f"{ADDRESS}/{LATEST}/camtrap-dp-profile.json"
    new["resources"] = [_resource(each) for each in metadata.get("resources", [])]
    new["contributors"] = _contributors(metadata, losses)
    new["project"] = _project(metadata.get("project") or {}, losses)
    taxa = [dict(each) for each in metadata.get("taxonomic") or []]
    for taxon in taxa:
        names = taxon.get("vernacularNames")
        if isinstance(names, dict):
            taxon["vernacularNames"] = {_LANGUAGES.get(code, code): name for code, name in names.items()}
    new["taxonomic"] = taxa
    return new


_LANGUAGES = {"en": "eng", "nl": "nld", "fr": "fra", "de": "deu", "ru": "rus", "zh": "zho", "mn": "mon"}
_ROLES = {"author": "contributor", "maintainer": "contact"}


def _resource(resource: Mapping[str, Any]) -> dict[str, Any]:
    name = resource.get("name")
    if name not in ("deployments", "media", "observations"):
        return dict(resource)
    return {**resource, "schema": schema_address(str(name)), "profile": "tabular-data-resource"}


def _contributors(metadata: Mapping[str, Any], losses: list[str]) -> list[dict[str, Any]]:
    people = [dict(each) for each in metadata.get("contributors") or []]
    for person in people:
        if person.get("role") in _ROLES:
            person["role"] = _ROLES[person["role"]]
    if any(each.get("role") in _ROLES for each in metadata.get("contributors") or []):
        losses.append("the roles author and maintainer became contributor and contact")
    for organization in metadata.get("organizations") or []:
        people.append(dict(organization))
    holder = metadata.get("rightsHolder")
    if isinstance(holder, str) and holder:
        people.append({"title": holder, "role": "rightsHolder"})
    return people


def _project(project: Mapping[str, Any], losses: list[str]) -> dict[str, Any]:
    dropped = {"animalTypes", "classificationLevel", "sequenceInterval", "_id"}
    new = {key: value for key, value in project.items() if key not in dropped}
    if "_id" in project:
        new["id"] = project["_id"]
    if "sequenceInterval" in project:
        losses.append(f"the interval of sequences, {project['sequenceInterval']} s, has no place in {LATEST}")
    design = project.get("samplingDesign")
    new["samplingDesign"] = _DESIGNS.get(str(design), design)
    new["captureMethod"] = [_METHODS.get(name, name) for name in project.get("captureMethod") or []]
    kinds = project.get("animalTypes") or []
    new["individualAnimals"] = any(kind in ("marked", "recognizable") for kind in kinds)
    levels = project.get("classificationLevel")
    new["observationLevel"] = ["media"] if levels == "media" else ["event"]
    return new
