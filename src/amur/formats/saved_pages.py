"""Pages of an older site saved as HTML: address, title, date, cleaned body, pictures, attachments.

Nothing is asked from the network. `read_folder` gives all pages or raises one error that lists what is wrong
with which file. The body is cleaned by an allow-list of elements (nh3, the Rust library ammonia).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import nh3
from bs4 import BeautifulSoup, Tag

from amur.formats.errors import FormatError, FormatErrors, Wording

SUFFIXES: Final = (".html", ".htm", ".php")
MOST_BYTES: Final = 5_000_000
ALLOWED: Final = {"p", "b", "strong", "i", "em", "ul", "ol", "li", "a", "h3", "br"}
ATTACHMENTS: Final = (".pdf",)
BODIES: Final = ("article", "[itemprop=articleBody]", ".news-detail", "main", "#content", ".content", "body")
LEFT_OUT: Final = "script, style, nav, header, footer, form, noscript, iframe, aside, h1, time"
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)")
_MONTHS: Final = {
    word: number
    for words in (
        "january february march april may june july august september october november december",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    )
    for number, word in enumerate(words.split(), start=1)
}
_DATES: Final = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日"),
    re.compile(r"(?P<y>\d{4}) оны (?P<m>\d{1,2})\D{1,20}(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})\s+(?P<m>[A-Za-zА-Яа-я]+)\s+(?P<y>\d{4})"),
)
PROBLEMS: Final = {
    "empty": Wording("There is no page in the folder.", "Give a folder with saved .html files."),
    "size": Wording("The file has {size} bytes.", "A page has at most 5,000,000 bytes."),
    "letters": Wording("The letters of the file cannot be read.", "Save the page in UTF-8."),
    "address": Wording(
        "The page does not tell its address.",
        "It needs <link rel=canonical>, og:url or the browser's “saved from url” mark.",
    ),
    "twice": Wording("The address {address} is in {other} already.", "Keep one file for each address."),
    "title": Wording("The page has no title.", "It needs an <h1> or a <title>."),
    "body": Wording("The page has no text.", "It needs text in <article>, <main> or <body>."),
    "outside": Wording("The file {name} lies outside the folder.", "Files of a page lie in its folder."),
}


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A picture or an attachment that lies in the folder, with the words that stood for it."""

    path: Path
    words: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One page. `parts` alternates between cleaned HTML and files, in the order of the page."""

    file: str
    address: str
    title: str
    date: date | None
    summary: str
    parts: tuple[str | SavedFile, ...]
    digest: str
    missing: tuple[str, ...] = field(default=())


def read_folder(folder: Path) -> list[SavedPage]:
    """All pages of a folder and of the folders in it, by file name. Raises FormatErrors, FormatError."""
    root = folder.resolve()
    files = sorted(one for one in root.rglob("*") if one.suffix.lower() in SUFFIXES and one.is_file())
    if not files:
        raise FormatError("empty", PROBLEMS["empty"], file=str(folder))
    problems: list[FormatError] = []
    pages: list[SavedPage] = []
    seen: dict[str, str] = {}
    for path in files:
        name = str(path.relative_to(root))
        try:
            page = read_page(path, root)
            if page.address in seen:
                raise _problem("twice", name, address=page.address, other=seen[page.address])
        except FormatError as problem:
            problems.append(problem)
            continue
        seen[page.address] = name
        pages.append(page)
    if problems:
        raise FormatErrors(problems, len(problems))
    return pages


def _problem(code: str, file: str, **params: object) -> FormatError:
    return FormatError(code, PROBLEMS[code], params, file=file)


def read_page(path: Path, root: Path) -> SavedPage:
    """One saved page; its files must lie below `root`. Raises FormatError."""
    name, data = str(path.relative_to(root)), path.read_bytes()
    if len(data) > MOST_BYTES:
        raise _problem("size", name, size=len(data))
    soup = BeautifulSoup(data, "html.parser")
    if soup.original_encoding is None or "\ufffd" in soup.text:
        raise _problem("letters", name)
    address = address_of(soup, data)
    if not address:
        raise _problem("address", name)
    title = _title(soup)
    if not title:
        raise _problem("title", name)
    found = _date(soup)
    body = next((one for rule in BODIES if (one := soup.select_one(rule)) is not None), None)
    if body is None:
        raise _problem("body", name)
    for one in body.select(LEFT_OUT):
        one.decompose()
    missing: list[str] = []
    parts = tuple(_parts(body, path, root, name, address, missing))
    summary = _summary(soup, parts)
    if not parts:
        raise _problem("body", name)
    digest = _digest(title, found, parts)
    return SavedPage(name, address, title, found, summary, parts, digest, tuple(missing))


def address_of(soup: BeautifulSoup, data: bytes) -> str:
    """The address that a saved page tells of itself, without its fragment; empty when it tells none."""
    link = soup.select_one('link[rel="canonical"][href]')
    meta = soup.select_one('meta[property="og:url"][content]')
    saved = _SAVED_FROM.search(data[:2000].decode("utf-8", "replace"))
    found = (link and link["href"]) or (meta and meta["content"]) or (saved and saved[1]) or ""
    address = str(found).partition("#")[0]
    return address if urlsplit(address).scheme in {"http", "https"} and urlsplit(address).netloc else ""


def _title(soup: BeautifulSoup) -> str:
    for rule in ("h1", "title"):
        one = soup.select_one(rule)
        if one is not None and (text := " ".join(one.get_text(" ").split())):
            return text[:250]
    return ""


def _date(soup: BeautifulSoup) -> date | None:
    """The date that a page shows; None when it shows none that is a day."""
    meta = soup.select_one('meta[property="article:published_time"][content]')
    texts = [str(meta["content"])] if meta else []
    texts += [str(one.get("datetime") or one.get_text(" ")) for one in soup.select("time, [class*=date]")]
    return next((found for text in texts if (found := day_in(text)) is not None), None)


def day_in(text: str) -> date | None:
    """The first day that a text names in one of the four languages.

    >>> day_in("24 october 2018"), day_in("2019年7月27日")
    (datetime.date(2018, 10, 24), datetime.date(2019, 7, 27))
    """
    for pattern in _DATES:
        match = pattern.search(text)
        if match is None:
            continue
        word = match["m"].lower()
        month = int(word) if word.isdigit() else _MONTHS.get(word, 0)
        try:
            return date(int(match["y"]), month, int(match["d"]))
        except ValueError:
            continue
    return None


def _parts(
    body: Tag, path: Path, root: Path, name: str, address: str, missing: list[str]
) -> Iterator[str | SavedFile]:
    """Replaces each file by a mark, cleans the whole, and cuts at the marks."""
    files: list[SavedFile] = []
    for one in body.select("img[src], a[href]"):
        is_picture = one.name == "img"
        link = str(one["src" if is_picture else "href"])
        wanted = is_picture or urlsplit(link).path.lower().endswith(ATTACHMENTS)
        found = _local(link, path, root, name) if wanted else None
        if found is None:
            if wanted:
                missing.append(link)
            if not is_picture:
                one["href"] = urljoin(address, link)
            continue
        words = str(one.get("alt") or "") if is_picture else one.get_text(" ")
        files.append(SavedFile(found, " ".join(words.split()), is_picture))
        one.replace_with(f"\ue000{len(files) - 1}\ue001")
    clean = cleaned(str(body))
    for at, piece in enumerate(re.split("\ue000(\\d+)\ue001", clean)):
        if at % 2:
            yield files[int(piece)]
        elif text := _closed(piece):
            yield text


def cleaned(html: str) -> str:
    """Only the allowed elements, links with http, https or mailto; headings become third-level ones.

    >>> cleaned('<div onclick="x()"><h2>Nests</h2><p>Two<script>alert(1)</script></p></div>')
    '<h3>Nests</h3><p>Two</p>'
    """
    html = re.sub(r"<(/?)h[24-6]\b[^>]*>", r"<\1h3>", html)
    return nh3.clean(
        html,
        tags=ALLOWED,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    )


def _closed(piece: str) -> str:
    """A piece of cleaned HTML with its elements closed; empty when it holds no word."""
    if not re.sub(r"<[^>]+>|\s|&nbsp;", "", piece):
        return ""
    text = str(nh3.clean(piece, tags=ALLOWED, attributes={"a": {"href"}}, link_rel=None)).strip()
    return text if text.startswith(("<p", "<ul", "<ol", "<h3")) else f"<p>{text}</p>"


def _local(link: str, path: Path, root: Path, name: str) -> Path | None:
    """The file that a page's link means; None when it is not in the folder."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    relative = unquote(parts.path)
    found = (root / relative.lstrip("/") if relative.startswith("/") else path.parent / relative).resolve()
    if not found.is_relative_to(root):
        raise _problem("outside", name, name=link)
    return found if found.is_file() else None


def _summary(soup: BeautifulSoup, parts: tuple[str | SavedFile, ...]) -> str:
    meta = soup.select_one('meta[name="description"][content]')
    first = next((one for one in parts if isinstance(one, str)), "")
    text = str(meta["content"]) if meta else BeautifulSoup(first, "html.parser").get_text(" ")
    words = " ".join(text.split())
    return words if len(words) <= 300 else words[:300].rsplit(" ", 1)[0] + " …"


def _digest(title: str, found: date | None, parts: tuple[str | SavedFile, ...]) -> str:
    digest = hashlib.sha256(f"{title}\n{found}\n".encode())
    for one in parts:
        digest.update(one.path.read_bytes() if isinstance(one, SavedFile) else one.encode())
    return digest.hexdigest()
