"""The lead score's fitted model: the chance that a form fill is won.

`scores` is what the dbt model int_lead_model_scores calls; `fit` and `score` are the
statistics. The rules are in docs/rules.md, the reasons in docs/decisions/0012.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# Raise the number when fitting changes: the scores of two versions do not compare.
MODEL_VERSION = "logistic_regression 1"
# Fewer wins, or fewer others, fit mostly chance; the baseline serves until then.
FEWEST = 50
# A value that fewer fills have counts as any other rare one. Never below the number in
# int_form_fill_attributes, or fills after the training cut could change what is kept.
FEWEST_OF_VALUE = 20
# Inverse strength of the pull towards no effect. Measured on simulated years.
INVERSE_PENALTY = 0.05
# Ten times as large a number needs a tenth of the effect: hardly any pull on it.
FREE = 10.0
HOURS_PER_BLOCK = 4

TEXTS = ("device", "form_name", "customer_type", "country_code", "email_domain_kind")
CAMPAIGN = ["platform", "account_id", "campaign_id"]
SCORES = pa.schema(
    [
        ("purpose", pa.string()),
        ("form_fill_id", pa.string()),
        ("model_version", pa.string()),
        ("win_probability", pa.float64()),
    ]
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Leads:
    """What is known of form fills when they are sent, in order of their IDs.

    campaign_chance is what the baseline gives the campaign, from 0 to 1; each fact is a
    text per fill, None for a blank.
    """

    form_fill_id: Texts
    campaign_chance: Floats
    facts: Mapping[str, Texts]

    def having(self, form_fill_ids: Texts) -> Leads:
        """Those with these IDs, in their order; each must be there."""
        chosen = np.searchsorted(self.form_fill_id, form_fill_ids)
        return Leads(
            self.form_fill_id[chosen],
            self.campaign_chance[chosen],
            {name: values[chosen] for name, values in self.facts.items()},
        )


@dataclass(frozen=True)
class Model:
    """Log-odds of a win: the intercept, what the campaign's log-odds are multiplied by,
    and what each value of a fact adds.
    """

    intercept: float
    campaign: float
    effects: Mapping[tuple[str, str], float]


def fit(leads: Leads, is_won: Flags, visible_share: Floats) -> Model | None:
    """The model of these fills; None where they are too few to fit one.

    A fill not won yet counts as lost only by its visible share, from 0 to 1: how much
    of the wins to come is known when fills are as old as it.
    """
    if min(is_won.sum(), (~is_won).sum()) < FEWEST:
        return None
    # Seconds of importing that small builds need not wait for.
    from sklearn.linear_model import LogisticRegression

    values = common_values(leads)
    regression = LogisticRegression(C=INVERSE_PENALTY, solver="newton-cholesky")
    regression.fit(
        np.column_stack([FREE * campaign_log_odds(leads), indicators(leads, values)]),
        is_won,
        sample_weight=np.where(is_won, 1.0, visible_share),
    )
    campaign, *effects = regression.coef_[0].tolist()
    return Model(
        float(regression.intercept_[0]),
        FREE * campaign,
        dict(zip(values, effects, strict=True)),
    )


def score(model: Model, leads: Leads) -> Floats:
    """The chance of each fill to be won, from 0 to 1, to six digits."""
    log_odds = model.intercept + model.campaign * campaign_log_odds(leads)
    effects = np.array(list(model.effects.values()))
    log_odds = log_odds + indicators(leads, list(model.effects)) @ effects
    chances: Floats = np.round(1 / (1 + np.exp(-log_odds)), 6)
    return chances


def campaign_log_odds(leads: Leads) -> Floats:
    """Of the campaign's chance; one of 0 or 1 is taken as the nearest six digits."""
    chance = np.clip(leads.campaign_chance, 1e-6, 1 - 1e-6)
    log_odds: Floats = np.log(chance / (1 - chance))
    return log_odds


def common_values(leads: Leads) -> list[tuple[str, str]]:
    """Facts and values that enough fills have, sorted."""
    found = []
    for fact, values in leads.facts.items():
        counts = Counter(value for value in values.tolist() if value is not None)
        found += [(fact, value) for value in counts if counts[value] >= FEWEST_OF_VALUE]
    return sorted(found)


