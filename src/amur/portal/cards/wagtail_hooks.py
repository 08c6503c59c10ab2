"""Registers the rights of the room with Wagtail."""

from wagtail.permissions import register_permission_policy

from amur.portal.cards.models import MemoryCard
from amur.portal.offices.policies import OfficePermissionPolicy, Subject

register_permission_policy(MemoryCard, OfficePermissionPolicy(MemoryCard, Subject.CAMERAS))
