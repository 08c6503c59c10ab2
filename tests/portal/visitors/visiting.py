"""A small site with a counter in front, and visitors that ask it. Used by the tests of this folder."""

import datetime
from typing import Any

from amur.portal.visitors.counting import Clock, Counter, Counting
from amur.portal.visitors.memory import DayMemory

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
PUBLIC = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "public, max-age=0")]
NOON = datetime.datetime(2026, 11, 20, 2, 0, tzinfo=datetime.UTC)  # in Vladivostok


class Site:
    """Answers every address; `counter` counts. `now` may be moved."""

    def __init__(self, memory: DayMemory | None = None, proxies: int = 0) -> None:
        self.now = NOON
        self.memory = memory or DayMemory(slots=1 << 10)
        self.counter = Counter(
            self.memory, Clock("Asia/Vladivostok", lambda: self.now.timestamp()), proxies=proxies
        )
        self.status, self.headers = "200 OK", PUBLIC
        self.called = 0
        self.app = Counting(self._answer, self.counter, self._counted)

    def _answer(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        start(self.status, self.headers)
        return [b"page"]

    def _counted(self) -> None:
        self.called += 1

    def visit(self, path: str = "/en/", *, method: str = "GET", **environ: str) -> None:
        """One request; without more it is a person's, with Firefox, at 192.0.2.1."""
        asked = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "q=secret",
            "REMOTE_ADDR": "192.0.2.1",
            "HTTP_HOST": "amur.example",
            "HTTP_USER_AGENT": FIREFOX,
            "HTTP_ACCEPT_LANGUAGE": "en",
        }
        assert self.app(asked | environ, lambda *answer: None) == [b"page"]

    def counted(self) -> list[tuple[Any, ...]]:
        """(path, language, referrer, device, views, readers, visits) of everything since the last time."""
        pages, _searches = self.counter.take()
        return sorted(
            (row.path, row.language, row.referrer, row.device, *counts) for row, counts in pages.items()
        )

    def views(self) -> int:
        return sum(row[4] for row in self.counted())
