"""The text files of capture-recapture: what is taken, and every sentence about what is not."""

import ast
import inspect
import string
from pathlib import Path

import numpy as np
import pytest

import amur.formats.capture as package
from amur.formats.capture import WORDINGS, Problems, Sources, mask_around, read_mask, read_survey
from amur.formats.capture.survey import Read
from amur.formats.errors import FormatError, FormatErrors

TRAPS = "# id x y\nA 0 0\nB 2000 0\nC 0 2000\n"
CAPTURES = "# session id occasion trap sex\n2026 M1 1 A M\n2026 M1 2 B M\n2026 F1 2 A F\n"
GRID = "easting,northing\n" + "".join(
    f"{x},{y}\n" for x in range(-4000, 7000, 1000) for y in range(-4000, 7000, 1000)
)
FAR = "x,y\n" + "".join(f"{x},{y}\n" for x in range(90000, 96000, 1000) for y in range(90000, 96000, 1000))


def read(
    folder: Path,
    traps: str | list[str] = TRAPS,
    captures: str = CAPTURES,
    mask: str | list[str] = GRID,
    kind: str = "proximity",
    occasions: tuple[int, ...] = (5,),
    **more: object,
) -> Read:
    def write(stem: str, texts: str | list[str], suffix: str) -> tuple[Path, ...]:
        paths = []
        for number, text in enumerate([texts] if isinstance(texts, str) else texts, start=1):
            paths.append(folder / f"{stem}{number}{suffix}")
            paths[-1].write_text(text, encoding="utf-8")
        return tuple(paths)

    (captured,) = write("capt", captures, ".txt")
    return read_survey(
        Sources(
            write("trap", traps, ".txt"),
            captured,
            kind,
            write("mask", mask, ".csv"),
            occasions=occasions,
            **more,
        )  # type: ignore[arg-type]
    )


def errors(folder: Path, **texts: object) -> tuple[FormatError, ...]:
    with pytest.raises(FormatErrors) as raised:
        read(folder, **texts)  # type: ignore[arg-type]
    return raised.value.errors


def rows(*added: str, kind: str = "") -> str:
    return CAPTURES + "".join(f"{row}\n" for row in added)


USAGE = "# id x y usage\nA 0 0 1 1 0\nB 2000 0 1 1 1\nC 0 2000 1 1 1\n"

FOUND = "# session id occasion x y\n1 M 1 10 20\n1 F 2 30 40\n"
SEARCH: dict[str, object] = {
    "traps": "# polyID x y\nA 0 0\nA 100 0\nA 100 100\nA 0 100\nA 0 0\n",
    "captures": FOUND,
    "kind": "polygonX",
}

