"""Words for the templates of the room."""

from django import template
from django.utils.functional import Promise

from amur.portal.matching import presenting
from amur.portal.matching.models import PackageNote

register = template.Library()


@register.filter
def contents(note: PackageNote) -> list[tuple[str | Promise, int]]:
    """What a package held, in words with counts."""
    return presenting.contents(note.counts)
