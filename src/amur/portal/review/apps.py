from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from amur.portal.cameras.models import Act


class ReviewConfig(AppConfig):
    """People look through pictures: queues, labels, opinions, and the machines that suggest."""

    name = "amur.portal.review"
    verbose_name = _("Review of pictures")

    def ready(self) -> None:
        from amur.portal.cameras.actions import also_undo
        from amur.portal.cameras.models import Act
        from amur.portal.review.suggestions import follow_undo, follow_undone_import
        from amur.portal.review.work import KIND
        from amur.portal.runs.kinds import register

        register(KIND)
        for kind in (Act.Kind.REVIEW, Act.Kind.DETECTION):
            also_undo(kind, follow_undo)
        also_undo(Act.Kind.IMPORT, follow_undone_import)
        post_save.connect(_follow_import, sender=Act, dispatch_uid="suggestions-follow-imports")


def _follow_import(instance: "Act", *, created: bool, **_: Any) -> None:
    """An import saves its act once more, in its transaction, when everything that it says is stored."""
    from amur.portal.review.suggestions import follow_import

    if not created and "counts" in instance.about:
        follow_import(instance)
