"""What an order or a form fill still knows of the click that it came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.clicks import (
    FBCLID,
    GBRAID,
    MSCLKID,
    TYPES,
    Clicks,
)
from click_to_cash.simulate.columns import Text
from click_to_cash.simulate.dice import Dice, Flags, Ints

NONE = -1
UNMATCHABLE = -2
EXACT, LOWERED, CUT = range(3)

# How the click of a conversion reaches the books, in thousandths.
WAYS = {
    "id": 330,
    "id_untyped": 100,
    "url": 200,
    "id_and_url": 80,
    "id_lowered_with_visitor": 35,
    "id_lowered": 25,
    "url_lowered": 15,
    "placeholder_and_url": 25,
    "placeholder": 15,
    "visitor": 60,
    "nothing": 40,
    "id_mistyped": 12,
    "id_mistyped_and_url": 13,
    "url_cut": 14,
    "shared_link": 12,
    "id_padded": 24,
}
WAY = {name: code for code, name in enumerate(WAYS)}
AGGREGATE_WAYS = {"url": 700, "id": 300}
# What a conversion without a click of its own carries instead.
ORGANIC_WAYS = {
    "fresh_visitor": 640,
    "nothing": 180,
    "id_of_later_click": 70,
    "placeholder": 40,
    "invented_id": 40,
    "somebody_elses_device": 30,
}
ORGANIC_WAY = {name: 100 + code for code, name in enumerate(ORGANIC_WAYS)}


@dataclass(frozen=True)
class Mention:
    """A click ID as a conversion holds it, one row per conversion.

    click is a row of Clicks, NONE where there is no ID, UNMATCHABLE where the text is
    no click's. spelling is EXACT, LOWERED or CUT; type a position in TYPES, NONE where
    blank, UNMATCHABLE where it names no type.
    """

    click: Ints
    spelling: Ints
    type: Ints

    def of(self, rows: Ints) -> Mention:
        """The mentions at these positions; none at all at position -1."""
        found = rows >= 0
        return Mention(
            np.where(found, self.click[rows], NONE),
            self.spelling[rows],
            self.type[rows],
        )


@dataclass(frozen=True)
class Trace:
    """What conversions remember: an own click ID, a URL, a visitor (-1: none).

    The four texts are the columns as delivered.
    """

    own: Mention
    url: Mention
    visitor: Ints
    click_id: Text
    click_id_type: Text
    page_url: Text
    visitor_id: Text


def leave_traces(
    dice: Dice, clicks: Clicks, came_by: Ints, at: Ints, person: Ints, page: str
) -> Trace:
    """Traces of conversions at UTC seconds `at`, made by `person`.

    came_by is the click that each truly came by, -1 without one; page is the URL they
    were made on.
    """
    n = len(came_by)
    way = _ways(dice, clicks, came_by)

    def goes(*names: str) -> Flags:
        return np.isin(way, [WAY[name] for name in names])

    def strays(name: str) -> Flags:
        return np.asarray(way == ORGANIC_WAY[name])

    source = np.where(goes("shared_link"), dice.below(n, len(clicks)), came_by)
    after = np.searchsorted(clicks.clicked_at, at, side="right")
    later = after + dice.below(n, np.maximum(len(clicks) - after, 1))
    has_later = strays("id_of_later_click") & (later < len(clicks))
    source = np.where(has_later, np.minimum(later, len(clicks) - 1), source)

    with_id = goes("id", "id_untyped", "id_and_url", "id_padded", "id_mistyped")
    with_id |= goes("id_lowered", "id_lowered_with_visitor", "id_mistyped_and_url")
    with_id |= has_later
    with_url = goes("url", "id_and_url", "url_lowered", "placeholder_and_url")
    with_url |= goes("id_mistyped_and_url", "url_cut", "shared_link")
    invented = strays("invented_id")
    is_lowered = goes("id_lowered", "id_lowered_with_visitor", "url_lowered")
    # Hexadecimal IDs are in lower case anyway.
    is_lowered &= clicks.type[source] != MSCLKID
    spelling = np.where(is_lowered, LOWERED, EXACT)
    spelling = np.where(goes("url_cut"), CUT, spelling)
    mistyped = goes("id_mistyped", "id_mistyped_and_url")
    type_ = np.where(goes("id_untyped"), NONE, clicks.type[source])
    type_ = np.where(mistyped | invented, UNMATCHABLE, type_)

    own = Mention(
        np.where(with_id, source, np.where(invented, UNMATCHABLE, NONE)),
        spelling,
        type_,
    )
    url = Mention(np.where(with_url, source, NONE), spelling, clicks.type[source])
    visitor = _visitor(dice, clicks, person, way)
    written = _spelled(clicks, source, spelling)
    return Trace(
        own=own,
        url=url,
        visitor=visitor,
        click_id=_click_id_column(
            dice,
            written,
            own,
            is_padded=goes("id_padded"),
            is_placeholder=goes("placeholder", "placeholder_and_url")
            | strays("placeholder"),
        ),
        click_id_type=_type_column(dice, own),
        page_url=_url_column(dice, clicks, page, written, url),
        visitor_id=col.numbered("v", visitor),
    )


def _ways(dice: Dice, clicks: Clicks, came_by: Ints) -> Ints:
    """The way of each conversion: a code of WAY or of ORGANIC_WAY."""
    way = np.zeros(len(came_by), np.int64)
    organic = came_by < 0
    aggregate = ~organic & clicks.is_aggregate[came_by]
    plain = ~organic & ~aggregate
    way[plain] = dice.shares(int(plain.sum()), tuple(WAYS.values()))
    names = np.array([WAY[name] for name in AGGREGATE_WAYS])
    way[aggregate] = names[
        dice.shares(int(aggregate.sum()), tuple(AGGREGATE_WAYS.values()))
    ]
    way[organic] = 100 + dice.shares(int(organic.sum()), tuple(ORGANIC_WAYS.values()))
    return way


def _visitor(dice: Dice, clicks: Clicks, person: Ints, way: Ints) -> Ints:
    """The visitor in the books. Somebody else's device is that of any one click."""
    n = len(way)
    kept = way == WAY["visitor"]
    kept |= way == WAY["id_lowered_with_visitor"]
    kept |= way == ORGANIC_WAY["fresh_visitor"]
    usual = [WAY[k] for k in ("id", "id_untyped", "url", "id_and_url", "shared_link")]
    kept |= np.isin(way, usual) & dice.chance(n, 550)
    other = clicks.visitor[dice.below(n, len(clicks))]
    device = way == ORGANIC_WAY["somebody_elses_device"]
    return np.where(device, other, np.where(kept, person, NONE))


