"""Answers kept in memory until something that is released changes.

Only for what is small and asked on most pages: the menu, the register's list, the species. The number of
the present generation is looked up once a request.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection
from django.http import HttpRequest, HttpResponse

from amur.portal.release.models import Generation

P = ParamSpec("P")
R = TypeVar("R")

MAX_ANSWERS = 256
_of_request: ContextVar[list[int] | None] = ContextVar("generation_of_request", default=None)


def generation() -> int:
    """The number of the present state; it is new after every change of what is released."""
    known = _of_request.get()
    if known:
        return known[0]
    with connection.cursor() as cursor:  # every page asks: without the half millisecond of building a query
        cursor.execute(f"SELECT number FROM {Generation._meta.db_table} LIMIT 1")  # noqa: S608  # own word
        row = cursor.fetchone()
    number: int = row[0] if row else 0
    if known is not None:
        known.append(number)
    return number


def forget_generation() -> None:
    """Look the number up again: this very request has changed it."""
    known = _of_request.get()
    if known:
        known.clear()


def one_lookup(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a request sees one generation and asks for it once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _of_request.set([])
        try:
            return get_response(request)
        finally:
            _of_request.reset(token)

    return middleware


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Keep a function's answers for this generation; its arguments must be hashable, its answers are shared.

    Nobody may change an answer: it is given to every later caller.
    """
    answers: dict[object, R] = {}
    of = [-1]

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        now = generation()
        if not now:  # nothing was ever released: nobody would say when that changes
            return function(*args, **kwargs)
        if of[0] != now or len(answers) > MAX_ANSWERS:
            answers.clear()
            of[0] = now
        key = (args, tuple(sorted(kwargs.items())))
        try:
            return answers[key]
        except KeyError:  # another thread may empty the store at any time
            answer = answers[key] = function(*args, **kwargs)
            return answer

    return wrapper
