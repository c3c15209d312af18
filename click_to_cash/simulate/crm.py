"""The CRM: deals, the stages they went through, and its export of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.business import (
    CHF,
    CURRENCIES,
    DAY,
    EUR,
    GBP,
    PARTNER,
    STAGES,
    USD,
    World,
)
from click_to_cash.simulate.clicks import MSCLKID, TYPES, Clicks, of_campaigns
from click_to_cash.simulate.columns import Table, Text
from click_to_cash.simulate.dice import Dice, Flags, Ints
from click_to_cash.simulate.leads import FormFills
from click_to_cash.simulate.people import emails
from click_to_cash.simulate.traces import EXACT, LOWERED, NONE, UNMATCHABLE, Mention

# Seconds from a deal's first day to its end at equal steps of probability: half are
# decided within 30 days, one in twelve takes more than 120.
CYCLE = tuple(
    DAY * days for days in (2, 6, 11, 16, 21, 26, 30, 37, 46, 60, 85, 122, 240)
)
# Per cent of a campaign's usual deal, at equal steps of probability.
SIZE = (25, 45, 60, 75, 90, 110, 140, 190, 330)
# Per cent of a campaign's chance to win, by what the sender has to spend.
BUDGET_WINS = np.array([50, 105, 130])

# How a deal is tied to the form fill that it came from, in thousandths.
LINKS = {
    "fill_id": 515,
    "fill_id_and_email": 110,
    "email": 200,
    "click_id": 70,
    "nothing": 40,
    "unknown_fill_id_and_email": 20,
    "test_fill_id_and_email": 15,
    "email_after_180_days": 8,
    "email_too_late": 10,
    "fill_id_before_the_fill": 12,
}
LINK = {name: code for code, name in enumerate(LINKS)}
FILL_WINDOW = 180 * DAY

# What happens to the history of a deal that is won, and of one that is not.
WON_FATES = {
    "plain": 500,
    "edited": 140,
    "edited_after": 80,
    "unwon": 60,
    "won_again": 30,
    "late_step": 60,
    "late_win": 50,
    "one_instant": 30,
    "sparse": 30,
    "amount_on_deal_only": 10,
    "no_amount": 10,
}
OTHER_FATES = {
    "plain": 780,
    "edited": 90,
    "late_step": 60,
    "parked": 30,
    "sparse": 40,
}


class Change(NamedTuple):
    """A stage change as it is in force. Money in cents of the deal's currency; amount
    and the two later times are None where the export leaves them blank.
    """

    deal: int
    stage: str
    changed_at: int
    amount: int | None
    recorded_at: int | None
    loaded_at: int | None

    @property
    def known_at(self) -> int:
        recorded = self.changed_at if self.recorded_at is None else self.recorded_at
        return recorded if self.loaded_at is None else max(recorded, self.loaded_at)


@dataclass(frozen=True)
class Deals:
    """One row per deal that the CRM holds.

    fill is the form fill it truly came from; named_fill the one that it names (a row of
    FormFills, -1 none, -2 one that does not exist); email_person whose address it
    holds, -1 for none. amount is in cents of its currency, -1 for a blank. Deals
    without has_history have only their own stage, in force since closed_at (-1 blank).
    """

    number: Ints
    fill: Ints
    came_by: Ints
    named_fill: Ints
    email_person: Ints
    own: Mention
    created_at: Ints
    currency: Ints
    is_partner: Flags
    is_deleted: Flags
    is_accepted: Flags
    has_history: Flags
    amount: list[int]
    stage: list[str]
    closed_at: list[int]
    last_at: list[int]
    changes: list[Change] = field(repr=False)

    @property
    def deal_id(self) -> Text:
        return col.numbered("D", self.number)

    @property
    def counts(self) -> Flags:
        """Which of them are conversions."""
        return self.is_accepted


def make_deals(world: World, clicks: Clicks, fills: FormFills) -> Deals:
    """Which form fills become deals, and the story of each."""
    dice = world.dice("deals")
    fill, link = _which_fills(dice, clicks, fills)
    gap = dice.between(len(fill), 600, 4 * DAY)
    gap = np.where(link == LINK["fill_id_before_the_fill"], -gap // 2, gap)
    gap = np.where(link == LINK["email_after_180_days"], FILL_WINDOW, gap)
    gap = np.where(link == LINK["email_too_late"], FILL_WINDOW + 1, gap)
    created_at = fills.submitted_at[fill] + gap
    kept = created_at < world.until
    fill, link, created_at = fill[kept], link[kept], created_at[kept]
    n = len(fill)
    came_by = fills.came_by[fill]

    campaign = np.where(came_by >= 0, clicks.campaign[came_by], -1)
    win = np.where(campaign >= 0, of_campaigns("win")[campaign], 250)
    wins = dice.chance(n, win * BUDGET_WINS[fills.budget[fill]] // 100)
    usual = np.where(campaign >= 0, of_campaigns("deal_amount")[campaign], 2_000)
    amount = np.maximum(usual * dice.quantiles(n, SIZE) // 5_000, 1) * 5_000
    has_history = ~dice.some(n, 60)
    is_partner = dice.some(n, 100)
    told = _tell(world, dice, created_at, wins, amount, has_history, is_partner)
    currency = np.where(np.isin(clicks.account[came_by], (1, 2)), EUR, USD)
    currency = np.where(dice.some(n, 20), GBP, currency)
    # A blank amount would need no rate, and a history could make the case arguable.
    is_plain = ~has_history & (np.array(told.amount) > 0)
    currency = np.where(dice.some_of(is_plain, 60), CHF, currency)
    is_broken = dice.some_of(currency != CHF, 5)
    is_test = np.flatnonzero(fills.is_test)
    tested = is_test[dice.below(n, len(is_test))] if len(is_test) else np.full(n, -2)
    named = np.where(np.isin(link, [LINK[k] for k in _BY_ID]), fill, NONE)
    named = np.where(link == LINK["unknown_fill_id_and_email"], UNMATCHABLE, named)
    named = np.where(link == LINK["test_fill_id_and_email"], tested, named)
    by_email = np.isin(link, [LINK[name] for name in LINKS if "email" in name])
    return Deals(
        number=1_001 + np.arange(n),
        fill=fill,
        came_by=came_by,
        named_fill=named,
        email_person=np.where(by_email, fills.person[fill], NONE),
        own=_own_click_ids(dice, clicks, came_by, link),
        created_at=created_at,
        currency=currency,
        is_partner=is_partner,
        is_deleted=dice.some(n, 25),
        is_accepted=(currency != CHF) & ~is_broken,
        has_history=has_history,
        amount=told.amount,
        stage=told.stage,
        closed_at=told.closed_at,
        last_at=told.last_at,
        changes=told.changes,
    )


_BY_ID = ("fill_id", "fill_id_and_email", "fill_id_before_the_fill")


def _which_fills(dice: Dice, clicks: Clicks, fills: FormFills) -> tuple[Ints, Ints]:
    """The fills that become deals, and the link of each."""
    n = len(fills.number)
    rate = of_campaigns("deal")[clicks.campaign[fills.came_by]]
    rate = np.where(fills.came_by >= 0, rate, 200)
    becomes = dice.chance(n, rate) & ~fills.is_test
    fill = np.flatnonzero(becomes)
    if len(fill) == 0:
        fill = np.flatnonzero(~fills.is_test)[:1]
    return fill, dice.shares(len(fill), tuple(LINKS.values()))


def _own_click_ids(dice: Dice, clicks: Clicks, came_by: Ints, link: Ints) -> Mention:
    """Sales sometimes copy the click ID onto the deal, sometimes in lower case."""
    n = len(link)
    copied = (link == LINK["click_id"]) | dice.some(n, 60)
    copied &= came_by >= 0
    lowered = dice.some_of(copied, 120) & (clicks.type[came_by] != MSCLKID)
    untyped = dice.some_of(copied & ~clicks.is_aggregate[came_by], 250)
    return Mention(
        np.where(copied, came_by, NONE),
        np.where(lowered, LOWERED, EXACT),
        np.where(untyped, NONE, clicks.type[came_by]),
    )


@dataclass
class _Told:
    """The stories of all deals, deal by deal."""

    amount: list[int] = field(default_factory=list)
    stage: list[str] = field(default_factory=list)
    closed_at: list[int] = field(default_factory=list)
    last_at: list[int] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def _tell(
    world: World,
    dice: Dice,
    created_at: Ints,
    wins: Flags,
    amount: Ints,
    has_history: Flags,
    is_partner: Flags,
) -> _Told:
    n = len(created_at)
    fate = np.zeros(n, np.int64)
    for rows, fates in ((wins, WON_FATES), (~wins, OTHER_FATES)):
        fate[rows] = dice.shares(int(rows.sum()), tuple(fates.values()))
    won_names, other_names = list(WON_FATES), list(OTHER_FATES)
    told = _Told()
    columns = (
        created_at,
        dice.quantiles(n, CYCLE),
        wins,
        fate,
        amount,
        dice.between(n, 6, 15) * 10 * amount // 500_000 * 5_000,
        dice.between(n, 2, 30) * DAY,
        has_history,
        is_partner,
        dice.chance(n, 300),
    )
    unsaid = dice.some(n, 30).tolist()
    for deal, row in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        created, cycle, won, code, money, edited, delay, history, partner, quits = row
        name = (won_names if won else other_names)[code]
        story = list(
            _steps(created, cycle, won, name, money, edited, delay, partner, quits)
        )
        happened = [
            Change(deal, stage, at, worth, recorded, None)
            for stage, at, worth, recorded in story
            if at < world.until and (recorded or at) < world.until
        ]
        if not unsaid[deal]:
            happened = [
                c._replace(loaded_at=(c.known_at // DAY + 1) * DAY + DAY // 4)
                for c in happened
            ]
        # Of two in one instant the later step of the story counts.
        last = max(reversed(happened), key=lambda change: change.changed_at)
        ends = last.stage in ("won", "signed", "lost")
        told.stage.append(last.stage)
        told.closed_at.append(
            last.changed_at if ends else (created + 45 * DAY if quits else -1)
        )
        told.last_at.append(max(change.known_at for change in happened))
        worths = [c.amount for c in happened if c.amount is not None]
        only_deal = money if name == "amount_on_deal_only" else -1
        told.amount.append(worths[-1] if worths else only_deal)
        if history:
            told.changes.extend(happened)
    return told


def _steps(
    created: int,
    cycle: int,
    won: bool,
    fate: str,
    money: int,
    edited: int,
    delay: int,
    partner: bool,
    quits: bool,
) -> Iterator[tuple[str, int, int | None, int | None]]:
    """Stage, time, amount and recorded_at of every change, oldest first."""
    end = created + cycle
    final = ("signed" if partner else "won") if won else "lost"
    silent = fate in ("amount_on_deal_only", "no_amount")
    first = None if silent else money
    later = None if silent or fate == "sparse" else money
    agreed = edited if fate == "edited" else later
    yield "qualified", created, first, None
    if quits and not won:
        # Nobody ever closed it.
        return
    arrives = end + DAY if fate == "late_step" else None
    yield "proposal", created + cycle * 3 // 10, later, arrives
    if fate == "parked":
        yield "parked", created + cycle // 2, money, None
    verbal = "won" if partner and won else "negotiation"
    at = end if fate == "one_instant" else created + cycle * 7 // 10
    yield verbal, at, agreed, None
    yield final, end, agreed, end + delay if fate == "late_win" else None
    if fate == "edited_after":
        yield final, end + delay, edited, None
    if fate in ("unwon", "won_again"):
        yield "negotiation", end + delay, money, None
    if fate == "won_again":
        yield final, end + delay + 9 * DAY, edited, None


def export_deals(
    world: World, clicks: Clicks, fills: FormFills, deals: Deals
) -> tuple[dict[str, Table], dict[str, int]]:
    """The CRM's three tables with their dirt, and their rejected rows."""
    dice = world.dice("crm export")
    deal_rows, rejected_deals = _export_rows(dice, clicks, fills, deals)
    changes, rejected_changes = _export_changes(dice, deals)
    yes = ["false", "true"]
    tables = {
        "crm_deals": deal_rows,
        "crm_deal_stage_changes": changes,
        "deal_stages": {
            "pipeline": pa.array([s.pipeline for s in STAGES], pa.string()),
            "stage": pa.array([s.stage for s in STAGES]),
            "position": pa.array([str(s.position) for s in STAGES]),
            "is_won": pa.array([yes[s.is_won] for s in STAGES]),
            "is_lost": pa.array([yes[s.is_lost] for s in STAGES]),
            "win_probability": pa.array([s.win_probability for s in STAGES]),
        },
    }
    return tables, {
        "crm_deals": rejected_deals,
        "crm_deal_stage_changes": rejected_changes,
    }


