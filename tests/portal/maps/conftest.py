"""What the tests of the map share."""

import pytest

from amur.portal.frontend import ATLAS_FOLDER


@pytest.fixture
def atlas() -> None:
    """Skips where the front-end packages were not installed."""
    if not (ATLAS_FOLDER / "package.json").exists():
        pytest.skip("the world-atlas files are missing; run `python -m amur.portal.frontend`")
