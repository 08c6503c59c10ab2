"""`amur stripes evaluate` and `amur stripes simulate`: from folders and tables to figures and sentences."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from amur import cli
from amur.commands.stripes.evaluating import Job, run_evaluate
from amur.commands.stripes.listing import listing_of
from amur.commands.stripes.simulating import run_simulate
from amur.portal.operations.problems import Problem
from amur.science.stripes.coats import coat_of


def taken(path: Path, time: str = "", camera: str = "", pixels: np.ndarray | None = None) -> Path:
    """A picture with what its camera notes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noted = Image.Exif()
    if camera:
        noted[0x0110] = camera
    if time:
        noted.get_ifd(0x8769)[0x9003] = time
    Image.fromarray(np.full((20, 30), 90, np.uint8) if pixels is None else pixels).save(path, exif=noted)
    return path


def coat(animal: int, visit: int) -> np.ndarray:
    """The coat of an animal as a picture: another part of it and other noise at each visit."""
    drawn = coat_of("stripes", np.random.default_rng(animal))[:, 8 * visit : 360 + 8 * visit]
    noise = np.random.default_rng([animal, visit]).normal(0, 0.02, drawn.shape)
    return np.clip((drawn + noise) * 255, 0, 255).astype(np.uint8)


def animals(folder: Path) -> Path:
    """Three animals at two visits each, one of them with a burst of two."""
    for animal in range(3):
        for visit in range(2):
            taken(
                folder / f"T{animal}" / f"{visit}.jpg",
                f"2026:01:0{visit + 1} 10:00:00",
                "",
                coat(animal, visit),
            )
    taken(folder / "T0" / "0b.jpg", "2026:01:01 10:00:02", "", coat(0, 0))
    return folder


def test_times_of_cameras_tell_encounters_apart(tmp_path: Path) -> None:
    for name, time in (("1", "10:00:00"), ("2", "10:50:00"), ("3", "11:40:00"), ("4", "12:40:00")):
        taken(tmp_path / "A" / f"{name}.jpg", f"2026:01:01 {time}", "north")
    taken(tmp_path / "A" / "5.jpg", "2026:01:01 10:00:00", "south")
    taken(tmp_path / "B" / "left" / "6.jpg", "2026:01:01 10:00:00", "north")
    found = listing_of(tmp_path, 60)
    by_name = {each.path.stem: each for each in found.pictures}
    groups: dict[str | None, set[str]] = {}
    for name, each in by_name.items():
        groups.setdefault(each.encounter, set()).add(name)
    assert sorted(groups.values(), key=min) == [{"1", "2", "3"}, {"4"}, {"5"}, {"6"}]
    assert (by_name["6"].animal, by_name["6"].side, by_name["1"].side) == ("B", "left", "unknown")
    assert any("60 minutes" in line for line in found.assumed)
    assert len(listing_of(tmp_path, 30).pictures) == 6
    assert len({each.encounter for each in listing_of(tmp_path, 30).pictures}) == 6


def test_pictures_without_a_time_go_by_folders_and_that_is_said(tmp_path: Path) -> None:
    for name in ("A/visit/1.jpg", "A/visit/2.jpg", "A/3.jpg", "A/4.jpg"):
        taken(tmp_path / name)
    found = listing_of(tmp_path, 60)
    assert len({each.encounter for each in found.pictures}) == 3
    assert any("4 pictures have no time" in line and "too good" in line for line in found.assumed)


def test_no_file_of_a_folder_is_dropped_in_silence(tmp_path: Path) -> None:
    taken(tmp_path / "A" / "1.jpg")
    taken(tmp_path / "alone.jpg")
    (tmp_path / "A" / "notes.txt").write_text("seen twice")
    assert dict(listing_of(tmp_path, 60).left_out) == {
        "A/notes.txt": "it is no picture by its name",
        "alone.jpg": "it is in no folder of an animal",
    }


ROWS = [
    ("a.jpg,T1,left,S1,2026-01-01 10:00,,,,,", None),
    ("b.jpg,T1,left,S1,2026-01-01 10:00,,,,,", "there is no such file"),
    ("a.jpg,,left,S1,2026-01-01 10:00,,,,,", "column animal is empty"),
    ("a.jpg,T1,front,S1,2026-01-01 10:00,,,,,", "column side: “front” is not left, right or unknown"),
    ("a.jpg,T1,left,S1,yesterday,,,,,", "column time: “yesterday” is no time"),
    ("a.jpg,T1,left,S1,,1,2,3,,", "columns of the box"),
    ("a.jpg,T1,left,S1,,1,2,0,4,", "columns of the box"),
    ("a.jpg,T1,left,S1,,1,2,3,4,m.png", "column mask: there is no such file"),
    ("a.jpg,T2,r,S1,2026-01-01 10:00,1,2,3,4,a.jpg", None),
]


