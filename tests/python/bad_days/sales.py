"""Bad days of the shop, the forms and the CRM."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from bad_days.ads import times
from bad_days.bad_day import (
    NEWEST_DAY,
    WEEK,
    BadDays,
    Row,
    each,
    edited,
    is_recent,
    kept,
)

days = BadDays()
HALF_YEAR = "2025-07-01"


# Orders.


@days.harmless()
def day_of_orders_delivered_twice(raw: Path) -> None:
    """A job is started twice and appends the orders of the week again."""
    with edited(raw, "orders") as rows:
        rows += [row for row in rows if is_recent(row["ordered_at"])]


@days.harmless()
def forgotten_customers(raw: Path) -> None:
    """Customers ask to be forgotten: e-mail and phone of old orders are blanked."""
    with edited(raw, "orders") as rows:
        for row in rows[100:140]:
            row.update(email="", phone="")


@days.harmless()
def yes_and_no_for_true_and_false(raw: Path) -> None:
    """The CRM's export in another language setting writes YES and NO."""
    words = {"true": "YES", "false": "No", "": ""}
    each(raw, "crm_deals", lambda row: {"is_deleted": words[row["is_deleted"]]})


@days.alarmed("rows_per_day")
def orders_of_a_test_store(raw: Path) -> None:
    """The staging shop of a developer sends its orders to the same place."""
    with edited(raw, "orders") as rows:
        rows += [
            rows[-10]
            | {
                "order_id": f"TEST-{n}",
                "ordered_at": f"{WEEK[:8]}{26 + n % 5} 10:{n % 60:02}:00",
                "email": f"dev{n}@example.com",
            }
            for n in range(100)
        ]


@days.rejected("orders.order_id missing")
def orders_without_a_number(raw: Path) -> None:
    """Two orders that were typed in by hand have no number."""
    with edited(raw, "orders") as rows:
        rows[-3]["order_id"] = rows[-5]["order_id"] = ""


@days.alarmed("keys_filled")
def nulls_in_keys(raw: Path) -> None:
    """A week of orders arrives without their numbers."""
    each(
        raw,
        "orders",
        lambda row: {"order_id": ""} if is_recent(row["ordered_at"]) else None,
    )


@days.alarmed("issues_per_day")
def currency_blank(raw: Path) -> None:
    """The shop's new checkout leaves the currency blank."""
    each(
        raw,
        "orders",
        lambda row: {"currency_code": ""} if is_recent(row["ordered_at"]) else None,
    )


@days.harmless(by="issues quote it as delivered", unlike=("data_issues",))
def currency_in_lower_case(raw: Path) -> None:
    """The payment provider writes `usd`."""
    each(raw, "orders", lambda row: {"currency_code": row["currency_code"].lower()})


@days.alarmed("currencies_known")
def market_without_rates(raw: Path) -> None:
    """The shop opens in Sweden; the rates have no Swedish krona."""
    with edited(raw, "orders") as rows:
        for row in rows[-30:]:
            row["currency_code"] = "SEK"


@days.alarmed("dates_plausible")
def orders_from_the_future(raw: Path) -> None:
    """A till's clock is a year ahead."""
    with edited(raw, "orders") as rows:
        for row in rows[-12:]:
            row["ordered_at"] = row["ordered_at"].replace("2025-", "2026-", 1)


@days.alarmed("dates_plausible")
def load_times_in_the_future(raw: Path) -> None:
    """The loader's clock is a year ahead: the week's rows win over every correction."""
    each(
        raw,
        "orders",
        lambda row: (
            {"loaded_at": row["loaded_at"].replace("202", "212", 1)}
            if is_recent(row["ordered_at"])
            else None
        ),
    )


@days.alarmed("history_unchanged")
def load_times_stamped_anew(raw: Path) -> None:
    """A full export gives every order the load time of today."""
    each(raw, "orders", lambda _: {"loaded_at": "2026-01-01 06:00"})


def in_local_time(moment: str, hours: int) -> str:
    """The same time on a clock that is off by hours, without saying so."""
    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(Z|[+-]\d\d:?\d\d)?", moment
    )
    if not found:
        return moment
    local = datetime.fromisoformat(found[1])
    # With an offset the text is local time already: the offset is what gets lost.
    return found[1] if found[2] else str(local + timedelta(hours=hours))


@days.alarmed("unattributed_share")
def local_time_without_offset(raw: Path) -> None:
    """The shop writes the time of Los Angeles, without offset: sales precede clicks."""
    each(
        raw,
        "orders",
        lambda row: (
            {"ordered_at": in_local_time(row["ordered_at"], -8)}
            if is_recent(row["ordered_at"])
            else None
        ),
    )


@days.alarmed("history_unchanged")
def whole_history_in_local_time(raw: Path) -> None:
    """The same setting, and all orders are exported again."""
    each(
        raw,
        "orders",
        lambda row: {"ordered_at": in_local_time(row["ordered_at"], -8)},
    )


