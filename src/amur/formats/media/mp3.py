"""MP3: only the frames of sound are kept; tags in front, between and behind them are left out.

A frame's length follows from its header (ISO/IEC 11172-3, 13818-3), so everything that is no frame is found
without knowing what it is: ID3, APE, Lyrics3, or something hidden. Runs inside `child`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from amur.formats.media.problems import MediaProblem

# kbit/s by (is MPEG 1, layer); index 0 is "free", which is not taken
_RATES: Final = {
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
MIN_FRAMES: Final = 8
# The first frame may be a table of the encoder instead of sound; it may carry the encoder's name.
_TABLES: Final = (b"Xing", b"Info", b"VBRI")


def frame(data: bytes, at: int) -> tuple[int, float] | None:
    """Length in bytes and in seconds of the frame whose header stands at a position; None when there is none.

    >>> frame(bytes.fromhex("fffb9000"), 0)
    (417, 0.026122448979591838)
    """
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = data[at + 1] >> 3 & 3, 4 - (data[at + 1] >> 1 & 3)
    rate, hertz, padding = data[at + 2] >> 4, data[at + 2] >> 2 & 3, data[at + 2] >> 1 & 1
    if version == 1 or layer == 4 or rate in (0, 15) or hertz == 3:
        return None
    is_first = version == 3
    per_second = _HERTZ[version][hertz]
    bits = _RATES[is_first, layer][rate] * 1000
    samples = 384 if layer == 1 else 1152 if layer == 2 or is_first else 576
    length = (
        (12 * bits // per_second + padding) * 4 if layer == 1 else samples // 8 * bits // per_second + padding
    )
    return length, samples / per_second


def frames(data: bytes) -> Iterator[tuple[int, int, float]]:
    """Start, length and seconds of each frame of sound; a lone header that no other follows is none."""
    at, end, trusted = _after_id3(data, 0), len(data), False
    while at < end:
        found = frame(data, at)
        if found is None or at + found[0] > end:
            trusted = False
            # Skip what is no frame: a tag by its length, anything else to the next byte that could begin one.
            skipped = _after_id3(data, at)
            at = skipped if skipped > at else _next(data, at + 1)
            continue
        follower = at + found[0]
        if trusted or follower == end or frame(data, follower) is not None:
            trusted = True
            yield at, *found
            at = follower
        else:
            at = _next(data, at + 1)


def _next(data: bytes, at: int) -> int:
    found = data.find(b"\xff", at)
    return found if found >= 0 else len(data)


def _after_id3(data: bytes, at: int) -> int:
    if data[at : at + 3] != b"ID3" or len(data) < at + 10:
        return at
    size = 0
    for byte in data[at + 6 : at + 10]:
        size = size << 7 | byte & 0x7F
    return at + 10 + size + (10 if data[at + 5] & 0x10 else 0)


def probe(path: Path) -> dict[str, Any]:
    """The duration of the sound. Raises MediaProblem when there is none."""
    data = path.read_bytes()
    found = list(_sound(data))
    if len(found) < MIN_FRAMES:
        raise MediaProblem("no-tracks")
    return {"duration_s": round(sum(seconds for _at, _length, seconds in found), 3)}


def copies(path: Path, out: Path) -> dict[str, Any]:
    """The frames of sound, one after the other."""
    data = path.read_bytes()
    with (out / "file.mp3").open("wb") as opened:
        for at, length, _seconds in _sound(data):
            opened.write(data[at : at + length])
    return {"copies": [{"name": "file.mp3", "media_type": "audio/mpeg"}]}


def _sound(data: bytes) -> Iterator[tuple[int, int, float]]:
    for number, (at, length, seconds) in enumerate(frames(data)):
        if number or not any(table in data[at : at + min(length, 64)] for table in _TABLES):
            yield at, length, seconds
