"""Small worlds for property tests: raw tables of delivered text, keys colliding.

A row starts with plain values drawn from small pools and may deviate in up to three
columns: another allowed value, or one that cannot be read. Times are drawn from a
few instants whose distances are the edges of the windows.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha1, sha256

from hypothesis import strategies as st
from reference import LAYOUTS, read_row, was_known

RawRow = dict[str, str | None]
World = dict[str, list[RawRow]]
Text = st.SearchStrategy[str | None]

BASE = datetime(2024, 3, 31, 0, 30)
"""UTC; another day and month in New York, and an hour before Berlin's clock jumps."""

_DAYS = (0, 0, 0, -180, -90, -90, -7, -1, 1, 7, 8)
_SECONDS = (0, 0, 0, 0, -1, 1, -1800, 82800)


def _pool(*values: str | None) -> Text:
    """One of a few values."""
    return st.sampled_from(values)


def instants() -> st.SearchStrategy[datetime]:
    """Naive UTC times whose distances hit the edges of the windows exactly."""
    return st.builds(
        lambda days, seconds: BASE + timedelta(days=days, seconds=seconds),
        st.sampled_from(_DAYS),
        st.sampled_from(_SECONDS),
    )


def _written(at: datetime, style: int) -> str:
    """One instant in one of the ways that the layout allows."""
    if style == 1:
        return at.isoformat(" ")
    if style == 2:
        kathmandu = timezone(timedelta(hours=5, minutes=45))
        return at.replace(tzinfo=UTC).astimezone(kathmandu).isoformat()
    if style == 3:
        west = at.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=-8)))
        return west.strftime("%Y-%m-%dT%H:%M:%S-0800")
    if style == 4 and at.time() == datetime.min.time():
        return at.date().isoformat()
    if style == 5:
        return f" {at.isoformat()}.0000009Z\t"
    return at.isoformat() + "Z"


_TIMES: Text = st.builds(
    _written, instants(), st.sampled_from((0, 0, 0, 1, 2, 3, 4, 5))
)
_BLANK_OR_TIMES: Text = st.one_of(st.none(), _TIMES)


def _dates(*days: int) -> Text:
    """Dates so many days from the base."""
    return _pool(*((BASE + timedelta(days=d)).date().isoformat() for d in days))


_SPEND_DATES = _dates(0, -90, -1, 1, 7, 8)
_RATE_DATES = _dates(-187, -180, -97, -90, -7, -1, 0, 1, 8)

_AMOUNTS = ("100", "0", "0.005", "33.335", "10.00", "1.005", "99.99", "0.01", "+7.5")
_ODD_AMOUNTS = ("-5", "-0.005", "-0", "1,000", "1e3", "NaN", ".5", "5.", "$3", "")
_WIDE_AMOUNTS = ("1234567890123", "000000000000012.50", "0.1234567", "0.1234560")

_ODD_TIMES = (
    None,
    "2024-02-30",
    "31.03.2024",
    "2024-03-31T24:00Z",
    "2024-03-31 00:30:00.1234567",
    "2024-03-31T00:30",
    "2024-03-31T06:15+0545",
    "2024-03-31T02+02",
    "2024-03-31T02:30+02",
    "2024-03-31Z",
    "yesterday",
)

_ODD: Mapping[str, Text] = {
    "text": _pool(None, "", "  ", " x ", "test", "(not set)", "é", "a@b.example"),
    "click_id": _pool(None, "{gclid}", "NULL", "Test", "(not set)", "{}", "{", "a"),
    "lower": _pool(None, "GCLID", " gclid", "ECommerce", "foo", "test"),
    "currency": _pool(None, "usd", " EUR ", "eur", "JPY"),
    "time": _pool(*_ODD_TIMES),
    "date": _pool(None, "2024-03-31T00:00:00", "2024-02-30", "20240331", " 2024-03-31"),
    "amount": _pool(None, *_ODD_AMOUNTS, *_WIDE_AMOUNTS),
    "refund": _pool(None, *_ODD_AMOUNTS, *_WIDE_AMOUNTS),
    "quantity": _pool(None, *_ODD_AMOUNTS, "1.5", "1234567890", "0.0000001"),
    "cost": _pool(None, *_ODD_AMOUNTS, "1234567890", "0.0000001"),
    "rate": _pool(None, "0", "1", "1.0", "1.01", "-0.1", "0.12345678901", "half"),
    "fx": _pool(None, "0", "-1", "12345678", "0.00000000001", "1.10000000000"),
    "integer": _pool(None, "-1", "1.0", "+3", "first"),
    "bool": _pool(None, "TRUE", "No", "1", "0", "t", "2"),
}

