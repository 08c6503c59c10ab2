"""What the frame of each page needs besides its `shell`: the menu and the legal notices in force."""

from typing import Any

from django.http import HttpRequest

from amur.portal.website.navigation import menu
from amur.portal.website.shell import current_language


def page(request: HttpRequest) -> dict[str, Any]:
    """The menu, for public pages only; the editing pages have their own."""
    if request.path.startswith("/admin/"):
        return {}
    return {"menu": menu(current_language())}