# What is wrong, and: the code, the file, the row, the column.
WRONG: list[tuple[dict[str, object], tuple[str, str, int | None, str | None]]] = [
    ({"traps": ""}, ("file-empty", "trap1.txt", None, None)),
    ({"captures": "# nothing\n"}, ("file-empty", "capt1.txt", None, None)),
    ({"mask": "x,y\n"}, ("file-empty", "mask1.csv", None, None)),
    ({"traps": TRAPS + "D 5\n"}, ("trap-columns", "trap1.txt", 5, None)),
    ({"traps": TRAPS + "D 5 north\n"}, ("trap-place", "trap1.txt", 5, "northing")),
    ({"traps": TRAPS + "D nan 5\n"}, ("trap-place", "trap1.txt", 5, "easting")),
    ({"traps": "id x y\n" + TRAPS}, ("trap-place", "trap1.txt", 1, "easting")),
    ({"traps": TRAPS + "A 5 5\n"}, ("trap-twice", "trap1.txt", 5, "detector")),
    ({"traps": USAGE + "D 9 9 1 1 x\n"}, ("trap-usage", "trap1.txt", 5, "occasion 3")),
    ({"traps": USAGE + "D 9 9 1 -1 1\n"}, ("trap-usage", "trap1.txt", 5, "occasion 2")),
    ({"traps": USAGE + "D 9 9 1 1\n", "occasions": ()}, ("trap-usage-columns", "trap1.txt", 5, None)),
    ({"traps": USAGE}, ("trap-usage-occasions", "trap1.txt", None, None)),
    ({"traps": "# id x y / wood\nA 0 0 / oak\nB 9 9\n"}, ("trap-covariates", "trap1.txt", 3, None)),
    ({"traps": "A 131.2 43.1\nB 131.21 43.1\nC 131.22 43.11\n"}, ("places-degrees", "trap1.txt", None, None)),
    ({"traps": "A 501.2 4805.1\nB 503.2 4805.1\nC 501.2 4807.1\n"}, ("places-kilometres", "trap1.txt", None, None)),
    ({"traps": "A 1 2\nB 3 2\nC 1 4\n", "mask": [], "buffer": 24000.0}, ("buffer-units", "--buffer", None, None)),
    ({**SEARCH, "traps": "A 0 0\nA 9 0 1\nA 9 9\n"}, ("polygon-columns", "trap1.txt", 2, None)),
    ({**SEARCH, "traps": "A 0 0\nA 9 0\n"}, ("polygon-corners", "trap1.txt", 1, None)),
    ({**SEARCH, "captures": FOUND + "1 M 2 900 900\n"}, ("capture-outside", "capt1.txt", 4, "easting")),
    ({**SEARCH, "captures": FOUND + "1 M 6 50 50\n"}, ("capture-beyond", "capt1.txt", 4, "occasion")),
    ({**SEARCH, "captures": FOUND + "1 M 1 50 50\n"}, ("capture-found-twice", "capt1.txt", 4, None)),
    ({**SEARCH, "captures": "# session id occasion polygon\n1 M 1 A\n"}, ("capture-no-place", "capt1.txt", 2, "easting")),
    ({"captures": rows("2026 M1 3")}, ("capture-columns", "capt1.txt", 5, None)),
    ({"captures": rows("2026 M1 3 A M extra")}, ("capture-columns", "capt1.txt", 5, None)),
    ({"captures": rows("2026 M1 2.5 A M")}, ("capture-occasion", "capt1.txt", 5, "occasion")),
    ({"captures": rows("2026 M1 0 A M")}, ("capture-occasion", "capt1.txt", 5, "occasion")),
    ({"captures": rows("2026 M1 3 Z9 M")}, ("capture-trap", "capt1.txt", 5, "detector")),
    ({"captures": rows("2026 M1 6 A M")}, ("capture-beyond", "capt1.txt", 5, "occasion")),
    ({"captures": rows("2026 M1 3 A M"), "traps": USAGE, "occasions": ()}, ("capture-idle", "capt1.txt", 5, "detector")),
    ({"captures": rows("2026 M1 1 A M")}, ("capture-twice", "capt1.txt", 5, None)),
    ({"captures": rows("2026 M1 1 A M"), "kind": "multi"}, ("capture-twice", "capt1.txt", 5, None)),
    ({"captures": rows("2026 M1 1 B M"), "kind": "multi"}, ("capture-two-traps", "capt1.txt", 5, "detector")),
    ({"captures": rows("2026 F1 1 A F"), "kind": "single"}, ("capture-full", "capt1.txt", 5, "detector")),
    ({"captures": rows("2026 M1 -3 A M", "2026 M1 4 A M")}, ("capture-removed", "capt1.txt", 6, "occasion")),
    ({"captures": "2026 NONE 1 A\n"}, ("captures-none", "capt1.txt", None, None)),
    ({"traps": [TRAPS, TRAPS]}, ("sessions-files", "capt1.txt", None, None)),
    ({"mask": [GRID, GRID]}, ("sessions-files", "capt1.txt", None, None)),
    ({"occasions": (5, 5)}, ("sessions-files", "capt1.txt", None, None)),
    ({"captures": "# session id occasion x y\n1 M 1 0 1\n"}, ("capture-place", "capt1.txt", 2, "easting")),
    ({"mask": "lon,lat\n" + GRID}, ("mask-columns", "mask1.csv", 1, None)),
    ({"mask": GRID + "1\n"}, ("mask-row", "mask1.csv", 123, None)),
    ({"mask": GRID + "east,2\n"}, ("mask-value", "mask1.csv", 123, "easting")),
    ({"mask": GRID + "0,0\n"}, ("mask-twice", "mask1.csv", 123, None)),
    ({"mask": "x,y\n1,2\n3,4\n"}, ("mask-few", "mask1.csv", None, None)),
    ({"mask": "x,y\n" + "".join(f"{131 + k / 100},{43 + k % 3 / 100}\n" for k in range(12))}, ("places-degrees", "mask1.csv", None, None)),
    ({"mask": "x,y\n" + "".join(f"{k},0\n" for k in range(0, 20000, 1000))}, ("mask-no-grid", "mask1.csv", None, None)),
    ({"mask": FAR}, ("mask-elsewhere", "mask1.csv", None, None)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "expected"), WRONG, ids=[f"{expected[0]}-{k}" for k, (_, expected) in enumerate(WRONG)]
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, texts: dict[str, object], expected: tuple[object, ...]
) -> None:
    found = errors(tmp_path, **texts)
    assert expected in [(each.code, each.file, each.row, each.column) for each in found]
    assert all("{" not in str(each) for each in found)


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    found = errors(tmp_path, traps=[TRAPS + "D x 5\n"], captures=rows("2026 M1 0 A M"), mask=GRID + "0,0\n")
    assert [(each.file, each.row) for each in found] == [
        ("trap1.txt", 5),
        ("mask1.csv", 123),
        ("capt1.txt", 5),
    ]


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    paths = [tmp_path / year / "data.txt" for year in ("2024", "2025", "captures")]
    for path, text in zip(paths, (TRAPS, TRAPS + "D x 5\n", "a M 1 A\nb M 1 Z\n"), strict=True):
        path.parent.mkdir()
        path.write_text(text)
    with pytest.raises(FormatErrors) as raised:
        read_survey(Sources((paths[0], paths[1]), paths[2], "multi", buffer=1000.0, occasions=(1,)))
    assert [(each.code, each.file) for each in raised.value.errors] == [("trap-place", str(paths[1]))]
    paths[1].write_text(TRAPS)
    with pytest.raises(FormatErrors) as raised:
        read_survey(Sources((paths[0], paths[1]), paths[2], "multi", buffer=1000.0, occasions=(1,)))
    assert [(each.code, each.file, each.row) for each in raised.value.errors] == [
        ("capture-trap", str(paths[2]), 2)
    ]


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    picture = tmp_path / "traps.png"
    picture.write_bytes(b"\x89PNG\0\0")
    with pytest.raises(FormatErrors) as raised:
        read_survey(Sources((picture,), tmp_path / "absent.txt", "multi", buffer=1000.0))
    assert [each.code for each in raised.value.errors] == ["file-unreadable", "file-missing"]


