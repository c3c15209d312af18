"""Ad clicks: what really happened, and the export of them that the firm has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.business import (
    ACCOUNTS,
    CAMPAIGNS,
    DAY,
    HOURS,
    PRODUCTS,
    World,
    day_weights,
)
from click_to_cash.simulate.columns import Table, Text
from click_to_cash.simulate.dice import Dice, Flags, Ints

TYPES = ("gclid", "msclkid", "fbclid", "gbraid", "wbraid")
GCLID, MSCLKID, FBCLID, GBRAID, WBRAID = range(len(TYPES))
# Rule 10 puts wbraid and gbraid before fbclid; neither is ever a row of ad_clicks.
TYPE_RANK = np.array([0, 1, 4, 3, 2])
PREFIXES = ("Cj0KCQ", "", "IwARc2", "0AAAAA", "ClkKCQ")
KEYWORDS = ("office desk", "desk shop", "office fit out", "oakline", "fit out quote")
DEVICES = ("mobile", "desktop", "tablet")
SHOP = "https://oakline.example/"
_BASE64URL = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Clicks:
    """One row per click that really happened, in order of time.

    cost is in cents of the account's currency, product a position in PRODUCTS or -1.
    is_known, is_lowered and has_visitor say what the export makes of it: whether an
    accepted row holds it, with its ID in lower case, with its visitor.
    """

    campaign: Ints
    account: Ints
    day: Ints
    clicked_at: Ints
    type: Ints
    click_id: Text
    visitor: Ints
    product: Ints
    ad_group: Ints
    cost: Ints
    country: Ints
    is_aggregate: Flags
    is_known: Flags
    is_lowered: Flags
    has_visitor: Flags

    def __len__(self) -> int:
        return len(self.campaign)


def of_campaigns(field: str) -> Ints:
    """One number of every campaign, in the order of CAMPAIGNS."""
    return np.array([getattr(campaign, field) for campaign in CAMPAIGNS], np.int64)


def make_clicks(world: World) -> Clicks:
    """Click after click of the period, and how each is going to be exported."""
    dice = world.dice("clicks")
    n = world.clicks
    campaign, day, clicked_at = _moments(world, dice)
    account = of_campaigns("account")[campaign]
    type_ = _types(account, dice)
    n_weights = np.array([product.weight for product in PRODUCTS])
    is_shopping = np.array([c.channel_type == "shopping" for c in CAMPAIGNS])[campaign]
    price = of_campaigns("cost_per_click")[campaign] * world.boost
    export = world.dice("export")
    is_aggregate = type_ >= GBRAID
    is_known = ~is_aggregate & ~export.some_of(~is_aggregate, 20)
    return Clicks(
        campaign=campaign,
        account=account,
        day=day,
        clicked_at=clicked_at,
        type=type_,
        click_id=_click_ids(type_, dice),
        visitor=_visitors(clicked_at, dice),
        product=np.where(is_shopping, dice.weighted(n, n_weights), -1),
        ad_group=1 + dice.chance(n, 300) * (is_shopping == 0),
        cost=price * dice.between(n, 50, 150) // 10_000,
        country=dice.below(n, 12),
        is_aggregate=is_aggregate,
        is_known=is_known,
        is_lowered=is_known & (type_ != MSCLKID) & export.some_of(is_known, 6),
        has_visitor=~export.some(n, 60),
    )


def _moments(world: World, dice: Dice) -> tuple[Ints, Ints, Ints]:
    """Campaign, local day of the period and UTC second of every click, by time."""
    n = world.clicks
    campaign = dice.shares(n, [c.clicks for c in CAMPAIGNS])
    day = np.zeros(n, np.int64)
    for number, details in enumerate(CAMPAIGNS):
        rows = np.flatnonzero(campaign == number)
        day[rows] = dice.weighted(len(rows), day_weights(world, details))
    hour = dice.weighted(n, np.array(HOURS))
    second = hour * 3_600 + dice.below(n, 3_600)
    begins = world.midnights[of_campaigns("account")[campaign], day]
    ends = world.midnights[of_campaigns("account")[campaign], day + 1]
    # A local day of 23 or 25 hours is filled from midnight to midnight as well.
    clicked_at = begins + second * (ends - begins) // DAY
    order = np.argsort(clicked_at, kind="stable")
    # Impatient visitors click twice within the second: two IDs, one instant.
    twice = dice.some(n, 3)
    twice[0] = False
    order = np.where(twice, np.roll(order, 1), order)
    return campaign[order], day[order], clicked_at[order]


def _types(account: Ints, dice: Dice) -> Ints:
    """Google mixes in its two aggregate kinds where a device forbids the others."""
    google = np.array([a.platform == "google_ads" for a in ACCOUNTS])[account]
    meta = np.array([a.platform == "meta_ads" for a in ACCOUNTS])[account]
    kinds = np.array([GCLID, WBRAID, GBRAID])
    of_google = kinds[dice.shares(len(account), (930, 45, 25))]
    return np.where(google, of_google, np.where(meta, FBCLID, MSCLKID))


def _click_ids(type_: Ints, dice: Dice) -> Text:
    """IDs of the shapes the platforms give out: 26 mixed letters, or 32 hex digits."""
    n = len(type_)
    letters = np.frombuffer(_BASE64URL, np.uint8)
    mixed = letters[_bytes(dice, n, 26) & 63]
    head = np.array([list(p.ljust(6, "0").encode()) for p in PREFIXES], np.uint8)
    mixed[:, :6] = head[type_]
    hexadecimal = np.frombuffer(b"0123456789abcdef", np.uint8)
    guid = hexadecimal[_bytes(dice, n, 32) & 15]
    guids, mixeds = col.fixed_width(guid), col.fixed_width(mixed)
    return col.instead(mixeds, type_ == MSCLKID, guids)


def _bytes(dice: Dice, n: int, width: int) -> npt.NDArray[np.uint8]:
    words = dice.raw(n * (width + 7) // 8 + 1).astype("<u8")
    return words.view(np.uint8)[: n * width].reshape(n, width)


def _visitors(clicked_at: Ints, dice: Dice) -> Ints:
    """Who clicked. One click in seven is by somebody who had clicked not long ago."""
    n = len(clicked_at)
    place = np.arange(n)
    back = 1 + dice.below(n, np.minimum(np.maximum(place, 1), max(n // 12, 1)))
    again = dice.chance(n, 140) & (place > 0)
    same_second = np.concatenate([[False], clicked_at[1:] == clicked_at[:-1]])
    back = np.where(same_second, 1, back)
    first = np.where(again | same_second, place - back, place)
    while True:
        earlier = first[first]
        if np.array_equal(earlier, first):
            return first
        first = earlier


def export_clicks(world: World, clicks: Clicks) -> tuple[Table, int]:
    """The table ad_clicks with its dirt, and how many of its rows are rejected."""
    dice = world.dice("ad_clicks")
    rows = _plain_rows(clicks, dice)
    rows = _with_blanks(clicks, rows, dice)
    rows = col.changed(
        rows,
        click_id=col.rewritten(rows["click_id"], clicks.is_lowered, pc.utf8_lower),
        landing_page_url=col.blank(rows["landing_page_url"], clicks.is_lowered),
        visitor_id=col.blank(rows["visitor_id"], ~clicks.has_visitor),
    )
    good = col.chosen(rows, clicks.is_known)
    missing = ~clicks.is_known & ~clicks.is_aggregate
    # Of the clicks without an accepted row, some are lost and some came unreadable.
    fate = dice.shares(int(missing.sum()), (700, 150, 150))
    lost = col.chosen(rows, missing)
    unreadable = col.chosen(col.changed(lost, clicked_at="31/12/2024 10:00"), fate == 1)
    nameless = col.chosen(
        col.changed(lost, click_id="(not set)", landing_page_url=SHOP), fate == 2
    )
    again = _deliveries_again(clicks, good, dice)
    broken = col.chosen(
        col.changed(good, clicked_at="n/a"), dice.some(col.height(good), 1)
    )
    rejected = sum(col.height(part) for part in (unreadable, nameless, broken))
    return col.stacked(good, unreadable, nameless, again, broken), rejected


def _plain_rows(clicks: Clicks, dice: Dice) -> Table:
    """Every click as a perfect export would hold it."""
    n = len(clicks)
    campaign_id = col.label(clicks.campaign, [c.campaign_id for c in CAMPAIGNS])
    group = col.glue(campaign_id, col.whole(clicks.ad_group))
    search = np.array([c.channel_type == "search" for c in CAMPAIGNS])[clicks.campaign]
    countries = sorted({country for a in ACCOUNTS for country in a.countries})
    spread = np.array(
        [
            [countries.index(a.countries[k % len(a.countries)]) for k in range(12)]
            for a in ACCOUNTS
        ]
    )
    return {
        "click_id": clicks.click_id,
        "click_id_type": col.label(clicks.type, TYPES),
        "platform": col.label(clicks.account, [a.platform for a in ACCOUNTS]),
        "account_id": col.label(clicks.account, [a.account_id for a in ACCOUNTS]),
        "campaign_id": campaign_id,
        "ad_group_id": group,
        "ad_id": col.glue("9", group),
        "keyword": col.label(
            np.where(search, dice.below(n, len(KEYWORDS)), -1), KEYWORDS
        ),
        "product_id": col.label(clicks.product, [p.product_id for p in PRODUCTS]),
        "clicked_at": col.moment(clicks.clicked_at),
        "landing_page_url": col.same(None, n),
        "visitor_id": col.numbered("v", clicks.visitor),
        "device": col.label(dice.shares(n, (560, 390, 50)), DEVICES),
        "country_code": col.label(spread[clicks.account, clicks.country], countries),
        "loaded_at": col.blank(
            col.minute(col.morning_after(clicks.clicked_at)), dice.some(n, 100)
        ),
    }


def _with_blanks(clicks: Clicks, rows: Table, dice: Dice) -> Table:
    """Leave out what trackers leave out, where the landing URL still has it."""
    n = len(clicks)
    # 0 as it should be, 1 without type, 2 ID only in the URL, 3 a placeholder and the
    # ID in the URL, 4 type in capitals, 5 white space around the ID
    place = dice.shares(n, (860, 30, 70, 15, 10, 15))
    # 0 as it should be, 1 and 2 campaign only in the URL, 3 without account, 4 nowhere
    naming = dice.shares(n, (895, 50, 25, 25, 5))
    place[clicks.is_lowered] = 0
    naming[clicks.is_lowered & (naming < 3)] = 0
    with_url = (place == 2) | (place == 3) | (naming == 1) | (naming == 2)
    with_url |= dice.some(n, 150)
    page = col.label(dice.below(n, 3), [f"{SHOP}a?", f"{SHOP}c/desks?", f"{SHOP}q?"])
    group, ad = rows["ad_group_id"], rows["ad_id"]
    hint = col.glue("campaignid=", rows["campaign_id"], "&adgroupid=", group)
    hint = col.glue(hint, "&creative=", ad, "&")
    utm = col.glue("utm_source=ads&utm_id=", rows["campaign_id"], "&")
    hints = col.instead(
        col.instead(col.same("", n), naming == 1, hint), naming == 2, utm
    )
    url = col.glue(page, hints, col.label(clicks.type, TYPES), "=", clicks.click_id)
    nameless = (naming == 1) | (naming == 2) | (naming == 4)
    return col.changed(
        rows,
        click_id=col.rewritten(
            col.instead(col.blank(rows["click_id"], place == 2), place == 3, "{gclid}"),
            place == 5,
            col.padded,
        ),
        click_id_type=col.rewritten(
            col.blank(rows["click_id_type"], (place >= 1) & (place <= 3)),
            place == 4,
            pc.utf8_upper,
        ),
        account_id=col.blank(rows["account_id"], naming == 3),
        campaign_id=col.blank(rows["campaign_id"], nameless),
        ad_group_id=col.blank(group, nameless),
        ad_id=col.blank(ad, nameless),
        landing_page_url=col.blank(url, ~with_url),
    )


def _deliveries_again(clicks: Clicks, good: Table, dice: Dice) -> Table:
    """Rows delivered twice: as they were, or later and under another campaign."""
    clicked_at = clicks.clicked_at[clicks.is_known]
    # A row without loaded_at that came again unchanged but for it is no other row.
    kind = dice.shares(len(clicked_at), (988, 6, 6))
    as_it_was = col.chosen(good, kind == 1)
    later = clicked_at + dice.between(len(clicked_at), 1, 3_600)
    moved = col.changed(
        good,
        clicked_at=col.moment(later),
        campaign_id="2101",
        visitor_id="v0",
        loaded_at=col.minute(col.morning_after(later) + 2 * DAY),
    )
    return col.stacked(as_it_was, col.chosen(moved, kind == 2))
