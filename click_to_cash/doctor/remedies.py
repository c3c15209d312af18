"""What each kind of finding means, and what to do about it, in words.

They are told in this order: money that counts for nothing comes before value that
cannot be credited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


class Count(int):
    """A number that says what it counts: `{rows:row}` gives “1 row” or “2 rows”."""

    def __format__(self, noun: str) -> str:
        """The number, with the noun in its number."""
        plural = "" if self == 1 or not noun else "s"
        return f"{int(self):,} {noun}{plural}".strip()


@dataclass(frozen=True)
class Remedy:
    """What was found, and what to do in a table of one's own or in a connector's."""

    found: str
    in_layout: str
    in_connector: str


_DEFAULTS = "seeds/reference/connector_defaults.csv"
_RATES = (
    "add rates of {named} to {reporting_currency} to fx_rates of the standard layout,"
    " or mend the currency"
)

REMEDIES = {
    "spend_without_currency": Remedy(
        "{things:ad account} without a currency spent {money}, which counts for"
        " nothing: {named}",
        "fill currency_code in ad_accounts",
        f"add a row with the currency of each to {_DEFAULTS}",
    ),
    "account_unlisted": Remedy(
        "{things:ad account} that no table lists spent {money}, which counts for"
        " nothing: {named}",
        "add each to ad_accounts",
        "have the loader deliver each, or add it to {layout}",
    ),
    "rows_without_currency": Remedy(
        "{rows:row} without a currency{worth}: they count for nothing",
        "fill currency_code in {table_name}",
        f"add a row of {{connector}} without an account to {_DEFAULTS}, with the"
        " currency",
    ),
    "rate_missing": Remedy(
        "{rows:row} in {named}{worth}: no exchange rate into {reporting_currency} on"
        " the day or shortly before",
        _RATES,
        _RATES,
    ),
    "rows_rejected": Remedy(
        "{rows:} of {of_rows:row} rejected, for {column_name} is {named}",
        "export it in a form of docs/standard-layout.md",
        "mend it where it is written, or in what the loader makes of it",
    ),
    "campaign_unlisted": Remedy(
        "{things:campaign} that no table lists, so of neither line, spent {money}:"
        " {named}",
        "add each to campaigns",
        "have the loader deliver all campaigns, or add each to {layout}",
    ),
    "campaign_undecided": Remedy(
        "{things:campaign} of neither line spent {money}: {named}",
        "fill business_model in campaigns, or add a part of the names to"
        " seeds/reference/campaign_name_patterns.csv",
        "add a part of the names to seeds/reference/campaign_name_patterns.csv, or"
        " each with its business_model to {layout}",
    ),
    "campaign_share_missing": Remedy(
        "{things:mixed campaign} without a share, of neither line, spent {money}:"
        " {named}",
        "fill ecommerce_spend_share in campaigns",
        "add each with its ecommerce_spend_share to {layout}",
    ),
    "stage_unlisted": Remedy(
        "{things:stage} in {rows:row} without a meaning; they count as open: {named}",
        "add each to deal_stages",
        "have the loader deliver all stages, or add each to {layout}",
    ),
    "table_empty": Remedy(
        "no row of {table_name} was delivered",
        "export it again, or remove it",
        "see whether the loader fills {place}",
    ),
    "table_late": Remedy(
        "{table_name} ends on {named}",
        "see why nothing newer was exported",
        "see whether the loader still runs",
    ),
    "click_ids_few": Remedy(
        "{named} rows of {table_name} carry a click ID, so few can be credited",
        "store the click ID, or the page's whole address, with each",
        "store the click ID, or the page's whole address, with each",
    ),
    "click_log_missing": Remedy(
        "no click of {named} is known: nothing can be credited to spend of {money}",
        "log ad clicks as they land on the site, with ID and campaign, in ad_clicks",
        "log ad clicks as they land on the site, with ID and campaign, in {layout}",
    ),
    "zone_missing": Remedy(
        "{things:ad account} without a time zone, whose days count as UTC: {named}",
        "fill time_zone in ad_accounts",
        f"add a row with the time zone of each to {_DEFAULTS}",
    ),
    "zone_unknown": Remedy(
        "{things:time zone} of no IANA name, whose days count as UTC: {named}",
        "write the IANA name in ad_accounts, such as Europe/Berlin",
        "add the IANA name to seeds/reference/time_zones.csv, or the account to"
        " {layout}",
    ),
}
# Where the loader could deliver what is missing, that comes before all else.
_LOAD = "have the loader deliver {missing_tables}"


def told(fix: Row, place: str, reporting_currency: str) -> Row:
    """A row of `fixes.sql` with its two texts: `found` and `what_to_do`."""
    remedy = REMEDIES[fix["kind"]]
    is_own = fix["connector"] == "standard"
    what_to_do = remedy.in_layout if is_own else remedy.in_connector
    if fix["missing_tables"]:
        what_to_do = _LOAD
    words = fix | {
        "things": Count(fix["subject_count"]),
        "rows": Count(fix["row_count"]),
        "of_rows": Count(fix["of_row_count"] or 0),
        "money": money(fix["amounts"]),
        "worth": f" of {money(fix['amounts'])}" if fix["amounts"] else "",
        "named": _listed(fix["subjects"], fix["subject_count"]),
        "layout": f"{fix['table_name']} of the standard layout",
        "place": place,
        "reporting_currency": reporting_currency,
        "missing_tables": " and ".join(fix["missing_tables"]),
    }
    return fix | {
        "found": remedy.found.format(**words),
        "what_to_do": what_to_do.format(**words),
    }


def money(amounts: list[Row]) -> str:
    """Amounts, each in its currency; the account or deal may name none."""
    texts = [
        f"{row['amount']:,.2f} {row['currency_code'] or 'in no known currency'}"
        for row in amounts
    ]
    return " and ".join(texts) or "0"


def _listed(subjects: list[str], count: int) -> str:
    """The first few by name, and how many more there are."""
    more = count - len(subjects)
    return ", ".join(subjects) + (f" and {more:,} more" if more and subjects else "")
