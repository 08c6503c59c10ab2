"""`Package`: a Camtrap DP package in memory; reads it from a folder, datapackage.json or a ZIP archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amur.formats.camtrapdp.checking import check_columns, check_header, check_keys, check_sense
from amur.formats.camtrapdp.csv_text import Dialect, Sheet, read_sheet
from amur.formats.camtrapdp.messages import Problems
from amur.formats.camtrapdp.metadata import check_metadata, version_of
from amur.formats.camtrapdp.older import OLD, OLD_TABLES, upgraded
from amur.formats.camtrapdp.schema import LATEST, MISSING, TABLES, VERSIONS, Schema
from amur.formats.camtrapdp.source import Source, opened_source
from amur.formats.camtrapdp.table import Table
from amur.formats.errors import LISTED_PROBLEMS, FormatError, FormatErrors, shortened

Progress = Callable[[float, str], None]
LARGEST_EXTRA = 64 << 20
"""The size in bytes up to which files of resources that the standard does not know are kept."""
_SHARES = {"deployments": 0.02, "media": 0.4, "observations": 0.95}


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """A whole and valid package.

    `metadata` is the content of datapackage.json; the tables have all their columns, those that the standard
    does not know too; `files` are the files of other resources by path. `losses` say what a package of an
    older version lost on the way.
    """

    metadata: Mapping[str, Any]
    deployments: Table
    media: Table
    observations: Table
    files: Mapping[str, bytes] = field(default_factory=dict)
    losses: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The version of the standard."""
        return version_of(self.metadata) or LATEST

    @property
    def tables(self) -> dict[str, Table]:
        """The three tables by name."""
        return {"deployments": self.deployments, "media": self.media, "observations": self.observations}

    def resource(self, name: str) -> Mapping[str, Any]:
        """The description of a resource in the metadata, empty where there is none."""
        return resource_of(self.metadata, name)


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What a check found; `package` is None where there are errors."""

    found: FormatErrors
    package: Package | None
    rows: Mapping[str, int]
    version: str


def read_package(path: Path, progress: Progress = lambda done, stage: None) -> Package:
    """Read a package. Raises `FormatErrors` with every error of all its files.

    `path` is a folder with datapackage.json, that file, or a ZIP archive. Packages of version 0.1.6 become
    1.0.2, with `losses`.
    """
    checked = check_package(path, progress=progress)
    if checked.package is None:
        raise checked.found
    return checked.package


def check_package(
    path: Path, limit: int = LISTED_PROBLEMS, progress: Progress = lambda done, stage: None
) -> Checked:
    """Check a package; at most `limit` errors and as many warnings of a file are listed, all are counted."""
    problems = Problems(limit)
    with opened_source(path, problems) as source:
        if source is None:
            return Checked(problems.found, None, {}, "")
        metadata = source.metadata
        version = version_of(metadata)
        mine = problems.of(source.descriptor)
        if version not in (*VERSIONS, OLD):
            profile = shortened(metadata.get("profile", ""))
            mine.error(
                "package-version", column="profile", profile=profile, versions=", ".join((OLD, *VERSIONS))
            )
            return Checked(problems.found, None, {}, version)
        schemas = TABLES if version != OLD else OLD_TABLES
        if version != OLD:
            check_metadata(metadata, mine)
        sheets = _sheets(source, schemas, version, problems, progress)
        progress(0.95, "keys")
        _check_keys(sheets, schemas, problems)
        files = _files(source, problems)
    found = problems.found
    rows = {name: sheet.table.count for name, sheet in sheets.items()}
    if found.error_count or len(sheets) < len(schemas):
        return Checked(found, None, rows, version)
    tables = {name: sheet.table for name, sheet in sheets.items()}
    progress(1.0, "done")
    if version != OLD:
        return Checked(found, _package(metadata, tables, files), rows, version)
    metadata, tables, losses = upgraded(metadata, tables)
    note = FormatError(
        "old-version",
        problems.wordings["old-version"],
        {"what": "It was read as 1.0.2: " + "; ".join(losses) + "."},
        file=source.descriptor.name,
        severity="warning",
    )
    found = FormatErrors([*found.problems, note], 0, found.warning_count + 1)
    return Checked(found, _package(metadata, tables, files, losses), rows, version)


def _package(
    metadata: Mapping[str, Any],
    tables: Mapping[str, Table],
    files: Mapping[str, bytes],
    losses: tuple[str, ...] = (),
) -> Package:
    return Package(metadata, tables["deployments"], tables["media"], tables["observations"], files, losses)


def _sheets(
    source: Source, schemas: tuple[Schema, ...], version: str, problems: Problems, progress: Progress
) -> dict[str, Sheet]:
    sheets = {}
    done = 0.0
    for schema in schemas:
        progress(done, schema.name)
        done = _SHARES[schema.name]
        resource = resource_of(source.metadata, schema.name)
        path = source.file(resource.get("path"), schema.name, problems)
        if path is None:
            continue
        mine = problems.of(path)
        sheet = read_sheet(path, schema.name, mine, MISSING[version], dialect_of(resource))
        if sheet is None:
            continue
        sheets[schema.name] = sheet
        check_header(sheet.table, schema, mine)
        check_columns(sheet, schema, mine)
        check_sense(sheet, mine)
    return sheets


def _check_keys(sheets: Mapping[str, Sheet], schemas: tuple[Schema, ...], problems: Problems) -> None:
    tables = {name: sheet.table for name, sheet in sheets.items()}
    for schema in schemas:
        if schema.name in sheets:
            sheet = sheets[schema.name]
            check_keys(sheet, schema, tables, problems.of(sheet.table.file))


def _files(source: Source, problems: Problems) -> dict[str, bytes]:
    """The files of resources that the standard does not know."""
    known = [schema.name for schema in TABLES]
    files = {}
    for resource in resources_of(source.metadata):
        if resource.get("name") in known:
            continue
        given = resource.get("path", [])
        for name in given if isinstance(given, list) else [given]:
            path = source.file(name, str(resource.get("name")), problems)
            if path is None:
                continue
            if path.stat().st_size > LARGEST_EXTRA:
                problems.of(path).error("file-too-large", limit=LARGEST_EXTRA >> 20)
                continue
            files[name] = path.read_bytes()
    return files


def resource_of(metadata: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The description of a resource, empty where there is none."""
    return next((each for each in resources_of(metadata) if each.get("name") == name), {})


def resources_of(metadata: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The descriptions of resources, as far as they are objects."""
    resources = metadata.get("resources")
    return [each for each in resources if isinstance(each, dict)] if isinstance(resources, list) else []


def dialect_of(resource: Mapping[str, Any]) -> Dialect:
    """How the file of a resource separates and quotes cells."""
    given = resource.get("dialect")
    given = given if isinstance(given, dict) else {}
    delimiter, quote = given.get("delimiter", ","), given.get("quoteChar", '"')
    single = [isinstance(each, str) and len(each) == 1 and each.isascii() for each in (delimiter, quote)]
    return Dialect(delimiter if single[0] else ",", quote if single[1] else '"')
