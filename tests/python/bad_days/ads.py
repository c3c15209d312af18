"""Bad days of the ad platforms: spend, accounts, exchange rates, clicks, click IDs."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from pathlib import Path

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
from click_to_cash.steps import Step

days = BadDays()
GAP_DAY = "2025-12-29"


def times(text: str, factor: float, decimals: int = 2) -> str:
    """A delivered number multiplied; what is no number stays."""
    try:
        return f"{float(text) * factor:.{decimals}f}"
    except ValueError:
        return text


def is_new_spend(row: Row, since: str = WEEK) -> bool:
    """Whether the row is of the recent days."""
    return is_recent(row["spend_date"], since)


# Spend.


@days.harmless()
def day_of_spend_delivered_twice(raw: Path) -> None:
    """The night's job runs twice and appends the newest day again."""
    with edited(raw, "ad_spend") as rows:
        rows += [row for row in rows if row["spend_date"] == NEWEST_DAY]


@days.harmless()
def thirty_days_delivered_every_night(raw: Path) -> None:
    """The connector appends the last thirty days once more, with a later load time."""
    with edited(raw, "ad_spend") as rows:
        newest = {
            (row["campaign_id"], row["ad_group_id"], row["spend_date"]): row
            for row in sorted(rows, key=lambda row: row["loaded_at"])
            if is_new_spend(row, "2025-12-02")
        }
        rows += [row | {"loaded_at": "2026-01-01 07:00"} for row in newest.values()]


@days.harmless()
def numbers_with_more_zeros(raw: Path) -> None:
    """A database writes costs with six decimals."""
    each(raw, "ad_spend", lambda row: {"cost": times(row["cost"], 1, 6)})


@days.alarmed("rows_differ_in_more_than_their_key")
def day_of_spend_twice_with_new_ids(raw: Path) -> None:
    """A change of connector delivers a day again, with other IDs of the ad groups."""
    with edited(raw, "ad_spend") as rows:
        rows += [
            row | {"ad_group_id": f"adgroup/{row['ad_group_id']}"}
            for row in rows
            if row["spend_date"] == NEWEST_DAY
        ]


@days.alarmed("spend_per_account_day")
def day_of_spend_missing(raw: Path) -> None:
    """One night's job has failed; the nights after it delivered their own day only."""
    kept(raw, "ad_spend", lambda row: row["spend_date"] != GAP_DAY)


@days.alarmed("freshness")
def spend_stops(raw: Path) -> None:
    """The connector's login has expired four days ago."""
    kept(raw, "ad_spend", lambda row: not is_new_spend(row, "2025-12-28"))


@days.alarmed("spend_per_account_day")
def spend_of_one_account_stops(raw: Path) -> None:
    """The connector loses its right to read one of the accounts."""
    kept(
        raw,
        "ad_spend",
        lambda row: row["account_id"] != "7015550101" or not is_new_spend(row),
    )


@days.alarmed("spend_per_account_day")
def day_of_spend_in_another_currency(raw: Path) -> None:
    """A day of spend arrives in Japanese yen, the currency of the agency."""
    each(
        raw,
        "ad_spend",
        lambda row: (
            {"cost": times(row["cost"], 157)}
            if row["spend_date"] == NEWEST_DAY
            else None
        ),
    )


@days.alarmed("history_unchanged")
def account_in_another_currency(raw: Path) -> None:
    """An account in euros is listed as one in dollars."""
    each(raw, "ad_accounts", lambda _: {"currency_code": "USD"})


@days.alarmed("spend_per_account_day")
def spend_in_micros(raw: Path) -> None:
    """A new version of the interface gives a day's cost in millionths."""
    each(
        raw,
        "ad_spend",
        lambda row: (
            {"cost": times(row["cost"], 1e6, 0)}
            if row["spend_date"] == NEWEST_DAY
            else None
        ),
    )


@days.alarmed("history_unchanged")
def all_spend_in_cents(raw: Path) -> None:
    """The whole history is exported again, in cents."""
    each(raw, "ad_spend", lambda row: {"cost": times(row["cost"], 100, 0)})


@days.alarmed("spend_per_account_day")
def costs_negative(raw: Path) -> None:
    """The bookkeeper's export writes costs with a minus sign, as money that is gone."""
    each(
        raw,
        "ad_spend",
        lambda row: {"cost": f"-{row['cost']}"} if is_new_spend(row) else None,
    )


