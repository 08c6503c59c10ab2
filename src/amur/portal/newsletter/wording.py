"""Words about issues that pages, files and letters share."""

from django.utils.translation import gettext as _


def quarter_in_words(year: int, quarter: int) -> str:
    """A quarter as the active language writes it."""
    words = {
        1: _("first quarter of %(year)s"),
        2: _("second quarter of %(year)s"),
        3: _("third quarter of %(year)s"),
        4: _("fourth quarter of %(year)s"),
    }
    return words[quarter] % {"year": year}
