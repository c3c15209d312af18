"""Clicks and what was paid for them where renaming is not enough."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.columns import Table
from click_to_cash.simulate.loaders.reshape import (
    distinct,
    flags,
    of_platform,
    renamed,
    told,
)
from click_to_cash.simulate.loaders.shapes import ad

# What Meta calls the one action that counts; one stands under several names.
PURCHASE = "offsite_conversion.fb_pixel_purchase"
# What a page tells of its click beside its address.
CLICK_PROPERTIES = (
    "click_id click_id_type ad_platform=platform ad_account_id=account_id"
    " ad_campaign_id=campaign_id ad_group_id ad_id ad_keyword=keyword"
    " ad_product_id=product_id"
)


def meta_ads(ad_spend: Table) -> dict[str, Table]:
    """Ads with their campaign and ad set, and what Meta claims, by action type."""
    spend = of_platform(ad_spend, "meta_ads")
    n = col.height(spend)
    spend = {**spend, "updated": col.same(None, n), "action": col.same(PURCHASE, n)}
    ads = "id=ad_group_id campaign_id updated_time=updated ad_set_id=ad_group_id"
    tables = {"facebook_ads/ad_history": distinct(renamed(spend, ads, {"id": ad}))}
    for name, measure in (
        ("basic_ad_actions", "platform_conversions"),
        ("basic_ad_action_values", "platform_conversion_value"),
    ):
        claims = renamed(
            col.chosen(spend, told(spend[measure])),
            f"ad_id=ad_group_id date=spend_date action_type=action value={measure}",
            {"ad_id": ad},
        )
        tables[f"facebook_ads/{name}"] = distinct(claims)
    return tables


def visits(clicks: Table, sessions: Table) -> dict[str, Table]:
    """Pages: those that a click led to, and those that a visit began with."""
    n = col.height(clicks)
    of_clicks = renamed(
        {**clicks, "id": col.numbered("P", np.arange(n)), "none": col.same(None, n)},
        "id anonymous_id=visitor_id timestamp=clicked_at url=landing_page_url"
        " referrer=none context_device_type=device"
        f" context_location_country_code=country_code {CLICK_PROPERTIES}"
        " uuid_ts=loaded_at",
    )
    of_sessions = renamed(
        sessions,
        "id=session_id anonymous_id=visitor_id timestamp=started_at"
        " url=landing_page_url referrer=referrer_url uuid_ts=loaded_at",
    )
    nothing = dict.fromkeys(of_clicks, col.same(None, col.height(sessions)))
    who = renamed(sessions, "anonymous_id=visitor_id timestamp=started_at email")
    return {
        "segment/pages": col.stacked(of_clicks, {**nothing, **of_sessions}),
        "segment/identifies": col.chosen(who, told(who["email"])),
    }


def what_platforms_do_not_tell(campaigns: Table) -> Table:
    """Campaigns in the layout with nothing but what no connector knows of them."""
    of_meta = flags(pc.equal(campaigns["platform"], "meta_ads"))
    is_social = flags(pc.equal(campaigns["channel_type"], "social"))
    has_kind = of_meta & ~is_social
    rows = col.changed(
        campaigns,
        campaign_name=None,
        bidding_strategy=None,
        channel_type=col.blank(campaigns["channel_type"], ~has_kind),
    )
    return col.chosen(rows, has_kind | told(rows["business_model"]))
