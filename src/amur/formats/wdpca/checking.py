"""Reads a file of protected areas and checks all of it: `check` reports, `read` raises.

Called by the portal's import (preview: `check`; the import itself: `read`) and by the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from amur.formats.errors import FormatErrors, ProblemList, shortened
from amur.formats.wdpca.columns import LONGEST_NAME, Header, is_usable_name, nearest_name, understood
from amur.formats.wdpca.csv_source import read_csv
from amur.formats.wdpca.geojson_source import read_geojson
from amur.formats.wdpca.geometries import check_country, check_reported_area, checked_geometry
from amur.formats.wdpca.gpkg_source import read_gpkg
from amur.formats.wdpca.messages import WORDINGS
from amur.formats.wdpca.rows import AreaReport, AreaRow, Format, Limits, NumberedRow, Progress, RawRow
from amur.formats.wdpca.shapefile_source import read_archive, read_shapefile
from amur.formats.wdpca.sources import Hopeless, RawTable, Request, give_up
from amur.formats.wdpca.values import Rules, Value, extra_values, typed_values

FORMATS: dict[str, Format] = {
    ".gpkg": "gpkg",
    ".zip": "shapefile",
    ".shp": "shapefile",
    ".geojson": "geojson",
    ".json": "geojson",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
}
Sites = dict[tuple[Value, Value], tuple[str, int]]
"""Where each (site, parcel) was met first: file and row."""

_READ_SHARE = 0.3
_PROGRESS_EVERY = 100


def read(
    path: Path,
    *,
    this_year: int,
    layer: str | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> AreaReport:
    """All areas of a file, checked; its warnings are in `problems` of the result.

    `this_year` is the latest year that `status_yr` may have (there is no clock here). `layer` chooses one of
    several layers, `encoding` overrides what a CSV file or Shapefile says of its letters. `progress` gets the
    share done, from 0 to 1, and a sentence.

    Raises `FormatErrors` with all problems of all rows if there is any error: nothing is taken by halves.
    """
    report = check(
        path, this_year=this_year, layer=layer, encoding=encoding, limits=limits, progress=progress
    )
    if report.error_count:
        raise FormatErrors(report.problems, report.error_count, report.warning_count)
    return report


def check(
    path: Path,
    *,
    this_year: int,
    layer: str | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> AreaReport:
    """The same as `read`, for a preview: reports and does not raise, and gives the rows that are right."""
    path = Path(path)
    tell = progress or _silent
    rules = Rules(this_year, limits or Limits())
    request = Request(layer, encoding, rules.limits)
    problems = ProblemList(WORDINGS, path.name)
    rows: list[NumberedRow] = []
    tell(0.0, "Reading the file")
    try:
        tables = _tables(path, request, problems)
        total = sum(len(table.rows) for table in tables)
        if total == 0 and not problems.error_count:
            give_up(problems, "no-rows")
        seen: Sites = {}
        done = 0
        for table in tables:
            problems.file = table.file
            rows += _checked_table(table, rules, problems, seen, _part_of(tell, done, total))
            done += len(table.rows)
    except Hopeless:
        rows = []
    tell(1.0, "Checked")
    return AreaReport(
        FORMATS.get(path.suffix.casefold(), "csv"),
        tuple(rows),
        problems.listed,
        problems.error_count,
        problems.warning_count,
    )


def _silent(share: float, sentence: str) -> None:
    """Take no notice of progress."""


def _part_of(tell: Progress, done: int, total: int) -> Callable[[int], None]:
    def told(index: int) -> None:
        share = _READ_SHARE + (1 - _READ_SHARE) * (done + index) / total
        tell(share, f"Checking row {done + index + 1} of {total}")

    return told


def _tables(path: Path, request: Request, problems: ProblemList) -> Sequence[RawTable]:
    kind = FORMATS.get(path.suffix.casefold())
    if kind is None:
        give_up(problems, "format-unknown", name=path.name)
    try:
        if not path.is_file():
            give_up(problems, "file-missing", name=path.name)
        _check_size(path, request, problems)
        if kind == "csv":
            return [read_csv(path, request, problems)]
        if kind == "geojson":
            return [read_geojson(path, request, problems)]
        if kind == "gpkg":
            return read_gpkg(path, request, problems)
        if path.suffix.casefold() == ".zip":
            with TemporaryDirectory(prefix="wdpca-") as folder:
                return read_archive(path, Path(folder), request, problems)
        return [read_shapefile(path, path.name, request, problems)]
    except OSError as broken:
        give_up(problems, "file-unreadable", reason=broken.strerror or type(broken).__name__)


def _check_size(path: Path, request: Request, problems: ProblemList) -> None:
    limit = request.limits.file_bytes
    files = [path]
    if path.suffix.casefold() == ".shp":
        files = [file for file in path.parent.iterdir() if file.stem == path.stem and file.is_file()]
    elif FORMATS[path.suffix.casefold()] in ("csv", "geojson"):
        limit = min(limit, request.limits.text_bytes)
    for file in files:
        if (size := file.stat().st_size) > limit:
            give_up(problems, "file-too-large", size=size, limit=limit)


def _checked_table(
    table: RawTable, rules: Rules, problems: ProblemList, seen: Sites, tell: Callable[[int], None]
) -> list[NumberedRow]:
    header = understood(table.names)
    _check_header(table, header, problems)
    rows = []
    for index, raw in enumerate(table.rows):
        if index % _PROGRESS_EVERY == 0:
            tell(index)
        area = _checked_row(raw, table, header, rules, problems, seen)
        if area is not None:
            rows.append(NumberedRow(raw.number, table.file, area))
    return rows


def _check_header(table: RawTable, header: Header, problems: ProblemList) -> None:
    row = table.header_row
    for missing in header.missing:
        shown = missing.replace("|", "” or “")
        near = nearest_name(missing, header.extra)
        if near is None:
            problems.error("column-missing", row=row, column_name=shown)
        else:
            problems.error("column-missing-near", row=row, column_name=shown, near=near)
    for name in header.extra:
        if name and not is_usable_name(name):
            problems.error("column-name-unusable", row=row, name=shortened(name), limit=LONGEST_NAME)
    for first, second in header.duplicates:
        problems.error("column-twice", row=row, first=first, second=second)
    for old, now in header.renamed:
        problems.warn("column-renamed", row=row, column=old, now=now)


def _checked_row(
    raw: RawRow, table: RawTable, header: Header, rules: Rules, problems: ProblemList, seen: Sites
) -> AreaRow | None:
    before = problems.error_count
    values = typed_values(raw.cells, header, raw.number, rules, problems)
    _check_duplicate(values, raw, table.file, header, problems, seen)
    extra = extra_values(raw.cells, header, raw.number, rules, problems)
    geometry = None
    if raw.geometry is not None:
        geometry = checked_geometry(raw.geometry, raw.number, rules.limits, problems, table.geometry_column)
    elif not raw.broken:
        problems.error("geometry-missing", row=raw.number, column=table.geometry_column)
    if problems.error_count > before or raw.broken or geometry is None:
        return None
    area = _area(values, extra, geometry)
    check_country(geometry, area.iso3_codes, raw.number, problems, table.geometry_column)
    if area.rep_area is not None:
        check_reported_area(area.rep_area, geometry, raw.number, header.name_in_file("rep_area"), problems)
    return area


def _area(values: dict[str, Value], extra: dict[str, str], geometry: object) -> AreaRow:
    # The converters of `values.py` give each column its type; the table of columns, not mypy, assures it.
    return AreaRow(**values, geometry=geometry, extra=extra)  # type: ignore[arg-type]


def _check_duplicate(
    values: dict[str, Value], raw: RawRow, file: str, header: Header, problems: ProblemList, seen: Sites
) -> None:
    site_id, site_pid = values["site_id"], values["site_pid"]
    if site_id is None:
        return
    here = (file, raw.number)
    earlier = seen.setdefault((site_id, site_pid), here)
    if earlier != here:
        problems.error(
            "duplicate",
            row=raw.number,
            column=header.name_in_file("site_id"),
            site_id=site_id,
            site_pid=site_pid or "(none)",
            first_row=earlier[1],
        )
