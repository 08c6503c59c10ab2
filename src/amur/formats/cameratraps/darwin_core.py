"""Writes a package as a Darwin Core Archive: occurrences of animals, their pictures, meta.xml.

What is written is what the package holds: give it places and times as they are to be released. Source of the
mapping: the Darwin Core guide of Camtrap DP, as the R package camtrapdp 0.5 follows it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

import numpy as np

from amur.formats.camtrapdp import Package
from amur.formats.camtrapdp.instants import texts_of
from amur.formats.camtrapdp.older import spaced
from amur.formats.files import replacing

Level = Literal["event", "media"]
_DWC, _DCTERMS, _AC = (
    "http://rs.tdwg.org/dwc/terms/",
    "http://purl.org/dc/terms/",
    "http://rs.tdwg.org/ac/terms/",
)
_OCCURRENCE = (
    *(_DCTERMS + name for name in ("type", "license", "rightsHolder")),
    *(
        _DWC + name
        for name in (
            "datasetID", "collectionCode", "datasetName", "basisOfRecord", "dataGeneralizations",
            "occurrenceID", "individualCount", "sex", "lifeStage", "behavior", "occurrenceStatus",
            "occurrenceRemarks", "organismID", "eventID", "parentEventID", "eventDate", "habitat",
            "samplingProtocol", "samplingEffort", "eventRemarks", "locationID", "locality",
            "minimumDepthInMeters", "maximumDepthInMeters", "minimumDistanceAboveSurfaceInMeters",
            "maximumDistanceAboveSurfaceInMeters", "decimalLatitude", "decimalLongitude", "geodeticDatum",
            "coordinateUncertaintyInMeters", "coordinatePrecision", "identifiedBy", "dateIdentified",
            "identificationVerificationStatus", "identificationRemarks", "taxonID", "scientificName",
            "kingdom",
        )
    ),
)  # fmt: skip
_MULTIMEDIA = {
    "occurrenceID": _DWC + "occurrenceID",
    "identifier": _DCTERMS + "identifier",
    "dc:type": "http://purl.org/dc/elements/1.1/type",
    "comments": _AC + "comments",
    "dcterms:rights": _DCTERMS + "rights",
    "CreateDate": "http://ns.adobe.com/xap/1.0/CreateDate",
    "captureDevice": _AC + "captureDevice",
    "resourceCreationTechnique": _AC + "resourceCreationTechnique",
    "accessURI": _AC + "accessURI",
    "dc:format": _DCTERMS + "format",
    "serviceExpectation": _AC + "serviceExpectation",
}
_TYPES = {"image": "StillImage", "video": "MovingImage", "audio": "Sound"}
_FEATURES = {
    "roadPaved": "paved road",
    "roadDirt": "dirt road",
    "trailHiking": "hiking trail",
    "trailGame": "game trail",
}


def write_darwin_core(package: Package, folder: Path, level: Level = "event") -> tuple[str, ...]:
    """Write occurrence.csv, multimedia.csv and meta.xml; returns what was lost.

    Occurrences are the observations of animals of one level; media that are not public are left out. Times
    are in UTC.
    """
    deployments = {
        row["deploymentID"]: row for row in _in_utc(package.deployments, "deploymentStart", "deploymentEnd")
    }
    times = ("eventStart", "eventEnd", "classificationTimestamp")
    found = [
        row
        for row in _in_utc(package.observations, *times)
        if row["observationType"] == "animal" and row["observationLevel"] == level
    ]
    about = _about(package.metadata)
    occurrences = [
        {**about, **_occurrence(row, deployments[row["deploymentID"]], package.metadata)} for row in found
    ]
    folder.mkdir(parents=True, exist_ok=True)
    names = [term.rsplit("/", 1)[1] for term in _OCCURRENCE]
    _write(folder / "occurrence.csv", names, occurrences)
    _write(folder / "multimedia.csv", list(_MULTIMEDIA), _multimedia(package, found, deployments))
    with replacing(folder / "meta.xml") as temporary:
        temporary.write_text(_meta(names), encoding="utf-8")
    other = sum(1 for each in package.observations.texts("observationLevel") if each != level)
    losses = ["boxes, positions and speeds of individuals", "observations that are no animals"]
    return (*losses, f"{other} observations of the other level") if other else tuple(losses)


def _in_utc(table: Any, *names: str) -> list[dict[str, str]]:
    changed = table.with_columns({name: texts_of(table.instants(name)) for name in names})
    return list(changed.rows())


def _about(metadata: Mapping[str, Any]) -> dict[str, str]:
    """What is the same for all occurrences."""
    precision = metadata.get("coordinatePrecision")
    holders = [each for each in metadata.get("contributors") or [] if each.get("role") == "rightsHolder"]
    sources = metadata.get("sources")
    source = sources[0] if isinstance(sources, list) and sources and isinstance(sources[0], dict) else {}
    return {
        "type": "Image",
        "license": _licence(metadata, "data"),
        "rightsHolder": holders[0].get("title", "") if holders else "",
        "datasetID": str(metadata.get("id") or ""),
        "collectionCode": str(source.get("title", "")),
        "datasetName": str(metadata.get("title") or ""),
        "basisOfRecord": "MachineObservation",
        "dataGeneralizations": f"coordinates rounded to {precision:g} degree" if precision else "",
        "occurrenceStatus": "present",
        "samplingProtocol": "camera trap",
        "geodeticDatum": "EPSG:4326",
        "coordinatePrecision": f"{precision:g}" if precision else "",
        "kingdom": "Animalia",
    }


def _licence(metadata: Mapping[str, Any], scope: str) -> str:
    for each in metadata.get("licenses") or []:
        if each.get("scope") == scope:
            return str(each.get("name") or "")
    return ""


def _occurrence(row: dict[str, str], place: dict[str, str], metadata: Mapping[str, Any]) -> dict[str, str]:
    taxa = {each.get("scientificName"): each for each in metadata.get("taxonomic") or []}
    span = [row["eventStart"], row["eventEnd"]]
    height, depth = _plain(place["cameraHeight"]), _plain(place["cameraDepth"])
    return {
        "occurrenceID": row["observationID"],
        "individualCount": row["count"],
        "sex": row["sex"],
        "lifeStage": row["lifeStage"],
        "behavior": row["behavior"],
        "occurrenceRemarks": row["observationComments"],
        "organismID": row["individualID"],
        "eventID": row["eventID"],
        "parentEventID": row["deploymentID"],
        "eventDate": "/".join(dict.fromkeys(each for each in span if each)),
        "habitat": place["habitat"],
        "samplingEffort": f"{place['deploymentStart']}/{place['deploymentEnd']}",
        "eventRemarks": _event_remarks(row, place),
        "locationID": place["locationID"],
        "locality": place["locationName"],
        "minimumDepthInMeters": depth,
        "maximumDepthInMeters": depth,
        "minimumDistanceAboveSurfaceInMeters": height,
        "maximumDistanceAboveSurfaceInMeters": height,
        "decimalLatitude": _plain(place["latitude"]),
        "decimalLongitude": _plain(place["longitude"]),
        "coordinateUncertaintyInMeters": place["coordinateUncertainty"],
        "identifiedBy": row["classifiedBy"],
        "dateIdentified": row["classificationTimestamp"],
        "identificationRemarks": _identification(row),
        "taxonID": str(taxa.get(row["scientificName"], {}).get("taxonID") or ""),
        "scientificName": row["scientificName"],
    }


def _plain(number: str) -> str:
    """A number without zeros at its end, as R prints it."""
    return f"{float(number):.15g}" if number else ""


def _event_remarks(row: dict[str, str], place: dict[str, str]) -> str:
    bait = {"true": " with bait", "false": " without bait"}.get(place["baitUse"].lower(), "")
    feature = place["featureType"]
    near = f" near {_FEATURES.get(feature) or spaced(feature)}" if feature else ""
    tags = f"tags: {row['observationTags']}" if row["observationTags"] else ""
    return " | ".join(
        part for part in (f"camera trap{bait}{near}", tags, place["deploymentComments"]) if part
    )


def _identification(row: dict[str, str]) -> str:
    if not row["classificationMethod"]:
        return ""
    sure = row["classificationProbability"]
    certainty = f" with {round(100 * float(sure))}% certainty" if sure else ""
    return f"classified by a {row['classificationMethod']}{certainty}"


def _multimedia(
    package: Package, found: Sequence[dict[str, str]], deployments: Mapping[str, dict[str, str]]
) -> list[dict[str, str]]:
    """The public media of each occurrence: its own, or those that were taken during its event."""
    media = _in_utc(package.media, "timestamp")
    public = [row["filePublic"] in ("true", "True", "TRUE", "1") for row in media]
    own = {row["mediaID"]: k for k, row in enumerate(media)}
    at: dict[str, list[int]] = {}
    for k in np.argsort(package.media.instants("timestamp"), kind="stable").tolist():
        at.setdefault(media[k]["deploymentID"], []).append(k)
    taken = {name: [media[k]["timestamp"] for k in numbers] for name, numbers in at.items()}
    rights = _licence(package.metadata, "media")
    pairs = []
    for number, row in enumerate(found):
        if row["mediaID"]:
            numbers = [own[row["mediaID"]]] if row["mediaID"] in own else []
        else:
            times = np.array(taken.get(row["deploymentID"], []), dtype=str)
            first, last = (
                np.searchsorted(times, row["eventStart"]),
                np.searchsorted(times, row["eventEnd"], "right"),
            )
            numbers = at.get(row["deploymentID"], [])[first:last]
        pairs += [(k, number) for k in numbers if public[k]]
    return [
        _medium(found[number]["observationID"], media[k], deployments[media[k]["deploymentID"]], rights)
        for k, number in sorted(pairs)
    ]


def _medium(occurrence: str, row: dict[str, str], place: dict[str, str], rights: str) -> dict[str, str]:
    favourite = "marked as favorite" if row["favorite"].lower() in ("true", "1") else ""
    return {
        "occurrenceID": occurrence,
        "identifier": row["mediaID"],
        "dc:type": _TYPES.get(row["fileMediatype"].split("/")[0], ""),
        "comments": " | ".join(part for part in (favourite, row["mediaComments"]) if part),
        "dcterms:rights": rights,
        "CreateDate": row["timestamp"],
        "captureDevice": place["cameraModel"],
        "resourceCreationTechnique": spaced(row["captureMethod"]),
        "accessURI": row["filePath"],
        "dc:format": row["fileMediatype"],
        "serviceExpectation": "online" if "://" in row["filePath"] else "local",
    }


def _write(path: Path, names: list[str], rows: Sequence[Mapping[str, str]]) -> None:
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([[row.get(name, "") for name in names] for row in rows])


def _meta(names: list[str]) -> str:
    core = _described(
        "core", "Occurrence", _DWC, "occurrence.csv", "id", names.index("occurrenceID"), _OCCURRENCE
    )
    media = _described(
        "extension", "Multimedia", _AC, "multimedia.csv", "coreid", 0, tuple(_MULTIMEDIA.values())
    )
    return f'<archive xmlns="http://rs.tdwg.org/dwc/text/">\n{core}{media}</archive>\n'


def _described(
    element: str, kind: str, prefix: str, file: str, key: str, place: int, terms: Sequence[str]
) -> str:
    fields = "".join(f'    <field index="{k}" term={quoteattr(term)}/>\n' for k, term in enumerate(terms))
    return (
        f'  <{element} encoding="UTF-8" fieldsTerminatedBy="," linesTerminatedBy="\\n" '
        f'fieldsEnclosedBy="&quot;" ignoreHeaderLines="1" rowType="{prefix}{kind}">\n'
        f"    <files>\n      <location>{file}</location>\n    </files>\n"
        f'    <{key} index="{place}"/>\n{fields}  </{element}>\n'
    )
