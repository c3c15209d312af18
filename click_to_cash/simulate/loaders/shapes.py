"""Tables of loaders that are one table of the layout under other names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.columns import Text
from click_to_cash.simulate.loaders.reshape import Change, by_word, in_micros, nothing


class Shape(NamedTuple):
    """A loader's table as one of the layout, its columns under other names.

    columns are the loader's names, with `=column` where the layout has another; rows
    are those of one platform, if it is given.
    """

    source: str
    columns: str
    platform: str | None = None
    changes: Mapping[str, Change] = {}


def noted_cost(costs: Text) -> Text:
    """A line's own cost as the JSON of its properties."""
    return col.glue('[{"name":"_unit_cost","value":"', costs, '"}]')


ad, variant, item = (partial(col.glue, prefix) for prefix in "9VI")

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
        " conversions_value=platform_conversion_value _fivetran_synced=loaded_at"
        " device=campaign_id ad_network_type=campaign_id",
        "google_ads",
        {"cost_micros": in_micros, "device": nothing, "ad_network_type": nothing},
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
        " bid_strategy=bidding_strategy",
        "meta_ads",
    ),
    "facebook_ads/basic_ad": Shape(
        "ad_spend",
        "ad_id=ad_group_id date=spend_date account_id spend=cost impressions"
        " inline_link_clicks=clicks _fivetran_synced=loaded_at",
        "meta_ads",
        {"ad_id": ad},
    ),
    "microsoft_ads/account_history": Shape(
        "ad_accounts",
        "id=account_id last_modified_time=loaded_at name=account_name currency_code"
        " time_zone",
        "microsoft_ads",
        {"time_zone": by_word({"America/New_York": "EasternTimeUSCanada"})},
    ),
    "microsoft_ads/campaign_history": Shape(
        "campaigns",
        "id=campaign_id account_id modified_time=loaded_at name=campaign_name"
        " type=channel_type bid_strategy_type=bidding_strategy",
        "microsoft_ads",
        {"type": by_word({"search": "Search", "shopping": "Shopping"})},
    ),
    "microsoft_ads/campaign_performance_daily_report": Shape(
        "ad_spend",
        "date=spend_date account_id campaign_id spend=cost ad_group_id clicks"
        " impressions conversions=platform_conversions"
        " revenue=platform_conversion_value _fivetran_synced=loaded_at",
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
        changes={"variant_id": variant, "properties": noted_cost},
    ),
    "shopify/product": Shape(
        "products",
        "id=product_id title=product_name product_type=category vendor=brand",
    ),
    "shopify/product_variant": Shape(
        "products",
        "id=product_id product_id inventory_item_id=product_id",
        changes={"id": variant, "inventory_item_id": item},
    ),
    "shopify/inventory_item": Shape(
        "products",
        "id=product_id unit_cost_amount=unit_cost",
        changes={"id": item},
    ),
}
