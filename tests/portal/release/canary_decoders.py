"""Takes answers apart, down to texts and places, whatever they are packed in. Called by `canary_crawler`.

A place is a longitude and latitude in degrees. Unpacked are: HTML and JSON escapes, percent signs, base64 and
hexadecimal blobs, gzip, ZIP (Shapefile, XLSX), SQLite (GeoPackage), vector tiles, pictures' own texts, and
pairs of binary numbers as in WKB.
"""

import base64
import binascii
import gzip
import html
import io
import math
import re
import sqlite3
import zipfile
import zlib
from dataclasses import dataclass, field
from urllib.parse import unquote

import mapbox_vector_tile
import numpy as np
from google.protobuf.message import DecodeError
from PIL import Image

DEEPEST = 4  # packings within packings
_TILE = re.compile(r"/(\d+)/(\d+)/(\d+)\.pbf")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_BASE64 = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/_-]{28,}={0,2}")
_HEX = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-fA-F]{2}){18,}(?![0-9a-zA-Z])")
_EXTENT = 4096


@dataclass
class Content:
    """What an answer says: texts, and places that stand in no text: longitude, latitude, and their own step."""

    texts: list[str] = field(default_factory=list)
    places: list[tuple[float, float, float]] = field(default_factory=list)

    def add(self, other: "Content") -> None:
        self.texts += other.texts
        self.places += other.places


def decode(body: bytes, address: str = "", depth: int = 0) -> Content:
    """Everything that a body says. `address` tells where on earth a tile lies."""
    if not body or depth > DEEPEST:
        return Content()
    if body[:2] == b"\x1f\x8b":
        try:
            return decode(gzip.decompress(body), address, depth + 1)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            return _binary(body, depth)  # a random word that begins as gzip does
    if body[:4] == b"PK\x03\x04":
        return _archive(body, depth)
    if body[:16] == b"SQLite format 3\x00":
        return _database(body, depth)
    if body[:8] == b"\x89PNG\r\n\x1a\n" or body[:3] == b"\xff\xd8\xff":
        return _picture(body)
    if tile := _TILE.search(address):
        try:
            return _tile(body, *(int(part) for part in tile.groups()))
        except DecodeError:
            pass  # a refusal in words
    try:
        return _text(body.decode("utf-8-sig"), depth)
    except UnicodeDecodeError:
        return _binary(body, depth)


def _text(text: str, depth: int) -> Content:
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), html.unescape(text))
    found = Content([plain], _doubles(text.encode()) if "\x00" in text else [])
    if "%" in plain:
        found.texts.append(unquote(plain))
    for blob in set(_HEX.findall(plain)):
        found.places += _doubles(bytes.fromhex(blob))
    for blob in set(_BASE64.findall(plain)):
        packed = _unpacked(blob)
        if packed is not None:
            found.add(decode(packed, "", depth + 1))
    return found


def _unpacked(blob: str) -> bytes | None:
    try:
        body = base64.b64decode(blob.rstrip("=") + "=" * (-len(blob.rstrip("=")) % 4), altchars=b"-_")
    except (binascii.Error, ValueError):
        return None
    return body if len(body) >= 16 else None


def _binary(body: bytes, depth: int) -> Content:
    """A body in no known form: its readable runs in both usual widths, and its pairs of numbers."""
    found = Content([body.decode("latin-1"), body.decode("utf-8", "ignore")], _doubles(body))
    if depth == 0:
        found.texts.append(body.decode("utf-16-le", "ignore"))
    return found


def _doubles(body: bytes) -> list[tuple[float, float, float]]:
    """Neighbouring numbers of 8 bytes at any offset and in either order that could be a place of this region."""
    pairs: list[tuple[float, float, float]] = []
    for kind in ("<f8", ">f8"):
        for start in range(min(8, len(body))):
            values = np.frombuffer(body[start : start + (len(body) - start) // 8 * 8], kind)
            with np.errstate(invalid="ignore"):
                east = (values > 100) & (values < 150)
                north = (values > 35) & (values < 60)
            for step in (1, 2):  # a bounding box may hold both longitudes first
                for first, second in ((east, north), (north, east)):
                    for at in np.flatnonzero(first[:-step] & second[step:]):
                        one, other = float(values[at]), float(values[at + step])
                        pairs.append((max(one, other), min(one, other), 0.0))
    return pairs


def _archive(body: bytes, depth: int) -> Content:
    found = Content()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        found.texts.append(archive.comment.decode("utf-8", "ignore"))
        for member in archive.infolist():
            found.texts.append(member.filename)
            found.add(decode(archive.read(member), member.filename, depth + 1))
    return found


def _database(body: bytes, depth: int) -> Content:
    """Every table, those of indexes too, and the raw bytes: deleted rows may still lie in free pages."""
    found = _binary(body, depth + 1)
    connection = sqlite3.connect(":memory:")
    connection.deserialize(body)
    tables = connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
    for name, statement in tables:
        found.texts.append(str(statement))
        if not str(statement).upper().startswith("CREATE TABLE"):
            continue
        for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608
            found.texts.append(" ".join(str(value) for value in row if not isinstance(value, bytes)))
            for value in row:
                if isinstance(value, bytes):
                    found.places += _doubles(value)
    connection.close()
    return found


def _picture(body: bytes) -> Content:
    with Image.open(io.BytesIO(body)) as picture:
        picture.load()
        told = [f"{name}={value}" for name, value in picture.info.items()]
        told += [str(value) for value in picture.getexif().values()]
    return Content([" ".join(told)])


def _tile(body: bytes, zoom: int, column: int, row: int) -> Content:
    found = Content()
    for name, layer in mapbox_vector_tile.decode(body, default_options={"y_coord_down": True}).items():
        found.texts.append(name)
        extent = layer.get("extent", _EXTENT)
        for feature in layer["features"]:
            found.texts.append(f"{feature.get('id', '')} {feature['properties']}")
            for across, down in _points(feature["geometry"]["coordinates"]):
                longitude, latitude = _degrees(zoom, column + across / extent, row + down / extent)
                found.places.append((longitude, latitude, 360 / extent / 2**zoom))
    return found


def _points(nested: list) -> list[tuple[float, float]]:
    if nested and isinstance(nested[0], (int, float)):
        return [(nested[0], nested[1])]
    return [point for part in nested for point in _points(part)]


def _degrees(zoom: int, column: float, row: float) -> tuple[float, float]:
    side = 1 << zoom
    return column / side * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))
