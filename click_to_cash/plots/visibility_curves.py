"""How much of its final value a click shows after n days, of both lines."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import duckdb

from click_to_cash.plots import drawing
from click_to_cash.plots.drawing import LINE_NAMES, LINES, NothingToDraw
from click_to_cash.report import Row

# Between two ages of the mart value is taken to come evenly, as days_to_value has it.
_CURVES = """
    with shares as (
        select
            'ecommerce' as business_line,
            platform,
            age_days,
            ecommerce_visible_share as visible_share
        from marts.visibility_by_click_age
        where ecommerce_visible_share is not null
        union all
        select
            'lead_gen' as business_line,
            platform,
            age_days,
            lead_gen_visible_share as visible_share
        from marts.visibility_by_click_age
        where lead_gen_visible_share is not null
    ),

    steps as (
        select
            *,
            lead(age_days) over in_turn as next_age_days,
            lead(visible_share) over in_turn as next_share
        from shares
        window in_turn as (partition by business_line, platform order by age_days)
    )

    select
        steps.business_line,
        steps.platform,
        ages.age_days,
        steps.visible_share + coalesce(
            (steps.next_share - steps.visible_share)
            * (ages.age_days - steps.age_days)
            / (steps.next_age_days - steps.age_days),
            0
        ) as visible_share
    from
        steps,
        unnest(range(
            steps.age_days, coalesce(steps.next_age_days, steps.age_days + 1)
        )) as ages (age_days)
    order by steps.business_line, steps.platform, ages.age_days
"""

_MARKS = f"""
    with curves as ({_CURVES})

    select
        curves.business_line,
        curves.age_days,
        curves.visible_share,
        reached.share_name,
        rank() over (partition by reached.share_name order by curves.age_days) as place
    from (
        select business_line, 'half' as share_name, days_to_half_value as age_days
        from marts.days_to_value
        where platform = 'all'
        union all
        select business_line, '90 %' as share_name, days_to_90_percent_value as age_days
        from marts.days_to_value
        where platform = 'all'
    ) as reached
    inner join curves
        on
            reached.business_line = curves.business_line
            and reached.age_days = curves.age_days
    where curves.platform = 'all'
    order by curves.business_line, curves.age_days
"""

_TICKS = [0, 1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365, 730]
# Days about which the scale turns from even steps to even ratios.
_NEAR = 2
_ALL = "all platforms"
_DASHES: list[list[float]] = [[5, 3], [1.5, 2.5], [9, 3, 2, 3], [3, 1.5]]


def curves(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Share visible by line, platform and whole day."""
    return drawing.read(connection, _CURVES)