@days.alarmed("history_unchanged")
def impressions_and_cost_swapped(raw: Path) -> None:
    """Two columns are mapped the wrong way round."""
    each(
        raw,
        "ad_spend",
        lambda row: {"cost": row["impressions"] or "0", "impressions": row["cost"]},
    )


@days.alarmed("value_types")
def decimal_commas(raw: Path) -> None:
    """The report's language is now German: 12,50 and not 12.50."""
    each(
        raw,
        "ad_spend",
        lambda row: (
            {"cost": row["cost"].replace(".", ",")} if is_new_spend(row) else None
        ),
    )


@days.rejected("ad_spend.cost unreadable")
def one_cost_is_a_formula_error(raw: Path) -> None:
    """Somebody mends a cost in a spreadsheet and leaves `#REF!` behind."""
    with edited(raw, "ad_spend") as rows:
        next(row for row in rows if row["spend_date"] == NEWEST_DAY)["cost"] = "#REF!"


@days.alarmed("value_types")
def costs_with_currency_signs(raw: Path) -> None:
    """The costs of the week read “$12.50”."""
    each(
        raw,
        "ad_spend",
        lambda row: {"cost": f"${row['cost']}"} if is_new_spend(row) else None,
    )


@days.alarmed("value_types")
def european_dates(raw: Path) -> None:
    """The days of spend read 31/12/2025."""
    rewrite_dates(raw, "%d/%m/%Y")


@days.alarmed("value_types")
def american_dates(raw: Path) -> None:
    """The days of spend read 12/31/2025."""
    rewrite_dates(raw, "%m/%d/%Y")


@days.alarmed("issues_per_day")
def dates_with_slashes(raw: Path) -> None:
    """The days of spend read 2025/12/31: a date to DuckDB, but not to the layout."""
    rewrite_dates(raw, "%Y/%m/%d")


@days.alarmed("value_types")
def excel_serial_numbers(raw: Path) -> None:
    """The days of spend are Excel's own count of days: 46022."""
    rewrite_dates(raw, "")


def rewrite_dates(raw: Path, form: str) -> None:
    """Write the days of the recent spend in another form; blank: Excel's number."""

    def written(text: str) -> str:
        day = date.fromisoformat(text)
        return day.strftime(form) if form else str((day - date(1899, 12, 30)).days)

    each(
        raw,
        "ad_spend",
        lambda row: (
            {"spend_date": written(row["spend_date"])} if is_new_spend(row) else None
        ),
    )


# Accounts and campaigns.


@days.alarmed("history_unchanged")
def account_moved_to_another_time_zone(raw: Path) -> None:
    """The account's time zone is set to Los Angeles: clicks move to other days."""
    each(raw, "ad_accounts", lambda _: {"time_zone": "America/Los_Angeles"})


@days.alarmed("spend_per_account_day")
def account_ids_with_dashes(raw: Path) -> None:
    """Spend names the account 701-555-0101, as the platform shows it to people."""
    each(
        raw,
        "ad_spend",
        lambda row: (
            {
                "account_id": re.sub(
                    r"^(\d{3})(\d{3})(\d{4})$", r"\1-\2-\3", row["account_id"]
                )
            }
            if is_new_spend(row)
            else None
        ),
    )


@days.alarmed("issues_per_day")
def account_ids_as_formulas(raw: Path) -> None:
    """The export writes ="7015550101" so that Excel shows all digits."""
    each(raw, "ad_spend", lambda row: {"account_id": f'="{row["account_id"]}"'})


@days.alarmed("issues_per_day")
def ids_in_scientific_notation(raw: Path) -> None:
    """The list of campaigns was saved in Excel: 7015550101 is 7.02E+09 now."""

    def shown(row: Row) -> Row | None:
        if not row["account_id"].isdigit():
            return None
        return {"account_id": f"{int(row['account_id']):.2E}"}

    each(raw, "campaigns", shown)


@days.alarmed("columns_as_published")
def deleted_campaigns_drop_out(raw: Path) -> None:
    """The export of campaigns lists only those that are live."""
    kept(raw, "campaigns", lambda row: row["campaign_id"] < "2200")


