"""MP4, MOV and M4A (ISO/IEC 14496-12, QuickTime): the same file with everything emptied that is not needed.

A file is a tree of boxes with a length and a name. Needed boxes are known by name; every other one is named
`free` and filled with zeros, so that no position in the file changes. Tracks that are neither picture nor
sound (positions of a drone, time codes, texts) are emptied, too, and so is every byte of media data that no
kept track points to. Times of creation and names of handlers and encoders become zeros, free messages between
coded pictures become filler (`messages`). Runs inside `child`.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from amur.formats.media.messages import clean_configuration, clean_sample, header_length
from amur.formats.media.problems import MediaProblem
from amur.formats.media.samples import Table, joined, ranges_of, samples_of

MAX_MOOV_BYTES: Final = 64 << 20
MAX_BOXES: Final = 20_000
BLOCK: Final = 1 << 20

# box -> the boxes that may stand inside it; a box without an entry is kept whole
KEPT: Final[dict[bytes, frozenset[bytes]]] = {
    b"moov": frozenset({b"mvhd", b"trak"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"hdlr", b"dinf", b"stbl"}),
    b"dinf": frozenset({b"dref"}),
    b"stbl": frozenset(
        {b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"sdtp"}
        | {b"sbgp", b"sgpd", b"stps"}
    ),
}
TOP: Final = frozenset({b"ftyp", b"moov", b"mdat"})
IN_VIDEO: Final = frozenset(
    {
        b"avcC",
        b"hvcC",
        b"av1C",
        b"vpcC",
        b"esds",
        b"pasp",
        b"colr",
        b"clap",
        b"btrt",
        b"fiel",
        b"mdcv",
        b"clli",
    }
)
IN_AUDIO: Final = frozenset({b"esds", b"wave", b"chan", b"btrt", b"alac", b"dac3", b"dec3", b"dOps", b"frma"})
VIDEO_CODECS: Final = frozenset({b"avc1", b"avc3", b"hvc1", b"hev1", b"av01", b"vp08", b"vp09", b"mp4v"})
# Uncompressed sound of QuickTime is missing on purpose: its tables do not tell the length of its samples.
AUDIO_CODECS: Final = frozenset({b"mp4a", b"alac", b"ac-3", b"ec-3", b"Opus"})
VIDEO_ENTRY: Final = 78
AUDIO_ENTRY: Final = {0: 28, 1: 44, 2: 64}
SHOWN: Final = {b"vide": "video", b"soun": "audio"}


@dataclass(frozen=True, slots=True)
class Box:
    """A box in a file: its name, where it starts, where its content starts, where it ends."""

    name: bytes
    start: int
    content: int
    end: int


def boxes(data: Callable[[int, int], bytes], start: int, end: int) -> Iterator[Box]:
    """The boxes between two positions. Raises MediaProblem when they do not fill it exactly."""
    count = 0
    while start < end:
        head = data(start, 16)
        if end - start < 8:
            if not any(head[: end - start]):
                return  # QuickTime ends some lists of boxes with zeros
            raise MediaProblem("damaged")
        size, name, content = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, content = int.from_bytes(head[8:16], "big"), start + 16
        elif size == 0:
            size = end - start
        count += 1
        if size < content - start or start + size > end or count > MAX_BOXES:
            raise MediaProblem("damaged")
        yield Box(name, start, content, start + size)
        start += size


@dataclass
class Movie:
    """A file that is being emptied: `moov` in memory, the rest on the disk."""

    opened: BinaryIO
    size: int
    top: list[Box]
    moov: bytearray
    base: int
    kinds: list[str]
    tables: list[Table]
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None

    def data(self, start: int, length: int) -> bytes:
        """Bytes of `moov`, by their position in the file."""
        return bytes(self.moov[start - self.base : start - self.base + length])

    def zero(self, start: int, end: int) -> None:
        """Fill part of `moov` with zeros."""
        self.moov[start - self.base : end - self.base] = bytes(end - start)

    def free(self, box: Box) -> None:
        """Make a box an empty one of the same length."""
        self.moov[box.start - self.base + 4 : box.start - self.base + 8] = b"free"
        self.zero(box.content, box.end)

    def inside(self, box: Box, skip: int = 0) -> list[Box]:
        """The boxes inside a box of `moov`."""
        return list(boxes(self.data, box.content + skip, box.end))


def probe(path: Path, media_type: str) -> dict[str, Any]:
    """Size in pixels and duration. Raises MediaProblem for a file that cannot be emptied of hidden data."""
    with path.open("rb") as opened:
        movie = _read(opened, path.stat().st_size)
        kept = _clean_moov(movie)
        _complete(movie, kept)
    if media_type.startswith("video/") and "video" not in movie.kinds:
        raise MediaProblem("no-tracks")
    return {"width": movie.width, "height": movie.height, "duration_s": movie.duration_s}


def copies(path: Path, media_type: str, out: Path) -> dict[str, Any]:
    """Write the emptied file as `file.mp4`, `file.mov` or `file.m4a`."""
    suffix = {"video/mp4": "mp4", "video/quicktime": "mov", "audio/mp4": "m4a"}[media_type]
    made = out / f"file.{suffix}"
    shutil.copyfile(path, made)
    with made.open("r+b") as opened:
        movie = _read(opened, path.stat().st_size)
        kept = _clean_moov(movie)
        _complete(movie, kept)
        _write(movie, kept)
        _clean_messages(movie)
    return {
        "copies": [
            {"name": made.name, "media_type": media_type, "width": movie.width, "height": movie.height}
        ]
    }


def _read(opened: BinaryIO, size: int) -> Movie:
    def data(start: int, length: int) -> bytes:
        opened.seek(start)
        return opened.read(length)

    top = list(boxes(data, 0, size))
    names = [box.name for box in top]
    if b"moof" in names or b"sidx" in names:
        raise MediaProblem("not-cleanable", why="moof")
    if names.count(b"moov") != 1 or b"mdat" not in names:
        raise MediaProblem("damaged")
    moov = top[names.index(b"moov")]
    if moov.end - moov.start > MAX_MOOV_BYTES:
        raise MediaProblem("damaged")
    content = bytearray(data(moov.start, moov.end - moov.start))
    return Movie(opened, size, top, content, moov.start, [], [])


def _clean_moov(movie: Movie) -> list[tuple[int, int]]:
    """Empty what is not needed in `moov`; gives the parts of the file that kept tracks point to."""
    moov = next(box for box in movie.top if box.name == b"moov")
    kept: list[tuple[int, int]] = []
    for box in movie.inside(moov):
        if box.name == b"mvhd":
            movie.duration_s = _clean_times(movie, box)
        elif box.name == b"cmov":
            raise MediaProblem("not-cleanable", why="cmov")
        elif box.name == b"mvex":
            raise MediaProblem("not-cleanable", why="mvex")
        elif box.name == b"trak" and (kind := _kind_of(movie, box)):
            movie.kinds.append(kind)
            table = Table()
            _clean_track(movie, box, kind, table)
            kept += ranges_of(table)
            movie.tables.append(table)
        else:
            movie.free(box)
    if not movie.kinds:
        raise MediaProblem("no-tracks")
    return joined(kept)


def _kind_of(movie: Movie, trak: Box) -> str | None:
    """Whether a track is picture or sound; None for every other one."""
    for mdia in movie.inside(trak):
        if mdia.name == b"mdia":
            for box in movie.inside(mdia):
                if box.name == b"hdlr":
                    return SHOWN.get(movie.data(box.content + 8, 4))
    return None


def _clean_track(movie: Movie, parent: Box, kind: str, table: Table) -> None:
    for box in movie.inside(parent):
        if box.name not in KEPT[parent.name]:
            movie.free(box)
        elif box.name in KEPT:
            _clean_track(movie, box, kind, table)
        elif box.name in (b"tkhd", b"mdhd"):
            _clean_times(movie, box)
            if box.name == b"tkhd" and kind == "video":
                _note_size(movie, box)
        elif box.name == b"hdlr":
            # The name of the handler is a text of the program that wrote the file.
            movie.zero(box.content + 12, box.end)
        elif box.name == b"dref":
            _clean_references(movie, box)
        elif box.name == b"stsd":
            _clean_descriptions(movie, box, kind, table)
        else:
            table.take(box.name, movie.data(box.content, box.end - box.content))


def _clean_times(movie: Movie, box: Box) -> float | None:
    """Zero the times of creation and change; gives the duration in seconds, None when it is not told."""
    is_long = movie.data(box.content, 1) == b"\x01"
    width = 8 if is_long else 4
    times = box.content + 4
    movie.zero(times, times + 2 * width)
    if box.name == b"tkhd":
        return None
    scale = int.from_bytes(movie.data(times + 2 * width, 4), "big")
    length = int.from_bytes(movie.data(times + 2 * width + 4, width), "big")
    unknown = (1 << 8 * width) - 1
    return round(length / scale, 3) if scale and length != unknown else None


def _note_size(movie: Movie, box: Box) -> None:
    """Width and height end `tkhd` as 16.16 numbers; the matrix before them may turn the picture."""
    end = box.end
    width, height = (int.from_bytes(movie.data(end - back, 4), "big") >> 16 for back in (8, 4))
    turned = movie.data(end - 44, 4) == bytes(4)  # the matrix's first number: cosine of 90° or 270°
    if width and height and movie.width is None:
        movie.width, movie.height = (height, width) if turned else (width, height)


def _clean_references(movie: Movie, box: Box) -> None:
    """Media data must be in this very file; names and addresses of others are emptied."""
    for entry in movie.inside(box, skip=8):
        flags = int.from_bytes(movie.data(entry.content, 4), "big") & 0xFFFFFF
        if not flags & 1:
            raise MediaProblem("not-cleanable", why="dref")
        movie.zero(entry.content + 4, entry.end)


def _clean_descriptions(movie: Movie, box: Box, kind: str, table: Table) -> None:
    for entry in movie.inside(box, skip=8):
        if entry.name not in (VIDEO_CODECS if kind == "video" else AUDIO_CODECS):
            raise MediaProblem("not-cleanable", why=entry.name.decode("latin-1"))
        if kind == "video":
            movie.zero(entry.content + 12, entry.content + 16)  # vendor
            movie.zero(entry.content + 42, entry.content + 74)  # name of the encoder
            head, kept = VIDEO_ENTRY, IN_VIDEO
        else:
            version = int.from_bytes(movie.data(entry.content + 8, 2), "big")
            if version not in AUDIO_ENTRY:
                raise MediaProblem("not-cleanable", why="stsd")
            movie.zero(entry.content + 12, entry.content + 16)
            head, kept = AUDIO_ENTRY[version], IN_AUDIO
        if entry.end - entry.content < head:
            raise MediaProblem("damaged")
        for inner in movie.inside(entry, skip=head):
            if inner.name not in kept:
                movie.free(inner)
            elif inner.name in (b"avcC", b"hvcC"):
                _note_coding(movie, entry.name, inner, table)


def _note_coding(movie: Movie, codec: bytes, box: Box, table: Table) -> None:
    """Remember how the units of the track's samples are told apart."""
    data = movie.data(box.content, box.end - box.content)
    place = 4 if box.name == b"avcC" else 21
    if len(data) <= place:
        raise MediaProblem("damaged")
    prefix = (data[place] & 3) + 1
    if table.prefix not in (0, prefix):
        raise MediaProblem("not-cleanable", why="stsd")
    table.codec, table.prefix = codec, prefix
    if box.name == b"hvcC":
        at = box.content - movie.base
        movie.moov[at : at + len(data)] = clean_configuration(data)


