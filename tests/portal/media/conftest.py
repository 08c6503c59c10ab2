"""Files of two offices, in every state that matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import media_samples as samples
import pytest

from amur.portal.languages.text import MultilingualText
from amur.portal.media.actions import store_bytes
from amur.portal.media.models import MediaFile

ALT = MultilingualText.of("en", en="A red corner on grey", ru="Красный угол на сером")


@pytest.fixture
def stored(cast: Any) -> Callable[..., MediaFile]:
    """Stores a file of an office with its copies: `stored(data, is_published=True)`."""

    def store(data: bytes | None = None, name: str = "a.jpg", office: Any = None, **fields: Any) -> MediaFile:
        given = {"alt": ALT, **fields}
        content = data or samples.jpeg((1000, 700), telling=True)
        return store_bytes(office or cast.ours, name, content, in_background=False, **given)[0]

    return store
