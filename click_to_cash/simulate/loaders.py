"""The same world in the shapes of loaders: as Fivetran and Segment land raw tables.

Rows are renamed, split and put together; no number is made here but for units: cost in
millionths, what is given back below 0, and the discounts of a whole order, in which
Shopify counts those of its lines. Dirt travels as it is, and a blank stays one.

loaded_at becomes _fivetran_synced, uuid_ts for Segment, the time of the version in
tables of versions. What a firm itself writes into a product stands where such firms
keep it: HubSpot's own properties, cart attributes and line properties of Shopify,
properties of Segment's events. Cost by ad group is a custom report of Google's and of
Microsoft's.

What no loader delivers stays in the standard layout: fx_rates; product_spend, for no
connector reads the platforms' reports by product; of campaigns the business model, its
share, and the kinds of Meta's that are not just social; form_fill_attributes, for every
firm gives the answers to its forms names of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.columns import Table, Text
from click_to_cash.simulate.dice import Flags

CONNECTORS = (
    "google_ads",
    "facebook_ads",
    "microsoft_ads",
    "segment",
    "hubspot",
    "shopify",
)
KEPT = (
    "fx_rates",
    "product_spend",
    "form_fill_attributes",
    "answer_key/conversions",
    "answer_key/totals",
)
# What Meta calls the one action that counts; one stands under several names.
PURCHASE = "offsite_conversion.fb_pixel_purchase"
CART_NOTES = (
    "click_id",
    "click_id_type",
    "visitor_id",
    "consent_ad_user_data",
    "consent_ad_personalization",
    "user_agent",
)
# What a page tells of its click beside its address.
CLICK_PROPERTIES = (
    "click_id click_id_type platform account_id campaign_id ad_group_id ad_id keyword"
    " product_id"
)
Change = Callable[[Text], Text]


class Shape(NamedTuple):
    """A loader's table as one of the layout, its columns under other names.

    columns are the loader's names, with `=column` where the layout has another; rows are
    those of one platform, if it is given.
    """

    source: str
    columns: str
    platform: str | None = None
    changes: Mapping[str, Change] = {}


def in_shapes_of_loaders(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Tables of the layout as `<connector>/<table>`, and as themselves what stays so."""
    shaped = {
        name: _shaped(tables[shape.source], shape) for name, shape in SHAPES.items()
    }
    return {
        **shaped,
        **_meta_ads(shaped["facebook_ads/basic_ad"], tables["ad_spend"]),
        **_visits(tables["ad_clicks"], tables["web_sessions"]),
        **_deals(tables),
        **_orders(tables["orders"], tables["order_lines"]),
        **_refunds(tables["refunds"]),
        "campaigns": _what_platforms_do_not_tell(tables["campaigns"]),
        **{name: tables[name] for name in KEPT},
    }


def _shaped(table: Table, shape: Shape) -> Table:
    if shape.platform:
        of_platform = pc.equal(table["platform"], shape.platform)
        table = col.chosen(table, _flags(of_platform))
    return _renamed(table, shape.columns, shape.changes)


def _renamed(
    table: Table, columns: str, changes: Mapping[str, Change] | None = None
) -> Table:
    """The columns named `name=column` or just `column`, each as its change makes it."""
    named: Table = {}
    for column in columns.split():
        name, _, source = column.partition("=")
        change = (changes or {}).get(name)
        text = table[source or name]
        named[name] = change(text) if change else text
    return named


def _flags(mask: Text) -> Flags:
    flags: Flags = np.asarray(pc.fill_null(mask, False))
    return flags


def _told(texts: Text) -> Flags:
    """Where something stands."""
    return _flags(pc.is_valid(texts))


def _distinct(table: Table) -> Table:
    """Every row once, in order of first appearance."""
    rows = pa.table(table).group_by(list(table), use_threads=False).aggregate([])
    return {name: rows[name].combine_chunks() for name in table}


def _by_word(words: Mapping[str, str]) -> Change:
    """Words as another product has them; others stay."""

    def change(texts: Text) -> Text:
        return pa.array([words.get(t, t) for t in texts.to_pylist()], pa.string())

    return change