@days.alarmed("rows_differ_in_more_than_their_key")
def orders_imported_again(raw: Path) -> None:
    """The shop moves house: old orders come again under new numbers, beside the old."""
    with edited(raw, "orders") as rows:
        rows += [row | {"order_id": "N" + row["order_id"]} for row in rows]


@days.alarmed("issues_per_day")
def orders_renumbered(raw: Path) -> None:
    """The shop writes order numbers anew, but their lines keep the old ones."""
    each(raw, "orders", lambda row: {"order_id": f"100{row['order_id'][1:]}"})


@days.alarmed("columns_as_published")
def visitor_ids_lost(raw: Path) -> None:
    """The cookie of visitors is renamed: every visitor ID of the orders is blank."""
    each(raw, "orders", lambda _: {"visitor_id": ""})


@days.alarmed("freshness")
def orders_stop(raw: Path) -> None:
    """The shop's export has not run for a week."""
    kept(raw, "orders", lambda row: not is_recent(row["ordered_at"]))


# Lines and discounts.


@days.alarmed("rows_differ_in_more_than_their_key")
def lines_doubled(raw: Path) -> None:
    """The lines of the week come twice, with other IDs."""
    with edited(raw, "order_lines") as rows:
        rows += [
            row | {"order_line_id": "X" + row["order_line_id"]}
            for row in rows
            if is_recent(row["loaded_at"])
        ]


@days.alarmed("columns_as_published")
def all_lines_doubled(raw: Path) -> None:
    """All lines come twice, with other IDs and without their load time."""
    with edited(raw, "order_lines") as rows:
        rows += [
            row | {"order_line_id": "X" + row["order_line_id"], "loaded_at": ""}
            for row in rows
        ]


@days.alarmed("roas_jump")
def prices_in_cents(raw: Path) -> None:
    """The shop's new version writes prices in cents."""
    each(
        raw,
        "order_lines",
        lambda row: (
            {"unit_price": times(row["unit_price"], 100, 0)}
            if is_recent(row["loaded_at"])
            else None
        ),
    )


@days.alarmed("issues_per_day")
def prices_of_returns_negative(raw: Path) -> None:
    """The shop books returns as lines with a negative quantity."""
    each(
        raw,
        "order_lines",
        lambda row: {"quantity": "-1"} if is_recent(row["loaded_at"]) else None,
    )


@days.alarmed("discounts_lower_revenue")
def sign_of_discounts_flipped(raw: Path) -> None:
    """The shop's new version writes discounts as negative amounts."""
    for table in ("orders", "order_lines"):
        each(
            raw,
            table,
            lambda row: {"discount_amount": times(row["discount_amount"], -1)},
        )


@days.alarmed("value_types")
def not_available_for_blank_amounts(raw: Path) -> None:
    """Where an order has no discount the export says N/A."""
    each(
        raw,
        "orders",
        lambda row: {"discount_amount": row["discount_amount"] or "N/A"},
    )


@days.rejected("order_lines.unit_price unreadable")
def one_price_with_a_currency_sign(raw: Path) -> None:
    """One price, typed in by hand, reads “EUR 19”."""
    with edited(raw, "order_lines") as rows:
        rows[-2]["unit_price"] = "EUR 19"


# Refunds.


@days.alarmed("issues_per_day")
def refunds_with_signs_swapped(raw: Path) -> None:
    """Refunds are now negative amounts, and corrections of refunds positive ones."""
    each(raw, "refunds", lambda row: {"amount": times(row["amount"], -1)})


@days.rejected("refunds.amount negative")
def two_negative_refunds(raw: Path) -> None:
    """Two refunds are taken back with a negative amount."""
    with edited(raw, "refunds") as rows:
        for row in rows[40:42]:
            row["amount"] = f"-{row['amount']}"


@days.alarmed("issues_per_day")
def tax_in_refunds(raw: Path) -> None:
    """Refunds now contain the tax: more is paid back than was sold."""
    each(raw, "refunds", lambda row: {"amount": times(row["amount"], 1.19)})


@days.rejected("refunds.order_id not_found")
def refund_of_another_shop(raw: Path) -> None:
    """A refund of the sister shop is in the file."""
    with edited(raw, "refunds") as rows:
        rows.append(rows[40] | {"refund_id": "R9001", "order_id": "SISTER-1"})


# Forms.


@days.harmless(by="no report holds the address", unlike=("form_fills",))
def email_typed_into_form_name(raw: Path) -> None:
    """A test of the form's settings leaves an address as its name."""
    with edited(raw, "form_fills") as rows:
        newest = [row for row in rows if is_recent(row["submitted_at"])][-1]
        newest["form_name"] = "ask jo.doe@example.com"


@days.harmless()
def emojis(raw: Path) -> None:
    """Visitors answer with emojis, in Arabic, and with quotes and commas."""
    with edited(raw, "form_fill_attributes") as rows:
        rows[5]["attribute_value"] = "🛋️👍🏽"
        rows[6]["attribute_value"] = 'مكتب, "كبير"'
        rows[7]["attribute_value"] = "=cmd|' /C calc'!A0"


