"""Form fills on the site, and the forms' export of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.business import DAY, WINDOW, World
from click_to_cash.simulate.clicks import SHOP, Clicks, of_campaigns
from click_to_cash.simulate.columns import Table, Text
from click_to_cash.simulate.dice import Dice, Flags, Ints
from click_to_cash.simulate.people import consents, emails, phones
from click_to_cash.simulate.traces import Trace, leave_traces

# Seconds from click to form fill at equal steps of probability.
# fmt: off
TO_FILL = (20, 60, 90, 140, 200, 300, 420, 600, 900, 1_500, 3_600,
           6 * 3_600, DAY, 3 * DAY, 7 * DAY, 20 * DAY, 96 * DAY)
# fmt: on
BUDGETS = ("under 2k", "2k to 10k", "over 10k")
SIZES = ("1-9", "10-49", "50-249", "250+")
TITLES = ("Office manager", "Owner", "Facilities lead", "Student", None)
# A campaign whose fills rarely become deals draws senders with little to spend.
GOOD_DEAL_RATE = 250


@dataclass(frozen=True)
class FormFills:
    """One row per form fill that the site holds, in order of time.

    came_by is the click that truly led to it, -1 for none; budget a position in
    BUDGETS. is_accepted is False for fills that the rules reject.
    """

    number: Ints
    came_by: Ints
    person: Ints
    submitted_at: Ints
    budget: Ints
    has_email: Flags
    is_test: Flags
    is_accepted: Flags
    trace: Trace

    @property
    def form_fill_id(self) -> Text:
        return col.numbered("F", self.number)

    @property
    def counts(self) -> Flags:
        """Which of them are conversions."""
        return self.is_accepted & ~self.is_test


def make_form_fills(world: World, clicks: Clicks) -> FormFills:
    """Who fills in a form, and when."""
    dice = world.dice("form fills")
    came_by, person, at = _who_asks(world, dice, clicks)
    n = len(came_by)
    is_test = dice.some(n, 8)
    deal_rate = of_campaigns("deal")[clicks.campaign[came_by]]
    is_good = (deal_rate >= GOOD_DEAL_RATE) | (came_by < 0)
    budget = np.where(
        is_good, dice.shares(n, (200, 450, 350)), dice.shares(n, (720, 240, 40))
    )
    return FormFills(
        number=1_001 + np.arange(n),
        came_by=came_by,
        person=person,
        submitted_at=at,
        budget=budget,
        has_email=~dice.some(n, 40),
        is_test=is_test,
        is_accepted=~dice.some_of(~is_test, 4),
        trace=leave_traces(dice, clicks, came_by, at, person, f"{SHOP}q"),
    )


def _who_asks(world: World, dice: Dice, clicks: Clicks) -> tuple[Ints, Ints, Ints]:
    """came_by, person and submitted_at of every form fill, by time."""
    total = max(world.clicks * world.boost // 2_000, 3)
    by_click, again = total * 84 // 100 + 1, total * 6 // 100
    organic = max(total - by_click - again, 1)
    click = dice.weighted(by_click, of_campaigns("fills")[clicks.campaign])
    delay = dice.quantiles(by_click, TO_FILL)
    odd = dice.shares(by_click, (985, 5, 2, 4, 4))
    delay = np.where(odd == 1, -dice.between(by_click, 5, 400), delay)
    delay = np.where(odd == 2, 0, delay)
    delay = np.where(odd == 3, WINDOW, delay)
    delay = np.where(odd == 4, WINDOW + 1, delay)
    at = clicks.clicked_at[click] + delay
    # Some ask twice, weeks later, still because of the same click.
    twice = dice.shuffled(by_click)[:again]
    span = world.until - world.first_day * DAY
    came_by = np.concatenate([click, click[twice], np.full(organic, -1, np.int64)])
    person = np.concatenate(
        [
            clicks.visitor[click],
            clicks.visitor[click[twice]],
            world.clicks + dice.below(organic, world.clicks),
        ]
    )
    when = np.concatenate(
        [
            at,
            at[twice] + dice.between(again, 3_600, 60 * DAY),
            world.first_day * DAY + dice.below(organic, span),
        ]
    )
    order = np.argsort(when, kind="stable")
    order = order[when[order] < world.until]
    return came_by[order], person[order], when[order]


def export_form_fills(
    world: World, fills: FormFills
) -> tuple[dict[str, Table], dict[str, int]]:
    """The tables form_fills and form_fill_attributes, and their rejected rows."""
    dice = world.dice("form export")
    n = len(fills.number)
    loaded = col.morning_after(fills.submitted_at)
    unsaid = dice.some(n, 40)
    forms = ("quote", "guide", "callback")
    zulu = dice.some(n, 300)
    rows: Table = {
        "form_fill_id": fills.form_fill_id,
        "form_name": col.label(dice.shares(n, (450, 380, 170)), forms),
        "submitted_at": col.instead(
            col.moment(fills.submitted_at), zulu, col.moment(fills.submitted_at, "Z")
        ),
        "click_id": fills.trace.click_id,
        "click_id_type": fills.trace.click_id_type,
        "page_url": fills.trace.page_url,
        "visitor_id": fills.trace.visitor_id,
        "email": col.blank(emails(dice, fills.person), ~fills.has_email),
        "phone": phones(dice, fills.person),
        "customer_type": col.label(
            dice.shares(n, (700, 250, 50)), ["b2b", "b2c", None]
        ),
        "consent_ad_user_data": consents(dice, n),
        "consent_ad_personalization": consents(dice, n),
        "country_code": col.label(dice.shares(n, (600, 300, 100)), ["US", "DE", None]),
        "is_test": col.instead(col.same(None, n), fills.is_test, "1"),
        "loaded_at": col.blank(col.minute(loaded), unsaid),
    }
    is_broken = ~fills.is_accepted
    rows = col.changed(
        rows, submitted_at=col.instead(rows["submitted_at"], is_broken, "yesterday")
    )
    kind = dice.shares(n, (970, 8, 12, 5, 5))
    kind[is_broken] = 0
    same_again = col.chosen(rows, kind == 1)
    before = col.chosen(
        col.changed(rows, click_id=None, click_id_type=None, loaded_at=None),
        (kind == 2) & ~unsaid,
    )
    newest_broken = col.chosen(
        col.changed(rows, is_test="maybe", loaded_at=col.minute(loaded + DAY)),
        kind == 3,
    )
    keyless = col.chosen(col.changed(rows, form_fill_id=None), kind == 4)
    attributes, rejected_attributes = _attributes(dice, fills)
    tables = {
        "form_fills": col.stacked(rows, same_again, before, newest_broken, keyless),
        "form_fill_attributes": attributes,
    }
    rejected = int(is_broken.sum()) + col.height(newest_broken) + col.height(keyless)
    return tables, {"form_fills": rejected, "form_fill_attributes": rejected_attributes}


def _attributes(dice: Dice, fills: FormFills) -> tuple[Table, int]:
    """What senders said of themselves: facts a score may learn from."""
    n = len(fills.number)
    size = np.minimum(fills.budget + dice.below(n, 3), len(SIZES) - 1)
    answers = {
        "budget_band": col.label(fills.budget, BUDGETS),
        "company_size": col.label(size, SIZES),
        "job_title": col.label(dice.below(n, len(TITLES)), TITLES),
    }
    asked = {
        "budget_band": ~dice.some(n, 60),
        "company_size": ~dice.some(n, 250),
        "job_title": dice.some(n, 300),
    }
    parts = []
    not_found = 0
    for name, answer in answers.items():
        rows: Table = {
            "form_fill_id": fills.form_fill_id,
            "attribute_name": col.same(name, n),
            "attribute_value": answer,
        }
        parts.append(col.chosen(rows, asked[name]))
        not_found += int((asked[name] & ~fills.is_accepted).sum())
    orphans = col.changed(
        {name: column.slice(0, 2) for name, column in parts[0].items()},
        form_fill_id="F9",
        attribute_value=col.label(np.arange(min(col.height(parts[0]), 2)), BUDGETS),
    )
    return col.stacked(*parts, orphans), not_found + min(col.height(orphans), 1)
