"""Who is bound to a role of a policy can be given its cases: a binding alone opens nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from casework.policy.policy import Policy
from casework.policy.reader import shipped_bindings
from portal.office import ConfigRefused
from portal.office.config import OfficeConfig
from portal.office.deciding import unfit_for
from portal.office.places import NOBODY, UNPLACED, unplaced
from portal.office.publishing import publish_version
from tests.casework.policies import NAME, bound
from tests.support.office import make_office

TODAY = date(2026, 11, 24)
ROLE = "dedicated-person"


def _bound_to(*members: str) -> Policy:
    policy = bound()
    return replace(policy, bound=replace(policy.bound, holders={ROLE: members}))


@pytest.fixture
def config(tmp_path: Path) -> OfficeConfig:
    """The sample's: the policy serves two companies of one group."""
    return make_office(tmp_path, today=TODAY).folder.config()


def test_a_member_whom_the_office_gives_no_place_is_named(config: OfficeConfig) -> None:
    """Each with role and entities; one with a place beside them is none of it, nor who has a place by another way."""
    facts = {"policy": NAME, "role": ROLE, "entities": ", ".join(config.policies[0].entities)}
    assert unplaced(config, _bound_to("nobody-x")) == [(UNPLACED, {**facts, "member": "nobody-x"})]
    assert unplaced(config, _bound_to("investigator-a", "nobody-x")) == [(UNPLACED, {**facts, "member": "nobody-x"})]
    assert unplaced(config, _bound_to("investigator-a", *config.entities[0].outside)) == []
    watched = config.model_copy(update={"oversight": ["nobody-x"]})
    assert unplaced(watched, _bound_to("nobody-x")) == []
    assert unplaced(config, bound()) == []
    unnamed = config.model_copy(update={"policies": [one for one in config.policies if one.id != NAME]})
    assert unplaced(unnamed, _bound_to("nobody-x")) == []


def _apart(config: OfficeConfig) -> OfficeConfig:
    """The companies without a common superior, and only the first has holders."""
    first = config.entities[0].id
    entities = [one.model_copy(update={"superior": None, "outside": []}) for one in config.entities]
    rows = [row for row in config.holders if row.entity == first]
    return config.model_copy(update={"entities": entities, "holders": rows})


def test_a_role_that_nobody_can_fill_at_one_of_the_companies_is_named(config: OfficeConfig) -> None:
    """Within a group a place at one company is a place at all of them; between groups it is not."""
    apart = _apart(config)
    others = [one for one in config.policies[0].entities if one != config.entities[0].id]
    assert others
    found = unplaced(apart, _bound_to("investigator-a"))
    assert found == [(NOBODY, {"policy": NAME, "role": ROLE, "entity": one}) for one in others]


def test_the_check_of_an_office_says_it_before_anything_is_signed(tmp_path: Path) -> None:
    """By the bindings that the office keeps beside the policy."""
    folder = make_office(tmp_path, today=TODAY).folder
    assert unfit_for(folder, folder.config(), TODAY) == []
    folder.own_texts.mkdir(exist_ok=True)
    holders = f'\n[holders]\n{ROLE} = ["nobody-x"]\n'
    (folder.own_texts / f"{NAME}.bindings.toml").write_bytes(shipped_bindings(NAME) + holders.encode())
    assert [sentence for sentence, _ in unfit_for(folder, folder.config(), TODAY)] == [UNPLACED]


def test_no_version_is_published_whose_cases_could_be_given_to_nobody(tmp_path: Path) -> None:
    """Nothing is written."""
    folder = make_office(tmp_path, today=TODAY).folder
    versions = folder.versions()
    with pytest.raises(ConfigRefused) as refused:
        publish_version(folder, _bound_to("nobody-x"), None)
    assert [sentence for sentence, _ in refused.value.said] == [UNPLACED]
    assert folder.versions() == versions
