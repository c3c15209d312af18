"""The same world in the shapes of loaders: as Fivetran and Segment land raw tables.

Rows are renamed, split and put together; no number is made here but for units: cost in
millionths, what is given back below 0, and the discounts of a whole order, in which
Shopify counts those of its lines. Dirt travels as it is, and a blank stays one.

loaded_at becomes _fivetran_synced, uuid_ts for Segment, the time of the version in
tables of versions; here each can be trusted, for nothing was ever synced again. What a
firm itself writes into a product stands where such firms keep it: HubSpot's own
properties, cart attributes and line properties of Shopify, properties of Segment's
events. Cost by ad group is a custom report of Google's and of Microsoft's.

What no loader delivers stays in the standard layout: fx_rates; product_spend, for no
connector reads the platforms' reports by product; of campaigns the business model, its
share, and the kinds of Meta's that are not just social; form_fill_attributes, for every
firm gives the answers to its forms names of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from click_to_cash.simulate.columns import Table
from click_to_cash.simulate.loaders.ads import (
    PURCHASE,
    meta_ads,
    visits,
    what_platforms_do_not_tell,
)
from click_to_cash.simulate.loaders.deals import deals_in_hubspot
from click_to_cash.simulate.loaders.orders import orders_in_shopify, refunds_in_shopify
from click_to_cash.simulate.loaders.reshape import of_platform, renamed
from click_to_cash.simulate.loaders.shapes import SHAPES, Shape

# The settings that a build of these tables needs.
SETTINGS = {
    "connectors": "standard,google_ads,facebook_ads,microsoft_ads,segment,hubspot"
    ",shopify",
    "facebook_ads_purchase_action": PURCHASE,
    "trust_sync_times": "true",
}
KEPT = (
    "fx_rates",
    "product_spend",
    "form_fill_attributes",
    "answer_key/conversions",
    "answer_key/totals",
)


def in_shapes_of_loaders(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Tables of the layout as `<connector>/<table>`; what stays there, by its name."""
    return {
        **{
            name: _shaped(tables[shape.source], shape) for name, shape in SHAPES.items()
        },
        **meta_ads(tables["ad_spend"]),
        **visits(tables["ad_clicks"], tables["web_sessions"]),
        **deals_in_hubspot(tables),
        **orders_in_shopify(tables["orders"], tables["order_lines"]),
        **refunds_in_shopify(tables["refunds"]),
        "campaigns": what_platforms_do_not_tell(tables["campaigns"]),
        **{name: tables[name] for name in KEPT},
    }


def _shaped(table: Table, shape: Shape) -> Table:
    rows = of_platform(table, shape.platform) if shape.platform else table
    return renamed(rows, shape.columns, shape.changes)
