"""What the pictures share: their look, their colours and words for numbers."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import altair as alt
import duckdb

from click_to_cash.report import Row, rows_of

# Pixels; a picture is at most 800 wide with its axes, as a README shows it.
WIDTH = 670
# Letters of a name.
LONGEST = 36
# Arial's widths on every machine: the renderer brings Liberation Sans along.
FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
INK, FAINT, RULE, SHADE = "#222222", "#666666", "#dddddd", "#f1f1f1"
# Colours that stay apart for the colour-blind (Okabe and Ito). The two lines have
# theirs in every picture; the platforms get others, in the order of their names.
LINES = {"ecommerce": "#0072b2", "lead_gen": "#d55e00"}
# A label of an axis of shares.
PERCENT = "format(datum.value * 100, 'd') + ' %'"
LINE_NAMES = {"ecommerce": "e-commerce", "lead_gen": "lead gen"}
PLATFORM_COLOURS = ["#009e73", "#cc79a7", "#444444", "#56b4e9", "#e69f00"]

_ABOUT = """
    select
        reporting_currency,
        strftime(observed_at, '%-d %b %Y') as known_until
    from marts.build_info
"""


class NothingToDraw(Exception):
    """The marts hold no row for a picture; the text says of what."""


def read(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: object = None
) -> list[Row]:
    """The rows of a query as JSON can hold them: floats for money, texts for dates."""
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in rows_of(connection, sql, parameters)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def about(connection: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    """The reporting currency, and a sentence on how new the data is."""
    for row in read(connection, _ABOUT):
        known = row["known_until"]
        return row["reporting_currency"], f"Known until {known}." if known else ""
    return "", ""


def values(rows: Sequence[Row]) -> alt.InlineData:
    """Rows as they go into a chart."""
    return alt.InlineData(values=list(rows))


def finished(
    chart: alt.LayerChart | alt.VConcatChart | alt.HConcatChart,
    title: str,
    subtitle: Sequence[str],
) -> dict[str, Any]:
    """The Vega-Lite of a chart under its finding, in the look of all pictures."""
    headed = chart.properties(
        background="white",
        padding=12,
        title=alt.TitleParams(
            title,
            subtitle=[line for line in subtitle if line],
            anchor="start",
            frame="bounds",
            fontSize=16,
            color=INK,
            subtitleFontSize=12,
            subtitleColor=FAINT,
            subtitleLineHeight=16,
            subtitlePadding=6,
            offset=14,
        ),
    )
    drawn = (
        headed.configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelColor=FAINT,
            titleColor=FAINT,
            gridColor=RULE,
            domainColor=FAINT,
            tickColor=FAINT,
            titlePadding=8,
        )
        .configure_legend(
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelLimit=260
        )
        .configure_text(font=FONT, fontSize=12, color=INK)
    )
    specification: dict[str, Any] = drawn.to_dict()
    return specification


def haloed(text: alt.Chart, **mark: Any) -> alt.LayerChart:
    """A text that can be read across lines: with a white seam."""
    seam = text.mark_text(**mark | {"stroke": "white", "strokeWidth": 4, "opacity": 1})
    return alt.LayerChart(layer=[seam, text.mark_text(**mark)])


def platform_name(platform: str) -> str:
    """`google_ads` as people write it."""
    return platform.replace("_", " ").title()


def days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def amount(value: float) -> str:
    """Money without cents where they do not count."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == 0 else f"{value:,.2f}"


def clean(text: str | None) -> str:
    """A name as a picture can hold it: no control characters, and not too long."""
    shown = "".join(_shown(character) for character in text or "")
    shown = " ".join(shown.split()) or "unnamed"
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def _shown(character: str) -> str:
    # Controls and what is no character at all may stand in no XML.
    is_text = unicodedata.category(character)[0] != "C"
    return character if is_text else " "


def rounds(low: float, high: float) -> list[float]:
    """1, 2, 5, 10, 20 … between two numbers."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    all_of_them = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return [number for number in all_of_them if low <= number <= high]


def sizes(most: float) -> list[float]:
    """The sizes that a legend shows: two round numbers not far below the largest."""
    return sorted(rounds(most / 20, most)[::-2][:2])
