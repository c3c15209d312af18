"""What a form fill of each lead-gen campaign costs, and what it is worth."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import duckdb

from click_to_cash.plots import drawing
from click_to_cash.plots.drawing import FAINT, INK, NothingToDraw
from click_to_cash.plots.labels import Point, placed
from click_to_cash.plots.plane import HEIGHT, WIDTH, Plane
from click_to_cash.report import Row

# The last calendar year that the data covers from end to end, else all of it.
_PERIOD = """
    select
        is_full_year,
        year_number,
        case when is_full_year then make_date(year_number, 1, 1) else first_date end
            as first_date,
        case when is_full_year then make_date(year_number, 12, 31) else last_date end
            as last_date
    from (
        select
            *,
            first_date <= make_date(year_number, 1, 1) as is_full_year
        from (
            select
                min(click_date) as first_date,
                max(click_date) as last_date,
                cast(year(max(click_date) + 1) - 1 as integer) as year_number
            from marts.roas_by_campaign_day
            where platform <> 'unattributed'
        )
    )
"""

# Value is what was won so far.
_CAMPAIGNS = f"""
    with campaigns as (
        select
            platform,
            account_id,
            campaign_id,
            coalesce(max(campaign_name), campaign_id, 'unnamed') as campaign_name,
            coalesce(sum(lead_gen_spend), 0) as spend,
            coalesce(sum(lead_gen_form_fill_count), 0) as form_fill_count,
            coalesce(sum(lead_gen_won_value), 0) as value
        from marts.roas_by_campaign_day
        where
            platform <> 'unattributed'
            and click_date between
                (select first_date from ({_PERIOD}))
                and (select last_date from ({_PERIOD}))
        group by platform, account_id, campaign_id
    )

    select
        *,
        spend / nullif(form_fill_count, 0) as cost_per_form_fill,
        value / nullif(form_fill_count, 0) as value_per_form_fill
    from campaigns
    where spend > 0 or form_fill_count > 0
    order by spend desc, platform, account_id, campaign_id
"""

_ROAS = (1, 3, 10)


def period(connection: duckdb.DuckDBPyConnection) -> Row:
    """The first and the last day that count."""
    (found,) = drawing.read(connection, _PERIOD)
    return found


def campaigns(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Cost and value per form fill of every campaign with spend or form fills."""
    return drawing.read(connection, _CAMPAIGNS)


def draw(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The picture as Vega-Lite; raises NothingToDraw."""
    found = campaigns(connection)
    drawn = [row for row in found if row["spend"] > 0 and row["form_fill_count"] > 0]
    if not drawn:
        raise NothingToDraw("no lead-gen campaign has spend and form fills")
    currency, known = drawing.about(connection)
    plane = Plane(drawn, currency)
    days = period(connection)
    when = (
        f"Clicks of {days['year_number']}"
        if days["is_full_year"]
        else f"Clicks from {days['first_date']} to {days['last_date']}"
    )
    names = _names(drawn, plane)
    left_out, unnamed = len(found) - len(drawn), len(drawn) - len(names)
    chart = alt.LayerChart(
        layer=[*_diagonals(plane), *_points(drawn, plane), *names]
    ).properties(width=WIDTH, height=HEIGHT)
    notes = [
        f"{when}.",
        known,
        f"Not shown: {left_out} without form fills or spend." if left_out else "",
        f"No room for the names of {unnamed}." if unnamed else "",
    ]
    return drawing.finished(
        chart,
        title(drawn, currency),
        [
            "Lead-gen campaigns, value as won so far. Bottom left: cheap form fills"
            " that seldom close. Dashed: equal ROAS.",
            " ".join(note for note in notes if note),
        ],
    )


def title(drawn: list[Row], currency: str) -> str:
    """The finding: what the cheapest form fills are worth, and the dearest."""
    by_cost = sorted(drawn, key=lambda row: float(row["cost_per_form_fill"]))
    cheapest, dearest = (
        [
            drawing.amount(row[name])
            for name in ("cost_per_form_fill", "value_per_form_fill")
        ]
        for row in (by_cost[0], by_cost[-1])
    )
    if len(drawn) == 1:
        return f"A form fill costs {currency} {cheapest[0]} and is worth {cheapest[1]}"
    return (
        f"The cheapest form fills cost {currency} {cheapest[0]} and are worth"
        f" {cheapest[1]}, the dearest cost {dearest[0]} and are worth {dearest[1]}"
    )


def _diagonals(plane: Plane) -> list[alt.Chart | alt.LayerChart]:
    """Lines on which value is 1, 3 and 10 times the cost, named at their upper ends."""
    low, high = plane.cost
    lines, names = [], []
    for roas in _ROAS:
        end = min(high, plane.value[1] / roas)
        if end <= low:
            continue
        costs = [low * (end / low) ** (step / 30) for step in range(31)]
        lines += [
            {"roas": roas, "cost_per_form_fill": x, "value_per_form_fill": x * roas}
            for x in costs
        ]
        names.append(lines[-1] | {"name": f"ROAS {roas}"})
    drawn = alt.Chart(drawing.values(lines)).mark_line(
        color="#aaaaaa", strokeWidth=1, strokeDash=[4, 3], clip=True
    )
    named = alt.Chart(drawing.values(names)).mark_text(
        align="left", baseline="bottom", dx=3, dy=-2, color=FAINT, fontSize=11
    )
    return [
        drawn.encode(detail="roas:N", **plane.encoded()),
        named.encode(text="name:N", **plane.encoded()),
    ]


def _points(drawn: list[Row], plane: Plane) -> list[alt.Chart | alt.LayerChart]:
    platforms = sorted({row["platform"] for row in drawn})
    colours = drawing.PLATFORM_COLOURS
    most = max(row["spend"] for row in drawn)
    rows = [row | {"shown": drawing.platform_name(row["platform"])} for row in drawn]
    points = alt.Chart(drawing.values(rows)).mark_circle(
        opacity=0.85, stroke="white", strokeWidth=1
    )
    return [
        points.encode(
            color=alt.Color(
                "shown:N",
                title=None,
                scale=alt.Scale(
                    domain=[drawing.platform_name(name) for name in platforms],
                    range=[colours[k % len(colours)] for k in range(len(platforms))],
                ),
                legend=alt.Legend(orient="top", symbolSize=120),
            ),
            size=alt.Size(
                "spend:Q",
                title=f"spend, {plane.currency}",
                scale=alt.Scale(zero=True, rangeMax=900),
                legend=alt.Legend(
                    orient="top",
                    titleOrient="left",
                    values=drawing.sizes(most),
                    symbolFillColor=FAINT,
                    format=",~r",
                ),
            ),
            **plane.encoded(),
        )
    ]


def _names(drawn: list[Row], plane: Plane) -> list[alt.Chart | alt.LayerChart]:
    """The campaigns' names where they fit, those with the most spend first."""
    most = max(row["spend"] for row in drawn)
    points = [
        Point(
            drawing.clean(row["campaign_name"]),
            plane.x(row["cost_per_form_fill"]),
            plane.y(row["value_per_form_fill"]),
            math.sqrt(900 * row["spend"] / most / math.pi),
        )
        for row in drawn
    ]
    texts: list[alt.Chart | alt.LayerChart] = []
    for label in placed(points, WIDTH, HEIGHT):
        text = alt.Chart(drawing.values([{"name": label.text}]))
        texts.append(
            drawing.haloed(
                text.encode(text="name:N", x=alt.value(label.x), y=alt.value(label.y)),
                align=label.align,
                baseline="middle",
                color=INK,
            )
        )
    return texts
