"""Checks the metadata of a package, datapackage.json, against the profile of Camtrap DP 1.0.x."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amur.formats.camtrapdp.schema import CAPTURE_METHODS, TABLES, VERSIONS
from amur.formats.errors import ProblemList, shortened

DESIGNS = (
    "simpleRandom", "systematicRandom", "clusteredRandom", "experimental", "targeted", "opportunistic",
)  # fmt: skip
ROLES = ("contact", "principalInvestigator", "rightsHolder", "publisher", "contributor")
RANKS = ("kingdom", "phylum", "class", "order", "family", "genus", "species", "subspecies")
_VERSION = re.compile(r"/camtrap-dp/(?:v)?(\d+(?:\.\d+)*)/camtrap-dp-profile\.json$")


@dataclass(frozen=True, slots=True)
class _Property:
    """A property: `kind` is its type; `choices` are of the text, or of the texts of a list."""

    name: str
    kind: type | tuple[type, ...]
    wanted: str
    choices: tuple[str, ...] = ()
    required: bool = True


_PACKAGE = (
    _Property("created", str, "date and time, such as 2026-03-01T22:00:00Z"),
    _Property("contributors", list, "a list of people and organizations, each with a title"),
    _Property("project", dict, "the project, with title and samplingDesign"),
    _Property("spatial", dict, "the area as GeoJSON"),
    _Property("temporal", dict, "start and end, such as 2026-03-01"),
    _Property("taxonomic", list, "a list of taxa, each with a scientificName"),
    _Property("coordinatePrecision", (int, float), "a number of degrees, such as 0.001", required=False),
    _Property("bibliographicCitation", str, "a citation", required=False),
)
_PROJECT = (
    _Property("title", str, "the title of the project"),
    _Property("samplingDesign", str, f"one of {', '.join(DESIGNS)}", DESIGNS),
    _Property("captureMethod", list, f"a list of {' and '.join(CAPTURE_METHODS)}", CAPTURE_METHODS),
    _Property("individualAnimals", bool, "true or false"),
    _Property("observationLevel", list, "a list of media and event", ("media", "event")),
)
_DATES = (
    _Property("start", str, "a date such as 2026-03-01"),
    _Property("end", str, "a date such as 2026-03-01"),
)
_TAXON = (
    _Property("scientificName", str, "the scientific name"),
    _Property("taxonRank", str, f"one of {', '.join(RANKS)}", RANKS, required=False),
    _Property("vernacularNames", dict, "names by code of language, such as eng", required=False),
)
_CONTRIBUTOR = (
    _Property("title", str, "the name"),
    _Property("role", str, f"one of {', '.join(ROLES)}", ROLES, required=False),
)
_LICENCE = (_Property("scope", str, "data or media", ("data", "media")),)


def version_of(metadata: Mapping[str, Any]) -> str:
    """The version of Camtrap DP that a package claims, "" for none.

    >>> version_of({"profile": "https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.2/camtrap-dp-profile.json"})
    '1.0.2'
    """
    found = _VERSION.search(str(metadata.get("profile", "")))
    return found[1] if found else ""


def check_metadata(metadata: Mapping[str, Any], mine: ProblemList) -> None:
    """Note properties that are not there or of a wrong kind. The version is one of 1.0.x."""
    _check(metadata, _PACKAGE, "", mine)
    if isinstance(metadata.get("project"), dict):
        _check(metadata["project"], _PROJECT, "project.", mine)
    if isinstance(metadata.get("temporal"), dict):
        _check(metadata["temporal"], _DATES, "temporal.", mine)
        for name in ("start", "end"):
            date = metadata["temporal"].get(name)
            if isinstance(date, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
                _wrong(f"temporal.{name}", date, _DATES[0].wanted, mine)
    if isinstance(metadata.get("spatial"), dict) and "type" not in metadata["spatial"]:
        mine.error("package-property", column="spatial.type", name="spatial.type", wanted="such as Polygon")
    for name, properties in (("taxonomic", _TAXON), ("contributors", _CONTRIBUTOR), ("licenses", _LICENCE)):
        _check_items(metadata.get(name, []), name, properties, mine)
    if isinstance(metadata.get("licenses"), list):
        scopes = {each.get("scope") for each in metadata["licenses"] if isinstance(each, dict)}
        if not {"data", "media"} <= scopes:
            wanted = "one licence of the scope data and one of the scope media"
            _wrong("licenses", f"{len(metadata['licenses'])} licences", wanted, mine)
    _check_resources(metadata, mine)


def _check(
    found: Mapping[str, Any], properties: tuple[_Property, ...], prefix: str, mine: ProblemList
) -> None:
    for each in properties:
        name, value = prefix + each.name, found.get(each.name)
        if value is None:
            if each.required:
                mine.error("package-property", column=name, name=name, wanted=each.wanted)
            continue
        right = isinstance(value, each.kind) and (each.kind is bool or not isinstance(value, bool))
        if right and each.choices:
            values = value if isinstance(value, list) else [value]
            right = bool(values) and all(one in each.choices for one in values)
        if not right or (each.required and value in ("", [])):
            _wrong(name, value, each.wanted, mine)


def _check_items(items: object, name: str, properties: tuple[_Property, ...], mine: ProblemList) -> None:
    if not isinstance(items, list):
        if name == "licenses":
            _wrong(name, items, "a list of licences", mine)
        return
    for k, item in enumerate(items):
        if isinstance(item, dict):
            _check(item, properties, f"{name}[{k}].", mine)
        else:
            _wrong(f"{name}[{k}]", item, "an object", mine)


def _check_resources(metadata: Mapping[str, Any], mine: ProblemList) -> None:
    resources = metadata.get("resources")
    if not isinstance(resources, list):
        mine.error("package-property", column="resources", name="resources", wanted="a list of the tables")
        return
    named: dict[str, Mapping[str, Any]] = {}
    for k, resource in enumerate(resources):
        if not isinstance(resource, dict) or not isinstance(resource.get("name"), str):
            mine.error(
                "package-property", column=f"resources[{k}].name", name="name", wanted="a name of its own"
            )
        elif resource["name"] in named:
            _wrong(f"resources[{k}].name", resource["name"], "a name of its own", mine)
        else:
            named[resource["name"]] = resource
    for schema in TABLES:
        resource = named.get(schema.name, {})
        if not resource:
            mine.error("resource-missing", column=f"resources.{schema.name}", name=schema.name)
            continue
        about = f"resources.{schema.name}."
        if resource.get("profile") != "tabular-data-resource":
            _wrong(about + "profile", resource.get("profile"), "tabular-data-resource", mine)
        if not resource.get("schema"):
            wanted = f"the address of the schema of a version {', '.join(VERSIONS)}"
            mine.error("package-property", column=about + "schema", name=about + "schema", wanted=wanted)


def _wrong(name: str, value: object, wanted: str, mine: ProblemList) -> None:
    mine.error("package-value", column=name, name=name, value=shortened(value), wanted=wanted)
