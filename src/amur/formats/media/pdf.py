"""PDF: written anew with only what a reader sees. Runs inside `child`.

Left out: the information dictionary, every XMP stream, attachments, scripts and actions that start something,
comments and other marks of reviewers, private data of programs, earlier versions of the file, and the
metadata inside of embedded JPEG and JPEG 2000 pictures. Kept: text, pictures, fonts, links, bookmarks,
fields, structure for screen readers.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from amur.formats.media.problems import MediaProblem

MAX_PAGES: Final = 3000
KEPT_ANNOTATIONS: Final = {"/Link", "/Widget"}
KEPT_ACTIONS: Final = {"/URI", "/GoTo", "/Named"}
# Keys that carry metadata, programs or files wherever they stand.
DROPPED: Final = (
    "/Metadata", "/PieceInfo", "/LastModified", "/AF", "/AA", "/OpenAction", "/JavaScript", "/JS",
    "/EmbeddedFiles", "/XFA", "/Collection", "/Perms", "/DSS", "/Legal", "/SpiderInfo", "/OutputIntents",
    "/Thumb", "/WebCapture",
)  # fmt: skip


def probe(path: Path) -> dict[str, Any]:
    """The number of pages. Raises MediaProblem for a protected, damaged or endless document."""
    with _opened(path) as document:
        pages = len(document.pages)
    if pages > MAX_PAGES:
        raise MediaProblem("too-many-pages", pages=pages, limit=MAX_PAGES)
    if not pages:
        raise MediaProblem("damaged")
    return {"pages": pages}


def copies(path: Path, out: Path) -> dict[str, Any]:
    """Write the document anew as `file.pdf`."""
    with _opened(path) as document:
        clean(document)
        document.save(
            out / "file.pdf",
            linearize=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return {"copies": [{"name": "file.pdf", "media_type": "application/pdf"}]}


def _opened(path: Path) -> Pdf:
    try:
        document = Pdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise MediaProblem("encrypted") from error
    except pikepdf.PdfError as error:
        raise MediaProblem("damaged") from error
    if document.is_encrypted:
        document.close()
        raise MediaProblem("encrypted")
    return document


def clean(document: Pdf) -> None:
    """Take out of a document in memory whatever its reader does not see."""
    del document.docinfo
    if "/ID" in document.trailer:
        del document.trailer["/ID"]
    for thing in document.objects:
        for one in _within(thing):
            _clean_one(one)
        if isinstance(thing, Stream):
            _clean_stream(thing)


def _within(thing: Object, depth: int = 0) -> Iterator[Object]:
    """The dictionaries of an object, with those that stand directly inside of it."""
    if depth > 60:
        raise MediaProblem("damaged")
    if isinstance(thing, Dictionary | Stream):
        yield thing
        values = [value for _key, value in thing.items()]
    elif isinstance(thing, Array):
        values = list(thing)
    else:
        return
    for value in values:
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            yield from _within(value, depth + 1)


def _clean_one(one: Object) -> None:
    for key in DROPPED:
        if key in one:
            del one[key]
    if "/Annots" in one and isinstance(one.get("/Annots"), Array):
        kept = [mark for mark in one["/Annots"] if _is_kept(mark)]
        one["/Annots"] = Array(kept)
    if isinstance(action := one.get("/A"), Dictionary) and str(action.get("/S", "")) not in KEPT_ACTIONS:
        del one["/A"]
    if isinstance(action := one.get("/Next"), Dictionary) and "/S" in action:
        del one["/Next"]
    if str(one.get("/Subtype", "")) in KEPT_ANNOTATIONS:
        for key in ("/M", "/NM", "/Popup", "/CreationDate"):
            if key in one:
                del one[key]
    if str(one.get("/Type", "")) == "/Sig" or str(one.get("/FT", "")) == "/Sig":
        # A signature names its signer, and does not hold for a changed file.
        for key in ("/V", "/Name", "/Location", "/Reason", "/ContactInfo", "/Contents", "/M", "/Cert"):
            if key in one:
                del one[key]


def _is_kept(mark: Object) -> bool:
    return isinstance(mark, Dictionary) and str(mark.get("/Subtype", "")) in KEPT_ANNOTATIONS


def _clean_stream(stream: Stream) -> None:
    if str(stream.get("/Type", "")) in {"/Metadata", "/EmbeddedFile"}:
        stream.write(b"")
        return
    filters = stream.get("/Filter")
    names = [str(filters)] if isinstance(filters, Name) else [str(one) for one in filters or []]
    if names == ["/DCTDecode"]:
        _rewrite(stream, names[0], without_segments(stream.read_raw_bytes()))
    elif names == ["/JPXDecode"]:
        _rewrite(stream, names[0], without_boxes(stream.read_raw_bytes()))
    elif names and names[-1] in {"/DCTDecode", "/JPXDecode"}:
        _clean_packed(stream, names)


def _clean_packed(stream: Stream, names: list[str]) -> None:
    """A picture that is packed once more: unpacked down to the picture, which is then cleaned."""
    last = names[-1]
    with Pdf.new() as aside:
        outer = Stream(aside, stream.read_raw_bytes())
        outer["/Filter"] = Array([Name(one) for one in names[:-1]])
        data = outer.read_bytes()
    clean_data = without_segments(data) if last == "/DCTDecode" else without_boxes(data)
    stream.write(clean_data, filter=Name(last))


def _rewrite(stream: Stream, name: str, data: bytes) -> None:
    parameters = stream.get("/DecodeParms")
    kept = parameters if isinstance(parameters, Dictionary | Array) else None
    stream.write(data, filter=Name(name), decode_parms=kept)


def without_segments(data: bytes) -> bytes:
    """A JPEG without the segments that carry no pixels: EXIF, XMP, IPTC, comments. Colour profiles stay.

    What is no JPEG is given back as it is, for the reader to refuse.
    """
    if data[:2] != b"\xff\xd8":
        return data
    out, at = bytearray(b"\xff\xd8"), 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        kept = not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in (0xE0, 0xEE)
        kept = kept or (marker == 0xE2 and data[at + 4 : at + 16] == b"ICC_PROFILE\x00")
        if kept:
            out += data[at:end]
        at = end
        if marker == 0xDA:  # the pixels; they end with the last end mark
            last = data.rfind(b"\xff\xd9")
            return bytes(out + data[at : last + 2 if last >= at else len(data)])
    return data


def without_boxes(data: bytes) -> bytes:
    """A JPEG 2000 file without its boxes of XML, UUID and rights; a bare code stream as it is."""
    if data[4:8] != b"jP  ":
        return data
    out, at = bytearray(), 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0 or at + size > len(data):
            size = len(data) - at
        if size < 8:
            break
        if data[at + 4 : at + 8] in (b"jP  ", b"ftyp", b"jp2h", b"jp2c"):
            out += data[at : at + size]
        at += size
    return bytes(out)
