"""Recovery shares: each proven alone, a new key after any kill, and the same words in the browser's library."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from crypto.sealing.recipients import Identity
from portal.office import SharesRefused, join_recovery, root_document, rotate_office, split_recovery
from portal.office.config import RecoveryConfig
from portal.office.drills import drills_of, prove_share
from portal.office.errors import SheetRefused, TooFewKeepers
from portal.office.recovery_sheet import words_in
from portal.office.renewing import TORN, renew_recovery
from tests.support.offices.sample_office import OfficeForTests, make_office

TODAY = date(2026, 11, 25)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def office(tmp_path: Path) -> OfficeForTests:
    """The sample office as founded, its shares still in the folder."""
    return make_office(tmp_path, today=TODAY)


def papers(office: OfficeForTests) -> dict[str, str]:
    """The printed shares by name."""
    return {file.stem: file.read_text("utf-8") for file in sorted((office.path / "recovery").glob("*.txt"))}


def shred(office: OfficeForTests) -> None:
    """The shares were printed."""
    for file in (office.path / "recovery").glob("*.txt"):
        file.unlink()


def renewed(office: OfficeForTests, day: date = TODAY) -> list[str]:
    """A new key; the words of its shares."""
    return [share.words for share in renew_recovery(office.folder, office.enrolled(), office.keepers, day)]


def test_each_share_is_proven_alone_and_the_day_is_kept(office: OfficeForTests) -> None:
    """No drill needs a second share; a share is due a quarter after its last proof, a new one after its making."""
    later = TODAY + timedelta(days=29)
    for name, text in papers(office).items():
        assert prove_share(office.folder, words_in(text).upper(), later).id == name
    drills = drills_of(office.folder, later)
    assert drills.last == dict.fromkeys(papers(office), later)
    assert drills.overdue(later + timedelta(days=92)) == []
    assert set(drills.overdue(later + timedelta(days=93))) == set(papers(office))
    (office.path / "recovery-drills.json").unlink()
    assert set(drills_of(office.folder, TODAY).overdue(TODAY + timedelta(days=93))) == set(papers(office))


def test_a_share_of_another_key_a_typing_error_and_other_words_are_refused(
    office: OfficeForTests, tmp_path: Path
) -> None:
    """None of them is written down as proven."""
    other = make_office(tmp_path / "other", today=TODAY)
    right = words_in(papers(office)["board-share"])
    words = right.split()
    wrong = [words_in(papers(other)["board-share"]), " ".join([*words[1:], words[0]]), " ".join(words[:-1])]
    for text in wrong:
        with pytest.raises(SharesRefused):
            prove_share(office.folder, text, TODAY)
    with pytest.raises(SharesRefused):
        words_in("no share here")
    assert drills_of(office.folder, TODAY).last == {}


def test_a_list_that_the_keepers_did_not_sign_proves_nothing(office: OfficeForTests, tmp_path: Path) -> None:
    """Altered, of another office, or of another key: nobody proves a share by it."""
    note = office.path / "recovery.note"
    whole, words = note.read_bytes(), words_in(papers(office)["board-share"])
    other = make_office(tmp_path / "other", today=TODAY)
    for lie in (whole.replace(b"true", b"false", 1), (other.path / "recovery.note").read_bytes(), b"", whole[:-10]):
        note.write_bytes(lie)
        with pytest.raises(SheetRefused):
            prove_share(office.folder, words, TODAY)
    note.unlink()
    with pytest.raises(SheetRefused, match="renew"):
        prove_share(office.folder, words, TODAY)


def test_the_list_holds_after_a_handover_to_new_keepers(office: OfficeForTests) -> None:
    """Shares of a key that is still in force are proven by the keepers who signed their list."""
    document = root_document(
        office.office, 2, office.folder.config(), {one.id: (one.key, one.nonce) for one in office.keepers}
    )
    rotate_office(office.folder, document, office.keepers, office.keepers, TODAY)
    assert prove_share(office.folder, words_in(papers(office)["union-share"]), TODAY).id == "union-share"


def test_a_new_key_is_named_by_the_directory_and_the_old_shares_are_none_of_it(office: OfficeForTests) -> None:
    """The old shares neither prove nor join to the new key; the new ones do both."""
    old = papers(office)
    with pytest.raises(SheetRefused, match="print and shred"):
        renewed(office)
    shred(office)
    with pytest.raises(TooFewKeepers):
        renew_recovery(office.folder, office.enrolled(), office.keepers[:1], TODAY)
    assert papers(office) == {}
    renewed(office)
    new, named = papers(office), office.directory().content.recovery
    quorum = ("board-share", "legal-share", "notary-share")
    assert Identity(join_recovery([words_in(new[name]) for name in quorum])).recipient == named
    mixed = [words_in(old["board-share"]), words_in(new["legal-share"]), words_in(new["notary-share"])]
    with pytest.raises(SharesRefused):
        join_recovery(mixed)
    with pytest.raises(SharesRefused):
        prove_share(office.folder, words_in(old["board-share"]), TODAY)
    assert prove_share(office.folder, words_in(new["board-share"]), TODAY).id == "board-share"


@pytest.mark.parametrize("written", [0, 2, 4])
def test_a_renewal_that_was_killed_is_done_again(office: OfficeForTests, written: int) -> None:
    """Before its list was signed it begins again; after that only the directory is signed, and the shares hold."""
    shred(office)
    before = office.directory().content.recovery
    sheet, directory = (office.path / "recovery.note").read_bytes(), (office.folder.directory() or "").encode()
    renewed(office)
    lost = papers(office)
    for file in sorted((office.path / "recovery").glob("*.txt"))[written:]:
        file.unlink()
    if written < 4:
        # Killed among the shares: neither list nor directory knew of them.
        (office.path / "recovery.note").write_bytes(sheet)
        (office.path / "recovery" / TORN).touch()
    office.folder.write_directory(directory)
    assert office.directory().content.recovery == before
    renewed(office)
    now = papers(office)
    quorum = [words_in(now[name]) for name in ("board-share", "legal-share", "notary-share")]
    assert Identity(join_recovery(quorum)).recipient == office.directory().content.recovery != before
    assert (now == lost) is (written == 4)
    assert not (office.path / "recovery" / TORN).exists()


def in_browsers_library(script: str) -> list[str]:
    """What a script prints that has the library of the pages for printed shares."""
    tools = {**os.environ, "PATH": f"{ROOT / '.tools/bin'}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["node", "--input-type=module", "-e", f'import slip39 from "slip39";\n{script}'],
        cwd=ROOT, env=tools, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.slow
def test_printed_shares_are_the_same_words_in_the_browsers_library() -> None:
    """Shares made here are joined by npm's slip39, and shares made there are joined here."""
    seed = bytes(range(32))
    shares = {share.id: share.words for share in split_recovery(seed, RecoveryConfig())}
    quorum = [shares[name] for name in ("legal-share", "union-share", "notary-share")]
    script = f'const key = slip39.recoverSecret({json.dumps(quorum)}, "");'
    joined = in_browsers_library(f'{script} console.log(JSON.stringify([Buffer.from(key).toString("hex")]));')
    assert joined == [seed.hex()]
    made = in_browsers_library(
        f"const all = slip39.fromArray({list(seed)}, "
        '{passphrase: "", threshold: 2, groups: [[2, 3, "inside"], [1, 1, "outside"]]});'
        "const one = (path) => all.fromPath(path).mnemonics[0];"
        'console.log(JSON.stringify(["r/0/0", "r/0/2", "r/1/0"].map(one)));'
    )
    assert join_recovery(made) == seed
    with pytest.raises(SharesRefused):
        join_recovery(made[:2])
