"""Where the samples of a track lie in an MP4 file: from its tables `stsz`, `stsc`, `stco` or `co64`.

ISO/IEC 14496-12, 8.7. Called by `boxes`, which empties every byte of media data that no kept track points to.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from amur.formats.media.problems import MediaProblem

MAX_ENTRIES: Final = 10_000_000


@dataclass
class Table:
    """The tables of one track, as far as they tell positions."""

    sizes: list[int] = field(default_factory=list)
    one_size: int = 0
    count: int = 0
    offsets: list[int] = field(default_factory=list)
    runs: list[tuple[int, int]] = field(default_factory=list)
    codec: bytes = b""
    prefix: int = 0

    def take(self, name: bytes, data: bytes) -> None:
        """Read one table; other names are none of ours."""
        match name:
            case b"stsz":
                self.one_size, self.count = struct.unpack_from(">II", _long(data, 12), 4)
                self.sizes = [] if self.one_size else _numbers(data, 12, self.count, ">{}I", 4)
            case b"stz2":
                raise MediaProblem("not-cleanable", why="stz2")
            case b"stco" | b"co64":
                (count,) = struct.unpack_from(">I", _long(data, 8), 4)
                width = 4 if name == b"stco" else 8
                self.offsets = _numbers(data, 8, count, ">{}I" if width == 4 else ">{}Q", width)
            case b"stsc":
                (count,) = struct.unpack_from(">I", _long(data, 8), 4)
                flat = _numbers(data, 8, count * 3, ">{}I", 4)
                self.runs = [(flat[at], flat[at + 1]) for at in range(0, len(flat), 3)]


def _long(data: bytes, length: int) -> bytes:
    if len(data) < length:
        raise MediaProblem("damaged")
    return data


def _numbers(data: bytes, start: int, count: int, pattern: str, width: int) -> list[int]:
    if count > MAX_ENTRIES or start + count * width > len(data):
        raise MediaProblem("damaged")
    return list(struct.unpack_from(pattern.format(count), data, start))


def ranges_of(table: Table) -> list[tuple[int, int]]:
    """The parts of the file that the track's samples fill, sorted and joined.

    >>> ranges_of(Table(sizes=[10, 20, 5], count=3, offsets=[100, 130], runs=[(1, 2), (2, 1)]))
    [(100, 135)]
    """
    edges = [0, *accumulate(table.sizes)]
    found, sample, at = [], 0, 0
    for chunk, offset in enumerate(table.offsets, start=1):
        while at + 1 < len(table.runs) and table.runs[at + 1][0] <= chunk:
            at += 1
        if not table.runs:
            raise MediaProblem("damaged")
        last = min(sample + table.runs[at][1], table.count)
        length = (last - sample) * table.one_size if table.one_size else edges[last] - edges[sample]
        sample = last
        if length:
            found.append((offset, offset + length))
    if sample < table.count:
        raise MediaProblem("damaged")
    return joined(found)


def samples_of(table: Table) -> Iterator[tuple[int, int]]:
    """Offset and length of each sample, in the order of the file's chunks.

    >>> list(samples_of(Table(sizes=[10, 20, 5], count=3, offsets=[100, 130], runs=[(1, 2), (2, 1)])))
    [(100, 10), (110, 20), (130, 5)]
    """
    sample, at = 0, 0
    for chunk, offset in enumerate(table.offsets, start=1):
        while at + 1 < len(table.runs) and table.runs[at + 1][0] <= chunk:
            at += 1
        for _ in range(min(table.runs[at][1], table.count - sample)):
            length = table.one_size or table.sizes[sample]
            yield offset, length
            offset += length
            sample += 1


def joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in their order, with those that touch or overlap made one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
