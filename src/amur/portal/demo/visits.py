"""Made-up visits of the last months, so that the report of the demonstration has something to show."""

import datetime
import random

from amur.portal.languages.codes import LANGUAGES
from amur.portal.visitors.actions import local_today
from amur.portal.visitors.counting import Row, SearchRow
from amur.portal.visitors.models import PageCount
from amur.portal.visitors.store import save
from amur.portal.website.models import CentrePage

DAYS = 80
SHARES = {"en": 0.2, "ru": 0.4, "zh-hans": 0.25, "mn": 0.15}
LISTS = ("", "areas/", "species/", "facts/", "news/", "library/", "timeline/", "offices/")
REFERRERS = ("", "", "", "", "search.example", "search.example", "nature.example", "school.example")
DEVICES = ("phone", "phone", "phone", "computer", "computer", "tablet")
HOURS = (8, 9, 10, 11, 14, 15, 19, 20, 20, 21, 21, 22)
SEARCHES = {
    "en": (("leopard", 0), ("crane counts", 0), ("visa to the border zone", 1)),
    "ru": (("тигр", 0), ("заповедник", 0), ("карта пожаров", 1), ("вакансии", 1)),
    "zh-hans": (("东北虎", 0), ("湿地", 0), ("门票", 1)),
    "mn": (("бар", 0), ("тогоруу", 0), ("хамгаалагчийн ажил", 1)),
}


def load_visits() -> None:
    """Add the visits when there are none; the same ones each time, counted back from yesterday."""
    if PageCount.objects.exists():
        return
    draw = random.Random(14)  # noqa: S311  # an example, no secret
    today = local_today()
    written: dict[str, list[str]] = {code: [f"/{code}/{path}" for path in LISTS] for code in LANGUAGES}
    for code, path in CentrePage.objects.filter(live=True).values_list("locale__language_code", "url_path"):
        written[code].append(f"/{code}/{path.split('/', 2)[2]}")
    pages: dict[Row, list[int]] = {}
    searches: dict[SearchRow, list[int]] = {}
    for ago in range(DAYS, 0, -1):
        day = today - datetime.timedelta(days=ago)
        busy = 26 * (0.6 if day.weekday() >= 5 else 1.0) * (1 + 0.5 * (DAYS - ago) / DAYS)
        for code in LANGUAGES:
            paths = list(dict.fromkeys(written[code]))
            for _ in range(round(busy * SHARES[code])):
                # The first pages of the list are read most.
                path = paths[int(draw.paretovariate(0.9)) % len(paths) - 1]
                row = Row(day, draw.choice(HOURS), code, path, draw.choice(REFERRERS), draw.choice(DEVICES))
                readers = draw.randrange(1, 8)
                counts = pages.setdefault(row, [0, 0, 0])
                counts[0] += readers + draw.randrange(4)
                counts[1] += readers
                counts[2] += readers - readers // 3
            for words, in_vain in SEARCHES[code]:
                times = draw.randrange(3)
                if times:
                    searches[SearchRow(day, code, words)] = [times, times * in_vain]
    save(pages, searches)