def _export_rows(
    dice: Dice, clicks: Clicks, fills: FormFills, deals: Deals
) -> tuple[Table, int]:
    n = len(deals.number)
    number = np.where(deals.named_fill >= 0, fills.number[deals.named_fill], -1)
    named = col.instead(
        col.numbered("F", number), deals.named_fill == UNMATCHABLE, "F7"
    )
    email = col.blank(
        emails(dice, np.maximum(deals.email_person, 0)), deals.email_person < 0
    )
    loaded = col.morning_after(np.array(deals.last_at, np.int64))
    unsaid = dice.some(n, 40)
    is_broken = ~deals.is_accepted & (deals.currency != CHF)
    amount = np.array(deals.amount, np.int64)
    written = col.blank(col.fixed_point(np.maximum(amount, 0)), amount < 0)
    closed = np.array(deals.closed_at, np.int64)
    margin = col.fixed_point(dice.between(n, 22, 48))
    # Sales forget to move the card: the row disagrees with its own history.
    stage = col.instead(
        pa.array(deals.stage, pa.string()),
        deals.has_history & dice.some_of(deals.has_history, 20),
        "proposal",
    )
    rows: Table = {
        "deal_id": deals.deal_id,
        "form_fill_id": named,
        "email": email,
        "click_id": _own_ids(clicks, deals.own),
        "click_id_type": col.blank(
            col.label(deals.own.type, TYPES), deals.own.click == NONE
        ),
        "pipeline": col.label(np.where(deals.is_partner, 1, 0), ["direct", PARTNER]),
        "customer_type": col.label(
            dice.shares(n, (850, 100, 50)), ["b2b", "b2c", None]
        ),
        "created_at": col.moment(deals.created_at, "Z"),
        "amount": col.instead(written, is_broken, "12k"),
        "currency_code": col.label(deals.currency, CURRENCIES),
        "stage": stage,
        "closed_at": col.blank(col.moment(np.maximum(closed, 0)), closed < 0),
        "gross_margin_rate": col.blank(margin, dice.some(n, 120)),
        "is_deleted": col.instead(col.same("false", n), deals.is_deleted, "true"),
        "loaded_at": col.blank(col.minute(loaded), unsaid),
    }
    sound = deals.is_accepted
    kind = dice.shares(n, (860, 110, 15, 15))
    before = col.changed(
        rows, amount="100.00", stage="qualified", is_deleted=None, loaded_at=None
    )
    unreadable = col.changed(
        rows, gross_margin_rate="35%", loaded_at=col.minute(loaded + DAY)
    )
    newest_broken = (kind == 3) & sound
    table = col.stacked(
        rows,
        col.chosen(before, ((kind == 1) | deals.is_deleted) & ~unsaid & sound),
        col.chosen(rows, (kind == 2) & sound),
        col.chosen(unreadable, newest_broken),
    )
    return table, int((~sound).sum() + newest_broken.sum())


