"""What the ad platforms bill and claim: ad_spend and product_spend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.business import (
    ACCOUNTS,
    CAMPAIGNS,
    CURRENCIES,
    DAY,
    MIXED_SHARE_PER_MILLE,
    PRODUCTS,
    Rates,
    World,
    rounded,
)
from click_to_cash.simulate.clicks import Clicks, of_campaigns
from click_to_cash.simulate.columns import Table
from click_to_cash.simulate.dice import Dice, Ints


@dataclass(frozen=True)
class Bill:
    """One row per campaign, part of it (ad group or product) and local day.

    day counts from 1970; cost and value are in cents of the account's currency, and
    conversions in hundredths.
    """

    campaign: Ints
    part: Ints
    day: Ints
    cost: Ints
    clicks: Ints
    conversions: Ints
    value: Ints

    @property
    def account(self) -> Ints:
        return of_campaigns("account")[self.campaign]


def make_bill(
    world: World, clicks: Clicks, part: Ints, sales: Ints, value: Ints
) -> Bill:
    """Add up clicks by campaign, part and day; part -1 stays out.

    sales and value (cents) are those of each click. A platform claims more than it
    earned, for others' last clicks are its own view-through.
    """
    rows = np.flatnonzero(part >= 0)
    parts = int(part.max(initial=0)) + 1
    key = (clicks.campaign[rows] * parts + part[rows]) * world.days + clicks.day[rows]
    keys, row = np.unique(key, return_inverse=True)

    def total(of_clicks: Ints) -> Ints:
        # Whole numbers far below 2**53: exact in floating point.
        sums = np.bincount(row, weights=of_clicks[rows], minlength=len(keys))
        return sums.astype(np.int64)

    campaign = keys // (parts * world.days)
    overclaim = np.array([104, 104, 136, 108])[of_campaigns("account")[campaign]]
    return Bill(
        campaign=campaign,
        part=keys // world.days % parts,
        day=world.first_day + keys % world.days,
        cost=total(clicks.cost),
        clicks=np.bincount(row, minlength=len(keys)).astype(np.int64),
        conversions=total(sales) * overclaim,
        value=total(value) * overclaim // 100,
    )


def in_usd(bill: Bill, rates: Rates) -> Ints:
    """Cents in USD, each row converted and rounded on its own (rule 1)."""
    codes = np.array([CURRENCIES.index(account.currency) for account in ACCOUNTS])
    return rates.to_usd(bill.cost, codes[bill.account], bill.day)


def by_line(bill: Bill, cents: Ints) -> dict[str, int]:
    """USD cents per business line (rule 16)."""
    lines = np.array([campaign.line for campaign in CAMPAIGNS])[bill.campaign]
    mixed = cents[lines == "mixed"]
    shop_part = rounded(mixed * MIXED_SHARE_PER_MILLE, np.full(len(mixed), 1_000))
    return {
        "ecommerce": int(cents[lines == "ecommerce"].sum() + shop_part.sum()),
        "lead_gen": int(cents[lines == "lead_gen"].sum() + (mixed - shop_part).sum()),
        "unassigned": int(cents[lines == "unassigned"].sum()),
    }


def export_bill(dice: Dice, bill: Bill, part_name: str) -> tuple[Table, int]:
    """Spend rows, their restatements, and a few that cannot be used.

    part_name is ad_group_id or product_id. Returns the table and the number of rejected
    rows.
    """
    n = len(bill.day)
    account = [ACCOUNTS[c.account] for c in CAMPAIGNS]
    campaign_id = col.label(bill.campaign, [c.campaign_id for c in CAMPAIGNS])
    part = (
        col.glue(campaign_id, col.whole(bill.part))
        if part_name == "ad_group_id"
        else col.label(bill.part, [p.product_id for p in PRODUCTS])
    )
    unsaid = dice.some(n, 30)
    restated = dice.shares(n, (938, 50, 12)) * ~unsaid
    loaded = (bill.day + 1) * DAY + DAY // 4 + np.where(restated == 1, 3 * DAY, 0)
    impressions = bill.clicks * dice.between(n, 12, 60) + dice.below(n, 40)
    rows: Table = {
        "platform": col.label(bill.campaign, [a.platform for a in account]),
        "account_id": col.label(bill.campaign, [a.account_id for a in account]),
        "campaign_id": campaign_id,
        part_name: part,
        "spend_date": col.calendar_date(bill.day),
        "cost": col.fixed_point(bill.cost),
        "impressions": col.whole(impressions),
        "clicks": col.whole(bill.clicks),
        "platform_conversions": col.blank(
            col.fixed_point(bill.conversions), bill.conversions == 0
        ),
        "platform_conversion_value": col.blank(
            col.fixed_point(bill.value), bill.value == 0
        ),
        "loaded_at": col.blank(col.minute(loaded), unsaid),
    }
    # Invalid clicks are credited back days later: the first bill was higher.
    first = col.changed(
        rows,
        cost=col.fixed_point(bill.cost * 108 // 100 + 1),
        loaded_at=col.minute(loaded - 3 * DAY),
    )
    newest_broken = col.changed(rows, cost="--", loaded_at=col.minute(loaded + DAY))
    odd = dice.shares(n, (996, 2, 2))
    strangers = col.chosen(
        col.changed(rows, account_id="9990001112", loaded_at=None), odd == 1
    )
    dateless = col.chosen(col.changed(rows, spend_date=None), odd == 2)
    broken = col.chosen(newest_broken, (restated == 2) & (np.arange(n) % 4 == 0))
    unusable = sum(map(col.height, (strangers, dateless, broken)))
    table = col.stacked(
        rows, col.chosen(first, restated == 1), strangers, dateless, broken
    )
    return table, unusable
