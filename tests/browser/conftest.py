"""One Chromium and one real centre for all browser tests.

`browser` is started once, `page` is a fresh context for each test, `site` is the address of a centre with the
demonstration content, prepared in a folder of its own and served by `amur run` as anybody would start it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = os.environ.get("AMUR_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-angle=swiftshader",  # the map needs WebGL, also where there is no graphics card
    "--enable-unsafe-swiftshader",
]
PATIENCE_S = 600.0
LANGUAGES = ("en", "ru", "zh-hans", "mn")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    if not CHROMIUM:
        pytest.skip("Chromium is missing; install it with `apt-get install chromium`, or set AMUR_CHROMIUM")
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright keeps an event loop running in this thread, which Django takes for asynchronous code.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been anywhere."""
    made = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    made.set_default_timeout(60_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A fresh page."""
    return context.new_page()


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the served centre: a copy of that in AMUR_BROWSER_DATA, where it is prepared already."""
    data = tmp_path_factory.mktemp("centre")
    if given := os.environ.get("AMUR_BROWSER_DATA"):
        shutil.copytree(given, data, dirs_exist_ok=True)
    _amur("prepare", "--demo", "--data", str(data))
    return data


@pytest.fixture(scope="session")
def site(centre: Path) -> Iterator[str]:
    """The address of a real server, such as http://localhost:41234."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "amur",
        "run",
        "--port",
        str(port),
        "--data",
        str(centre),
        "--workers",
        "1",
    ]
    with (centre.parent / f"{centre.name}.log").open("w") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, env=_environment(), start_new_session=True
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", server)
            # "localhost" counts as secure, as a site with https does.
            yield f"http://localhost:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


@pytest.fixture(scope="session")
def password(centre: Path) -> str:
    """What the demonstration accounts log in with."""
    return (centre / "demo-password").read_text(encoding="ascii").strip()


def _environment() -> dict[str, str]:
    """The environment without what the tests' own settings have put there."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AMUR_", "DJANGO_", "DATABASE_URL"))
    }


def _amur(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "amur", *words], env=_environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        assert server.poll() is None, f"the server ended with {server.returncode}"
        try:
            opener.open(url, timeout=10).read()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
