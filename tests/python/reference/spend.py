"""Spend, and the line of business that a campaign belongs to (rule 16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .money import ZERO, RateMissing, Rates, rounded
from .reading import Row, Tables

NAME_PATTERNS = (
    ("lead gen", "lead_gen"),
    ("leadgen", "lead_gen"),
    ("shopping", "ecommerce"),
    ("ecom", "ecommerce"),
)
"""As shipped: lower-case substring of a campaign's name → business model."""


@dataclass(frozen=True)
class Model:
    """A campaign's business model; the e-commerce share is None if unassigned."""

    name: str
    ecommerce_share: Fraction | None

    def is_cross_line(self, business_line: str) -> bool:
        """Whether the campaign has no share in a line of business."""
        if self.ecommerce_share is None:
            return True
        return self.ecommerce_share == (0 if business_line == "ecommerce" else 1)

    def split(self, spend: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        """Spend of e-commerce, lead gen and neither."""
        if self.ecommerce_share is None:
            return ZERO, ZERO, spend
        ecommerce = rounded(Fraction(spend) * self.ecommerce_share)
        return ecommerce, spend - ecommerce, ZERO


UNASSIGNED = Model("unassigned", None)
ECOMMERCE = Model("ecommerce", Fraction(1))
LEAD_GEN = Model("lead_gen", Fraction(0))

Campaign = tuple[str, str | None, str | None]
"""(platform, account, campaign)"""
Models = dict[Campaign, Model]


def _model(row: Row, name_patterns: Sequence[tuple[str, str]]) -> Model:
    name = row["business_model"]
    if name is None:
        campaign_name = (row["campaign_name"] or "").lower()
        hits = [model for pattern, model in name_patterns if pattern in campaign_name]
        name = hits[0] if hits else "unassigned"
    if name == "mixed" and row["ecommerce_spend_share"] is not None:
        return Model("mixed", Fraction(row["ecommerce_spend_share"]))
    return {"ecommerce": ECOMMERCE, "lead_gen": LEAD_GEN}.get(name, UNASSIGNED)


def campaign_models(tables: Tables, name_patterns: Sequence[tuple[str, str]]) -> Models:
    """The model of every accepted campaign."""
    return {
        (row["platform"], row["account_id"], row["campaign_id"]): _model(
            row, name_patterns
        )
        for row in tables["campaigns"].accepted.values()
    }


@dataclass(frozen=True)
class Spend:
    """One accepted spend row, converted."""

    row: Row
    currency_code: str
    cost: Decimal
    platform_conversion_value: Decimal | None
    model: Model

    @property
    def campaign(self) -> Campaign:
        """(platform, account, campaign)"""
        return self.row["platform"], self.row["account_id"], self.row["campaign_id"]


def accepted_spend(
    name: str, tables: Tables, rates: Rates, models: Models
) -> list[Spend]:
    """The rows of ad_spend or product_spend with a known account and a rate."""
    table = tables[name]
    accepted = []
    for row in list(table.accepted.values()):
        account = tables["ad_accounts"].accepted.get(
            (row["platform"], row["account_id"])
        )
        if account is None:
            table.reject(row, "account_id", "account_unknown")
            continue
        currency, day = account["currency_code"], row["spend_date"]
        claimed = row["platform_conversion_value"]
        try:
            cost = rates.convert(Fraction(row["cost"]), currency, day)
            value = (
                None
                if claimed is None
                else rates.convert(Fraction(claimed), currency, day)
            )
        except RateMissing:
            table.reject(row, "cost", "fx_rate_missing")
            continue
        campaign = row["platform"], row["account_id"], row["campaign_id"]
        if campaign not in models:
            table.flag(row, "campaign_id", "unknown_campaign")
        model = models.get(campaign, UNASSIGNED)
        accepted.append(Spend(row, currency, cost, value, model))
    return accepted


def int_spend(spends: Sequence[Spend]) -> list[dict[str, object]]:
    """One row per account, campaign, ad group and day."""
    result: list[dict[str, object]] = []
    for spend in spends:
        row = spend.row
        ecommerce, lead_gen, unassigned = spend.model.split(spend.cost)
        result.append(
            {
                "platform": row["platform"],
                "account_id": row["account_id"],
                "campaign_id": row["campaign_id"],
                "ad_group_id": row["ad_group_id"],
                "spend_date": row["spend_date"],
                "currency_code": spend.currency_code,
                "cost_original": row["cost"],
                "spend": spend.cost,
                "ecommerce_spend": ecommerce,
                "lead_gen_spend": lead_gen,
                "unassigned_spend": unassigned,
                "impressions": row["impressions"],
                "platform_clicks": row["clicks"],
                "platform_conversions": row["platform_conversions"],
                "platform_conversion_value": spend.platform_conversion_value,
                "known_at": row.known_at,
            }
        )
    return result
