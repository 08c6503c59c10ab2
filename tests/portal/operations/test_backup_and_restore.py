"""What is backed up comes back whole; what is damaged or hostile does not come back at all."""

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from small_centre import files_of, make_centre, rows_of

from amur.portal.operations import archive, data_folder
from amur.portal.operations.archive import Manifest, Member
from amur.portal.operations.backup import backup
from amur.portal.operations.problems import Problem
from amur.portal.operations.progress import nothing
from amur.portal.operations.restore import check, restore


def test_every_row_and_every_file_comes_back(centre: Path, saved: Path, tmp_path: Path) -> None:
    back = tmp_path / "elsewhere" / "back"
    assert restore(saved, back, force=False, progress=nothing) is None
    assert rows_of(back) == rows_of(centre)
    assert files_of(back) == files_of(centre)
    assert (back / "secret.key").stat().st_mode & 0o777 == 0o600
    assert back.stat().st_mode & 0o777 == 0o700


def test_what_can_be_made_again_is_left_out(saved: Path) -> None:
    members = check(saved, nothing).members
    assert not [name for name in members if "static" in name or "prepared" in name or name.endswith(".lock")]
    assert "files/media/empty.txt" in members


def test_a_backup_while_another_process_writes_is_one_consistent_state(centre: Path, tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                """
                import sqlite3, sys
                database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
                while True:
                    database.execute("BEGIN IMMEDIATE")
                    database.execute("INSERT INTO debit (amount) VALUES (1)")
                    database.execute("INSERT INTO credit (amount) VALUES (1)")
                    database.execute("COMMIT")
                """
            ),
            str(centre / "amur.sqlite3"),
        ]
    )
    try:
        seen = set()
        deadline = time.monotonic() + 30
        while len(seen) < 3 and time.monotonic() < deadline:
            file = tmp_path / f"{len(seen)}-{time.monotonic_ns()}.zip"
            backup(centre, file, nothing)
            back = tmp_path / f"back-{file.stem}"
            restore(file, back, force=False, progress=nothing)
            rows = rows_of(back)
            assert rows["debit"] == rows["credit"]
            seen.add(len(rows["debit"]))
        assert writer.poll() is None, "the writer was never stopped by a backup"
        assert len(seen) >= 3, "the backups were made while rows were written"
    finally:
        writer.kill()
        writer.wait()


def test_any_altered_byte_is_found(saved: Path, tmp_path: Path) -> None:
    whole = saved.read_bytes()
    chance = random.Random(7)
    places = {0, 5, 27, len(whole) - 1, len(whole) - 70, len(whole) - 90}
    places |= {chance.randrange(len(whole)) for _ in range(60)}
    for place in places:
        altered = bytearray(whole)
        altered[place] ^= 1 << chance.randrange(8)
        file = tmp_path / "altered.zip"
        file.write_bytes(altered)
        with pytest.raises(Problem, match="altered"):
            check(file, nothing)


@pytest.mark.parametrize("kept", [0, 1, 63, 64, 500, -1, -64, -200])
def test_a_file_that_is_cut_off_is_found(saved: Path, tmp_path: Path, kept: int) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises(Problem, match=r"cut\.zip cannot be restored"):
        restore(cut, tmp_path / "back", force=False, progress=nothing)
    assert not (tmp_path / "back").exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"There is no file .*lost\.zip"):
        check(tmp_path / "lost.zip", nothing)


def forge(file: Path, members: dict[str, bytes], claims: dict[str, Member] | None = None) -> Path:
    """A sealed backup with arbitrary members and an honest manifest, unless `claims` says otherwise."""
    honest = {
        name: Member(len(body), hashlib.sha256(body).hexdigest(), 0o644) for name, body in members.items()
    }
    manifest = Manifest(archive.FORMAT, "0", "2026-01-01T00:00:00+00:00", {**honest, **(claims or {})})
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.comment = archive.UNSEALED
        for name, body in members.items():
            out.writestr(name, body)
        out.writestr(archive.MANIFEST, manifest.as_json())
    archive.seal(file)
    return file


