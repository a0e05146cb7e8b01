"""The demo's office with any policy that ships: its roles are held as the text asks, and it can be founded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from casework.policy.reader import shipped_policies, shipped_policy
from casework.policy_check.bound_roles import joined_holders
from portal.cli.demo.demo_policies import ENTITIES, MEMBERS, DemoPolicy, demo_policies, with_policies
from portal.cli.demo.stories import RETALIATION, WHISTLEBLOWING, stories_of
from portal.cli.host.demo_command import shown_policies, write_bindings
from portal.office import OfficeFolder, init_office, read_config, sample_config_text, sign_directory
from portal.office.publishing import bound_policies
from portal.office.role_holders import unheld
from portal.settings import demo_settings

OWNERS = "property-owner-complaint"
TODAY = date(2026, 12, 1)
OTHERS = sorted({*shipped_policies()} - {WHISTLEBLOWING})


def _founded(folder: Path, policies: list[DemoPolicy]) -> OfficeFolder:
    config = with_policies(read_config(sample_config_text()), policies)
    write_bindings(OfficeFolder(folder), policies)
    return init_office(folder, config, TODAY).folder


def test_an_office_with_every_policy_that_ships_is_founded_with_its_roles_held(tmp_path: Path) -> None:
    """No role is published unheld but retaliation's, and nobody holds two that a text keeps apart."""
    folder = _founded(tmp_path, demo_policies(OTHERS, tmp_path))
    published = {one.id: one for one in bound_policies(folder, folder.config())}
    assert published.keys() == {WHISTLEBLOWING, *OTHERS}
    assert {one.id for one in published.values() if unheld(one)} == {WHISTLEBLOWING, RETALIATION}
    assert [found for one in published.values() for found in joined_holders(one, one.id)] == []


@pytest.mark.parametrize("name", OTHERS)
def test_roles_are_held_by_two_who_may_hold_them_together(name: str, tmp_path: Path) -> None:
    """Two to a role where the text lets it be, and the same two each time."""
    (one,) = demo_policies([name], tmp_path)
    (again,) = demo_policies([name], tmp_path)
    assert one == again
    assert {member for held in one.roles.values() for member in held} <= {*MEMBERS}


def test_eight_policies_of_different_kinds_have_a_case_each() -> None:
    """Without a choice: the sample's and seven more, at four entities; with one, that one."""
    stories = stories_of(ENTITIES)
    assert {story.policy for story in stories} == {WHISTLEBLOWING, *ENTITIES}
    assert all(ENTITIES.get(one.policy, one.entity) == one.entity for one in stories)
    for story in stories:
        assert story.category in {str(one.id) for one in shipped_policy(story.policy).categories}
    (only,) = [one for one in stories_of({"cn-xinfang": "group"}) if one.policy != WHISTLEBLOWING]
    assert (only.policy, only.entity) == ("cn-xinfang", "group")


def test_a_demo_that_goes_on_shows_who_holds_the_roles_by_what_was_signed_last(tmp_path: Path) -> None:
    """Not who held them when the demo was made, nor what waits in texts/ unsigned; roles open to all are left out."""
    made = demo_policies([OWNERS, RETALIATION], tmp_path)
    settings = demo_settings(tmp_path)
    config = with_policies(read_config(sample_config_text()), made)
    write_bindings(OfficeFolder(settings.office), made)
    founded = init_office(settings.office, config, TODAY)
    assert shown_policies(settings, [one.document() for one in made]) == [one.document() for one in made]
    (role, before), *_ = made[0].roles.items()
    others = replace(made[0], roles={**made[0].roles, role: ("registrar-a", "investigator-b")})
    (founded.folder.own_texts / f"{OWNERS}.bindings.toml").write_text(others.bindings(), "utf-8")
    assert shown_policies(settings, [made[0].document()])[0]["roles"] == made[0].document()["roles"]
    sign_directory(founded.folder, [], founded.keepers, TODAY)
    assert before != ("registrar-a", "investigator-b")
    assert shown_policies(settings, [made[0].document()])[0] == others.document()
