"""How long until the map stands still, in a headless browser that draws without a graphics card.

    .venv/bin/python benchmarks/map_idle.py http://localhost:8000/en/areas/ [--rounds 5] [--width 1280]

The site must be running. Each round opens a fresh browser (nothing cached) and reads the mark that the
widget sets when every tile, name and symbol is drawn. The first round also warms the server's tile cache
and is not counted. Ends with status 1 when the median of the others is above 3 s, or when another server
was asked for anything. The processor time of the browser, from its start, is shown beside: on a busy
computer it says more than the clock.
"""

import argparse
import os
import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Request, sync_playwright

LIMIT_S = 3.0
GIVE_UP_S = 60.0
# Software rendering, as on a machine without a graphics card.
CHROMIUM_FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@dataclass(frozen=True, slots=True)
class Round:
    """One visit: seconds until the map is idle, processor seconds of the browser, and what it loaded."""

    idle_s: float
    cpu_s: float
    requests: int
    received_bytes: int
    foreign: tuple[str, ...]
    messages: tuple[str, ...]


def visit(browser: Browser, address: str, width: int) -> Round:
    """Open the page in a new profile and wait for the map. Raises TimeoutError."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    requests: list[Request] = []
    messages: list[str] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.on("console", lambda message: messages.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: messages.append(f"error: {error}"))
    page.goto(address)
    give_up = time.monotonic() + GIVE_UP_S
    while page.evaluate("document.querySelector('[data-map]')?.dataset.state") != "idle":
        if time.monotonic() > give_up:
            raise TimeoutError(f"the map of {address} was not idle after {GIVE_UP_S:.0f} s; {messages}")
        time.sleep(0.05)
    idle_ms = page.evaluate("performance.getEntriesByName('map-idle')[0].startTime")
    here = urlsplit(address).netloc
    foreign = tuple(one.url for one in requests if urlsplit(one.url).netloc not in {here, ""})
    received = sum(one.sizes()["responseBodySize"] for one in requests)
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    cpu_s = sum(float(process["cpuTime"]) for process in processes)
    page.close()
    return Round(idle_ms / 1000, cpu_s, len(requests), received, foreign, tuple(messages))


def main() -> int:
    """Measure, print one line per round and the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="a page with a map")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--width", type=int, default=1280)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is missing; install it with `apt-get install chromium`", file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        rounds = []
        for number in range(options.rounds + 1):
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            result = visit(browser, options.address, options.width)
            browser.close()
            rounds.append(result)
            label = "first" if number == 0 else f"{number:5}"
            print(
                f"{label}  idle {result.idle_s:5.2f} s  processor {result.cpu_s:5.2f} s  "
                f"{result.requests:3} requests  {result.received_bytes / 1000:6.0f} kB  "
                f"{' '.join(result.messages)}"
            )
    median = statistics.median(one.idle_s for one in rounds[1:])
    foreign = sorted({address for one in rounds for address in one.foreign})
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    print(f"median {median:.2f} s (limit {LIMIT_S} s) at a load of {load:.1f} per core")
    print(f"foreign addresses: {', '.join(foreign) or 'none'}")
    return 1 if median > LIMIT_S or foreign else 0


if __name__ == "__main__":
    sys.exit(main())