@pytest.mark.parametrize(
    "name",
    [
        "files/../../outside",
        "/etc/outside",
        "../outside",
        "files/a\\..\\outside",
        "files//outside",
        "files/./outside",
        "files",
        "elsewhere/outside",
        "files/in-use.lock",
        "files/amur.sqlite3-wal",
        "files/line\nbreak",
    ],
)
def test_names_that_reach_outside_are_refused(tmp_path: Path, name: str) -> None:
    file = forge(tmp_path / "hostile.zip", {archive.SQLITE: b"", name: b"x"})
    with pytest.raises(Problem, match="cannot be restored"):
        restore(file, tmp_path / "deep" / "back", force=False, progress=nothing)
    assert not list(tmp_path.rglob("outside"))


def test_a_link_is_unpacked_as_a_plain_file(tmp_path: Path) -> None:
    target = tmp_path / "target"
    file = tmp_path / "link.zip"
    empty = tmp_path / "empty.sqlite3"
    with closing(sqlite3.connect(empty)) as database:
        database.execute("CREATE TABLE one (id)")
    body = empty.read_bytes()
    forge(file, {archive.SQLITE: body, "files/link": str(target).encode()})
    with zipfile.ZipFile(file) as source:
        assert source.getinfo("files/link")
    restore(file, tmp_path / "back", force=False, progress=nothing)
    assert not (tmp_path / "back" / "link").is_symlink()


def test_a_member_that_is_larger_than_it_claims_is_never_unpacked(tmp_path: Path) -> None:
    claims = {"files/bomb": Member(10, "0" * 64, 0o644)}
    file = forge(tmp_path / "bomb.zip", {archive.SQLITE: b"", "files/bomb": bytes(30_000_000)}, claims)
    assert file.stat().st_size < 100_000
    with pytest.raises(Problem, match="files/bomb is altered"):
        restore(file, tmp_path / "back", force=False, progress=nothing)
    assert not list(tmp_path.glob("*back*"))


