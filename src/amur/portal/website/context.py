"""What the frame of each page needs besides its `shell`: the menu and the legal notices in force."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from amur.portal.website.navigation import menu
from amur.portal.website.shell import current_language


def page(request: HttpRequest) -> dict[str, Any]:
    """The menu, looked up where a page shows it.

    An error below /admin/ is told in the public frame: it must have the same menu, for the frame is kept.
    """
    return {"menu": SimpleLazyObject(lambda: menu(current_language()))}
