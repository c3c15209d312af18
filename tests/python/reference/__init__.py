"""A plain second way from raw rows to reports, to compare the models with.

Read the modules in this order: layout, values, urls, reading (rows), money, clicks,
spend, ledger, orders, deals, credit, reports.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from .clicks import known_clicks
from .credit import Conversion, accepted_form_fills, conversions_of, credit
from .deals import accepted_deals
from .layout import LAYOUTS
from .ledger import Entry, later, value_ledger
from .money import Rates
from .orders import accepted_orders
from .privacy import erased, masked
from .reading import (
    RawRow,
    Row,
    data_issues,
    raw_row_accounts,
    read_row,
    read_table,
    was_known,
)
from .reports import (
    Credited,
    conversion_row,
    roas_by_campaign_day,
    roas_by_product_month,
)
from .spend import (
    NAME_PATTERNS,
    UNASSIGNED,
    accepted_spend,
    campaign_models,
    int_spend,
)

__all__ = ["LAYOUTS", "NAME_PATTERNS", "build", "read_row", "was_known"]


def _form_filled(fill: Row) -> Entry:
    """The one entry of a form fill."""
    at, known_at = fill["submitted_at"], later(fill["submitted_at"], fill["loaded_at"])
    return Entry("form_fill", fill["form_fill_id"], "form_filled", at, known_at)


def _ids(row: Row, key: str) -> dict[str, object]:
    """The key of an order or a form fill with the IDs of its person."""
    names = key, "customer_id", "visitor_id"
    return {name: row[name] for name in names if name in row.value}


def build(
    raw: Mapping[str, Sequence[RawRow]],
    *,
    reporting_currency: str = "USD",
    as_of: datetime | None = None,
    click_window_days: int = 90,
    deal_form_fill_window_days: int = 180,
    fx_max_age_days: int = 7,
    name_patterns: Sequence[tuple[str, str]] = NAME_PATTERNS,
) -> dict[str, list[dict[str, object]]]:
    """Every result table as rows.

    `raw` maps a table of the standard layout to rows of delivered text; None and ""
    are blank, a missing table is empty. Its `erasure_requests` are that seed. Times
    are naive UTC datetimes, money is Decimal with two places in the reporting
    currency. `as_of` is naive UTC.
    """
    tables = {name: read_table(name, raw.get(name, ()), as_of) for name in LAYOUTS}
    fx_rates = tables["fx_rates"].accepted.values()
    rates = Rates(fx_rates, reporting_currency, fx_max_age_days)
    models = campaign_models(tables, name_patterns)
    tokens = erased(raw.get("erasure_requests", ()), tables)

    clicks = known_clicks(tables)
    spends = accepted_spend("ad_spend", tables, rates, models)
    product_spends = accepted_spend("product_spend", tables, rates, models)
    fills = accepted_form_fills(tables)
    orders = {o.order_id: o for o in accepted_orders(tables, rates, as_of)}
    deals = {d.deal_id: d for d in accepted_deals(tables, rates, as_of)}
    filled = {fill["form_fill_id"]: _form_filled(fill) for fill in fills}

    def credited(conversion: Conversion) -> Credited:
        key, of = conversion.conversion_id, conversion.conversion_type
        order = orders[key] if of == "order" else None
        deal = deals[key] if of == "deal" else None
        holder = order or deal
        entries = holder.entries if holder else [filled[key]]
        earned = credit(conversion, clicks, click_window_days)
        model = UNASSIGNED
        if earned.click is not None:
            model = models.get(earned.click.campaign, UNASSIGNED)
        return Credited(conversion, earned, entries, model, deal, order)

    found = conversions_of(
        list(orders.values()), fills, list(deals.values()), deal_form_fill_window_days
    )
    conversions = [credited(conversion) for conversion in found]

    def shown(table: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
        return [masked(row, tokens) for row in table]

    entries = [entry for conversion in conversions for entry in conversion.entries]
    return {
        "data_issues": shown(data_issues(tables)),
        "raw_row_accounts": raw_row_accounts(tables),
        "int_clicks": shown(map(asdict, clicks.values())),
        "int_spend": int_spend(spends),
        "value_ledger": value_ledger(entries),
        "conversions": shown(map(conversion_row, conversions)),
        "orders": shown(_ids(order.row, "order_id") for order in orders.values()),
        "form_fills": shown(_ids(fill, "form_fill_id") for fill in fills),
        "roas_by_campaign_day": roas_by_campaign_day(
            spends, clicks, conversions, models
        ),
        "roas_by_product_month": roas_by_product_month(product_spends, conversions),
    }
