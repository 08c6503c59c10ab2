"""The set of models of an analysis: chosen parts to formulas, formulas to models of the engine. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from amur.science.capture import Model

FUNCTIONS: Final = ("HHN", "HEX", "HHR", "HN", "EX", "HR")
HAZARDS: Final = ("HHN", "HEX", "HHR")
PLAIN: Final = "plain"
SEX: Final = "sex"
DENSITY: Final = "density-"
MOST_MODELS: Final = 30
# The parts of a formula by the name of the choice; detection is written for hazards.
PARTS: Final[Mapping[str, str]] = {
    PLAIN: "D~1, lambda0~1, sigma~1",
    "site": "D~1, lambda0~bk, sigma~1",
    "learned": "D~1, lambda0~b, sigma~1",
    "time": "D~1, lambda0~T, sigma~1",
    SEX: "D~1, lambda0~h2, sigma~h2",
    "trend": "D~x + y, lambda0~1, sigma~1",
    "country": "D~country, lambda0~1, sigma~1",
    "session": "D~session, lambda0~1, sigma~1",
    "array": "D~1, lambda0~array, sigma~1",
}
DENSITY_VARIABLES: Final = ("x", "y", "x2", "y2", "xy", "session", "Session", "country")
DETECTION_VARIABLES: Final = (
    "session", "Session", "t", "T", "b", "B", "bk", "Bk", "k", "K", "h2", "array",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spec:
    """A model as it is stored: formulas as text for its detection function."""

    formulas: str
    function: str

    @property
    def name(self) -> str:
        """How the model is called in tables."""
        return f"{self.function}: {self.formulas}"


def specs(functions: Sequence[str], parts: Sequence[str], own: str = "") -> list[Spec]:
    """Every part with every detection function, and the own formulas with each of them.

    >>> [spec.name for spec in specs(["HHN", "HN"], ["plain", "site"])][::3]
    ['HHN: D~1, lambda0~1, sigma~1', 'HN: D~1, g0~bk, sigma~1']
    """
    texts = [PARTS[part] if part in PARTS else _density(part) for part in parts]
    return [
        Spec(_for(function, text), function)
        for function in functions
        for text in dict.fromkeys([*texts, *([own.strip()] if own.strip() else [])])
    ]


def _density(part: str) -> str:
    return f"D~{part.removeprefix(DENSITY)}, lambda0~1, sigma~1"


def _for(function: str, text: str) -> str:
    """Formulas for hazards as those of a function of probability."""
    return text if function in HAZARDS else text.replace("lambda0~", "g0~")


def models(given: Sequence[Mapping[str, str]], sex: str) -> dict[str, "Model"]:
    """The engine's models by name. `sex` is the covariate of individuals whose two levels are the classes.

    Where one model of the set needs single occasions or classes, all have them, so that they can be compared.
    Raises ValueError for a formula that cannot be read.
    """
    from amur.science.capture import Model

    chosen = [Spec(one["formulas"], one["function"]) for one in given]
    plain = [Model.of(spec.formulas, function=spec.function) for spec in chosen]
    needs = any(model.learned or model.detection_variables & {"t", "T"} for model in plain)
    covariate = sex if any("h2" in model.detection_variables for model in plain) else ""
    return {
        spec.name: Model.of(
            spec.formulas, function=spec.function, keep_occasions=needs, mixture_covariate=covariate
        )
        for spec in chosen
    }


def unknown(
    found: Mapping[str, "Model"], known: Mapping[str, Collection[str]]
) -> tuple[str, Collection[str]] | None:
    """A variable that a survey does not have, with those it has; None where it has all.

    `known` are the variables of density ("D") and those of detection ("").
    """
    from amur.science.capture.formula import variables_of

    for model in found.values():
        for parameter, formula in model.formulas.items():
            there = known["D" if parameter == "D" else ""]
            for name in variables_of(formula):
                if name not in there:
                    return name, there
    return None


def as_json(found: Sequence[Spec]) -> list[dict[str, Any]]:
    """Models as a run stores them."""
    return [{"formulas": spec.formulas, "function": spec.function} for spec in found]
