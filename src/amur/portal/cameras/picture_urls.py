"""Addresses of pictures, in no language."""

from django.urls import path, register_converter

from amur.portal.cameras import picture_views
from amur.portal.cameras.pictures import PARTS


class VariantConverter:
    """One of the variants that there are."""

    regex = "|".join(PARTS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(VariantConverter, "picture-variant")

urlpatterns = [
    path(
        "camera-pictures/<uuid:uuid>/<picture-variant:variant>.jpg",
        picture_views.picture,
        name="camera-picture",
    ),
]
