"""Clicks (rules 8 and 9): one per type and ID, with its account and its day."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from .reading import Row, Tables


@dataclass(frozen=True)
class Click:
    """One row of int_clicks."""

    click_id_type: str
    click_id: str
    platform: str
    account_id: str | None
    campaign_id: str | None
    ad_group_id: str | None
    ad_id: str | None
    keyword: str | None
    product_id: str | None
    visitor_id: str | None
    device: str | None
    country_code: str | None
    click_date: date
    clicked_at: datetime
    known_at: datetime | None

    @property
    def campaign(self) -> tuple[str, str | None, str | None]:
        """(platform, account, campaign)"""
        return self.platform, self.account_id, self.campaign_id


Clicks = dict[tuple[str, str], Click]


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _time_zones(tables: Tables) -> dict[tuple[str, str], ZoneInfo]:
    """(platform, account) → its time zone, UTC where blank or unknown (flagged)."""
    accounts = tables["ad_accounts"]
    zones = {}
    for row in accounts.accepted.values():
        name = row["time_zone"]
        if name not in _zone_names():
            accounts.flag(row, "time_zone", "unknown_time_zone")
            name = "UTC"
        zones[row["platform"], row["account_id"]] = ZoneInfo(name)
    return zones


def _account_of(row: Row, tables: Tables) -> str | None:
    """The click's account, else the platform's only one that has its campaign."""
    if row["account_id"] is not None or row["campaign_id"] is None:
        account: str | None = row["account_id"]
        return account
    having = {
        campaign["account_id"]
        for campaign in tables["campaigns"].accepted.values()
        if campaign["platform"] == row["platform"]
        and campaign["campaign_id"] == row["campaign_id"]
    }
    return having.pop() if len(having) == 1 else None


def known_clicks(tables: Tables) -> Clicks:
    """Every accepted click by type and ID."""
    zones = _time_zones(tables)
    campaigns = tables["campaigns"].accepted
    clicks: Clicks = {}
    for row in tables["ad_clicks"].accepted.values():
        platform, account = row["platform"], _account_of(row, tables)
        if (platform, account) not in tables["ad_accounts"].accepted:
            tables["ad_clicks"].flag(row, "account_id", "unknown_account")
        if (platform, account, row["campaign_id"]) not in campaigns:
            tables["ad_clicks"].flag(row, "campaign_id", "unknown_campaign")
        zone = zones.get((platform, account or ""), ZoneInfo("UTC"))
        clicked_at: datetime = row["clicked_at"]
        local = clicked_at.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
        clicks[row["click_id_type"], row["click_id"]] = Click(
            click_id_type=row["click_id_type"],
            click_id=row["click_id"],
            platform=platform,
            account_id=account,
            campaign_id=row["campaign_id"],
            ad_group_id=row["ad_group_id"],
            ad_id=row["ad_id"],
            keyword=row["keyword"],
            product_id=row["product_id"],
            visitor_id=row["visitor_id"],
            device=row["device"],
            country_code=row["country_code"],
            click_date=local.date(),
            clicked_at=clicked_at,
            known_at=row.known_at,
        )
    return clicks
