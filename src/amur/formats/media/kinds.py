"""What a file is, by its content. Names and what a browser claims are not asked."""

from dataclasses import dataclass
from typing import Final, Literal

from amur.formats.media.problems import MediaProblem

KindName = Literal["picture", "document", "video", "audio"]
HEAD_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Type:
    """A type that is taken: `suffix` is the ending of its served copy, `limit` the most bytes."""

    media_type: str
    kind: KindName
    suffix: str
    limit: int


_MB: Final = 1_000_000
TYPES: Final = {
    one.media_type: one
    for one in (
        Type("image/jpeg", "picture", "jpg", 50 * _MB),
        Type("image/png", "picture", "png", 50 * _MB),
        Type("image/webp", "picture", "webp", 50 * _MB),
        Type("image/gif", "picture", "gif", 50 * _MB),
        Type("image/heic", "picture", "heic", 50 * _MB),
        Type("application/pdf", "document", "pdf", 100 * _MB),
        Type("video/mp4", "video", "mp4", 1000 * _MB),
        Type("video/quicktime", "video", "mov", 1000 * _MB),
        Type("audio/mp4", "audio", "m4a", 200 * _MB),
        Type("audio/mpeg", "audio", "mp3", 200 * _MB),
    )
}
LARGEST: Final = max(one.limit for one in TYPES.values())

_HEIC: Final = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1"}
_VIDEO: Final = {
    b"isom",
    b"iso2",
    b"iso3",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"MSNV",
}
_AUDIO: Final = {b"M4A ", b"M4B "}
# What people try, too, with a name for the message.
_KNOWN_OTHERS: Final = (
    (b"PK\x03\x04", "ZIP, DOCX, XLSX, PPTX"),
    (b"\xd0\xcf\x11\xe0", "DOC, XLS, PPT"),
    (b"II*\x00", "TIFF, RAW"),
    (b"MM\x00*", "TIFF, RAW"),
    (b"BM", "BMP"),
    (b"\x1aE\xdf\xa3", "WebM, MKV"),
    (b"OggS", "OGG"),
    (b"fLaC", "FLAC"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"{\\rtf", "RTF"),
)


def type_of(head: bytes) -> Type:
    """The type of a file that begins with these bytes. Raises MediaProblem for every other one.

    >>> type_of(b"%PDF-1.7 ...").media_type
    'application/pdf'
    >>> type_of(b"<svg xmlns='http://www.w3.org/2000/svg'>")
    Traceback (most recent call last):
    ...
    amur.formats.media.problems.MediaProblem: svg
    """
    name = _name(head)
    if name is None:
        raise _refusal(head)
    return TYPES[name]


def _name(head: bytes) -> str | None:
    match head:
        case _ if head.startswith(b"\xff\xd8\xff"):
            return "image/jpeg"
        case _ if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png"
        case _ if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return "image/webp"
        case _ if head[:6] in (b"GIF87a", b"GIF89a"):
            return "image/gif"
        case _ if head.startswith(b"%PDF-"):
            return "application/pdf"
        case _ if head[4:8] == b"ftyp":
            return _of_brand(head)
        case _ if head[4:8] in (b"moov", b"mdat", b"wide"):
            return "video/quicktime"
        case _ if head.startswith(b"ID3") or _is_mpeg_audio(head):
            return "audio/mpeg"
    return None


def _of_brand(head: bytes) -> str | None:
    size = int.from_bytes(head[:4], "big")
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))}
    major = head[8:12]
    if major in _HEIC or (brands & _HEIC and not brands & (_VIDEO | {b"avif", b"avis"})):
        return "image/heic" if not brands & {b"avif", b"avis"} else None
    if major in _AUDIO:
        return "audio/mp4"
    if major == b"qt  ":
        return "video/quicktime"
    return "video/mp4" if brands & _VIDEO else None


def _is_mpeg_audio(head: bytes) -> bool:
    return len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] >> 4 not in (0, 15)


def _refusal(head: bytes) -> MediaProblem:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!doctype svg")) and b"<svg" in text:
        return MediaProblem("svg")
    for magic, name in _KNOWN_OTHERS:
        if head.startswith(magic):
            return MediaProblem("type-not-taken", found=name)
    if head[:4] == b"RIFF":
        return MediaProblem("type-not-taken", found="WAV, AVI")
    return MediaProblem("empty") if not head else MediaProblem("type-unknown")
