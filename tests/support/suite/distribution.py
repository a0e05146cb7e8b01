"""Which tests stay together on one worker, and which of them begin first."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, TypeVar

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[3]
# From the longest down: what begins last should end soon after the rest. Of the first four only the main journey takes
# the demo that one worker makes up for all of them: the others would do nothing but wait for it.
LONGEST = (
    "tests/journeys/test_main_journey.py",
    "tests/portal/crashes/test_kills.py::test_nothing_is_lost_whoever_is_killed",
    "tests/browser/test_browser_code.py::test_browser_code_in_node[crypto/vectors.node]",
    "tests/journeys/test_custody.py",
    "tests/journeys/test_watch_whole.py",
    "tests/portal/identity/test_classifier.py",
    "tests/journeys/test_lying_desk.py",
    "tests/journeys/test_canary_on_server.py",
    "tests/journeys/test_excluded.py",
    "tests/portal/cli/test_command_journey.py",
    "tests/portal/cli/desk/test_readers.py",
    "tests/portal/crashes/test_kills.py",
    "tests/deploy/test_behind_nginx.py",
    "tests/journeys/test_lying_server.py",
    "tests/hostile/test_hostile_desk.py",
    "tests/journeys/test_pictures.py",
    "tests/browser/test_browser_code.py",
    "tests/journeys/",
    "tests/portal/crashes/",
    "tests/portal/test_order.py",
    "tests/portal/backup/",
    "tests/portal/mailroom/",
    "tests/portal/deletion/",
    "tests/portal/store_failures/",
    "tests/portal/cli/",
    "tests/portal/intake/",
    "tests/portal/desk/",
    "tests/migrations/",
    "tests/fuzz/",
    "tests/portal/",
)
# Each of their tests is long and needs nothing but what the whole run shares: any worker may take it.
ALONE = (
    "tests/journeys/test_main_journey.py",
    "tests/journeys/test_lying_server.py",
    "tests/journeys/test_pictures.py",
    "tests/journeys/test_reach.py",
    "tests/portal/crashes/test_kills.py",
    "tests/portal/crashes/test_power_loss.py",
    "tests/browser/test_browser_code.py",
)

# Places whose tests all drive a browser, a database or another program: `make test-unit` does not even read them.
SLOW = (
    "tests/bench",
    "tests/browser",
    "tests/crypto/test_twins.py",
    "tests/deploy/test_behind_nginx.py",
    "tests/hostile",
    "tests/journeys",
    "tests/migrations",
    "tests/portal/backup",
    "tests/portal/cli/demo/test_demo.py",
    "tests/portal/cli/desk/test_readers.py",
    "tests/portal/cli/host/test_backup_commands.py",
    "tests/portal/cli/host/test_case_command.py",
    "tests/portal/cli/test_command_journey.py",
    "tests/portal/desk",
    "tests/portal/store_failures",
    "tests/portal/identity/test_classifier.py",
    "tests/journeys/test_lying_desk.py::test_every_step_at_the_desk_waits_for_an_honest_server[firefox-en]",
    "tests/journeys/test_lying_desk.py::test_set_up_waits_for_an_honest_server[firefox-en]",
    "tests/journeys/test_lying_server.py::test_a_bundle_is_not_made_for_a_liar[firefox-en]",
    "tests/journeys/test_lying_server.py::test_a_draft_waits_for_an_honest_server[firefox-en]",
    "tests/journeys/test_lying_server.py::test_report_finish_message_and_act_wait_for_an_honest_server[firefox-en]",
    "tests/portal/identity/test_on_the_line.py",
    "tests/portal/intake/test_flood.py",
    "tests/portal/intake/test_intake_openapi.py",
    "tests/portal/intake/test_live.py",
    "tests/portal/crashes",
    "tests/portal/site_build/test_reproducible.py",
    "tests/portal/edge/test_headers.py",
    "tests/portal/release/test_site_check.py",
    "tests/soak",
)

# Searches, checks of whole policies, whole sets of vectors, whole offices founded for each command: they compute for
# seconds, and `make test-unit` leaves them out too.
LONG = (
    "tests/casework/test_assessment_sheet.py",
    "tests/casework/test_clock_properties.py",
    "tests/casework/test_company_policies.py",
    "tests/casework/test_contradictions_rules.py",
    "tests/casework/test_coverage.py",
    "tests/casework/test_deadline_by_hand.py",
    "tests/casework/test_letters.py",
    "tests/casework/test_policy_lint.py",
    "tests/casework/test_policy_machine.py",
    "tests/casework/test_promises.py",
    "tests/casework/test_register.py",
    "tests/casework/test_report.py",
    "tests/casework/test_rules_document.py",
    "tests/casework/test_scaffold.py",
    "tests/casework/test_simulation.py",
    "tests/casework/test_suppression.py",
    "tests/casework/test_vectors.py",
    "tests/crypto/test_case_flow.py",
    "tests/crypto/test_lengths.py",
    "tests/crypto/test_properties.py",
    "tests/crypto/test_vectors.py",
    "tests/deploy",
    "tests/fuzz/test_messages_still_list.py",
    "tests/portal/cli",
    "tests/portal/deletion/test_agreement.py",
    "tests/portal/permissions",
    "tests/portal/permissions/test_every_call.py",
    "tests/portal/edge",
    "tests/portal/identity/test_closed.py",
    "tests/portal/intake/test_full_disk.py",
    "tests/portal/transparency_log",
    "tests/portal/notices",
    "tests/portal/office",
    "tests/portal/release",
    "tests/portal/site_build/test_pages.py",
    "tests/portal/watch",
    "tests/retaliation_watch/test_foreign.py",
    "tests/retaliation_watch/test_renotification.py",
    "tests/retaliation_watch/test_review_sampling.py",
    "tests/retaliation_watch/test_history_gaps.py",
    "tests/retaliation_watch/test_detector.py",
    "tests/retaliation_watch/test_entering.py",
    "tests/retaliation_watch/test_feed.py",
    "tests/retaliation_watch/test_outside.py",
    "tests/retaliation_watch/test_picture.py",
    "tests/retaliation_watch/test_pseudonyms.py",
    "tests/retaliation_watch/test_totals.py",
    "tests/support/commands/test_age_tools.py",
    "tests/support/privacy/test_leak_classifier.py",
    "tests/support/sources/test_call_graph.py",
    "tests/test_proofs_list.py",
    "tests/third_reader",
)

# What runs under Node beside both browsers; lies of which the other browser hears all and this one a few; and two of
# which others say nearly all: `make soak` runs these, `make test` never does. What it runs in turns is in rotation.py.
LATER = (
    "tests/browser/test_browser_code.py::test_browser_code_in_node[crypto/attachments]",
    "tests/browser/test_browser_code.py::test_browser_code_in_node[crypto/journey]",
    "tests/browser/test_browser_code.py::test_browser_code_in_node[crypto/payload]",
    "tests/deploy/test_behind_nginx.py::test_no_word_of_a_journey_is_on_the_machine_or_in_a_backup",
    "tests/journeys/test_lying_desk.py::test_every_step_at_the_desk_waits_for_an_honest_server[firefox-en]",
    "tests/journeys/test_lying_desk.py::test_set_up_waits_for_an_honest_server[firefox-en]",
    "tests/journeys/test_lying_server.py::test_a_bundle_is_not_made_for_a_liar[firefox-en]",
    "tests/journeys/test_lying_server.py::test_a_draft_waits_for_an_honest_server[firefox-en]",
    "tests/journeys/test_lying_server.py::test_report_finish_message_and_act_wait_for_an_honest_server[firefox-en]",
    "tests/portal/identity/test_on_the_line.py::test_a_sealed_name_is_not_seen_on_the_line[True]",
)


def in_slow_place(path: Path) -> bool:
    """Whether a file or folder of the project is one of SLOW or LONG, or lies below one."""
    name = path.relative_to(ROOT).as_posix()
    return any(name == place or name.startswith(f"{place}/") for place in (*SLOW, *LONG))


def group(node: str) -> str:
    """What has to run on the same worker as a test: its file, or the test alone."""
    file = node.split("::", 1)[0]
    return node if file in ALONE else file


def place(node: str) -> int:
    """How early a test has to begin; 0 is first."""
    return next((at for at, start in enumerate(LONGEST) if node.startswith(start)), len(LONGEST))


def waits(node: str) -> bool:
    """Whether a test is one of LATER."""
    return node in LATER


class Named(Protocol):
    """An item of a collection."""

    @property
    def nodeid(self) -> str:
        """File, `::` and name."""
        ...


N = TypeVar("N", bound=Named)


def longest_first(items: list[N]) -> None:
    """Puts the long files in front and leaves everything else in the order that it has."""
    items.sort(key=lambda item: place(item.nodeid))


class Spread(LoadScopeScheduling):
    """Hands out groups in the order of collection, each to the next worker that is free."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        # Groups with many tests are not the long ones here.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
