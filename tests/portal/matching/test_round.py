"""A round between two offices of one centre, step by step: what each learns, and what it can take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest_matching import agreement, searched

if TYPE_CHECKING:
    from conftest_matching import Border

pytestmark = pytest.mark.django_db
