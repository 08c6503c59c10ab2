"""Counts the public pages that are read, in front of the page cache, without cookies and without a name.

`Counting` wraps the WSGI application (`portal.wsgi`), so that it also sees pages that the cache answers. It
looks at each answer once, adds to a dictionary in memory, and leaves the rest to `store`. Counted is a GET
that was answered with a page marked public, asked for by a person's browser. Never counted: people who are
logged in, programs, pages fetched ahead, and whoever sends Do Not Track or Global Privacy Control.
"""

import datetime
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from amur.portal.languages.codes import is_language
from amur.portal.visitors.browsers import browser
from amur.portal.visitors.memory import DayMemory, mark, visitor

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]
Headers = list[tuple[str, str]]

PATH_CHARACTERS: Final = 300
MOST_ROWS: Final = 20_000  # in memory, between two writings: more than a small centre has pages and hours
MOST_HOSTS: Final = 300  # of a day: who sends made-up addresses must not fill the database
OTHER_HOSTS: Final = "…"
_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")

logger = logging.getLogger(__name__)


class Row(NamedTuple):
    """What one count is kept under."""

    day: datetime.date
    hour: int
    language: str
    path: str
    referrer: str
    device: str


class SearchRow(NamedTuple):
    """What one count of searches is kept under."""

    day: datetime.date
    language: str
    words: str


class Clock:
    """Day and hour of the site's zone; looks the zone up anew only when a quarter of an hour is over."""

    def __init__(self, zone: str, now: Callable[[], float] = time.time) -> None:
        self._zone, self._now = ZoneInfo(zone), now
        # Begin, end, and what is true between them: one value, so that no thread sees half of it.
        self._known = (0.0, 0.0, datetime.date.min, 0)

    def __call__(self) -> tuple[datetime.date, int]:
        now = self._now()
        begin, end, day, hour = self._known
        if begin <= now < end:
            return day, hour
        local = datetime.datetime.fromtimestamp(now, self._zone)
        begin = now - now % 900  # no zone is off by anything finer
        self._known = (begin, begin + 900, local.date(), local.hour)
        return local.date(), local.hour


class Counter:
    """Counts in memory until they are taken to be written. One for each process."""

    def __init__(self, memory: DayMemory, clock: Clock, proxies: int = 0) -> None:
        self._memory, self._clock, self._proxies = memory, clock, proxies
        self._lock = threading.Lock()
        self._pages: dict[Row, list[int]] = {}
        self._searches: dict[SearchRow, list[int]] = {}
        self._hosts: tuple[datetime.date, set[str]] = (datetime.date.min, set())

    def page(self, environ: dict[str, Any]) -> None:
        """Count a page that was answered; the caller knows that it is public."""
        if not is_counted(environ):
            return
        path = _path(environ)
        language = path[1:].partition("/")[0]
        if not is_language(language):
            return
        day, hour = self._clock()
        salt = self._memory.salt(day.toordinal())
        who = self._who(environ, salt)
        row = Row(day, hour, language, path, self._referrer(environ, day), browser(_agent(environ)).device)
        is_reader = self._memory.is_first(mark(salt, who, path))
        is_visit = self._memory.is_first(int.from_bytes(who[:8], "little") or 1)
        with self._lock:
            counts = self._pages.get(row)
            if counts is None:
                if len(self._pages) >= MOST_ROWS:
                    return
                counts = self._pages[row] = [0, 0, 0]
            counts[0] += 1
            counts[1] += is_reader
            counts[2] += is_visit

    def search(self, environ: dict[str, Any], language: str, words: str, *, found: bool) -> None:
        """Count the words once a day for each visitor. `words` are normalised and not empty."""
        if not is_counted(environ):
            return
        day, _hour = self._clock()
        salt = self._memory.salt(day.toordinal())
        if not self._memory.is_first(mark(salt, self._who(environ, salt), f"?{language} {words}")):
            return
        row = SearchRow(day, language, words)
        with self._lock:
            if row in self._searches or len(self._searches) < MOST_ROWS:
                counts = self._searches.setdefault(row, [0, 0])
                counts[0] += 1
                counts[1] += not found

    def take(self) -> tuple[dict[Row, list[int]], dict[SearchRow, list[int]]]:
        """All counts since the last time. Also ends a day that is over, with nobody asking for a page."""
        self._memory.salt(self._clock()[0].toordinal())
        with self._lock:
            taken = self._pages, self._searches
            self._pages, self._searches = {}, {}
        return taken

    def give_back(self, pages: dict[Row, list[int]], searches: dict[SearchRow, list[int]]) -> None:
        """Counts that could not be written wait for the next time."""
        with self._lock:
            for row, counts in pages.items():
                _add(self._pages, row, counts)
            for words, counts in searches.items():
                _add(self._searches, words, counts)

    def _who(self, environ: dict[str, Any], salt: bytes) -> bytes:
        family = browser(_agent(environ)).family
        return visitor(salt, environ.get("HTTP_HOST", ""), address_of(environ, self._proxies), family)

    def _referrer(self, environ: dict[str, Any], day: datetime.date) -> str:
        host = referrer_host(environ.get("HTTP_REFERER", ""), environ.get("HTTP_HOST", ""))
        if host:
            if self._hosts[0] != day:
                self._hosts = (day, set())
            hosts = self._hosts[1]
            if host not in hosts:
                if len(hosts) >= MOST_HOSTS:
                    return OTHER_HOSTS
                hosts.add(host)
        return host