def _micros(texts: Text) -> Text:
    """Amounts in millionths; what is no amount stays."""

    def micros(text: str | None) -> str | None:
        amount = _decimal(text)
        return text if amount is None else f"{amount.scaleb(6):.0f}"

    return pa.array([micros(text) for text in texts.to_pylist()], pa.string())


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _below_zero(amounts: Text) -> Text:
    """Amounts with the other sign."""
    is_negative = pc.starts_with(amounts, "-")
    positive = pc.utf8_slice_codeunits(amounts, 1)
    return pc.if_else(is_negative, positive, col.glue("-", amounts))


def _noted_cost(costs: Text) -> Text:
    """A line's own cost as the JSON of its properties."""
    return col.glue('[{"name":"_unit_cost","value":"', costs, '"}]')


_ad, _variant, _item = (partial(col.glue, prefix) for prefix in "9VI")

SHAPES = {
    "google_ads/account_history": Shape(
        "ad_accounts",
        "id=account_id updated_at=loaded_at descriptive_name=account_name currency_code"
        " time_zone",
        "google_ads",
    ),
    "google_ads/campaign_history": Shape(
        "campaigns",
        "id=campaign_id updated_at=loaded_at customer_id=account_id name=campaign_name"
        " advertising_channel_type=channel_type bidding_strategy_type=bidding_strategy",
        "google_ads",
        {"advertising_channel_type": pc.utf8_upper},
    ),
    "google_ads/campaign_stats": Shape(
        "ad_spend",
        "customer_id=account_id id=campaign_id date=spend_date cost_micros=cost"
        " ad_group_id impressions clicks conversions=platform_conversions"
        " conversions_value=platform_conversion_value _fivetran_synced=loaded_at",
        "google_ads",
        {"cost_micros": _micros},
    ),
    "facebook_ads/account_history": Shape(
        "ad_accounts",
        "id=account_id name=account_name currency=currency_code timezone_name=time_zone"
        " _fivetran_synced=loaded_at",
        "meta_ads",
    ),
    "facebook_ads/campaign_history": Shape(
        "campaigns",
        "id=campaign_id account_id updated_time=loaded_at name=campaign_name"
        " bid_strategy=bidding_strategy _fivetran_synced=loaded_at",
        "meta_ads",
    ),
    "facebook_ads/basic_ad": Shape(
        "ad_spend",
        "ad_id=ad_group_id date=spend_date account_id spend=cost impressions"
        " inline_link_clicks=clicks _fivetran_synced=loaded_at",
        "meta_ads",
        {"ad_id": _ad},
    ),
    "microsoft_ads/account_history": Shape(
        "ad_accounts",
        "id=account_id last_modified_time=loaded_at name=account_name currency_code"
        " time_zone",
        "microsoft_ads",
        {"time_zone": _by_word({"America/New_York": "EasternTimeUSCanada"})},
    ),
    "microsoft_ads/campaign_history": Shape(
        "campaigns",
        "id=campaign_id account_id modified_time=loaded_at name=campaign_name"
        " type=channel_type bid_strategy_type=bidding_strategy",
        "microsoft_ads",
        {"type": _by_word({"search": "Search", "shopping": "Shopping"})},
    ),
    "microsoft_ads/campaign_performance_daily_report": Shape(
        "ad_spend",
        "date=spend_date account_id campaign_id spend=cost ad_group_id clicks"
        " impressions conversions=platform_conversions revenue=platform_conversion_value"
        " _fivetran_synced=loaded_at",
        "microsoft_ads",
    ),
    "segment/form_submitted": Shape(
        "form_fills",
        "id=form_fill_id anonymous_id=visitor_id timestamp=submitted_at form_name email"
        " phone context_page_url=page_url customer_type country_code"
        " consent_ad_user_data consent_ad_personalization is_test click_id"
        " click_id_type uuid_ts=loaded_at",
    ),
    "hubspot/deal": Shape(
        "crm_deals",
        "deal_id property_createdate=created_at is_deleted deal_pipeline_id=pipeline"
        " deal_pipeline_stage_id=stage property_amount=amount"
        " property_closedate=closed_at property_deal_currency_code=currency_code"
        " property_form_fill_id=form_fill_id property_customer_type=customer_type"
        " property_gross_margin_rate=gross_margin_rate property_click_id=click_id"
        " property_click_id_type=click_id_type _fivetran_synced=loaded_at",
    ),
    "shopify/order_line": Shape(
        "order_lines",
        "id=order_line_id order_id product_id variant_id=product_id quantity"
        " price=unit_price total_discount=discount_amount properties=unit_cost"
        " _fivetran_synced=loaded_at",
        changes={"variant_id": _variant, "properties": _noted_cost},
    ),
    "shopify/product": Shape(
        "products", "id=product_id title=product_name product_type=category vendor=brand"
    ),
    "shopify/product_variant": Shape(
        "products",
        "id=product_id product_id inventory_item_id=product_id",
        changes={"id": _variant, "inventory_item_id": _item},
    ),
    "shopify/inventory_item": Shape(
        "products",
        "id=product_id unit_cost_amount=unit_cost",
        changes={"id": _item},
    ),
}


