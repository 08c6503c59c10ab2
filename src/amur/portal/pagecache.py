"""Finished public pages in memory, in front of Django.

A page is kept when Django marks it `Cache-Control: public`, sets no cookie and lets nothing vary. It is
given only to requests without a cookie, or with such alone as no page looks at, so no visitor ever gets
another's page. Each change of what is released renews the generation (`release.memory.generation`), which
every process looks up at most once a second and which empties its cache.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]
Entry = tuple[str, list[tuple[str, str]], bytes, float]

MAX_PAGES = 2_000
MAX_BYTES = 64 * 1024 * 1024
LOOK_EVERY_S = 1.0
KEEP_S = 300.0  # an embargo that ends opens at the latest this much later


def _generation() -> int:
    from amur.portal.release.memory import generation

    return generation()


class PageCache:
    """A WSGI application that answers known public pages without entering Django."""

    def __init__(
        self,
        app: App,
        generation: Callable[[], int] = _generation,
        clock: Callable[[], float] = time.monotonic,
        harmless: Iterable[str] = (),
    ) -> None:
        """`harmless` names the cookies that no public page looks at."""
        self._app = app
        self._harmless = tuple(f"{name}=" for name in harmless)
        self._generation = generation
        self._clock = clock
        self._pages: OrderedDict[str, Entry] = OrderedDict()
        self._bytes = 0
        self._seen = -1
        self._looked = float("-inf")
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        cookies = environ.get("HTTP_COOKIE")
        if environ["REQUEST_METHOD"] != "GET" or (cookies and not self._is_harmless(cookies)):
            return self._app(environ, start_response)
        now = self._clock()
        if now - self._looked > LOOK_EVERY_S:
            self._look(now)
        key = (
            f"{environ['wsgi.url_scheme']} {environ.get('HTTP_HOST', '')} "
            f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
        )
        entry = self._pages.get(key)
        if entry is not None and entry[3] > now:
            status, headers, body, _ = entry
            if environ.get("HTTP_IF_NONE_MATCH") and environ["HTTP_IF_NONE_MATCH"] == _header(
                headers, "ETag"
            ):
                start_response("304 Not Modified", [h for h in headers if h[0] != "Content-Length"])
                return [b""]
            start_response(status, headers)
            return [body]
        return self._fresh(key, environ, start_response, now)

    def _is_harmless(self, cookies: str) -> bool:
        return all(one.strip().startswith(self._harmless) for one in cookies.split(";"))

    def _look(self, now: float) -> None:
        self._looked = now
        current = self._generation()
        if current != self._seen:
            with self._lock:
                self._pages.clear()
                self._bytes = 0
                self._seen = current

    def _fresh(self, key: str, environ: dict[str, Any], start_response: Start, now: float) -> Iterable[bytes]:
        caught: list[tuple[str, list[tuple[str, str]]]] = []
        before = self._seen

        def catch(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            caught[:] = [(status, headers)]
            return start_response(status, headers, *more)

        response = self._app(environ, catch)
        status, headers = caught[0]
        if not (status.startswith("200") and _cacheable(headers)) or getattr(response, "streaming", False):
            return response
        body = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        with self._lock:
            if before == self._seen:  # not emptied while Django was working
                self._bytes += len(body)
                self._pages[key] = (status, headers, body, now + KEEP_S)
                while len(self._pages) > MAX_PAGES or self._bytes > MAX_BYTES:
                    _, dropped = self._pages.popitem(last=False)
                    self._bytes -= len(dropped[2])
        return [body]


def _header(headers: Iterable[tuple[str, str]], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name.lower()), "")


def _cacheable(headers: list[tuple[str, str]]) -> bool:
    return (
        "public" in _header(headers, "Cache-Control")
        and not _header(headers, "Set-Cookie")
        and not _header(headers, "Vary")
    )
