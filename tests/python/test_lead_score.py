"""The lead score: no word from the future, and chances that come true.

Everything runs on simulated years, built in memory from raw rows.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from warehouse import Models, World, compile_models, rows

from click_to_cash import lead_score
from click_to_cash.simulate import simulate

# What a score is made of; orders and sessions would only take time.
TABLES = (
    *("ad_accounts", "campaigns", "ad_clicks", "form_fills", "form_fill_attributes"),
    *("crm_deals", "crm_deal_stage_changes", "deal_stages", "fx_rates"),
)
BASELINE = "empirical_bayes 1"
Connection = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compile_models(tmp_path_factory.mktemp("models"))


def loaded(models: Models, folder: Path) -> Connection:
    """A database with the raw tables of simulated Parquet files, nothing built yet."""
    connection = models.empty()
    for table in TABLES:
        path = folder / f"{table}.parquet"
        connection.execute(f"insert into raw.{table} by name from '{path}'")
    return connection


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of 150,000 clicks: about 7,300 form fills, of which 400 were won."""
    found = tmp_path_factory.mktemp("year")
    simulate(found, seed=7, days=365, clicks=150_000, file_format="parquet")
    return found


@pytest.fixture(scope="module")
def year(models: Models, folder: Path) -> Iterator[Connection]:
    with loaded(models, folder) as connection:
        yield models.run(connection)


def table(connection: Connection, name: str) -> pa.Table:
    return connection.table(f"intermediate.{name}").to_arrow_table()


def leads_in(connection: Connection, purpose: str) -> lead_score.Leads:
    rates = table(connection, "int_lead_campaign_rates")
    return lead_score.leads_of(
        table(connection, "int_form_fill_facts"),
        table(connection, "int_form_fill_attributes"),
        lead_score.of(rates, purpose=purpose),
    )


def model_in(connection: Connection, purpose: str) -> lead_score.Model:
    training = table(connection, "int_lead_training")
    leads = leads_in(connection, purpose)
    model = lead_score.trained(leads, lead_score.of(training, purpose=purpose))
    assert model is not None
    return model


def number(value: object) -> float:
    """Of a decimal or an integer that a query gave."""
    return float(str(value))


# The chances come true.


