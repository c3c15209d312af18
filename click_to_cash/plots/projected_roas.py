"""ROAS by click week as it can be seen now, and as it is projected to become."""

from __future__ import annotations

from typing import Any

import altair as alt
import duckdb

from click_to_cash.plots import drawing
from click_to_cash.plots.drawing import FAINT, INK, LINE_NAMES, LINES, NothingToDraw
from click_to_cash.report import Row

# A sum in which one campaign's projection is missing would be too low: it is null. The
# ends of the campaigns' ranges add up: what errs is mostly the pattern that they share.
_WEEKS = """
    with weeks as (
        select
            business_line,
            week_start_date,
            sum(spend) as spend,
            sum(observed_value) as observed_value,
            case
                when count(projected_value) = count(*) then sum(projected_value)
            end as projected_value,
            sum(projected_value - low_value) as below,
            sum(high_value - projected_value) as above,
            bool_or(is_too_young) as is_too_young
        from marts.roas_projected_by_campaign_week
        group by business_line, week_start_date
    )

    select
        business_line,
        week_start_date,
        week_start_date - interval 84 hours as shaded_from,
        week_start_date + interval 108 hours as shaded_to,
        spend,
        observed_value,
        projected_value,
        observed_value / nullif(spend, 0) as observed_roas,
        projected_value / nullif(spend, 0) as projected_roas,
        (projected_value - below) / nullif(spend, 0) as low_roas,
        (projected_value + above) / nullif(spend, 0) as high_roas,
        is_too_young,
        coalesce(
            lead(is_too_young) over (
                partition by business_line order by week_start_date
            ),
            false
        ) as is_before_too_young
    from weeks
    order by business_line, week_start_date
"""

# What the title tells: the newest eight weeks of each line.
_NEWEST = f"""
    with weeks as ({_WEEKS})

    select
        business_line,
        sum(observed_value) / nullif(sum(spend), 0) as observed_roas,
        case when count(projected_value) = count(*) then sum(projected_value) end
        / nullif(sum(spend), 0) as projected_roas
    from weeks
    where
        week_start_date > (select max(week_start_date) from weeks) - interval 56 days
    group by business_line
    order by business_line
"""

_OBSERVED, _PROJECTED = "observed so far", "projected, with its 80 % range"


def weeks(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """ROAS of all campaigns of a line together, by click week."""
    return drawing.read(connection, _WEEKS)


def newest(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """ROAS of the newest eight weeks by line, seen and projected."""
    return drawing.read(connection, _NEWEST)


def draw(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The picture as Vega-Lite; raises NothingToDraw."""
    found = weeks(connection)
    lines = [
        line
        for line in LINES
        if any(r["business_line"] == line and r["spend"] for r in found)
    ]
    if not lines:
        raise NothingToDraw("no click week with spend is over")
    span = [f(row["week_start_date"] for row in found) for f in (min, max)]
    panels = [
        _panel(line, [row for row in found if row["business_line"] == line], span)
        for line in lines
    ]
    currency, known = drawing.about(connection)
    return drawing.finished(
        alt.vconcat(*panels, spacing=22).resolve_scale(color="independent"),
        title(newest(connection)),
        [
            f"Value in {currency} ÷ spend in {currency}, all campaigns of a line"
            f" together, by click week. {known}",
            "Range: the ends of the campaigns' 80 % ranges, added up. Dashed: too"
            " young, less than half of a campaign's value is visible.",
        ],
    )


def title(found: list[Row]) -> str:
    """The finding: where the newest weeks stand, and where they are headed."""
    told = [
        f"{LINE_NAMES[row['business_line']]} ROAS {row['observed_roas']:.1f},"
        f" projected {row['projected_roas']:.1f}"
        for row in found
        if row["observed_roas"] is not None and row["projected_roas"] is not None
    ]
    return f"Last 8 weeks: {'; '.join(told) or 'too early to project their ROAS'}"


def _panel(line: str, rows: list[Row], span: list[str]) -> alt.LayerChart:
    x_title = "week of the click (its Monday)"
    x = alt.X(
        "week_start_date:T",
        title=x_title,
        scale=alt.Scale(type="utc", domain=span),
        axis=alt.Axis(
            grid=False,
            tickCount="month",
            labelOverlap=True,
            # The year stands at its January.
            labelExpr="utcFormat(datum.value, utcmonth(datum.value) ? '%b' : '%b %Y')",
        ),
    )
    y_title = f"ROAS, {LINE_NAMES[line]}"
    y = alt.Y("observed_roas:Q", title=y_title, scale=alt.Scale(zero=True))
    base = alt.Chart(drawing.values(rows)).encode(x=x)
    ranged = base.transform_filter("isValid(datum.projected_roas)")
    solid = ranged.transform_filter("!datum.is_too_young")
    dashed = ranged.transform_filter("datum.is_too_young || datum.is_before_too_young")
    young = base.transform_filter("datum.is_too_young")
    bold: dict[str, Any] = {"strokeWidth": 2.5, "strokeCap": "round"}
    projected = alt.Y("projected_roas:Q", title=y_title)
    colour = alt.Color(
        "series:N",
        title=None,
        scale=alt.Scale(domain=[_OBSERVED, _PROJECTED], range=[INK, LINES[line]]),
        legend=alt.Legend(
            orient="top", symbolType="stroke", symbolSize=400, symbolStrokeWidth=2.5
        ),
    )
    coloured = {"series": f"'{_PROJECTED}'"}
    layers: list[alt.Chart | alt.LayerChart] = [
        young.mark_rect(color=drawing.SHADE, opacity=1, clip=True).encode(
            x=alt.X("shaded_from:T", title=x_title), x2="shaded_to:T"
        ),
        ranged.mark_area(color=LINES[line], opacity=0.2).encode(
            y=alt.Y("low_roas:Q", title=y_title), y2="high_roas:Q"
        ),
        dashed.transform_calculate(**coloured)
        .mark_line(strokeDash=[4, 4], **bold)
        .encode(y=projected, color=colour),
        solid.transform_calculate(**coloured)
        .mark_line(**bold)
        .encode(y=projected, color=colour),
        base.transform_calculate(series=f"'{_OBSERVED}'")
        .mark_line(
            strokeWidth=1.2, point=alt.OverlayMarkDef(size=12, filled=True, opacity=1)
        )
        .encode(y=y, color=colour),
    ]
    too_young = [row for row in rows if row["is_too_young"]]
    if too_young:
        layers.append(
            alt.Chart(drawing.values(too_young[-1:]))
            .mark_text(align="right", baseline="top", dx=-4, dy=4, color=FAINT)
            .encode(x=x, y=alt.value(0), text=alt.value("too young"))
        )
    return alt.LayerChart(layer=layers).properties(width=drawing.WIDTH, height=190)
