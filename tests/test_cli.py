"""The command line: every command explains itself, and every failure says what would be right."""

import argparse
import errno
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from amur import cli
from amur.portal.operations import data_folder, problems, server
from amur.portal.operations.problems import Problem, explain

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def amur(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command in this process; returns exit status, standard output and standard error."""
    monkeypatch.setenv("AMUR_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(problems, "gettext", lambda text: text)

    def run(*words: str) -> tuple[int, str, str]:
        try:
            status = cli.main(words)
        except SystemExit as end:
            status = int(end.code or 0)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def commands(
    parser: argparse.ArgumentParser, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every command with its line of help."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                yield (*path, choice.dest), choice.help or ""
                yield from commands(action.choices[choice.dest], (*path, choice.dest))


def test_every_command_has_one_line_of_help_and_a_page(amur: Run) -> None:
    found = list(commands(cli._parser()))
    assert {("run",), ("backup",), ("areas", "import"), ("audit", "verify"), ("users", "add")} <= dict(
        found
    ).keys()
    _status, overview, _error = amur("--help")
    for path, text in found:
        assert text, path
        assert "\n" not in text
        status, page, _error = amur(*path, "--help")
        assert status == 0
        assert "usage: amur " + " ".join(path) in page
        if len(path) == 1:
            assert any(line.split() == [path[0], *text.split()] for line in overview.splitlines())


def test_no_command_names_django_before_it_needs_it() -> None:
    code = "import sys; from amur import cli; cli._parser(); print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80 80", "８０００", ""])
def test_a_wrong_port_is_told_with_a_right_one(amur: Run, port: str) -> None:
    status, _out, error = amur("run", f"--port={port}")
    assert status == 2
    assert "a number from 1 to 65535, such as 8000" in error
    assert "Traceback" not in error


def test_an_unknown_option_is_told_with_where_help_is(amur: Run) -> None:
    status, _out, error = amur("run", "--prot", "8100")
    assert status == 2
    assert "--prot" in error
    assert "--help" in error


@pytest.mark.parametrize("shared", [False, True])
def test_a_port_in_use_is_told_with_another(amur: Run, shared: bool) -> None:
    with closing(socket.socket()) as other:
        if shared:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, _out, error = amur("run", "--port", str(port))
    assert status == 1
    assert f"Port {port} is in use" in error
    assert f"--port {port + 1}" in error


def test_an_address_of_another_computer_is_told() -> None:
    with pytest.raises(Problem, match=r"192\.0\.2\.1"):
        server.require_free_port("192.0.2.1", 8000)


def test_a_data_folder_that_is_a_file_is_told(amur: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, _out, error = amur("prepare", "--data", str(tmp_path / "file"))
    assert status == 1
    assert "is a file" in error
    assert "--data FOLDER" in error


def as_ordinary_user(action: Callable[[], None]) -> str:
    """What the action raises in a child process that is not root."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setresuid(65534, 65534, 65534)
            action()
            words = "nothing"
        except Exception as error:
            problem = explain(error)
            words = str(problem) if problem else repr(error)
        os.write(writer, words.encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        return pipe.read()


@pytest.fixture
def locked_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody but root may write, with a database in it; the way there is open."""
    folder = tmp_path / "locked"
    folder.mkdir()
    (folder / "amur.sqlite3").write_bytes(b"")
    (folder / "amur.sqlite3").chmod(0o444)
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(parent.stat().st_mode | 0o755)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


def test_a_read_only_data_folder_is_told(locked_folder: Path) -> None:
    told = as_ordinary_user(lambda: data_folder.require_writable(locked_folder))
    assert f"{locked_folder} cannot be written" in told
    assert "--data FOLDER" in told


def test_a_new_folder_in_a_read_only_one_is_told(locked_folder: Path) -> None:
    told = as_ordinary_user(lambda: data_folder.require_writable(locked_folder / "new"))
    assert "cannot be written" in told


def test_a_read_only_database_is_told(locked_folder: Path) -> None:
    locked_folder.chmod(0o777)
    told = as_ordinary_user(lambda: data_folder.require_writable(locked_folder))
    assert "amur.sqlite3" in told


def test_too_small_a_disk_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="MB are needed"):
        data_folder.require_space(tmp_path, needed=1 << 60)


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), sqlite3.OperationalError("database or disk is full")],
)
def test_a_full_disk_is_one_sentence(error: Exception) -> None:
    problem = explain(error)
    assert problem is not None
    assert "disk is full" in str(problem)
    wrapped = RuntimeError("while saving")
    wrapped.__cause__ = error
    assert explain(wrapped) is not None


def test_a_bug_is_not_hidden() -> None:
    assert explain(KeyError("name")) is None


def test_commands_that_need_a_centre_say_how_to_make_one(amur: Run) -> None:
    for words in (("audit", "verify"), ("release", "rebuild"), ("users", "add", "x", "--unlimited")):
        status, _out, error = amur(*words)
        assert status == 1
        assert "amur prepare --data" in error


def test_serving_needs_a_prepared_folder(amur: Run) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    status, _out, error = amur("serve", "--port", str(port))
    assert status == 1
    assert "amur prepare --data" in error


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "mn_MN.UTF-8"}, "mn"),
        ({"LANGUAGE": "zh_CN:en", "LANG": "ru_RU.UTF-8"}, "zh_Hans"),
        ({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"}, ""),
        ({}, ""),
    ],
)
def test_messages_follow_the_language_of_the_terminal(environment: dict[str, str], language: str) -> None:
    assert problems.language_of(environment) == language


def test_the_fingerprint_changes_with_any_file_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_folder, "ROOT", tmp_path)
    code = tmp_path / "src" / "amur" / "a.py"
    code.parent.mkdir(parents=True)
    code.write_text("1")
    first = data_folder.fingerprint()
    (code.parent / "__pycache__").mkdir()
    (code.parent / "__pycache__" / "a.pyc").write_text("")
    assert data_folder.fingerprint() == first
    code.write_text("22")
    assert data_folder.fingerprint() != first
    monkeypatch.setenv("DATABASE_URL", "postgis://a/b")
    assert data_folder.fingerprint() != first


def test_two_preparations_at_once_are_refused(tmp_path: Path) -> None:
    lock = tmp_path / data_folder.PREPARE
    with (
        data_folder.locked(lock, alone=True, otherwise="busy"),
        pytest.raises(Problem, match="busy"),
        data_folder.locked(lock, alone=True, otherwise="busy"),
    ):
        pass
    with data_folder.locked(lock, alone=True, otherwise="busy"):
        pass
