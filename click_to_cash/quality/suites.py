"""What is checked of which table: the suites of both gates, as code.

A check is a query in `sql/<gate>/<name>.sql` that returns the rows that are out of
bounds: `subject`, `found` and mostly `expected` and `period`. It says nothing where it
has too little to judge by. Its thresholds are those of `quality.yml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import yaml

from click_to_cash.quality.thresholds import Thresholds

SOURCES = Path("models/staging/standard/_sources.yml")
SQL = Path(__file__).parent / "sql"

# The column that says when a row's event happened. Tables without one are lists.
EVENTS = {
    "ad_spend": "spend_date",
    "product_spend": "spend_date",
    "ad_clicks": "clicked_at",
    "form_fills": "submitted_at",
    "crm_deals": "created_at",
    "crm_deal_stage_changes": "changed_at",
    "orders": "ordered_at",
    "refunds": "refunded_at",
    "fx_rates": "rate_date",
    "web_sessions": "started_at",
}
# What comes in from outside day by day; the newest day of it is that of the check.
ARRIVALS = ("ad_spend", "ad_clicks", "form_fills", "orders", "web_sessions")
# Columns that no two rows share by chance.
CONTENT = {
    "ad_spend": [
        *("platform", "account_id", "campaign_id", "spend_date"),
        *("cost", "impressions", "clicks"),
    ],
    "form_fills": ["submitted_at", "email"],
    "crm_deals": ["created_at", "currency_code", "stage", "amount"],
    "orders": ["ordered_at", "email"],
    # A shop may split a line in two, but not one line in ten.
    "order_lines": ["order_id", "product_id", "quantity", "unit_price"],
    "refunds": ["refunded_at", "order_id", "amount"],
}
# The column with the URL that may carry a click ID.
PAGES = {
    "ad_clicks": "landing_page_url",
    "form_fills": "page_url",
    "orders": "landing_page_url",
}
AMOUNTS = {
    "crm_deals": "amount",
    "crm_deal_stage_changes": "amount",
    "refunds": "amount",
}
CURRENCIES = ("ad_accounts", "orders", "crm_deals")
# Types of the engine that hold the forms of text in the sources' YAML.
TYPES = {
    "timestamp": "timestamptz",
    "date": "date",
    "amount": "decimal(38, 10)",
    "quantity": "decimal(38, 10)",
    "exchange_rate": "decimal(38, 10)",
    "rate": "decimal(38, 10)",
    "integer": "decimal(38, 0)",
}
CLICK_ID_TYPES = [
    *("gclid", "msclkid", "ttclid", "li_fat_id", "twclid", "epik", "sccid", "rdt_cid"),
    *("dclid", "wbraid", "gbraid", "fbclid"),
]
# The mart whose suite holds a check; a check may read more.
MARTS = {
    "match_rate": "conversions",
    "unattributed_share": "conversions",
    "roas_jump": "roas_by_campaign_day",
    "history_unchanged": "roas_by_campaign_day",
    "platform_claims": "platform_claims_by_campaign_day",
    "issues_per_day": "data_issues",
    "totals_equal_raw": "build_info",
}
# Checks that compare with the last publication, and are left out where there is none.
WITH_PUBLICATION = ("columns_as_published", "history_unchanged")


@dataclass(frozen=True)
class Table:
    """A raw table of the layout: its columns with their forms, and its key."""

    name: str
    columns: dict[str, str]
    key: list[str]

    @property
    def event(self) -> str | None:
        """The column of the event's time; None for a list."""
        return EVENTS.get(self.name)

    @property
    def has_loaded_at(self) -> bool:
        """Whether its rows say when they were delivered."""
        return "loaded_at" in self.columns


@dataclass(frozen=True)
class Check:
    """One check of one table: a sentence, and a query that reads it as `{batch}`."""

    name: str
    table: str
    meaning: str
    why: str
    query: str


@dataclass(frozen=True)
class Day:
    """What every query is rendered with: the day of the check and whose money it is.

    A day that was not told is the newest of the data: then nothing can be after it.
    """

    today: str
    is_told_today: bool
    reporting_currency: str
    is_published: bool
    tables: Sequence[Table] = ()


@cache
def layout(path: Path = SOURCES) -> Sequence[Table]:
    """The raw tables as the sources' YAML describes them, read once."""
    (source,) = yaml.safe_load(path.read_text("utf-8"))["sources"]
    return tuple(
        Table(
            name=table["name"],
            columns={c["name"]: c["data_type"] for c in table["columns"]},
            key=table["config"]["meta"]["key"],
        )
        for table in source["tables"]
    )