PLATFORMS = ("google_ads", "google_ads", "google_ads", "meta_ads", "pigeon_post")
_PLATFORM = _pool(*PLATFORMS)
_ACCOUNT = _pool("a1", "a1", "a2")
_CAMPAIGN = _pool("c1", "c1", "c2", "c3")
_CURRENCY = _pool("USD", "USD", "EUR", "EUR", "EUR", "EUR", "GBP", "JPY")
_CLICK_ID = _pool("A", "A", "B", "a", "A+B", "A=B", "%41")
_BLANK_OR_CLICK_ID = _pool(None, None, None, "A", "B", "A+B")
_CLICK_TYPE = _pool("gclid", "gclid", None, "fbclid", "gbraid", "GCLID")
_VISITOR = _pool(None, "v1", "v1", "v2")
_EMAIL = _pool(None, "x@shop.example", " X@Shop.example", "y@shop.example")
_PHONE = _pool(None, None, "+1 202 555 0100")
_CUSTOMER = _pool(None, "k1", "k1", "K2", "v1")
# IDs as sites make them: of an address, of its hash, of a number.
_NAMING_IDS = _pool(
    "x@shop.example",
    "X@Shop.example",
    "y@shop.example",
    sha256(b"x@shop.example").hexdigest(),
    sha1(b"v1", usedforsecurity=False).hexdigest(),
    "+1 202 555 0100",
    "k1",
)
_ERASED = _pool(*(sha256(f"{x}@shop.example".encode()).hexdigest() for x in "xxyz"))
_AMOUNT = _pool(*_AMOUNTS)
_BLANK_OR_AMOUNT = _pool(None, *_AMOUNTS)
_PRODUCT = _pool("p1", "p1", "p2", None)
_ORDER = _pool("o1", "o1", "o1", "o2", "o2", "o3")
_DEAL = _pool("d1", "d1", "d1", "d2", "d2", "d3")
_STAGE = _pool("new", "won", "won", "won", "lost", "demo", "gone")
_PIPELINE = _pool(None, "sales")

_PARAMETER_NAMES = (
    "gclid",
    "gclid",
    "GCLID",
    "g%63lid",
    "fbclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "campaignid",
    "utm_id",
    "adgroupid",
    "creative",
    "utm_source",
    "UTM_Medium",
    "utm_campaign",
    "=",
)
_PARAMETER_VALUES = (
    "A",
    "A",
    "B",
    "a",
    "c1",
    "c2",
    "%41",
    "%2541",
    "A%FF",
    "A%2BB",
    "A+B",
    "A=B",
    "%20A%20",
    "%7Bgclid%7D",
    "k1",
    "v1",
    "{campaignid}",
    "Null",
    "",
)


@st.composite
def urls(draw: st.DrawFn) -> str | None:
    """Landing pages with click IDs encoded, repeated, in any case, or none at all."""
    if draw(st.booleans()):
        return None
    names, values = (
        st.sampled_from(_PARAMETER_NAMES),
        st.sampled_from(_PARAMETER_VALUES),
    )
    pairs = draw(st.lists(st.tuples(names, values), max_size=3))
    query = "&".join(f"{name}={value}" for name, value in pairs)
    tail = draw(st.sampled_from(("", "", "", "#x?gclid=B", "&gclid", "?gclid=B")))
    return f"https://shop.example/?{query}{tail}"


