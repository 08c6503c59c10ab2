"""Static files under names that contain their hash, which browsers may keep for ever. Named in settings."""

from typing import Any, Final

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

#: Named by the editor's style sheets, but belonging to an application that is not installed here.
ABSENT: Final = frozenset({"wagtailimages/images/Jcrop.gif"})


class HashedFiles(ManifestStaticFilesStorage):
    """Django's storage; a style sheet that names any other missing file still stops the preparation."""

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        if name in ABSENT:
            return name
        return super().hashed_name(name, content, filename)
