"""Quality gates: is the raw data plausible, and are the marts fit to be read?

`suites` lists what is checked of which table, `sql/` says how, `quality.yml` in the
project's root how much is too much and why; `gate` runs it with Great Expectations.
"""
