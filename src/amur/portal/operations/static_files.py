"""Static files in front of Django: hashed names for ever, packed where the browser can unpack.

Only what was gathered when the server started is served, found by its exact name, so no address can reach
any other file. A web server in front may serve the same folder itself.
"""

import hashlib
import mimetypes
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any, Final

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]

_HASHED: Final = re.compile(r"\.[0-9a-f]{12}\.[^./]+$")
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TO_BE_ASKED: Final = "public, max-age=300"
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class _File:
    path: Path
    packed: Path | None
    etag: str
    headers: tuple[tuple[str, str], ...]


class StaticFiles:
    """A WSGI application that answers addresses below `prefix` from a folder and passes on all others."""

    def __init__(self, app: App, root: Path, prefix: str = "/static/") -> None:
        self._app = app
        self._prefix = prefix
        self._files = {prefix + path.relative_to(root).as_posix(): _known(path) for path in _served(root)}

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(self._prefix):
            return self._app(environ, start_response)
        method = environ["REQUEST_METHOD"]
        file = self._files.get(path)
        if method not in {"GET", "HEAD"}:
            return _short(start_response, "405 Method Not Allowed", ("Allow", "GET, HEAD"))
        if file is None:
            return _short(start_response, "404 Not Found", ("Cache-Control", "no-store"))
        packed = file.packed if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else None
        tag = f'"{file.etag}-gzip"' if packed else f'"{file.etag}"'
        headers = [*file.headers, ("ETag", tag)]
        if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", headers)
            return [b""]
        body = (packed or file.path).read_bytes()
        headers.append(("Content-Length", str(len(body))))
        if packed:
            headers.append(("Content-Encoding", "gzip"))
        start_response("200 OK", headers)
        return [body] if method == "GET" else [b""]


def _served(root: Path) -> Iterable[Path]:
    return (path for path in root.rglob("*") if path.is_file() and path.suffix not in {".gz", ".new"})


def _known(path: Path) -> _File:
    packed = Path(f"{path}.gz")
    state = path.stat()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = [
        ("Content-Type", kind),
        ("Cache-Control", _FOR_EVER if _HASHED.search(path.name) else _TO_BE_ASKED),
        ("Last-Modified", formatdate(state.st_mtime, usegmt=True)),
        ("X-Content-Type-Options", "nosniff"),
    ]
    has_packed = packed.exists()
    if has_packed:
        headers.append(("Vary", "Accept-Encoding"))
    etag = hashlib.sha256(f"{path.name} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:20]
    return _File(path, packed if has_packed else None, etag, tuple(headers))


def _short(start_response: Start, status: str, header: tuple[str, str]) -> Iterable[bytes]:
    body = status.encode()
    start_response(
        status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), header]
    )
    return [body]
