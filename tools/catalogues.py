"""Our own messages: gathered from code and templates into `locale/<language>/LC_MESSAGES/django.po`.

Messages of installed packages are kept by `tools/upstream_catalogues.py`. Needs GNU gettext:
`apt-get install gettext`. Run from anywhere::

    python tools/catalogues.py update   # gather messages into the catalogues; translators fill what is empty
    python tools/catalogues.py check    # exit status 1 and a list when a message is missing or unsound
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib
from upstream_catalogues import LANGUAGES, defects

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
DOMAINS = ("django", "djangojs")


def gather(source: Path, locale: Path) -> None:
    """Bring the catalogues in `locale` in line with the code below `source`, with Django's own command."""
    if shutil.which("xgettext") is None:
        sys.exit("xgettext is missing. Install it with: apt-get install gettext")
    for domain in DOMAINS:
        # The command looks for a folder `locale` beside the code, so the code is laid beside ours.
        subprocess.run(  # noqa: S603  # our own interpreter and options
            [
                sys.executable,
                "-m",
                "django",
                "makemessages",
                f"--domain={domain}",
                *(f"--locale={language}" for language in LANGUAGES),
                "--no-obsolete",
                "--no-wrap",
                "--add-location=file",
                "--ignore=static_packages/*",
                "--ignore=maps/atlas/*",
                "--verbosity=0",
            ],
            cwd=source,
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
    for file in locale.glob("*/LC_MESSAGES/*.po"):
        _settle(file)


def _settle(file: Path) -> None:
    """Take out what changes without need: dates of the run, guesses of gettext, empty catalogues."""
    catalogue = polib.pofile(str(file), wrapwidth=100)
    for entry in catalogue:
        if entry.fuzzy:  # a guess from a similar message is worse than nothing: it looks done
            entry.flags.remove("fuzzy")
            entry.msgstr = ""
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
            entry.previous_msgid = entry.previous_msgctxt = entry.previous_msgid_plural = None
    catalogue.header = "Our own messages; gathered by tools/catalogues.py."
    kept = ("Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms")
    catalogue.metadata = {"Project-Id-Version": "amur"} | {
        name: catalogue.metadata[name] for name in kept if name in catalogue.metadata
    }
    if len(catalogue):
        catalogue.save(str(file), newline="\n")
    else:
        file.unlink()


def gathered(folder: Path) -> Path:
    """The catalogues as `update` would leave them, in a copy; returns their folder."""
    code, locale = folder / "code", folder / "code" / "locale"
    ignored = shutil.ignore_patterns("__pycache__", "static_packages", "atlas", "*.mo", "content")
    shutil.copytree(ROOT / "src" / "amur", code / "amur", ignore=ignored)
    locale.mkdir()
    for language in LANGUAGES:
        if (LOCALE / language).is_dir():
            shutil.copytree(LOCALE / language, locale / language, ignore=ignored)
    gather(code, locale)
    return locale


def problems(locale: Path) -> Iterator[str]:
    """Everything that is missing or unsound, one line each. `locale` holds what `gathered` made."""
    for language in LANGUAGES:
        for fresh in sorted((locale / language / "LC_MESSAGES").glob("*.po")):
            ours = LOCALE / language / "LC_MESSAGES" / fresh.name
            known = {(e.msgctxt, e.msgid) for e in polib.pofile(str(ours))} if ours.exists() else set()
            wanted = polib.pofile(str(fresh))
            for entry in wanted:
                label = f"{language} {fresh.stem}: {entry.msgid!r}"
                if (entry.msgctxt, entry.msgid) not in known:
                    yield f"{label} is not in the catalogue; run update"
                yield from (f"{label} {defect}" for defect in defects(entry))
            for _context, msgid in sorted(known - {(e.msgctxt, e.msgid) for e in wanted}, key=str):
                yield f"{language} {fresh.stem}: {msgid!r} is no longer used; run update"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("command", choices=("update", "check"))
    command = parser.parse_args(arguments).command
    with tempfile.TemporaryDirectory() as folder:
        locale = gathered(Path(folder))
        if command == "update":
            for language in LANGUAGES:
                shutil.copytree(locale / language, LOCALE / language, dirs_exist_ok=True)
        found = list(problems(locale))
    print("\n".join(found) or "Every message of ours is translated.")
    if found:
        print(f"{len(found)} problems", file=sys.stderr)
    return 1 if found and command == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
