"""Orders and refunds as Shopify's REST API has them."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from click_to_cash.simulate import columns as col
from click_to_cash.simulate.columns import Table, Text
from click_to_cash.simulate.loaders.reshape import (
    by_word,
    decimal,
    distinct,
    negated,
    renamed,
    told,
)

CART_NOTES = (
    "click_id",
    "click_id_type",
    "visitor_id",
    "consent_ad_user_data",
    "consent_ad_personalization",
    "user_agent",
)


def orders_in_shopify(orders: Table, lines: Table) -> dict[str, Table]:
    """Shopify's orders, their discounts in one sum, and the notes of their carts."""
    notes = []
    for name in CART_NOTES:
        noted = col.chosen(orders, told(orders[name]))
        notes.append(
            {
                "order_id": noted["order_id"],
                "name": col.same(name, col.height(noted)),
                "value": noted[name],
            }
        )
    return {
        "shopify/order": renamed(
            {**orders, "total_discounts": total_discounts(orders, lines)},
            "id=order_id customer_id email phone created_at=ordered_at"
            " processed_at=ordered_at currency=currency_code total_discounts"
            " total_tax=tax_amount total_shipping_price=shipping_amount cancelled_at"
            " test=is_test landing_site_base_url=landing_page_url"
            " shipping_address_country_code=country_code _fivetran_synced=loaded_at",
        ),
        "shopify/order_note_attribute": distinct(col.stacked(*notes)),
    }


def total_discounts(orders: Table, lines: Table) -> Text:
    """The discount of each order with those of its lines; unreadable ones stay."""
    of_lines = renamed(lines, "order_line_id order_id discount_amount")
    of_lines = distinct(col.chosen(of_lines, told(of_lines["discount_amount"])))
    sums: dict[str | None, Decimal] = {}
    for order_id, text in zip(
        of_lines["order_id"].to_pylist(),
        of_lines["discount_amount"].to_pylist(),
        strict=True,
    ):
        sums[order_id] = sums.get(order_id, Decimal(0)) + Decimal(text)

    def total(order_id: str, own: str | None) -> str | None:
        own_amount = decimal(own or "0")
        if order_id not in sums or own_amount is None:
            return own
        return str(own_amount + sums[order_id])

    return pa.array(
        map(total, *(orders[c].to_pylist() for c in ("order_id", "discount_amount"))),
        pa.string(),
    )


def refunds_in_shopify(refunds: Table) -> dict[str, Table]:
    """Refunds of lines, and what was given back beside them, which is below 0."""
    of_line = told(refunds["order_line_id"])
    beside = col.chosen(refunds, ~of_line)
    return {
        "shopify/refund": distinct(
            renamed(
                refunds,
                "id=refund_id order_id created_at=refunded_at processed_at=refunded_at",
            )
        ),
        "shopify/order_line_refund": renamed(
            col.chosen(refunds, of_line),
            "id=refund_id refund_id order_line_id quantity subtotal=amount"
            " restock_type=is_restocked _fivetran_synced=loaded_at",
            {"restock_type": by_word({"yes": "return", "no": "no_restock"})},
        ),
        "shopify/order_adjustment": renamed(
            {**beside, "kind": col.same("refund_discrepancy", col.height(beside))},
            "id=refund_id refund_id order_id amount kind _fivetran_synced=loaded_at",
            {"amount": negated},
        ),
    }
