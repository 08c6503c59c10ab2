"""CPU time and queries of public pages: ours beside a stock Wagtail site of the same texts, in one run.

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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
REQUESTS = {"uncached": 100, "cached": 2_000}
PAGE = "/en/big-cats/"
# Name -> address; the stock site has no map.
PAGES = {
    "home": "/en/",
    "module": PAGE,
    "news list": "/en/news/",
    "article": "/en/news/ranger-competition-in-hunchun-2023/",
    "search": "/en/search/?q=tiger",
    "map and register": "/en/areas/",
}
ONLY_OURS = {"map and register"}
QUERIES = """
import sys
import django
django.setup()
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
client = Client(headers={"host": "127.0.0.1"})
for path in sys.argv[1:]:
    client.get(path)  # what is remembered is remembered
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    print(len(queries))
"""


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


def queries(environment: dict[str, str], paths: Iterable[str]) -> list[int]:
    """How many queries each page asks when it does not come from the page cache."""
    done = subprocess.run(
        [sys.executable, "-c", QUERIES, *paths],
        cwd=ROOT / "benchmarks",
        env=os.environ | environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [int(line) for line in done.stdout.split()]


def measure(
    application: str, environment: dict[str, str], paths: Iterable[str], kind: str, headers: dict[str, str]
) -> dict[str, list[float]]:
    """CPU milliseconds a request, sorted, one figure a round, by page."""
    found: dict[str, list[float]] = {}
    with served(application, environment) as (port, pid):
        for path in paths:
            ask(port, path, 20, headers)
            figures = []
            for _ in range(ROUNDS):
                before = cpu_s(pid)
                ask(port, path, REQUESTS[kind], headers)
                figures.append((cpu_s(pid) - before) * 1000 / REQUESTS[kind])
            found[path] = sorted(figures)
    return found


def told(figures: list[float]) -> str:
    """Minimum, median and maximum."""
    return " /".join(f"{one:6.2f}" for one in (figures[0], figures[ROUNDS // 2], figures[-1]))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours = {"AMUR_DATA": f"{folder}/ours", "DJANGO_SETTINGS_MODULE": "amur.portal.settings"}
        stock = {
            "STOCK_DATA": folder,
            "PYTHONPATH": f"{ROOT / 'benchmarks'}:{ROOT / 'src'}",
            "DJANGO_SETTINGS_MODULE": "stock.settings",
        }
        subprocess.run(
            [sys.executable, "-m", "amur", "prepare", "--demo", "--data", f"{folder}/ours"],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        subprocess.run(
            [sys.executable, "-m", "stock.load"], cwd=ROOT / "benchmarks", env=os.environ | stock, check=True
        )
        shared = [path for name, path in PAGES.items() if name not in ONLY_OURS]
        our_queries = dict(zip(PAGES.values(), queries(ours, PAGES.values()), strict=True))
        stock_queries = dict(zip(shared, queries(stock, shared), strict=True))
        for kind, headers, cached in (("uncached", {"Cookie": "x=1"}, "0"), ("cached", {}, "1")):
            mine = measure("amur.portal.wsgi:application", ours, PAGES.values(), kind, headers)
            theirs = measure("stock.wsgi:application", stock | {"STOCK_CACHED": cached}, shared, kind, {})
            print(f"{kind}: CPU-ms a request, minimum / median / maximum of {ROUNDS} rounds")
            for name, path in PAGES.items():
                line = f"  {name:17} ours {told(mine[path])}  {our_queries[path]:3} queries"
                if path in theirs:
                    ratio = mine[path][ROUNDS // 2] / theirs[path][ROUNDS // 2]
                    line += (
                        f"   stock {told(theirs[path])}  {stock_queries[path]:3} queries   ratio {ratio:.2f}"
                    )
                print(line)


if __name__ == "__main__":
    main()
