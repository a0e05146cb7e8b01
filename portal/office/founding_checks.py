"""Whether an office can be founded on what an `office.toml` decides: asked by `office check` and by founding alike."""

from __future__ import annotations

from datetime import date
from typing import Final

from casework.policy.policy import Policy
from casework.policy_check.findings import Severity
from casework.policy_check.lint import lint
from portal.office.config import OfficeConfig
from portal.office.current_members import roll_of
from portal.office.draft import trial_draft
from portal.office.errors import FAULT, ConfigRefused, OfficeError, Said
from portal.office.folder import OfficeFolder
from portal.office.publishing import bound_policies
from portal.office.role_holders import misbound

COUNTRIES: Final = frozenset((
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
    "BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM "
    "DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
    "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
    "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ "
    "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
    "VN VU WF WS XK YE YT ZA ZM ZW "
).split())  # fmt: skip
"""ISO 3166-1 alpha-2, and XK, which is in use for Kosovo."""


def unfit_for(folder: OfficeFolder, config: OfficeConfig, today: date) -> list[Said]:
    """Every reason for which no office is founded on this; `folder` has its own texts and calendars, if any."""
    found: list[Said] = [
        ("entities: {entity}: there is no country {country}.", {"entity": one.id, "country": one.country})
        for one in config.entities
        if one.country not in COUNTRIES
    ]
    if both := _both(config):
        sentence = "custodians: {members} also open reports, and no custodian may ever handle a case."
        found.append((sentence, {"members": ", ".join(both)}))
    try:
        trial_draft(folder, config, today)
        roll = roll_of(folder)
        found += [said for one in bound_policies(folder, config) for said in misbound(config, one, roll)]
        found += [said for one in bound_policies(folder, config) for said in _faults(folder, one)]
    except OfficeError as error:
        found += error.said
    return found


def _faults(folder: OfficeFolder, policy: Policy) -> list[Said]:
    """What the linter refuses of a policy that the office wrote itself; those that ship are proved by their tests."""
    file = folder.own_texts / f"{policy.id}.toml"
    return faults_of(policy, file.name) if file.is_file() else []


def faults_of(policy: Policy, file: str) -> list[Said]:
    """What the linter refuses of a policy; `file` is its name there."""
    errors = (one for one in lint(policy, file) if one.level is Severity.ERROR)
    return [(FAULT, {"file": one.file, "key": one.key, "reason": one.reason}) for one in errors]


def own_policies(folder: OfficeFolder, config: OfficeConfig) -> list[Policy]:
    """The office's policies as its bindings stand; none where one of them can't be read, which `unfit_for` says."""
    try:
        return bound_policies(folder, config)
    except OfficeError:
        return []


def require_fit(folder: OfficeFolder, config: OfficeConfig, today: date) -> None:
    """Raises ConfigRefused with every reason of `unfit_for`."""
    if reasons := unfit_for(folder, config, today):
        raise ConfigRefused(*reasons)


def _both(config: OfficeConfig) -> list[str]:
    """Custodians who are also named where cases are handled."""
    holders = {member for row in config.holders for member in row.members}
    holders |= {member for entity in config.entities for member in entity.outside}
    return sorted(holders & set(config.custodians.members if config.custodians else ()))
