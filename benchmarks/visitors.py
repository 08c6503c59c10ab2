"""What counting a visit costs on a page from the page cache: before and after, in turns, in one run.

The same page cache answers the same page in one process, once by itself and once behind the counter, with
the headers of a real browser and ten thousand visitors in turn; CPU time of the process, so that nothing
else on the machine counts. The counts are taken away every 5,000 pages, as the writer does every few
seconds; writing them is measured apart.

    .venv/bin/python benchmarks/visitors.py
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

ROUNDS, PAGES, VISITORS = 7, 50_000, 10_000
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "public, max-age=0, must-revalidate"),
    ("ETag", '"0123456789abcdef01234567"'),
    ("Content-Language", "ru"),
    ("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Content-Length", "24000"),
]
BROWSERS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
)


def page(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    start("200 OK", HEADERS)
    return [b"x" * 24_000]


def requests() -> list[dict[str, Any]]:
    """One request of each visitor, over forty pages."""
    return [
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": f"/ru/news/{at % 40}/",
            "QUERY_STRING": "",
            "wsgi.url_scheme": "https",
            "HTTP_HOST": "amur.example",
            "REMOTE_ADDR": f"10.{at >> 8 & 255}.{at & 255}.7",
            "HTTP_USER_AGENT": BROWSERS[at % 3],
            "HTTP_ACCEPT_LANGUAGE": "ru-RU,ru;q=0.9",
            "HTTP_REFERER": "https://search.example/" if at % 4 == 0 else "",
        }
        for at in range(VISITORS)
    ]


def measured(app: Any, asked: list[dict[str, Any]], take: Any = None) -> float:
    """CPU milliseconds of one page."""
    begun = time.process_time()
    for at in range(PAGES):
        app(asked[at % VISITORS], lambda *answer: None)
        if take and at % 5_000 == 4_999:
            take()
    return (time.process_time() - begun) / PAGES * 1000


def main() -> None:
    data = Path(tempfile.mkdtemp(prefix="amur-visitors-"))
    os.environ |= {"AMUR_DATA": str(data), "DJANGO_SETTINGS_MODULE": "amur.portal.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    from amur.portal.pagecache import PageCache
    from amur.portal.visitors.counting import Clock, Counter, Counting
    from amur.portal.visitors.memory import DayMemory
    from amur.portal.visitors.store import save

    counter = Counter(DayMemory(), Clock("Asia/Vladivostok"))
    plain = PageCache(page, lambda: 1)
    counting = Counting(PageCache(page, lambda: 1), counter, lambda: None)
    asked = requests()
    before, after = [], []
    for _ in range(ROUNDS):
        before.append(measured(plain, asked))
        after.append(measured(counting, asked, counter.take))
    for name, values in (("without counting", before), ("with counting", after)):
        print(f"{name:>18}: {min(values):.4f} / {statistics.median(values):.4f} / {max(values):.4f} CPU-ms")
    alone = statistics.median(after) - statistics.median(before)
    print(f"{'counting alone':>18}: {alone:.4f} CPU-ms (goal 0.05)")

    call_command("migrate", "visitors", verbosity=0)
    for at in range(5_000):
        counting(asked[at], lambda *answer: None)
    pages, searches = counter.take()
    begun = time.process_time()
    save(pages, searches)
    spent = (time.process_time() - begun) * 1000
    print(f"{'writing':>18}: {spent:.1f} CPU-ms for 5,000 pages in {len(pages)} rows")


if __name__ == "__main__":
    main()
