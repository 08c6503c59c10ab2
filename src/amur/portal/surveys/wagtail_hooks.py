"""Registers the rights and the editing pages of the room with Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.editing.results import ResultPolicy
from amur.portal.offices.policies import OfficePermissionPolicy, Subject
from amur.portal.surveys.models import CameraSurvey, SurveyNumbers

register_permission_policy(SurveyNumbers, ResultPolicy(SurveyNumbers, Subject.CAMERAS))
register_permission_policy(CameraSurvey, OfficePermissionPolicy(CameraSurvey, Subject.CAMERAS))


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The numbers, in the menu."""
    from amur.portal.surveys.admin import NumbersViewSet

    return NumbersViewSet()
