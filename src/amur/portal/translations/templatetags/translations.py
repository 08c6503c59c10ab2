"""Template filters of the work list: states as a sign and a word."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from amur.portal.languages.codes import HTML_TAGS, OWN_NAMES, as_language
from amur.portal.translations.models import WorkState

register = template.Library()

SIGNS = {
    WorkState.MISSING: "○",
    WorkState.MACHINE: "⚙",
    WorkState.DRAFT: "✎",
    WorkState.REVIEWED: "✓",
    WorkState.OUTDATED: "↻",
    WorkState.SOURCE: "●",
}


@register.filter
def work_state(state: str) -> SafeString:
    """A state as a sign and a word, so that it does not hang on its colour."""
    one = WorkState(state)
    return format_html(
        '<span class="work-state is-{}"><span aria-hidden="true">{}</span> {}</span>',
        one.value,
        SIGNS[one],
        one.label,
    )


@register.filter
def own_name(code: str) -> str:
    """A language as it calls itself."""
    return OWN_NAMES[as_language(code)]


@register.filter
def tag(code: str) -> str:
    """The BCP 47 tag of a language."""
    return HTML_TAGS[as_language(code)]
