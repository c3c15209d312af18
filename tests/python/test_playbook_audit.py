"""The playbook audit raises the flags that a second arithmetic raises, and no others.

Two simulated years: one as it is, one in which goods cost so much more that orders earn
too little. Flags are worked out again from conversions, spend and shares of weeks, with
the binomial distribution itself in the place of its approximation.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist
from typing import Any

import duckdb
import numpy as np
import pytest
from warehouse import Models, compile_models, rows

from click_to_cash.simulate import simulate

Key = tuple[str, str, str, date]
CHEAP = "has_cheap_leads_that_do_not_close"
FLAGS = {
    CHEAP: "cheap_leads_at_stake",
    "has_revenue_without_profit": "revenue_without_profit_at_stake",
    "is_lead_gen_bid_on_count": "lead_gen_bid_on_count_at_stake",
    "is_ecommerce_bid_on_count": "ecommerce_bid_on_count_at_stake",
}
BID_ON_COUNT = {
    "TARGET_CPA",
    "MAXIMIZE_CONVERSIONS",
    "LOWEST_COST_WITHOUT_CAP",
    "EnhancedCpc",
}
NEVER_WIN = {"2104", "3108"}
WIN = {"2103", "4111", "2205"}
COMPARED = "int_campaign_quarters_compared"
QUARTER = date(2025, 1, 1)


@dataclass
class Quarter:
    """What one campaign spent and earned in one quarter, in dollars."""

    spend: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    seen: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    has_share: set[str] = field(default_factory=set)
    form_fills: int = 0
    won_deals: int = 0
    won_value: float = 0.0
    revenue: float = 0.0
    covered: float = 0.0
    profits: list[float] = field(default_factory=list)

    def share(self, line: str) -> float | None:
        """The part of the line's final value that can be seen; None if unknown."""
        known = self.spend[line] > 0 and line in self.has_share
        return self.seen[line] / self.spend[line] if known else None

    def is_old(self, line: str) -> bool:
        share = self.share(line)
        return share is not None and share >= 0.5


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compile_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Raw tables of a year in which each click converts four times as often."""
    folder = tmp_path_factory.mktemp("year")
    simulate(folder, seed=11, days=365, clicks=25_000)
    return folder


def load(models: Models, folder: Path) -> duckdb.DuckDBPyConnection:
    connection = models.empty()
    for path in sorted(folder.glob("*.csv")):
        connection.execute(
            f"insert into raw.{path.stem} by name "
            "select * from read_csv(?, header = true, all_varchar = true)",
            [str(path)],
        )
    return connection


@pytest.fixture(scope="module")
def built(models: Models, year: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with load(models, year) as connection:
        yield models.run(connection)


@pytest.fixture(scope="module")
def built_dear(models: Models, year: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same year, but goods cost six tenths more."""
    with load(models, year) as connection:
        for table in ("order_lines", "products"):
            connection.execute(
                f"update raw.{table} set unit_cost = "
                "cast(try_cast(unit_cost as decimal(12, 2)) * 1.6 as varchar) "
                "where try_cast(unit_cost as decimal(12, 2)) is not null"
            )
        yield models.run(connection)


