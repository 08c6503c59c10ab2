from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    """People look through pictures: queues, labels, opinions, and the machines that suggest."""

    name = "amur.portal.review"
    verbose_name = _("Review of pictures")

    def ready(self) -> None:
        from amur.portal.cameras.actions import also_undo
        from amur.portal.cameras.models import Act
        from amur.portal.review.suggestions import follow_undo
        from amur.portal.review.work import KIND
        from amur.portal.runs.kinds import register

        register(KIND)
        for kind in (Act.Kind.REVIEW, Act.Kind.DETECTION):
            also_undo(kind, follow_undo)
