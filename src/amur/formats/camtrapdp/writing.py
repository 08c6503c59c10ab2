"""Writes a package as a folder or a ZIP archive: datapackage.json, tables, files of other resources."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from amur.formats.camtrapdp.csv_text import write_sheet
from amur.formats.camtrapdp.package import Package, dialect_of
from amur.formats.camtrapdp.schema import schema_address
from amur.formats.camtrapdp.source import DESCRIPTOR, is_inside
from amur.formats.files import replacing


def write_package(package: Package, path: Path) -> list[str]:
    """Write a package to a folder, or to a ZIP archive where `path` ends with .zip; returns the paths inside.

    Cells, their order and columns that the standard does not know are written as they were read; media files
    are not part of it. In a folder each file is replaced as a whole, datapackage.json last. Raises ValueError
    for a path of a resource that leads out of the folder.
    """
    if path.suffix.lower() != ".zip":
        path.mkdir(parents=True, exist_ok=True)
        return _write(package, path)
    with tempfile.TemporaryDirectory() as scratch:
        names = _write(package, Path(scratch))
        with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.write(Path(scratch) / name, name)
    return names


def _write(package: Package, folder: Path) -> list[str]:
    metadata = _with_resources(package)
    written = []
    for name, table in package.tables.items():
        resource = next(each for each in metadata["resources"] if each.get("name") == name)
        path = resource["path"] if isinstance(resource["path"], str) else resource["path"][0]
        with replacing(_inside(folder, path)) as temporary:
            plain = temporary.with_name(temporary.name + ".csv") if path.endswith(".gz") else temporary
            write_sheet(table, plain, dialect_of(resource))
            if plain != temporary:
                with plain.open("rb") as source, gzip.open(temporary, "wb") as sink:
                    shutil.copyfileobj(source, sink)
                plain.unlink()
        written.append(path)
    for path, content in package.files.items():
        with replacing(_inside(folder, path)) as temporary:
            temporary.write_bytes(content)
        written.append(path)
    with replacing(folder / DESCRIPTOR) as temporary:
        temporary.write_text(json.dumps(metadata, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return [DESCRIPTOR, *written]


def _inside(folder: Path, path: str) -> Path:
    if not is_inside(path):
        raise ValueError(f"the path {path!r} leads out of the package")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    return folder / path


def _with_resources(package: Package) -> dict[str, Any]:
    """The metadata, with the resources of tables that it does not name yet."""
    metadata = dict(package.metadata)
    resources = [dict(each) for each in metadata.get("resources", [])]
    known = {each.get("name") for each in resources}
    added = [
        {
            "name": name,
            "path": f"{name}.csv",
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": schema_address(name, package.version),
        }
        for name in package.tables
        if name not in known
    ]
    return {**metadata, "resources": [*added, *resources]}
