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
from portal.office.current_members import Roll
from portal.office.founding_checks import unfit_for
from portal.office.publishing import publish_version
from portal.office.role_holders import CUSTODIAN, ENDED, NOBODY, STRANGER, UNKNOWN, UNPLACED, misbound
from tests.casework.policies import NAME, bound
from tests.support.offices.sample_office import make_office

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
    roll = Roll({"auditor-a"})
    named = [(UNPLACED, {**facts, "member": "auditor-a"})]
    assert misbound(config, _bound_to("auditor-a"), roll) == named
    assert misbound(config, _bound_to("investigator-a", "auditor-a"), roll) == named
    assert misbound(config, _bound_to("investigator-a", *config.entities[0].outside), roll) == []
    watched = config.model_copy(update={"oversight": ["auditor-a"]})
    assert misbound(watched, _bound_to("auditor-a"), roll) == []
    assert misbound(config, bound(), roll) == []
    unnamed = config.model_copy(update={"policies": [one for one in config.policies if one.id != NAME]})
    assert misbound(unnamed, _bound_to("auditor-a"), roll) == []


def test_a_custodian_is_told_apart_and_not_advised_to_become_a_reader(config: OfficeConfig) -> None:
    """No custodian may ever handle a case: another row of readers would be refused."""
    assert config.custodians is not None
    custodian = config.custodians.members[0]
    facts = {"policy": NAME, "role": ROLE, "member": custodian}
    assert misbound(config, _bound_to("investigator-a", custodian), Roll({custodian})) == [(CUSTODIAN, facts)]


def test_a_member_whom_nobody_knows_is_another_fault_than_one_without_a_place(config: OfficeConfig) -> None:
    """With the nearest id that there is; who has left is named as that, and no fault is told twice."""
    facts = {"policy": NAME, "role": ROLE}
    (found,) = misbound(config, _bound_to("investigator-x"), Roll())
    assert found[0] == STRANGER
    assert str(found[1]["near"]).startswith("investigator-")
    assert (found[1]["role"], found[1]["member"]) == (ROLE, "investigator-x")
    gone = Roll(ended={"hr-a"})
    assert misbound(config, _bound_to("hr-a"), gone) == [(ENDED, {**facts, "member": "hr-a"})]
    assert misbound(config, _bound_to("hr-a"), gone.with_enrolled({"hr-a"}))[0][0] == UNPLACED


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
    found = misbound(apart, _bound_to("investigator-a"), Roll())
    assert found == [(NOBODY, {"policy": NAME, "role": ROLE, "entity": one}) for one in others]


def test_the_check_of_an_office_says_it_before_anything_is_signed(tmp_path: Path) -> None:
    """By the bindings that the office keeps beside the policy."""
    folder = make_office(tmp_path, today=TODAY).folder
    assert unfit_for(folder, folder.config(), TODAY) == []
    folder.own_texts.mkdir(exist_ok=True)
    holders = f'\n[holders]\n{ROLE} = ["nobody-x"]\n'
    (folder.own_texts / f"{NAME}.bindings.toml").write_bytes(shipped_bindings(NAME) + holders.encode())
    assert [sentence for sentence, _ in unfit_for(folder, folder.config(), TODAY)] == [UNKNOWN]


def test_no_version_is_published_whose_cases_could_be_given_to_nobody(tmp_path: Path) -> None:
    """Nothing is written."""
    folder = make_office(tmp_path, today=TODAY).folder
    versions = folder.versions()
    with pytest.raises(ConfigRefused) as refused:
        publish_version(folder, _bound_to("nobody-x"), None)
    assert [sentence for sentence, _ in refused.value.said] == [UNKNOWN]
    assert folder.versions() == versions
