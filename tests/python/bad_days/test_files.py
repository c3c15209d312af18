"""Files that are written otherwise, or cannot be read: every day ends as it states.

Two more tests hold what the harness does in a faster way against the project's own.
"""

from __future__ import annotations

import pytest
from warehouse import PROJECT

from bad_days import files
from bad_days import pipeline as harness
from bad_days.ads import form_drops_its_hidden_field
from bad_days.bad_day import BadDay
from bad_days.pipeline import Pipeline, assert_outcome
from click_to_cash import build as building
from click_to_cash.dbt import run as run_dbt_as_a_user
from click_to_cash.errors import ClickToCashError
from click_to_cash.quality import gate
from click_to_cash.quality import thresholds as of_file


@pytest.mark.parametrize("day", files.days.all, ids=lambda day: day.corrupt.__name__)
def test_a_bad_day_ends_as_stated(pipeline: Pipeline, day: BadDay) -> None:
    assert_outcome(pipeline, day)


def test_great_expectations_gives_the_verdicts_of_the_queries(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The harness runs the gates' queries without it; both must find the same."""
    pipeline.refresh()
    (pipeline.raw / "products.csv").unlink()
    form_drops_its_hidden_field(pipeline.raw)
    building.register_raw_tables(pipeline.database)
    by_query = _verdicts(pipeline)
    monkeypatch.setattr(gate, "_judge", harness.JUDGE)
    by_expectations = _verdicts(pipeline)
    assert by_expectations == by_query
    assert {check for check, _, count in by_query if count} >= {
        "click_ids_filled",
        "columns_as_published",
    }


def _verdicts(pipeline: Pipeline) -> list[tuple[str, str, int]]:
    inspection = gate.run(
        "raw",
        pipeline.database,
        of_file.read(PROJECT / "quality.yml"),
        reporting_currency="USD",
        published=pipeline.published,
    )
    return [(v.check, v.table, len(v.alarms)) for v in inspection.verdicts]


def test_dbt_in_a_process_of_its_own_says_the_same(pipeline: Pipeline) -> None:
    """The harness runs dbt's macro in this process; a user reads the same line."""
    day = BadDay(files.semicolons_for_commas, "refused")
    outcome = pipeline.run(day)
    with pytest.raises(ClickToCashError) as told:
        run_dbt_as_a_user(
            "--log-level-file", "none", "run-operation", "register_raw_tables"
        )
    assert str(told.value) == str(outcome.error)
