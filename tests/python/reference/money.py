"""Exchange rates and cents (rules 1 and 2). Amounts are exact fractions."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .reading import Row

ZERO = Decimal("0.00")


class RateMissing(Exception):
    """An amount that is not 0 has no exchange rate on its date."""


def decimal_of(cents: int) -> Decimal:
    """Cents as a decimal with two places."""
    return Decimal(cents).scaleb(-2)


def cents_of(money: Decimal) -> int:
    """Money of two places as cents."""
    return int(money.scaleb(2))


def rounded(amount: Fraction) -> Decimal:
    """Rounded to cents, half away from zero."""
    cents = int(abs(amount) * 100 + Fraction(1, 2))
    return decimal_of(-cents if amount < 0 else cents)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum; 0.00 of nothing."""
    return sum(amounts, ZERO)


class Rates:
    """Converts amounts to the reporting currency."""

    def __init__(self, rows: Iterable[Row], reporting: str, max_age: int) -> None:
        """`max_age` is the age in days of the oldest rate that may stand in."""
        self.reporting = reporting
        self.max_age = max_age
        self.rates: dict[tuple[str, str], list[tuple[date, Fraction]]] = {}
        for row in rows:
            pair = row["from_currency_code"], row["to_currency_code"]
            dated = row["rate_date"], Fraction(row["rate"])
            self.rates.setdefault(pair, []).append(dated)

    def _latest(self, pair: tuple[str, str], day: date) -> Fraction | None:
        usable = [
            (rate_date, rate)
            for rate_date, rate in self.rates.get(pair, [])
            if 0 <= (day - rate_date).days <= self.max_age
        ]
        return max(usable)[1] if usable else None

    def convert(self, amount: Fraction, currency: str, day: date) -> Decimal:
        """An exact amount in reporting currency, rounded once."""
        if amount == 0:
            return ZERO
        if currency == self.reporting:
            return rounded(amount)
        rate = self._latest((currency, self.reporting), day)
        if rate is not None:
            return rounded(amount * rate)
        inverse = self._latest((self.reporting, currency), day)
        if inverse is not None:
            return rounded(amount / inverse)
        raise RateMissing(currency, day)
