"""Filters for measures of patrols by their key: the name, a value with its unit, what a sum leaves out."""

from django import template

from amur.portal.patrols.measure_words import NAMES, Text, left_out, with_unit

register = template.Library()
register.filter("with_unit", with_unit)
register.filter("left_out", left_out)


@register.filter
def measure_name(key: str) -> Text:
    """What a measure is called."""
    return NAMES[key][0]
