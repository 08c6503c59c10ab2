"""Walks every address that one person can reach and reports each trace of a canary. Called by `test_canaries`.

Addresses come from the URL resolver (every named pattern with every identifier that the database has, hidden
ones too) and from what the answers themselves refer to.
"""

import json
import re
import uuid
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from canary_decoders import decode
from canary_finder import MARKER, Canaries, Trace
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from amur.portal.languages.codes import LANGUAGES

HOST = "http://testserver"
MOST = 4_000  # addresses that answers lead to, beyond the seeds; more are a loop, not a site
QUERIES = 8  # different questions to one path
_REFERENCES = re.compile(
    r"""(?<![\w-])(?:href|src|action|poster|formaction|data-[\w-]*(?:url|href|src|run))\s*=\s*["']([^"']*)["']""",
    re.I,
)
_QUOTED = re.compile(r'"((?:/|http://testserver/)[^"\\\s<>]*)"')
_LOCATIONS = re.compile(r"<loc>([^<]+)</loc>")
# Leaving, or content that is part of the program and the same on every site.
_LEFT_OUT = re.compile(r"^/(?:static/|admin/logout/|admin/sprite/|admin/jsi18n/|tiles/basemap/)")
_INSIDE = re.compile(
    r"^/(?:admin/|api/v1/areas/[0-9a-f-]{36}/record$|[\w-]+/office/|[\w-]+/areas/import/|[\w-]+/account/"
    r"|[\w-]+/(?:connectivity|population|cameras|cards|review|identity|animals|surveys|matching|patrols)/)"
)


@dataclass(frozen=True)
class Finding:
    """A trace at an address."""

    role: str
    method: str
    address: str
    status: int
    trace: Trace

    def __str__(self) -> str:
        return f"{self.role} {self.method} {self.address} ({self.status}): {self.trace.canary}: {self.trace.found}"


@dataclass
class Crawler:
    """One person's walk. `statuses` counts the answers, `views` how often each named view answered 200.
    `broken` are the addresses that met an error of the program.

    `clean` holds answers that have been looked through: most of those for what is not there are the same.
    Pages in other than its `languages` are not asked for.
    """

    role: str
    client: Client
    canaries: Canaries
    findings: list[Finding] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    views: Counter[str] = field(default_factory=Counter)
    pages: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    clean: set[tuple[int, str, bool]] = field(default_factory=set)
    languages: Collection[str] = LANGUAGES

    def __post_init__(self) -> None:
        self.client.raise_request_exception = False  # an error page is looked through as well

    def walk(self, seeds: Iterable[str]) -> None:
        """Ask for every seed and for everything that the answers refer to."""
        queue: deque[str] = deque(dict.fromkeys(seed for seed in seeds if self.reads(seed)))
        asked, questions = set(queue), Counter[str]()
        end = len(queue) + MOST
        while queue:
            assert len(asked) < end, "the site has no end"
            address = queue.popleft()
            response = self.ask(address)
            for reference in references(address, response):
                path = reference.split("?", 1)[0]
                if (
                    "next=" in reference
                    or not self.reads(reference)
                    or reference in asked
                    or _LEFT_OUT.match(reference)
                    or questions[path] >= QUERIES
                ):
                    continue
                if path.startswith("/admin/") and "?" in reference and questions[path] >= 2:
                    continue
                questions[path] += "?" in reference
                asked.add(reference)
                queue.append(reference)

    def reads(self, address: str) -> bool:
        """Whether it is in a language of theirs, or in none."""
        first = address.split("/", 2)[1].partition("?")[0]
        return first in self.languages or first not in LANGUAGES

    def ask(self, address: str, method: str = "get", **extra: Any) -> Any:
        """One request; its traces are noted."""
        self.client.cookies.pop("messages", None)  # else those of all refusals are carried along
        response = getattr(self.client, method)(address, **extra)
        self.look(address, method, response)
        if method == "get":
            self.pages[address] = response
            self.statuses[response.status_code] += 1
            match = response.wsgi_request.resolver_match
            if response.status_code == 200 and match:
                self.views[match.view_name] += 1
        return response

    def look(self, address: str, method: str, response: Any) -> None:
        """Note every trace in status line, headers and body."""
        if (
            response.status_code >= 500 and "failwhale" not in address
        ):  # the editing pages' own test of errors
            self.broken.append(f"{self.role} {method} {address}: {response.status_code}")
        body = response.getvalue() if response.streaming else response.content
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        inside = bool(_INSIDE.match(address))
        answer = (hash(body), headers, inside)
        if answer in self.clean and ".pbf" not in address:  # where a tile lies is in its address
            return
        content = decode(body, address)
        content.texts += [headers, unquote(headers), str(response.cookies)]
        for trace in self.canaries.traces(content, self.role, inside=inside, known=unquote(address)):
            self.findings.append(Finding(self.role, method, address, response.status_code, trace))
        if MARKER not in address:  # what somebody asked for may be repeated to them only
            self.clean.add(answer)

    def knock(self, address: str) -> None:
        """The other verbs, with nothing and with nonsense; whatever they change is taken back."""
        for method, extra in (
            ("head", {}),
            ("options", {}),
            ("post", {}),
            ("post", {"data": {"q": "x", "names-en": "\x00", "key": "é" * 300}}),
            ("put", {"data": "{", "content_type": "application/json"}),
            ("patch", {"data": json.dumps({"area_ha": "many"}), "content_type": "application/json"}),
            ("delete", {}),
        ):
            with transaction.atomic():
                self.ask(address, method, **extra)
                transaction.set_rollback(True)


