"""What is said of a case that is not there, or that others were shown otherwise."""

from __future__ import annotations

SHOWN_OTHERWISE = (
    "{people} signed that they were shown another report, or another key, under this case: do not write into it. "
    "Compare the case mark of `yanlu desk open` by telephone, and tell the keepers."
)
NO_SUCH_CASE = (
    "No such case here. `yanlu desk list` shows yours as last pulled; `yanlu desk pull` fetches what has come since."
)
PULL_FIRST = (
    "The desk has no such case for you now. Where it came, or its readers changed, since your last pull, run `yanlu "
    "desk pull` and try again; `yanlu desk removals` shows those that others took from you."
)
