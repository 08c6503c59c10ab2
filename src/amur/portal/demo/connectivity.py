"""Two results on the synthetic landscape: as it is, and with a made-up railway. Computed as any other."""

from typing import Any, Final

from amur.portal.connectivity import actions, synthetic
from amur.portal.connectivity.models import ConnectivityResult
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run

OFFICE: Final = "vladivostok"
AREAS: Final = (
    "cn-zhalong",
    "mn-numrug",
    "mn-onon-balj",
    "ru-bikin",
    "ru-daursky",
    "ru-khingansky",
    "ru-land-of-leopard",
    "ru-norsky",
)
RAILWAY: Final[dict[str, Any]] = {"factor": synthetic.RAILWAY_FACTOR, "geometry": synthetic.NEW_RAILWAY}
BASELINE: Final = MultilingualText.of(
    "en",
    en="Synthetic landscape, as it is",
    ru="Синтетический ландшафт, исходное состояние",
    zh="合成景观：现状",
    mn="Зохиомол ландшафт, одоогийн байдал",
)
WITH_RAILWAY: Final = MultilingualText.of(
    "en",
    en="Synthetic landscape, with a railway",
    ru="Синтетический ландшафт, с железной дорогой",
    zh="合成景观：新建铁路后",
    mn="Зохиомол ландшафт, төмөр замтай",
)


SCENARIO: Final = MultilingualText.of(
    "en",
    en="a made-up railway across the plain",
    ru="вымышленная железная дорога через равнину",
    zh="一条虚构的横贯平原的铁路",
    mn="тал хөндлөн гарсан зохиомол төмөр зам",
)


def load_connectivity() -> None:
    """Compute the results that are not there yet, and release them."""
    _compute("demo-connectivity-baseline", BASELINE, [])
    _compute("demo-connectivity-railway", WITH_RAILWAY, [RAILWAY])


def _compute(key: str, names: MultilingualText, changes: list[dict[str, Any]]) -> None:
    if ConnectivityResult.objects.filter(key=key).exists():
        return
    office = Office.objects.get(key=OFFICE)
    parameters = {
        "raster": str(actions.synthetic_raster(office).uuid),
        "areas": list(AREAS),
        "neighbours": 8,
        "average": "resistance",
        "join": 1,
        "changes": changes,
        "scenario": SCENARIO.to_json() if changes else None,
        "names": names.to_json(),
        "key": key,
    }
    found = actions.start(parameters, None, office, in_background=False)
    if isinstance(found, Run):
        done = work_on(found.uuid)
        if not done.result:
            raise RuntimeError(f"{key} was not computed: {done.problems}")
        actions.release(ConnectivityResult.objects.get(uuid=done.result["result"]), published=True)
