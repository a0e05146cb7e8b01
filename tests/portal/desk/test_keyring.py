"""The keyring when a member's sessions write into it at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import crypto
from casework.event_store.store import CaseId, MemberId
from portal.accounts.keyring import find_entry, store_entry
from tests.crypto.sample import Drawn
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import random_report

AT_ONCE = 4


def test_two_sessions_keep_the_first_entry_of_a_case_at_once(room: DeskRoom) -> None:
    """A page and a command, or one call sent twice: on both kinds of store the later finds the earlier."""
    case = room.file(random_report(room.edge))
    colleague = room.sign_in("li-wei")
    colleague.take_in()
    entry = crypto.read_keyring_entry(crypto.seal_keyring_entry(colleague.keys, colleague.grants[case], Drawn("pin")))
    for number in range(12):
        name = MemberId(f"member-{number}")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            kept = [pool.submit(store_entry, room.desk.accounts, name, entry, None) for _ in range(AT_ONCE)]
        assert [one.result() for one in kept] == [None] * AT_ONCE
        assert find_entry(room.desk.accounts, name, CaseId(case)) == entry.document()