def _meta_ads(basic_ad: Table, ad_spend: Table) -> dict[str, Table]:
    """Ads with their campaign and ad set, and what Meta claims, by action type."""
    spend = col.chosen(ad_spend, _flags(pc.equal(ad_spend["platform"], "meta_ads")))
    ads = _renamed(
        spend,
        "id=ad_group_id campaign_id updated_time=account_id ad_set_id=ad_group_id",
        {"id": _ad, "updated_time": lambda ids: col.same(None, len(ids))},
    )
    tables = {"facebook_ads/ad_history": _distinct(ads)}
    for name, measure in (
        ("basic_ad_actions", "platform_conversions"),
        ("basic_ad_action_values", "platform_conversion_value"),
    ):
        claims: Table = {
            "ad_id": basic_ad["ad_id"],
            "date": basic_ad["date"],
            "action_type": col.same(PURCHASE, col.height(basic_ad)),
            "value": spend[measure],
        }
        claimed = col.chosen(claims, _told(claims["value"]))
        tables[f"facebook_ads/{name}"] = _distinct(claimed)
    return tables


def _visits(clicks: Table, sessions: Table) -> dict[str, Table]:
    """Pages: those that a click led to, and those that a visit began with."""
    n = col.height(clicks)
    of_clicks = _renamed(
        {**clicks, "id": col.numbered("P", np.arange(n)), "none": col.same(None, n)},
        "id anonymous_id=visitor_id timestamp=clicked_at url=landing_page_url"
        " referrer=none context_device_type=device"
        f" context_location_country_code=country_code {CLICK_PROPERTIES}"
        " uuid_ts=loaded_at",
    )
    told = _renamed(
        sessions,
        "id=session_id anonymous_id=visitor_id timestamp=started_at"
        " url=landing_page_url referrer=referrer_url uuid_ts=loaded_at",
    )
    nothing = dict.fromkeys(of_clicks, col.same(None, col.height(sessions)))
    who = _renamed(sessions, "anonymous_id=visitor_id timestamp=started_at email")
    return {
        "segment/pages": col.stacked(of_clicks, {**nothing, **told}),
        "segment/identifies": col.chosen(who, _told(who["email"])),
    }


def _deals(tables: Mapping[str, Table]) -> dict[str, Table]:
    """HubSpot's history of deals, their people, and what their stages mean.

    It has no other time at which it learned of a change than that of the load.
    """
    changes = tables["crm_deal_stage_changes"]
    n = col.height(changes)
    changes = {
        **changes,
        "name": col.same("amount", n),
        "learned_at": pc.coalesce(changes["loaded_at"], changes["recorded_at"]),
    }
    amounts = _renamed(
        changes,
        "deal_id name value=amount timestamp=changed_at _fivetran_synced=learned_at",
    )
    deals = tables["crm_deals"]
    people = deals["email"].dictionary_encode()
    number = pc.fill_null(people.indices.cast(pa.int64()), -1)
    of_deals = {
        "deal_id": deals["deal_id"],
        "contact_id": col.numbered("", np.asarray(number)),
    }
    return {
        "hubspot/contact": {
            "id": col.numbered("", np.arange(len(people.dictionary))),
            "property_email": people.dictionary,
        },
        "hubspot/deal_contact": _distinct(
            col.chosen(of_deals, _told(of_deals["contact_id"]))
        ),
        "hubspot/deal_stage": _renamed(
            changes,
            "deal_id value=stage date_entered=changed_at _fivetran_synced=learned_at",
        ),
        "hubspot/deal_property_history": col.chosen(amounts, _told(amounts["value"])),
        "hubspot/deal_pipeline_stage": _pipeline_stages(
            tables["deal_stages"], deals["pipeline"]
        ),
    }


