"""Registers the rights of the room with Wagtail."""

from wagtail.permissions import register_permission_policy

from amur.portal.identity.models import GalleryState
from amur.portal.offices.policies import OfficePermissionPolicy, Subject

register_permission_policy(GalleryState, OfficePermissionPolicy(GalleryState, Subject.CAMERAS))