@days.alarmed("click_ids_filled")
def forms_sent_by_a_robot(raw: Path) -> None:
    """A spammer has found the form and sends it with a new address every time."""
    with edited(raw, "form_fills") as rows:
        blank = dict.fromkeys(rows[0], "")
        rows += [
            blank
            | {
                "form_fill_id": f"S{n}",
                "form_name": "quote",
                "submitted_at": f"2025-12-{25 + n % 7} 0{n % 10}:00:{n % 60:02}",
                "email": f"win{n}@spam.example",
                "loaded_at": "2026-01-01 06:00",
            }
            for n in range(120)
        ]


@days.alarmed("rows_per_day")
def robot_in_the_form(raw: Path) -> None:
    """A spammer has found the form; it fills in click IDs as well."""
    with edited(raw, "form_fills") as rows:
        rows += [
            rows[-30]
            | {
                "form_fill_id": f"S{n}",
                "submitted_at": f"{NEWEST_DAY} 0{n % 10}:00:{n % 60:02}",
                "email": f"win{n}@spam.example",
            }
            for n in range(25)
        ]


@days.alarmed("columns_as_published")
def form_stops(raw: Path) -> None:
    """The form's thank-you page is broken for the second half of the year."""
    kept(raw, "form_fills", lambda row: not is_recent(row["submitted_at"], HALF_YEAR))


# The CRM.


@days.alarmed("stages_known")
def stage_renamed(raw: Path) -> None:
    """Sales calls `negotiation` “Verhandlung” from now on."""
    each(
        raw,
        "crm_deal_stage_changes",
        lambda row: (
            {"stage": "Verhandlung"}
            if row["stage"] == "negotiation" and is_recent(row["changed_at"])
            else None
        ),
    )


@days.alarmed("history_unchanged")
def won_stage_renamed_for_all(raw: Path) -> None:
    """The CRM renames its stage `won` in all of the history."""
    for table in ("crm_deals", "crm_deal_stage_changes"):
        each(
            raw, table, lambda row: {"stage": row["stage"].replace("won", "Closed Won")}
        )


@days.alarmed("stages_known")
def stages_not_delivered(raw: Path) -> None:
    """The list of stages, which somebody keeps by hand, is gone."""
    (raw / "deal_stages.csv").unlink()


@days.alarmed("amounts_in_range")
def amounts_times_100(raw: Path) -> None:
    """The CRM's interface gives amounts in cents from now on."""
    each(
        raw,
        "crm_deal_stage_changes",
        lambda row: (
            {"amount": times(row["amount"], 100, 0)}
            if is_recent(row["changed_at"])
            else None
        ),
    )


@days.alarmed("history_unchanged")
def all_amounts_times_100(raw: Path) -> None:
    """The same, and all deals are exported again."""
    for table in ("crm_deals", "crm_deal_stage_changes"):
        each(raw, table, lambda row: {"amount": times(row["amount"], 100, 0)})


@days.alarmed("value_types")
def thousands_separators(raw: Path) -> None:
    """Amounts of deals read 3,150.00."""

    def separated(row: Row) -> Row | None:
        try:
            return {"amount": f"{float(row['amount']):,.2f}"}
        except ValueError:
            return None

    each(raw, "crm_deals", separated)


@days.alarmed("rows_differ_in_more_than_their_key")
def deals_imported_again(raw: Path) -> None:
    """The CRM is replaced: every deal comes again under a new ID, beside the old."""
    for table in ("crm_deals", "crm_deal_stage_changes"):
        with edited(raw, table) as rows:
            rows += [row | {"deal_id": "hs-" + row["deal_id"]} for row in rows]


@days.alarmed("history_unchanged")
def deals_deleted_in_bulk(raw: Path) -> None:
    """Somebody cleans up the CRM and deletes all old deals."""
    each(
        raw,
        "crm_deals",
        lambda row: (
            None if is_recent(row["created_at"], HALF_YEAR) else {"is_deleted": "true"}
        ),
    )


@days.alarmed("history_unchanged")
def form_numbers_without_their_letter(raw: Path) -> None:
    """The CRM's new field takes digits only: form fill F1003 is 1003 there."""
    each(
        raw,
        "crm_deals",
        lambda row: {"form_fill_id": row["form_fill_id"].lstrip("F")},
    )


@days.alarmed("columns_as_published")
def deals_lose_their_links(raw: Path) -> None:
    """A merge of contacts empties the links between deals and form fills."""
    each(raw, "crm_deals", lambda _: {"form_fill_id": ""})


@days.rejected("crm_deals.created_at unreadable")
def one_date_in_words(raw: Path) -> None:
    """A deal that was typed in has “last Tuesday” for a date."""
    with edited(raw, "crm_deals") as rows:
        rows[-1]["created_at"] = "last Tuesday"
