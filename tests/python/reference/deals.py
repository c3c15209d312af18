"""Deals: believed states, and the entries that are their differences (rule 5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .ledger import Entry, later, pipeline_of, profit_of, revenue_of
from .money import ZERO, RateMissing, Rates
from .reading import Row, Tables


@dataclass(frozen=True)
class Stage:
    """A stage as deal_stages has it for the deal's pipeline; unknown is open."""

    name: str | None
    status: str = "open"
    position: int | None = None

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Sorts by position, then by text; without a position lowest."""
        return self.position is not None, self.position or 0, self.name or ""


NO_STAGE = Stage(None)


@dataclass(frozen=True)
class State:
    """What is believed of a deal; the amount is in its own currency."""

    stage: Stage
    amount: Fraction | None

    @property
    def worth(self) -> Fraction:
        """The amount; blank is 0."""
        return self.amount or Fraction(0)


@dataclass(frozen=True)
class Change:
    """One stage change."""

    row: Row
    stage: Stage

    @property
    def in_business_order(self) -> tuple[Any, ...]:
        """Greatest is current."""
        return self.row["changed_at"], self.row.known_at, *self.stage.rank

    @property
    def in_replay_order(self) -> tuple[Any, ...]:
        """The order in which changes became known."""
        return self.row.known_at, self.row["changed_at"], *self.stage.rank


@dataclass
class Deal:
    """One accepted deal with its entries and the state that is believed last."""

    row: Row
    history: list[Change]
    state: State
    entries: list[Entry] = field(default_factory=list)

    @property
    def deal_id(self) -> str:
        """The key."""
        deal_id: str = self.row["deal_id"]
        return deal_id

    @property
    def is_won(self) -> bool:
        """Won now and not deleted."""
        return self.state.stage.status == "won" and not self.row["is_deleted"]


class ChangeLacksRate(Exception):
    """The entry of a stage change has no exchange rate."""

    def __init__(self, change: Change) -> None:
        """The change at fault."""
        super().__init__(change)
        self.change = change


def _stage(tables: Tables, pipeline: str | None, name: str | None) -> Stage:
    stages = tables["deal_stages"].accepted
    row = stages.get((pipeline, name)) or stages.get((None, name))
    if row is None:
        return Stage(name)
    status = "won" if row["is_won"] else "lost" if row["is_lost"] else "open"
    return Stage(name, status, row["position"])


def _first_amount(row: Row, history: Sequence[Change]) -> Fraction | None:
    """The first amount that the history names, else the deal row's."""
    for change in sorted(history, key=lambda c: c.in_business_order):
        if change.row["amount"] is not None:
            return Fraction(change.row["amount"])
    return None if row["amount"] is None else Fraction(row["amount"])


def _believed(arrived: Sequence[Change], first_amount: Fraction | None) -> State:
    """The current state by the changes that have become known."""
    state = State(NO_STAGE, first_amount)
    for change in sorted(arrived, key=lambda c: c.in_business_order):
        amount = change.row["amount"]
        state = State(
            change.stage, state.amount if amount is None else Fraction(amount)
        )
    return state


def _event_type(before: State, after: State) -> str:
    if before.stage.status != "won" and after.stage.status == "won":
        return "deal_won"
    if before.stage.status == "won" and after.stage.status != "won":
        return "deal_unwon"
    if before.amount != after.amount:
        return "deal_amount_changed"
    return "deal_stage_changed"


def _book(
    deal: Deal, after: State, occurred_at: datetime, known_at: datetime, rates: Rates
) -> None:
    """Add the entry that leads from the deal's state to the next."""
    before, booked = deal.state, deal.entries
    margin = Fraction(deal.row["gross_margin_rate"] or 0)

    def convert(amount: Fraction) -> Decimal:
        return rates.convert(amount, deal.row["currency_code"], occurred_at.date())

    revenue = profit = pipeline = ZERO
    was, now = before.stage.status, after.stage.status
    if now == "won":
        gained = after.worth - before.worth if was == "won" else after.worth
        revenue, profit = convert(gained), convert(gained * margin)
    elif was == "won":
        revenue, profit = -revenue_of(booked), -profit_of(booked)
    if now == "open":
        gained = after.worth - before.worth if was == "open" else after.worth
        pipeline = convert(gained)
    elif was == "open":
        pipeline = -pipeline_of(booked)

    entry = Entry(
        "deal",
        deal.deal_id,
        _event_type(before, after),
        occurred_at,
        known_at,
        revenue,
        profit,
        pipeline,
        after.stage.name,
    )
    deal.entries.append(entry)
    deal.state = after


def _deleted_at(row: Row) -> datetime | None:
    """When the deletion of a deal occurred and became known."""
    if not row["is_deleted"]:
        return None
    deleted_at: datetime = row["loaded_at"] or row["created_at"]
    return deleted_at


def _delete(deal: Deal, deleted_at: datetime) -> None:
    """Take back all that was booked."""
    entry = Entry(
        "deal",
        deal.deal_id,
        "deal_deleted",
        deleted_at,
        deleted_at,
        -revenue_of(deal.entries),
        -profit_of(deal.entries),
        -pipeline_of(deal.entries),
        deal.state.stage.name,
    )
    deal.entries.append(entry)


