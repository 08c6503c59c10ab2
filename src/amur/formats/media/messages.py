"""What an encoder or a camera writes between the pictures of H.264 and H.265: messages of free content (SEI).

A message of type 5, "user data unregistered", may hold anything: the encoder's name, or where a dashboard
camera was. Its unit is filled with messages of type 3, which mean nothing, so that no position changes (ITU-T
H.264 and H.265, annex D). Called by `boxes`.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

FREE: Final = 5
FILLER: Final = 3
MAX_UNIT: Final = 1 << 20


def header_length(codec: bytes) -> int:
    """How many bytes stand in front of a unit's content; 0 for codecs that have no such messages."""
    return {b"avc1": 1, b"avc3": 1, b"hvc1": 2, b"hev1": 2}.get(codec, 0)


def is_message(unit: bytes, header: int) -> bool:
    """Whether a unit holds messages."""
    return unit[0] & 0x1F == 6 if header == 1 else unit[0] >> 1 & 0x3F in (39, 40)


def types_in(unit: bytes, header: int) -> Iterator[int]:
    """The types of the messages in a unit.

    >>> list(types_in(bytes([6, 1, 1, 0, 5, 2, 9, 9, 0x80]), 1))
    [1, 5]
    """
    data, at = unit[header:].replace(b"\0\0\3", b"\0\0"), 0
    while at + 1 < len(data):
        numbers = []
        for _ in range(2):
            value = 0
            while at < len(data) and data[at] == 0xFF:
                value, at = value + 255, at + 1
            if at >= len(data):
                return
            numbers.append(value + data[at])
            at += 1
        yield numbers[0]
        at += numbers[1]


def emptied(unit: bytes, header: int) -> bytes:
    """The unit with nothing but filler, in the same length.

    >>> emptied(bytes([6, 5, 3, 9, 9, 9, 0x80]), 1).hex()
    '060303ffffff80'
    """
    room = len(unit) - header - 1
    return unit[:header] + _filler(room) + (b"\x80" if room >= 0 else b"")


def _filler(room: int) -> bytes:
    """Messages of type 3 that take so many bytes."""
    if room < 2:
        return b"\xff" * max(room, 0)
    size = room - 2 - (room - 2) // 256
    while size >= 0 and 2 + size // 255 + size > room:
        size -= 1
    taken = 2 + size // 255 + size
    one = bytes([FILLER]) + b"\xff" * (size // 255) + bytes([size % 255]) + b"\xff" * size
    return one if taken == room else bytes([FILLER, 0]) + _filler(room - 2)


def clean_sample(opened: BinaryIO, start: int, length: int, prefix: int, header: int) -> None:
    """Empty the free messages among the units of one sample, in the file."""
    at, end = start, start + length
    while at + prefix + header < end:
        opened.seek(at)
        head = opened.read(prefix + header)
        size = int.from_bytes(head[:prefix], "big")
        if size < header or at + prefix + size > end:
            return
        if size <= MAX_UNIT and is_message(head[prefix:], header):
            opened.seek(at + prefix)
            unit = opened.read(size)
            if FREE in types_in(unit, header):
                opened.seek(at + prefix)
                opened.write(emptied(unit, header))
        at += prefix + size


def clean_configuration(data: bytes) -> bytes:
    """An `hvcC` box's content with its free messages emptied."""
    out, at = bytearray(data), 23
    for _ in range(data[22] if len(data) > 22 else 0):
        if at + 3 > len(data):
            break
        count, at = int.from_bytes(data[at + 1 : at + 3], "big"), at + 3
        for _unit in range(count):
            size = int.from_bytes(data[at : at + 2], "big")
            unit = data[at + 2 : at + 2 + size]
            if len(unit) > 2 and is_message(unit, 2) and FREE in types_in(unit, 2):
                out[at + 2 : at + 2 + size] = emptied(unit, 2)
            at += 2 + size
    return bytes(out)