def test_the_chances_of_a_simulated_year_come_true(year: Connection) -> None:
    """The sums within three standard errors, and a tenth that is not known yet."""
    judged = rows(year, "from intermediate.int_lead_scores_judged")
    by_model: dict[object, list[dict[str, Any]]] = defaultdict(list)
    for row in judged:
        by_model[row["model_version"]].append(row)
    assert set(by_model) == {BASELINE, lead_score.MODEL_VERSION}
    for version, fills in by_model.items():
        fills.sort(key=lambda row: (row["decile"], row["form_fill_id"]))
        assert len(fills) > 800
        for part in (fills, fills[: len(fills) // 3], fills[len(fills) // 3 :]):
            chances = [float(row["win_probability"]) for row in part]
            error = math.sqrt(sum(p * (1 - p) for p in chances))
            won = sum(row["win_count"] for row in part)
            assert abs(sum(chances) - won) < 3 * error + 0.1 * won, version
        expected = sum(float(row["expected_value"]) for row in fills)
        realised = sum(float(row["won_value"]) for row in fills)
        assert 0.65 * realised < expected < 1.35 * realised, version


def test_the_fitted_model_sorts_better_than_chance_and_is_used(
    year: Connection,
) -> None:
    shown = {
        str(r["model_version"]): r for r in rows(year, "from marts.lead_score_models")
    }
    fitted, baseline = shown[lead_score.MODEL_VERSION], shown[BASELINE]
    # Blind is 0.5; with fifty wins the standard error is 0.04.
    assert number(fitted["auc_score"]) > 0.65
    assert number(baseline["auc_score"]) > 0.65
    assert number(fitted["top_decile_lift_ratio"]) > 2
    assert number(fitted["brier_score"]) < number(baseline["brier_score"])
    assert (fitted["is_used"], baseline["is_used"]) == (True, False)
    used = rows(year, "select distinct model_version from marts.lead_scores")
    assert used == [{"model_version": lead_score.MODEL_VERSION}]


def test_what_a_sender_can_spend_raises_the_score(year: Connection) -> None:
    """The generator lets senders of a larger budget win more often."""
    effects = model_in(year, "scoring").effects
    small, large = (
        effects["attribute budget_band", band] for band in ("under 2k", "over 10k")
    )
    assert large > small + 0.3


# Measures, by another way.


def test_measures_are_those_of_scikit_learn(year: Connection) -> None:
    from sklearn.metrics import brier_score_loss, roc_auc_score

    for model in rows(year, "from marts.lead_score_models"):
        version = model["model_version"]
        fills = rows(
            year,
            "select scores.form_fill_id, is_won, won_value, win_probability,"
            " expected_value from intermediate.int_lead_scores as scores"
            " inner join intermediate.int_lead_outcomes using (purpose, form_fill_id)"
            f" where role = 'held_out' and model_version = '{version}'",
        )
        chances = np.array([number(row["win_probability"]) for row in fills])
        won = np.array([bool(row["is_won"]) for row in fills])
        assert len(fills) == model["held_out_form_fill_count"]
        assert won.sum() == model["held_out_won_form_fill_count"]
        measures = {
            "brier_score": brier_score_loss(won, chances),
            "auc_score": roc_auc_score(won, chances),
            "predicted_win_rate": chances.mean(),
            "realised_win_rate": won.mean(),
        }
        for name, value in measures.items():
            assert number(model[name]) == pytest.approx(value, abs=1e-6), name
        deciles = rows(
            year,
            "from marts.lead_score_calibration"
            f" where model_version = '{version}' order by decile",
        )
        ids = np.array([str(row["form_fill_id"]) for row in fills])
        order = np.lexsort((ids, -chances))
        for decile, part in zip(deciles, np.array_split(order, 10), strict=True):
            assert decile["form_fill_count"] == len(part)
            assert decile["won_form_fill_count"] == won[part].sum()
            assert number(decile["lift_ratio"]) == pytest.approx(
                won[part].mean() / won.mean(), abs=1e-6
            )
            for column, of_fill in (
                ("predicted_value", "expected_value"),
                ("realised_value", "won_value"),
            ):
                value = sum(Decimal(str(fills[i][of_fill])) for i in part)
                assert decile[column] == value


# The baseline, by another way.


def outcomes_at(
    connection: Connection, cut: datetime
) -> dict[str, tuple[bool, Decimal, int, int | None]]:
    """Of each fill sent and known by the cut: won, value, age, days to win."""
    deals: dict[str, list[dict[str, Any]]] = defaultdict(list)
    deal_entries: list[dict[str, Any]] = rows(
        connection,
        "select form_fill_id, deal_id, event_type, revenue, ledger.known_at"
        " from intermediate.int_value_ledger as ledger"
        " inner join intermediate.int_deal_form_fills on conversion_id = deal_id"
        " where conversion_type = 'deal'",
    )
    for entry in deal_entries:
        if entry["known_at"] <= cut:
            deals[str(entry["deal_id"])].append(entry)
    won: dict[str, list[list[dict[str, Any]]]] = defaultdict(list)
    for entries in deals.values():
        kinds = Counter(entry["event_type"] for entry in entries)
        wins = kinds["deal_won"] - kinds["deal_unwon"]
        if wins == 1 and not kinds["deal_deleted"]:
            won[entries[0]["form_fill_id"]].append(entries)
    found = {}
    day = timedelta(days=1)
    for fill in rows(connection, "from intermediate.int_form_fill_facts"):
        sent: Any = fill["submitted_at"]
        known: Any = fill["known_at"]
        if max(sent, known) > cut:
            continue
        entries = [e for deal in won[str(fill["form_fill_id"])] for e in deal]
        first = min(
            (e["known_at"] for e in entries if e["event_type"] == "deal_won"),
            default=None,
        )
        found[str(fill["form_fill_id"])] = (
            bool(entries),
            sum((e["revenue"] for e in entries), Decimal(0)),
            (cut - sent) // day,
            None if first is None else max((first - sent) // day, 0),
        )
    return found


def test_the_baseline_is_what_the_rules_say(year: Connection) -> None:
    facts = {
        str(row["form_fill_id"]): (
            str(row["platform"]),
            (row["platform"], row["account_id"], row["campaign_id"]),
        )
        for row in rows(year, "from intermediate.int_form_fill_facts")
    }
    periods = rows(year, "from intermediate.int_lead_periods where role = 'training'")
    assert {period["purpose"] for period in periods} == {"evaluation", "scoring"}
    for period in periods:
        cut: Any = period["cut_at"]
        outcomes = outcomes_at(year, cut)
        wins = [
            (age, days) for _, _, age, days in outcomes.values() if days is not None
        ]
        left = {}
        for days in {days for _, days in wins}:
            at_risk = sum(1 for age, other in wins if other <= days <= age)
            taken = sum(1 for _, other in wins if other == days)
            left[days] = 1 - taken / (at_risk + 1)
        visible = {
            age: round(math.prod(p for days, p in left.items() if days > age), 6)
            for age in {age for _, _, age, _ in outcomes.values()}
        }
        sums: dict[object, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        for form_fill_id, (is_won, worth, age, _) in outcomes.items():
            for group in ("all", *facts[form_fill_id]):
                sums[group][0] += visible[age]
                sums[group][1] += is_won
                sums[group][2] += float(worth)

        def drawn(
            group: object, rate: float, amount: float, sums: Any = sums
        ) -> tuple[float, float]:
            fills, won, value = sums[group]
            return (won + 10) / (fills + 10 / rate), (value + 10 * amount) / (won + 10)

        fills, won, value = sums["all"]
        rates = rows(
            year,
            "from intermediate.int_lead_campaign_rates"
            f" where purpose = '{period['purpose']}'",
        )
        assert len(rates) > 10
        for row in rates:
            parent = drawn(row["platform"], won / fills, value / won)
            campaign = (row["platform"], row["account_id"], row["campaign_id"])
            rate, amount = drawn(campaign, *parent)
            assert number(row["win_probability"]) == pytest.approx(rate, abs=2e-6)
            assert number(row["expected_amount"]) == pytest.approx(amount, abs=0.02)


# No word from the future.


def test_what_happens_after_submission_changes_no_score(
    models: Models, year: Connection, folder: Path
) -> None:
    """With the fitted model held fixed: the CRM is shuffled, later clicks are added."""
    with loaded(models, folder) as changed:
        changed.execute("""
            update raw.crm_deals set
                created_at = '2025-01-01', amount = '1', is_deleted = 'true',
                customer_type = 'b2c';
            update raw.crm_deal_stage_changes set stage = case stage
                when 'won' then 'lost' else 'won' end;
            -- A click of everybody after the last form, and each click once more.
            insert into raw.ad_clicks by name
            select
                'later-' || visitor_id as click_id, 'gclid' as click_id_type,
                'google_ads' as platform, 'another' as campaign_id, visitor_id,
                'tablet' as device,
                max(try_cast(submitted_at as timestamp)) + interval 1 hour as clicked_at
            from raw.form_fills
            where visitor_id is not null
            group by visitor_id
            having clicked_at is not null;
            insert into raw.ad_clicks by name
            select
                click_id, click_id_type, platform, 'another' as campaign_id,
                'tablet' as device, timestamp '2026-06-01' as clicked_at
            from raw.ad_clicks
            where click_id in (select click_id from raw.form_fills);
        """)
        models.run(changed)
        won = "select count(*) from marts.deals where is_won"
        assert changed.execute(won).fetchall() != year.execute(won).fetchall()
        later = "select count(*) from marts.clicks where click_id like 'later-%'"
        assert changed.execute(later).fetchall()[0][0] > 1_000
        model = model_in(year, "scoring")
        rates = table(year, "int_lead_campaign_rates")
        leads, same = (
            lead_score.leads_of(
                table(connection, "int_form_fill_facts"),
                table(connection, "int_form_fill_attributes"),
                lead_score.of(rates, purpose="scoring"),
            )
            for connection in (year, changed)
        )
        assert (leads.form_fill_id == same.form_fill_id).all()
        assert (leads.campaign_chance == same.campaign_chance).all()
        chances = lead_score.score(model, leads)
        assert len(set(chances.tolist())) > 1_000
        assert (chances == lead_score.score(model, same)).all()


def test_training_uses_only_what_was_known_at_the_cut(
    models: Models, folder: Path
) -> None:
    """Everything known later is turned round: wins are lost, what was lost is won."""
    code = dict(models.statements)

    def learned(connection: Connection) -> tuple[list[Any], list[Any], object]:
        rates = (
            "from intermediate.int_lead_campaign_rates"
            " where purpose = 'evaluation' order by all"
        )
        training = (
            "from intermediate.int_lead_training"
            " where purpose = 'evaluation' order by all"
        )
        return (
            connection.execute(training).fetchall(),
            connection.execute(rates).fetchall(),
            model_in(connection, "evaluation"),
        )

    with loaded(models, folder) as connection:
        models.run(connection)
        before = learned(connection)
        scoring = model_in(connection, "scoring")
        connection.execute("""
            set variable cut = (
                select cut_at from intermediate.int_lead_periods
                where purpose = 'evaluation' and role = 'training'
            );
            update intermediate.int_value_ledger set
                event_type = case event_type
                    when 'deal_won' then 'deal_unwon' else 'deal_won' end,
                revenue = 999 - revenue
            where known_at > getvariable('cut') and conversion_type = 'deal';
            update intermediate.int_form_fill_facts set
                device = 'another', form_name = 'another', email_domain_kind = 'another'
            where submitted_at > getvariable('cut');
        """)
        for name in (
            *("int_lead_outcomes", "int_lead_training", "int_lead_campaign_rates"),
        ):
            relation = f"intermediate.{name}"
            connection.execute(
                f"create or replace table {relation} as {code[relation]}"
            )
        assert len(before[0]) > 1_000
        assert learned(connection) == before
        # What has changed does change the model that may know it.
        assert model_in(connection, "scoring") != scoring


def test_the_order_of_rows_changes_no_score(year: Connection) -> None:
    names = {
        "facts": "int_form_fill_facts",
        "attributes": "int_form_fill_attributes",
        "rates": "int_lead_campaign_rates",
        "training": "int_lead_training",
        "outcomes": "int_lead_outcomes",
    }
    dice = np.random.default_rng(3)
    tables = {key: table(year, name) for key, name in names.items()}
    mixed = {
        key: found.take(dice.permutation(len(found))) for key, found in tables.items()
    }
    scores, same = (
        lead_score.scores(**found).sort_by(
            [("purpose", "ascending"), ("form_fill_id", "ascending")]
        )
        for found in (tables, mixed)
    )
    assert scores.equals(same)
    assert len(scores) > 7_000


# Small worlds.


def fills(count: int, **more: str) -> list[dict[str, str | None]]:
    return [
        {"form_fill_id": f"F{i}", "submitted_at": f"2025-01-{i % 28 + 1:02}", **more}
        for i in range(count)
    ]


def test_names_are_left_out_and_common_answers_kept(models: Models) -> None:
    sent = fills(20)
    answers: list[dict[str, str | None]] = [
        {"form_fill_id": fill["form_fill_id"], "attribute_name": name}
        | {"attribute_value": value}
        for fill in sent
        for name, value in (
            ("who", f"Person {fill['form_fill_id']}"),
            ("size", "small"),
            ("rare", "yes" if fill["form_fill_id"] != "F7" else "no"),
            ("contact", "ann@example.com"),
        )
    ]
    world: World = {"form_fills": sent, "form_fill_attributes": answers}
    with models.build(world) as built:
        kept = rows(
            built,
            "select distinct attribute_name, attribute_value"
            " from intermediate.int_form_fill_attributes",
        )
    assert kept == [{"attribute_name": "size", "attribute_value": "small"}]


def test_without_a_form_fill_there_is_no_score(models: Models) -> None:
    with models.build({}) as built:
        for name in ("lead_scores", "lead_score_calibration", "lead_score_models"):
            assert not rows(built, f"from marts.{name}")


def test_without_a_win_every_score_is_nothing(models: Models) -> None:
    with models.build({"form_fills": fills(9)}) as built:
        found = rows(
            built,
            "select distinct band, model_version, win_probability, expected_value"
            " from marts.lead_scores",
        )
        assert found == [
            {"band": "D", "model_version": BASELINE}
            | {"win_probability": 0, "expected_value": 0}
        ]
        (model,) = rows(built, "from marts.lead_score_models")
        assert (model["is_used"], model["brier_score"]) == (True, None)


def test_one_win_is_shared_out(models: Models) -> None:
    """A campaign's only fill is not worth all that was ever won, nor is it certain."""
    world: World = {
        "form_fills": fills(10, email="a@firm.example"),
        "deal_stages": [
            {"stage": "won", "position": "1", "is_won": "true", "is_lost": "false"}
        ],
        "crm_deals": [
            {"deal_id": "D1", "form_fill_id": "F3", "created_at": "2025-01-05"}
            | {"amount": "500", "currency_code": "USD", "stage": "won"}
        ],
    }
    with models.build(world) as built:
        found = rows(
            built,
            "select distinct win_probability, expected_amount, expected_value, band"
            " from marts.lead_scores",
        )
        # The win took a day, so of the one fill of the last day half is seen: 1 ÷ 9.5.
        assert found == [
            {"win_probability": Decimal("0.105263"), "expected_amount": 500}
            | {"expected_value": Decimal("52.63"), "band": "B"}
        ]
        assert not rows(built, "from intermediate.int_lead_model_scores")


def leads_of_one_fact(values: Sequence[str | None]) -> lead_score.Leads:
    ids = np.array([f"F{i:04}" for i in range(len(values))], dtype=np.object_)
    fact = np.array(values, dtype=np.object_)
    return lead_score.Leads(ids, np.full(len(values), 0.1), {"fact": fact})


def test_too_few_wins_or_others_fit_no_model() -> None:
    leads = leads_of_one_fact(["a"] * 400)
    for won, is_enough in ((49, False), (50, True), (350, True), (351, False)):
        is_won = np.arange(400) < won
        assert (lead_score.fit(leads, is_won, np.ones(400)) is not None) == is_enough


def test_a_rare_value_scores_as_a_blank() -> None:
    values = ["a"] * 200 + ["b"] * 200 + ["rare"] * 19 + [None] * 81
    is_won = np.arange(500) % 4 == 0
    model = lead_score.fit(leads_of_one_fact(values), is_won, np.ones(500))
    assert model is not None
    assert set(model.effects) == {("fact", "a"), ("fact", "b")}
    rare, blank = lead_score.score(model, leads_of_one_fact(["rare", None]))
    assert rare == blank


def test_a_young_fill_not_won_yet_hardly_counts_as_lost() -> None:
    """Else the newest campaigns, forms and answers would look like bad ones."""
    leads = leads_of_one_fact(["old"] * 500 + ["young"] * 500)
    is_won = np.arange(1_000) % 10 == 0
    is_won[500:] = np.arange(500) % 50 == 0
    share = np.where(np.arange(1_000) < 500, 1.0, 0.2)
    ripe = lead_score.fit(leads, is_won, share)
    raw = lead_score.fit(leads, is_won, np.ones(1_000))
    assert ripe is not None
    assert raw is not None
    for model, low, high in ((ripe, 0.08, 0.11), (raw, 0.02, 0.05)):
        assert low < lead_score.score(model, leads)[-1] < high