def _spelled(clicks: Clicks, source: Ints, spelling: Ints) -> Text:
    """The ID of each source click as it is written; blank at position -1."""
    text = col.take(clicks.click_id, np.maximum(source, NONE))
    text = col.rewritten(text, spelling == LOWERED, pc.utf8_lower)
    cut = pc.utf8_slice_codeunits(text, 0, 21)
    return col.instead(text, spelling == CUT, cut)


def _click_id_column(
    dice: Dice, written: Text, own: Mention, is_padded: Flags, is_placeholder: Flags
) -> Text:
    n = len(own.click)
    text = col.blank(written, own.click < 0)
    text = col.rewritten(text, is_padded, col.padded)
    holders = ["{gclid}", "(not set)", "undefined", "{{Click ID}}"]
    text = col.instead(
        text, is_placeholder, col.label(dice.below(n, len(holders)), holders)
    )
    invented = col.numbered("EAIaIQobTest", dice.below(n, 1_000_000_000))
    return col.instead(text, own.click == UNMATCHABLE, invented)


def _type_column(dice: Dice, own: Mention) -> Text:
    n = len(own.click)
    text = col.label(np.maximum(own.type, NONE), TYPES)
    text = col.rewritten(text, dice.some(n, 20), pc.utf8_upper)
    text = col.instead(text, own.type == UNMATCHABLE, "adwords")
    return col.blank(text, own.click == NONE)


def _url_column(
    dice: Dice, clicks: Clicks, page: str, written: Text, url: Mention
) -> Text:
    """Landing URLs in the spellings that browsers and mail programs make of them."""
    n = len(url.click)
    # 0 plain, 1 behind utm parameters, 2 name in capitals, 3 first letter encoded,
    # 4 a placeholder before it, 5 beside another platform's stale ID, 6 a false one
    # in the fragment
    style = dice.shares(n, (760, 100, 40, 30, 30, 20, 20))
    exact = url.spelling == EXACT
    name = col.label(url.type, TYPES)
    name = col.rewritten(name, style == 2, pc.utf8_upper)
    first = col.instead(col.same("%43", n), url.type == FBCLID, "%49")
    tail = pc.utf8_slice_codeunits(written, 1, 99)
    can_encode = (url.type != MSCLKID) & (url.type != GBRAID) & exact & (style == 3)
    value = col.instead(written, can_encode, col.glue(first, tail))
    pair = col.glue(name, "=", value)
    stale = col.numbered("fbclid=IwARstale", dice.below(n, 1_000_000_000))
    unset = col.same("gclid=(not%20set)", n)
    beside = col.instead(stale, url.type == FBCLID, unset)
    pair = col.instead(pair, style == 1, col.glue("utm_source=ads&", pair))
    pair = col.instead(pair, style == 4, col.glue(name, "={gclid}&", pair))
    pair = col.instead(pair, style == 5, col.glue(pair, "&", beside))
    pair = col.instead(pair, style == 6, col.glue(pair, "#a?gclid=CjFalse"))
    plain = col.label(
        dice.shares(n, (700, 100, 200)) - 1, [page, f"{page}?utm_source=news"]
    )
    return col.instead(plain, url.click >= 0, col.glue(f"{page}?", pair))
