"""What the room says in the reader's language: why messages of phones wait."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

REASONS: Final[Mapping[str, tuple[Text, Text]]] = {
    "unknown-category": (
        _("No form tells what the category {about} is."),
        _("Import the form (configurable model) that the phone works with."),
    ),
    "unknown-attribute": (
        _("No form tells what the attribute {about} is."),
        _("Import the form (configurable model) that the phone works with."),
    ),
    "unknown-value": (
        _("No form tells what the value {about} is."),
        _("Import the form (configurable model) that the phone works with."),
    ),
    "no-category": (_("The observation has no category."), _("Nothing can be made of it.")),
    "no-time": (_("The message has no time."), _("Nothing can be made of it.")),
    "no-patrol": (
        _("The message does not say which patrol it belongs to."),
        _("It is taken over when the beginning of the patrol comes."),
    ),
    "no-patrol-then": (
        _("Fixes of a time at which the phone was on no patrol."),
        _("They are taken over when the patrol of that time comes."),
    ),
    "conflict": (
        _("Another message came under the number {about}."),
        _("One of the two is kept, the same whatever came first."),
    ),
    "kind-other": (
        _("The message is neither of a patrol nor an incident."),
        _("Surveys and open collecting are not taken over yet."),
    ),
}


def why(waits: str, about: str) -> str:
    """Why messages wait, and what helps."""
    text, helps = REASONS.get(waits, (waits, ""))
    return f"{str(text).format_map({'about': about})} {helps}".strip()


def told(problems: list[Mapping[str, Any]]) -> list[str]:
    """What was wrong in a delivery."""
    from amur.portal.patrols import wordings

    return [wordings.told(problem) for problem in problems]
