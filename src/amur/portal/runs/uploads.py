"""What came up and waits for its run: each room keeps its own in a folder of the data folder.

An upload lies under its own name in a folder with a random one, the token by which its run finds it, until
the run is over. What nobody confirms is forgotten after a week.
"""

import re
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

KEPT_S: Final = 7 * 86_400
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


class Gone(Exception):
    """A file that is missing or damaged."""


@dataclass(frozen=True)
class Uploads:
    """The uploads of a room, by the path of its folder such as `cameras/packages`."""

    room: str

    def folder(self, name: str) -> Path:
        """A folder of the room, made when it is missing, closed to others."""
        place = Path(settings.AMUR_DATA) / self.room / name
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place

    def receive(self, name: str, chunks: Iterable[bytes]) -> str:
        """Lay an upload aside; its token. Raises OSError."""
        self._forget_old()
        token = secrets.token_hex(16)
        place = self.folder("arrived") / token
        place.mkdir(mode=0o700)
        plain = re.sub(r"[^\w.() -]", "_", Path(name).name)[-100:].lstrip(".") or "upload"
        with (place / plain).open("xb") as out:
            for chunk in chunks:
                out.write(chunk)
        return token

    def arrived(self, token: str) -> Path:
        """The upload of a token. Raises Gone."""
        if not _TOKEN.fullmatch(token):
            raise Gone(token)
        try:
            return next(iter(sorted((self.folder("arrived") / token).iterdir())))
        except (OSError, StopIteration) as error:
            raise Gone(token) from error

    def forget(self, token: str) -> None:
        """Take an upload away."""
        if _TOKEN.fullmatch(token):
            shutil.rmtree(self.folder("arrived") / token, ignore_errors=True)

    def _forget_old(self) -> None:
        for place in self.folder("arrived").iterdir():
            if time.time() - place.stat().st_mtime > KEPT_S:
                shutil.rmtree(place, ignore_errors=True)
