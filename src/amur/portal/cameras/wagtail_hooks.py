"""Registers the rights of the room with Wagtail."""

from wagtail.permissions import register_permission_policy

from amur.portal.cameras.models import CameraProject
from amur.portal.offices.policies import OfficePermissionPolicy, Subject

register_permission_policy(CameraProject, OfficePermissionPolicy(CameraProject, Subject.CAMERAS))
