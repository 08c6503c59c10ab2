"""Writes the counts to the database every few seconds, from a thread of its own, and clears out old ones.

`Writer.begin` is called after a counted page; the first call in a process starts the thread, which cannot
be done before the server has forked its workers. What was counted last is written when the process ends.
"""

import atexit
import datetime
import logging
import multiprocessing.util
import os
import threading
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import close_old_connections, connection, transaction
from django.db.models import Model

from amur.portal.visitors import actions
from amur.portal.visitors.counting import Counter, Row, SearchRow
from amur.portal.visitors.models import PageCount, SearchCount

EVERY_S: Final = 5.0

logger = logging.getLogger(__name__)


class Writer:
    """Takes the counts of one process to the database."""

    def __init__(self, counter: Counter, every: float = EVERY_S) -> None:
        self._counter, self._every = counter, every
        self._process = 0
        self._starting = threading.Lock()
        self._writing = threading.Lock()
        self._pruned = datetime.date.min

    def begin(self) -> None:
        """Start the thread, once in a process."""
        if self._process == os.getpid():
            return
        with self._starting:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            threading.Thread(target=self._run, name="visitors", daemon=True).start()
            # A worker that was forked leaves without what `atexit` remembers.
            atexit.register(self.write)
            multiprocessing.util.Finalize(None, self.write, exitpriority=100)

    def write(self) -> None:
        """Write what was counted. When that fails it waits for the next time."""
        with self._writing:
            pages, searches = self._counter.take()
            if not pages and not searches:
                return
            try:
                close_old_connections()
                save(pages, searches)
            except Exception:
                self._counter.give_back(pages, searches)
                logger.exception("the visitors' counts could not be written; they are kept for the next time")

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._every):
            self.write()
            self._prune()

    def _prune(self) -> None:
        today = datetime.datetime.now(datetime.UTC).date()
        if self._pruned == today:
            return
        self._pruned = today
        try:
            actions.prune()
        except Exception:
            logger.exception("old counts of visitors could not be removed; tried again tomorrow")


def save(pages: dict[Row, list[int]], searches: dict[SearchRow, list[int]]) -> None:
    """Add counts to what is kept, in one transaction."""
    with transaction.atomic():
        _add(PageCount, Row._fields, ("views", "readers", "visits"), pages.items())
        _add(SearchCount, SearchRow._fields, ("searches", "unanswered"), searches.items())


def _add(
    model: type[Model], key: Sequence[str], counts: Sequence[str], rows: Iterable[tuple[Any, list[int]]]
) -> None:
    """Insert rows, or add to those that are there. The same words for SQLite and PostgreSQL."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = [quote(name) for name in (*key, *counts)]
    more = ", ".join(f"{quote(one)} = {table}.{quote(one)} + EXCLUDED.{quote(one)}" for one in counts)
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(map(quote, key))}) DO UPDATE SET {more}"
    )
    # Always in the same order, so that two writers wait for each other and never in a circle.
    values = [
        [connection.ops.adapt_datefield_value(row[0]), *row[1:], *numbers] for row, numbers in sorted(rows)
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
