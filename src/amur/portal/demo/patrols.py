"""A simulated season of ranger patrols in two offices, taken over as files of SMART are, with targets.

The season ends on the day before the demonstration is made, so that the week of the chief has something.
"""

import datetime
import tempfile
from pathlib import Path
from typing import Final

from amur.portal.demo.patrol_records import Season, write_season
from amur.portal.offices.models import Office, Person
from amur.portal.patrol_reports.models import Target
from amur.portal.patrols import importing, reading
from amur.portal.patrols.models import Patrol
from amur.portal.visitors.actions import local_today

SEASONS: Final = {
    "vladivostok": Season(
        letter="R",
        zone="Asia/Vladivostok",
        language="ru",
        posts=(("Учебный кордон «Север»", 131.42, 43.24), ("Учебный кордон «Юг»", 131.28, 43.02)),
        teams=("Кедр", "Дуб"),
        people=(("Иван", "Примеров"), ("Ольга", "Образцова"), ("Пётр", "Шаблонов"), ("Анна", "Пробная")),
        mandate="Охрана",
        on_foot="пешком",
        by_car="автомобиль",
        days_ago=(48, 41, 34, 24, 16, 8, 2),
        lengths=(2, 3, 1, 3, 2, 3, 2),
    ),
    "changchun": Season(
        letter="C",
        zone="Asia/Shanghai",
        language="zh",
        posts=(("演示北站", 130.92, 43.30), ("演示南站", 130.82, 43.06)),
        teams=("红松队", "柞树队"),
        people=(("伟", "示例"), ("敏", "样本"), ("强", "模拟")),
        mandate="保护",
        on_foot="步行",
        by_car="车辆",
        days_ago=(40, 30, 17, 9, 2),
        lengths=(2, 2, 3, 1, 2),
    ),
}


TARGETS: Final = {"vladivostok": ("Километры осени", 500.0), "changchun": ("本季公里数", 300.0)}
"""Name and kilometres of what each office plans from the season's first day to a month from now."""


def load_patrols() -> None:
    """Bring in the seasons that are not there yet."""
    today = local_today()
    for key, season in SEASONS.items():
        office = Office.objects.get(key=key)
        if Patrol.objects.filter(office=office, code__startswith="DEMO-").exists():
            continue
        _take(office, season, today)
        name, kilometres = TARGETS[key]
        Target.objects.create(
            office=office,
            name=name,
            measure="distance",
            amount=kilometres,
            start=today - datetime.timedelta(days=max(season.days_ago)),
            end=today + datetime.timedelta(days=30),
        )


def _take(office: Office, season: Season, today: datetime.date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo-season.zip"
        write_season(season, today, path)
        with reading.opened(path) as given:
            importing.take(
                given, office, Person.objects.get(username=office.key), {"file": path.name}, zone=season.zone
            )
