"""When a video was begun, how large it is and how long: MP4 and MOV (`moov`), AVI (`RIFF`).

A camera trap writes its clock's local time where the standard asks for UTC, so the time is given without a
zone, as the clock showed it. Runs inside `child`.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from amur.formats.media.boxes import MAX_MOOV_BYTES, Box, boxes
from amur.formats.media.problems import MediaProblem

EPOCH: Final = datetime(1904, 1, 1)  # noqa: DTZ001
MAX_CHUNKS: Final = 2_000
MAX_SECONDS: Final = 86_400.0
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ASCTIME: Final = re.compile(r"[a-z]{3} +([a-z]{3}) +(\d{1,2}) +(\d\d):(\d\d):(\d\d) +(\d{4})")
_NUMBERS: Final = re.compile(r"(\d{4})[-:/](\d\d)[-:/](\d\d)[ T]+(\d\d):(\d\d):(\d\d)")


@dataclass(slots=True)
class Film:
    """A video's size in pixels, length in seconds and the clock's time when it was begun; None: not told."""

    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    taken: datetime | None = None


def film_of(path: Path, media_type: str) -> Film:
    """What a video tells of itself. Raises MediaProblem where it is damaged or holds no pictures."""
    with path.open("rb") as opened:
        size = path.stat().st_size
        film = _avi(opened, size) if media_type == "video/x-msvideo" else _mp4(opened, size)
    if not film.width or not film.height:
        raise MediaProblem("no-tracks")
    if film.duration_s is not None and not 0 <= film.duration_s <= MAX_SECONDS:
        film.duration_s = None
    return film


def _mp4(opened: BinaryIO, size: int) -> Film:
    def read(start: int, length: int) -> bytes:
        opened.seek(start)
        return opened.read(length)

    top = list(boxes(read, 0, size))
    moov = next((box for box in top if box.name == b"moov"), None)
    if moov is None or moov.end - moov.start > MAX_MOOV_BYTES:
        raise MediaProblem("damaged")
    content = read(moov.start, moov.end - moov.start)

    def inside(box: Box) -> Iterator[Box]:
        return boxes(
            lambda at, length: content[at - moov.start : at - moov.start + length], box.content, box.end
        )

    film = Film()
    for box in inside(moov):
        data = content[box.content - moov.start : box.end - moov.start]
        if box.name == b"mvhd":
            _header(data, film)
        elif box.name == b"trak":
            for inner in inside(box):
                if inner.name == b"tkhd" and inner.end - inner.content >= 84:
                    end = inner.end - moov.start
                    width, height = (
                        int.from_bytes(content[end - back : end - back + 2], "big") for back in (8, 4)
                    )
                    if width and height:
                        film.width, film.height = width, height
    return film


def _header(data: bytes, film: Film) -> None:
    is_long = data[:1] == b"\x01"
    if len(data) < (32 if is_long else 20):
        raise MediaProblem("damaged")
    made, _changed, scale, length = struct.unpack_from(">QQIQ" if is_long else ">IIII", data, 4)
    if made:
        try:
            film.taken = EPOCH + timedelta(seconds=made)
        except OverflowError:
            film.taken = None
    if scale and length not in (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF):
        film.duration_s = round(length / scale, 3)


def _avi(opened: BinaryIO, size: int) -> Film:
    film = Film()
    opened.seek(0)
    told = int.from_bytes(opened.read(8)[4:], "little")
    if told + 8 > size + 1:
        raise MediaProblem("damaged")
    for name, start, length in _chunks(opened, 12, size):
        if name == b"avih" and length >= 40:
            opened.seek(start)
            header = struct.unpack("<10I", opened.read(40))
            film.width, film.height = header[8], header[9]
            film.duration_s = round(header[0] * header[4] / 1e6, 3) or None
        elif name in (b"IDIT", b"ICRD") and length <= 64:
            opened.seek(start)
            film.taken = film.taken or time_in(opened.read(length).decode("latin-1"))
    return film


def _chunks(opened: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Chunks of a RIFF file, those inside of lists too, but not the frames themselves."""
    stack, count = [(start, end)], 0
    while stack:
        at, end = stack.pop()
        while at + 8 <= end:
            count += 1
            if count > MAX_CHUNKS:
                raise MediaProblem("damaged")
            opened.seek(at)
            head = opened.read(12)
            name, length = head[:4], int.from_bytes(head[4:8], "little")
            if len(head) < 8 or at + 8 + length > end + 1:
                raise MediaProblem("damaged")
            if name == b"LIST":
                if head[8:12] != b"movi":
                    stack.append((at + 12, at + 8 + length))
            else:
                yield name, at + 8, length
            at += 8 + length + length % 2


def time_in(text: str) -> datetime | None:
    """The time in a text of an AVI file, without zone; None where it holds none.

    >>> time_in("THU APR 01 05:06:07 2021\\n"), time_in("2021-04-01 05:06:07")
    (datetime.datetime(2021, 4, 1, 5, 6, 7), datetime.datetime(2021, 4, 1, 5, 6, 7))
    """
    plain = text.strip("\0\r\n ").lower()
    if found := _ASCTIME.search(plain):
        month, day, hour, minute, second, year = found.groups()
        if month not in _MONTHS:
            return None
        parts = [year, _MONTHS.index(month) + 1, day, hour, minute, second]
    elif found := _NUMBERS.search(plain.upper()):
        parts = list(found.groups())
    else:
        return None
    try:
        return datetime(*(int(part) for part in parts))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
