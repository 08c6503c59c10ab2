"""The verb of old addresses that other rooms use: let one lead somewhere."""

from amur.portal.offices.models import Office
from amur.portal.redirects.models import OldAddress


def lead_to(office: Office, old: str, new: str) -> bool:
    """Let an old address lead to a new one; an office's own row is changed.

    False when another office keeps the address: then nothing is changed. Raises ValidationError for an
    address that is none, or when this would lead in a circle.
    """
    row = OldAddress.objects.filter(pattern=old).first() or OldAddress(office=office, pattern=old)
    if row.office_id != office.pk:
        return False
    if row.pk is None or row.target != new:
        row.target = new
        row.full_clean()
        row.save()
    return True
