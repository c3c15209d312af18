"""Whether form fills win as often as their scores say, by decile of the score."""

from __future__ import annotations

from typing import Any

import altair as alt
import duckdb

from click_to_cash.plots import drawing
from click_to_cash.plots.drawing import LINES, NothingToDraw
from click_to_cash.report import Row

_DECILES = """
    select
        model_version,
        is_used,
        decile,
        form_fill_count,
        predicted_win_rate,
        realised_win_rate
    from marts.lead_score_calibration
    where
        form_fill_count > 0
        and predicted_win_rate is not null
        and realised_win_rate is not null
    order by model_version, decile
"""

# How far the predictions are off, each decile by the number of its form fills.
_GAPS = f"""
    select
        model_version,
        is_used,
        sum(form_fill_count) as form_fill_count,
        sum(form_fill_count * abs(predicted_win_rate - realised_win_rate))
        / sum(form_fill_count) as mean_gap
    from ({_DECILES})
    group by model_version, is_used
    order by model_version
"""

_PER_ROW = 3


def deciles(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Predicted and realised win rate by model and decile."""
    return drawing.read(connection, _DECILES)


def gaps(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Mean distance of predicted and realised win rate by model."""
    return drawing.read(connection, _GAPS)


def draw(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The picture as Vega-Lite; raises NothingToDraw."""
    found = deciles(connection)
    if not found:
        raise NothingToDraw("no lead scores of a held-out period")
    of_models = gaps(connection)
    highest = max(
        max(row["predicted_win_rate"], row["realised_win_rate"]) for row in found
    )
    shown = min(len(of_models), _PER_ROW)
    panels = [
        _panel(
            gap,
            [row for row in found if row["model_version"] == gap["model_version"]],
            max(highest * 1.08, 0.01),
            max(row["form_fill_count"] for row in found),
            (drawing.WIDTH - 60 * (shown - 1)) // max(shown, 2),
        )
        for gap in of_models
    ]
    _, known = drawing.about(connection)
    chart = alt.vconcat(
        *(
            alt.hconcat(*panels[k : k + _PER_ROW], spacing=24)
            for k in range(0, len(panels), _PER_ROW)
        )
    )
    return drawing.finished(
        chart,
        title(of_models),
        [
            "Win rates of form fills by decile of their score, in a period that the"
            " scores had not seen. On the dashed line a score",
            f"keeps its word; above it more is won than it said. {known}",
        ],
    )


def title(of_models: list[Row]) -> str:
    """The finding: how far the scores in use are off."""
    (used,) = [row for row in of_models if row["is_used"]]
    off = f"{used['mean_gap'] * 100:.1f} percentage points off"
    return f"Predicted win rates are {off} on average"


def _panel(
    gap: Row, rows: list[Row], highest: float, most: float, size: int
) -> alt.LayerChart:
    scale = alt.Scale(domain=[0, highest], nice=False)
    axis = alt.Axis(labelExpr=drawing.PERCENT, tickCount=5)
    x = alt.X(
        "predicted_win_rate:Q", title="predicted win rate", scale=scale, axis=axis
    )
    y = alt.Y("realised_win_rate:Q", title="realised win rate", scale=scale, axis=axis)
    ends = [
        {"predicted_win_rate": end, "realised_win_rate": end} for end in (0, highest)
    ]
    diagonal = alt.Chart(drawing.values(ends)).mark_line(
        strokeDash=[5, 4], color=drawing.FAINT, strokeWidth=1
    )
    points = alt.Chart(drawing.values(rows)).mark_circle(
        color=LINES["lead_gen"], opacity=0.75, stroke="white"
    )
    return alt.LayerChart(
        layer=[
            diagonal.encode(x=x, y=y),
            points.encode(
                x=x,
                y=y,
                size=alt.Size(
                    "form_fill_count:Q",
                    title="form fills",
                    scale=alt.Scale(zero=True, rangeMax=150),
                    legend=alt.Legend(
                        orient="bottom",
                        values=drawing.sizes(most),
                        titleOrient="left",
                        symbolFillColor=drawing.FAINT,
                    ),
                ),
            ),
        ]
    ).properties(
        width=size,
        height=size,
        title=alt.TitleParams(
            f"{drawing.clean(gap['model_version'])}: {gap['mean_gap'] * 100:.1f} points off",
            anchor="start",
            fontSize=13,
            fontWeight="normal",
        ),
    )