@days.rejected("campaigns.ecommerce_spend_share unreadable")
def share_in_percent(raw: Path) -> None:
    """Somebody corrects the split of a mixed campaign to 60 and means 0.6."""
    with edited(raw, "campaigns") as rows:
        (mixed,) = [row for row in rows if row["ecommerce_spend_share"] == "0.6"]
        rows.append(
            mixed | {"ecommerce_spend_share": "60", "loaded_at": "2025-12-31 06:00"}
        )


@days.harmless()
def new_account_without_anything(raw: Path) -> None:
    """An account is opened, listed in lower-case currency, and spends nothing yet."""
    each(
        raw, "ad_accounts", lambda row: {"currency_code": row["currency_code"].lower()}
    )


# Exchange rates.


@days.alarmed("freshness")
def rates_stop(raw: Path) -> None:
    """The feed of exchange rates stops: its last day is two weeks ago."""
    kept(raw, "fx_rates", lambda row: not is_recent(row["rate_date"], "2025-12-18"))


@days.alarmed("rates_steady")
def rates_upside_down(raw: Path) -> None:
    """A new source of rates gives dollars for euros where it was euros for dollars."""
    each(
        raw,
        "fx_rates",
        lambda row: (
            {"rate": f"{1 / float(row['rate']):.5f}"}
            if is_recent(row["rate_date"])
            else None
        ),
    )


# Clicks.


@days.harmless()
def clicks_logged_again_at_each_reload(raw: Path) -> None:
    """Visitors reload the landing page: the same click ID arrives again, later."""
    with edited(raw, "ad_clicks") as rows:
        rows += [
            row | {"clicked_at": row["clicked_at"][:10] + " 23:59:59"}
            for row in rows
            if re.fullmatch(r"2025-..-.. [\d:]{8}", row["clicked_at"])
            and row["click_id"]
            and is_recent(row["clicked_at"])
            and row["loaded_at"]
        ]


@days.alarmed("rows_per_day")
def flood_of_bots(raw: Path) -> None:
    """Bots click a campaign for a night, each with a click ID that was never given."""
    with edited(raw, "ad_clicks") as rows:
        rows += [
            rows[-1] | {"click_id": f"bot{n:06}", "clicked_at": f"{NEWEST_DAY} 03:00"}
            for n in range(200)
        ]


@days.alarmed("freshness")
def clicks_stop(raw: Path) -> None:
    """The export of clicks has not run for five days."""
    kept(raw, "ad_clicks", lambda row: not is_recent(row["clicked_at"], "2025-12-27"))


@days.alarmed("platform_claims")
def clicks_of_one_platform_stop(raw: Path) -> None:
    """The script that logs clicks of one platform is removed from the site."""
    kept(
        raw,
        "ad_clicks",
        lambda row: (
            row["platform"] != "microsoft_ads" or not is_recent(row["clicked_at"])
        ),
    )


@days.alarmed("click_ids_filled")
def consent_banner_drops_fbclid(raw: Path) -> None:
    """A new consent banner reloads the page without its `fbclid`."""

    def dropped(row: Row) -> Row | None:
        if row["platform"] != "meta_ads" or not is_recent(row["clicked_at"]):
            return None
        page = row["landing_page_url"].split("?")[0]
        return {"click_id": "", "click_id_type": "", "landing_page_url": page}

    each(raw, "ad_clicks", dropped)


@days.alarmed("click_ids_whole")
def clicks_lower_cased_in_the_export(raw: Path) -> None:
    """The click log's new database stores text in lower case."""
    each(
        raw,
        "ad_clicks",
        lambda row: (
            {"click_id": row["click_id"].lower()}
            if is_recent(row["clicked_at"])
            else None
        ),
    )


@days.alarmed("history_unchanged")
def all_clicks_lower_cased(raw: Path) -> None:
    """The same database, and the whole history is exported from it again."""
    each(raw, "ad_clicks", lambda row: {"click_id": row["click_id"].lower()})


@days.alarmed("dates_plausible")
def clicks_of_1970(raw: Path) -> None:
    """A missing time becomes 0 and so 1970."""
    with edited(raw, "ad_clicks") as rows:
        for row in rows[-30:]:
            row["clicked_at"] = "1970-01-01 00:00:00"


@days.alarmed("value_types")
def clicks_in_unix_seconds(raw: Path) -> None:
    """The click log writes seconds since 1970: 1767139200."""

    def seconds(row: Row) -> Row | None:
        if not is_recent(row["clicked_at"]):
            return None
        past = date.fromisoformat(row["clicked_at"][:10]) - date(1970, 1, 1)
        return {"clicked_at": str(int(past / timedelta(seconds=1)))}

    each(raw, "ad_clicks", seconds)


