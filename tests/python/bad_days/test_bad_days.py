"""The set of bad days as a whole: no gate without one, and the page that lists them."""

from __future__ import annotations

import yaml
from warehouse import PROJECT

from bad_days import page

ALL = [day for days in page.THEMES.values() for day in days]


def test_the_page_is_what_the_days_state() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.rendered(), "run make bad-days"


def test_every_day_has_a_name_and_a_description_of_its_own() -> None:
    assert len({day.name for day in ALL}) == len(ALL) >= 50
    assert len({day.description for day in ALL}) == len(ALL)
    for day in ALL:
        assert day.description.endswith("."), day.name
        assert day.by or day.kind == "harmless", day.name


def test_every_check_closes_a_bad_day() -> None:
    """A check that no bad day sets off is not known to work."""
    content = yaml.safe_load((PROJECT / "quality.yml").read_text("utf-8"))
    checks = {*content["raw"], *content["marts"]}
    assert checks == {day.by for day in ALL if day.kind == "alarmed"}