def marks(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The days on which each line shows half and nine tenths, all platforms."""
    return drawing.read(connection, _MARKS)


def draw(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The picture as Vega-Lite; raises NothingToDraw."""
    drawn = curves(connection)
    if not drawn:
        raise NothingToDraw("no line has enough value to tell when it comes")
    found = marks(connection)
    for row in drawn:
        row["line"] = LINE_NAMES[row["business_line"]]
        row["shown"] = (
            _ALL if row["platform"] == "all" else drawing.platform_name(row["platform"])
        )
    for row in found:
        row["line"] = LINE_NAMES[row["business_line"]]
        row["label"] = f"{row['share_name']} after {drawing.days(row['age_days'])}"
    platforms = sorted({row["shown"] for row in drawn} - {_ALL})
    x, y, colour, dash = _scales(drawn, platforms)
    base = alt.Chart(drawing.values(drawn)).encode(x=x, y=y, color=colour)
    layers: list[alt.Chart | alt.LayerChart] = [
        base.transform_filter(alt.datum.platform != "all")
        .mark_line(strokeWidth=1, opacity=0.75)
        .encode(strokeDash=dash),
        base.transform_filter(alt.datum.platform == "all").mark_line(strokeWidth=3),
    ]
    layers += _labelled(found, max(row["age_days"] for row in drawn), x, y, colour)
    chart = alt.LayerChart(layer=layers).properties(width=drawing.WIDTH, height=330)
    _, known = drawing.about(connection)
    return drawing.finished(
        chart,
        title(found, sorted({row["business_line"] for row in drawn})),
        [
            "Share of the final value of a click that can be seen so many days after"
            " it. Bold: all platforms; thin: each platform",
            f"with a hundred conversions or more. {known}",
        ],
    )


def title(found: list[Row], lines: list[str]) -> str:
    """The finding: when each line shows half of its value."""
    half = {
        row["business_line"]: drawing.days(row["age_days"])
        for row in found
        if row["share_name"] == "half"
    }
    told = [f"{LINE_NAMES[line]} value is visible after {half[line]}" for line in half]
    if len(told) == 2:
        told[1] = f"of lead gen after {half['lead_gen']}"
    if told:
        return "Half of " + ", ".join(told)
    names = " and ".join(LINE_NAMES[line] for line in lines)
    return f"Half of the value of {names} takes longer than what has been lived"


def _scales(
    drawn: list[Row], platforms: list[str]
) -> tuple[alt.X, alt.Y, alt.Color, alt.StrokeDash]:
    oldest = max(row["age_days"] for row in drawn)
    highest = max(1, *(row["visible_share"] for row in drawn))
    lowest = min(0, *(row["visible_share"] for row in drawn))
    lines = [line for line in LINES if any(r["business_line"] == line for r in drawn)]
    x = alt.X(
        "age_days:Q",
        title="days after the click (the scale widens the first two weeks)",
        scale=alt.Scale(type="symlog", constant=_NEAR, domain=[0, oldest], nice=False),
        axis=alt.Axis(values=[day for day in _TICKS if day <= oldest], grid=False),
    )
    y = alt.Y(
        "visible_share:Q",
        title="share of the final value that is visible",
        scale=alt.Scale(domain=[lowest, highest], nice=False),
        axis=alt.Axis(labelExpr=drawing.PERCENT, values=[0, 0.25, 0.5, 0.75, 0.9, 1]),
    )
    colour = alt.Color(
        "line:N",
        title=None,
        scale=alt.Scale(
            domain=[LINE_NAMES[line] for line in lines],
            range=[LINES[line] for line in lines],
        ),
        legend=alt.Legend(
            orient="top", symbolType="stroke", symbolStrokeWidth=3, symbolSize=400
        ),
    )
    dash = alt.StrokeDash(
        "shown:N",
        title=None,
        scale=alt.Scale(
            domain=platforms,
            range=[_DASHES[k % len(_DASHES)] for k in range(len(platforms))],
        ),
        legend=alt.Legend(orient="top", symbolType="stroke", symbolSize=400)
        if platforms
        else None,
    )
    return x, y, colour, dash


def _labelled(
    found: list[Row], oldest: int, x: alt.X, y: alt.Y, colour: alt.Color
) -> list[alt.Chart | alt.LayerChart]:
    """Points with their days: the faster line's to the left where there is room."""
    if not found:
        return []
    left = [
        row
        for row in found
        if (row["place"] == 1 and row["age_days"] >= 7)
        or math.log1p(row["age_days"] / _NEAR) > 0.9 * math.log1p(oldest / _NEAR)
    ]
    right = [row for row in found if row not in left]
    points = alt.Chart(drawing.values(found)).encode(x=x, y=y, color=colour)
    return [
        points.mark_point(size=70, filled=True, opacity=1, stroke="white"),
        *(
            drawing.haloed(
                alt.Chart(drawing.values(rows)).encode(
                    x=x, y=y, color=colour, text="label:N"
                ),
                align=align,
                dx=dx,
                dy=dy,
                fontWeight="bold",
            )
            for rows, align, dx, dy in ((left, "right", -8, -9), (right, "left", 8, 12))
            if rows
        ),
    ]