def indicators(leads: Leads, values: list[tuple[str, str]]) -> Floats:
    """A row per fill and a column per value: 1 where the fill has it, else 0."""
    table = np.zeros((len(leads.form_fill_id), len(values)))
    for column, (fact, value) in enumerate(values):
        if fact in leads.facts:
            table[:, column] = leads.facts[fact] == value
    return table


def scores(
    facts: pa.Table,
    attributes: pa.Table,
    rates: pa.Table,
    training: pa.Table,
    outcomes: pa.Table,
) -> pa.Table:
    """Rows of SCORES: held-out fills by the evaluation's model, all by the present one.

    The arguments are int_form_fill_facts, int_form_fill_attributes,
    int_lead_campaign_rates, int_lead_training and int_lead_outcomes. A model that
    cannot be judged is not used, so without an evaluation there are no rows.
    """
    if not enough(training):
        return SCORES.empty_table()
    parts = []
    for purpose in ("evaluation", "scoring"):
        leads = leads_of(facts, attributes, of(rates, purpose=purpose))
        model = trained(leads, of(training, purpose=purpose))
        if model is None:
            return SCORES.empty_table()
        if purpose == "evaluation":
            held_out = of(outcomes, purpose=purpose, role="held_out")
            leads = leads.having(texts(held_out["form_fill_id"]))
        rows = len(leads.form_fill_id)
        columns = [
            pa.repeat(pa.scalar(purpose), rows),
            pa.array(leads.form_fill_id, pa.string()),
            pa.repeat(pa.scalar(MODEL_VERSION), rows),
            pa.array(score(model, leads)),
        ]
        parts.append(pa.table(columns, schema=SCORES))
    return pa.concat_tables(parts)


def enough(training: pa.Table) -> bool:
    """Whether the evaluation may have a model; small builds need no more than this."""
    won = of(training, purpose="evaluation")["is_won"].to_numpy()
    return bool(min(won.sum(), len(won) - won.sum()) >= FEWEST)


def trained(leads: Leads, training: pa.Table) -> Model | None:
    """The model of the rows of int_lead_training of one purpose, in order of ID."""
    training = training.sort_by("form_fill_id")
    return fit(
        leads.having(texts(training["form_fill_id"])),
        training["is_won"].to_numpy(),
        training["visible_share"].cast(pa.float64()).to_numpy(),
    )


def leads_of(facts: pa.Table, attributes: pa.Table, rates: pa.Table) -> Leads:
    """The form fills with their campaign's chance, their facts and their attributes.

    rates are those of one purpose: one row for each campaign of a form fill.
    """
    facts = facts.sort_by("form_fill_id")
    ids = texts(facts["form_fill_id"])
    chances = rates["win_probability"].cast(pa.float64()).to_pylist()
    chance_of = dict(zip(keys(rates), chances, strict=True))
    found = {name: texts(facts[name]) for name in TEXTS}
    block = pc.divide(facts["submitted_hour"], HOURS_PER_BLOCK)
    found["hours"] = texts(block.cast(pa.string()))
    found["weekday"] = texts(facts["submitted_weekday"].cast(pa.string()))
    for name in sorted(pc.unique(attributes["attribute_name"]).to_pylist()):
        rows = of(attributes, attribute_name=name)
        answers = np.full(len(ids), None, dtype=np.object_)
        places = np.searchsorted(ids, texts(rows["form_fill_id"]))
        answers[places] = texts(rows["attribute_value"])
        # No attribute can take the place of a fact of ours.
        found[f"attribute {name}"] = answers
    return Leads(ids, np.array([chance_of[key] for key in keys(facts)]), found)


def keys(table: pa.Table) -> list[tuple[str, ...]]:
    """The campaign of each row."""
    columns = [table[name].to_pylist() for name in CAMPAIGN]
    return list(zip(*columns, strict=True))


def of(table: pa.Table, **values: str) -> pa.Table:
    """The rows that have these values in the columns of these names."""
    for name, value in values.items():
        table = table.filter(pc.equal(table[name], value))
    return table


def texts(column: Any) -> Texts:
    """A column of text as an array of str and None."""
    return np.array(column.to_pylist(), dtype=np.object_)
