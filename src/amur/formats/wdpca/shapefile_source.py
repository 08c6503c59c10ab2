"""Reads Shapefiles: a `.shp` with its sisters beside it, or a ZIP archive of them. Called by `checking.py`.

The encoding of the attribute table is found here (`.cpg`, then the language byte of the `.dbf`, then UTF-8 if
it fits) and every text is tried in it, because GDAL would otherwise take any byte for some letter of western
Europe. A file `NAME.columns.csv`, which our writer adds, gives the full names of columns that ten letters cut
short.
"""

from __future__ import annotations

import csv
import re
import struct
from dataclasses import dataclass, replace
from pathlib import Path

from amur.formats.errors import ProblemList, shortened
from amur.formats.files import ArchiveLimits, UnsafeArchive, unpack
from amur.formats.wdpca.rows import RawRow
from amur.formats.wdpca.sources import (
    Hopeless,
    RawTable,
    Request,
    chosen_codec,
    chosen_layers,
    give_up,
    read_layer,
    text_codec,
)

_LANGUAGE_BYTES = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x26: "cp866", 0x65: "cp866", 0xC9: "cp1251"}
_LANGUAGE_BYTES |= {0x4D: "cp936", 0x4F: "cp950", 0x7A: "cp936", 0x78: "cp950", 0x64: "cp852", 0xC8: "cp1250"}
# Blanks and asterisks are how a dBASE table says that there is no number.
_NUMBER = re.compile(rb"|\*+|[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_PARTS = (".shx", ".dbf", ".prj")


def read_archive(path: Path, folder: Path, request: Request, problems: ProblemList) -> list[RawTable]:
    """The Shapefiles of a ZIP archive, unpacked into `folder`; raises `Hopeless` when it cannot be read."""
    try:
        files = unpack(path, folder, ArchiveLimits(unpacked_bytes=4 * request.limits.file_bytes))
    except UnsafeArchive as unsafe:
        give_up(problems, "archive-unsafe", reason=unsafe.reason, member=shortened(unsafe.member))
    shapes = {
        file.stem: file
        for file in files
        if file.suffix.casefold() == ".shp" and not file.name.startswith("._")
    }
    if not shapes:
        give_up(problems, "shapefile-part-missing", part=".shp")
    archive = problems.file
    tables = []
    for layer in chosen_layers(sorted(shapes), request, problems):
        tables.append(read_shapefile(shapes[layer], f"{archive} › {shapes[layer].name}", request, problems))
    return tables


def read_shapefile(path: Path, label: str, request: Request, problems: ProblemList) -> RawTable:
    """One Shapefile from a folder; raises `Hopeless` when it cannot be read."""
    problems.file = label
    sisters = {
        file.suffix.casefold(): file
        for file in path.parent.iterdir()
        if file.stem == path.stem and file != path
    }
    for part in _PARTS:
        if part not in sisters:
            code = "crs-missing" if part == ".prj" else "shapefile-part-missing"
            problems.error(code, part=f"{path.stem}{part}")
    with path.open("rb") as opened:
        if opened.read(4) != b"\x00\x00\x27\x0a":
            problems.error("file-unreadable", reason="it is not a Shapefile, whatever its name says")
    if problems.error_count:
        raise Hopeless
    table = _dbf(sisters[".dbf"].read_bytes(), problems)
    if table.count > request.limits.rows:
        give_up(problems, "too-many-rows", limit=request.limits.rows)
    if len(table.fields) > request.limits.columns:
        give_up(problems, "too-many-columns", count=len(table.fields), limit=request.limits.columns)
    encoding = chosen_codec(request, problems) or _encoding(table, sisters.get(".cpg"), problems)
    _check_texts(table, encoding, problems)
    _check_numbers(table, problems)
    raw = read_layer(path, None, label, encoding, 0, problems)
    return _with_full_names(raw, path.with_name(f"{path.stem}.columns.csv"), problems)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class _Dbf:
    """The attribute table as bytes: dBASE III header, then records of one length."""

    language: int
    count: int
    record_length: int
    fields: tuple[_Field, ...]
    body: bytes

    def record(self, index: int) -> bytes:
        return self.body[index * self.record_length : (index + 1) * self.record_length]


def _dbf(data: bytes, problems: ProblemList) -> _Dbf:
    if len(data) < 33:
        give_up(problems, "shapefile-damaged", reason="it is too short")
    count, header_length, record_length = struct.unpack("<IHH", data[4:12])
    if (
        header_length > len(data)
        or record_length < 1
        or header_length + count * record_length > len(data) + 1
    ):
        give_up(problems, "shapefile-damaged", reason="it is shorter than its header says")
    fields = []
    start = 1
    for offset in range(32, header_length - 1, 32):
        if data[offset] == 0x0D:
            break
        raw = data[offset : offset + 32]
        name = raw[:11].split(b"\0")[0].decode("latin-1")
        # Character fields may use the byte of decimals as the high byte of their length.
        length = raw[16] + (raw[17] << 8 if raw[11:12] == b"C" else 0)
        fields.append(_Field(name, chr(raw[11]), start, length))
        start += length
    body = data[header_length : header_length + count * record_length]
    return _Dbf(data[29], count, record_length, tuple(fields), body)


def _encoding(table: _Dbf, code_page: Path | None, problems: ProblemList) -> str:
    if code_page is not None:
        stated = code_page.read_bytes()[:40].decode("ascii", errors="replace").strip()
        codec = _codec(stated)
        if codec is None:
            give_up(problems, "file-unreadable", reason=f"the .cpg file names “{shortened(stated)}”")
        return codec
    if table.language in _LANGUAGE_BYTES:
        return _LANGUAGE_BYTES[table.language]
    if table.body.isascii():
        return "utf-8"
    if _first_fault(table, "utf-8") is not None:
        give_up(problems, "encoding-unknown")
    problems.warn("encoding-assumed")
    return "utf-8"


def _codec(stated: str) -> str | None:
    digits = re.sub(r"[^0-9]", "", stated)
    if digits == "65001":
        return "utf-8"
    if digits.startswith("8859"):
        return text_codec(f"iso8859-{digits[4:]}")
    return text_codec(stated) or text_codec(f"cp{digits}")


def _check_texts(table: _Dbf, encoding: str, problems: ProblemList) -> None:
    fault = _first_fault(table, encoding)
    if fault is not None:
        index, name, broken = fault
        give_up(
            problems,
            "not-in-encoding",
            row=index + 1,
            column=name,
            byte=f"{broken.object[broken.start]:02X}",
            position=broken.start + 1,
            encoding=encoding.upper(),
        )


def _check_numbers(table: _Dbf, problems: ProblemList) -> None:
    """Find what is no number in a field of numbers: GDAL would take it for zero."""
    numeric = [field for field in table.fields if field.kind in "NF"]
    for index in range(table.count):
        record = table.record(index)
        for field in numeric:
            cell = record[field.start : field.start + field.length].strip(b" \0")
            if not _NUMBER.fullmatch(cell):
                text = shortened(cell.decode("ascii", errors="replace"))
                problems.error("not-a-number", row=index + 1, column=field.name, value=text)
    if problems.error_count:
        raise Hopeless


def _first_fault(table: _Dbf, encoding: str) -> tuple[int, str, UnicodeDecodeError] | None:
    try:
        table.body.decode(encoding)
        return None
    except UnicodeDecodeError:
        pass
    for index in range(table.count):
        record = table.record(index)
        for field in table.fields:
            if field.kind != "C":
                continue
            cell = record[field.start : field.start + field.length].rstrip(b" \0")
            try:
                cell.decode(encoding)
            except UnicodeDecodeError as broken:
                return index, field.name, broken
    return None


def _with_full_names(table: RawTable, path: Path, problems: ProblemList) -> RawTable:
    if not path.is_file() or path.stat().st_size > 1 << 20:
        return table
    try:
        records = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except (csv.Error, UnicodeDecodeError) as broken:
        give_up(problems, "csv-damaged", reason=f"{path.name}: {shortened(broken, 80)}")
    full = {record[0]: record[1] for record in records if len(record) == 2}
    names = tuple(full.get(name, name) for name in table.names)
    rows = [_renamed(row, full) for row in table.rows]
    return replace(table, names=names, rows=rows)


def _renamed(row: RawRow, full: dict[str, str]) -> RawRow:
    return replace(row, cells={full.get(name, name): value for name, value in row.cells.items()})
