"""How an old address is written and compared. Called by model, look-up and import."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext as _

_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


def split(pattern: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """The path and the parts of the query.

    >>> path, query = split("/docs/detail.php?ID=11404&lang=en")
    >>> path, sorted(query)
    ('/docs/detail.php', [('ID', '11404'), ('lang', 'en')])
    """
    path, _mark, query = pattern.partition("?")
    return path, frozenset(parse_qsl(query, keep_blank_values=True))


def bare(path: str) -> str:
    """A path as it is compared: decoded, without the slash at its end.

    >>> bare("/about/news/"), bare("/")
    ('/about/news', '/')
    """
    return unquote(path).rstrip("/") or "/"


def normal(pattern: str) -> tuple[str, bool]:
    """The path that a pattern is looked up by, and whether more may follow it.

    >>> normal("/about/news/*"), normal("/a/detail.php?ID=1")
    (('/about/news', True), ('/a/detail.php', False))
    """
    path, _query = split(pattern)
    return bare(path.removesuffix("*")), path.endswith("*")


def problem_of_pattern(pattern: str) -> str:
    """What is wrong with an old address; empty when nothing is."""
    path, query = split(pattern)
    if not path.startswith("/") or path.startswith("//") or _CONTROL.search(pattern):
        return _("An old address begins with one slash and has no spaces, such as /en/about/news/")
    if "*" in path[:-1] or (path.endswith("*") and (query or not path.endswith("/*"))):
        return _("The asterisk stands alone after the last slash, such as /about/news/*")
    if normal(pattern) == ("/", True) or path.startswith(("/admin", "/api/", "/static/")):
        return _("This would take over addresses of this very site.")
    return ""


def problem_of_target(target: str) -> str:
    """What is wrong with a new address; empty when nothing is."""
    if not target:
        return ""
    parts = urlsplit(target)
    local = target.startswith("/") and not target.startswith("//")
    if _CONTROL.search(target) or not (local or (parts.scheme == "https" and parts.netloc)):
        return _("Write a path of this site such as /en/news/, or an address with https://")
    return ""
