"""Names, mail addresses and telephone numbers that belong to nobody.

Domains are those that RFC 2606 reserves; numbers are of the 555-01xx range that no
North American carrier gives out.
"""

from __future__ import annotations

import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.columns import Text
from click_to_cash.simulate.dice import Dice, Ints

_FIRST = ("ada", "ben", "cleo", "dara", "emil", "faye", "gus", "hana", "ivo", "jun")
_LAST = ("abt", "berg", "cole", "diaz", "endo", "fox", "gray", "hart", "ito", "jost")
_DOMAINS = ("@example.com", "@example.org", "@example.net")
_AREAS = ("202", "212", "303", "312", "415", "512", "617", "702", "803", "904")
CONSENT = ("granted", "denied", None)
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Safari/605.1",
    None,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1 Mobile",
)


def emails(dice: Dice, person: Ints) -> Text:
    """One address per person, as people type it: capitals, stray spaces."""
    n = len(person)
    first = col.label(person % 10, _FIRST)
    last = col.label(person // 10 % 10, _LAST)
    domain = col.label(person % 3, _DOMAINS)
    text = col.glue(first, ".", last, col.whole(person), domain)
    style = dice.shares(n, (940, 40, 20))
    text = col.rewritten(text, style == 1, pc.utf8_capitalize)
    return col.rewritten(text, style == 2, col.padded)


def phones(dice: Dice, person: Ints) -> Text:
    """One number per person, blank for two in five."""
    line = pc.utf8_lpad(col.whole(person % 100), 2, "0")
    text = col.glue("+1", col.label(person // 100 % 10, _AREAS), "55501", line)
    return col.blank(text, dice.chance(len(person), 400))


def browsers(person: Ints) -> Text:
    """What a person's browser calls itself; some shops do not keep it."""
    return col.label(person % len(BROWSERS), BROWSERS)


def consents(dice: Dice, n: int) -> Text:
    """What the banner recorded."""
    return col.label(dice.shares(n, (720, 130, 150)), CONSENT)
