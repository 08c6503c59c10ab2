"""The page cache gives finished public pages to visitors without a cookie, and only those."""

from collections.abc import Iterable
from typing import Any

from amur.portal.pagecache import KEEP_S, LOOK_EVERY_S, PageCache

PUBLIC = [("Content-Type", "text/html"), ("Cache-Control", "public, max-age=60"), ("ETag", '"a"')]


class Site:
    """A small application that counts how often it is asked."""

    def __init__(self, headers: list[tuple[str, str]] = PUBLIC, status: str = "200 OK") -> None:
        self.headers, self.status, self.asked, self.generation, self.now = headers, status, 0, 1, 0.0
        self.cache = PageCache(self.answer, generation=lambda: self.generation, clock=lambda: self.now)

    def answer(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        self.asked += 1
        start(self.status, self.headers)
        return [b"page %d" % self.asked]

    def get(self, path: str = "/en/", method: str = "GET", **environ: str) -> tuple[str, bytes]:
        status: list[str] = []
        asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.url_scheme": "http", "HTTP_HOST": "a"}
        body = b"".join(self.cache(asked | environ, lambda one, headers, *more: status.append(one)))
        return status[0], body


def test_a_public_page_is_made_once() -> None:
    site = Site()
    assert site.get() == site.get() == ("200 OK", b"page 1")


def test_another_path_query_host_or_scheme_is_another_page() -> None:
    site = Site()
    site.get()
    for other in (
        {"QUERY_STRING": "q=1"},
        {"HTTP_HOST": "b"},
        {"wsgi.url_scheme": "https"},
        {"path": "/ru/"},
    ):
        before = site.asked
        site.get(**other)
        assert site.asked == before + 1


def test_somebody_with_a_cookie_always_reaches_the_site() -> None:
    site = Site()
    site.get()
    assert site.get(HTTP_COOKIE="session=x") == ("200 OK", b"page 2")


def test_a_change_of_what_is_released_empties_the_cache_within_a_second() -> None:
    site = Site()
    site.get()
    site.generation = 2
    site.now = LOOK_EVERY_S + 0.1
    assert site.get() == ("200 OK", b"page 2")


def test_a_page_made_from_old_data_while_it_changed_is_not_kept() -> None:
    site = Site()
    answer = site.answer

    def slow(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        site.generation = 2
        site.now += LOOK_EVERY_S + 0.1
        site.cache._look(site.now)
        return answer(environ, start)

    site.cache._app = slow
    site.get()
    site.cache._app = answer
    assert site.get() == ("200 OK", b"page 2")


def test_a_page_grows_old() -> None:
    site = Site()
    site.get()
    site.now = KEEP_S + 1
    assert site.get()[1] == b"page 2"


def test_private_pages_errors_and_pages_that_set_a_cookie_are_never_kept() -> None:
    private = [("Cache-Control", "private, no-store")]
    for site in (
        Site(private),
        Site([]),
        Site([*PUBLIC, ("Set-Cookie", "a=b")]),
        Site([*PUBLIC, ("Vary", "Cookie")]),
        Site([*PUBLIC, ("Vary", "Accept-Encoding")]),
        Site(PUBLIC, "404 Not Found"),
        Site(PUBLIC, "302 Found"),
    ):
        site.get()
        assert site.get()[1] == b"page 2"


def test_other_methods_pass_through() -> None:
    site = Site()
    site.get()
    assert site.get(method="POST")[1] == b"page 2"


def test_a_reader_who_has_the_page_is_told_so() -> None:
    site = Site()
    site.get()
    assert site.get(HTTP_IF_NONE_MATCH='"a"') == ("304 Not Modified", b"")
