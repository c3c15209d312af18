"""Bad days, measured: what goes wrong with raw data, and what must happen then.

Each corruption is a function that damages a copy of the demo; its decorator states the
verdict. `pipeline` runs the project's own build on the damage; `page` renders the table
of docs/bad-days.md.
"""