@cache
def raw_table_names(folder: Path = SOURCES.parents[1]) -> frozenset[str]:
    """Every raw table by its name, those of connectors, too."""
    return frozenset(
        table["name"]
        for path in folder.glob("*/_sources.yml")
        for source in yaml.safe_load(path.read_text("utf-8"))["sources"]
        for table in source["tables"]
    )


def raw_checks(day: Day, thresholds: Thresholds) -> Iterator[Check]:
    """The suites of the raw tables, table by table."""
    for table in day.tables:
        for name, parameters in _raw_checks_of(table, thresholds):
            if name not in WITH_PUBLICATION or day.is_published:
                yield _check("raw", name, table.name, day, thresholds, parameters)


def _raw_checks_of(
    table: Table, thresholds: Thresholds
) -> Iterator[tuple[str, dict[str, Any]]]:
    own: dict[str, Any] = {
        "table": table.name,
        "event": table.event,
        "has_loaded_at": table.has_loaded_at,
        "key": table.key,
        "columns": list(table.columns),
        "page": PAGES.get(table.name),
        "content": CONTENT.get(table.name),
        "amount": AMOUNTS.get(table.name),
        "typed_columns": {
            name: TYPES[form] for name, form in table.columns.items() if form in TYPES
        },
        "click_id_types": CLICK_ID_TYPES,
    }
    yield "columns_as_published", own
    if table.name != "ad_clicks":  # its ID may stand in the URL instead
        yield "keys_filled", own | {"key": _required_key(table)}
        yield "keys_unique", own
    if own["typed_columns"]:
        yield "value_types", own
    if table.event and table.name != "fx_rates":  # which may be quoted ahead
        yield "dates_plausible", own
        yield "rows_per_day", own
    if table.name in thresholds.of("raw", "freshness")["max_days"]:
        days = thresholds.of("raw", "freshness")["max_days"][table.name]
        yield "freshness", own | {"max_days": days}
    if table.name in CONTENT:
        yield "rows_differ_in_more_than_their_key", own
    if table.name in PAGES:
        yield "click_ids_filled", own
        yield "click_ids_whole", own
    if table.name in CURRENCIES:
        yield "currencies_known", own
    if table.name in AMOUNTS:
        yield "amounts_in_range", own
    if "discount_amount" in table.columns:
        yield "discounts_lower_revenue", own
    if table.name == "fx_rates":
        yield "rates_steady", own
    if table.name == "ad_spend":
        yield "spend_per_account_day", own
    if table.name == "crm_deal_stage_changes":
        yield "stages_known", own


def _required_key(table: Table) -> list[str]:
    """The key but for what may be blank: ad group, pipeline, type of click ID."""
    optional = ("ad_group_id", "pipeline", "click_id_type")
    return [column for column in table.key if column not in optional]


def mart_checks(day: Day, thresholds: Thresholds) -> Iterator[Check]:
    """The suites of the marts."""
    own = {"tables": [table.name for table in day.tables]}
    for name, mart in sorted(MARTS.items(), key=lambda pair: pair[1]):
        if name not in WITH_PUBLICATION or day.is_published:
            yield _check("marts", name, mart, day, thresholds, own)


def told_query(table: Table, database: str, models: Sequence[tuple[str, bool]]) -> str:
    """The query that makes a view of all that was delivered of a table.

    `models` are those of connectors in the database, and whether each has a raw_key.
    """
    return _render("told.sql", {"table": table, "database": database, "models": models})


def today_query(tables: Sequence[Table], thresholds: Thresholds) -> str:
    """The query for the newest day of the raw data."""
    arrivals = [table for table in tables if table.name in ARRIVALS]
    return _render("today.sql", thresholds.windows | {"tables": arrivals})


def _check(
    gate: str,
    name: str,
    table: str,
    day: Day,
    thresholds: Thresholds,
    parameters: dict[str, Any],
) -> Check:
    given = (
        {
            "today": day.today,
            "is_told_today": day.is_told_today,
            "reporting_currency": day.reporting_currency,
        }
        | thresholds.windows
        | thresholds.of(gate, name)
        | parameters
    )
    path = f"{gate}/{name}.sql"
    first_line = (SQL / path).read_text("utf-8").splitlines()[0]
    return Check(
        name=name,
        table=table,
        meaning=first_line.strip("{#} "),
        why=thresholds.why(gate, name),
        query=thresholds.without_accepted(name, _render(path, given)),
    )


# Its templates are compiled once, not for each of a hundred checks.
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(SQL), undefined=jinja2.StrictUndefined
)


def _render(path: str, parameters: dict[str, Any]) -> str:
    """A query file with its parameters; a parameter that it lacks is an error."""
    return _ENVIRONMENT.get_template(path).render(parameters).strip()
