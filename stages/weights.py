"""What was learned from labelled notes: one readable file, which `salver train` writes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from pydantic import Field

from stages.values import Value


class Weights(Value):
    """A weights file. Empty: nothing is read between the lines, and signals have the points given by hand.

    A reading is a question that is answered by weighing turns of phrase (`stages.wording.tone`): each adds its weight
    times its share of the text, and the sum is the logit of "yes".
    """

    made_from: str = Field(default="", description="what it was learned from, for a person")
    points: dict[str, float] = Field(
        default_factory=dict, description="of a signal at its full measure, instead of its default; steps of 0.25"
    )
    silence: dict[str, float] = Field(
        default_factory=dict, description="by reading, and `base`: above zero in all, the note gives no reason"
    )
    readings: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="by reading (`stages.readings`): the weight of each turn of phrase"
    )

    @cached_property
    def by_feature(self) -> Mapping[str, tuple[tuple[str, float], ...]]:
        """The same as `readings`, by turn of phrase: its weight in each reading that has one for it."""
        found: dict[str, list[tuple[str, float]]] = {}
        for reading, weights in self.readings.items():
            for feature, weight in weights.items():
                found.setdefault(feature, []).append((reading, weight))
        return {feature: tuple(weights) for feature, weights in found.items()}
