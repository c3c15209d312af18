"""The made-up firm: office furniture sold online, and fit-outs sold by quotation.

Weights are relative; `per_mille` is thousandths. What a click costs and how often it
converts are those of a world of 100,000 clicks or more; see `World.boost`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from click_to_cash.simulate.dice import Dice, Flags, Ints

DAY = 86_400
WINDOW = 90 * DAY
RATE_SCALE = 100_000


class Account(NamedTuple):
    platform: str
    account_id: str
    account_name: str
    currency: str
    time_zone: str
    countries: tuple[str, ...]


ACCOUNTS = (
    Account(
        "google_ads", "7015550101", "Oakline US", "USD", "America/New_York", ("US",)
    ),
    Account(
        "google_ads",
        "7015550102",
        "Oakline Europa",
        "EUR",
        "Europe/Berlin",
        ("DE", "DE", "AT", "GB"),
    ),
    Account(
        "meta_ads", "act_550177", "Oakline Social", "EUR", "Europe/Berlin", ("DE", "GB")
    ),
    Account(
        "microsoft_ads", "180955501", "Oakline Bing", "USD", "America/New_York", ("US",)
    ),
)


class Campaign(NamedTuple):
    """`line` is what the name or model makes of it by rule 16.

    cost_per_click is in cents of the account's currency; deal and win are per mille of
    form fills and of deals; flights are per mille of the simulated period.
    """

    account: int
    campaign_id: str
    campaign_name: str
    channel_type: str
    business_model: str | None
    share: str | None
    line: str
    bidding_strategy: str
    clicks: int
    cost_per_click: int
    orders: int
    fills: int
    deal: int
    win: int
    deal_amount: int
    flights: tuple[tuple[int, int], ...]


# A table is read by its rows.
# fmt: off
CAMPAIGNS = (
    Campaign(0, "2101", "Shopping | Desks and chairs", "shopping", "ecommerce", None,
             "ecommerce", "TARGET_ROAS", 140, 165, 13, 1, 150, 250, 1800,
             ((0, 560), (640, 1000))),
    Campaign(0, "2102", "Brand search", "search", "ecommerce", None,
             "ecommerce", "TARGET_IMPRESSION_SHARE", 100, 125, 15, 3, 300, 300, 2200,
             ((0, 300), (380, 1000))),
    Campaign(0, "2103", "Leadgen | Office fit-out", "search", "lead_gen", None,
             "lead_gen", "TARGET_CPA", 90, 480, 1, 15, 480, 420, 2700,
             ((0, 470), (590, 960))),
    Campaign(0, "2104", "Leadgen | Free planning guide", "display", "lead_gen", None,
             "lead_gen", "MAXIMIZE_CONVERSIONS", 110, 70, 1, 17, 80, 0, 900,
             ((60, 330), (580, 860))),
    Campaign(1, "2205", "PMax Büroausstattung", "performance_max", "mixed", "0.6",
             "mixed", "MAXIMIZE_CONVERSION_VALUE", 120, 165, 8, 6, 260, 300, 2600,
             ((100, 1000),)),
    Campaign(1, "2206", "DE Ecom Generic", "search", None, None,
             "ecommerce", "TARGET_ROAS", 90, 120, 9, 1, 150, 200, 1500,
             ((0, 420), (700, 1000))),
    Campaign(2, "3107", "Retargeting catalogue", "social", "ecommerce", None,
             "ecommerce", "LOWEST_COST_WITH_MIN_ROAS", 100, 100, 9, 1, 150, 150, 1500,
             ((0, 250), (330, 620), (700, 1000))),
    Campaign(2, "3108", "Lead gen | Instant quiz", "lead_form", None, None,
             "lead_gen", "LOWEST_COST_WITHOUT_CAP", 100, 60, 1, 14, 60, 0, 700,
             ((150, 480), (600, 840))),
    Campaign(2, "3109", "Spring awareness", "video", None, None,
             "unassigned", "LOWEST_COST_WITHOUT_CAP", 30, 40, 2, 1, 60, 100, 900,
             ((160, 300),)),
    Campaign(3, "4110", "Shopping | All products", "shopping", None, None,
             "ecommerce", "MaximizeConversionValue", 60, 150, 10, 1, 150, 150, 1500,
             ((120, 520), (640, 1000))),
    Campaign(3, "4111", "Lead gen | Enterprise fit-out", "search", "lead_gen", None,
             "lead_gen", "EnhancedCpc", 50, 600, 1, 14, 520, 420, 2600,
             ((0, 380), (500, 900))),
    # Spends and is clicked, but the campaign export lacks it.
    Campaign(3, "4112", "", "search", None, None,
             "unassigned", "", 10, 80, 6, 2, 150, 150, 1500,
             ((40, 140),)),
)
# fmt: on
UNLISTED = "4112"
MIXED_SHARE_PER_MILLE = 600

SHOP_MONTHS = (84, 78, 86, 90, 92, 90, 84, 86, 96, 106, 150, 142)
SHOP_WEEKDAYS = (96, 90, 90, 95, 105, 126, 130)
LEAD_MONTHS = (114, 112, 110, 102, 98, 90, 76, 78, 110, 112, 102, 70)
LEAD_WEEKDAYS = (120, 126, 120, 116, 100, 42, 46)
# fmt: off
HOURS = (9, 5, 3, 2, 2, 4, 10, 22, 38, 48, 52, 54,
         56, 54, 52, 50, 48, 46, 48, 54, 60, 56, 40, 22)
# fmt: on


class Product(NamedTuple):
    product_id: str
    product_name: str
    category: str
    brand: str | None
    price: int
    unit_cost: int | None
    weight: int


PRODUCTS = (
    Product("P01", "Desk lamp Arc", "lighting", "Lumo", 3900, 1700, 10),
    Product("P02", "Desk lamp Beam", "lighting", "Lumo", 5400, 2400, 6),
    Product("P03", "Monitor arm", "accessories", "Rigg", 6900, 3200, 9),
    Product("P04", "Cable tray", "accessories", "Rigg", 1900, 700, 14),
    Product("P05", "Footrest", "accessories", "Kinn", 2900, 1250, 8),
    Product("P06", "Desk pad, felt", "accessories", "Kinn", 2400, 800, 12),
    Product("P07", "Laptop stand", "accessories", "Rigg", 3400, None, 9),
    Product("P08", "Drawer unit", "storage", "Oakline", 11900, 6400, 3),
    Product("P09", "Shelf, 3 boards", "storage", "Oakline", 8900, 4700, 4),
    Product("P10", "Task chair Mio", "chairs", "Sedia", 14900, 8100, 3),
    Product("P11", "Task chair Nero", "chairs", "Sedia", 22900, 12900, 2),
    Product("P12", "Sit-stand desk", "desks", "Oakline", 34900, 20900, 1),
    Product("P13", "Desk organiser", "accessories", None, 1600, None, 11),
    Product("P14", "Acoustic panel", "acoustics", "Kinn", 4900, 2300, 5),
)


class Stage(NamedTuple):
    pipeline: str | None
    stage: str
    position: int
    is_won: bool
    is_lost: bool
    win_probability: str


PARTNER = "partner"
STAGES = (
    Stage(None, "qualified", 1, False, False, "0.15"),
    Stage(None, "proposal", 2, False, False, "0.35"),
    Stage(None, "negotiation", 3, False, False, "0.6"),
    Stage(None, "won", 4, True, False, "1"),
    Stage(None, "lost", 5, False, True, "0"),
    # For a partner "won" is a verbal yes; the money comes with the signature.
    Stage(PARTNER, "won", 4, False, False, "0.8"),
    Stage(PARTNER, "signed", 6, True, False, "1"),
)


@dataclass(frozen=True)
class World:
    """The period and the size of the simulated world.

    Times are UTC seconds and days since 1970. `midnights` has one row per account and
    days + 1 columns: when each local day begins.
    """

    seed: int
    days: int
    clicks: int
    first_day: int
    until: int
    midnights: Ints

    @property
    def boost(self) -> int:
        """Per cent by which a small world converts, and pays, more per click.

        4,000 clicks at the usual 5 % would leave two orders per campaign and month: too
        few to look at. Up to four times as many, at four times the price of a click,
        keep every ROAS where it is. 100 from 100,000 clicks on.
        """
        return max(100, min(400, 10_000_000 // max(self.clicks, 1)))

    def dice(self, name: str) -> Dice:
        """The stream of chance of one part of the world."""
        return Dice(self.seed, name)


def make_world(seed: int, days: int, clicks: int, start_date: date) -> World:
    """Lay out the calendar. Raises ValueError for an empty world."""
    if days < 1 or clicks < 1:
        raise ValueError("days and clicks must be at least 1")
    dates = [start_date + timedelta(days=k) for k in range(days + 1)]
    midnights = [
        [int(datetime(d.year, d.month, d.day, tzinfo=zone).timestamp()) for d in dates]
        for zone in (ZoneInfo(account.time_zone) for account in ACCOUNTS)
    ]
    first = datetime(start_date.year, start_date.month, start_date.day, tzinfo=UTC)
    first_day = int(first.timestamp()) // DAY
    return World(
        seed=seed,
        days=days,
        clicks=clicks,
        first_day=first_day,
        # The last export runs when the last account's last day is over.
        until=max(row[-1] for row in midnights),
        midnights=np.array(midnights, dtype=np.int64),
    )


def day_weights(world: World, campaign: Campaign) -> Ints:
    """How busy each local day of the period is for a campaign, shape (days,)."""
    is_lead = campaign.line == "lead_gen"
    months = np.array(LEAD_MONTHS if is_lead else SHOP_MONTHS)
    weekdays = np.array(LEAD_WEEKDAYS if is_lead else SHOP_WEEKDAYS)
    day = world.first_day + np.arange(world.days)
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    weights = (months[month] * weekdays[(day + 3) % 7]).astype(np.int64)
    place = np.arange(world.days) * 1000 // world.days
    running = np.zeros(world.days, dtype=np.bool_)
    for start, end in campaign.flights:
        running |= (place >= start) & (place < end)
    # A period of a few days may fall between two flights.
    return np.where(running, weights, 0) if running.any() else weights


CURRENCIES = ("USD", "EUR", "GBP", "CHF")
USD, EUR, GBP, CHF = range(4)


@dataclass(frozen=True)
class Rates:
    """USD per unit of a currency and UTC day, as the fractions top / bottom.

    Shape (3, days): USD, EUR and GBP. EUR has its own pair; of GBP only the inverse
    pair is delivered; CHF has none.
    """

    first_day: int
    top: Ints
    bottom: Ints
    quoted: Flags

    def to_usd(self, cents: Ints, currency: Ints, day: Ints) -> Ints:
        """Cents in USD at that day's rate, each rounded half away from zero."""
        column = day - self.first_day
        return rounded(
            cents * self.top[currency, column], self.bottom[currency, column]
        )


def rounded(top: Ints, bottom: Ints) -> Ints:
    """top / bottom to the nearest integer, half away from zero."""
    size = (2 * np.abs(top) + bottom) // (2 * bottom)
    nearest: Ints = np.sign(top) * size
    return nearest


def make_rates(world: World) -> Rates:
    """A slow walk of both rates; banks quote on working days only (rule 2)."""
    dice = world.dice("rates")
    first = world.first_day - 10
    n = world.days + 14
    walk = np.cumsum(dice.between(2 * n, -300, 300).reshape(2, n), axis=1)
    # The walk is folded back so that years do not carry it away.
    fold = 8_000 - np.abs((walk + 8_000) % 32_000 - 16_000)
    quoted = (first + np.arange(n) + 3) % 7 < 5
    last = np.maximum.accumulate(np.where(quoted, np.arange(n), 0))
    euro = (108_000 + fold[0])[last]
    dollar_in_pounds = (78_500 + fold[1] // 2)[last]
    one = np.full(n, RATE_SCALE, dtype=np.int64)
    return Rates(
        first_day=first,
        top=np.stack([one, euro, one]),
        bottom=np.stack([one, one, dollar_in_pounds]),
        quoted=quoted,
    )
