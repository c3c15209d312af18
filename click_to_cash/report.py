"""The side-by-side report: read from the marts in SQL, shown as tables of text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Group
from rich.table import Table
from rich.text import Text

from click_to_cash.database import connect
from click_to_cash.errors import ClickToCashError

# Columns of terminal that the tables fill.
WIDTH = 116

_SUMS = """
    sum(spend) as spend,
    sum(ecommerce_spend) as ecommerce_spend,
    sum(ecommerce_order_count) as ecommerce_order_count,
    sum(ecommerce_net_revenue) as ecommerce_net_revenue,
    round(sum(ecommerce_net_revenue) / nullif(sum(ecommerce_spend), 0), 2)
        as ecommerce_roas,
    round(sum(ecommerce_profit) / nullif(sum(ecommerce_spend), 0), 2) as ecommerce_poas,
    sum(lead_gen_spend) as lead_gen_spend,
    sum(lead_gen_form_fill_count) as lead_gen_form_fill_count,
    sum(lead_gen_won_deal_count) as lead_gen_won_deal_count,
    sum(lead_gen_won_value) as lead_gen_won_value,
    round(sum(lead_gen_won_value) / nullif(sum(lead_gen_spend), 0), 2) as lead_gen_roas
"""

_PLATFORMS = f"""
    select platform, {_SUMS}
    from marts.roas_side_by_side
    where platform <> 'unattributed'
    group by platform
    order by sum(spend) desc, platform
"""

_TOTAL = f"""
    select 'credited to ads' as platform, {_SUMS}
    from marts.roas_side_by_side
    where platform <> 'unattributed'
"""

# Value that stands in no line's ratio, so that the totals are the shop's and the CRM's.
_APART = """
    select
        case platform
            when 'unattributed' then 'unattributed'
            else 'cross-line'
        end as place,
        sum(case platform
            when 'unattributed' then ecommerce_order_count
            else ecommerce_cross_line_order_count
        end) as ecommerce_order_count,
        sum(case platform
            when 'unattributed' then ecommerce_net_revenue
            else ecommerce_cross_line_net_revenue
        end) as ecommerce_net_revenue,
        sum(case platform
            when 'unattributed' then lead_gen_form_fill_count
            else lead_gen_cross_line_form_fill_count
        end) as lead_gen_form_fill_count,
        sum(case platform
            when 'unattributed' then lead_gen_won_deal_count
            else lead_gen_cross_line_won_deal_count
        end) as lead_gen_won_deal_count,
        sum(case platform
            when 'unattributed' then lead_gen_won_value
            else lead_gen_cross_line_won_value
        end) as lead_gen_won_value
    from marts.roas_side_by_side
    group by place
    order by place
"""

_ALL = """
    select
        'all' as platform,
        sum(spend) as spend,
        sum(ecommerce_spend) as ecommerce_spend,
        sum(ecommerce_order_count + ecommerce_cross_line_order_count)
            as ecommerce_order_count,
        sum(ecommerce_net_revenue + ecommerce_cross_line_net_revenue)
            as ecommerce_net_revenue,
        sum(lead_gen_spend) as lead_gen_spend,
        sum(lead_gen_form_fill_count + lead_gen_cross_line_form_fill_count)
            as lead_gen_form_fill_count,
        sum(lead_gen_won_deal_count + lead_gen_cross_line_won_deal_count)
            as lead_gen_won_deal_count,
        sum(lead_gen_won_value + lead_gen_cross_line_won_value) as lead_gen_won_value
    from marts.roas_side_by_side
"""

_ABOUT = """
    select
        build_info.*,
        first_month,
        last_month,
        unassigned_spend,
        open_pipeline,
        blended_roas,
        delivered_row_count,
        superseded_row_count,
        rejected_row_count
    from
        marts.build_info,
        (
            select
                min(month_start_date) as first_month,
                max(month_start_date) as last_month,
                coalesce(sum(unassigned_spend), 0) as unassigned_spend,
                coalesce(
                    sum(lead_gen_open_pipeline + lead_gen_cross_line_open_pipeline), 0
                ) as open_pipeline,
                round(sum(total_value) / nullif(sum(total_spend), 0), 2) as blended_roas
            from marts.roas_side_by_side
        ),
        (
            select
                sum(delivered_row_count) as delivered_row_count,
                sum(superseded_row_count) as superseded_row_count,
                sum(rejected_row_count) as rejected_row_count
            from marts.raw_row_accounts
        )
