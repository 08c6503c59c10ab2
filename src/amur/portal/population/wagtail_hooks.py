"""Registers the rights and the editing pages of the room with Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from amur.portal.editing.results import ResultPolicy
from amur.portal.offices.policies import OfficePermissionPolicy, Subject
from amur.portal.population.models import CaptureSurvey, JointAnalysis, JointPart, PopulationResult

register_permission_policy(PopulationResult, ResultPolicy(PopulationResult, Subject.POPULATION))
for model in (CaptureSurvey, JointAnalysis, JointPart):
    register_permission_policy(model, OfficePermissionPolicy(model, Subject.POPULATION))


@hooks.register("register_admin_viewset")
def register_viewset() -> object:
    """The results, in the menu."""
    from amur.portal.population.admin import ResultViewSet

    return ResultViewSet()
