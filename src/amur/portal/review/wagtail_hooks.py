"""Registers the rights of the room with Wagtail."""

from wagtail.permissions import register_permission_policy

from amur.portal.offices.policies import OfficePermissionPolicy, Subject
from amur.portal.review.models import Network

register_permission_policy(Network, OfficePermissionPolicy(Network, Subject.CAMERAS))
