"""Any history of orders, deals and exports ends with what the ledger says.

A world has a hundred orders and deals with histories of their own: refunds,
cancellations that are taken back, deals won, lost, edited, deleted. It is exported at a
few moments, each from what was known then; exports die, platforms refuse. Models of
the platforms (ad_platforms.py) read the files. None may be sent what it would refuse,
and in the end each must hold the ledger's value of every conversion whose windows left
time for it.
"""

from __future__ import annotations

import csv
import os
import random
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import ad_platforms
import duckdb
import export_files
import pytest
from ad_platforms import DAY, HOUR, Platform
from warehouse import AS_OF_SENTINEL, PROJECT, Models, RawRow, compile_models, rows

from click_to_cash import files
from click_to_cash.exports import export, log

HISTORIES = 100
# `make fuzz` asks for more.
WORLDS = 5 * int(os.environ.get("C2C_TEST_WORLDS", "1"))
START = datetime(2024, 3, 1, 12)
CENT = Decimal("0.01")
SEED = PROJECT / "seeds/reference/conversion_actions.csv"
ACTIONS = {
    (row["destination"], row["conversion_name"]): row
    for row in csv.DictReader(SEED.read_text("utf-8").splitlines())
}
SALES = {
    key: row for key, row in ACTIONS.items() if row["value_basis"] != "expected_value"
}
CLICK_TYPES = {
    "gclid": "google_ads",
    "msclkid": "microsoft_ads",
    "fbclid": "meta_ads",
    "li_fat_id": "linkedin_ads",
    "ttclid": "tiktok_ads",
}

# Most come by a click whose platform takes adjustments.
CLICKED = ["gclid", "gclid", "gclid", "msclkid", "msclkid", "fbclid", "ttclid", None]


@dataclass
class History:
    """One order or deal: its raw rows, and what it was worth from each moment on.

    `worth` is (known at, revenue, profit) by time; revenue None: nothing to tell.
    """

    conversion_id: str
    conversion_type: str
    anchor_at: datetime
    click_type: str | None
    clicked_at: datetime
    has_email: bool
    raw: dict[str, list[RawRow]]
    worth: list[tuple[datetime, Decimal | None, Decimal]]
    wins: list[tuple[datetime, datetime]] = field(default_factory=list)

    def at(self, now: datetime) -> tuple[Decimal | None, Decimal]:
        """Revenue and profit as known at a moment; None: nothing to tell."""
        known = [(revenue, profit) for at, revenue, profit in self.worth if at <= now]
        return known[-1] if known else (None, Decimal(0))


def money(dice: random.Random, most: int) -> Decimal:
    """An amount of which the half is whole cents too."""
    return Decimal(dice.randrange(1, most * 50)) * 2 * CENT


def text(at: datetime) -> str:
    return at.isoformat(" ")


def an_order(dice: random.Random, number: int) -> History:
    order_id, at = f"O{number}", START + dice.randrange(30) * DAY
    at += timedelta(seconds=dice.randrange(86_400))
    click_type = dice.choice(CLICKED)
    clicked_at = at - dice.choice([HOUR, DAY, 20 * DAY, 80 * DAY])
    has_email = dice.random() < 0.6
    price, cost = money(dice, 200), money(dice, 120)
    order: dict[str, str | None] = {
        "order_id": order_id,
        "ordered_at": text(at),
        "currency_code": "USD",
        "email": f"p{number}@shop.example" if has_email else None,
        "consent_ad_user_data": "granted",
        "click_id": f"C{number}" if click_type else None,
        "click_id_type": click_type,
    }
    known = at + dice.choice([0 * DAY, HOUR, DAY, 5 * DAY])
    deliveries: list[RawRow] = [order | {"loaded_at": text(known)}]
    refunds: list[RawRow] = []
    revenue, profit = price, price - cost
    worth: list[tuple[datetime, Decimal | None, Decimal]] = [(known, revenue, profit)]
    cancelled: tuple[Decimal, Decimal] | None = None
    for turn in range(dice.randrange(6)):
        known += dice.choice([HOUR, 2 * DAY, 9 * DAY, 30 * DAY])
        what = dice.choice(["refund", "refund", "rest", "cancel"])
        if cancelled:
            # Delivered again as if nothing had happened.
            revenue, profit = cancelled
            cancelled = None
            deliveries.append(order | {"loaded_at": text(known)})
        elif what == "cancel":
            cancelled = revenue, profit
            told = {"loaded_at": text(known), "cancelled_at": text(known)}
            deliveries.append(order | told)
        else:
            amount = revenue if what == "rest" else min(money(dice, 80), revenue)
            revenue, profit = revenue - amount, profit - amount
            refunds.append(
                {
                    "refund_id": f"{order_id}/{turn}",
                    "order_id": order_id,
                    "order_line_id": f"{order_id}/1",
                    "refunded_at": text(known),
                    "amount": str(amount),
                    "is_restocked": "false",
                    "loaded_at": text(known),
                }
            )
        is_there = not cancelled and revenue > 0
        worth.append((known, revenue if is_there else None, profit))
    line = {
        "order_line_id": f"{order_id}/1",
        "order_id": order_id,
        "product_id": "P1",
        "quantity": "1",
        "unit_price": str(price),
        "unit_cost": str(cost),
        "loaded_at": text(at),
    }
    raw: dict[str, list[RawRow]] = {
        "orders": deliveries,
        "order_lines": [line],
        "refunds": refunds,
    }
    return History(order_id, "order", at, click_type, clicked_at, has_email, raw, worth)


