"""Two centres that never meet, each with its own data folder and processes: packages go by stick."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import kept_tables
import pytest
from matching_survey import leaks

TESTS = Path(__file__).parents[2]
FAR, LONG_AGO = "2099-12-31", "2020-01-01"


class Centre:
    """One side: its office is called as its folder, its process does what it is told."""

    def __init__(self, folder: Path, stick: Path) -> None:
        self.folder, self.stick, self.key = folder, stick, folder.name
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
        environment |= {"AMUR_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "amur.portal.settings"}
        environment.pop("DATABASE_URL", None)
        self.process = subprocess.Popen(
            [sys.executable, str(TESTS / "matching_side.py")],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def do(self, *commands: list[object], status: int = 0) -> str:
        """Do commands there; gives what they printed."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(commands) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["status"] == status, answer["told"]
        return str(answer["told"])

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def matching(self, *words: str) -> list[object]:
        """A command of `amur matching` for the office."""
        return ["matching", words[0], "--office", self.key, *words[1:]]

    def file(self, name: str) -> str:
        """A file on the stick."""
        return str(self.stick / name)


@pytest.fixture(scope="module")
def centres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Centre, Centre]]:
    """An asking and an answering centre with keys compared and agreements entered; coat 0 is on both sides."""
    root = tmp_path_factory.mktemp("centres")
    stick = root / "stick"
    for folder in (stick, root / "vostok", root / "hunchun"):
        folder.mkdir()
    if kept_tables.template().exists():
        shutil.copy(kept_tables.template(), root / "vostok" / "amur.sqlite3")
    vostok = Centre(root / "vostok", stick)
    vostok.do(["prepare"])
    with (
        closing(sqlite3.connect(vostok.folder / "amur.sqlite3")) as made,
        closing(sqlite3.connect(root / "hunchun" / "amur.sqlite3")) as copy,
    ):
        made.backup(copy)  # empty tables; keys and everything else are its own
    hunchun = Centre(root / "hunchun", stick)
    (stick / "text.txt").write_text("The agreement.")
    asking = [[0, "Zolushka", 0], [1, "Uporny", 0]]
    answering = [[0, "T-17", 8], [2, "T-18", 0], [3, None, 0]]
    fingerprints = {}
    for centre, seen in ((vostok, asking), (hunchun, answering)):
        told = centre.do(["survey", centre.key, seen], centre.matching("key"))
        (stick / f"{centre.key}.key").write_text(re.search(r"amur-office-1:\S+", told)[0])  # type: ignore[index]
        fingerprints[centre.key] = re.search(r"(\d{5} ){7}\d{5}", told)[0]  # type: ignore[index]
    for centre, other in ((vostok, hunchun), (hunchun, vostok)):
        centre.do(
            centre.matching(
                "partner", "neighbour", centre.file(f"{other.key}.key"), "--fingerprint", fingerprints[other.key]
            ),
            centre.matching(
                "agreement", "A-7", centre.file("text.txt"), "--partner", "neighbour", "--species",
                "Panthera tigris", "--flanks", "--crops", "--verdicts", "--from", LONG_AGO, "--until", FAR,
            ),
        )  # fmt: skip
    yield vostok, hunchun
    vostok.close(), hunchun.close()


def test_the_duplicate_is_found_and_nothing_told_where(centres: tuple[Centre, Centre]) -> None:
    vostok, hunchun = centres
    told = vostok.do(
        vostok.matching(
            "request", vostok.file("1.amr"), "--partner", "neighbour", "--species", "Panthera tigris"
        )
    )
    round_ = ["--round", re.search(r"[0-9a-f-]{36}", told)[0]]  # type: ignore[index]
    hunchun.do(
        hunchun.matching("take", hunchun.file("1.amr")),
        hunchun.matching("answer", hunchun.file("2.amr"), *round_, "--threshold", "0.3"),
        ["unseal", hunchun.file("1.amr"), hunchun.file("1.open")],
    )
    vostok.do(
        vostok.matching("take", vostok.file("2.amr")),
        vostok.matching("show", vostok.file("3.amr"), *round_, "--pair", "1"),
        ["unseal", vostok.file("2.amr"), vostok.file("2.open")],
    )
    hunchun.do(
        hunchun.matching("take", hunchun.file("3.amr")),
        hunchun.matching("take", hunchun.file("3.amr")),
        hunchun.matching("show", hunchun.file("4.amr"), *round_, "--pair", "1"),
        ["unseal", hunchun.file("3.amr"), hunchun.file("3.open")],
    )
    told = vostok.do(
        vostok.matching("take", vostok.file("4.amr")),
        vostok.matching("decide", *round_, "1", "same", "--as", "expert-vostok"),
        vostok.matching("send", vostok.file("5.amr"), *round_),
        vostok.matching("rounds"),
        ["unseal", vostok.file("4.amr"), vostok.file("4.open")],
    )
    assert "half" in told
    hunchun.do(
        hunchun.matching("take", hunchun.file("5.amr")),
        hunchun.matching("decide", *round_, "1", "same", "--as", "expert-hunchun"),
        hunchun.matching("passport", *round_, "1", "AMUR-PTI-000123"),
        hunchun.matching("send", hunchun.file("6.amr"), *round_),
        ["unseal", hunchun.file("5.amr"), hunchun.file("5.open")],
    )
    told = vostok.do(
        vostok.matching("take", vostok.file("6.amr")),
        vostok.matching("passport", *round_, "1", "AMUR-PTI-000123", "--home", "Z-1"),
        vostok.matching("send", vostok.file("7.amr"), *round_),
        ["passports"],
        ["unseal", vostok.file("6.amr"), vostok.file("6.open")],
    )
    ours = json.loads(told.splitlines()[-1])
    told = hunchun.do(
        hunchun.matching("take", hunchun.file("7.amr")),
        ["passports"],
        ["unseal", hunchun.file("7.amr"), hunchun.file("7.open")],
    )
    theirs = json.loads(told.splitlines()[-1])
    assert ours["Zolushka"][0] == theirs["T-17"][0] == "AMUR-PTI-000123"
    assert "Z-1" in theirs["T-17"][1], "the name that was told is in the table of names"
    assert ours["Uporny"][0] != "AMUR-PTI-000123" != theirs["T-18"][0]
    opened = sorted(vostok.stick.glob("*.open"))
    assert len(opened) == 7
    for file in opened:
        assert leaks(file.read_bytes()) == [], file.name
    assert leaks(b"".join(file.read_bytes() for file in vostok.stick.glob("*.amr"))) == []

    told = vostok.do(
        vostok.matching("take-back", *round_, "1"), vostok.matching("send", vostok.file("8.amr"), *round_)
    )
    told = hunchun.do(hunchun.matching("take", hunchun.file("8.amr")), ["passports"])
    assert json.loads(told.splitlines()[-1])["T-17"][0] != "AMUR-PTI-000123"


def test_packages_for_somebody_else_or_cut_off_are_refused_in_words(centres: tuple[Centre, Centre]) -> None:
    vostok, hunchun = centres
    whole = Path(vostok.file("1.amr")).read_bytes()
    Path(vostok.file("short.amr")).write_bytes(whole[: len(whole) // 2])
    assert "cut off" in hunchun.do(hunchun.matching("take", vostok.file("short.amr")), status=1)
    assert "another key" in vostok.do(vostok.matching("take", vostok.file("1.amr")), status=1)
