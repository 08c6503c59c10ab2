"""The key file of the log, `audit.key` in the data folder. Read by actions, snapshots and verification."""

import os
import secrets
import tempfile
from pathlib import Path

from django.conf import settings


def key_file() -> Path:
    """Where the key lies."""
    return Path(settings.AMUR_DATA) / "audit.key"


def existing_key() -> bytes | None:
    """The key, None when there is none."""
    try:
        return key_file().read_bytes().strip() or None
    except FileNotFoundError:
        return None


def key() -> bytes:
    """The key, made at the first use and readable by its owner only."""
    found = existing_key()
    if found is not None:
        return found
    file = key_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".audit-key-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
            out.flush()
            os.fsync(out.fileno())
        # A link appears whole or not at all, so that another process never reads half a key.
        os.link(name, file)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink(missing_ok=True)
    return file.read_bytes().strip()