def _complete(movie: Movie, kept: list[tuple[int, int]]) -> None:
    """Every sample must lie inside of media data: else the file is cut off."""
    data = [(box.content, box.end) for box in movie.top if box.name == b"mdat"]
    for start, end in kept:
        if not any(first <= start and end <= last for first, last in data):
            raise MediaProblem("damaged")


def _write(movie: Movie, kept: list[tuple[int, int]]) -> None:
    """Write the emptied `moov` and zeros over all that no kept track points to."""
    for box in movie.top:
        if box.name == b"moov":
            movie.opened.seek(box.start)
            movie.opened.write(movie.moov)
        elif box.name == b"mdat":
            at = box.content
            for start, end in kept:
                if box.content <= start < box.end:
                    _fill(movie.opened, at, start)
                    at = max(at, end)
            _fill(movie.opened, at, box.end)
        elif box.name not in TOP:
            movie.opened.seek(box.start + 4)
            movie.opened.write(b"free")
            _fill(movie.opened, box.content, box.end)


def _clean_messages(movie: Movie) -> None:
    for table in movie.tables:
        if header := header_length(table.codec):
            for start, length in samples_of(table):
                clean_sample(movie.opened, start, length, table.prefix, header)


def _fill(opened: BinaryIO, start: int, end: int) -> None:
    opened.seek(start)
    while start < end:
        length = min(BLOCK, end - start)
        opened.write(bytes(length))
        start += length