def test_an_unknown_detector_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    (found,) = errors(tmp_path, traps="CAM01 0 0\nCAM02 2000 0\n", captures="1 M 1 CAM1\n")
    assert "the nearest is “CAM01”" in str(found)


DOUBTS: list[tuple[dict[str, object], str]] = [
    ({"traps": TRAPS + "D 0 0\n"}, "trap-place-twice"),
    ({"traps": "A 0 0 1 1\nB 2000 0 0 1\nC 0 2000 0 0\n", "occasions": ()}, "trap-idle"),
    ({"traps": "A 0 0 1 1 0\nB 2000 0 1 1 0\n", "occasions": ()}, "occasions-idle"),
    ({"captures": rows("2026 M1 3 A F")}, "capture-covariate"),
    ({"occasions": ()}, "occasions-guessed"),
    ({"mask": GRID.replace("-4000,", "-4300,").replace("2000,", "2300,").replace("-1000,", "-700,")}, "mask-irregular"),
    ({"traps": TRAPS + "D 20000 20000\n"}, "mask-off"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "code"), DOUBTS, ids=[code for _, code in DOUBTS])
def test_what_is_doubtful_is_noted_and_taken(tmp_path: Path, texts: dict[str, object], code: str) -> None:
    found = read(tmp_path, **texts)  # type: ignore[arg-type]
    assert code in [note.code for note in found.notes]
    assert {note.severity for note in found.notes} == {"warning"}


