"""What makers of camera traps write into their own note: burst counter, event number, temperature, serial.

Known are the three layouts of Reconyx (HyperFire, UltraFire, HyperFire 2), as their maker documents them.
Nothing of it is trusted: a value out of its range is taken for not told. Runs inside `child`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from amur.formats.cards.exif import Told

COLDEST_C, WARMEST_C = -60, 80
LONGEST_BURST: Final = 255


@dataclass(frozen=True, slots=True)
class Noted:
    """A picture's place in its burst (`number` of `total`), the camera's count of events, °C, and serial."""

    number: int | None = None
    total: int | None = None
    event: int | None = None
    temperature_c: int | None = None
    serial: str = ""
    trigger: str = ""


def noted_by(told: Told) -> Noted:
    """What the maker's note says; nothing where the maker is not known or the note is cut off."""
    note, order = told.note, told.order
    try:
        if note.startswith(b"RECONYXH2\0"):
            return _words(note, order, sequence=0x36, event=0x3A, celsius=0x50, trigger=0x34, serial=0x7E)
        if note.startswith(b"RECONYXUF\0"):
            return _ultrafire(note, order)
        if told.tags.get("Make", "").upper() == "RECONYX" and note[:2] in (b"\x01\xf1", b"\xf1\x01"):
            return _words(note, order, sequence=0x0E, event=0x12, celsius=0x28, trigger=0x0C, serial=0x2A)
    except struct.error:
        pass
    return Noted()


def _words(
    note: bytes, order: str, *, sequence: int, event: int, celsius: int, trigger: int, serial: int
) -> Noted:
    """The layouts in words of 16 bits; positions in bytes."""
    number, total = struct.unpack_from(f"{order}HH", note, sequence)
    high, low = struct.unpack_from(f"{order}HH", note, event)
    (temperature,) = struct.unpack_from(f"{order}h", note, celsius)
    coding = "utf-16-le" if order == "<" else "utf-16-be"
    name = note[serial : serial + 30].decode(coding, "ignore").split("\0")[0]
    return _noted(number, total, high << 16 | low, temperature, name, note[trigger : trigger + 1])


def _ultrafire(note: bytes, order: str) -> Noted:
    number, total = struct.unpack_from("BB", note, 0x35)
    (event,) = struct.unpack_from(f"{order}I", note, 0x37)
    (temperature,) = struct.unpack_from(f"{order}h", note, 0x46)
    name = note[0x4B : 0x4B + 15].split(b"\0")[0].decode("ascii", "ignore")
    return _noted(number, total, event, temperature, name, note[0x34:0x35])


def _noted(number: int, total: int, event: int, temperature: int, serial: str, trigger: bytes) -> Noted:
    is_burst = 1 <= number <= total <= LONGEST_BURST
    return Noted(
        number if is_burst else None,
        total if is_burst else None,
        event or None,
        temperature if COLDEST_C <= temperature <= WARMEST_C else None,
        "".join(one for one in serial if one.isprintable()).strip(),
        {b"M": "motion", b"T": "time-lapse", b"E": "external", b"P": "manual"}.get(trigger, ""),
    )