def references(address: str, response: Any) -> Iterator[str]:
    """The addresses of this site that an answer names."""
    if location := response.headers.get("Location"):
        yield from _own(address, location)
    if response.streaming or not response.content or response.headers.get("Content-Encoding"):
        return
    kind = response.headers.get("Content-Type", "")
    if not any(word in kind for word in ("html", "json", "xml", "plain")):
        return
    text = re.sub("&quot;|&#34;|&#x27;", '"', response.content.decode("utf-8", "replace")).replace(
        "&amp;", "&"
    )
    for pattern in (_REFERENCES, _QUOTED, _LOCATIONS):
        for found in dict.fromkeys(pattern.findall(text)):
            yield from _own(address, found)


def _own(base: str, reference: str) -> Iterator[str]:
    if reference.startswith(("#", "mailto:", "data:", "javascript:", "blob:")) or "{" in reference:
        return
    parts = urlsplit(urljoin(HOST + base, reference.strip()))
    if parts.netloc == urlsplit(HOST).netloc:
        yield parts.path + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True)
class Pattern:
    """One address pattern: its full name, its text with `<converter:name>`, and the language it stands in."""

    name: str
    route: str


def patterns() -> list[Pattern]:
    """Every pattern of the site, with the languages' prefix written as `<language>`."""
    return list(_below(get_resolver(), "/", ""))


def _below(resolver: URLResolver, prefix: str, space: str) -> Iterator[Pattern]:
    for one in resolver.url_patterns:
        part = str(one.pattern)
        if "LocalePrefix" in type(one.pattern).__name__:
            part = "<language>/"
        if isinstance(one, URLPattern):
            yield Pattern(f"{space}{one.name}", prefix + part)
        else:
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _below(one, prefix + part, inner)


_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def filled(pattern: Pattern, values: Mapping[str, Iterable[object]]) -> Iterator[str]:
    """The pattern's addresses: each argument in turn takes every value, the others their first one.

    `values` are looked up as `view name/argument`, then `argument`; an unknown argument gets nonsense.
    """
    route = _GROUP.sub(lambda group: f"<{group[1]}>", pattern.route).replace("^", "").replace("\\", "")
    route = re.sub(r"\$$|\.\*/\$$", "", route)
    names = _ARGUMENT.findall(route)
    choices = {name: [*(values.get(f"{pattern.name}/{name}") or values.get(name) or ["1"])] for name in names}
    first = {name: found[0] for name, found in choices.items()}
    made = {tuple(first.items()): None}
    for name in names:
        for other in choices[name]:
            made[tuple({**first, name: other}.items())] = None
    if "language" in names and len(names) > 1:  # every identifier in every language
        made = {
            tuple({**dict(one), "language": code}.items()): None
            for one in made
            for code in choices["language"]
        }
    for one in made:
        yield _ARGUMENT.sub(lambda argument, one=dict(one): quote(str(one[argument[1]])), route)


def unknown_uuid() -> str:
    """An identifier that no record has."""
    return str(uuid.uuid4())