_URL: Text = urls()

Columns = Mapping[str, Text]

_SPEND_COLUMNS: Columns = {
    "platform": _PLATFORM,
    "account_id": _ACCOUNT,
    "campaign_id": _CAMPAIGN,
    "spend_date": _SPEND_DATES,
    "cost": _AMOUNT,
}
_SOMETIMES_SPEND: Columns = {
    "account_id": _pool("a2", "a9"),
    "campaign_id": _pool("c9"),
    "impressions": _pool("10", "2.5"),
    "clicks": _pool("3", "0.5"),
    "platform_conversions": _pool("1", "0.3333"),
    "platform_conversion_value": _AMOUNT,
}

ALWAYS: Mapping[str, Columns] = {
    "ad_accounts": {
        "platform": _PLATFORM,
        "account_id": _ACCOUNT,
        "currency_code": _CURRENCY,
        "time_zone": _pool("America/New_York", "Europe/Berlin", "UTC", None),
    },
    "campaigns": {
        "platform": _PLATFORM,
        "account_id": _ACCOUNT,
        "campaign_id": _CAMPAIGN,
        "business_model": _pool("ecommerce", "lead_gen", "mixed", "mixed", None),
        "ecommerce_spend_share": _pool("0.3333333333", "0.5", "0", "1", None),
    },
    "ad_spend": _SPEND_COLUMNS,
    "product_spend": {**_SPEND_COLUMNS, "product_id": _pool("p1", "p2")},
    "ad_clicks": {
        "click_id": _CLICK_ID,
        "click_id_type": _CLICK_TYPE,
        "platform": _PLATFORM,
        "account_id": _pool("a1", "a1", "a2", None),
        "campaign_id": _pool("c1", "c1", "c2", None),
        "clicked_at": _TIMES,
        "landing_page_url": _URL,
        "visitor_id": _VISITOR,
    },
    "form_fills": {
        "submitted_at": _TIMES,
        "click_id": _BLANK_OR_CLICK_ID,
        "page_url": _URL,
        "visitor_id": _VISITOR,
        "email": _EMAIL,
        "phone": _PHONE,
    },
    "form_fill_attributes": {
        "form_fill_id": _pool("f1", "f2", "f9"),
        "attribute_name": _pool("job title", "budget"),
        "attribute_value": _pool("boss", "a@b.example", None),
    },
    "crm_deals": {
        "form_fill_id": _pool(None, None, "f1", "f2"),
        "email": _EMAIL,
        "created_at": _TIMES,
        "amount": _BLANK_OR_AMOUNT,
        "currency_code": _CURRENCY,
        "stage": _pool(None, "new", "won", "lost"),
    },
    "crm_deal_stage_changes": {
        "deal_id": _DEAL,
        "stage": _STAGE,
        "changed_at": _TIMES,
        "amount": _BLANK_OR_AMOUNT,
        "loaded_at": _BLANK_OR_TIMES,
    },
    "deal_stages": {
        "pipeline": _PIPELINE,
        "stage": _STAGE,
        "position": _pool("1", "2", "3"),
        "is_won": _pool("false", "true"),
        "is_lost": _pool("false", "false", "true"),
    },
    "orders": {
        "customer_id": _CUSTOMER,
        "email": _EMAIL,
        "phone": _PHONE,
        "ordered_at": _TIMES,
        "currency_code": _CURRENCY,
        "discount_amount": _pool(None, None, "0.01", "10", "200"),
        "click_id": _BLANK_OR_CLICK_ID,
        "landing_page_url": _URL,
        "visitor_id": _pool(None, "v1", "v1", "v2", "V3"),
        "cancelled_at": _pool(
            None, None, None, None, "2024-03-31T00:30Z", "2024-04-08"
        ),
    },
    "order_lines": {
        "order_id": _ORDER,
        "product_id": _PRODUCT,
        "quantity": _pool("1", "2", "3", "0", "0.453592"),
        "unit_price": _pool("10", "9.99", "0.005", "33.335", "0", "13.445378"),
        "unit_cost": _pool(None, None, "4", "0.333333", "0"),
    },
    "refunds": {
        "order_id": _ORDER,
        "order_line_id": _pool(None, "l1", "l2", "l3"),
        "refunded_at": _TIMES,
        "amount": _AMOUNT,
        "quantity": _pool(None, "1", "2"),
        "is_restocked": _pool("true", "true", None),
    },
    "products": {
        "product_id": _pool("p1", "p2"),
        "unit_cost": _pool("2.5", "0", None),
    },
    "fx_rates": {
        "rate_date": _RATE_DATES,
        "from_currency_code": _pool("EUR", "EUR", "USD"),
        "to_currency_code": _pool("USD", "USD", "GBP", "EUR"),
        "rate": _pool("1.1", "1.085", "0.9", "3", "0.0333333333"),
    },
    "web_sessions": {
        "session_id": _pool("s1", "s2"),
        "visitor_id": _pool("v1", "v2"),
        "started_at": _TIMES,
        "email": _EMAIL,
    },
}
"""Columns that every row draws; the others are blank unless the row deviates."""

