"""The command `amur audit verify`. Called by the command line."""

from amur.portal.audit.keys import key_file
from amur.portal.audit.verification import Report, verify

INTACT, DAMAGED, EMPTY = 0, 1, 2


def lines(report: Report) -> list[str]:
    """The report as lines to print."""
    told = [f"chain {chain}: {count} entries" for chain, count in sorted(report.counts.items())]
    told.extend(f"DAMAGED – {problem}" for problem in report.problems)
    if report.is_intact:
        told.append(f"The log is intact: {report.entries} entries in {len(report.counts)} chains.")
    else:
        told.append(
            f"{len(report.problems)} problem(s). Keep this database as it is and compare it with a backup."
        )
    return told


def verify_command() -> int:
    """Verify the log and print what was found.

    Returns 0 when it is intact, 1 when it is damaged, 2 when it is empty although a key exists,
    which is right only before the first change.
    """
    report = verify()
    if report.is_intact and not report.entries:
        print(f"The log is empty. {key_file()} {'exists' if key_file().exists() else 'does not exist yet'}.")
        return EMPTY if key_file().exists() else INTACT
    for line in lines(report):
        print(line)
    return INTACT if report.is_intact else DAMAGED
