"""A newcomer's first day with a fresh clone: start, start again without network, back up, restore.

    python .ci/newcomer.py FOLDER

FOLDER holds the clone. Prints how long each start took to its first answer; the exit status is 1 when
something is not as promised. Called by `.ci/run`.
"""

import ctypes
import fcntl
import os
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PATIENCE_S = 900.0
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    """A port that nobody uses now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def leave_network() -> None:
    """Run in the child: only its own loopback is left, or at least every proxy is a dead end."""
    libc = ctypes.CDLL(None)
    if libc.unshare(CLONE_NEWNET) and libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
        return
    with closing(socket.socket()) as any_socket:  # bring "lo" up: SIOCSIFFLAGS with IFF_UP
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 1))


def first_answer(command: list[str], port: int) -> tuple[float, str]:
    """Start, ask for the home page until it answers, end by SIGTERM; returns seconds and what was printed."""
    started = time.monotonic()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as server:
        try:
            seconds = wait_for(f"http://127.0.0.1:{port}/en/", server, started)
            time.sleep(1.0)
        finally:
            server.send_signal(signal.SIGTERM)
            printed, _ = server.communicate(timeout=30)
    if server.returncode != 0:
        sys.exit(f"{command[0]} ended with {server.returncode}:\n{printed}")
    if group_is_alive(server.pid):
        sys.exit(f"{command[0]} left processes behind")
    return seconds, printed


def wait_for(url: str, server: "subprocess.Popen[str]", started: float) -> float:
    """Seconds since `started` when the address answered with 200."""
    while time.monotonic() - started < PATIENCE_S:
        try:
            with NO_PROXY.open(url, timeout=60) as answer:
                answer.read()
                return time.monotonic() - started
        except urllib.error.HTTPError as error:
            sys.exit(f"{url}: {error.code} {error.reason}")
        except OSError:
            if server.poll() is not None:
                sys.exit(f"The server ended with {server.returncode}:\n{server.communicate()[0]}")
            time.sleep(0.05)
    sys.exit(f"{url} did not answer within {PATIENCE_S:.0f} s")


def group_is_alive(group: int) -> bool:
    """Whether a process of the group runs."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def alone(action: Callable[[], None]) -> None:
    """Run in a child without network; exits when it failed."""
    child = os.fork()
    if child == 0:
        leave_network()
        action()
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        sys.exit(1)


def tables(folder: Path) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with closing(sqlite3.connect(f"file:{folder / 'amur.sqlite3'}?mode=ro", uri=True)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"'))) for name in names}  # noqa: S608


def main() -> None:
    """The day."""
    clone = Path(sys.argv[1]).resolve()
    for name in ("AMUR_DATA", "DATABASE_URL"):
        os.environ.pop(name, None)
    data, other = clone.parent / "data of a newcomer", clone.parent / "restored"
    run = [str(clone / "run"), "--port", str(port := free_port()), "--data", str(data)]
    seconds, printed = first_answer(run, port)
    print(f"First start, with installation: {seconds:.1f} s")
    if "auditor" not in printed or "localhost" not in printed:
        sys.exit(f"The start does not print address and accounts:\n{printed}")

    def second_start() -> None:
        os.environ |= dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
        print(f"Second start, without network: {first_answer(run, port)[0]:.1f} s", flush=True)

    alone(second_start)
    amur = str(clone / ".venv" / "bin" / "amur")
    backup = clone.parent / "backup.zip"
    for _ in range(10):  # a run that was begun may end after the server
        before = tables(data)
        backup.unlink(missing_ok=True)
        subprocess.run([amur, "backup", str(backup), "--data", str(data)], check=True)
        if tables(data) == before:
            break
    subprocess.run([amur, "restore", str(backup), "--data", str(other)], check=True)
    restored = tables(other)
    if restored != before:
        names = sorted(name for name in before.keys() | restored if before.get(name) != restored.get(name))
        sys.exit(f"The restored database differs from the one that was backed up: {', '.join(names)}")
    print("The restored database has every row.")
    left = [
        path for path in clone.parent.glob(".*") if path.name.startswith((".amur", ".restored", ".backup"))
    ]
    if left:
        sys.exit(f"Temporary files were left: {left}")


if __name__ == "__main__":
    main()
