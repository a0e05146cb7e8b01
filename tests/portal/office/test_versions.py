"""Versions of a policy: published once, in force from their day, never edited or lost."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.reader import read_policy, shipped_bindings
from crypto.framing import b64encode
from portal.office import ConfigRefused, draft_directory, publish_draft
from portal.office.errors import VersionConflict, VersionLost
from portal.office.publishing import publish_version, supersede_version
from portal.office.versions import PolicyVersion, in_force, read_published, read_versions, write_versions
from tests.casework.policies import CONTENT, NAME, bound
from tests.support.offices.sample_office import OfficeForTests, make_office

TODAY = date(2026, 11, 24)
LATER = TODAY + timedelta(days=10)
SECOND = (CONTENT.replace('version = "1"', 'version = "2"'), shipped_bindings(NAME).decode())


def second(*changes: tuple[str, str]) -> Policy:
    """Version 2 of the whistleblowing policy, with some of its words changed."""
    text, bindings = SECOND
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return bind_policy(read_policy(text.encode(), "two.toml"), bindings.replace('"1"', '"2"', 1).encode(), "b.toml")


def page(office: OfficeForTests, day: date) -> dict[str, Any]:
    """The policy's page as the directory that is signed on a day names it."""
    publish_draft(office.folder, draft_directory(office.folder, office.enrolled(), day), office.keepers)
    content = office.folder.verified(day).content.policies[0]
    return json.loads(office.folder.policy(b64encode(content.hash)) or b"")


def test_the_signed_page_names_the_rules_of_the_policy(tmp_path: Path) -> None:
    """The directory names the page, the page the rules; a role nobody was bound to is held by the reports' holders."""
    office = make_office(tmp_path, today=TODAY)
    name = page(office, TODAY)["rules"]
    policy = read_published(office.folder.rules(name) or b"", name)
    assert policy.rules == bound().rules
    assert set(policy.bound.holders) == {role.id for role in policy.rules.roles}
    assert all("investigator-b" in members and "outside-a" in members for members in policy.bound.holders.values())
    assert len(office.folder.versions()) == 1


def test_a_version_holds_from_its_day_and_those_before_stay_named(tmp_path: Path) -> None:
    """Published ahead, it changes nothing until its day; from then on the page names it, and the one before."""
    office = make_office(tmp_path, today=TODAY)
    first = page(office, TODAY)
    line = publish_version(office.folder, second(("受理", "收件")), LATER)
    assert page(office, TODAY)["version"] == "1"
    after = page(office, LATER)
    assert (after["version"], after["rules"]) == ("2", line.rules)
    assert after["earlier"] == [{"version": "1", "rules": first["rules"]}]
    supersede_version(office.folder, NAME, "1", LATER + timedelta(days=1))
    assert page(office, LATER + timedelta(days=1))["version"] == "1"


def test_nobody_edits_a_version_that_was_published(tmp_path: Path) -> None:
    """The same version with other rules is refused, by hand and at the next signing; other holders are taken."""
    office = make_office(tmp_path, today=TODAY)
    first = page(office, TODAY)
    other = bind_policy(
        read_policy(CONTENT.replace("受理", "收件").encode(), "mine.toml"), shipped_bindings(NAME), "b.toml"
    )
    with pytest.raises(VersionConflict, match="version of its own"):
        publish_version(office.folder, other, None)
    office.folder.own_texts.mkdir(exist_ok=True)
    (office.folder.own_texts / f"{NAME}.toml").write_text(CONTENT.replace("受理", "收件"), "utf-8")
    draft = draft_directory(office.folder, office.enrolled(), TODAY)
    assert draft.drifted == [NAME]
    assert page(office, TODAY)["rules"] == first["rules"]
    holders = '[holders]\ndedicated-person = ["investigator-a", "investigator-b"]\n'
    (office.folder.own_texts / f"{NAME}.bindings.toml").write_bytes(
        shipped_bindings(NAME) + b"\n" + holders.encode()
    )  # fmt: skip
    renewed = page(office, TODAY)["rules"]
    policy = read_published(office.folder.rules(renewed) or b"", renewed)
    assert set(policy.bound.holders.values()) >= {("investigator-a", "investigator-b")}
    assert policy.rules == bound().rules


@pytest.mark.parametrize("harm", ["gone", "altered", "ledger"])
def test_nobody_signs_over_a_version_that_is_gone_or_altered(tmp_path: Path, harm: str) -> None:
    """Rules that lie there no longer as they were published stop the next signing, in so many words."""
    office = make_office(tmp_path, today=TODAY)
    (file,) = (office.path / "published/rules").iterdir()
    match harm:
        case "gone":
            file.unlink()
        case "altered":
            file.write_bytes(file.read_bytes().replace("受理".encode(), "收件".encode()))
        case _:
            (office.path / "published/versions.json").write_text('{"v":1}')
    with pytest.raises(VersionLost):
        draft_directory(office.folder, office.enrolled(), TODAY)


def test_what_is_not_bound_or_not_yet_in_force_is_not_published(tmp_path: Path) -> None:
    """A policy without its numbers is refused by the names of what is missing, and so is one that begins later."""
    office = make_office(tmp_path, today=TODAY)
    with pytest.raises(ConfigRefused, match=r"days\.acknowledge"):
        publish_version(office.folder, read_policy(SECOND[0].encode(), "two.toml"), None)
    with pytest.raises(ConfigRefused, match="never published"):
        supersede_version(office.folder, NAME, "9", TODAY)
    supersede_version(office.folder, NAME, "1", LATER)
    with pytest.raises(ConfigRefused, match="in force"):
        draft_directory(office.folder, office.enrolled(), TODAY)


def test_of_two_versions_that_begin_together_the_later_holds() -> None:
    """The list is read back as written, and the newest line of the last version to begin decides."""
    lines = (
        PolicyVersion("a", "1", None, "A" * 43),
        PolicyVersion("a", "2", TODAY, "A" * 43),
        PolicyVersion("a", "3", TODAY, "A" * 43),
        PolicyVersion("a", "4", LATER, "A" * 43),
        PolicyVersion("b", "1", None, "A" * 43),
    )
    assert read_versions(write_versions(lines)) == lines
    found = in_force(lines, "a", TODAY)
    assert found is not None
    assert found.version == "3"


QUESTION = """
[[questions]]
id = "q-{n}"
kind = "text"
label = {{ zh = "问", en = "{label}" }}
source = {{ supplied = {{ zh = "无", en = "none" }} }}
"""


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("".join(QUESTION.format(n=n, label="Q") for n in range(200)), "too long a list"),
        (QUESTION.format(n=1, label="Q" * 5000), "too long"),
    ],
)
def test_nothing_is_published_that_no_page_could_read(tmp_path: Path, more: str, why: str) -> None:
    """Pages are strict and bounded: more than they read is refused before it is signed, and all stays as it was."""
    office = make_office(tmp_path, today=TODAY)
    before = page(office, TODAY)
    text, bindings = SECOND
    long = bind_policy(read_policy((text + more).encode(), "two.toml"), bindings.replace('"1"', '"2"', 1).encode(), "b")
    with pytest.raises(ConfigRefused, match=why):
        publish_version(office.folder, long, TODAY)
    assert page(office, TODAY) == before
