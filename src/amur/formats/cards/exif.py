"""What a JPEG says of itself: its size in pixels, its EXIF tags, and what stands behind its end.

Only as much of EXIF 2.32 (CIPA DC-008) is read as a camera trap writes: maker, model, times, serial number
and the maker's own note. Nothing of it is trusted: every length is checked, no pointer is followed twice.
Runs inside `child`.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from amur.formats.media.problems import MediaProblem

MAX_TAGS: Final = 400
MAX_VALUE: Final = 1 << 16
NEEDED: Final = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x0132: "DateTime",
    0x829A: "ExposureTime",
    0x8827: "ISOSpeedRatings",
    0x9003: "DateTimeOriginal",
    0x9004: "DateTimeDigitized",
    0x9010: "OffsetTime",
    0x9011: "OffsetTimeOriginal",
    0x9012: "OffsetTimeDigitized",
    0x9209: "Flash",
    0x9290: "SubSecTime",
    0x9291: "SubSecTimeOriginal",
    0x9292: "SubSecTimeDigitized",
    0xA431: "BodySerialNumber",
}
_EXIF_IFD: Final = 0x8769
_MAKER_NOTE: Final = 0x927C
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8}
_TIME: Final = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET: Final = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d")
# What else a file can be behind the end of its picture, by how that begins.
_STRANGERS: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"%PDF-",
    b"Rar!",
    b"7z\xbc\xaf",
    b"MZ",
    b"\x7fELF",
    b"<",
    b"#!",
)
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(slots=True)
class Told:
    """What a JPEG says: pixels, its tags by their EXIF names, the maker's note as bytes and their order."""

    width: int
    height: int
    tags: dict[str, str] = field(default_factory=dict)
    note: bytes = b""
    order: str = "<"

    @property
    def taken(self) -> datetime | None:
        """The clock's time at the exposure, with fractions of a second if told; None where it says none."""
        for name, fraction in (
            ("DateTimeOriginal", "SubSecTimeOriginal"),
            ("DateTimeDigitized", "SubSecTimeDigitized"),
            ("DateTime", "SubSecTime"),
        ):
            moment = time_of(self.tags.get(name, ""), self.tags.get(fraction, ""))
            if moment is not None:
                return moment
        return None

    @property
    def offset(self) -> str:
        """The clock's offset from UTC such as `+10:00` where the camera tells it; "" where not."""
        for name in ("OffsetTimeOriginal", "OffsetTimeDigitized", "OffsetTime"):
            if _OFFSET.fullmatch(self.tags.get(name, "")):
                return self.tags[name]
        return ""


def time_of(text: str, fraction: str = "") -> datetime | None:
    """A time as EXIF writes it, without zone; None for blanks and what no clock shows.

    >>> time_of("2021:04:11 20:43:09", "25")
    datetime.datetime(2021, 4, 11, 20, 43, 9, 250000)
    >>> time_of("0000:00:00 00:00:00") is None
    True
    """
    found = _TIME.match(text.strip())
    if found is None:
        return None
    try:
        moment = datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
    digits = fraction.strip()
    return (
        moment + timedelta(seconds=float(f"0.{digits}"))
        if digits.isdecimal() and digits.isascii()
        else moment
    )


def told_by(data: bytes) -> Told:
    """What a JPEG tells. Raises MediaProblem where it is no whole JPEG, or something else too."""
    at, told = 2, Told(0, 0)
    exif = b""
    while True:
        marker, start, at = _segment(data, at)
        if marker in _FRAMES:
            if at - start < 6:
                raise MediaProblem("damaged")
            told.height, told.width = struct.unpack_from(">HH", data, start + 1)
        elif marker == 0xE1 and not exif and data[start : start + 6] == b"Exif\0\0":
            exif = data[start + 6 : at]
        elif marker == 0xDA:
            break
    _check_end(data, at)
    if exif:
        _read_tiff(exif, told)
    return told


def _segment(data: bytes, at: int) -> tuple[int, int, int]:
    """The marker at a position, where its content starts, and where it ends."""
    while data[at : at + 2] == b"\xff\xff":
        at += 1
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] < 0xC0 or 0xD0 <= head[1] <= 0xD9:
        raise MediaProblem("damaged")
    length = int.from_bytes(head[2:4], "big")
    if length < 2 or at + 2 + length > len(data):
        raise MediaProblem("damaged")
    return head[1], at + 4, at + 2 + length


def _check_end(data: bytes, scan: int) -> None:
    end = data.find(b"\xff\xd9", scan)
    if end < 0:
        raise MediaProblem("damaged")
    behind = data[end + 2 :].lstrip(b"\0\xff \r\n\t")
    if behind.startswith(_STRANGERS) or b"PK\x05\x06" in behind[-(1 << 16) :]:
        raise MediaProblem("two-in-one")


def _read_tiff(data: bytes, told: Told) -> None:
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return
    told.order = order
    (first,) = struct.unpack_from(f"{order}I", data, 4)
    further = _read_directory(data, first, told)
    if further and further != first:
        _read_directory(data, further, told)


def _read_directory(data: bytes, at: int, told: Told) -> int:
    """Read the tags at a position; gives where the directory of the exposure stands, 0 for nowhere."""
    order, further = told.order, 0
    if at + 2 > len(data):
        return 0
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for number in range(min(count, MAX_TAGS)):
        place = at + 2 + 12 * number
        if place + 12 > len(data):
            break
        tag, kind, values = struct.unpack_from(f"{order}HHI", data, place)
        size = _SIZES.get(kind, 0) * values
        if not 0 < size <= MAX_VALUE:
            continue
        start = place + 8 if size <= 4 else struct.unpack_from(f"{order}I", data, place + 8)[0]
        value = data[start : start + size]
        if len(value) < size:
            continue
        if tag == _EXIF_IFD and size == 4:
            (further,) = struct.unpack(f"{order}I", value)
        elif tag == _MAKER_NOTE:
            told.note = value
        elif tag in NEEDED:
            text = _text(value, kind, order)
            if text:
                told.tags[NEEDED[tag]] = text
    return further


def _text(value: bytes, kind: int, order: str) -> str:
    if kind == 2:
        plain = value.split(b"\0")[0].decode("utf-8", "replace")
        return "".join(one for one in plain if one.isprintable()).strip()[:200]
    if kind in (3, 4):
        return str(struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", value)[0])
    if kind == 5:
        upper, lower = struct.unpack_from(f"{order}II", value)
        return f"{upper}/{lower}"
    return ""