SOMETIMES: Mapping[str, Columns] = {
    "ad_accounts": {"time_zone": _pool("Mars/Base", " Asia/Kathmandu ")},
    "campaigns": {
        "campaign_name": _pool("Brand Lead Gen", "ECOM Shopping", "leadgen ecom"),
        "channel_type": _pool("search", "Search", "carrier pigeon"),
        "business_model": _pool("Lead_Gen", "unassigned", "other"),
    },
    "ad_spend": {**_SOMETIMES_SPEND, "ad_group_id": _pool("g1", "g2")},
    "product_spend": _SOMETIMES_SPEND,
    "ad_clicks": {
        "click_id": _pool(None, "{gclid}"),
        "ad_group_id": _pool("g1"),
        "account_id": _pool("a9"),
        "product_id": _pool("p1"),
        "click_id_type": _pool("msclkid", "wbraid", "foo", None),
        "keyword": _pool("k1", "v1", "shoes"),
        "visitor_id": _NAMING_IDS,
    },
    "form_fills": {
        "click_id_type": _CLICK_TYPE,
        "visitor_id": _NAMING_IDS,
        "customer_type": _pool("b2b", "b2c", "B2B", "v1"),
        "consent_ad_user_data": _pool("granted", "denied", "maybe"),
        "is_test": _pool("true"),
    },
    "crm_deals": {
        "click_id": _CLICK_ID,
        "click_id_type": _CLICK_TYPE,
        "pipeline": _PIPELINE,
        "customer_type": _pool("b2b", "agency"),
        "closed_at": _TIMES,
        "gross_margin_rate": _pool("0.3", "0.3333333333", "1"),
        "is_deleted": _pool("true"),
        "form_fill_id": _pool("f9"),
    },
    "crm_deal_stage_changes": {"recorded_at": _TIMES},
    "orders": {
        "customer_id": _NAMING_IDS,
        "visitor_id": _NAMING_IDS,
        "click_id_type": _CLICK_TYPE,
        "is_test": _pool("yes"),
        "consent_ad_personalization": _pool("granted", "no"),
        "tax_amount": _AMOUNT,
        "cancelled_at": _TIMES,
    },
    "order_lines": {"discount_amount": _AMOUNT, "unit_cost": _AMOUNT},
}
"""Values a row may deviate to, beside the odd ones of the column's kind."""


NUMBERED: Mapping[str, tuple[str, str]] = {
    "form_fills": ("form_fill_id", "f"),
    "crm_deals": ("deal_id", "d"),
    "orders": ("order_id", "o"),
    "order_lines": ("order_line_id", "l"),
    "refunds": ("refund_id", "r"),
}
"""Tables whose rows have keys of their own: o1, o2, …"""

