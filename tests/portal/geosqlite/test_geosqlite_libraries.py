"""The libraries are found in the wheel, and what is missing is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from amur.portal.geosqlite.libraries import LibraryMissingError, find_library, gdal_library, geos_library


@pytest.mark.parametrize(
    "name",
    [
        "pyogrio.libs/libgdal-253d08a6.so.38.3.12.4",
        "pyogrio/.dylibs/libgdal.38.3.12.4.dylib",
        "pyogrio.libs/gdal-0123456789abcdef.dll",
    ],
)
def test_the_library_is_found_under_the_names_of_each_platform(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.touch()
    assert find_library(tmp_path) == str(file)


def test_a_missing_library_is_said_with_the_command_that_mends_it(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissingError, match=r"python -m pip install .*pyogrio"):
        find_library(tmp_path)


def test_both_settings_name_the_installed_file() -> None:
    assert Path(gdal_library()).is_file()
    assert gdal_library() == geos_library()


def test_the_paths_are_found_without_settings_and_without_importing_django() -> None:
    code = (
        "import sys; from amur.portal.geosqlite.libraries import gdal_library; gdal_library(); "
        "print('django' in sys.modules, 'shapely' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "False"]
