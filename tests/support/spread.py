"""Which tests stay together on one worker, and which of them begin first."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, TypeVar

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[2]
# From the longest down: what begins last should end soon after the rest. Of the first four only the main journey takes
# the demo that one worker makes up for all of them: the others would do nothing but wait for it.
LONGEST = (
    "tests/journeys/test_main_journey.py",
    "tests/portal/kills/test_kills.py::test_nothing_is_lost_whoever_is_killed",
    "tests/browser/test_browser_code.py::test_browser_code_in_node[crypto/vectors.node]",
    "tests/journeys/test_custody.py",
    "tests/journeys/test_watch_whole.py",
    "tests/portal/identity/test_classifier.py",
    "tests/journeys/test_lying_desk.py",
    "tests/journeys/test_canary.py",
    "tests/journeys/test_excluded.py",
    "tests/portal/cli/test_command_journey.py",
    "tests/portal/cli/desk/test_readers.py",
    "tests/portal/kills/test_kills.py",
    "tests/deploy/test_behind_nginx.py",
    "tests/journeys/test_lying_server.py",
    "tests/hostile/test_hostile_desk.py",
    "tests/journeys/test_pictures.py",
    "tests/browser/test_browser_code.py",
    "tests/journeys/",
    "tests/portal/kills/",
    "tests/portal/test_order.py",
    "tests/portal/backup/",
    "tests/portal/mailroom/",
    "tests/portal/deletion/",
    "tests/portal/ground/",
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
    "tests/portal/kills/test_kills.py",
    "tests/portal/kills/test_power.py",
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
    "tests/portal/ground",
    "tests/portal/identity/test_classifier.py",
    "tests/portal/identity/test_on_the_line.py",
    "tests/portal/intake/test_flood.py",
    "tests/portal/intake/test_intake_openapi.py",
    "tests/portal/intake/test_live.py",
    "tests/portal/kills",
    "tests/portal/site_build/test_reproducible.py",
    "tests/portal/edge/test_headers.py",
    "tests/portal/release/test_site_check.py",
    "tests/soak",
)

# Searches, rehearsals of whole policies, whole sets of vectors: they compute for seconds, and `make test-unit` leaves
# them out too.
LONG = (
    "tests/casework/test_clock_properties.py",
    "tests/casework/test_company_policies.py",
    "tests/casework/test_contradictions_rules.py",
    "tests/casework/test_policy_lint.py",
    "tests/casework/test_policy_machine.py",
    "tests/casework/test_rules_document.py",
    "tests/casework/test_simulation.py",
    "tests/casework/test_suppression.py",
    "tests/casework/test_vectors.py",
    "tests/crypto/test_properties.py",
    "tests/crypto/test_vectors.py",
    "tests/fuzz/test_messages_still_list.py",
    "tests/portal/cli/desk/test_taking_down.py",
    "tests/portal/cli/keepers/test_policy_commands.py",
    "tests/portal/cli/log/test_log_command.py",
    "tests/portal/cli/watch/test_watch_commands.py",
    "tests/portal/deletion/test_agreement.py",
    "tests/portal/duties/test_every_call.py",
    "tests/portal/identity/test_closed.py",
    "tests/portal/office/test_changed_keys.py",
    "tests/portal/office/test_leaving.py",
    "tests/portal/office/test_office.py",
    "tests/portal/office/test_offline_signing.py",
    "tests/portal/office/test_recovery.py",
    "tests/portal/office/test_versions.py",
    "tests/portal/site_build/test_pages.py",
    "tests/portal/watch/test_event_cache.py",
    "tests/portal/watch/test_hostile_documents.py",
    "tests/portal/watch/test_joining.py",
    "tests/portal/watch/test_review_sampling.py",
    "tests/portal/watch/test_weekly_run.py",
    "tests/retaliation_watch/test_coverage.py",
    "tests/retaliation_watch/test_detector.py",
    "tests/retaliation_watch/test_feed.py",
    "tests/retaliation_watch/test_outside.py",
    "tests/retaliation_watch/test_picture.py",
)

# A second browser, language or kind of stores where the first says nearly all, what runs under Node beside both
# browsers, and journeys whose steps others take too: `make soak` runs these, `make test` does not. Of the main journey
# two remain: Chromium, wide, English, PostgreSQL and S3; and Firefox, narrow, Chinese, SQLite and a folder.
LATER = (
    "tests/browser/test_browser_code.py::test_browser_code_in_node[crypto/attachments]",
    "tests/browser/test_browser_code.py::test_browser_code_in_node[crypto/journey]",
    "tests/browser/test_browser_code.py::test_browser_code_in_node[crypto/payload]",
    "tests/deploy/test_behind_nginx.py::test_no_word_of_a_journey_is_on_the_machine_or_in_a_backup",
    "tests/journeys/test_broken_line.py::test_a_broken_line_loses_nothing_and_doubles_nothing[firefox-en]",
    "tests/journeys/test_countersigning.py::test_a_colleague_comes_in_only_when_another_holder_has_signed",
    "tests/journeys/test_countersigning.py::test_where_one_holder_is_left_the_outside_holder_is_asked",
    "tests/journeys/test_custody.py::test_a_request_that_is_over_opens_nothing",
    "tests/journeys/test_custody.py::test_danger_to_life_waits_for_no_batch_and_is_reviewed",
    "tests/journeys/test_custody.py::test_the_person_concerned_is_cleared_by_name",
    "tests/journeys/test_customers.py::test_a_date_waits_for_the_calendar_of_its_year_and_a_case_moves_to_a_newer_version",
    "tests/journeys/test_customers.py::test_a_draft_is_refused_until_it_is_bound_and_then_calls_back_until_the_customer_is_satisfied",
    "tests/journeys/test_customers.py::test_thirty_consumers_are_one_batch_and_a_major_event_starts_the_emergency_plan",
    "tests/journeys/test_guarded.py::test_a_reporter_asks_for_protection_and_answers_a_check_in",
    "tests/journeys/test_hostile_files.py::test_at_the_desk_files_are_kept_or_drawn_and_never_run[firefox-desk]",
    "tests/journeys/test_hr_forms.py::test_columns_and_kinds_are_mapped_on_the_page[en-desktop]",
    "tests/journeys/test_lying_desk.py::test_every_step_at_the_desk_waits_for_an_honest_server[firefox-en]",
    "tests/journeys/test_lying_desk.py::test_set_up_waits_for_an_honest_server[firefox-en]",
    "tests/journeys/test_lying_server.py::test_a_bundle_is_not_made_for_a_liar[firefox-en]",
    "tests/journeys/test_lying_server.py::test_a_draft_waits_for_an_honest_server[firefox-en]",
    "tests/journeys/test_lying_server.py::test_report_finish_message_and_act_wait_for_an_honest_server[firefox-en]",
    "tests/journeys/test_main_journey.py::test_a_report_goes_in_sealed_and_an_answer_comes_back[chromium-desktop-en]",
    "tests/journeys/test_main_journey.py::test_a_report_goes_in_sealed_and_an_answer_comes_back[chromium-desktop-zh]",
    "tests/journeys/test_main_journey.py::test_a_report_goes_in_sealed_and_an_answer_comes_back[chromium-phone-en]",
    "tests/journeys/test_main_journey.py::test_a_report_goes_in_sealed_and_an_answer_comes_back[chromium-phone-zh]",
    "tests/journeys/test_main_journey.py::test_a_report_goes_in_sealed_and_an_answer_comes_back[firefox-desktop-en]",
    "tests/journeys/test_main_journey.py::test_a_report_goes_in_sealed_and_an_answer_comes_back[firefox-desktop-zh]",
    "tests/journeys/test_main_journey.py::test_a_report_goes_in_sealed_and_an_answer_comes_back[firefox-phone-en]",
    "tests/journeys/test_new_keys.py::test_a_member_changes_keys_in_the_browser",
    "tests/journeys/test_notices.py::test_only_what_a_notice_asks_is_offered[en]",
    "tests/journeys/test_officers_desk.py::test_the_officer_works_through_an_alert[desktop-en]",
    "tests/journeys/test_officers_packets.py::test_the_officer_enters_people_and_opens_a_link",
    "tests/journeys/test_over_days.py::test_findings_are_contested_and_the_result_is_appealed_on_the_last_day",
    "tests/journeys/test_passkeys.py::test_a_passkey_without_prf_is_a_second_factor",
    "tests/journeys/test_pictures.py::test_every_main_step_can_be_shown[desktop-en]",
    "tests/journeys/test_pictures.py::test_every_main_step_can_be_shown[desktop-zh]",
    "tests/journeys/test_pictures.py::test_every_main_step_can_be_shown[phone-en]",
    "tests/journeys/test_proof_of_filing.py::test_a_reporter_keeps_and_checks_the_proof_in_firefox",
    "tests/journeys/test_reach.py::test_pages_hold_at_four_times_the_size[dark-zh]",
    "tests/journeys/test_reach.py::test_pages_hold_at_four_times_the_size[light-en]",
    "tests/journeys/test_reach.py::test_pages_hold_at_four_times_the_size[light-zh]",
    "tests/journeys/test_recordings.py::test_a_voice_and_a_film_reach_the_desk[firefox-zh]",
    "tests/portal/backup/test_drill.py::test_a_killed_backup_leaves_the_archive_of_before[postgres-s3]",
    "tests/journeys/test_watch_whole.py::test_the_watch_from_a_wish_to_a_case[en]",
    "tests/portal/backup/test_drill.py::test_a_killed_restore_serves_nothing_and_is_run_again[postgres-s3]",
    "tests/portal/cli/test_command_journey.py::test_a_bundle_made_off_line_is_a_report[postgres-s3]",
    "tests/portal/cli/test_command_journey.py::test_a_call_a_mail_and_an_old_register_become_reports[postgres-s3]",
    "tests/portal/cli/test_command_journey.py::test_a_member_changes_keys_and_reads_on[sqlite-folder]",
    "tests/portal/cli/test_command_journey.py::test_a_report_is_opened_answered_and_answered_again[postgres-s3]",
    "tests/portal/cli/test_command_journey.py::test_an_excluded_member_sees_nothing[postgres-s3]",
    "tests/portal/cli/test_command_journey.py::test_cases_are_counted_on_the_members_own_machine[postgres-s3]",
    "tests/portal/cli/test_command_journey.py::test_stock_age_opens_what_the_desk_exports[postgres-s3]",
    "tests/portal/cli/desk/test_desk_act.py::test_one_answer_goes_to_every_merged_case_and_what_one_refuses_stops_no_other",
    "tests/portal/cli/desk/test_desk_custody.py::test_a_name_is_asked_for_and_opened_by_commands",
    "tests/portal/cli/desk/test_exporting.py::test_a_case_goes_abroad_by_two_and_leaves_a_trace_first",
    "tests/portal/deletion/test_deletion.py::test_a_deletion_cut_short_before_the_list_is_ended_by_whoever_comes_next[postgres-s3]",
    "tests/portal/desk/test_handing_over.py::test_a_kill_at_any_call_is_mended_by_the_next_run[postgres-s3]",
    "tests/portal/desk/test_handing_over.py::test_many_cases_are_handed_over_after_a_kill_in_the_middle[postgres-s3]",
    "tests/portal/desk/test_new_keys.py::test_killed_anywhere_and_run_again_it_ends_right[postgres-s3]",
    "tests/portal/desk/test_new_keys.py::test_a_thread_over_both_keys_holds_for_reporter_and_colleague[postgres-s3]",
    "tests/portal/desk/test_new_keys.py::test_two_signatures_keep_the_former_seed_until_the_second[postgres-s3]",
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
