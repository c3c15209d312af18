"""The standard layout: tables, keys, columns and their kinds."""

from dataclasses import dataclass

from .urls import CLICK_ID_TYPES


@dataclass(frozen=True)
class Column:
    """One column; `kind` names how its text is read (see `values.py`)."""

    name: str
    kind: str
    is_required: bool


@dataclass(frozen=True)
class Layout:
    """One table: its key and its columns, both in layout order."""

    key: tuple[str, ...]
    columns: tuple[Column, ...]


def _layout(key: str, columns: str) -> Layout:
    """Read `name[*][:kind] …`: a star is required, no kind is text."""
    read = []
    for spec in columns.split():
        name, _, kind = spec.partition(":")
        read.append(Column(name.rstrip("*"), kind or "text", name.endswith("*")))
    return Layout(tuple(key.split()), tuple(read))


_SPEND = (
    "spend_date*:date cost*:amount impressions:amount clicks:amount"
    " platform_conversions:amount platform_conversion_value:amount loaded_at:time"
)

LAYOUTS: dict[str, Layout] = {
    "ad_accounts": _layout(
        "platform account_id",
        "platform* account_id* account_name currency_code*:currency time_zone"
        " loaded_at:time",
    ),
    "campaigns": _layout(
        "platform account_id campaign_id",
        "platform* account_id* campaign_id* campaign_name channel_type"
        " business_model:lower ecommerce_spend_share:rate bidding_strategy"
        " loaded_at:time",
    ),
    "ad_spend": _layout(
        "platform account_id campaign_id ad_group_id spend_date",
        "platform* account_id* campaign_id* ad_group_id " + _SPEND,
    ),
    "product_spend": _layout(
        "platform account_id campaign_id product_id spend_date",
        "platform* account_id* campaign_id* product_id* " + _SPEND,
    ),
    "ad_clicks": _layout(
        "click_id_type click_id",
        "click_id*:click_id click_id_type*:lower platform* account_id campaign_id"
        " ad_group_id ad_id keyword product_id clicked_at*:time landing_page_url"
        " visitor_id device country_code loaded_at:time",
    ),
    "form_fills": _layout(
        "form_fill_id",
        "form_fill_id* form_name submitted_at*:time click_id:click_id"
        " click_id_type:lower page_url visitor_id email phone customer_type"
        " consent_ad_user_data consent_ad_personalization country_code is_test:bool"
        " loaded_at:time",
    ),
    "form_fill_attributes": _layout(
        "form_fill_id attribute_name",
        "form_fill_id* attribute_name* attribute_value",
    ),
    "crm_deals": _layout(
        "deal_id",
        "deal_id* form_fill_id email click_id:click_id click_id_type:lower pipeline"
        " customer_type created_at*:time amount:amount currency_code*:currency stage"
        " closed_at:time gross_margin_rate:rate is_deleted:bool loaded_at:time",
    ),
    "crm_deal_stage_changes": _layout(
        "deal_id changed_at stage",
        "deal_id* stage* changed_at*:time amount:amount recorded_at:time"
        " loaded_at:time",
    ),
    "deal_stages": _layout(
        "pipeline stage",
        "pipeline stage* position*:integer is_won*:bool is_lost*:bool"
        " win_probability:rate",
    ),
    "orders": _layout(
        "order_id",
        "order_id* customer_id email phone ordered_at*:time currency_code*:currency"
        " discount_amount:amount tax_amount:amount shipping_amount:amount"
        " click_id:click_id click_id_type:lower landing_page_url visitor_id"
        " country_code cancelled_at:time is_test:bool consent_ad_user_data"
        " consent_ad_personalization user_agent loaded_at:time",
    ),
    "order_lines": _layout(
        "order_line_id",
        "order_line_id* order_id* product_id quantity*:quantity unit_price*:quantity"
        " discount_amount:amount unit_cost:cost loaded_at:time",
    ),
    "refunds": _layout(
        "refund_id",
        "refund_id* order_id* order_line_id refunded_at*:time amount*:refund"
        " quantity:quantity is_restocked:bool loaded_at:time",
    ),
    "products": _layout(
        "product_id",
        "product_id* product_name category brand unit_cost:cost",
    ),
    "fx_rates": _layout(
        "rate_date from_currency_code to_currency_code",
        "rate_date*:date from_currency_code*:currency to_currency_code*:currency"
        " rate*:fx",
    ),
    "web_sessions": _layout(
        "session_id",
        "session_id* visitor_id* started_at*:time landing_page_url referrer_url email"
        " loaded_at:time",
    ),
}

OWN_TIME: dict[str, tuple[str, ...]] = {
    "ad_spend": ("spend_date",),
    "product_spend": ("spend_date",),
    "ad_clicks": ("clicked_at",),
    "form_fills": ("submitted_at",),
    "crm_deals": ("created_at",),
    "crm_deal_stage_changes": ("recorded_at", "changed_at"),
    "orders": ("ordered_at",),
    "refunds": ("refunded_at",),
    "fx_rates": ("rate_date",),
    "web_sessions": ("started_at",),
}
"""The first readable of these is the event's own time (rule 20)."""

_CUSTOMER_TYPES = ("b2b", "b2c")
_CONSENTS = ("granted", "denied")
_CHANNEL_TYPES = (
    "search",
    "shopping",
    "performance_max",
    "display",
    "video",
    "social",
    "lead_form",
    "other",
)

ENUMERATIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("campaigns", "channel_type"): _CHANNEL_TYPES,
    ("campaigns", "business_model"): ("ecommerce", "lead_gen", "mixed"),
    ("ad_clicks", "click_id_type"): CLICK_ID_TYPES,
    ("form_fills", "click_id_type"): CLICK_ID_TYPES,
    ("form_fills", "customer_type"): _CUSTOMER_TYPES,
    ("form_fills", "consent_ad_user_data"): _CONSENTS,
    ("form_fills", "consent_ad_personalization"): _CONSENTS,
    ("crm_deals", "click_id_type"): CLICK_ID_TYPES,
    ("crm_deals", "customer_type"): _CUSTOMER_TYPES,
    ("orders", "click_id_type"): CLICK_ID_TYPES,
    ("orders", "consent_ad_user_data"): _CONSENTS,
    ("orders", "consent_ad_personalization"): _CONSENTS,
}
"""(table, column) → the values it may have; any other is flagged."""

PLATFORM_CLICK_ID_TYPES = {
    "google_ads": "gclid",
    "meta_ads": "fbclid",
    "microsoft_ads": "msclkid",
    "linkedin_ads": "li_fat_id",
    "tiktok_ads": "ttclid",
}
