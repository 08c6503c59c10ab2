"""Reads the CSV file of Timelapse: one row for each picture, with the fields of the user's own template."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from amur.formats.cameratraps.tables import Converted, Rows, sheet_with, table_of, time_at
from amur.formats.camtrapdp.messages import Problems
from amur.formats.camtrapdp.schema import OBSERVATIONS

_OWN = {
    "RootFolder",
    "Folder",
    "File",
    "RelativePath",
    "DateTime",
    "Date",
    "Time",
    "DeleteFlag",
    "ImageQuality",
}
_VIDEO = {".mp4": "video/mp4", ".avi": "video/x-msvideo", ".mov": "video/quicktime", ".asf": "video/x-ms-asf"}


def read_timelapse(path: Path, zone: ZoneInfo, fields: Mapping[str, str]) -> Converted:
    """Read a file of Timelapse; local times are of `zone`. Raises `FormatErrors`.

    `fields` says which field of the template is which column of observations, such as
    {"Species": "scientificName"}; the deployment is the relative path. Rows with a DeleteFlag are left out.
    Raises ValueError for a column that observations do not have.
    """
    for column in fields.values():
        if column not in OBSERVATIONS.names:
            raise ValueError(f"observations have no column {column!r}")
    problems = Problems()
    sheet = sheet_with(path, ("File", "RelativePath", *fields), problems)
    if sheet is None:
        raise problems.found
    mine = problems.of(path)
    whole = "DateTime" in sheet.table.columns
    media: Rows = []
    observations: Rows = []
    deleted = 0
    for place, row in zip(sheet.rows.tolist(), sheet.table.rows(), strict=True):
        if row.get("DeleteFlag", "").lower() == "true":
            deleted += 1
            continue
        given = row["DateTime"] if whole else f"{row.get('Date', '')} {row.get('Time', '')}"
        taken = time_at(given, zone, mine, place, "DateTime" if whole else "Date")
        folder = row["RelativePath"].replace("\\", "/").strip("/")
        common = {"mediaID": f"t{place - 1}", "deploymentID": folder}
        suffix = PurePosixPath(row["File"]).suffix.lower()
        media.append(
            {
                **common,
                "timestamp": taken,
                "filePath": "/".join(part for part in (folder, row["File"]) if part),
                "filePublic": "false",
                "fileName": row["File"],
                "fileMediatype": _VIDEO.get(suffix, "image/jpeg"),
            }
        )
        said = {column: row[name] for name, column in fields.items()}
        kind = "animal" if said.get("scientificName") else "unclassified"
        about = {"observationLevel": "media", "eventStart": taken, "eventEnd": taken}
        observations.append(
            {"observationID": f"t{place - 1}_1", **common, "observationType": kind, **about, **said}
        )
    problems.raise_if_errors()
    lost = [name for name in sheet.table.names if name not in _OWN and name not in fields]
    losses = [f"fields without a column: {', '.join(lost)}"] if lost else []
    if deleted:
        losses.append(f"{deleted} pictures that are marked for deletion")
    empty = table_of("deployments", [])
    return Converted(empty, table_of("media", media), table_of("observations", observations), tuple(losses))
