"""Archives are looked at before they are unpacked; our own files appear whole or not at all."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from amur.formats.files import ArchiveLimits, UnsafeArchive, replacing, unpack


def archive_of(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def refusal(path: Path, limits: ArchiveLimits | None = None) -> str:
    folder = path.parent / "out"
    folder.mkdir(exist_ok=True)
    with pytest.raises(UnsafeArchive) as caught:
        unpack(path, folder, limits)
    return caught.value.reason


def test_a_plain_archive_is_unpacked_in_the_order_of_names(tmp_path: Path) -> None:
    path = archive_of(tmp_path / "a.zip", ("b/two.txt", b"2"), ("a.txt", b"1"))
    (tmp_path / "out").mkdir()
    files = unpack(path, tmp_path / "out")
    assert [file.relative_to(tmp_path / "out").as_posix() for file in files] == ["a.txt", "b/two.txt"]
    assert files[1].read_bytes() == b"2"


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil", "a/../../evil", "..\\evil", "C:evil"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(archive_of(tmp_path / "a.zip", (name, b"x"))) == "unsafe-name"
    assert not list((tmp_path / "out").iterdir())


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal(tmp_path / "a.zip") == "link"


def test_a_rare_compression_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", "x")
    assert refusal(tmp_path / "a.zip") == "compression"


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    assert refusal(archive_of(tmp_path / "a.zip", ("a.txt", b"1"), ("A.TXT", b"2"))) == "duplicate"


def test_numbers_of_members_bytes_and_ratio_are_limited(tmp_path: Path) -> None:
    many = archive_of(tmp_path / "many.zip", *((f"{number}.txt", b"") for number in range(11)))
    assert refusal(many, ArchiveLimits(members=10)) == "too-many-members"
    large = archive_of(tmp_path / "large.zip", ("a", b"x" * 2000))
    assert refusal(large, ArchiveLimits(unpacked_bytes=1000)) == "too-large"
    dense = archive_of(tmp_path / "dense.zip", ("a", bytes(20 << 20)))
    assert refusal(dense) == "ratio"
    spread = archive_of(tmp_path / "spread.zip", *((f"{number}", bytes(1 << 20)) for number in range(20)))
    assert refusal(spread) == "ratio"


def test_a_member_that_is_larger_than_it_says_is_stopped(tmp_path: Path) -> None:
    path = archive_of(tmp_path / "liar.zip", ("a", b"x" * 100_000))
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 100_000), struct.pack("<I", 10)))
    assert refusal(path) in {"too-large", "damaged"}


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all" * 100])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    assert refusal(tmp_path / "a.zip") in {"not-a-zip", "damaged"}


def test_a_failure_while_writing_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError("power cut")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["areas.csv"]


def test_a_finished_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
