"""Search: recall of ours beside Wagtail's built-in backend on the same texts, and CPU time on 10,000 items.

Both get every document of the demonstration and the queries of tests/portal/search/queries_held_apart.json;
recall@10 is the share of the wanted items among the first ten. Then ours gets 10,000 synthetic items more,
2,500 in each language, each of 120 words drawn from one document of the demonstration, and answers the same
queries again; the figure is CPU time (median of five rounds for each query): of the search alone, and of the
whole page behind granian, from /proc as in `pages.py`. What changes with each publication (names,
vocabulary) is in memory, as it is between two publications.

    .venv/bin/python benchmarks/search.py
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pages import ask, cpu_s, served

ROOT = Path(__file__).resolve().parents[1]
QUERIES = ROOT / "tests" / "portal" / "search" / "queries_held_apart.json"
LANGUAGES = ("en", "ru", "zh-hans", "mn")
ITEMS = 10_000
WORDS = 120
ROUNDS = 5
REQUESTS = 20  # of a query in a round behind the server: /proc counts hundredths of a second
FIRST = 10


def queries() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(QUERIES.read_text(encoding="utf-8"))
    return rows


def recall(find: Callable[[dict[str, Any]], list[str]], identity: dict[str, str]) -> None:
    """Prints recall@10 by language."""
    for language in LANGUAGES:
        shares = []
        for row in queries():
            if row["language"] == language:
                first, wanted = find(row)[:FIRST], [identity[one] for one in row["expected"]]
                shares.append(sum(one in first for one in wanted) / len(wanted))
        print(f"    {language:8} {statistics.mean(shares):.2f}  ({len(shares)} queries)", flush=True)


def ours(exchange: Path) -> None:
    """Recall, the documents for the other side, and CPU time with many more items."""
    import django

    django.setup()
    from amur.portal.release.models import Released
    from amur.portal.search import actions
    from amur.portal.search.models import Document
    from amur.portal.search.queries import search, shown
    from amur.portal.search.registry import Kind, Source, register
    from amur.portal.website.models import CentrePage

    identity = {f"page:{page.key}": f"page:{page.translation_key}" for page in CentrePage.objects.all()}
    for row in Released.objects.all():
        kind = "unit" if row.kind == "transboundary-unit" else row.kind
        identity[f"{kind}:{row.key}"] = f"{row.kind}:{row.uuid}"
    documents = list(Document.objects.values("item", "language", "title", "summary", "text", "keywords"))
    exchange.write_text(json.dumps([identity, documents]), encoding="utf-8")
    print(f"  ours, {len(documents)} documents", flush=True)
    recall(lambda row: [one.item for one in search(row["query"], row["language"]).found], identity)

    started = time.process_time()
    register(Source("synthetic", {"synthetic": Kind("synthetic")}, lambda: synthetic(documents)))
    actions.rebuild()
    print(f"  {ITEMS} synthetic items indexed in {time.process_time() - started:.0f} CPU-s", flush=True)

    def engine(row: dict[str, Any], times: int) -> None:
        for _ in range(times):
            shown(search(row["query"], row["language"]), row["language"], {}, None)

    tell("search and pieces", cpu_ms(engine, time.process_time, times=1))


def behind_server(environment: dict[str, str]) -> None:
    """CPU time of the whole page on the data folder that has the synthetic items."""
    with served("amur.portal.wsgi:application", environment) as (port, pid):

        def page(row: dict[str, Any], times: int) -> None:
            ask(port, f"/{row['language']}/search/?{urlencode({'q': row['query']})}", times, {})

        for row in queries():
            page(row, 2)
        tell("whole page, served", cpu_ms(page, lambda: cpu_s(pid), REQUESTS))


def cpu_ms(
    answer: Callable[[dict[str, Any], int], None], spent: Callable[[], float], times: int
) -> list[float]:
    """CPU milliseconds of each query, the median of some rounds of so many answers, after a warm one."""
    middle: list[float] = []
    for row in queries():
        answer(row, 1)
        figures = []
        for _round in range(ROUNDS):
            before = spent()
            answer(row, times)
            figures.append((spent() - before) * 1000 / times)
        middle.append(statistics.median(figures))
    return middle


def tell(name: str, spent: list[float]) -> None:
    """Prints what the queries took."""
    print(
        f"  {name:18} CPU-ms a query: mean {statistics.mean(spent):.1f}, median"
        f" {statistics.median(spent):.1f}, p95 {sorted(spent)[int(len(spent) * 0.95)]:.1f},"
        f" most {max(spent):.1f}",
        flush=True,
    )


def synthetic(documents: list[dict[str, Any]]) -> Iterator[Any]:
    """Items, a quarter in each language, each of the words of one document of the demonstration."""
    from amur.portal.languages.codes import as_language
    from amur.portal.search.analysing import words
    from amur.portal.search.registry import Item, Text

    chance = random.Random(8)
    known: dict[str, list[list[str]]] = {language: [] for language in LANGUAGES}
    for one in documents:
        found = [word.text for word in words(f"{one['title']} {one['summary']} {one['text']}")]
        known[one["language"]].append(found)
    for number in range(ITEMS):
        language = LANGUAGES[number % len(LANGUAGES)]
        glue = "" if language == "zh-hans" else " "
        own = chance.choice(known[language])
        size = WORDS // 6 if language == "zh-hans" else WORDS  # a run of characters counts as one word
        yield Item(
            identity=f"synthetic:{number}",
            kind="synthetic",
            texts={
                as_language(language): Text(
                    title=glue.join(chance.choices(own, k=4))[:120],
                    body=f"{glue}. ".join(glue.join(chance.choices(own, k=size // 5)) for _ in range(5)),
                )
            },
            addresses={code: f"/{code}/synthetic/{number}/" for code in LANGUAGES},
            date=str(1990 + number % 35),
        )


def stock(exchange: Path) -> None:
    """The same documents as pages of a stock Wagtail site, and its own search over them."""
    import django

    django.setup()
    from django.core.management import call_command
    from stock.models import ContentPage, HomePage
    from wagtail.models import Locale, Page

    call_command("makemigrations", "stock", verbosity=0)
    call_command("migrate", verbosity=0)
    identity, documents = json.loads(exchange.read_text(encoding="utf-8"))
    root = Page.get_first_root_node()
    homes = {}
    for code in LANGUAGES:
        locale, _made = Locale.objects.get_or_create(language_code=code)
        homes[code] = root.add_child(instance=HomePage(title=code, slug=f"home-{code}", locale=locale))
    items: dict[int, str] = {}
    for number, one in enumerate(documents):
        page = ContentPage(title=one["title"], slug=f"page-{number}", locale=homes[one["language"]].locale)
        page.summary = f"{one['summary']}\n{one['keywords']}"
        page.body = [{"type": "text", "value": one["text"]}]
        homes[one["language"]].add_child(instance=page)
        items[page.pk] = one["item"]
    call_command("update_index", verbosity=0)
    print(f"  Wagtail's built-in search, {len(documents)} documents", flush=True)

    def find(row: dict[str, Any]) -> list[str]:
        found = ContentPage.objects.live().search(row["query"])[: FIRST * len(LANGUAGES)]
        return list(dict.fromkeys(items[page.pk] for page in found))

    recall(find, identity)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "benchmarks")])
        shared = os.environ | {"PYTHONPATH": path, "AMUR_DATA": f"{folder}/ours", "STOCK_DATA": folder}
        prepare = [sys.executable, "-m", "amur", "prepare", "--demo", "--data", f"{folder}/ours"]
        subprocess.run(prepare, check=True, stderr=subprocess.DEVNULL, env=shared)
        print("recall@10 on the queries held apart", flush=True)
        for name, module in (("ours", "amur.portal.settings"), ("stock", "stock.settings")):
            subprocess.run(
                [sys.executable, __file__, name, f"{folder}/documents.json"],
                check=True,
                env=shared | {"DJANGO_SETTINGS_MODULE": module},
            )
            if name == "ours":
                behind_server(shared | {"DJANGO_SETTINGS_MODULE": module})


if __name__ == "__main__":
    if len(sys.argv) == 3:
        {"ours": ours, "stock": stock}[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