class Counting:
    """A WSGI application that counts what another one answers."""

    def __init__(self, app: App, counter: Counter, counted: Callable[[], None]) -> None:
        """`counted` is called after each page that was counted (to start the writer, see `store`)."""
        self._app, self._counter, self._counted = app, counter, counted

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET":
            return self._app(environ, start_response)
        answer: list[Any] = []

        def started(status: str, headers: Headers, *more: Any) -> Any:
            answer[:] = status, headers
            return start_response(status, headers, *more)

        token = asked.set((self._counter, environ))
        try:
            body = self._app(environ, started)
        finally:
            asked.reset(token)
        try:
            if answer and is_public_page(answer[0], answer[1]):
                self._counter.page(environ)
                self._counted()
        except Exception:  # a page is never lost for the sake of a number
            logger.exception("a page view was not counted")
        return body


# The request now being answered, for what is counted inside it (searches).
asked: ContextVar[tuple[Counter, dict[str, Any]] | None] = ContextVar("visitors_asked", default=None)


def is_public_page(status: str, headers: Headers) -> bool:
    """Whether this is a page that is the same for everybody, or the word that it has not changed."""
    if not status.startswith(("200", "304")):
        return False
    is_page = is_public = False
    for name, value in headers:
        if name == "Content-Type":
            is_page = value.startswith("text/html")
        elif name == "Cache-Control":
            is_public = value.startswith("public")
    return is_page and is_public


def is_counted(environ: dict[str, Any]) -> bool:
    """Whether the request comes from a visitor who may be counted."""
    get = environ.get
    return not (
        get("HTTP_DNT") == "1"
        or get("HTTP_SEC_GPC") == "1"
        or not get("HTTP_ACCEPT_LANGUAGE")
        or "prefetch" in get("HTTP_SEC_PURPOSE", "")
        or "prefetch" in get("HTTP_PURPOSE", "")
        or get("HTTP_X_MOZ") == "prefetch"
        or get("HTTP_SEC_FETCH_DEST", "document") != "document"
        # Only those who log in have a session; `session` is also the end of "__Host-session".
        or "session=" in get("HTTP_COOKIE", "")
        or browser(_agent(environ)).is_bot
    )


def address_of(environ: dict[str, Any], proxies: int) -> str:
    """The visitor's address: the connection's, or what the trusted proxies in front noted last.

    >>> asked = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 192.0.2.1"}
    >>> address_of(asked, 0), address_of(asked, 1)
    ('127.0.0.1', '192.0.2.1')
    """
    direct: str = environ.get("REMOTE_ADDR", "")
    if not proxies:
        return direct
    noted = [one.strip() for one in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return noted[-proxies] if len(noted) >= proxies and noted[-proxies] else direct


def referrer_host(referrer: str, own: str) -> str:
    """The other site that a link was on; empty for this site, for none, and for what is no host name.

    >>> referrer_host("https://www.Example.org/secret?q=1", "amur.example"), referrer_host("x", "y")
    ('example.org', '')
    """
    if not referrer.startswith(("https://", "http://")):
        return ""
    place = referrer.partition("://")[2].partition("/")[0].partition("?")[0].lower()
    if place == own.lower():
        return ""
    host = place.rpartition("@")[2].partition(":")[0].removeprefix("www.")
    return host if len(host) <= 100 and _HOST.fullmatch(host) else ""


def _agent(environ: dict[str, Any]) -> str:
    agent: str = environ.get("HTTP_USER_AGENT", "")
    return agent


def _path(environ: dict[str, Any]) -> str:
    """The path as text: WSGI hands the bytes over as Latin-1."""
    path: str = environ["PATH_INFO"]
    if not path.isascii():
        path = path.encode("latin-1", "replace").decode("utf-8", "replace")
    return path[:PATH_CHARACTERS]


def _add(table: dict[Any, list[int]], row: Any, counts: list[int]) -> None:
    there = table.get(row)
    if there is not None:
        there[:] = [a + b for a, b in zip(there, counts, strict=True)]
    elif len(table) < MOST_ROWS:
        table[row] = counts