@days.alarmed("totals_equal_raw", at=Step.CHECK_MARTS)
def delivery_in_the_middle_of_a_build(raw: Path) -> None:
    """A file is replaced while the models are built from it."""
    kept(raw, "ad_spend", lambda row: row["spend_date"] != NEWEST_DAY)


@days.alarmed("keys_unique")
def export_appended_to_itself(raw: Path) -> None:
    """The export of products' spend appends its whole history every night."""
    with edited(raw, "product_spend") as rows:
        rows[:] = rows * 7


# Click IDs on their way to the shop and the CRM.


@days.alarmed("click_ids_whole")
def gclids_lower_cased(raw: Path) -> None:
    """The shop's new plug-in puts click IDs into lower case."""
    each(
        raw,
        "orders",
        lambda row: (
            {
                "click_id": row["click_id"].lower(),
                "landing_page_url": row["landing_page_url"].lower(),
            }
            if is_recent(row["ordered_at"])
            else None
        ),
    )


def long_id(click_id: str) -> str:
    """The ID as a platform with longer IDs would have given it: 120 characters."""
    filling = hashlib.sha512(click_id.encode()).hexdigest()
    return (click_id + filling)[:120] if len(click_id) > 20 else click_id


@days.alarmed("click_ids_whole")
def gclids_cut_at_100_characters(raw: Path) -> None:
    """Click IDs outgrow the shop's column: those of the week are cut off at 100."""
    each(raw, "ad_clicks", lambda row: {"click_id": long_id(row["click_id"])})

    def stored(row: Row) -> Row:
        whole = long_id(row["click_id"])
        return {"click_id": whole[:100] if is_recent(row["ordered_at"]) else whole}

    each(raw, "orders", stored)


@days.alarmed("click_ids_whole")
def click_ids_encoded_twice(raw: Path) -> None:
    """A redirect encodes the address twice: `-` and `_` become %252D and %255F."""

    def encoded(row: Row) -> Row | None:
        if not is_recent(row["ordered_at"]):
            return None

        def twice(text: str) -> str:
            return text.replace("-", "%252D").replace("_", "%255F")

        page, mark, query = row["landing_page_url"].partition("?")
        return {
            "click_id": twice(row["click_id"]),
            "landing_page_url": page + mark + twice(query),
        }

    each(raw, "orders", encoded)


@days.alarmed("match_rate")
def visitors_number_for_the_click_id(raw: Path) -> None:
    """A new shop stores its own visitor number, as click ID too, and bare pages."""

    def confused(row: Row) -> Row | None:
        found = re.search(r"[?&](gclid|msclkid|fbclid)=", row["landing_page_url"])
        if not is_recent(row["ordered_at"]) or not (row["click_id"] or found):
            return None
        number = f"GA1.2.{row['order_id'].lstrip('O')}77.1767139200"
        kind = row["click_id_type"] if row["click_id"] else found and found[1]
        page = row["landing_page_url"].split("?")[0]
        return {
            "click_id": number,
            "click_id_type": kind or "",
            "landing_page_url": page,
            "visitor_id": row["visitor_id"] and number,
        }

    each(raw, "orders", confused)


@days.alarmed("click_ids_filled")
def tagging_gone_on_one_landing_page(raw: Path) -> None:
    """The checkout's new address forwards without the parameters of the ad."""

    def forwarded(row: Row) -> Row | None:
        if not is_recent(row["ordered_at"]) or not row["landing_page_url"]:
            return None
        page = row["landing_page_url"].split("?")[0]
        return {"click_id": "", "click_id_type": "", "landing_page_url": page}

    each(raw, "orders", forwarded)


@days.alarmed("click_ids_filled")
def form_drops_its_hidden_field(raw: Path) -> None:
    """The new form, in a frame, has no hidden field and does not see the address."""
    each(
        raw,
        "form_fills",
        lambda row: (
            {"click_id": "", "click_id_type": "", "page_url": ""}
            if is_recent(row["submitted_at"])
            else None
        ),
    )


@days.alarmed("columns_as_published")
def not_available_for_blank_ids(raw: Path) -> None:
    """The form tool writes N/A where there is no click ID."""
    each(raw, "form_fills", lambda row: {"click_id": row["click_id"] or "N/A"})
