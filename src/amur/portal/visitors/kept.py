"""What each stored field holds, in words for everybody. A test holds that no field of a model is missing."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

FIELDS: Final[dict[str, dict[str, Any]]] = {
    "PageCount": {
        "day": _("The day, from midnight to midnight at the site."),
        "hour": _("The hour of that day, 0 to 23."),
        "language": _("The language that the address asks for."),
        "path": _("The page: its address without the host and without what follows a question mark."),
        "referrer": _("The host name of another site whose link was followed; nothing of its page."),
        "device": _("Computer, telephone or tablet."),
        "views": _("How often the page was read."),
        "readers": _("How many of these were somebody's first reading of this page on that day."),
        "visits": _("How many of these were somebody's first page of the site on that day."),
    },
    "SearchCount": {
        "day": _("The day, from midnight to midnight at the site."),
        "language": _("The language that the address asks for."),
        "words": _("The words in small letters, 60 characters at most; never with an @ or a long number."),
        "searches": _("How many visitors searched for them on that day."),
        "unanswered": _("How many of them got no result."),
    },
    "Receipt": {
        "uuid": _("A random number that is given to the visitor."),
        "action": _("Agreed, refused, changed or withdrawn."),
        "purposes": _("Each purpose with yes or no."),
        "notice": _("The version of what was asked."),
        "text_hash": _("A hash that says which words were shown."),
        "language": _("The language of these words."),
        "variant": _("The form of the question; it has two equal buttons."),
        "source": _("Whether it was asked on a page, chosen on the page of choices, or done with a receipt."),
        "gpc": _("Whether the browser sent the signal Global Privacy Control."),
        "time": _("When, in UTC."),
        "expires": _("When it is asked again, in UTC."),
        "previous": _("The receipt that this one continues."),
    },
    "NoticeText": {
        "hash": _("A hash that says which words were shown."),
        "language": _("The language of these words."),
        "text": _("The words."),
    },
}