def test_rows_of_a_table_that_cannot_be_used_are_told_by_row_and_column(tmp_path: Path) -> None:
    taken(tmp_path / "a.jpg")
    table = tmp_path / "list.csv"
    titles = "path,animal,side,station,time,x,y,w,h,mask"
    table.write_text("\n".join([titles, *(row for row, _reason in ROWS)]), encoding="utf-8")
    found = listing_of(table, 60)
    expected = [(number, reason) for number, (_row, reason) in enumerate(ROWS, start=2) if reason]
    assert len(found.left_out) == len(expected)
    for (place, said), (number, reason) in zip(found.left_out, expected, strict=True):
        assert f"list.csv, row {number} " in place and reason in said
    assert [(each.animal, each.side, each.box) for each in found.pictures] == [
        ("T1", "left", None),
        ("T2", "right", (1, 2, 3, 4)),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("file,who\na.jpg,T1\n", "needs columns path and animal"),
        ("path,animal\nno.jpg,T1\n", "lists no picture that can be used"),
        ("", "needs columns path and animal"),
    ],
)
def test_a_table_without_pictures_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    table = tmp_path / "list.csv"
    table.write_text(text)
    with pytest.raises(Problem, match=sentence):
        listing_of(table, 60)


def test_animals_are_found_again_and_everything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = animals(tmp_path / "known")
    taken(folder / "T1" / "flat.jpg", "2026:01:05 10:00:00")
    (folder / "T2" / "broken.jpg").write_bytes(b"\xff\xd8 nothing")
    taken(folder / "Once" / "1.jpg", "2026:01:01 10:00:00", "", coat(9, 0))
    out = tmp_path / "out.json"
    assert cli.main(["stripes", "evaluate", str(folder), "--json", str(out), "--features", "300"]) == 0
    said, read = capsys.readouterr().out, json.loads(out.read_text(encoding="utf-8"))
    assert (read["pictures"], read["animals"], read["encounters"]) == (9, 4, 8)
    assert read["per_picture"]["queries"] == 7 and read["per_encounter"]["queries"] == 6
    for scope in ("per_picture", "per_encounter"):
        assert read[scope]["top1"]["value"] == read[scope]["mrr"]["value"] == 1
        assert read[scope]["map"]["value"] > 0.9
    assert {each["place"] for each in read["left_out"]} == {"T1/flat.jpg", "T2/broken.jpg"}
    assert set(read["not_scored"]) == {"T1/flat.jpg", "Once/1.jpg"}
    assert read["settings"]["features"] == 300 and read["descriptors"] <= 8 * 300
    assert read["cpu_seconds"]["query"] > 0 and read["cpu_seconds"]["enrolment"] > 0
    assert 0 <= read["calibration"]["pairs_unlearned"]["brier"] < 0.25
    for words in ("assumed", "each encounter: 6 queries in 6 encounters", "T2/broken.jpg: it cannot be read"):
        assert words in said


def test_bursts_do_not_answer_for_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "known"
    for animal in range(2):
        for frame in range(2):
            time = f"2026:01:01 10:00:0{frame}"
            taken(folder / f"T{animal}" / f"{frame}.jpg", time, "", coat(animal, 0))
    said: list[str] = []
    job = Job(folder, tmp_path / "out.json", 60, 300, False, True)
    assert run_evaluate(job, said.append, lambda done, stage: None) == 1
    read = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert read["per_picture"] is None and len(read["not_scored"]) == 4
    assert "each picture: no animal has two encounters that can be compared." in said


def test_a_run_that_is_stopped_leaves_the_old_result(tmp_path: Path) -> None:
    folder, out = tmp_path / "known", tmp_path / "out.json"
    out.write_text("old")

    def stop(done: float, stage: str) -> None:
        if stage == "searching":
            raise KeyboardInterrupt

    taken(folder / "T0" / "0.jpg", "2026:01:01 10:00:00", "", coat(0, 0))
    with pytest.raises(KeyboardInterrupt):
        run_evaluate(Job(folder, out, 60, 100, False, True), lambda line: None, stop)
    assert out.read_text() == "old" and {each.name for each in tmp_path.iterdir()} == {"known", "out.json"}


def test_simulated_pictures_come_with_the_table_that_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "drawn"
    assert cli.main(["stripes", "simulate", str(folder), "--animals", "2", "--encounters", "1"]) == 0
    found = listing_of(folder, 60)
    assert len(found.pictures) == 4 and not found.left_out and not found.assumed
    assert {(each.animal, each.encounter) for each in found.pictures} == {
        ("A001", "A001/A001-01"),
        ("A002", "A002/A002-01"),
    }
    assert all(each.box and each.mask and each.station for each in found.pictures)


def test_a_simulation_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: float, stage: str) -> None:
        if done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_simulate(tmp_path / "drawn", 1, 1, 1, print, stop)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["evaluate", "nowhere"], "There is neither a folder nor a CSV file"),
        (["evaluate", "full", "--json", "nowhere/out.json"], "There is no folder"),
        (["evaluate", "full"], "has no folder with pictures in it"),
        (["simulate", "full"], "is not empty"),
        (["simulate", "nowhere/drawn"], "There is no folder"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    sentence: str,
) -> None:
    taken(tmp_path / "full" / "alone.jpg")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["stripes", *words]) == 1
    assert sentence in capsys.readouterr().err


def test_a_survey_without_animals_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["stripes", "simulate", "drawn", "--animals", "0"])
    assert "0 is no whole number of 1 or more" in capsys.readouterr().err
