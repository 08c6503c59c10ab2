"""Sealing what may lie in the database only unreadable: second factors, who registers for an event.

The key comes from the installation's secret key (the file `secret.key`), so that a copy of the database
alone opens nothing. Each purpose has a key of its own.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def cipher(purpose: str) -> MultiFernet:
    """Seals with the present secret key and opens what earlier ones (SECRET_KEY_FALLBACKS) have sealed."""
    keys = [str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS)]
    digests = (hashlib.sha256(f"{purpose}:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
