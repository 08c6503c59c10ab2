"""What is served of a file tells nothing but what it shows, and a hostile file hurts nobody."""

from __future__ import annotations

import io
from pathlib import Path

import media_samples as samples
import pytest
from PIL import Image

from amur.formats.media import limited
from amur.formats.media.kinds import TYPES, type_of
from amur.formats.media.messages import FILLER, clean_configuration, emptied, types_in
from amur.formats.media.pdf import without_boxes, without_segments
from amur.formats.media.problems import MediaProblem

PICTURE_TELLS = {
    "JFIF:JFIFVersion", "JFIF:ResolutionUnit", "JFIF:XResolution", "JFIF:YResolution", "File:FileType",
    "File:FileTypeExtension", "File:MIMEType", "File:ImageWidth", "File:ImageHeight", "File:EncodingProcess",
    "File:BitsPerSample", "File:ColorComponents", "File:YCbCrSubSampling", "Composite:ImageSize",
    "Composite:Megapixels", "RIFF:VP8Version", "RIFF:ImageWidth", "RIFF:ImageHeight", "RIFF:HorizontalScale",
    "RIFF:VerticalScale", "RIFF:WebP_Flags", "RIFF:AlphaPreprocessing", "RIFF:AlphaFiltering",
    "RIFF:AlphaCompression", "File:ExifByteOrder",
}  # fmt: skip


def made(data: bytes, folder: Path) -> list[limited.Copy]:
    """The served copies of some bytes."""
    path = folder / "original"
    path.write_bytes(data)
    media_type = type_of(data[:4096]).media_type
    limited.probe(path, media_type)
    out = folder / "out"
    out.mkdir(exist_ok=True)
    return limited.copies(path, media_type, out)


