"""Cards for the tests: pictures as camera traps write them, videos, and files that are out to hurt."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image

START = datetime.fromisoformat("2026-03-01T08:00:00")


def picture(
    number: int = 0,
    shown: datetime | None = START,
    *,
    size: tuple[int, int] = (640, 480),
    grey: bool = False,
    fraction: str = "",
    offset: str = "",
) -> bytes:
    """A JPEG that differs from those of other numbers; its clock shows `shown`."""
    noise = np.random.default_rng(number).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    if grey:
        noise = np.repeat(noise[:, :, :1], 3, axis=2)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "TESTCAM", "T-1"
    if shown is not None:
        detail = exif.get_ifd(0x8769)
        detail[0x9003] = f"{shown:%Y:%m:%d %H:%M:%S}"
        if fraction:
            detail[0x9291] = fraction
        if offset:
            detail[0x9011] = offset
    out = io.BytesIO()
    Image.fromarray(noise).resize(size).save(out, "JPEG", quality=80, exif=exif.tobytes())
    return out.getvalue()


def card(
    count: int = 6,
    *,
    start: datetime = START,
    gap: timedelta = timedelta(minutes=10),
    size: tuple[int, int] = (640, 480),
) -> dict[str, bytes]:
    """Files of a card by their names, one picture after the other."""
    return {
        f"DCIM/100TEST/IMG_{number + 1:04}.JPG": picture(number, start + number * gap, size=size)
        for number in range(count)
    }


def laid(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The files in a folder."""
    for name, data in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def packed(files: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """The files as a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def avi(shown: str = "SUN MAR 01 08:00:00 2026", *, length: int | None = None) -> bytes:
    """The head of an AVI of 320 x 240 pixels and two seconds, with no frame that can be drawn."""
    header = struct.pack("<10I", 40_000, 0, 0, 16, 50, 0, 1, 0, 320, 240) + bytes(16)
    lists = _chunk(b"LIST", b"hdrl" + _chunk(b"avih", header)) + _chunk(b"IDIT", shown.encode() + b"\n\0")
    body = b"AVI " + lists + _chunk(b"LIST", b"movi")
    return b"RIFF" + struct.pack("<I", len(body) if length is None else length) + body
