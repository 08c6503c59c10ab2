"""Filters and pages of lists, both in the address. Called by the views of news, projects and the library."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from amur.portal.website.filters import Choice
from amur.portal.website.queries import PageLink

FILTERS = ("rubric", "module", "country", "year")
PER_PAGE = 24


def chosen(query: QueryDict) -> dict[str, str]:
    """The filters of an address; unknown ones are ignored."""
    return {name: str(query[name])[:80] for name in FILTERS if query.get(name)}


def values(link: PageLink, name: str) -> list[str]:
    """What an item offers to a filter."""
    if name == "year":
        return [link.date[:4]] if link.date else []
    return [one.partition(":")[2] for one in link.subjects if one.startswith(f"{name}:")]


def matching(links: Iterable[PageLink], filters: Mapping[str, str]) -> list[PageLink]:
    """The items that fit every filter."""
    return [link for link in links if all(value in values(link, name) for name, value in filters.items())]


def choices(links: Sequence[PageLink], filters: Mapping[str, str]) -> dict[str, list[Choice]]:
    """For each filter that has values them, counted as they would be with the other filters in force."""
    found: dict[str, list[Choice]] = {}
    for name in FILTERS:
        others = {key: value for key, value in filters.items() if key != name}
        counts = Counter(value for link in matching(links, others) for value in values(link, name))
        if filters.get(name) and filters[name] not in counts:
            counts[filters[name]] = 0
        if counts:
            order = sorted(counts.items(), reverse=name == "year")
            found[name] = [Choice(value, count, filters.get(name) == value) for value, count in order]
    return found


def paged(rows: Sequence[Any], query: QueryDict) -> Page:
    """One page of a list; a number that does not exist gives the nearest page."""
    return Paginator(rows, PER_PAGE).get_page(query.get("page"))
