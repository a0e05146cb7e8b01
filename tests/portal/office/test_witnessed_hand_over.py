"""An office with witnesses outside: named by the plan and root 1, and needed when it is handed over."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from crypto.framing import b64encode
from crypto.office.directory import verify_roots
from crypto.office.signed_notes import KeeperKey, draw_keeper, sign_note
from crypto.office.witnesses import read_witness
from portal.office import read_config, root_document, rotate_office, sample_config_text
from portal.office.ceremony import commit_to, founding_text, gather_commits, plan_content, read_plan, shown_nonce
from portal.office.errors import ConfigRefused, NotToSign
from portal.office.offline_signing import (
    Rotation,
    exported_rotation,
    import_rotation,
    read_signing_request,
    sign_request,
)
from tests.support.offices.sample_office import OfficeForTests, make_office, sample_with
from tests.support.transparency_log.log_witness import Outside

TODAY = date(2026, 11, 25)
UNION, OWN = Outside("union.example"), Outside("own.example")
LINE, OWN_LINE = UNION.line, OWN.line


@pytest.fixture
def office(tmp_path: Path) -> OfficeForTests:
    """The sample office with one witness."""
    return make_office(tmp_path, today=TODAY, witnesses=[LINE])


def texts_of(rotation: Rotation) -> list[bytes]:
    """All that is signed in a hand-over."""
    return [text for text in (rotation.root, rotation.directory, rotation.log) if text is not None]


def next_root(office: OfficeForTests) -> tuple[dict[str, object], list[KeeperKey]]:
    """Root 2 with another key for the union, and its keepers."""
    keepers = [office.keepers[0], draw_keeper("union", os.urandom), office.keepers[2]]
    keys = {one.id: (one.key, one.nonce) for one in keepers}
    return root_document(office.office, 2, office.folder.config(), keys), keepers


def seen(note: bytes, *witnesses: Outside) -> list[bytes]:
    """What these witnesses bring back: the keepers' note of the root with a cosignature."""
    return [one.sees(note, 1795500000) for one in witnesses]


def test_root_1_names_the_witnesses_of_office_toml(office: OfficeForTests) -> None:
    """One is needed where nothing else is said, and its word holds for two weeks."""
    found = office.folder.root().witnesses
    assert (found.k, found.fresh, found.known) == (1, 336, (UNION.witness,))


def test_a_hand_over_needs_the_witness_of_the_root_before(office: OfficeForTests) -> None:
    """Keepers alone publish nothing; with the witness's note beside theirs the office goes on under its code."""
    document, keepers = next_root(office)
    out = exported_rotation(office.folder, document, TODAY)
    notes = [
        sign_request(read_signing_request(text), one) for text in texts_of(out) for one in (keepers[0], keepers[2])
    ]
    for lacking in ([], seen(notes[0], OWN)):
        with pytest.raises(NotToSign, match="witnesses outside"):
            import_rotation(office.folder, [*notes, *lacking])
        assert len(office.folder.roots()) == 1
    import_rotation(office.folder, [*notes, *seen(notes[0], UNION)])
    assert (office.folder.root().number, office.folder.code()) == (2, office.code)


def test_keepers_who_left_make_no_second_office(office: OfficeForTests) -> None:
    """Two of three with their old keys, a root of their own and a witness of their own in it: no reader follows."""
    office.folder.config_file.write_text(sample_with([OWN_LINE]), "utf-8")
    document, _ = next_root(office)
    text = exported_rotation(office.folder, document, TODAY).root
    note = OWN.sees(sign_note(text, [office.keepers[0], office.keepers[2]]), 1795500000)
    with pytest.raises(Exception, match="without the signatures of the one before") as refused:
        verify_roots(office.code, [*(root.encode() for root in office.folder.roots()), note])
    assert refused.value.stage == "root"  # type: ignore[attr-defined]


def test_a_witness_that_is_lost_is_replaced_by_all_keepers(office: OfficeForTests) -> None:
    """On one machine too: two of three are told what to do, all three go on, with another witness from then on."""
    office.folder.config_file.write_text(sample_with([OWN_LINE]), "utf-8")
    document, keepers = next_root(office)
    with pytest.raises(NotToSign, match="witnesses outside"):
        rotate_office(office.folder, document, office.keepers[:2], keepers, TODAY)
    rotate_office(office.folder, document, office.keepers, keepers, TODAY)
    assert office.folder.root().witnesses.known == (OWN.witness,)


def test_the_plan_fixes_the_witnesses_before_anybody_has_a_key() -> None:
    """Root 1 holds those of the plan, whatever office.toml says afterwards; a plan without them is another plan."""
    plan = read_plan(plan_content(bytes(16), read_config(sample_with([LINE]))))
    assert plan.witnesses.known == (read_witness(LINE),)
    keepers = [draw_keeper(seat, os.urandom) for seat in plan.seats]
    commits = gather_commits(plan, [commit_to(plan, one) for one in keepers])
    text = founding_text(plan, commits, [shown_nonce(one) for one in keepers])
    known = [{"name": UNION.name, "key": b64encode(UNION.witness.key)}]
    assert read_signing_request(text).document["witnesses"] == {"k": 1, "fresh": 336, "list": known}
    bare = read_plan(plan_content(bytes(16), read_config(sample_config_text())))
    assert bare.witnesses.k == 0
    assert bare.hash != plan.hash


@pytest.mark.parametrize(
    "lines",
    [
        f'witnesses = ["{LINE}", "{LINE}"]',
        f'witnesses = ["{LINE}"]\nwitnesses_needed = 2',
        'witnesses = ["union"]',
        f'witnesses = ["{LINE}"]\nwitnesses_needed = 0',
        f'witnesses = ["{LINE}"]\nwitnesses_fresh = 71',
        "valid_days = 93",
        f'witnesses = ["{LINE}"]\nvalid_days = 401',
    ],
    # The line is drawn in each process.
    ids=["twice", "too few", "no key", "none needed", "too fresh", "too long alone", "too long"],
)
def test_witnesses_that_can_not_be_are_refused(lines: str) -> None:
    """Each once, no more needed than there are, and no long directory without any."""
    text = sample_config_text()
    text = text.replace("valid_days = 92\n", "") if "valid_days" in lines else text
    with pytest.raises(ConfigRefused, match=r"witnesses|valid_days"):
        read_config(text.replace("v = 1", f"v = 1\n{lines}", 1))
