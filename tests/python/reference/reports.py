"""Reports: conversions, ROAS by campaign and day, ROAS by product and month."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from .clicks import Clicks
from .credit import Conversion, Credit
from .deals import Deal
from .ledger import (
    Entry,
    business_line,
    pipeline_of,
    profit_of,
    revenue_of,
)
from .money import ZERO, cents_of, decimal_of
from .orders import BEFORE_COST, Order, shares
from .spend import UNASSIGNED, Campaign, Model, Models, Spend
from .urls import parameters

UNATTRIBUTED = ("unattributed", "unattributed", "unattributed")


@dataclass(frozen=True)
class Credited:
    """A conversion with its credit, its entries and the deal or order itself."""

    conversion: Conversion
    credit: Credit
    entries: Sequence[Entry]
    model: Model
    deal: Deal | None
    order: Order | None

    @property
    def is_cross_line(self) -> bool:
        """Whether the credited campaign has no share in the conversion's line."""
        line = business_line(self.conversion.conversion_type)
        return self.credit.click is not None and self.model.is_cross_line(line)

    @property
    def cogs_covered_revenue(self) -> Decimal:
        """Profit before cost of an order."""
        return profit_of(e for e in self.entries if e.event_type in BEFORE_COST)

    @property
    def campaign(self) -> Campaign:
        """Where its value stands in reports."""
        click = self.credit.click
        return click.campaign if click else UNATTRIBUTED

    @property
    def credited_date(self) -> date:
        """The click's date; of an unattributed conversion that of its anchor."""
        click = self.credit.click
        return click.click_date if click else self.conversion.anchor_at.date()


def conversion_row(credited: Credited) -> dict[str, object]:
    """One row of conversions."""
    conversion, click = credited.conversion, credited.credit.click
    order, deal, entries = credited.order, credited.deal, credited.entries
    utm = parameters(conversion.url)
    days = None
    if click is not None:
        days = (conversion.anchor_at - click.clicked_at) // timedelta(days=1)
    return {
        "conversion_type": conversion.conversion_type,
        "conversion_id": conversion.conversion_id,
        "business_line": business_line(conversion.conversion_type),
        "anchor_at": conversion.anchor_at,
        "match_status": "matched" if click else "unattributed",
        "match_source": credited.credit.match_source,
        "match_reason": credited.credit.match_reason,
        "click_id_type": click.click_id_type if click else None,
        "click_id": click.click_id if click else None,
        "clicked_at": click.clicked_at if click else None,
        "click_date": click.click_date if click else None,
        "platform": click.platform if click else None,
        "account_id": click.account_id if click else None,
        "campaign_id": click.campaign_id if click else None,
        "ad_group_id": click.ad_group_id if click else None,
        "is_cross_line": credited.is_cross_line,
        "days_from_click": days,
        "net_revenue": revenue_of(entries) if order else None,
        "profit": profit_of(entries) if order or deal else None,
        "cogs_covered_revenue": credited.cogs_covered_revenue if order else None,
        "won_value": revenue_of(entries) if deal else None,
        "open_pipeline": pipeline_of(entries) if deal else None,
        "stage": deal.state.stage.name if deal else None,
        "is_won": deal.is_won if deal else None,
        "customer_type": conversion.customer_type,
        "form_fill_id": conversion.form_fill_id,
        "utm_source": utm.get("utm_source"),
        "utm_medium": utm.get("utm_medium"),
        "utm_campaign": utm.get("utm_campaign"),
    }


CampaignDay = tuple[str, str, str, date]
"""(platform, account, campaign, click date)"""


def _campaign_day(campaign: Campaign, day: date) -> CampaignDay:
    platform, account, name = campaign
    return platform, account or "unknown", name or "unknown", day