"""

# The commonest reasons for which rows count for nothing.
_REASONS = """
    select
        table_name || '.' || column_name || ' ' || issue as reason,
        sum(delivered_row_count) as row_count
    from marts.data_issues
    where is_rejected
    group by reason
    order by row_count desc, reason
    limit 2
"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """Rows of the report, as read: money in the reporting currency."""

    platforms: list[Row]
    total: Row
    apart: list[Row]
    everything: Row
    about: Row
    reasons: list[Row] = field(default_factory=list)


def read(path: Path) -> Report:
    """Read the report from the DuckDB file at `path`; raises ClickToCashError."""
    with opened(path) as connection:
        return Report(
            platforms=rows_of(connection, _PLATFORMS),
            total=rows_of(connection, _TOTAL)[0],
            apart=rows_of(connection, _APART),
            everything=rows_of(connection, _ALL)[0],
            about=rows_of(connection, _ABOUT)[0],
            reasons=rows_of(connection, _REASONS),
        )


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A publication to read the marts of; what is missing raises ClickToCashError."""
    if not path.exists():
        raise ClickToCashError(f"no database at {path}: run `make build` first")
    try:
        with connect(path, read_only=True) as connection:
            yield connection
    except (duckdb.CatalogException, duckdb.BinderException):
        raise ClickToCashError(
            f"{path} holds no finished build of this version: run `make build`"
        ) from None
    except duckdb.IOException as error:
        reason = str(error).splitlines()[0]
        raise ClickToCashError(
            f"cannot read {path}: close what has it open, or give the file that"
            f" `dbt build` wrote ({reason})"
        ) from None


def rows_of(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: object = None
) -> list[Row]:
    """The rows of a query by the names of its columns."""
    result = connection.execute(sql, parameters)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def render(report: Report) -> Group:
    """The report as a table with a header line and notes, `WIDTH` columns wide."""
    about = report.about
    header = Text(no_wrap=True)
    header.append("ROAS side by side", style="bold")
    if about["first_month"] is not None:
        months = [f"{about[name]:%b %Y}" for name in ("first_month", "last_month")]
        header.append(f", clicks of {' to '.join(dict.fromkeys(months))}")
    header.append(f", {about['reporting_currency']}")
    if about["as_of"] is not None:
        header.append(f", as of {about['as_of']:%Y-%m-%d %H:%M} UTC")
    return Group(header, _table(report), _notes(report))


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    table.add_column("\nplatform", no_wrap=True)
    for line, names in (
        ("", ["spend"]),
        ("e-commerce", ["spend", "orders", "net revenue", "ROAS", "POAS"]),
        ("lead gen", ["spend", "forms", "won", "won value", "ROAS"]),
    ):
        for place, name in enumerate(names):
            table.add_column(
                f"{line if place == 0 else ''}\n{name}", justify="right", no_wrap=True
            )
    for row in report.platforms:
        table.add_row(*_cells(row))
    table.add_section()
    table.add_row(*_cells(report.total), style="bold")
    for row in report.apart:
        table.add_row(*_cells(row | {"platform": row["place"]}), style="dim")
    table.add_row(*_cells(report.everything), style="bold")
    return table


def _cells(row: Row) -> list[str]:
    return [
        row["platform"],
        _whole(row.get("spend")),
        _whole(row.get("ecommerce_spend")),
        _whole(row["ecommerce_order_count"]),
        _whole(row["ecommerce_net_revenue"]),
        _ratio(row.get("ecommerce_roas")),
        _ratio(row.get("ecommerce_poas")),
        _whole(row.get("lead_gen_spend")),
        _whole(row["lead_gen_form_fill_count"]),
        _whole(row["lead_gen_won_deal_count"]),
        _whole(row["lead_gen_won_value"]),
        _ratio(row.get("lead_gen_roas")),
    ]


def _notes(report: Report) -> Text:
    about = report.about
    reasons = " · ".join(
        f"{row['reason']} {_whole(row['row_count'])}" for row in report.reasons
    )
    return Text(
        f"blended ROAS {_ratio(about['blended_roas']) or 'none'}"
        f" · open pipeline {_whole(about['open_pipeline'])}"
        f" · spend of no known line {_whole(about['unassigned_spend'])}\n"
        f"{_whole(about['delivered_row_count'])} raw rows:"
        f" {_whole(about['superseded_row_count'])} superseded,"
        f" {_whole(about['rejected_row_count'])} rejected, each with its reason in"
        " marts.data_issues" + (f"\nmostly {reasons}" if reasons else ""),
        style="dim",
    )


def _whole(value: Decimal | int | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