def a_deal(dice: random.Random, number: int) -> History:
    # Some have the number of an order: two conversions, not one.
    deal_id = f"O{number}" if dice.random() < 0.1 else f"D{number}"
    filled_at = START + timedelta(
        days=dice.randrange(25), seconds=dice.randrange(86_400)
    )
    click_type = dice.choice(CLICKED)
    clicked_at = filled_at - dice.choice([HOUR, DAY, 30 * DAY])
    has_email = dice.random() < 0.7
    fill = {
        "form_fill_id": f"F{number}",
        "submitted_at": text(filled_at),
        "email": f"q{number}@firm.example" if has_email else None,
        "consent_ad_user_data": "granted",
        "click_id": f"C{number}" if click_type else None,
        "click_id_type": click_type,
        "loaded_at": text(filled_at),
    }
    created_at = filled_at + dice.choice([HOUR, DAY, 3 * DAY])
    amount = money(dice, 5_000)
    deal = {
        "deal_id": deal_id,
        "form_fill_id": f"F{number}",
        "created_at": text(created_at),
        "amount": str(amount),
        "currency_code": "USD",
        "gross_margin_rate": "0.5",
        "loaded_at": text(created_at),
    }
    changes: list[RawRow] = []
    deliveries: list[RawRow] = [deal]
    worth: list[tuple[datetime, Decimal | None, Decimal]] = []
    wins = []
    known, stage = created_at, "new"
    for _ in range(dice.randrange(1, 7)):
        changed_at = known + dice.choice([HOUR, DAY, 4 * DAY, 14 * DAY])
        known = changed_at + dice.choice([0 * DAY, 0 * DAY, DAY])
        before = stage
        stage = dice.choice(["won", "won", "won", "lost", "new"])
        if dice.random() < 0.3:
            amount = money(dice, 5_000)
        if stage == "won" and before != "won":
            wins.append((known, changed_at))
        changes.append(
            {
                "deal_id": deal_id,
                "stage": stage,
                "changed_at": text(changed_at),
                "recorded_at": text(known),
                "amount": str(amount),
                "loaded_at": text(known),
            }
        )
        if stage == "won":
            worth.append((known, amount, amount / 2))
        else:
            worth.append((known, None, Decimal(0)))
    if dice.random() < 0.15:
        known += 2 * DAY
        deliveries.append(deal | {"is_deleted": "true", "loaded_at": text(known)})
        worth.append((known, None, Decimal(0)))
    return History(
        *(deal_id, "deal", filled_at, click_type, clicked_at, has_email),
        raw={
            "form_fills": [fill],
            "crm_deals": deliveries,
            "crm_deal_stage_changes": changes,
        },
        worth=worth,
        wins=wins,
    )


def histories(dice: random.Random) -> list[History]:
    return [
        (an_order if dice.random() < 0.5 else a_deal)(dice, number)
        for number in range(1000, 1000 + HISTORIES)
    ]


def world_of(all_of_it: list[History]) -> dict[str, list[RawRow]]:
    world: dict[str, list[RawRow]] = defaultdict(list)
    for history in all_of_it:
        for table, some in history.raw.items():
            world[table] += some
        if history.click_type:
            world["ad_clicks"].append(
                {
                    "click_id": f"C{history.conversion_id[1:]}",
                    "click_id_type": history.click_type,
                    "platform": CLICK_TYPES[history.click_type],
                    "clicked_at": text(history.clicked_at),
                    "loaded_at": text(history.clicked_at),
                }
            )
    world["deal_stages"] = [
        {"stage": stage, "position": str(place), "win_probability": chance}
        | {"is_won": str(stage == "won"), "is_lost": str(stage == "lost")}
        for place, (stage, chance) in enumerate(
            [("new", "0.2"), ("won", "1"), ("lost", "0")]
        )
    ]
    return world


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    folder = tmp_path_factory.mktemp("exports")
    return compile_models(
        folder, {"conversion_events", "export_coverage"}, as_of=AS_OF_SENTINEL
    )