def _pipeline_stages(stages: Table, pipelines: Text) -> Table:
    """Each pipeline with all its stages, for HubSpot has none of every pipeline."""
    listed = pa.table(stages).to_pylist()
    own = {(row["pipeline"], row["stage"]) for row in listed}
    named = {*pipelines.to_pylist(), *stages["pipeline"].to_pylist()} - {None}
    rows = [
        (
            row["stage"],
            pipeline,
            row["is_won"],
            "true" if "true" in (row["is_won"], row["is_lost"]) else "false",
            row["position"],
            row["win_probability"],
        )
        for pipeline in sorted(named)
        for row in listed
        if row["pipeline"] == pipeline
        or (row["pipeline"] is None and (pipeline, row["stage"]) not in own)
    ]
    names = "stage_id pipeline_id closed_won is_closed display_order probability"
    columns = zip(*rows, strict=True)
    return {
        name: pa.array(texts, pa.string())
        for name, texts in zip(names.split(), columns, strict=True)
    }


def _orders(orders: Table, lines: Table) -> dict[str, Table]:
    """Shopify's orders, their discounts in one sum, and the notes of their carts."""
    notes = []
    for name in CART_NOTES:
        told = col.chosen(orders, _told(orders[name]))
        notes.append(
            {
                "order_id": told["order_id"],
                "name": col.same(name, col.height(told)),
                "value": told[name],
            }
        )
    return {
        "shopify/order": _renamed(
            {**orders, "total_discounts": _total_discounts(orders, lines)},
            "id=order_id customer_id email phone created_at=ordered_at"
            " processed_at=ordered_at currency=currency_code total_discounts"
            " total_tax=tax_amount total_shipping_price=shipping_amount cancelled_at"
            " test=is_test landing_site_base_url=landing_page_url"
            " shipping_address_country_code=country_code _fivetran_synced=loaded_at",
        ),
        "shopify/order_note_attribute": _distinct(col.stacked(*notes)),
    }


def _total_discounts(orders: Table, lines: Table) -> Text:
    """The discount of each order with those of its lines; unreadable ones stay."""
    of_lines = _renamed(lines, "order_line_id order_id discount_amount")
    of_lines = _distinct(col.chosen(of_lines, _told(of_lines["discount_amount"])))
    sums: dict[str | None, Decimal] = {}
    for order_id, text in zip(
        of_lines["order_id"].to_pylist(),
        of_lines["discount_amount"].to_pylist(),
        strict=True,
    ):
        sums[order_id] = sums.get(order_id, Decimal(0)) + Decimal(text)

    def total(order_id: str, own: str | None) -> str | None:
        own_amount = _decimal(own or "0")
        if order_id not in sums or own_amount is None:
            return own
        return str(own_amount + sums[order_id])

    return pa.array(
        map(total, *(orders[c].to_pylist() for c in ("order_id", "discount_amount"))),
        pa.string(),
    )


def _refunds(refunds: Table) -> dict[str, Table]:
    """Refunds of lines, and what was given back beside them, which is below 0."""
    of_line = _told(refunds["order_line_id"])
    beside = col.chosen(refunds, ~of_line)
    return {
        "shopify/refund": _distinct(
            _renamed(
                refunds, "id=refund_id order_id created_at=refunded_at"
                " processed_at=refunded_at"
            )
        ),
        "shopify/order_line_refund": _renamed(
            col.chosen(refunds, of_line),
            "id=refund_id refund_id order_line_id quantity subtotal=amount"
            " restock_type=is_restocked _fivetran_synced=loaded_at",
            {"restock_type": _by_word({"yes": "return", "no": "no_restock"})},
        ),
        "shopify/order_adjustment": _renamed(
            {**beside, "kind": col.same("refund_discrepancy", col.height(beside))},
            "id=refund_id refund_id order_id amount kind _fivetran_synced=loaded_at",
            {"amount": _below_zero},
        ),
    }


def _what_platforms_do_not_tell(campaigns: Table) -> Table:
    """Campaigns in the layout with nothing but what no connector knows of them."""
    of_meta = _flags(pc.equal(campaigns["platform"], "meta_ads"))
    is_social = _flags(pc.equal(campaigns["channel_type"], "social"))
    told = of_meta & ~is_social
    rows = col.changed(
        campaigns,
        campaign_name=None,
        bidding_strategy=None,
        channel_type=col.blank(campaigns["channel_type"], ~told),
    )
    return col.chosen(rows, told | _told(rows["business_model"]))
