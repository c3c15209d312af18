"""Ledger entries: signed changes of what a conversion is worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .money import ZERO, total


@dataclass(frozen=True)
class Entry:
    """One row of value_ledger; `order_line_id` is of a refund that names a line."""

    conversion_type: str
    conversion_id: str
    event_type: str
    occurred_at: datetime
    known_at: datetime
    revenue: Decimal = ZERO
    profit: Decimal = ZERO
    pipeline: Decimal = ZERO
    stage: str | None = None
    order_line_id: str | None = None

    @property
    def business_line(self) -> str:
        """The line whose conversion this is."""
        return business_line(self.conversion_type)


def business_line(conversion_type: str) -> str:
    """Orders are e-commerce; form fills and deals lead gen."""
    return "ecommerce" if conversion_type == "order" else "lead_gen"


def later(own: datetime, loaded_at: datetime | None) -> datetime:
    """When something was known: the later of its own time and loaded_at."""
    return own if loaded_at is None else max(own, loaded_at)


def revenue_of(entries: Iterable[Entry]) -> Decimal:
    """Σ revenue."""
    return total(entry.revenue for entry in entries)


def profit_of(entries: Iterable[Entry]) -> Decimal:
    """Σ profit."""
    return total(entry.profit for entry in entries)


def pipeline_of(entries: Iterable[Entry]) -> Decimal:
    """Σ pipeline."""
    return total(entry.pipeline for entry in entries)


def value_ledger(entries: Iterable[Entry]) -> list[dict[str, object]]:
    """The entries as rows."""
    return [
        {
            "business_line": entry.business_line,
            "conversion_type": entry.conversion_type,
            "conversion_id": entry.conversion_id,
            "event_type": entry.event_type,
            "occurred_at": entry.occurred_at,
            "known_at": entry.known_at,
            "revenue": entry.revenue,
            "profit": entry.profit,
            "pipeline": entry.pipeline,
            "stage": entry.stage,
        }
        for entry in entries
    ]
