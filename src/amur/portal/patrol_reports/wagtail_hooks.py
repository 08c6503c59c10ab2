"""Registers the rights of the room with Wagtail."""

from wagtail.permissions import register_permission_policy

from amur.portal.offices.policies import OfficePermissionPolicy, Subject
from amur.portal.patrol_reports.models import Report, Target

for model in (Report, Target):
    register_permission_policy(model, OfficePermissionPolicy(model, Subject.PATROLS))