MAX_ROWS: Mapping[str, int] = {
    "ad_clicks": 8,
    "crm_deal_stage_changes": 10,
    "order_lines": 6,
    "refunds": 7,
    "deal_stages": 1,
    "ad_accounts": 2,
}
"""Rows drawn per table at most; 3 where none is named."""


def _account(platform: str, account: str, currency: str, zone: str | None) -> RawRow:
    return {
        "platform": platform,
        "account_id": account,
        "currency_code": currency,
        "time_zone": zone,
    }


def _campaign(account: str, campaign: str, model: str, share: str | None) -> RawRow:
    return {
        "platform": "google_ads",
        "account_id": account,
        "campaign_id": campaign,
        "business_model": model,
        "ecommerce_spend_share": share,
    }


def _stage(pipeline: str | None, stage: str, position: str) -> RawRow:
    return {
        "pipeline": pipeline,
        "stage": stage,
        "position": position,
        "is_won": "true" if stage == "won" else "false",
        "is_lost": "yes" if stage == "lost" else "no",
    }


def _rate(days: int, pair: tuple[str, str], rate: str) -> RawRow:
    return {
        "rate_date": (BASE + timedelta(days=days)).date().isoformat(),
        "from_currency_code": pair[0],
        "to_currency_code": pair[1],
        "rate": rate,
    }


def _click(
    platform: str, account: str | None, campaign: str, click: str, days: int
) -> RawRow:
    at = BASE + timedelta(days=days)
    return {
        "click_id": click,
        "platform": platform,
        "account_id": account,
        "campaign_id": campaign,
        "clicked_at": at.isoformat(),
        "visitor_id": "v1",
    }


def _spend(account: str, campaign: str, product: str | None, cost: str) -> RawRow:
    row: RawRow = {
        "platform": "google_ads",
        "account_id": account,
        "campaign_id": campaign,
        "spend_date": BASE.date().isoformat(),
        "cost": cost,
    }
    return row if product is None else {**row, "product_id": product}


_EURO, _POUND = ("EUR", "USD"), ("USD", "GBP")

BASE_ROWS: Mapping[str, list[RawRow]] = {
    "ad_accounts": [
        _account("google_ads", "a1", "USD", "America/New_York"),
        _account("google_ads", "a2", "EUR", "Europe/Berlin"),
        _account("meta_ads", "a1", "GBP", None),
    ],
    "campaigns": [
        _campaign("a1", "c1", "mixed", "0.3333333333"),
        _campaign("a1", "c2", "lead_gen", None),
        _campaign("a2", "c3", "ecommerce", None),
    ],
    "ad_spend": [_spend("a1", "c1", None, "20.01"), _spend("a2", "c3", None, "7")],
    "product_spend": [_spend("a1", "c1", "p1", "9"), _spend("a2", "c3", "p2", "3.335")],
    "ad_clicks": [
        _click("google_ads", "a1", "c1", "A", -90),
        _click("google_ads", None, "c3", "B", -7),
        _click("meta_ads", "a1", "c1", "A", 0),
        _click("google_ads", "a1", "c1", "a", -1),
    ],
    "deal_stages": [
        _stage(None, "new", "1"),
        _stage(None, "demo", "2"),
        _stage(None, "won", "3"),
        _stage(None, "lost", "3"),
        _stage("sales", "won", "9"),
    ],
    "fx_rates": [
        _rate(-187, _EURO, "1.2"),
        _rate(-98, _EURO, "1.15"),
        _rate(-8, _EURO, "1.085"),
        _rate(-1, _EURO, "1.0855"),
        _rate(0, _EURO, "0.9"),
        _rate(1, _EURO, "1.1"),
        _rate(8, _EURO, "1.3333333333"),
        _rate(-181, _POUND, "0.8"),
        _rate(-7, _POUND, "0.7"),
        _rate(1, _POUND, "3"),
    ],
    "products": [{"product_id": "p1", "unit_cost": "2.5"}, {"product_id": "p2"}],
}
"""A background on which the drawn rows join and convert."""