def _measures(credited: Credited) -> dict[str, Decimal | int]:
    """The columns that a conversion adds to."""
    entries, cross = credited.entries, credited.is_cross_line
    if credited.order:
        prefix = "ecommerce_cross_line_" if cross else "ecommerce_"
        measures: dict[str, Decimal | int] = {
            prefix + "order_count": 1,
            prefix + "net_revenue": revenue_of(entries),
            prefix + "profit": profit_of(entries),
        }
        if not cross:
            measures[prefix + "cogs_covered_revenue"] = credited.cogs_covered_revenue
        return measures
    prefix = "lead_gen_cross_line_" if cross else "lead_gen_"
    if credited.deal is None:
        return {prefix + "form_fill_count": 1}
    measures = {
        prefix + "deal_count": 1,
        prefix + "won_deal_count": int(credited.deal.is_won),
        prefix + "won_value": revenue_of(entries),
        prefix + "open_pipeline": pipeline_of(entries),
    }
    if not cross:
        measures[prefix + "profit"] = profit_of(entries)
    return measures


MEASURES: dict[str, Decimal | int] = {
    "spend": ZERO,
    "ecommerce_spend": ZERO,
    "lead_gen_spend": ZERO,
    "unassigned_spend": ZERO,
    "impressions": Decimal(0),
    "platform_clicks": Decimal(0),
    "recorded_clicks": 0,
    "ecommerce_order_count": 0,
    "ecommerce_net_revenue": ZERO,
    "ecommerce_profit": ZERO,
    "ecommerce_cogs_covered_revenue": ZERO,
    "ecommerce_cross_line_order_count": 0,
    "ecommerce_cross_line_net_revenue": ZERO,
    "ecommerce_cross_line_profit": ZERO,
    "lead_gen_form_fill_count": 0,
    "lead_gen_deal_count": 0,
    "lead_gen_won_deal_count": 0,
    "lead_gen_won_value": ZERO,
    "lead_gen_profit": ZERO,
    "lead_gen_open_pipeline": ZERO,
    "lead_gen_cross_line_form_fill_count": 0,
    "lead_gen_cross_line_deal_count": 0,
    "lead_gen_cross_line_won_deal_count": 0,
    "lead_gen_cross_line_won_value": ZERO,
    "lead_gen_cross_line_open_pipeline": ZERO,
}
"""The measures of roas_by_campaign_day in column order, each 0."""


def roas_by_campaign_day(
    spends: Sequence[Spend],
    clicks: Clicks,
    conversions: Sequence[Credited],
    models: Models,
) -> list[dict[str, object]]:
    """One row per campaign and day with spend, a click or a credited conversion."""
    days: dict[CampaignDay, dict[str, Decimal | int]] = {}
    names: dict[CampaignDay, str] = {}

    def add(campaign: Campaign, day: date, added: dict[str, Decimal | int]) -> None:
        key = _campaign_day(campaign, day)
        names[key] = models.get(campaign, UNASSIGNED).name
        measures = days.setdefault(key, dict(MEASURES))
        for name, value in added.items():
            measures[name] += value

    for spend in spends:
        ecommerce, lead_gen, unassigned = spend.model.split(spend.cost)
        measures: dict[str, Decimal | int] = {
            "spend": spend.cost,
            "ecommerce_spend": ecommerce,
            "lead_gen_spend": lead_gen,
            "unassigned_spend": unassigned,
            "impressions": spend.row["impressions"] or 0,
            "platform_clicks": spend.row["clicks"] or 0,
        }
        add(spend.campaign, spend.row["spend_date"], measures)
    for click in clicks.values():
        add(click.campaign, click.click_date, {"recorded_clicks": 1})
    for credited in conversions:
        add(credited.campaign, credited.credited_date, _measures(credited))
    return [
        {
            "platform": key[0],
            "account_id": key[1],
            "campaign_id": key[2],
            "click_date": key[3],
            "business_model": names[key],
            **measures,
        }
        for key, measures in days.items()
    ]


