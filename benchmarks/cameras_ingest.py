"""Reading a memory card: pictures a second and core, against Pillow decoding whole pictures, and exiftool.

    .venv/bin/python benchmarks/cameras_ingest.py [--pictures 600]

The ten real pictures of the Camtrap DP example (2048 x 1440, 0.3 MB), copied with a comment of their own each
so that every file is different, are read as `amur cameras import` reads a card: copied into the store and
brought to the disk, SHA-256, EXIF and the maker's note, thumbnail of 512 pixels, dHash, brightness, row in
SQLite. Time is that of the processor, of all processes together.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT.parent / "shared" / "data" / "camtrapdp" / "example-1.0.2" / "media"
sys.path.insert(0, str(ROOT / "src"))


def cpu_s() -> float:
    """Processor time of this process and of its children that have ended."""
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


def make_card(folder: Path, count: int) -> Path:
    """A card of pictures that differ from each other by a comment."""
    originals = [file.read_bytes() for file in sorted(EXAMPLE.glob("*.JPG"))]
    if not originals:
        sys.exit(f"There are no pictures in {EXAMPLE}.")
    place = folder / "DCIM" / "100RECNX"
    place.mkdir(parents=True)
    for number in range(count):
        data, text = originals[number % len(originals)], f"copy {number}".encode()
        comment = b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text
        (place / f"RCNX{number + 1:05}.JPG").write_bytes(data[:2] + comment + data[2:])
    return folder


def ours(card: Path, data: Path) -> None:
    """The import of the program, in a data folder of its own."""
    import datetime

    from amur.portal.cameras.models import CameraProject
    from amur.portal.cards import actions
    from amur.portal.languages.text import MultilingualText
    from amur.portal.offices.models import Office
    from amur.portal.runs.execution import work_on
    from amur.portal.runs.models import RunState

    office = Office.objects.first() or Office.objects.create(
        key="benchmark", names=MultilingualText.of("en", en="Benchmark"), country="RU", languages=["en"]
    )
    project, _ = CameraProject.objects.get_or_create(
        key="benchmark",
        defaults={"office": office, "names": MultilingualText.of("en", en="B"), "time_zone": "UTC"},
    )
    about = actions.About(
        project,
        "A",
        start=datetime.datetime(2021, 3, 1, tzinfo=datetime.UTC),
        end=datetime.datetime(2021, 6, 1, tzinfo=datetime.UTC),
    )
    opened = actions.open_card(about, None, str(card))
    run = work_on(actions.read(opened, None, card, in_background=False).uuid)
    assert run.state == RunState.DONE, run.problems
    assert opened.files.filter(state="taken").count() == sum(1 for _ in card.rglob("*.JPG"))


def looking(card: Path, _data: Path) -> None:
    """Only what happens in the children: EXIF, thumbnail, dHash, brightness."""
    from amur.formats.cards.readers import Readers

    with Readers() as readers:
        for seen in readers.map(lambda one, path: one.look(path, "image/jpeg"), sorted(card.rglob("*.JPG"))):
            assert seen.thumbnail


def pillow(card: Path, _data: Path) -> None:
    """What scripts for camera traps do: whole pictures decoded by Pillow, EXIF, thumbnail, dHash, hash."""
    from PIL import Image

    for path in sorted(card.rglob("*.JPG")):
        data = path.read_bytes()
        hashlib.sha256(data).hexdigest()
        with Image.open(io.BytesIO(data)) as picture:
            picture.getexif().get_ifd(0x8769)
            picture.load()
            grey = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
            assert grey.size == (9, 8)
            picture.thumbnail((512, 512))
            picture.save(io.BytesIO(), "JPEG", quality=80)


def exiftool(card: Path, _data: Path) -> None:
    """EXIF and maker's notes alone, all files in one call."""
    subprocess.run(["exiftool", "-json", "-q", "-r", str(card)], stdout=subprocess.DEVNULL, check=True)


def timed(name: str, work: Callable[[Path, Path], None], card: Path, data: Path, count: int) -> None:
    """Print what a way costs."""
    before, start = cpu_s(), time.perf_counter()
    work(card, data)
    used, wall = cpu_s() - before, time.perf_counter() - start
    print(
        f"{name:<34} {1000 * used / count:7.1f} CPU-ms a picture {count / used:7.1f} /s/core"
        f" {wall:7.1f} s wall"
    )


def main() -> None:
    """Make the card and race."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=600)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cameras-ingest-"))
    try:
        data = folder / "data"
        data.mkdir()
        os.environ["AMUR_DATA"] = str(data)
        os.environ["DJANGO_SETTINGS_MODULE"] = "amur.portal.settings"
        from amur.portal.operations.prepare import prepare

        prepare(data, demo=False, progress=lambda share, stage: None)
        card = make_card(folder / "card", options.pictures)
        print(f"{options.pictures} pictures, load {os.getloadavg()[0]:.1f}")
        timed("looking (children alone)", looking, card, data, options.pictures)
        timed("import, with copy and rows", ours, card, data, options.pictures)
        timed("Pillow, whole pictures, no rows", pillow, card, data, options.pictures)
        if shutil.which("exiftool"):
            timed("exiftool, EXIF alone", exiftool, card, data, options.pictures)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
