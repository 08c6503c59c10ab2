"""A card is walked in the camera's order; what leads out of it or would hurt is passed over and told."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path

import card_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.formats.cards.sources import (
    FolderCard,
    ZipCard,
    in_order,
    opened,
    reason_of,
)
from amur.formats.media.problems import MediaProblem


def reasons(card: FolderCard | ZipCard) -> dict[str, str]:
    return {one.name: one.reason for one in card.passed}


def test_files_stand_as_the_camera_wrote_them_in_folder_and_archive_alike(tmp_path: Path) -> None:
    files = {f"DCIM/{name}": b"x" for name in ("101/IMG_2.JPG", "101/IMG_10.JPG", "100/IMG_9999.JPG")}
    names = ["DCIM/100/IMG_9999.JPG", "DCIM/101/IMG_2.JPG", "DCIM/101/IMG_10.JPG"]
    folder = opened(samples.laid(tmp_path / "card", files))
    archive = tmp_path / "card.zip"
    archive.write_bytes(samples.packed(files))
    assert [one.name for one in folder.entries] == names
    assert [one.name for one in opened(archive).entries] == names


def test_what_systems_leave_hidden_files_and_links_are_passed_over_and_told(tmp_path: Path) -> None:
    folder = samples.laid(
        tmp_path / "card",
        {
            "DCIM/IMG_1.JPG": b"x",
            "DCIM/Thumbs.db": b"x",
            "DCIM/._IMG_1.JPG": b"x",
            "System Volume Information/IndexerVolumeGuid": b"x",
        },
    )
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.jpg")
    card = FolderCard(folder)
    assert [one.name for one in card.entries] == ["DCIM/IMG_1.JPG"]
    assert reasons(card) == {
        "DCIM/Thumbs.db": "system",
        "DCIM/._IMG_1.JPG": "hidden",
        "System Volume Information": "system",
        "link.jpg": "link",
        "loop": "link",
        "pipe.jpg": "special",
    }


def test_a_file_that_becomes_a_link_after_the_walk_is_not_followed(tmp_path: Path) -> None:
    folder = samples.laid(tmp_path / "card", {"IMG_1.JPG": b"x"})
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    card = FolderCard(folder)
    (folder / "IMG_1.JPG").unlink()
    (folder / "IMG_1.JPG").symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(MediaProblem, match="unreadable"):
        card.open(card.entries[0])


def test_names_of_an_archive_never_lead_out_of_it() -> None:
    names = ["../up.jpg", "/etc/cron.jpg", "a/../../b.jpg", "C:/x.jpg", "a\\..\\b.jpg", "a//b.jpg", "\nb.jpg"]
    card = ZipCard(io.BytesIO(samples.packed(dict.fromkeys([*names, "good.jpg"], b"x"))))
    assert [one.name for one in card.entries] == ["good.jpg"]
    assert set(reasons(card).values()) == {"name"}


def test_archives_that_are_bombs_or_hold_links_or_a_name_twice_are_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.jpg", bytes(40 << 20))
        link = zipfile.ZipInfo("link.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.jpg", b"first")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("good.jpg", b"second")
    card = ZipCard(out)
    assert [one.name for one in card.entries] == ["good.jpg"]
    assert reasons(card) == {"bomb.jpg": "unpacks-too-large", "link.jpg": "link", "good.jpg": "special"}
    assert card.open(card.entries[0]).read() == b"first"


@pytest.mark.parametrize("data", [b"", b"no archive", samples.packed({"a.jpg": b"x"})[:-10]])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(MediaProblem, match="no-archive"):
        ZipCard(io.BytesIO(data))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaProblem, match="no-folder"):
        FolderCard(tmp_path / "none")


@given(st.lists(st.sampled_from(["a", "..", ".", "", "b.jpg", "C:", "x\0", " y"]), min_size=1, max_size=6))
def test_no_accepted_name_leaves_the_card(parts: list[str]) -> None:
    name = "/".join(parts)
    if reason_of(name) is None:
        assert Path("/card", name).resolve().is_relative_to("/card")
        assert "\0" not in name


@given(st.lists(st.text("ab019/_", min_size=1, max_size=8), unique=True, max_size=8))
def test_the_order_is_total_and_stable(names: list[str]) -> None:
    once = sorted(names, key=in_order)
    backwards = once[::-1]
    assert sorted(backwards, key=in_order) == once
