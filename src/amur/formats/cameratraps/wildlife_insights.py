"""Reads an export of Wildlife Insights: projects, cameras, deployments and images as CSV in one folder."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from amur.formats.cameratraps.tables import Converted, Rows, sheet_with, table_of, time_at
from amur.formats.camtrapdp.messages import Problems

_DEPLOYMENTS = ("deployment_id", "longitude", "latitude", "start_date", "end_date")
_IMAGES = ("image_id", "deployment_id", "filename", "location", "is_blank", "timestamp")
_STAGES = {"adult": "adult", "subadult": "subadult", "juvenile": "juvenile", "young": "juvenile"}
_LOST = {
    "uncertainty": "uncertainty of an identification",
    "license": "licence of a single image",
    "markings": "markings",
    "individual_animal_notes": "notes on individuals",
    "wi_taxon_id": "wi_taxon_id",
}


def read_wildlife_insights(folder: Path, zone: ZoneInfo) -> Converted:
    """Read an export in image mode; its local times are of `zone`. Raises `FormatErrors`.

    Each row of images.csv is an observation of the level media; several rows may share an image.
    """
    problems = Problems()
    cameras = _cameras(folder / "cameras.csv", problems)
    deployments = _deployments(folder / "deployments.csv", zone, cameras, problems)
    media, observations, losses = _images(folder / "images.csv", zone, problems)
    problems.raise_if_errors()
    return Converted(
        table_of("deployments", deployments),
        table_of("media", media),
        table_of("observations", observations),
        tuple(losses),
    )


def _cameras(path: Path, problems: Problems) -> dict[str, str]:
    """Maker and model by camera; exports may lack the file."""
    sheet = sheet_with(path, ("camera_id",), problems) if path.is_file() else None
    if sheet is None:
        return {}
    return {
        row["camera_id"]: "-".join(part for part in (row.get("make", ""), row.get("model", "")) if part)
        for row in sheet.table.rows()
    }


def _deployments(path: Path, zone: ZoneInfo, cameras: dict[str, str], problems: Problems) -> Rows:
    sheet = sheet_with(path, _DEPLOYMENTS, problems)
    if sheet is None:
        return []
    mine, rows = problems.of(path), []
    for place, row in zip(sheet.rows.tolist(), sheet.table.rows(), strict=True):
        camera, bait = row.get("camera_id", ""), row.get("bait_type", "").lower()
        rows.append(
            {
                "deploymentID": row["deployment_id"],
                "locationID": row.get("placename", ""),
                "locationName": row.get("placename", ""),
                "longitude": row["longitude"],
                "latitude": row["latitude"],
                "deploymentStart": time_at(row["start_date"], zone, mine, place, "start_date"),
                "deploymentEnd": time_at(row["end_date"], zone, mine, place, "end_date"),
                "cameraID": camera,
                "cameraModel": cameras.get(camera, ""),
                "cameraDelay": row.get("quiet_period", ""),
                "baitUse": "" if not bait else "false" if bait == "none" else "true",
                "deploymentComments": row.get("camera_functioning", ""),
            }
        )
    return rows


def _images(path: Path, zone: ZoneInfo, problems: Problems) -> tuple[Rows, Rows, list[str]]:
    sheet = sheet_with(path, _IMAGES, problems)
    if sheet is None:
        return [], [], []
    mine = problems.of(path)
    media: dict[str, dict[str, str]] = {}
    observations: Rows = []
    counts: dict[str, int] = {}
    lost = dict.fromkeys(_LOST, 0)
    for place, row in zip(sheet.rows.tolist(), sheet.table.rows(), strict=True):
        image, taken = row["image_id"], time_at(row["timestamp"], zone, mine, place, "timestamp")
        number = counts[image] = counts.get(image, 0) + 1
        common = {"mediaID": image, "deploymentID": row["deployment_id"]}
        media[image] = {
            **common,
            "timestamp": taken,
            "filePath": row["location"] or row["filename"],
            "filePublic": "false",
            "fileName": row["filename"],
            "fileMediatype": "image/jpeg",
            "favorite": {"1": "true", "0": "false"}.get(row.get("highlighted", ""), ""),
        }
        observations.append({**common, **_observation(row, taken), "observationID": f"{image}_{number}"})
        for name in lost:
            lost[name] += bool(row.get(name))
    losses = [f"{count} values: {_LOST[name]}" for name, count in lost.items() if count]
    return list(media.values()), observations, losses


def _observation(row: dict[str, str], taken: str) -> dict[str, str]:
    name = _name(row)
    blank = row["is_blank"].lower() in ("1", "true")
    word = row.get("common_name", "").lower()
    kind = "animal" if name else "unknown"
    if blank or word == "blank":
        kind, name = "blank", ""
    elif name == "Homo sapiens" or word.startswith("human"):
        kind, name = "human", "Homo sapiens"
    elif word in ("vehicle", "motorized vehicle"):
        kind, name = "vehicle", ""
    number = row.get("number_of_objects", "")
    machine = "computer vision" in row.get("identified_by", "").lower()
    return {
        "eventStart": taken,
        "eventEnd": taken,
        "observationLevel": "media",
        "observationType": kind,
        "scientificName": name,
        "count": number if number.isdigit() and int(number) > 0 and not blank else "",
        "lifeStage": _STAGES.get(row.get("age", "").lower(), ""),
        "sex": row["sex"].lower() if row.get("sex", "").lower() in ("female", "male") else "",
        "individualID": row.get("individual_id", ""),
        "classificationMethod": "machine" if machine else "human",
        "classifiedBy": row.get("identified_by", ""),
        "classificationProbability": row.get("cv_confidence", "") if machine else "",
    }


def _name(row: dict[str, str]) -> str:
    """The scientific name, at the rank to which the animal was identified."""
    genus, species = row.get("genus", ""), row.get("species", "")
    if genus and species:
        return f"{genus} {species}"
    return genus or row.get("family", "") or row.get("order", "") or row.get("class", "")
