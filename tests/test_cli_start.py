"""A whole start in real processes: cut off and repeated, served, stopped, with nothing left behind."""

import http.client
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from amur.portal.operations import data_folder

pytestmark = pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="starts with the embedded database; one run is enough"
)


def environment(data: Path) -> dict[str, str]:
    """As in a plain terminal: without the settings of these tests."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("AMUR_", "DJANGO_", "LANG", "LC_"))
    }
    return {**kept, "AMUR_DATA": str(data), "LANG": "C"}


def start(data: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "amur", *words],
        env=environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose first two preparations were killed in the middle of their work."""
    data = tmp_path_factory.mktemp("start") / "a data folder"
    chance = random.Random(3)
    for stage in ("Database", "Scripts"):
        cut_off = start(data, "prepare")
        assert cut_off.stdout is not None
        for line in cut_off.stdout:
            if stage in line:
                break
        time.sleep(chance.uniform(0.2, 1.0))
        cut_off.kill()
        cut_off.communicate()
    with start(data, "prepare") as last:
        assert last.wait(timeout=600) == 0, last.communicate()[0]
    return data


def test_a_killed_first_start_is_mended_by_the_next(prepared: Path) -> None:
    with closing(sqlite3.connect(prepared / "amur.sqlite3")) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")  # they call functions of the program
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert database.execute("SELECT count(*) FROM offices_office").fetchone()[0] == 0
    known = data_folder.read_prepared(prepared)
    assert known is not None
    assert known.migrations > 50
    assert not known.demo


@dataclass(frozen=True)
class Site:
    port: int
    process: "subprocess.Popen[str]"

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            connection.request(
                "GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()}
            )
            answer = connection.getresponse()
            return answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read()


@pytest.fixture(scope="module")
def site(prepared: Path) -> Iterator[Site]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(prepared, "run", "--port", str(port), "--no-demo")
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if "Ctrl-C" in line:
            break
    assert f"http://localhost:{port}/" in printed, printed
    assert "users add NAME --unlimited" in printed
    yield Site(port, process)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def test_the_site_answers(site: Site) -> None:
    assert site.get("/health")[0] == 200
    status, _headers, body = site.get("/en/")
    assert status == 200
    assert b"<html" in body


def hashed_and_plain(prepared: Path) -> tuple[str, str]:
    plain = "wagtailadmin/css/core.css"
    hashed = next((prepared / "static" / "wagtailadmin" / "css").glob("core.*.css"))
    return f"/static/{hashed.relative_to(prepared / 'static').as_posix()}", f"/static/{plain}"


def test_static_files_are_kept_by_browsers_for_ever_only_under_hashed_names(
    site: Site, prepared: Path
) -> None:
    hashed, plain = hashed_and_plain(prepared)
    status, headers, _body = site.get(hashed)
    assert (status, headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert headers["content-type"].startswith("text/css")
    assert headers["x-content-type-options"] == "nosniff"
    _status, headers, _body = site.get(plain)
    assert "immutable" not in headers["cache-control"]
    assert site.get(plain, If_None_Match=headers["etag"])[0] == 304


def test_static_texts_are_packed_for_those_who_can_unpack(site: Site, prepared: Path) -> None:
    import gzip

    hashed, _plain = hashed_and_plain(prepared)
    _status, plain_headers, whole = site.get(hashed)
    _status, headers, packed = site.get(hashed, Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == whole
    assert headers["etag"] != plain_headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.key",
        "/static/%2e%2e/secret.key",
        "/static//etc/passwd",
        "/static/none.css",
        "/static/",
    ],
)
def test_nothing_but_gathered_files_is_reached_below_static(site: Site, prepared: Path, path: str) -> None:
    status, _headers, body = site.get(path)
    assert status == 404
    assert (prepared / "secret.key").read_bytes() not in body


def test_a_second_server_on_the_same_port_is_refused(site: Site, prepared: Path) -> None:
    with start(prepared, "run", "--port", str(site.port), "--no-demo") as other:
        printed, _ = other.communicate(timeout=60)
    assert other.returncode == 1
    assert f"Port {site.port} is in use" in printed


@pytest.mark.parametrize(
    ("sent", "statuses"), [(signal.SIGTERM, {0}), (signal.SIGINT, {0}), (signal.SIGKILL, {-signal.SIGKILL})]
)
def test_nothing_is_left_behind_however_it_ends(
    prepared: Path, sent: signal.Signals, statuses: set[int]
) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(prepared, "run", "--port", str(port), "--no-demo")
    assert process.stdout is not None
    assert any("Ctrl-C" in line for line in process.stdout)
    process.send_signal(sent)
    assert process.wait(timeout=60) in statuses
    deadline = time.monotonic() + 30
    while group_is_alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not group_is_alive(process.pid)
    process.stdout.close()


def group_is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