# Destination, conversion name, type and ID.
Key = tuple[str, str, str, str]


def key_of(row: dict[str, Any]) -> Key:
    names = ("destination", "conversion_name", "conversion_type", "conversion_id")
    destination, name, conversion_type, conversion_id = (row[n] for n in names)
    return destination, name, conversion_type, conversion_id


class Died(Exception):
    """The export was killed."""


@dataclass
class Exporter:
    """Exports of one world: its log, its files, and what platforms hold by them."""

    folder: Path
    dice: random.Random
    models: Models
    world: dict[str, list[RawRow]]
    clicks: dict[tuple[str, str], datetime]
    held: dict[str, Platform] = field(default_factory=ad_platforms.platforms)
    uploaded: set[str] = field(default_factory=set)
    lost: set[Key] = field(default_factory=set)
    has_died: bool = False

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def build(self, now: datetime) -> duckdb.DuckDBPyConnection:
        """The warehouse as of a moment, with the log as it lies."""
        connection = self.models.empty()
        if any(self.log.glob("*.parquet")):
            connection.execute(
                f"insert into exported.export_log by name from '{self.log}/*.parquet'"
            )
        for table, some in self.world.items():
            self.models.deliver(connection, table, some)
        return self.models.run(connection, text(now))

    def export(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        """One export, which may die anywhere; the files that are there are uploaded."""
        log.recover(self.log, self.out)
        self.upload(may_be_refused=False)
        self.has_died = False
        self.lost = set()
        with self.build(now) as connection, monkeypatch.context() as patch:
            if self.dice.random() < 0.4:
                self.die_somewhere(patch)
            exported = export.Exported()
            try:
                for name in self.dice.sample([*export.FORMATS], len(export.FORMATS)):
                    export.write(connection, name, self.out, self.log, now, exported)
            except Died:
                self.has_died = True
            assert not exported.malformed
        self.upload(may_be_refused=True)

    def told(self, now: datetime) -> Collection[Key]:
        """What an export that died at a moment has logged: it is told in the end."""
        if not any(self.log.glob("*.parquet")):
            return set()
        return {
            key_of(row)
            for row in rows(
                duckdb.connect(),
                "select distinct destination, conversion_name, conversion_type,"
                f" conversion_id from '{self.log}/*.parquet'"
                f" where logged_at = timestamp '{now}'",
            )
        }

    def die_somewhere(self, patch: pytest.MonkeyPatch) -> None:
        """Files reach the disk some times more, and then never again."""
        left = self.dice.randrange(30)
        flush = files.flush

        def dying(path: Path) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Died
            flush(path)

        patch.setattr(files, "flush", dying)

    def upload(self, may_be_refused: bool) -> None:
        """Each new file goes up; some answers say that rows were refused for now."""
        for file in sorted(self.out.glob("[!.]*")):
            if file.name in self.uploaded:
                continue
            self.uploaded.add(file.name)
            destination, _, stamp, _ = file.stem.split("-")
            now = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ")
            export_files.check(file)
            told = ad_platforms.read(file)
            answers: list[tuple[int, str | None]] = [
                (number, None) for number in range(1, len(told) + 1)
            ]
            if may_be_refused and self.dice.random() < 0.3:
                error = {"google_ads": "UNAUTHORIZED_CUSTOMER"}
                refused = error.get(destination, "not_uploaded")
                answers = [
                    (number, refused if self.dice.random() < 0.5 else None)
                    for number, _ in answers
                ]
                log.answer(self.log, file.stem, answers, now)
            logged = rows(
                duckdb.connect(),
                "select destination, conversion_name, conversion_type, conversion_id"
                f" from '{self.log}/{file.stem}.parquet' order by row_number",
            )
            for event, (_, error_told), row in zip(told, answers, logged, strict=True):
                if error_told:
                    self.lost.add(key_of(row))
                else:
                    clicked_at = self.clicks.get(
                        (destination, event.transaction.partition("~")[0])
                    )
                    self.held[destination].take(event, now, clicked_at)


def held_value(exporter: Exporter, key: Key) -> Decimal:
    """What a platform holds of a conversion in all its lives."""
    destination, name, _, conversion_id = key
    if destination in ("google_data_manager", "linkedin_ads"):
        name = ACTIONS[destination, name]["platform_action_id"]
    held = exporter.held[destination].held.items()
    return sum(
        (
            conversion.value
            for (held_name, _), conversion in held
            if held_name == name
            and conversion.transaction.partition("~")[0] == conversion_id
        ),
        Decimal(0),
    )


@dataclass
class Ideal:
    """What a platform would hold of one conversion if it were told all that can be."""

    destination: str
    is_open: bool = False
    ended: int = 0
    told: Decimal = Decimal(0)
    at: datetime = START

    def tell(self, history: History, value: Decimal | None, now: datetime) -> None:
        """Tell it at a moment what is to be told, where the platform takes it then."""
        can_adjust, youngest, oldest = {
            "google_data_manager": (True, 0 * DAY, 54 * DAY),
            "google_ads": (True, 1 * DAY, 54 * DAY),
            "microsoft_ads": (history.click_type == "msclkid", 0 * DAY, 90 * DAY),
        }.get(self.destination, (False, 0 * DAY, 0 * DAY))
        if self.is_open:
            is_right = (value or 0) == self.told
            if not is_right and can_adjust and youngest <= now - self.at <= oldest:
                self.told = value or Decimal(0)
                # Google's Data Manager takes nothing back, and forgets nothing.
                if not value and self.destination != "google_data_manager":
                    self.is_open = False
                    self.ended += 1
        elif value is not None and (value > 0 or not self.ended):
            at = event_at(history, now) + timedelta(seconds=self.ended)
            if is_taken(self.destination, history, at, now):
                self.told, self.is_open, self.at = value, True, at


def value_at(key: Key, history: History, now: datetime) -> Decimal | None:
    """What a platform ought to hold, from the history alone; None: nothing."""
    revenue, profit = history.at(now)
    if revenue is None:
        return None
    basis = SALES[key[0], key[1]]["value_basis"]
    return max(profit if basis == "profit" else revenue, Decimal(0))


def event_at(history: History, now: datetime) -> datetime:
    """When the order was placed, or the deal won last as known at a moment."""
    wins = [at for known, at in history.wins if known <= now]
    return wins[-1] if history.conversion_type == "deal" else history.anchor_at


def is_taken(destination: str, history: History, at: datetime, now: datetime) -> bool:
    """Whether a platform takes a new conversion of a time at a moment."""
    days = {"meta_ads": 6, "tiktok_ads": 28}.get(destination, 90)
    is_own = CLICK_TYPES.get(history.click_type or "", "") == destination.replace(
        "google_data_manager", "google_ads"
    )
    if not is_own and (destination == "google_ads" or not history.has_email):
        return False
    touched = history.clicked_at if is_own else history.anchor_at
    if destination.startswith("google"):
        days_left = now - touched <= 90 * DAY and now - touched >= 6 * HOUR
    elif destination == "microsoft_ads":
        days_left = at - touched <= 90 * DAY and now - touched >= HOUR
    elif destination == "tiktok_ads":
        days_left = at - touched <= 28 * DAY
    else:
        days_left = True
    return days_left and now - at <= days * DAY


@pytest.mark.parametrize("seed", range(WORLDS))
def test_platforms_end_with_the_ledgers_value(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(seed)
    all_of_it = histories(dice)
    exporter = Exporter(
        folder=tmp_path,
        dice=dice,
        models=models,
        world=world_of(all_of_it),
        clicks={
            (destination, history.conversion_id): history.clicked_at
            for history in all_of_it
            for destination in ad_platforms.platforms()
            if CLICK_TYPES.get(history.click_type or "")
            == destination.replace("google_data_manager", "google_ads")
        },
    )
    for folder in (exporter.log, exporter.out):
        folder.mkdir()
    # Some come when a click is too young for what is known of it already.
    young = [
        history.clicked_at + 4 * HOUR
        for history in all_of_it
        if history.click_type == "gclid"
        and history.worth[0][0] - history.clicked_at < 4 * HOUR
    ]
    moments = sorted(
        {*dice.sample(young, 2)}
        | {
            START + dice.randrange(3, 80) * DAY + dice.randrange(9) * HOUR
            for _ in "......"
        }
    )
    pairs = [
        ((*action, history.conversion_type, history.conversion_id), history)
        for action, row in SALES.items()
        for history in all_of_it
        if (row["event_type"] == "order_placed") == (history.conversion_type == "order")
    ]
    ideals = {key: Ideal(key[0]) for key, _ in pairs}
    for now in moments:
        exporter.export(now, monkeypatch)
        reached = exporter.told(now) if exporter.has_died else ideals.keys()
        for key, history in pairs:
            if key in reached and key not in exporter.lost:
                ideals[key].tell(history, value_at(key, history, now), now)
    log.recover(exporter.log, exporter.out)
    exporter.upload(may_be_refused=False)
    settled = dict.fromkeys(export.FORMATS, 0)
    for key, history in pairs:
        value = value_at(key, history, moments[-1]) or Decimal(0)
        ideal = ideals[key]
        if (ideal.told if ideal.is_open else 0) == value:
            assert held_value(exporter, key) == value, key
            settled[key[0]] += value > 0
    # Many windows are open everywhere, or the claim is empty.
    assert min(settled.values()) > 0
    assert sum(settled.values()) > HISTORIES // 2