def _create(deal: Deal, rates: Rates) -> None:
    """Book the first believed amount as pipeline."""
    created_at, currency = deal.row["created_at"], deal.row["currency_code"]
    pipeline = rates.convert(deal.state.worth, currency, created_at.date())
    known_at = later(created_at, deal.row["loaded_at"])
    key = "deal", deal.deal_id
    deal.entries.append(
        Entry(*key, "deal_created", created_at, known_at, pipeline=pipeline)
    )


def _replay_history(deal: Deal, rates: Rates, deleted_at: datetime | None) -> None:
    """One entry per stage change in the order in which they became known."""
    first_amount = deal.state.amount
    arrived: list[Change] = []
    for change in sorted(deal.history, key=lambda c: c.in_replay_order):
        known_at = change.row.known_at
        assert known_at is not None
        if deleted_at is not None and known_at > deleted_at:
            break
        arrived.append(change)
        after = _believed(arrived, first_amount)
        try:
            _book(deal, after, change.row["changed_at"], known_at, rates)
        except RateMissing as error:
            raise ChangeLacksRate(change) from error


def _close(
    deal: Deal,
    stage: Stage,
    rates: Rates,
    deleted_at: datetime | None,
    as_of: datetime | None,
) -> None:
    """Without history: one entry for the deal row's own stage."""
    if stage.name is None:
        return
    is_closed = stage.status != "open"
    at = (is_closed and deal.row["closed_at"]) or deal.row["created_at"]
    known_at = later(at, deal.row["loaded_at"])
    for limit in (deleted_at, as_of):
        if limit is not None and known_at > limit:
            return
    _book(deal, State(stage, deal.state.amount), at, known_at, rates)


def _replayed(
    row: Row,
    history: Sequence[Change],
    tables: Tables,
    rates: Rates,
    as_of: datetime | None,
) -> Deal:
    """The deal with all its entries.

    Raises ChangeLacksRate for the first change without a rate, RateMissing where
    only the deal row's own entries have none.
    """
    deal = Deal(row, list(history), State(NO_STAGE, _first_amount(row, history)))
    own_fault: RateMissing | None = None
    try:
        _create(deal, rates)
    except RateMissing as error:
        own_fault = error
    deleted_at = _deleted_at(row)
    if history:
        _replay_history(deal, rates, deleted_at)
    else:
        stage = _stage(tables, row["pipeline"], row["stage"])
        _close(deal, stage, rates, deleted_at, as_of)
    if own_fault is not None:
        raise own_fault
    if deleted_at is not None:
        _delete(deal, deleted_at)
    return deal


def _flag(deal: Deal, tables: Tables) -> None:
    """Flags of an accepted deal and of its accepted stage changes."""
    row, deals = deal.row, tables["crm_deals"]
    changes = tables["crm_deal_stage_changes"]
    stages = tables["deal_stages"].accepted
    for flagged, table in [(row, deals)] + [(c.row, changes) for c in deal.history]:
        name = flagged["stage"]
        known = (row["pipeline"], name) in stages or (None, name) in stages
        if name is not None and not known:
            table.flag(flagged, "stage", "unknown_stage")
    if not deal.history:
        if deal.state.stage.status == "won" and deal.state.amount is None:
            deals.flag(row, "amount", "amount_missing")
        return
    for change in deal.history:
        if change.stage.status == "won" and _first_amount(row, deal.history) is None:
            changes.flag(change.row, "amount", "amount_missing")
    if row["stage"] not in (None, deal.state.stage.name):
        deals.flag(row, "stage", "history_disagrees")
    if row["amount"] is not None and Fraction(row["amount"]) != deal.state.amount:
        deals.flag(row, "amount", "history_disagrees")


def accepted_deals(tables: Tables, rates: Rates, as_of: datetime | None) -> list[Deal]:
    """Every accepted deal; rejects deals and stage changes that lack a rate."""
    changes = tables["crm_deal_stage_changes"]
    deals = []
    for row in list(tables["crm_deals"].accepted.values()):
        history = [
            Change(change, _stage(tables, row["pipeline"], change["stage"]))
            for change in changes.accepted.values()
            if change["deal_id"] == row["deal_id"]
        ]
        lacking: list[Change] = []
        while True:
            try:
                deal = _replayed(row, history, tables, rates, as_of)
            except ChangeLacksRate as fault:
                lacking.append(fault.change)
                history.remove(fault.change)
                continue
            except RateMissing:
                tables["crm_deals"].reject(row, "amount", "fx_rate_missing")
                break
            for change in lacking:
                changes.reject(change.row, "amount", "fx_rate_missing")
            _flag(deal, tables)
            deals.append(deal)
            break
    for row in list(changes.accepted.values()):
        if (row["deal_id"],) not in tables["crm_deals"].accepted:
            changes.reject(row, "deal_id", "not_found")
    return deals
