"""`amur cameras import-package` and `export` say what they did, and what kept them from it."""

from __future__ import annotations

import argparse
import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from amur.portal.operations.problems import Problem

if TYPE_CHECKING:
    from tests.conftest import Cast

EXAMPLE = Path(__file__).parents[3] / "shared" / "data" / "camtrapdp" / "example-1.0.2"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the example package is not there"),
]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """The database of the test in place of a data folder."""
    from amur.commands.cameras import centre

    settings.AMUR_DATA = tmp_path / "data"
    monkeypatch.setattr(centre, "_open", lambda options: None)


def bring(path: Path, **more: Any) -> int:
    from amur.commands.cameras.centre import run_import

    given = {"project": "mica", "office": "ours", "zone": "Europe/Brussels", "format": "camtrapdp"}
    return run_import(argparse.Namespace(file=path, **{**given, "confirm": False, **more}))


def write(target: Path, **more: Any) -> int:
    from amur.commands.cameras.centre import run_export

    given = {"project": "mica", "format": "camtrapdp", "released": False, **more}
    return run_export(argparse.Namespace(target=target, **given))


def test_a_package_goes_in_and_out_and_a_changed_one_needs_a_yes(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bring(EXAMPLE) == 0
    assert "observations: new 549" in capsys.readouterr().out
    assert bring(EXAMPLE) == 0
    assert "All of it was there already." in capsys.readouterr().out

    assert write(tmp_path / "out") == 0
    for name in ("deployments.csv", "media.csv", "observations.csv"):
        ours, theirs = (
            list(csv.reader((folder / name).open(encoding="utf-8", newline="")))
            for folder in (tmp_path / "out", EXAMPLE)
        )
        assert ours == theirs

    changed = Path(shutil.copytree(EXAMPLE, tmp_path / "changed"))
    text = (changed / "observations.csv").read_text("utf-8")
    (changed / "observations.csv").write_text(text.replace("Anas platyrhynchos", "Vulpes vulpes", 1), "utf-8")
    with pytest.raises(Problem, match="--confirm"):
        bring(changed)
    assert "observations: new 0, changed 1, gone 0, kept 0" in capsys.readouterr().out
    assert bring(changed, confirm=True) == 0


def test_errors_are_printed_in_their_place_and_nothing_is_taken(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from amur.portal.cameras.models import CameraProject

    broken = Path(shutil.copytree(EXAMPLE, tmp_path / "broken"))
    text = (broken / "observations.csv").read_text("utf-8")
    (broken / "observations.csv").write_text(
        text.replace("platyrhynchos,1,", "platyrhynchos,many,", 1), "utf-8"
    )

    with pytest.raises(Problem, match="1 errors"):
        bring(broken)
    assert "observations.csv, row 2, column count: “many” is no integer." in capsys.readouterr().out
    assert not CameraProject.objects.exists()


def test_what_is_missing_is_named(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="--office: ours, theirs"):
        bring(EXAMPLE, office="nobody")
    with pytest.raises(Problem, match="There is no project mica"):
        write(tmp_path / "out")
    bring(EXAMPLE)
    with pytest.raises(Problem, match="may be released"):
        write(tmp_path / "out", released=True)
    with pytest.raises(Problem, match="There is no folder"):
        write(tmp_path / "nowhere" / "out")
