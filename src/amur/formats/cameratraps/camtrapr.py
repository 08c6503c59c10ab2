"""Reads and writes the record table and the camera table of camtrapR as CSV."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from amur.formats.cameratraps.tables import (
    Converted,
    Outage,
    Rows,
    local_time,
    sheet_with,
    table_of,
    time_at,
    time_text,
)
from amur.formats.camtrapdp.csv_text import Sheet
from amur.formats.camtrapdp.messages import Problems
from amur.formats.camtrapdp.table import Table
from amur.formats.errors import ProblemList
from amur.formats.files import replacing

_PROBLEM = re.compile(r"(Problem\d+)_from$")
_BLANK = {"blank", "empty", "none", "ghost"}


def read_camtrapr(records: Path, cameras: Path | None, zone: ZoneInfo) -> Converted:
    """Read a record table, and the camera table that belongs to it. Raises `FormatErrors`.

    A record is an observation of the level media, the station (and camera) its deployment. Setup and
    retrieval without hours mean the start of the one day and the end of the other. Coordinates are taken
    from columns named longitude and latitude; others stay in columns of their own.
    """
    problems = Problems()
    deployments, outages, extra = _cameras(cameras, zone, problems) if cameras else ([], [], [])
    media, observations, losses = _records(records, zone, problems)
    problems.raise_if_errors()
    return Converted(
        table_of("deployments", deployments, extra),
        table_of("media", media),
        table_of("observations", observations),
        tuple(losses),
        tuple(outages),
    )


def _cameras(path: Path, zone: ZoneInfo, problems: Problems) -> tuple[Rows, list[Outage], list[str]]:
    sheet = sheet_with(path, ("Station", "Setup_date", "Retrieval_date"), problems)
    if sheet is None:
        return [], [], []
    known = {"Station", "Camera", "Setup_date", "Retrieval_date", "longitude", "latitude"}
    mine, names = problems.of(path), sheet.table.names
    stops = [found[1] for name in names if (found := _PROBLEM.match(name))]
    extra = [name for name in names if name not in known and not name.startswith("Problem")]
    rows: Rows = []
    outages = []
    for place, row in zip(sheet.rows.tolist(), sheet.table.rows(), strict=True):
        deployment = _deployment(row)
        rows.append(
            {
                "deploymentID": deployment,
                "locationID": row["Station"],
                "cameraID": row.get("Camera", ""),
                "longitude": row.get("longitude", ""),
                "latitude": row.get("latitude", ""),
                "deploymentStart": time_at(row["Setup_date"], zone, mine, place, "Setup_date"),
                "deploymentEnd": _end(row["Retrieval_date"], zone, mine, place, "Retrieval_date"),
                **{name: row[name] for name in extra},
            }
        )
        for stop in stops:
            if row[f"{stop}_from"]:
                start = time_at(row[f"{stop}_from"], zone, mine, place, f"{stop}_from")
                end = _end(row.get(f"{stop}_to", ""), zone, mine, place, f"{stop}_to")
                outages.append(Outage(deployment, start, end))
    return rows, outages, extra


def _deployment(row: dict[str, str]) -> str:
    return "__".join(part for part in (row["Station"], row.get("Camera", "")) if part)


def _end(text: str, zone: ZoneInfo, mine: ProblemList, row: int, column: str) -> str:
    """The end of a span: a day without hours is meant with its last hour."""
    moment = local_time(text, zone)
    if moment is None or ":" in text:
        return time_at(text, zone, mine, row, column)
    return time_text((moment.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=zone))


def _records(path: Path, zone: ZoneInfo, problems: Problems) -> tuple[Rows, Rows, list[str]]:
    sheet = sheet_with(path, ("Station", "Species", "DateTimeOriginal"), problems)
    if sheet is None:
        return [], [], []
    mine = problems.of(path)
    media: Rows = []
    observations: Rows = []
    for place, row in zip(sheet.rows.tolist(), sheet.table.rows(), strict=True):
        taken = time_at(row["DateTimeOriginal"], zone, mine, place, "DateTimeOriginal")
        name, folder = row.get("FileName", ""), row.get("Directory", "")
        common = {"mediaID": f"r{place - 1}" if name else "", "deploymentID": _deployment(row)}
        if name:
            about = {"timestamp": taken, "filePath": _path(folder, name), "fileName": name}
            media.append({**common, **about, "filePublic": "false", "fileMediatype": "image/jpeg"})
        blank = row["Species"].lower() in _BLANK
        observations.append(
            {
                **common,
                "observationID": f"o{place - 1}",
                "eventStart": taken,
                "eventEnd": taken,
                "observationLevel": "media" if name else "event",
                "observationType": "blank" if blank else "animal",
                "scientificName": "" if blank else row["Species"],
                "individualID": row.get("Individual", ""),
            }
        )
    return media, observations, _losses(sheet)


def _path(folder: str, name: str) -> str:
    """A path without what Camtrap DP forbids at its start."""
    return "/".join(part for part in (folder.replace("\\", "/").lstrip("./~"), name) if part)


def _losses(sheet: Sheet) -> list[str]:
    again = [name for name in sheet.table.names if name.startswith("delta.time")]
    tags = [name for name in sheet.table.names if name.startswith("metadata_") or name == "n_images"]
    losses = [f"{', '.join(again)}: computed anew from the times"] if again else []
    return losses + ([f"{', '.join(tags)}: no place in the tables"] if tags else [])


def write_camtrapr(observations: Table, deployments: Table, folder: Path, zone: ZoneInfo) -> tuple[str, ...]:
    """Write recordTable.csv and cameraTable.csv in local time of `zone`; returns what was lost.

    Animals of all levels are written: take the observations of one level, or they count twice.
    """
    station = dict(zip(deployments.texts("deploymentID"), deployments.texts("locationID"), strict=True))
    camera = dict(zip(deployments.texts("deploymentID"), deployments.texts("cameraID"), strict=True))
    records = []
    for row in observations.rows():
        if row["observationType"] == "animal":
            moment = _local(row["eventStart"], zone)
            place = row["deploymentID"]
            cells = [station.get(place) or place, camera.get(place, ""), row["scientificName"]]
            times = [f"{moment:%Y-%m-%d %H:%M:%S}", f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}"]
            records.append([*cells, row["individualID"], *times])
    titles = ["Station", "Camera", "Species", "Individual", "DateTimeOriginal", "Date", "Time"]
    _write(folder / "recordTable.csv", titles, records)
    cameras = []
    for row in deployments.rows():
        start, end = _local(row["deploymentStart"], zone), _local(row["deploymentEnd"], zone)
        cells = [row["locationID"] or row["deploymentID"], row["cameraID"]]
        times = [f"{start:%Y-%m-%d %H:%M:%S}", f"{end:%Y-%m-%d %H:%M:%S}"]
        cameras.append([*cells, row["longitude"], row["latitude"], *times])
    titles = ["Station", "Camera", "longitude", "latitude", "Setup_date", "Retrieval_date"]
    _write(folder / "cameraTable.csv", titles, cameras)
    return ("observations that are no animals", "counts, boxes, classifications, comments")


def _local(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).astimezone(zone)


def _write(path: Path, titles: list[str], rows: list[list[str]]) -> None:
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(titles)
        writer.writerows(rows)
