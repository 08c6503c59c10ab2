"""CPU time of one public page: ours beside a stock Wagtail site of the same texts, in one run.

Each site is served by granian (WSGI, one worker) on loopback; the figure is the CPU time of its processes
from /proc divided by the number of requests, so that waiting and the client do not count. Ours is asked
with a cookie for the uncached page, which goes past the page cache as for somebody who is logged in.

    .venv/bin/python benchmarks/pages.py
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
REQUESTS = {"uncached": 200, "cached": 2_000}
PAGE = "/en/big-cats/"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def cpu_s(leader: int) -> float:
    """CPU seconds of a process and all that descend from it."""
    wanted = {leader}
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(folder.name)] = (
            int(fields[1]),
            (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        )
    grown = True
    while grown:
        more = {pid for pid, (parent, _) in parents.items() if parent in wanted} - wanted
        grown = bool(more)
        wanted |= more
    return sum(parents[pid][1] for pid in wanted if pid in parents)


@contextmanager
def served(application: str, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The application behind granian: its port and the leading process."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "1", "--workers-kill-timeout", "3",
        "--no-access-log", application,
    ]  # fmt: skip
    server = subprocess.Popen(
        command,
        cwd=ROOT / "benchmarks",
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                ask(port, PAGE, 1, {})
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"{application} did not answer within 30 s")
        yield port, server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(15)


def ask(port: int, path: str, times: int, headers: dict[str, str]) -> int:
    """So many requests over one connection; returns the size of the last body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = b""
    for _ in range(times):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
    connection.close()
    return len(body)


def measure(application: str, environment: dict[str, str], kind: str, headers: dict[str, str]) -> list[float]:
    """CPU milliseconds a request, one figure a round."""
    figures = []
    with served(application, environment) as (port, pid):
        ask(port, PAGE, 20, headers)
        for _ in range(ROUNDS):
            before = cpu_s(pid)
            ask(port, PAGE, REQUESTS[kind], headers)
            figures.append((cpu_s(pid) - before) * 1000 / REQUESTS[kind])
    return figures


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours = {"AMUR_DATA": f"{folder}/ours", "DJANGO_SETTINGS_MODULE": "amur.portal.settings"}
        stock = {"STOCK_DATA": folder, "PYTHONPATH": str(ROOT / "benchmarks")}
        subprocess.run(
            [sys.executable, "-m", "amur", "prepare", "--demo", "--data", f"{folder}/ours"],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        subprocess.run(
            [sys.executable, "-m", "stock.load"], cwd=ROOT / "benchmarks", env=os.environ | stock, check=True
        )
        print(f"{PAGE}: CPU-ms a request, minimum / median / maximum of {ROUNDS} rounds")
        for kind, our_headers, cached in (("uncached", {"Cookie": "x=1"}, "0"), ("cached", {}, "1")):
            mine = sorted(measure("amur.portal.wsgi:application", ours, kind, our_headers))
            theirs = sorted(measure("stock.wsgi:application", stock | {"STOCK_CACHED": cached}, kind, {}))
            middle = ROUNDS // 2
            for name, figures in (("ours", mine), ("stock Wagtail", theirs)):
                print(f"  {kind:9} {name:14} {figures[0]:7.2f} /{figures[middle]:7.2f} /{figures[-1]:7.2f}")
            print(f"  {kind:9} ratio          {mine[middle] / theirs[middle]:7.2f}")


if __name__ == "__main__":
    main()
