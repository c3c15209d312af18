"""The page of all bad days, docs/bad-days.md, as the decorators state them."""

# Rows of a table in Markdown are one line.
# ruff: noqa: E501

from __future__ import annotations

from collections import Counter

from warehouse import PROJECT

from bad_days import ads, files, sales
from bad_days.bad_day import BadDay

PAGE = PROJECT / "docs/bad-days.md"
THEMES = {
    "Files": files.days.all,
    "Ad platforms": ads.days.all,
    "Shop, forms and CRM": sales.days.all,
}
HEAD = """# Bad days

What goes wrong with raw data, and what happens then. Each line of the tables below is a
test: it damages the demo data as described, builds it with both gates and a publication
to compare with, and fails unless exactly the stated thing happens.

| What happens | Days | Meaning |
|---|---|---|
| harmless | {harmless} | it is published, and every table is as without the damage |
| rejected | {rejected} | it is published without the damaged rows, and each of them is in `data_issues` |
| alarmed | {alarmed} | a gate closes; nothing is published, and the check tells what is out of bounds |
| refused | {refused} | the build stops with one line that names the table; nothing is published |
| missed | 0 | a day that ends otherwise fails its test |

Wherever nothing is published, the last publication stays as it was, byte for byte. The
checks are explained in [quality.yml](../quality.yml), kinds of rejected rows in
[runbooks](runbooks/README.md#rejected-rows).

This page is made by `make bad-days` from `tests/python/bad_days`; a test compares it.

"""
# What no check can know, told on the page so that nobody relies on it.
LIMITS = """## What no check sees

Some faults look like business as usual. Only somebody who knows the business finds them.

- **A small change of size.** A day of costs in euros taken for dollars, tax in a few
  refunds, discounts delivered twice: nothing tells 8% too much from a better week.
- **Few rows.** Ten orders of a test store among hundreds, a platform with three clicks a
  day that has stopped, one click ID type of many that a banner drops: at the size of the
  demo a week of it is within chance. The larger the firm, the smaller the fault that is
  seen.
- **The newest day.** Days that have not come yet are no alarm until `freshness` says so:
  three days for spend and clicks, more for others. A gap of one day is seen as soon as a
  later day is there; for orders and clicks only where a day without any is beyond chance.
- **Slow changes.** What fades over months moves the weeks of comparison along with it.
- **The first build.** Without a publication nothing is compared with what was before. A
  history that is wrong from its first day on is the history.
- **New IDs for everything.** Orders that are numbered anew together with their lines and
  refunds are the same orders with other names: all sums are as before.
"""


def rendered() -> str:
    """The whole page."""
    counts = Counter(str(day.kind) for days in THEMES.values() for day in days)
    parts = [HEAD.format(**counts)]
    for theme, days in THEMES.items():
        parts.append(
            f"## {theme}\n\n| Day | What happens in the world | Verdict | By |\n"
        )
        parts.append("|---|---|---|---|\n")
        parts += [_line(day) for day in days]
        parts.append("\n")
    return "".join([*parts, LIMITS])


def _line(day: BadDay) -> str:
    by = day.by
    if day.kind in ("alarmed", "rejected"):
        by = f"`{by}`"
    elif day.kind == "refused":
        by = f"“{by} …”"
    elif day.unlike:
        by = f"{by}; only {', '.join(day.unlike)} shows it"
    description = day.description.replace("|", "\\|")
    return f"| {day.name} | {description} | {day.kind} | {by} |\n"


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