def test_a_backup_larger_than_the_disk_is_refused(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Small:
        free = 1_000_000

    monkeypatch.setattr(data_folder.shutil, "disk_usage", lambda folder: Small)
    with pytest.raises(Problem, match="MB are needed"):
        restore(saved, tmp_path / "back", force=False, progress=nothing)
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize(
    ("members", "claims", "reason"),
    [
        ({archive.SQLITE: b"a"}, {"files/lost": Member(1, "0" * 64, 0o600)}, "files/lost is missing"),
        ({archive.SQLITE: b"a"}, {archive.SQLITE: Member(1, "0" * 64, 0o600)}, "is altered"),
        ({"files/a": b"a"}, {}, "one database"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    tmp_path: Path, members: dict[str, bytes], claims: dict[str, Member], reason: str
) -> None:
    with pytest.raises(Problem, match=reason):
        check(forge(tmp_path / "strange.zip", members, claims), nothing)


def test_a_backup_of_a_newer_program_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FORMAT", 2)
    file = forge(tmp_path / "newer.zip", {archive.SQLITE: b""})
    monkeypatch.setattr(archive, "FORMAT", 1)
    with pytest.raises(Problem, match="newer program"):
        check(file, nothing)


def test_a_folder_that_is_not_empty_is_never_overwritten(saved: Path, centre: Path) -> None:
    (centre / "media" / "late.txt").write_text("only here")
    before = files_of(centre), rows_of(centre)
    with pytest.raises(Problem, match="not empty"):
        restore(saved, centre, force=False, progress=nothing)
    assert (files_of(centre), rows_of(centre)) == before


def test_with_force_the_former_folder_is_put_aside_whole(saved: Path, centre: Path) -> None:
    (centre / "media" / "late.txt").write_text("only here")
    before = files_of(centre), rows_of(centre)
    aside = restore(saved, centre, force=True, progress=nothing)
    assert aside is not None
    assert (files_of(aside), rows_of(aside)) == before
    assert not (centre / "media" / "late.txt").exists()
    assert rows_of(centre) == before[1]


def test_nothing_is_restored_under_a_running_server(saved: Path, centre: Path) -> None:
    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from amur.portal.operations import data_folder\n"
            "with data_folder.locked(Path(sys.argv[1]), alone=False, otherwise=''): print('up', flush=True); "
            "time.sleep(60)",
            str(centre / data_folder.IN_USE),
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == b"up\n"
        with pytest.raises(Problem, match="A server is running"):
            restore(saved, centre, force=True, progress=nothing)
    finally:
        server.kill()
        server.wait()


@pytest.mark.parametrize("moment", ["unpacking", "before the exchange", "after the exchange"])
def test_a_killed_restore_leaves_the_former_folder_whole(
    saved: Path, centre: Path, tmp_path: Path, moment: str
) -> None:
    (centre / "media" / "late.txt").write_text("only here")
    before = files_of(centre), rows_of(centre)
    child = os.fork()
    if child == 0:
        _restore_and_die(saved, centre, moment)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    whole = [
        folder
        for folder in tmp_path.iterdir()
        if folder.is_dir() and (folder / "media" / "late.txt").exists()
    ]
    assert len(whole) == 1
    assert (files_of(whole[0]), rows_of(whole[0])) == before
    if moment != "after the exchange":
        assert whole[0] == centre
    again = restore(saved, centre, force=True, progress=nothing)
    assert again is not None
    assert whole[0].exists() or again.exists()
    assert rows_of(centre) == before[1]
    assert not list(tmp_path.glob(".*restoring*"))


def _restore_and_die(saved: Path, centre: Path, moment: str) -> None:
    from amur.portal.operations import restore as module

    def die(*_: object) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return False

    if moment == "unpacking":
        module._restore_database = die  # type: ignore[assignment]
    elif moment == "before the exchange":
        module._exchange = die
    else:
        module.archive.sync_folder = lambda folder: die() if folder == centre.parent else None
    restore(saved, centre, force=True, progress=nothing)


def test_a_backup_never_replaces_a_file(saved: Path, centre: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(Problem, match="exists already"):
        backup(centre, saved, nothing)
    assert saved.read_bytes() == before


def test_a_backup_is_not_written_into_the_data_folder(centre: Path) -> None:
    with pytest.raises(Problem, match="lies in the data folder"):
        backup(centre, centre / "media" / "mine.zip", nothing)


def test_a_backup_that_fails_leaves_no_file(
    centre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "backups" / "one.zip"
    target.parent.mkdir()
    monkeypatch.setattr(archive, "seal", lambda file: None)
    with pytest.raises(Problem, match="altered"):
        backup(centre, target, nothing)
    assert list(target.parent.iterdir()) == []


def test_an_empty_folder_is_no_centre(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="holds no information centre"):
        backup(tmp_path, tmp_path.parent / "x.zip", nothing)


def test_the_other_kind_of_database_is_told(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgis://nobody@localhost/none")
    with pytest.raises(Problem, match="Unset DATABASE_URL"):
        restore(saved, tmp_path / "back", force=False, progress=nothing)


def test_two_centres_do_not_mix(tmp_path: Path) -> None:
    one, other = make_centre(tmp_path / "one"), make_centre(tmp_path / "other")
    (one / "media" / "one.txt").write_text("1")
    backup(one, tmp_path / "one.zip", nothing)
    aside = restore(tmp_path / "one.zip", other, force=True, progress=nothing)
    assert (other / "media" / "one.txt").exists()
    assert aside is not None
    assert not (aside / "media" / "one.txt").exists()
