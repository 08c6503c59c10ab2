"""Rows that many tests start from: made once in a process, then written again as they were.

What the cast and the records cost is everything that follows a save: groups, log, translations, search, released
values. `kept` notes the statements of the first time and repeats them in the next tests, whose transactions begin
with the same empty tables. Where a test begins otherwise, the rows are made anew. Called by the conftest files.
"""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar

Made = TypeVar("Made")

_WRITES = re.compile(r"\s*(INSERT|REPLACE|UPDATE|DELETE)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Kept:
    """What one call of a function did: where it began, what it wrote, what it gave."""

    start: object
    statements: list[tuple[str, Any, bool]]
    key: bytes | None
    result: bytes


_kept: dict[str, _Kept] = {}
_first_numbers: dict[str, int | None] = {}


def kept(make: Callable[..., Made], *given: Any) -> Made:
    """`make(*given)`, from the second time on without its work; what it gives may name what was given."""
    from django.core.cache import cache
    from django.db import connection

    cache.clear()  # what the last test left there speaks of its rows
    if not connection.in_atomic_block:
        return make(*given)  # what is not taken back leaves other tables for the next test
    start, name = _start(), make.__qualname__
    known = _kept.get(name)
    if known is None:
        return _make(name, start, make, *given)
    if known.start != start:
        return make(*given)
    _repeat(known.statements)
    _write_key(known.key)
    return _Unpickler(io.BytesIO(known.result), given).load()


def _repeat(statements: list[tuple[str, Any, bool]]) -> None:
    """Write the rows again; on PostgreSQL without waiting for each answer."""
    from django.db import connection

    with (
        nullcontext() if connection.vendor == "sqlite" else connection.connection.pipeline(),
        connection.cursor() as cursor,
    ):
        for sql, parameters, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, parameters)


def _make(name: str, start: object, make: Callable[..., Made], *given: Any) -> Made:
    from django.db import connection

    from amur.portal.audit import keys

    statements: list[tuple[str, Any, bool]] = []
    undone = False

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal undone
        undone = undone or sql.lstrip().upper().startswith("ROLLBACK")
        if _WRITES.match(sql):
            statements.append((sql, list(parameters) if many else parameters, many))
        return execute(sql, statements[-1][1] if many else parameters, many, context)

    with connection.execute_wrapper(note):
        made = make(*given)
    assert not undone, f"{name} takes back some of its statements: call it without `kept`"
    sink = io.BytesIO()
    _Pickler(sink, given).dump(made)
    _kept[name] = _Kept(start, statements, keys.existing_key(), sink.getvalue())
    return made


def _start() -> object:
    """The last number of each table: what tells that a test has written the same rows until now."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
            return cursor.fetchall()
    return sorted(_sequences().items())


def _sequences() -> dict[str, int | None]:
    """The last numbers that PostgreSQL gave. They outlive a test: before its first row they are set back."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences")
        last = dict(cursor.fetchall())
        if not _first_numbers:
            _first_numbers.update(last)
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")  # nothing written yet
        if cursor.fetchone() == (True,) and last != _first_numbers:
            changed = dict(_first_numbers.items() - last.items())
            calls = ", ".join("setval(%s, %s, %s)" for _ in changed)
            numbers = [v for name, number in changed.items() for v in (name, number or 1, number is not None)]
            cursor.execute(f"SELECT {calls}", numbers)
            return _first_numbers
    return last


def _write_key(key: bytes | None) -> None:
    """The key with which the repeated entries of the log are sealed."""
    from amur.portal.audit import keys

    if key is not None and keys.existing_key() != key:
        keys.key_file().parent.mkdir(parents=True, exist_ok=True)
        keys.key_file().write_bytes(key)


def _given(given: tuple[Any, ...]) -> dict[str, Any]:
    """The objects that were given and those that they consist of, by name."""
    named = {}
    for number, each in enumerate(given):
        named[str(number)] = each
        if is_dataclass(each):
            named |= {f"{number}.{field.name}": getattr(each, field.name) for field in fields(each)}
    return named


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, given: tuple[Any, ...]) -> None:
        super().__init__(file)
        self.names = {id(each): name for name, each in _given(given).items()}

    def persistent_id(self, each: Any) -> str | None:
        return self.names.get(id(each))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, given: tuple[Any, ...]) -> None:
        super().__init__(file)
        self.named = _given(given)

    def persistent_load(self, name: str) -> Any:
        return self.named[name]