def allotted(amount: Decimal, weights: Sequence[Fraction]) -> list[Decimal]:
    """Money split by weights, cents to the largest remainder, ties to the first.

    Weights that add up to 0 are equal. A negative amount is split as its opposite.
    """
    if amount < 0:
        return [-part for part in allotted(-amount, weights)]
    whole = sum(weights, Fraction(0))
    if whole == 0:
        weights, whole = [Fraction(1)] * len(weights), Fraction(len(weights))
    exact = [cents_of(amount) * weight / whole for weight in weights]
    cents = [part.numerator // part.denominator for part in exact]
    remainders = [part - floor for part, floor in zip(exact, cents, strict=True)]
    by_remainder = sorted(range(len(weights)), key=lambda i: -remainders[i])
    for i in by_remainder[: cents_of(amount) - sum(cents)]:
        cents[i] += 1
    return [decimal_of(part) for part in cents]


def _of_covered(order: Order, amount: Decimal) -> list[Decimal]:
    """Profit before cost shared over the covered lines by net price."""
    covered = [i for i, line in enumerate(order.lines) if line.is_covered]
    all_shares = shares(order.lines)
    parts = [ZERO] * len(order.lines)
    if covered:
        split = allotted(amount, [all_shares[i] for i in covered])
        for i, part in zip(covered, split, strict=True):
            parts[i] = part
    return parts


def order_line_values(order: Order) -> list[tuple[Decimal, Decimal]]:
    """Net revenue and profit of each line; they add up to the order's entries."""
    count = len(order.lines)
    revenue, before_cost, cost = [ZERO] * count, [ZERO] * count, [ZERO] * count
    ids = [line.order_line_id for line in order.lines]
    for entry in order.entries if order.lines else []:
        is_cost = entry.event_type not in BEFORE_COST
        if entry.order_line_id is not None:
            i = ids.index(entry.order_line_id)
            revenue[i] += entry.revenue
            (cost if is_cost else before_cost)[i] += entry.profit
            continue
        if entry.event_type == "cost_booked":
            profits = allotted(entry.profit, [line.cost for line in order.lines])
        elif entry.event_type == "cost_returned":
            profits = [-part for part in cost]
        else:
            profits = _of_covered(order, entry.profit)
        revenues = allotted(entry.revenue, shares(order.lines))
        into = cost if is_cost else before_cost
        for i in range(count):
            revenue[i] += revenues[i]
            into[i] += profits[i]
    return [(r, p + c) for r, p, c in zip(revenue, before_cost, cost, strict=True)]


ProductMonth = tuple[date, str, str]
"""(month, platform, product)"""


def roas_by_product_month(
    product_spends: Sequence[Spend], conversions: Sequence[Credited]
) -> list[dict[str, object]]:
    """One row per platform, product and click month."""
    spend: dict[ProductMonth, Decimal] = {}
    counts: Counter[ProductMonth] = Counter()
    revenue: dict[ProductMonth, Decimal] = {}
    profit: dict[ProductMonth, Decimal] = {}
    for spent in product_spends:
        month = spent.row["spend_date"].replace(day=1)
        key = month, spent.row["platform"], spent.row["product_id"]
        spend[key] = spend.get(key, ZERO) + spent.cost
    campaigns = {spent.campaign for spent in product_spends}
    for credited in conversions:
        if credited.order is None or credited.campaign not in campaigns:
            continue
        month = credited.credited_date.replace(day=1)
        if not credited.order.lines:
            # No line to take it: the money is kept under `unknown`.
            key = month, credited.campaign[0], "unknown"
            counts[key] += 0
            revenue[key] = revenue.get(key, ZERO) + revenue_of(credited.order.entries)
            profit[key] = profit.get(key, ZERO) + profit_of(credited.order.entries)
            continue
        values = order_line_values(credited.order)
        for line, (gained, earned) in zip(credited.order.lines, values, strict=True):
            key = month, credited.campaign[0], line.product_id or "unknown"
            counts[key] += 1
            revenue[key] = revenue.get(key, ZERO) + gained
            profit[key] = profit.get(key, ZERO) + earned
    return [
        {
            "month_start_date": key[0],
            "platform": key[1],
            "product_id": key[2],
            "product_spend": spend.get(key, ZERO),
            "order_line_count": counts[key],
            "net_revenue": revenue.get(key, ZERO),
            "profit": profit.get(key, ZERO),
        }
        for key in sorted({*spend, *counts})
    ]
