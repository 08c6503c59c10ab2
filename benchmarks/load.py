"""A busy day: readers at a steady rate for minutes, then many editors who save the same pages at once.

Readers come by the clock, whether or not the last answer is there (an open loop), and a latency counts from
the moment the reader should have been served, so a server that stands still is not flattered. A cookie sends
the uncached views past the page cache. The editors each load a page, change its title and save it; every
accepted save names the revision that it was made from: two that name the same are a silent overwrite.

    .venv/bin/python benchmarks/load.py [--seconds 300]
"""

import argparse
import asyncio
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from pages import cpu_s, free_port

PAGES = tuple(
    quote(path)
    for path in (
        "/en/", "/ru/", "/zh-hans/新闻/", "/mn/medee/", "/ru/novosti/",
        "/ru/novosti/sorevnovaniya-inspektorov-v-khunchune-2023/",
        "/en/areas/", "/zh-hans/areas/", "/en/big-cats/", "/mn/species/",
        "/en/species/amur-leopard/", "/ru/library/", "/en/timeline/",
    )
)  # fmt: skip
RATES = {"cached": 200, "uncached": 30}  # views a second
GOAL_MS = 300
CONNECTIONS = 24
EDITORS, SAVES, SHARED_PAGES = 50, 20, 10

# Run inside the centre's data folder: accounts and pages of the editors, and their sessions.
CAST = """
import json, sys
import django
django.setup()
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client
from amur.portal.offices.models import Membership, Office, Person, Role
from amur.portal.website.models import HomePage, TextPage
home = HomePage.objects.get(locale__language_code="ru")
office = Office.objects.get(key="vladivostok")
pages = [
    home.add_child(instance=TextPage(title=f"Load {n}", slug=f"load-{n}", locale=home.locale,
                                     source_language="ru", live=False)).pk
    for n in range(int(sys.argv[1]))
]
sessions = []
for n in range(int(sys.argv[2])):
    person = Person.objects.create_user(username=f"load-{n}")
    Membership.objects.create(person=person, office=office, role=Role.EDITOR)
    TOTP.activate(person, generate_totp_secret())
    client = Client()
    client.force_login(person)
    sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
print(json.dumps({"pages": pages, "sessions": sessions, "cookie": settings.SESSION_COOKIE_NAME}))
"""
REVISIONS = """
import sys
import django
django.setup()
from wagtail.models import Revision
print(Revision.objects.filter(object_id__in=sys.argv[1:]).count())
"""

LOADED = ("loaded_revision_id", "loaded_revision_created_at")
Due = asyncio.Queue[tuple[float, str] | None]  # when a view is due, and of which page; None ends


