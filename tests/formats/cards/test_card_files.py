"""What a file of a card tells is found, and a hostile file hurts nobody but its child."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import card_samples as samples
import media_samples
import numpy as np
import pytest
from PIL import Image

from amur.formats.cards import readers
from amur.formats.cards.exif import time_of, told_by
from amur.formats.cards.kinds import card_type
from amur.formats.cards.movies import time_in
from amur.formats.cards.readers import Reader, Readers, Seen
from amur.formats.media.problems import MediaProblem

REAL = Path(__file__).parents[4] / "shared" / "data" / "camtrapdp" / "example-1.0.2" / "media"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    one = Reader()
    yield one
    one.close()


def look(reader: Reader, data: bytes, folder: Path, name: str = "IMG_0001.JPG") -> Seen:
    path = folder / "original"
    path.write_bytes(data)
    return reader.look(path, card_type(data[:4096], name))


def test_a_picture_tells_its_clock_with_fractions_its_offset_and_its_camera(
    reader: Reader, tmp_path: Path
) -> None:
    seen = look(reader, samples.picture(fraction="25", offset="+10:00"), tmp_path)
    assert seen.taken == samples.START.replace(microsecond=250_000)
    assert (seen.offset, seen.exif["Make"], seen.exif["Model"]) == ("+10:00", "TESTCAM", "T-1")
    assert (seen.width, seen.height) == (640, 480)


def test_the_thumbnail_has_512_pixels_and_tells_nothing_of_the_camera(reader: Reader, tmp_path: Path) -> None:
    seen = look(reader, samples.picture(size=(2048, 1440)), tmp_path)
    thumbnail = Image.open(io.BytesIO(seen.thumbnail))
    assert thumbnail.size == (512, 360)
    assert not thumbnail.getexif()
    assert b"TESTCAM" not in seen.thumbnail


def test_a_preview_has_1600_pixels_and_a_small_picture_keeps_its_size(reader: Reader, tmp_path: Path) -> None:
    for width, shown in ((2048, 1600), (640, 640)):
        path = tmp_path / "original"
        path.write_bytes(samples.picture(size=(width, width // 2)))
        preview = Image.open(io.BytesIO(reader.preview(path, "image/jpeg")))
        assert preview.width == shown
        assert not preview.getexif()


def test_infrared_pictures_are_grey(reader: Reader, tmp_path: Path) -> None:
    assert look(reader, samples.picture(1, grey=True), tmp_path).is_infrared is True
    assert look(reader, samples.picture(1), tmp_path).is_infrared is False


def test_the_same_picture_smaller_has_nearly_the_same_fingerprint(reader: Reader, tmp_path: Path) -> None:
    def bits(size: tuple[int, int], number: int) -> int:
        return int(look(reader, samples.picture(number, size=size), tmp_path).dhash, 16)

    assert (bits((640, 480), 3) ^ bits((1024, 768), 3)).bit_count() <= 6
    assert (bits((640, 480), 3) ^ bits((640, 480), 4)).bit_count() > 10


def test_times_that_no_clock_shows_are_none() -> None:
    assert time_of("2021:13:41 20:43:09") is None
    assert time_of("    :  :     :  :  ") is None
    assert time_in("no time at all") is None


def test_a_video_tells_when_it_began_and_how_long_it_is(reader: Reader, tmp_path: Path) -> None:
    seen = look(reader, samples.avi(), tmp_path, "VID_1.AVI")
    assert seen.taken == datetime.fromisoformat("2026-03-01T08:00:00")
    assert (seen.width, seen.height, seen.duration_s) == (320, 240, 2.0)
    assert seen.thumbnail == b""


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg to make a film")
@pytest.mark.parametrize(("ending", "media_type"), [("mp4", "video/mp4"), ("avi", "video/x-msvideo")])
def test_a_film_shows_its_first_picture(reader: Reader, tmp_path: Path, ending: str, media_type: str) -> None:
    film = tmp_path / f"film.{ending}"
    source = "testsrc=size=320x240:rate=5:duration=1"
    command = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", source]
    subprocess.run(
        [*command, "-metadata", "creation_time=2026-03-01T08:00:00Z", "-c:v", "mjpeg", str(film)], check=True
    )
    seen = reader.look(film, media_type)
    assert Image.open(io.BytesIO(seen.thumbnail)).size == (320, 240)
    assert seen.duration_s == pytest.approx(1.0, abs=0.3)
    if ending == "mp4":
        assert seen.taken == datetime.fromisoformat("2026-03-01T08:00:00")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pictures lie beside the repository")
def test_real_pictures_tell_burst_event_and_temperature_as_their_maker_writes(reader: Reader) -> None:
    files = sorted(REAL.glob("*.JPG"))
    seen = [reader.look(file, "image/jpeg") for file in files]
    assert {one.serial for one in seen} == {"H2RXEM06043616"}
    assert all(one.total == 10 and 1 <= (one.number or 0) <= 10 for one in seen)
    first = seen[0]
    assert (first.number, first.event, first.temperature_c, first.trigger) == (1, 4, 2, "motion")
    assert first.taken == datetime.fromisoformat("2021-04-11T20:43:09")
    assert first.is_infrared is True


def trailing(tail: bytes) -> bytes:
    return samples.picture() + tail


def lying_size(width: int, height: int) -> bytes:
    """A JPEG whose frame says another size than its scan has."""
    data = bytearray(samples.picture())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def loop() -> bytes:
    """A JPEG whose directory of tags names itself as the further one."""
    tiff = b"II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHII", 0x8769, 4, 1, 8) + bytes(4)
    segment = b"Exif\0\0" + tiff
    data = samples.picture()
    end = 2 + data[2:].index(b"\xff\xdb")
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + data[end:]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("A.JPG", b"", "empty"),
        ("A.JPG", samples.picture()[:-2000], "damaged"),
        ("A.JPG", samples.picture()[:300], "damaged"),
        ("A.JPG", b"\xff\xd8\xff" + bytes(5000), "damaged"),
        ("A.JPG", trailing(b"PK\x03\x04" + bytes(100)), "two-in-one"),
        ("A.JPG", trailing(bytes(64) + samples.packed({"a": b"a"})), "two-in-one"),
        ("A.JPG", trailing(b"<html><script>alert(1)</script>"), "two-in-one"),
        ("A.JPG", trailing(b"MZ\x90"), "two-in-one"),
        ("A.JPG", lying_size(30_000, 30_000), "too-many-pixels"),
        ("A.JPG", lying_size(60_000, 10), "side-too-long"),
        ("A.JPG", lying_size(0, 0), "damaged"),
        ("A.PNG", media_samples.bomb_png(30_000, 30_000), "too-many-pixels"),
        ("A.PNG", media_samples.bomb_png(40_000, 1_000), "side-too-long"),
        ("A.PNG", media_samples.png()[:200], "damaged"),
        ("A.PNG", samples.picture(), "wrong-ending"),
        ("A.EXE", samples.picture(), "wrong-ending"),
        ("A.JPG", b"MZ" + bytes(100), "not-a-card-file"),
        ("A.JPG", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-card-file"),
        ("A.JPG", b"GIF89a" + bytes(100), "not-a-card-file"),
        ("A.MP4", b"\0\0\0\x18ftypisom" + b"\xff" * 12 + b"\xff\xff\xff\xffmoov", "damaged"),
        ("A.MP4", b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x01moov" + b"\xff" * 8, "damaged"),
        ("A.MP4", b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08free" * 30_000, "damaged"),
        ("A.AVI", samples.avi(length=2**31), "damaged"),
        ("A.AVI", b"RIFF\x10\0\0\0AVI LIST\xff\xff\xff\xffhdrl", "damaged"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason_and_the_next_one_is_read(
    reader: Reader, tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    with pytest.raises(MediaProblem) as told:
        look(reader, data, tmp_path, name)
    assert told.value.code == code
    assert look(reader, samples.picture(), tmp_path).width == 640


def test_a_directory_of_tags_that_names_itself_ends(reader: Reader, tmp_path: Path) -> None:
    assert look(reader, loop(), tmp_path).exif == {}


def test_bytes_changed_at_random_never_end_the_reader(reader: Reader, tmp_path: Path) -> None:
    random = np.random.default_rng(6)
    good = np.frombuffer(samples.picture(size=(320, 240)), np.uint8)
    refused = 0
    for _ in range(120):
        data = good.copy()
        at = random.integers(0, len(data), random.integers(1, 40))
        data[at] = random.integers(0, 256, len(at), dtype=np.uint8)
        try:
            assert look(reader, data.tobytes(), tmp_path).thumbnail.startswith(b"\xff\xd8")
        except MediaProblem as problem:
            refused += 1
            assert problem.code in {
                "damaged", "not-a-card-file", "two-in-one", "too-many-pixels", "too-narrow", "side-too-long",
            }  # fmt: skip
    assert 0 < refused < 120


def test_a_file_that_takes_for_ever_costs_its_child_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = samples.laid(tmp_path, {"good.jpg": samples.picture()}) / "good.jpg"
    with Readers(1) as several:
        several.map(lambda one, path: one.look(path, "image/jpeg"), [good])
        one = Reader(wall_s=5)
        assert one.look(good, "image/jpeg").width == 640
        child = one._child
        assert child is not None
        child.kill()
        time.sleep(0.1)
        assert one.look(good, "image/jpeg").width == 640  # a child that died between files is not missed
        monkeypatch.setattr(one, "_wall_s", 0.0)
        with pytest.raises(MediaProblem, match="too-much-work"):
            one.look(good, "image/jpeg")
        monkeypatch.setattr(one, "_wall_s", 30.0)
        assert one.look(good, "image/jpeg").width == 640
        one.close()


def test_several_readers_answer_in_the_order_of_the_questions(tmp_path: Path) -> None:
    sizes = [(200 + 20 * number, 200) for number in range(12)]
    paths = []
    for number, size in enumerate(sizes):
        paths.append(tmp_path / f"{number}.jpg")
        paths[-1].write_bytes(samples.picture(number, size=size))
    with Readers(2) as several:
        found = several.map(lambda one, path: one.look(path, "image/jpeg"), paths)
        assert [(one.width, one.height) for one in found] == sizes


def test_the_child_has_none_of_the_secrets_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMUR_SECRET_KEY", "kanarzq")
    assert "kanarzq" not in str(readers.bare_environment())


def test_a_jpeg_without_tags_tells_its_size() -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    told = told_by(out.getvalue())
    assert (told.width, told.height, told.taken, told.offset) == (40, 30, None, "")