def _own_ids(clicks: Clicks, own: Mention) -> Text:
    text = col.take(clicks.click_id, own.click)
    return col.rewritten(text, own.spelling == LOWERED, pc.utf8_lower)


def _export_changes(dice: Dice, deals: Deals) -> tuple[Table, int]:
    m = len(deals.changes)
    deal = np.array([c.deal for c in deals.changes], np.int64)

    def numbers(values: list[int | None]) -> tuple[Ints, Flags]:
        filled = np.array([-1 if v is None else v for v in values], np.int64)
        return np.maximum(filled, 0), filled < 0

    amount, no_amount = numbers([c.amount for c in deals.changes])
    recorded, not_recorded = numbers([c.recorded_at for c in deals.changes])
    loaded, unsaid = numbers([c.loaded_at for c in deals.changes])
    changed_at = np.array([c.changed_at for c in deals.changes], np.int64)
    rows: Table = {
        "deal_id": col.numbered("D", deals.number[deal]),
        "stage": pa.array([c.stage for c in deals.changes], pa.string()),
        "changed_at": col.moment(changed_at),
        "amount": col.blank(col.fixed_point(amount), no_amount),
        "recorded_at": col.blank(col.moment(recorded), not_recorded),
        "loaded_at": col.blank(col.minute(loaded), unsaid),
    }
    kind = dice.shares(m, (970, 10, 10, 5, 5))
    corrected = col.changed(rows, amount="77.00", loaded_at=None)
    orphans = col.chosen(
        col.changed(rows, deal_id=col.numbered("DX", np.arange(m))), kind == 3
    )
    unreadable = col.chosen(col.changed(rows, changed_at="Q3"), kind == 4)
    not_found = int((~deals.is_accepted[deal]).sum())
    table = col.stacked(
        rows,
        col.chosen(rows, kind == 1),
        col.chosen(corrected, (kind == 2) & ~unsaid),
        orphans,
        unreadable,
    )
    return table, not_found + col.height(orphans) + col.height(unreadable)
