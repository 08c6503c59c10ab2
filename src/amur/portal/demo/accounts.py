"""Accounts for trying the centre out. They can log in only while AMUR_DEMO is set."""

import secrets

from django.conf import settings

from amur.portal.offices.models import Membership, Office, Person, Role

# user name -> office, roles
ACCOUNTS: dict[str, tuple[str, tuple[Role, ...]]] = {
    "vladivostok": ("vladivostok", (Role.EDITOR, Role.TRANSLATOR, Role.DATA_MANAGER, Role.ADMINISTRATOR)),
    "changchun": ("changchun", (Role.EDITOR, Role.TRANSLATOR, Role.DATA_MANAGER)),
    "dadal": ("dadal", (Role.EDITOR, Role.TRANSLATOR, Role.DATA_MANAGER)),
    "auditor": ("vladivostok", (Role.AUDITOR,)),
}


def password() -> str:
    """The demonstration password of this data folder, made once."""
    file = settings.AMUR_DATA / "demo-password"
    if not file.exists():
        file.write_text(secrets.token_urlsafe(9), encoding="ascii")
        file.chmod(0o600)
    return file.read_text(encoding="ascii").strip()


def make_accounts() -> None:
    """Make the accounts that are missing; all have the same password."""
    for username, (office_key, roles) in ACCOUNTS.items():
        office = Office.objects.get(key=office_key)
        person, made = Person.objects.get_or_create(
            username=username, defaults={"office": office, "is_demo": True}
        )
        if made:
            person.set_password(password())
            person.save()
            for role in roles:
                Membership.objects.create(person=person, office=office, role=role)
