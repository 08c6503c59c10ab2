"""Files for the tests of media: harmless ones, ones that tell too much, and hostile ones. All made here."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import zlib
from pathlib import Path

SECRET = "kanarzqsecret"
LATITUDE, LONGITUDE = 44.123456, 132.654321


def told_by_exiftool(path: Path) -> dict[str, str]:
    """Everything that exiftool finds in a file, besides what it says of the file in the folder."""
    done = subprocess.run(
        ["exiftool", "-j", "-a", "-u", "-ee", "-G1", str(path)], capture_output=True, check=True, text=True
    )
    found = json.loads(done.stdout)[0]
    return {
        name: str(value)
        for name, value in found.items()
        if not name.startswith(("System:", "ExifTool:")) and name != "SourceFile"
    }


def jpeg(size: tuple[int, int] = (900, 600), *, telling: bool = False, turned: bool = False) -> bytes:
    """A JPEG; a telling one names place, camera, author and more in every way that JPEG knows."""
    from PIL import Image, ImageCms

    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    picture.paste((200, 30, 30), (0, 0, size[0] // 4, size[1] // 4))
    more: dict[str, object] = {}
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    if telling:
        exif[0x010F] = exif[0x013B] = SECRET
        place = exif.get_ifd(0x8825)
        place[1], place[2] = "N", (44.0, 7.0, 24.4416)
        place[3], place[4] = "E", (132.0, 39.0, 15.5556)
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        more = {
            "icc_profile": profile,
            "comment": SECRET.encode(),
            "xmp": f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode(),
        }
    if telling or turned:
        more["exif"] = exif.tobytes()
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, **more)
    return out.getvalue()


def png(size: tuple[int, int] = (640, 400), mode: str = "RGB", text: str = "") -> bytes:
    """A PNG with a text chunk, if a text is given."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    if text:
        info.add_text("Comment", text)
        info.add_itxt("XML:com.adobe.xmp", text)
    out = io.BytesIO()
    picture = Image.linear_gradient("L").resize(size)
    if mode == "I;16":
        picture = picture.convert("I").point(lambda value: value * 257).convert("I;16")
    picture.convert(mode).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb_png(width: int, height: int) -> bytes:
    """A small file that says that it has very many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + _chunk(b"IEND", b"")
    )


def pdf(*, telling: bool = False, pages: int = 1, password: str = "") -> bytes:
    """A PDF; a telling one has an author, XMP, an attachment, a script, a comment, and a JPEG with a place."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name, Pdf, Stream

    document = Pdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(300, 400))
    page = document.pages[0]
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI="https://example.org/")
    )  # fmt: skip
    page.obj["/Annots"] = Array([document.make_indirect(link)])
    if telling:
        with document.open_metadata() as metadata:
            metadata["dc:creator"] = [SECRET]
        document.docinfo["/Author"] = SECRET
        document.attachments["secret.txt"] = SECRET.encode()
        document.Root["/OpenAction"] = Dictionary(S=Name.JavaScript, JS=f"app.alert('{SECRET}')")
        comment = Dictionary(
            Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], T=SECRET, Contents=SECRET, M="D:20240101"
        )
        page.obj["/Annots"].append(document.make_indirect(comment))
        page.obj["/PieceInfo"] = Dictionary(Own=Dictionary(Private=SECRET))
        data = jpeg((64, 48), telling=True)
        picture = Stream(document, data)
        picture["/Type"], picture["/Subtype"] = Name.XObject, Name.Image
        picture["/Width"], picture["/Height"], picture["/BitsPerComponent"] = 64, 48, 8
        picture["/ColorSpace"], picture["/Filter"] = Name.DeviceRGB, Name.DCTDecode
        page.obj["/Resources"] = Dictionary(XObject=Dictionary(P=picture))
        page.contents_add(b"q 64 0 0 48 0 0 cm /P Do Q")
    out = io.BytesIO()
    encryption = pikepdf.Encryption(owner=password, user=password) if password else None
    document.save(out, encryption=encryption or False)
    return out.getvalue()


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of an MP4 file."""
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + name + content


def _full(name: bytes, *parts: bytes) -> bytes:
    return box(name, bytes(4), *parts)


FREE_MESSAGE = b"\x06\x05\x20" + bytes(range(16)) + b"44.123,132.654zq\x80"  # SEI, user data unregistered
SLICE = b"\x65" + b"PICTURE-SAMPLE-1" * 8
PICTURE_BYTES = b"".join(struct.pack(">I", len(unit)) + unit for unit in (FREE_MESSAGE, SLICE))
PLACE_BYTES, HIDDEN_BYTES = b"44.123456,132.65" * 2, b"HIDDENzq" * 4
WHEN = struct.pack(">II", 3_800_000_000, 3_800_000_000)


def _track(number: int, handler: bytes, codec: bytes, entry: bytes, offset: int, size: int) -> bytes:
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    tkhd = _full(
        b"tkhd", WHEN, struct.pack(">III", number, 0, 2000), bytes(16), matrix, struct.pack(">II", 320 << 16, 240 << 16)
    )  # fmt: skip
    stbl = box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), box(codec, entry)),
        _full(b"stts", struct.pack(">III", 1, 1, 2000)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        _full(b"stsz", struct.pack(">III", 0, 1, size)),
        _full(b"stco", struct.pack(">II", 1, offset)),
    )
    dinf = box(
        b"dinf", _full(b"dref", struct.pack(">I", 1), box(b"url ", struct.pack(">I", 1), SECRET.encode()))
    )
    minf = box(b"minf", _full(b"vmhd", bytes(8)), dinf, stbl)
    hdlr = _full(b"hdlr", b"mhlr", handler, bytes(12), SECRET.encode(), b"\0")
    mdia = box(b"mdia", _full(b"mdhd", WHEN, struct.pack(">IIHH", 1000, 2000, 0x55C4, 0)), hdlr, minf)
    return box(b"trak", tkhd, mdia, box(b"udta", box(b"name", SECRET.encode())))


def mp4(*, codec: bytes = b"avc1", outside: bool = False, brand: bytes = b"isom") -> bytes:
    """A video of one sample that tells its place in four ways, beside a track of positions and hidden bytes."""
    ftyp = box(b"ftyp", brand, struct.pack(">I", 512), b"isom", b"mp42")
    data = PICTURE_BYTES + PLACE_BYTES + HIDDEN_BYTES
    entry = bytes(6) + struct.pack(">H", 1) + bytes(4) + b"SECR" + bytes(8) + struct.pack(">HH", 320, 240)
    entry += bytes(12) + struct.pack(">H", 1) + SECRET.encode().ljust(32, b"\0") + struct.pack(">Hh", 24, -1)
    entry += box(b"avcC", b"\x01\x42\x00\x1e\xff\xe0\x00") + box(b"uuid", bytes(16), SECRET.encode())

    def moov(start: int) -> bytes:
        place = b"+44.1234+132.6543/"
        xyz = struct.pack(">HH", len(place), 0x15C7) + place
        keys = _full(b"hdlr", bytes(4), b"mdta", bytes(13))
        return box(
            b"moov",
            _full(b"mvhd", WHEN, struct.pack(">II", 1000, 2000), bytes(80)),
            _track(1, b"vide", codec, entry, start + (10**6 if outside else 0), len(PICTURE_BYTES)),
            _track(2, b"meta", b"mebx", bytes(8), start + len(PICTURE_BYTES), len(PLACE_BYTES)),
            box(b"udta", box(b"\xa9xyz", xyz)),
            box(b"meta", keys, SECRET.encode()),
        )

    start = len(ftyp) + len(moov(0)) + 8
    top_uuid = box(b"uuid", bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC"), SECRET.encode())
    return ftyp + moov(start) + box(b"mdat", data) + top_uuid


def mp3(*, telling: bool = False, frames: int = 60) -> bytes:
    """Frames of MPEG 1 layer III, 128 kbit/s; with ID3 in front and behind and something between."""
    one = bytes.fromhex("fffb9000") + bytes(413)
    sound = one * frames
    if not telling:
        return sound
    text = b"\x03" + SECRET.encode()
    tag = b"TPE1" + struct.pack(">I", len(text)) + bytes(2) + text
    size = bytes((len(tag) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    last = b"TAG" + SECRET.encode().ljust(125, b" ")
    return b"ID3\x04\x00\x00" + size + tag + sound + SECRET.encode() + sound + last


SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