def quarter_of(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def quarters_of(connection: duckdb.DuckDBPyConnection) -> dict[Key, Quarter]:
    """Every campaign and quarter that spent on a line."""
    shares = {
        (row["business_line"], *campaign_of(row), row["week_start_date"]): row[
            "developed_share"
        ]
        for row in query(connection, "from intermediate.int_campaign_weeks_projected")
    }
    found: dict[Key, Quarter] = defaultdict(Quarter)
    for row in query(connection, "from intermediate.int_spend"):
        day: date = row["spend_date"]
        monday = day - timedelta(days=day.weekday())
        for line in ("ecommerce", "lead_gen"):
            spend = float(row[f"{line}_spend"])
            if spend:
                quarter = found[(*campaign_of(row), quarter_of(day))]
                share = shares.get((line, *campaign_of(row), monday))
                quarter.spend[line] += spend
                quarter.seen[line] += spend * (share or 0)
                if share is not None:
                    quarter.has_share.add(line)
    for row in query(
        connection,
        "from marts.conversions where match_status = 'matched' and not is_cross_line",
    ):
        key = (*campaign_of(row), quarter_of(row["click_date"]))
        if key in found:
            add(found[key], row)
    return dict(found)


def query(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    return rows(connection, sql)


def campaign_of(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["platform"], row["account_id"], row["campaign_id"]


def add(quarter: Quarter, row: Mapping[str, Any]) -> None:
    match row["conversion_type"]:
        case "form_fill":
            quarter.form_fills += 1
        case "deal":
            quarter.won_deals += row["is_won"]
            quarter.won_value += float(row["won_value"])
        case "order":
            quarter.revenue += float(row["net_revenue"])
            quarter.covered += float(row["cogs_covered_revenue"])
            quarter.profits.append(float(row["profit"]))


def chance_of_so_few(won: int, of: int, probability: float) -> float:
    """P(X ≤ won) of a binomial distribution."""
    return sum(
        math.comb(of, k) * probability**k * (1 - probability) ** (of - k)
        for k in range(won + 1)
    )


def has_cheap_leads(key: Key, quarters: Mapping[Key, Quarter]) -> bool | None:
    """None where the chance is so near one in twenty that the approximation decides."""
    own = quarters[key]
    if not own.is_old("lead_gen") or not own.form_fills:
        return False
    others = [
        (other, quarter)
        for other, quarter in quarters.items()
        if other != key and other[3] == key[3] and quarter.share("lead_gen")
    ]
    peers = [quarter for other, quarter in others if other[:2] == key[:2]]
    if sum(peer.won_deals for peer in peers) < 5:
        peers = [quarter for _, quarter in others]
    fills = sum(peer.form_fills for peer in peers)
    won = sum(peer.won_deals for peer in peers)
    if not fills or not won:
        return False
    cost = sum(peer.spend["lead_gen"] for peer in peers) / fills
    roas = sum(peer.won_value for peer in peers) / sum(
        peer.seen["lead_gen"] for peer in peers
    )
    seen = own.form_fills * (own.share("lead_gen") or 0)
    peers_seen = sum(p.form_fills * (p.share("lead_gen") or 0) for p in peers)
    chance = chance_of_so_few(
        own.won_deals, own.won_deals + won, seen / (seen + peers_seen)
    )
    is_poor = (
        own.spend["lead_gen"] / own.form_fills <= 0.75 * cost
        and own.won_value / own.seen["lead_gen"] < roas
        and seen * won / peers_seen >= 3
    )
    if is_poor and abs(chance - 0.05) < 0.005:
        return None
    return is_poor and chance < 0.05


def loss(key: Key, quarters: Mapping[Key, Quarter]) -> float:
    """What orders do not earn back beyond chance; 0 where they do, or may."""
    own = quarters[key]
    account = [q for k, q in quarters.items() if k[:2] == key[:2] and k[3] == key[3]]
    spend, profit = own.spend["ecommerce"], sum(own.profits)
    roas = sum(q.revenue for q in account) / max(
        sum(q.spend["ecommerce"] for q in account), 0.01
    )
    if (
        not own.is_old("ecommerce")
        or len(own.profits) < 10
        or own.covered < 0.8 * own.revenue
        or own.revenue / spend < roas - 1e-9
    ):
        return 0
    scale = own.revenue / own.covered / (own.share("ecommerce") or 1)
    scale = scale if profit > 0 else 1
    error = math.hypot(*own.profits)
    is_loss = (profit + 1.645 * error) * scale < spend
    return spend - profit * scale if is_loss else 0


def audit_of(connection: duckdb.DuckDBPyConnection) -> dict[Key, dict[str, Any]]:
    audit = query(connection, "from marts.campaign_playbook_audit")
    return {(*campaign_of(row), row["quarter_start_date"]): row for row in audit}


@pytest.mark.parametrize("world", ["built", "built_dear"])
def test_flags_and_stakes_are_those_of_a_second_arithmetic(
    world: str, request: pytest.FixtureRequest
) -> None:
    """A flag decides over budgets; a slip in a join would stop the wrong campaign."""
    connection = request.getfixturevalue(world)
    quarters, audit = quarters_of(connection), audit_of(connection)
    strategies = {
        campaign_of(row): row["bidding_strategy"]
        for row in query(connection, "from marts.campaigns")
    }
    assert len(quarters) > 30
    for key, row in audit.items():
        own = quarters.get(key, Quarter())
        is_count = strategies.get(key[:3]) in BID_ON_COUNT
        spend = {line: max(own.spend[line], 0) for line in ("ecommerce", "lead_gen")}
        cheap = has_cheap_leads(key, quarters) if key in quarters else False
        wanted = {
            "has_revenue_without_profit": loss(key, quarters)
            if spend["ecommerce"]
            else 0,
            "is_lead_gen_bid_on_count": is_count * spend["lead_gen"],
            "is_ecommerce_bid_on_count": is_count * spend["ecommerce"],
        }
        if cheap is not None:
            wanted[CHEAP] = cheap * spend["lead_gen"]
        for flag, stake in wanted.items():
            assert row[flag] == (stake > 0), (key, flag, stake)
            assert float(row[FLAGS[flag]]) == pytest.approx(stake, abs=0.02), (
                key,
                flag,
            )
        young = [line for line in spend if spend[line] and not own.is_old(line)]
        assert row["is_too_young"] == bool(young), key


def test_campaigns_that_never_win_are_flagged_and_those_that_win_are_not(
    built: duckdb.DuckDBPyConnection,
) -> None:
    """The simulator plants two campaigns whose leads are cheap and worth nothing."""
    audit = audit_of(built)
    cheap = {(key[2], key[3]) for key, row in audit.items() if row[CHEAP]}
    first_quarters = {date(2025, month, 1) for month in (1, 4, 7)}
    assert cheap >= {(c, q) for c in NEVER_WIN for q in first_quarters}
    assert {campaign for campaign, _ in cheap} == NEVER_WIN
    judged = [row for key, row in audit.items() if key[2] in WIN and row["spend"] > 0]
    assert len(judged) >= 12
    assert not any(row["has_revenue_without_profit"] for row in judged)
    # By cost per form fill alone the one that wins would be the one to stop.
    for quarter in first_quarters:
        of = {key[2]: row for key, row in audit.items() if key[3] == quarter}
        assert of["2104"]["lead_gen_cost_per_form_fill_rank"] == 1
        assert of["2103"]["lead_gen_cost_per_form_fill_rank"] == 2
        assert of["2103"]["lead_gen_won_value_per_form_fill_rank"] == 1


def test_dear_goods_show_as_revenue_without_profit(
    built: duckdb.DuckDBPyConnection, built_dear: duckdb.DuckDBPyConnection
) -> None:
    """Else the flag might never rise, and every comparison above would hold."""
    count = (
        "select count(*) from marts.campaign_playbook_audit"
        " where has_revenue_without_profit"
    )
    assert built.execute(count).fetchall() == [(0,)]
    assert built_dear.execute(count).fetchall()[0][0] >= 5


def scores(models: Models, pairs: list[tuple[int, int, int, int]]) -> list[float]:
    """closing_gap of campaigns (form fills, won) beside one peer (form fills, won).

    Each pair has a quarter of its own.
    """
    columns = "platform varchar, account_id varchar, campaign_id varchar,"
    statement = dict(models.statements)[f"intermediate.{COMPARED}"]
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as click_to_cash")
        connection.execute("use click_to_cash")
        connection.execute("create schema intermediate")
        connection.execute(
            f"create table intermediate.int_campaign_quarters_developed ({columns}"
            " quarter_start_date date, business_line varchar, spend double,"
            " developed_spend double, developed_share double)"
        )
        connection.execute(
            f"create table intermediate.int_campaign_quarter_leads ({columns}"
            " quarter_start_date date, form_fill_count bigint,"
            " won_deal_count bigint, won_value double)"
        )
        sides = [
            (name, QUARTER + timedelta(days=place), *counts)
            for place, pair in enumerate(pairs)
            for name, counts in (("own", pair[:2]), ("peer", pair[2:]))
        ]
        connection.executemany(
            "insert into intermediate.int_campaign_quarters_developed"
            " values ('p', 'a', ?, ?, 'lead_gen', 9, 9, 1)",
            [side[:2] for side in sides],
        )
        connection.executemany(
            "insert into intermediate.int_campaign_quarter_leads"
            " values ('p', 'a', ?, ?, ?, ?, 0)",
            sides,
        )
        found = connection.execute(
            f"select closing_gap from ({statement}) where campaign_id = 'own'"
            " order by quarter_start_date"
        ).fetchall()
    return [score for (score,) in found]


def test_the_score_is_the_tail_of_the_binomial_distribution(models: Models) -> None:
    """One wrong root, and chance is taken for proof."""
    pairs = [
        (fills, won, 100, peer_won)
        for fills in (20, 60, 150, 400)
        for won in (0, 1, 3, 10, 40)
        for peer_won in (5, 12, 50)
    ]
    for (fills, won, peer_fills, peer_won), score in zip(
        pairs, scores(models, pairs), strict=True
    ):
        exact = chance_of_so_few(won, won + peer_won, fills / (fills + peer_fills))
        assert NormalDist().cdf(score) == pytest.approx(exact, abs=0.006), (fills, won)


def test_chance_alone_is_seldom_taken_for_bad_leads(models: Models) -> None:
    """Of campaigns that close like their peers at most one in twenty scores so low."""
    dice = np.random.default_rng(5)
    won, peer_won = dice.binomial(80, 0.1, 700), dice.binomial(120, 0.1, 700)
    pairs = [
        (80, int(w), 120, max(int(v), 5)) for w, v in zip(won, peer_won, strict=True)
    ]
    below = np.array(scores(models, pairs)) < -1.645
    assert 0.01 < below.mean() < 0.055
    poor = [(80, int(w), 120, v) for w, (*_, v) in zip(won // 5, pairs, strict=True)]
    assert (np.array(scores(models, poor)) < -1.645).mean() > 0.6