@dataclass
class Views:
    """What the readers of one kind met."""

    latencies_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def quantile(self, share: float) -> float:
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def centre(data: str) -> Iterator[tuple[int, int]]:
    """The centre as `amur run` serves it with two workers: its port and the leading process."""
    port = free_port()
    command = [sys.executable, "-m", "amur", "run", "--port", str(port), "--data", data, "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                try:
                    if get(port, "/health", {})[0] == 200:
                        break
                except OSError:
                    time.sleep(0.1)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(30)


def get(
    port: int, path: str, headers: dict[str, str], form: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """One request on its own connection: status, text and the cookies to send back."""
    connection = http.client.HTTPConnection("localhost", port, timeout=120)
    body = None if form is None else urlencode(form)
    more = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("GET" if form is None else "POST", path, body, headers | more)
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    cookies = "; ".join(one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", []))
    return answer.status, text, cookies


async def reader(port: int, headers: str, times: Due, views: Views) -> None:
    """Take due views from the queue and ask for them over one connection."""
    streams = None
    while (due := await times.get()) is not None:
        moment, path = due
        try:
            if streams is None:
                streams = await asyncio.open_connection("127.0.0.1", port)
            status = await asyncio.wait_for(ask(*streams, path, headers), 30)
            if status != 200:
                views.errors[f"{path} {status}"] += 1
        except (OSError, EOFError, TimeoutError) as error:
            views.errors[type(error).__name__] += 1
            streams = None
        views.latencies_ms.append((time.perf_counter() - moment) * 1000)
    if streams is not None:
        streams[1].close()


async def ask(source: asyncio.StreamReader, sink: asyncio.StreamWriter, path: str, headers: str) -> int:
    """One request over an open connection; returns the status."""
    sink.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode())
    head = (await source.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"(?i)content-length: (\d+)", head)
    if length is None:
        raise EOFError("no length")
    await source.readexactly(int(length[1]))
    return int(head.split(" ", 2)[1])


async def read_for(port: int, seconds: float) -> dict[str, Views]:
    """All readers for so many seconds."""
    found = {kind: Views() for kind in RATES}

    async def kind_of_reader(kind: str) -> None:
        queue: Due = asyncio.Queue()
        headers = "" if kind == "cached" else "Cookie: x=1\r\n"
        readers = [asyncio.create_task(reader(port, headers, queue, found[kind])) for _ in range(CONNECTIONS)]
        start = time.perf_counter()
        for number in range(int(RATES[kind] * seconds)):
            moment = start + number / RATES[kind]
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            queue.put_nowait((moment, PAGES[number % len(PAGES)]))
        for _ in readers:
            queue.put_nowait(None)
        await asyncio.gather(*readers)

    await asyncio.gather(*map(kind_of_reader, RATES))
    return found


def inside(data: str, code: str, *words: str) -> str:
    """Run code with the centre's own settings; gives what it prints."""
    environment = os.environ | {"AMUR_DATA": data, "DJANGO_SETTINGS_MODULE": "amur.portal.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code, *words], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def edit(port: int, data: str) -> tuple[int, int, int, int]:
    """Accepted saves, conflicts that were shown, silent overwrites, anything else."""
    cast = json.loads(inside(data, CAST, str(SHARED_PAGES), str(EDITORS)))
    accepted: Counter[tuple[int, str]] = Counter()
    outcomes: Counter[str] = Counter()
    lock = threading.Lock()

    def work(number: int) -> None:
        page = cast["pages"][number % SHARED_PAGES]
        cookie = f"{cast['cookie']}={cast['sessions'][number]}"
        for save in range(SAVES):
            loaded, outcome = save_once(port, page, cookie, f"Load {number} {save}")
            with lock:
                outcomes[outcome] += 1
                accepted[page, loaded] += outcome == "accepted"

    with ThreadPoolExecutor(EDITORS) as pool:
        list(pool.map(work, range(EDITORS)))
    stored = int(inside(data, REVISIONS, *map(str, cast["pages"])))
    silent = sum(times - 1 for times in accepted.values() if times > 1) + abs(outcomes["accepted"] - stored)
    other = EDITORS * SAVES - outcomes["accepted"] - outcomes["conflict"]
    return outcomes["accepted"], outcomes["conflict"], silent, other


def save_once(port: int, page: int, cookie: str, title: str) -> tuple[str, str]:
    """Open a page's form, send it with another title: the revision it came from, and what became of it."""
    address = f"/admin/pages/{page}/edit/"
    status, text, more = get(port, address, {"Cookie": cookie})
    if status != 200:
        return "", f"form {status}"
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', text))
    slug = re.search(r'name="slug" value="([^"]+)"', text)
    form = {
        "csrfmiddlewaretoken": hidden["csrfmiddlewaretoken"],
        "title": title,
        "slug": slug[1] if slug else "",
        "summary": "",
        "body-count": "0",
        "translation_status": "reviewed",
        **{name: hidden[name] for name in LOADED if name in hidden},
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    headers = {"Cookie": f"{cookie}; {more}", "Origin": f"http://localhost:{port}"}
    status, text, _cookies = get(port, address, headers, form)
    loaded = form.get(LOADED[0], "")
    if status == 302:
        return loaded, "accepted"
    return loaded, "conflict" if "after you had opened it" in text else f"other {status}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--seconds", type=float, default=300)
    seconds = options.parse_args().seconds
    with tempfile.TemporaryDirectory() as data:
        subprocess.run(
            [sys.executable, "-m", "amur", "prepare", "--demo", "--data", data],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        with centre(data) as (port, pid):
            for path in PAGES:
                if get(port, path, {})[0] != 200:
                    raise SystemExit(f"{path} does not answer")
            before = cpu_s(pid)
            found = asyncio.run(read_for(port, seconds))
            used = cpu_s(pid) - before
            print(f"Readers for {seconds:.0f} s; the server used {used / seconds:.0%} of one core")
            for kind, views in found.items():
                print(
                    f"  {RATES[kind]:4} {kind:9} views/s   p50 {views.quantile(0.5):6.1f} ms   p95 "
                    f"{views.quantile(0.95):6.1f} ms (goal {GOAL_MS})   p99 {views.quantile(0.99):6.1f} ms   "
                    f"errors {sum(views.errors.values())} {dict(views.errors) or ''}"
                )
            accepted, conflicts, silent, other = edit(port, data)
            print(
                f"{EDITORS} editors x {SAVES} saves of {SHARED_PAGES} pages: {accepted} accepted, "
                f"{conflicts} told of a conflict, {silent} silent overwrites, {other} other answers"
            )


if __name__ == "__main__":
    main()