def probed(data: bytes, folder: Path) -> limited.Found:
    path = folder / "original"
    path.write_bytes(data)
    return limited.probe(path, type_of(data[:4096]).media_type)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (samples.jpeg((20, 20)), "image/jpeg"),
        (samples.png((20, 20)), "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"GIF89a", "image/gif"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"%PDF-1.4", "application/pdf"),
        (samples.mp4(), "video/mp4"),
        (samples.mp4(brand=b"qt  "), "video/quicktime"),
        (samples.mp4(brand=b"M4A "), "audio/mp4"),
        (samples.mp3(), "audio/mpeg"),
        (samples.mp3(telling=True), "audio/mpeg"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_type_is_found_by_the_content(data: bytes, media_type: str) -> None:
    assert type_of(data[:4096]) is TYPES[media_type]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (samples.SVG, "svg"),
        (b"  \n<svg onload='x'>", "svg"),
        (b"<html><script>", "type-unknown"),
        (b"PK\x03\x04 docx", "type-not-taken"),
        (b"\x1aE\xdf\xa3 webm", "type-not-taken"),
        (b"RIFF\x00\x00\x00\x00WAVE", "type-not-taken"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif", "type-unknown"),
        (b"garbage", "type-unknown"),
        (b"\r\n%PDF-1.4", "type-unknown"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_not_taken_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(MediaProblem) as problem:
        type_of(data)
    assert problem.value.code == code


def test_a_picture_is_served_in_its_widths_without_a_word_of_metadata(tmp_path: Path) -> None:
    told = samples.told_by_exiftool(_file(tmp_path, samples.jpeg((2000, 1500), telling=True)))
    assert any("GPS" in name for name in told)
    assert any(samples.SECRET in value for value in told.values()), "the sample must tell something"
    copies = made(samples.jpeg((2000, 1500), telling=True), tmp_path)
    assert [one.name for one in copies] == [
        "480.webp", "480.jpg", "960.webp", "960.jpg", "1600.webp", "1600.jpg"
    ]  # fmt: skip
    for one in copies:
        assert set(samples.told_by_exiftool(one.path)) <= PICTURE_TELLS, one.name
        data = one.path.read_bytes()
        assert samples.SECRET.encode() not in data
        assert b"Exif" not in data
        assert b"ICC" not in data
        with Image.open(one.path) as picture:
            assert picture.size == (one.width, one.height)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "I;16", "L"])
def test_every_kind_of_png_becomes_a_picture_without_its_texts(mode: str, tmp_path: Path) -> None:
    for one in made(samples.png((300, 200), mode, text=samples.SECRET), tmp_path):
        assert set(samples.told_by_exiftool(one.path)) <= PICTURE_TELLS
        assert samples.SECRET.encode() not in one.path.read_bytes()
        with Image.open(one.path) as picture:
            low, high = picture.convert("L").getextrema()
            assert high > 200, "light stays light"  # type: ignore[operator]
            assert low < 60, "dark stays dark"  # type: ignore[operator]


def test_a_picture_is_turned_as_the_camera_was_held(tmp_path: Path) -> None:
    found = probed(samples.jpeg((400, 200), turned=True), tmp_path)
    assert (found.width, found.height) == (200, 400)
    copy = made(samples.jpeg((400, 200), turned=True), tmp_path)[-1]
    with Image.open(copy.path) as picture:
        assert picture.size == (200, 400)
        red = picture.getpixel((190, 10))
        assert isinstance(red, tuple)
        assert red[0] > 150 > red[1], "the upper left corner is now the upper right one"


def test_what_hides_behind_a_picture_is_not_served(tmp_path: Path) -> None:
    polyglot = samples.jpeg((300, 200)) + b"PK\x03\x04<html><script>" + samples.SECRET.encode()
    for one in made(polyglot, tmp_path):
        data = one.path.read_bytes()
        assert samples.SECRET.encode() not in data
        assert b"<script>" not in data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (samples.bomb_png(60_000, 60_000), "too-many-pixels"),
        (samples.bomb_png(65_000, 100), "side-too-long"),
        (samples.bomb_png(3000, 30), "too-narrow"),
        (samples.bomb_png(5000, 5000), "damaged"),
        (samples.jpeg()[:-4000], "damaged"),
        (samples.jpeg()[:200], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "damaged"),
        (b"GIF89a" + b"\xff" * 40, "damaged"),
        (b"%PDF-1.7 nothing", "damaged"),
        (samples.pdf(password="secret"), "encrypted"),
        (samples.mp4(outside=True), "damaged"),
        (samples.mp4()[:-900], "damaged"),
        (samples.mp4(codec=b"sowt"), "not-cleanable"),
        (samples.mp3(frames=2), "no-tracks"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(999), "no-tracks"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_hostile_or_damaged_file_is_refused_with_the_reason(data: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(MediaProblem) as problem:
        probed(data, tmp_path)
    assert problem.value.code == code


def test_a_child_that_uses_too_much_memory_or_dies_is_a_refusal_and_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "original"
    path.write_bytes(samples.jpeg())
    monkeypatch.setattr(limited, "WALL_S", 0.001)
    with pytest.raises(MediaProblem, match="too-much-work"):
        limited.probe(path, "image/jpeg")


def test_the_child_is_limited_before_it_reads_and_knows_nothing_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess
    import sys

    monkeypatch.setenv("DATABASE_URL", samples.SECRET)
    program = (
        "import os, resource, json; from amur.formats.media import child; child.give_up('image/png');"
        "print(json.dumps([resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0],"
        "'DATABASE_URL' in os.environ, len(os.environ)])); x = bytearray(3 << 30)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=limited.bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    memory, cpu, knows, _count = __import__("json").loads(done.stdout)
    assert (memory, cpu, knows) == (2 << 30, 60, False)
    assert "MemoryError" in done.stderr


def test_a_document_is_served_without_author_attachment_script_or_comment(tmp_path: Path) -> None:
    import pikepdf

    data = samples.pdf(telling=True)
    told = samples.told_by_exiftool(_file(tmp_path, data))
    assert any(samples.SECRET in value for value in told.values())
    (copy,) = made(data, tmp_path)
    assert set(samples.told_by_exiftool(copy.path)) <= {
        "File:FileType", "File:FileTypeExtension", "File:MIMEType", "PDF:PDFVersion", "PDF:Linearized",
        "PDF:PageCount",
    }  # fmt: skip
    with pikepdf.open(copy.path) as document:
        assert not document.attachments
        assert "/OpenAction" not in document.Root
        assert "/Metadata" not in document.Root
        (link,) = document.pages[0].obj["/Annots"]  # type: ignore[misc]
        assert str(link.A.URI) == "https://example.org/"
        picture = document.pages[0].obj["/Resources"]["/XObject"]["/P"]
        raw = picture.read_raw_bytes()
        assert b"Exif" not in raw
        with Image.open(io.BytesIO(raw)) as inside:
            assert inside.size == (64, 48)
            inside.load()
        plain = tmp_path / "plain.pdf"
        document.save(plain, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert samples.SECRET.encode() not in plain.read_bytes()
    assert samples.SECRET.encode() not in copy.path.read_bytes()


def test_the_same_document_is_cleaned_to_the_same_bytes(tmp_path: Path) -> None:
    data = samples.pdf(telling=True)
    (first,) = made(data, tmp_path)
    before = first.path.read_bytes()
    (second,) = made(data, tmp_path)
    assert second.path.read_bytes() == before


def test_a_video_is_served_without_place_time_names_and_the_track_of_positions(tmp_path: Path) -> None:
    data = samples.mp4()
    told = samples.told_by_exiftool(_file(tmp_path, data))
    assert any("44" in value for name, value in told.items() if "GPS" in name)
    assert probed(data, tmp_path) == limited.Found(width=320, height=240, duration_s=2.0)
    (copy,) = made(data, tmp_path)
    served = copy.path.read_bytes()
    assert len(served) == len(data), "nothing has moved"
    assert samples.SLICE in served
    for gone in (
        samples.SECRET.encode(),
        samples.PLACE_BYTES,
        samples.HIDDEN_BYTES,
        b"+44.1234",
        b"SECR",
        b"44.123",
    ):
        assert gone in data
        assert gone not in served
    after = samples.told_by_exiftool(copy.path)
    assert not [name for name in after if "GPS" in name or "Location" in name]
    assert {value for name, value in after.items() if name.endswith("Date")} <= {"0000:00:00 00:00:00"}
    assert copy.name == "file.mp4"


@pytest.mark.parametrize("length", [4, 5, 257, 258, 259, 512, 513, 514, 515, 70_000])
def test_a_message_between_pictures_becomes_filler_of_the_same_length(length: int) -> None:
    unit = b"\x06\x05" + b"a" * (length - 2)
    after = emptied(unit, 1)
    assert len(after) == length
    assert b"a" not in after
    assert b"\0\0" not in after[2:], "nothing that looks like the start of a unit"
    assert set(types_in(after, 1)) == {FILLER}


def test_messages_in_the_configuration_of_h265_are_emptied() -> None:
    message = b"\x4e\x01\x05\x18" + bytes(range(1, 17)) + b"secretzq\x80"
    array = b"\x27" + b"\0\1" + len(message).to_bytes(2, "big") + message
    before = bytes(22) + b"\1" + array
    after = clean_configuration(before)
    assert len(after) == len(before)
    assert b"secretzq" not in after


def test_sound_is_served_as_frames_of_sound_only(tmp_path: Path) -> None:
    data = samples.mp3(telling=True)
    (copy,) = made(data, tmp_path)
    served = copy.path.read_bytes()
    assert samples.SECRET.encode() not in served
    assert served == samples.mp3(frames=120)
    assert not [name for name in samples.told_by_exiftool(copy.path) if name.startswith("ID3")]
    assert probed(data, tmp_path).duration_s == pytest.approx(120 * 1152 / 44_100, abs=0.001)


def test_a_jpeg_without_its_segments_has_the_same_pixels() -> None:
    data = samples.jpeg((64, 48), telling=True)
    plain = without_segments(data)
    assert samples.SECRET.encode() not in plain
    assert b"Exif" not in plain
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(plain)) as after:
        assert before.tobytes() == after.tobytes()
    assert without_segments(b"no jpeg") == b"no jpeg"


def test_a_jpeg_2000_loses_the_boxes_that_are_no_picture() -> None:
    signature, stream = samples.box(b"jP  ", b"\r\n\x87\n"), samples.box(b"jp2c", b"pixels")
    data = signature + samples.box(b"uuid", samples.SECRET.encode()) + samples.box(b"xml ", b"x") + stream
    assert without_boxes(data) == signature + stream


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "told"
    path.write_bytes(data)
    return path
