"""Of tests that say nearly the same, `make test` runs one, drawn by the state of the code; `make soak` runs the others.

Two kinds: one test in each browser, size, language and on both pairs of stores (ONE_OF); and long journeys along the
same road, or the same attack at other places (IN_TURN). The draw changes with the code, so that over some changes
each of them runs. The quick exit, storage, slipped-in code and a server that lies stand in no draw.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
CODE: Final = ("templates", "portal", "crypto", "casework", "retaliation_watch")
ONE_OF: Final = (
    "tests/browser/test_browser_code.py::test_browser_code_in_browsers[chromium-crypto/journey]",
    "tests/browser/test_browser_code.py::test_browser_code_in_browsers[chromium-crypto/lengths]",
    "tests/browser/test_browser_code.py::test_browser_code_in_browsers[firefox-crypto/journey]",
    "tests/browser/test_browser_code.py::test_browser_code_in_browsers[firefox-crypto/lengths]",
    "tests/browser/test_every_field.py::test_every_field_of_every_shipped_policy_says_what_is_wrong_with_it",
    "tests/hostile/test_hostile_desk.py::test_no_holder_takes_a_case_from_the_others_alone",
    "tests/hostile/test_hostile_desk.py::test_the_others_go_on_after_every_hostile_call",
    "tests/hostile/test_hostile_watch.py::",
    "tests/journeys/test_back.py::",
    "tests/journeys/test_broken_line.py::",
    "tests/journeys/test_busy.py::test_a_report_goes_through_a_busy_office",
    "tests/journeys/test_check.py::",
    "tests/journeys/test_company_once.py::",
    "tests/journeys/test_confirmed_report.py::",
    "tests/journeys/test_drafts.py::",
    "tests/journeys/test_first_phone.py::",
    "tests/journeys/test_hr_forms.py::",
    "tests/journeys/test_language.py::",
    "tests/journeys/test_leaving.py::",
    "tests/journeys/test_mailbox_thread.py::",
    "tests/journeys/test_main_journey.py::test_a_report_goes_in_sealed_and_an_answer_comes_back",
    "tests/journeys/test_names_first.py::",
    "tests/journeys/test_no_script.py::",
    "tests/journeys/test_notices.py::",
    "tests/journeys/test_officers_desk.py::",
    "tests/journeys/test_open_desk.py::",
    "tests/journeys/test_other_languages.py::",
    "tests/journeys/test_pictures.py::test_every_main_step_can_be_shown",
    "tests/journeys/test_promises.py::",
    "tests/journeys/test_reach.py::test_pages_hold_at_four_times_the_size",
    "tests/journeys/test_read_aloud.py::",
    "tests/journeys/test_readers_changed.py::",
    "tests/journeys/test_recordings.py::",
    "tests/journeys/test_renaming.py::",
    "tests/journeys/test_request_lengths.py::",
    "tests/journeys/test_strip.py::",
    "tests/journeys/test_urgent.py::",
    "tests/journeys/test_who_opened.py::",
    "tests/portal/backup/test_drill.py::test_a_killed_backup_leaves_the_archive_of_before",
    "tests/portal/backup/test_drill.py::test_a_killed_restore_serves_nothing_and_is_run_again",
    "tests/portal/cli/test_command_journey.py::",
    "tests/portal/deletion/test_deletion.py::test_a_deletion_cut_short_before_the_list_is_ended_by_whoever_comes_next",
    "tests/portal/desk/test_handing_over.py::test_a_kill_at_any_call_is_mended_by_the_next_run",
    "tests/portal/desk/test_handing_over.py::test_many_cases_are_handed_over_after_a_kill_in_the_middle",
    "tests/portal/desk/test_new_keys.py::test_a_thread_over_both_keys_holds_for_reporter_and_colleague",
    "tests/portal/desk/test_new_keys.py::test_killed_anywhere_and_run_again_it_ends_right",
    "tests/portal/desk/test_new_keys.py::test_two_signatures_keep_the_former_seed_until_the_second",
    "tests/portal/store_failures/test_late_stores.py::test_whoever_starts_before_its_stores_goes_on_once_they_are_there",
    "tests/portal/crashes/test_kills.py::test_nothing_is_lost_whoever_is_killed",
    "tests/portal/test_order.py::",
)
IN_TURN: Final = (
    (
        "tests/journeys/test_custody.py::test_a_request_that_is_over_opens_nothing",
        "tests/journeys/test_custody.py::test_danger_to_life_waits_for_no_batch",
        "tests/journeys/test_custody.py::test_the_person_concerned_is_cleared",
    ),
    (
        "tests/journeys/test_countersigning.py::test_each_holder_has_a_change_waiting",
        "tests/journeys/test_countersigning.py::test_a_colleague_comes_in_only_when",
        "tests/journeys/test_countersigning.py::test_where_one_holder_is_left",
    ),
    (
        "tests/journeys/test_countersigning.py::test_anyone_who_is_removed",
        "tests/journeys/test_countersigning.py::test_the_second_signer_is_shown",
        "tests/journeys/test_countersigning.py::test_what_was_exchanged_under_the_page",
    ),
    (
        "tests/journeys/test_directory_expiry.py::test_the_end_is_announced_at_the_desk",
        "tests/journeys/test_directory_expiry.py::test_who_waits_still_reads_and_answers",
    ),
    (
        "tests/journeys/test_customers.py::",
        "tests/journeys/test_over_days.py::test_findings_are_contested",
        "tests/journeys/test_under_policy.py::",
    ),
    (
        "tests/journeys/test_late_reader.py::",
        "tests/journeys/test_new_keys.py::test_a_member_changes_keys_in_the_browser",
    ),
    ("tests/journeys/test_new_receipt.py::",),
    ("tests/journeys/test_proof_of_filing.py::test_a_reporter_keeps",),
    (
        "tests/journeys/test_guarded.py::test_a_reporter_asks_for_protection",
        "tests/journeys/test_officers_packets.py::test_the_officer_enters_people_and_opens_a_link",
        "tests/journeys/test_watch_whole.py::",
    ),
    (
        "tests/portal/cli/desk/test_desk_act.py::test_one_answer_goes_to_every_merged_case",
        "tests/portal/cli/desk/test_desk_custody.py::test_a_name_is_asked_for_and_opened_by_commands",
        "tests/portal/cli/desk/test_exporting.py::test_a_case_goes_abroad_by_two",
    ),
    ("tests/portal/crashes/test_kills.py::test_the_same_checks_find_a_planted_fault",),
    ("tests/portal/crashes/test_power_loss.py::test_what_was_confirmed_survives_a_power_cut",),
    ("tests/portal/crashes/test_power_loss.py::test_a_missing_fsync_is_found_by_the_same_checks",),
)
_SIDES: Final = re.compile(r"\b(?:chromium|firefox|desktop|phone|zh|en|sqlite-folder|postgres-folder|postgres-s3)\b-?")


@cache
def seed() -> str:
    """The state of the code: git's names for its folders, or nothing where there is no git."""
    command = ["git", "-C", str(ROOT), "rev-parse", *(f"HEAD:{folder}" for folder in CODE)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else ""


def family(node: str) -> str:
    """What a test is drawn with: its turn, or the same test in other browsers, sizes, languages and stores."""
    turn = next((turn[0] for turn in IN_TURN if node.startswith(turn)), None)
    if turn is not None:
        return turn
    test, bracket, sides = node.partition("[")
    return test + bracket + _SIDES.sub("", sides).replace("-]", "]")


def _lot(node: str, seeded: str) -> bytes:
    """The lowest of a family is drawn: three tickets for Chromium, since Firefox takes the processor twice as long."""
    tickets = range(3 if "chromium" in node else 1)
    return min(hashlib.sha256(f"{seeded} {node} {ticket}".encode()).digest() for ticket in tickets)


def passed_over(nodes: Iterable[str], seeded: str) -> set[str]:
    """Those that the draw leaves to `make soak`: all but one of each family."""
    families: dict[str, list[str]] = {}
    for node in nodes:
        if node.startswith((*ONE_OF, *(place for turn in IN_TURN for place in turn))):
            families.setdefault(family(node), []).append(node)
    drawn = {min(some, key=lambda node: _lot(node, seeded)) for some in families.values()}
    return {node for some in families.values() for node in some} - drawn