@st.composite
def _row(draw: st.DrawFn, table: str, number: int, oddity: bool) -> RawRow:
    row: RawRow = {column.name: None for column in LAYOUTS[table].columns}
    if table in NUMBERED:
        name, letter = NUMBERED[table]
        row[name] = f"{letter}{number}"
    for name, values in ALWAYS[table].items():
        row[name] = draw(values)
    kinds = {column.name: column.kind for column in LAYOUTS[table].columns}
    deviations = list(SOMETIMES.get(table, {}).items()) * 2
    if "loaded_at" in kinds:
        deviations += [("loaded_at", _TIMES)] * 3
    if oddity:
        deviations += [(name, _ODD[kind]) for name, kind in kinds.items()]
    if deviations:
        for name, values in draw(st.lists(st.sampled_from(deviations), max_size=3)):
            row[name] = draw(values)
    return row


def _base(draw: st.DrawFn, table: str) -> list[RawRow]:
    """What most worlds have of a table, up to two rows less."""
    rows = BASE_ROWS.get(table, [])
    if not rows:
        return []
    dropped = draw(st.sets(st.integers(0, len(rows) - 1), max_size=2))
    blank = {column.name: None for column in LAYOUTS[table].columns}
    return [{**blank, **row} for i, row in enumerate(rows) if i not in dropped]


@st.composite
def _deliveries(draw: st.DrawFn, table: str, oddity: bool, least: int) -> list[RawRow]:
    """Rows of one table, some delivered again with other values."""
    rows = _base(draw, table)
    count = draw(st.integers(least, MAX_ROWS.get(table, 3)))
    rows += [draw(_row(table, number + 1, oddity)) for number in range(count)]
    if not rows:
        return rows
    for row in draw(st.lists(st.sampled_from(rows), max_size=2)):
        again = dict(row)
        other = draw(_row(table, 1, oddity))
        names = draw(st.lists(st.sampled_from(list(row)), max_size=2))
        for name in [*names, "loaded_at"] if "loaded_at" in row else names:
            again[name] = other[name]
        rows.append(again)
    return list(draw(st.permutations(rows)))


@st.composite
def worlds(
    draw: st.DrawFn,
    tables: Sequence[str] = tuple(LAYOUTS),
    oddity: bool = True,
    least: int = 0,
) -> World:
    """Some of the tables; without `oddity` no unreadable or strange text.

    Each table has at least `least` rows beside the background.
    """
    world: World = {}
    for table in tables:
        rows = draw(_deliveries(table, oddity, least))
        is_delivered: bool = draw(st.booleans())
        if rows or is_delivered:
            world[table] = rows
    erased = draw(st.lists(_ERASED, max_size=2))
    world["erasure_requests"] = [{"email_sha256": hashed} for hashed in erased]
    return world


_CLICKS = ("ad_accounts", "campaigns", "ad_clicks")
ORDER_TABLES = (
    *_CLICKS,
    "product_spend",
    "orders",
    "order_lines",
    "refunds",
    "products",
)
DEAL_TABLES = (*_CLICKS, "form_fills", "crm_deals", "crm_deal_stage_changes")


def order_worlds(oddity: bool = False) -> st.SearchStrategy[World]:
    """Denser worlds of orders, mostly readable."""
    return worlds((*ORDER_TABLES, "fx_rates"), oddity, 1)


def deal_worlds(oddity: bool = False) -> st.SearchStrategy[World]:
    """Denser worlds of deals, mostly readable."""
    return worlds((*DEAL_TABLES, "deal_stages", "fx_rates"), oddity, 1)


def truncated(
    raw: Mapping[str, Sequence[Mapping[str, str | None]]], as_of: datetime
) -> World:
    """The delivered rows that were known at a time (naive UTC, included)."""
    return {
        table: [
            dict(row)
            for row in rows
            if table not in LAYOUTS or was_known(read_row(table, row), as_of)
        ]
        for table, rows in raw.items()
    }
