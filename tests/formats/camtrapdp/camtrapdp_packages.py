"""A small package for tests: valid as it stands, cells, rows and metadata changed by those who call it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from amur.formats.camtrapdp.schema import TABLES, schema_address

DATA = Path(__file__).parents[4] / "shared" / "data" / "camtrapdp"
EXAMPLE = DATA / "example-1.0.2"
Rows = list[dict[str, str]]
Tables = dict[str, Rows]


def row_of(table: str, **cells: str) -> dict[str, str]:
    """A row with all columns of the standard, empty where nothing is given."""
    (schema,) = [schema for schema in TABLES if schema.name == table]
    return {name: cells.get(name, "") for name in schema.names}


def small_tables() -> Tables:
    """Two stations, three pictures, three observations."""
    deployments = [
        row_of(
            "deployments",
            deploymentID=f"d{k}",
            locationID=f"s{k}",
            latitude="43.5",
            longitude=f"131.{k}",
            deploymentStart="2026-03-01T08:00:00+10:00",
            deploymentEnd="2026-03-31T08:00:00+10:00",
            baitUse="false",
            featureType="trailGame",
            cameraHeading="120",
        )
        for k in (1, 2)
    ]
    media = [
        row_of(
            "media",
            mediaID=f"m{k}",
            deploymentID="d1",
            captureMethod="activityDetection",
            timestamp=f"2026-03-02T21:00:0{k}+10:00",
            filePath=f"d1/IMG_{k}.JPG",
            filePublic="false",
            fileMediatype="image/jpeg",
        )
        for k in (1, 2, 3)
    ]
    observations = [
        row_of(
            "observations",
            observationID=f"o{k}",
            deploymentID="d1",
            mediaID=f"m{k}",
            eventID="e1",
            eventStart="2026-03-02T11:00:01Z",
            eventEnd="2026-03-02T11:00:03Z",
            observationLevel="media",
            observationType="animal",
            scientificName="Panthera tigris",
            count="1",
            sex="female",
            lifeStage="adult",
            individualID="T12",
            bboxX="0.25",
            bboxY="0.5",
            bboxWidth="0.5",
            bboxHeight="0.25",
            classificationProbability="0.9",
        )
        for k in (1, 2, 3)
    ]
    return {"deployments": deployments, "media": media, "observations": observations}


def small_metadata() -> dict[str, Any]:
    """What datapackage.json of the small package holds."""
    return {
        "profile": "https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.2/camtrap-dp-profile.json",
        "created": "2026-04-02T00:00:00Z",
        "contributors": [{"title": "A ranger"}],
        "project": {
            "title": "Tigers of the ridge",
            "samplingDesign": "targeted",
            "captureMethod": ["activityDetection"],
            "individualAnimals": True,
            "observationLevel": ["media"],
        },
        "spatial": {"type": "Point", "coordinates": [131.1, 43.5]},
        "temporal": {"start": "2026-03-01", "end": "2026-03-31"},
        "taxonomic": [{"scientificName": "Panthera tigris"}],
        "resources": [
            {
                "name": schema.name,
                "path": f"{schema.name}.csv",
                "profile": "tabular-data-resource",
                "schema": schema_address(schema.name),
            }
            for schema in TABLES
        ],
    }


def write_small(
    folder: Path,
    change: Callable[[Tables], object] = lambda tables: None,
    metadata: Callable[[dict[str, Any]], object] = lambda content: None,
) -> Path:
    """Write the package, changed in place by `change` and `metadata`; returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tables, content = small_tables(), small_metadata()
    change(tables)
    metadata(content)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    (folder / "datapackage.json").write_text(json.dumps(content), encoding="utf-8")
    return folder
