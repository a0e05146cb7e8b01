"""The search for what somebody can reach finds what is called in any way that sources are written, and nothing else."""

from __future__ import annotations

from tests.support.sources.call_graph import (
    Graph,
    commands,
    has_kept_twin,
    kept_twins,
    reached_by_commands,
    read_module,
)

SOURCES = {
    "portal.cli.one": """
from casework import passed
from casework.rules import table, Shape as Form
import casework.other as other
TABLE = {"a": table}
UNUSED = {"a": other.unused}
@root.command()
def run():
    TABLE["a"]()
    other.by_module()
    def inner():
        passed()
    inner()
    Form().asked()
def nobody(): other.by_nobody()
""",
    "casework": "from casework.rules import passed",
    "casework.rules": """
import casework.ran
def table(): return called()
def called(): pass
def passed(): pass
class Shape:
    def __init__(self): by_dunder()
    def asked(self): by_method()
    def unasked(self): by_unasked()
def by_dunder(): pass
def by_method(): pass
def by_unasked(): pass
""",
    "casework.other": "def by_module(): pass\ndef by_nobody(): pass\ndef unused(): pass",
    "casework.ran": "def on_import(): pass\non_import()",
}


def test_a_call_is_found_through_tables_modules_other_names_methods_and_imports() -> None:
    """What a command names in any of these ways is reached; what only something unreached names is not."""
    graph = Graph({name: read_module(name, source) for name, source in SOURCES.items()})
    graph.reach(commands(graph.modules))
    rules = {"table", "called", "passed", "Shape", "by_dunder", "by_method", "Shape.__init__", "Shape.asked"}
    wanted = {f"casework.rules:{name}" for name in rules} | {"casework.other:by_module", "casework.ran:on_import"}
    assert {one for one in graph.reached if one.startswith("casework") and not one.endswith(":")} == wanted


def test_in_the_product_the_engine_is_reached_and_what_tests_alone_call_is_not() -> None:
    """The worker's clocks, the desk's steps and a command's linter are in the search."""
    reached = reached_by_commands()
    assert {
        "casework.engine.engine:decide",
        "casework.event_store.due_events:raise_due_events",
        "casework.policy_check.lint:lint",
    } <= reached
    assert "casework.policy_check.coverage:matrix_page" not in reached


def test_a_twin_counts_where_a_page_keeps_it() -> None:
    """A function of the browsers' engine is one; nothing that no page names, nor a namesake in another file."""
    assert {("casework/engine/engine.ts", "decide"), ("casework/deadlines/clock.ts", "clockState")} <= kept_twins()
    assert has_kept_twin("casework.engine.holders:roles_of")
    assert has_kept_twin("casework.obligations.recurring:duties_of")
    assert not has_kept_twin("casework.protection.conduct:duties_of")
    assert not has_kept_twin("casework.statistics.report:report")
