from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    """Photographs, documents, video and audio files."""

    name = "amur.portal.media"
    verbose_name = _("Photographs and files")

    def ready(self) -> None:
        from amur.portal.media import signals
        from amur.portal.media.rendering import RENDITIONS
        from amur.portal.media.wordings import WORDS
        from amur.portal.runs.kinds import register
        from amur.portal.runs.queries import PROBLEMS

        register(RENDITIONS)
        PROBLEMS.update({f"media-{code}": WORDS[code] for code in ("damaged", "encrypted", "too-much-work")})
        signals.connect()
