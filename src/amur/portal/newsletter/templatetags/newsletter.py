"""Filters for lists of issues."""

from django import template

from amur.portal.newsletter.queries import Edition
from amur.portal.newsletter.records import title_of
from amur.portal.newsletter.wording import quarter_in_words

register = template.Library()


@register.filter
def quarter(edition: Edition) -> str:
    """The issue's quarter in words."""
    return quarter_in_words(edition.year, edition.quarter)


@register.filter
def title_of_issue(edition: Edition) -> str:
    """The issue's title in its language."""
    return title_of(edition.number).text(edition.language)
