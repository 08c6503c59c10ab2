"""Registers the rights, the editing pages and the chooser of files with Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.media.models import MediaFile
from amur.portal.offices.policies import OfficePermissionPolicy, Subject

register_permission_policy(MediaFile, OfficePermissionPolicy(MediaFile, Subject.MEDIA))


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The files, in the menu."""
    from amur.portal.media.admin import MediaViewSet

    return MediaViewSet()


@hooks.register("register_admin_viewset")
def register_chooser() -> object:
    """The window to choose one."""
    from amur.portal.media.chooser import chooser

    return chooser
