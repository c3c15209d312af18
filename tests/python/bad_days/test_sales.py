"""What shop, forms and CRM deliver on bad days: every day ends as it states."""

from __future__ import annotations

import pytest

from bad_days import sales
from bad_days.bad_day import BadDay
from bad_days.pipeline import Pipeline, assert_outcome


@pytest.mark.parametrize("day", sales.days.all, ids=lambda day: day.corrupt.__name__)
def test_a_bad_day_ends_as_stated(pipeline: Pipeline, day: BadDay) -> None:
    assert_outcome(pipeline, day)
