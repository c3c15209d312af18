"""The plane of the campaign map: where a cost and a value lie on it."""

from __future__ import annotations

import math
from typing import Any

import altair as alt

from click_to_cash.plots import drawing
from click_to_cash.report import Row

# Pixels; beside it the lines of equal ROAS have their names.
WIDTH, HEIGHT = drawing.WIDTH - 20, 400


class Plane:
    """Where a cost and a value lie on the picture, and the scales that say so.

    Cost is logarithmic; value too, but near 0, which must have a place.
    """

    def __init__(self, drawn: list[Row], currency: str) -> None:
        self.currency = currency
        costs = [row["cost_per_form_fill"] for row in drawn]
        worth = [row["value_per_form_fill"] for row in drawn]
        self.cost = (min(costs) / 1.8, max(costs) * 1.8)
        highest = max(max(worth) * 1.7, self.cost[1])
        self.near = highest / 40
        self.value = (min(0.0, *worth) - self.near / 5, highest)

    def x(self, cost: float) -> float:
        low, high = (math.log(end) for end in self.cost)
        return WIDTH * (math.log(cost) - low) / (high - low)

    def y(self, value: float) -> float:
        low, high = (self._symlog(end) for end in self.value)
        return HEIGHT * (high - self._symlog(value)) / (high - low)

    def _symlog(self, value: float) -> float:
        return math.copysign(math.log1p(abs(value) / self.near), value)

    def encoded(self) -> dict[str, Any]:
        """The two axes, for Altair."""
        return {
            "x": alt.X(
                "cost_per_form_fill:Q",
                title=f"cost per form fill, {self.currency}",
                scale=alt.Scale(type="log", domain=list(self.cost), nice=False),
                axis=alt.Axis(
                    values=drawing.rounds(*self.cost), format=",~r", grid=False
                ),
            ),
            "y": alt.Y(
                "value_per_form_fill:Q",
                title=f"won value per form fill, {self.currency}",
                scale=alt.Scale(
                    type="symlog",
                    constant=self.near,
                    domain=list(self.value),
                    nice=False,
                ),
                axis=alt.Axis(
                    values=[0, *drawing.rounds(self.near / 2, self.value[1])],
                    format=",~r",
                ),
            ),
        }