def test_every_sentence_is_used_and_has_a_test() -> None:
    folder = Path(inspect.getfile(package)).parent
    literals = {
        node.value
        for path in [*folder.glob("*.py"), folder.parent / "texts.py"]
        if path.name != "messages.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    tested = {code for _, (code, *_) in WRONG} | {code for _, code in DOUBTS}
    assert set(WORDINGS) <= literals
    # test_area_files.py, test_habitat_files.py
    areas = {code for code in WORDINGS if code.startswith(("area-", "habitat-"))}
    assert set(WORDINGS) - tested - areas == {"file-missing", "file-unreadable", "file-encoding"}
    for wording in WORDINGS.values():
        assert wording.text.endswith(".") and wording.expected
        assert all(name for _, name, _, _ in string.Formatter().parse(wording.text) if name is not None)


def test_effort_is_a_number_by_occasion_or_a_word_of_0_and_1(tmp_path: Path) -> None:
    words = "A 0 0 1101\nB 2000 0 0111\n"
    columns = "A 0 0 1 1 0 1\nB 2000 0 0 1 1 1\n"
    captures = "1 M 2 A\n1 M 4 B\n"
    first, second = (
        read(tmp_path, traps=text, captures=captures, occasions=()).survey.sessions[0].detectors.effort
        for text in (words, columns)
    )
    assert first.tolist() == second.tolist() == [[1, 1, 0, 1], [0, 1, 1, 1]]
    nights = read(tmp_path, traps="A 0 0 10\nB 2000 0 11\n", captures="1 M 1 A\n", occasions=(1,))
    assert nights.survey.sessions[0].detectors.effort.tolist() == [[10], [11]]


def test_covariates_stand_after_a_slash_and_may_be_quoted(tmp_path: Path) -> None:
    traps = "# id x y / wood height\nA,0,0 / 'old oak' 12\nB\t2000\t0 / larch NA # steep\n"
    found = read(tmp_path, traps=traps, captures="1 M 1 A\n").survey.sessions[0].detectors
    assert found.covariates["wood"].tolist() == ["old oak", "larch"]
    np.testing.assert_array_equal(found.covariates["height"], [12, np.nan])


def test_covariates_of_individuals_are_the_first_known_ones(tmp_path: Path) -> None:
    captures = "# session id occasion trap sex age\n1 M 1 A NA 3\n1 M 2 A M 3\n1 F 1 B NA 4\n"
    found = read(tmp_path, captures=captures).survey.sessions[0].captures
    assert found.covariates["sex"].tolist() == ["M", ""]
    assert found.covariates["age"].tolist() == [3, 4]


def test_a_minus_sign_means_that_the_animal_was_not_released(tmp_path: Path) -> None:
    found = read(tmp_path, captures=rows("2026 M1 -4 A M")).survey.sessions[0].captures
    assert found.removed is not None
    assert dict(zip(found.ids, found.removed.tolist(), strict=True)) == {"M1": 3, "F1": -1}


@pytest.mark.parametrize("title", ["# session id occasion x y sex\n", ""])
def test_places_may_be_those_of_detectors(tmp_path: Path, title: str) -> None:
    captures = title + "1 M 1 2000 0.001 M\n1 M 2 0 2000 M\n"
    found = read(tmp_path, captures=captures).survey.sessions[0].captures
    assert found.detector.tolist() == [1, 2]
    assert [values.tolist() for values in found.covariates.values()] == [["M"]]


def test_sessions_stand_in_the_order_of_the_file_and_may_be_empty(tmp_path: Path) -> None:
    captures = "# session id occasion trap sex\nB M1 1 A M\nA NONE 1 A M\nC F1 2 D F\n"
    traps = [TRAPS, TRAPS, TRAPS + "D 2000 2000\n"]
    survey = read(tmp_path, traps=traps, captures=captures, occasions=(3, 4, 5)).survey
    assert [session.name for session in survey.sessions] == ["B", "A", "C"]
    assert [session.captures.animals for session in survey.sessions] == [1, 0, 1]
    assert [session.detectors.occasions for session in survey.sessions] == [3, 4, 5]


def test_repeated_lines_are_counts(tmp_path: Path) -> None:
    found = read(tmp_path, captures=rows("2026 M1 1 A M"), kind="count").survey.sessions[0].captures
    assert found.count.sum() == 4


def test_a_small_grid_in_metres_is_not_taken_for_degrees(tmp_path: Path) -> None:
    """Traps for mice stand 3 m apart, and a grid of ten begins at 0."""
    traps = "".join(f"{x}.{y} {3 * x} {3 * y}\n" for x in range(10) for y in range(10))
    assert read(tmp_path, traps=traps, captures="1 M 1 0.0\n").survey.animals == 1


def test_a_grid_of_a_local_system_is_not_taken_for_kilometres(tmp_path: Path) -> None:
    """Traps for mice stand 10 m apart, and coordinates are of a few hundred metres."""
    traps = "".join(f"T{x}-{y} {365 + 10 * x} {365 + 10 * y}\n" for x in range(5) for y in range(5))
    found = read(tmp_path, traps, "1 M 1 T0-0\n1 M 2 T1-0\n", mask=[], buffer=100.0, kind="multi")
    assert found.survey.sessions[0].detectors.count == 25


def test_the_right_metres_are_told_for_kilometres(tmp_path: Path) -> None:
    found = errors(tmp_path, traps="A 501.2 4805.1\nB 503.2 4805.1\nC 501.2 4807.1\n")
    assert "501200, 4805100" in str(found[0])


def test_searched_areas_are_polygons_and_detections_anywhere_inside(tmp_path: Path) -> None:
    (session,) = read(tmp_path, **SEARCH).survey.sessions  # type: ignore[arg-type]
    assert session.detectors.quadrature is not None
    assert session.detectors.quadrature.sum() == pytest.approx(10_000)
    assert session.detectors.kind == "multi"
    assert session.detectors.positions[session.captures.detector].tolist() == [[10, 20], [30, 40]]
    several = {**SEARCH, "captures": FOUND + "1 M 1 50 50\n", "kind": "polygon"}
    assert read(tmp_path, **several).survey.sessions[0].detectors.kind == "count"  # type: ignore[arg-type]


@pytest.mark.parametrize("turn", [0.0, 0.3])
def test_a_point_of_a_mask_stands_for_a_cell_of_its_grid(tmp_path: Path, turn: float) -> None:
    """Also where the grid is turned or has holes."""
    east, north = (side.ravel() for side in np.meshgrid(np.arange(20) * 580.0, np.arange(15) * 420.0))
    kept = np.random.default_rng(1).random(east.size) < 0.8
    x, y = east * np.cos(turn) - north * np.sin(turn), east * np.sin(turn) + north * np.cos(turn)
    path = tmp_path / "mask.csv"
    path.write_text(
        "wood,x,y\n"
        + "".join(f"oak,{a!r},{b!r}\n" for a, b in zip(x[kept].tolist(), y[kept].tolist(), strict=True))
    )
    problems = Problems()
    mask = read_mask(path, problems)
    assert mask is not None
    assert mask.cell_area == pytest.approx(24.36, rel=1e-9)
    assert mask.covariates["wood"].tolist() == ["oak"] * int(kept.sum())


def test_the_area_of_a_cell_may_be_given(tmp_path: Path) -> None:
    assert read(tmp_path).survey.sessions[0].mask.cell_area == 100
    assert read(tmp_path, cell_areas=(33.6,)).survey.sessions[0].mask.cell_area == 33.6


def test_a_mask_around_detectors_is_all_cells_whose_middle_is_near_enough() -> None:
    mask = mask_around(np.array([[0.0, 0.0]]), 1000.0, 10)
    inside = [(x, y) for y in range(-900, 1000, 200) for x in range(-900, 1000, 200) if x * x + y * y <= 1e6]
    assert mask.cell_area == 4
    np.testing.assert_allclose(mask.points, inside)


def test_russian_text_of_older_programs_is_read(tmp_path: Path) -> None:
    path = tmp_path / "trap.txt"
    path.write_bytes("Ключ 0 0\nПерева́л 2000 0\n".replace("\u0301", "").encode("cp1251"))
    captures = tmp_path / "capt.txt"
    captures.write_text("1 Тигрица 1 Ключ\n", encoding="utf-8")
    found = read_survey(Sources((path,), captures, "proximity", buffer=4000.0, occasions=(2,)))
    assert found.survey.sessions[0].captures.ids == ("Тигрица",)
    assert [note.code for note in found.notes] == ["file-encoding"]
