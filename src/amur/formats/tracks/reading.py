"""Reads a file of tracks, whatever its format, by the end of its name."""

from __future__ import annotations

import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from amur.formats.errors import ProblemList, shortened
from amur.formats.files import UnsafeArchive, unpack
from amur.formats.tracks.marked_up import read_gpx, read_kml
from amur.formats.tracks.messages import WORDINGS
from amur.formats.tracks.tabular import read_csv, read_geojson, read_gpkg
from amur.formats.tracks.track import Columns, Tracks


def read_tracks(path: Path, zone: ZoneInfo | None = None, columns: Columns | None = None) -> Tracks:
    """The tracks of a GPX, KML, KMZ, GeoJSON, GeoPackage or CSV file. Raises `FormatErrors`.

    Times without an offset are local ones of the `zone`; without a zone they are errors.

    >>> path = Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = path.write_text("lon,lat,time\\n135.1,48.2,2026-03-01 08:30:00\\n,,2026-03-01 08:31:00\\n")
    >>> (track,) = read_tracks(path, ZoneInfo("Asia/Vladivostok")).tracks
    >>> track.longitude.tolist(), str(track.instant[0])
    ([135.1, nan], '2026-02-28T22:30:00.000')
    """
    problems = ProblemList(WORDINGS, path.name)
    try:
        found = _read(path, zone, columns or Columns(), problems)
    except FileNotFoundError:
        problems.error("file-missing", path=shortened(path))
        found = Tracks(())
    if not problems.error_count and not any(len(track) for track in found.tracks):
        problems.error("no-fixes")
    problems.raise_if_errors()
    return found


def _read(path: Path, zone: ZoneInfo | None, columns: Columns, problems: ProblemList) -> Tracks:
    suffix = path.suffix.lower()
    if suffix == ".gpx":
        with path.open("rb") as opened:
            return read_gpx(opened, zone, problems)
    if suffix == ".kml":
        with path.open("rb") as opened:
            return read_kml(opened, zone, problems)
    if suffix == ".kmz":
        return _read_kmz(path, zone, problems)
    if suffix in (".geojson", ".json"):
        return read_geojson(path, zone, columns, problems)
    if suffix == ".gpkg":
        return read_gpkg(path, zone, columns, problems)
    if suffix in (".csv", ".txt", ".tsv"):
        return read_csv(path, zone, columns, problems)
    problems.error("format-unknown", name=shortened(path.name))
    return Tracks(())


def _read_kmz(path: Path, zone: ZoneInfo | None, problems: ProblemList) -> Tracks:
    with tempfile.TemporaryDirectory() as folder:
        try:
            members = unpack(path, Path(folder), wanted=lambda name: name.lower().endswith(".kml"))
        except UnsafeArchive as unsafe:
            problems.error("archive", reason=unsafe)
            return Tracks(())
        found = []
        for member in members:
            with member.open("rb") as opened:
                found.append(read_kml(opened, zone, problems))
    return Tracks(
        tuple(track for each in found for track in each.tracks),
        tuple(loss for each in found for loss in each.losses),
    )
