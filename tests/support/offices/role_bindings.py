"""Policies of a moved office with their roles bound to members, as `<policy>.bindings.toml` in its texts says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from portal.cli.demo.demo_policies import DemoPolicy
from portal.settings import Settings
from tests.support.offices.shifted_clock import widen

Roles = Mapping[str, Sequence[str]]


def run_policies(
    settings: Settings, policies: Mapping[str, Roles], readers: Sequence[str], more: Mapping[str, str] | None = None
) -> None:
    """Binds each policy's roles and has it signed for the group, whose readers under it are these.

    `more` is what else stands in the bindings of a policy, as TOML.
    """
    texts = settings.office / "texts"
    texts.mkdir(exist_ok=True)
    for policy, roles in policies.items():
        held = DemoPolicy(policy, "group", {role: tuple(members) for role, members in roles.items()})
        (texts / f"{policy}.bindings.toml").write_text(held.bindings() + (more or {}).get(policy, ""), "utf-8")
    widen(settings, dict.fromkeys(policies, ("group", list(readers))), datetime.now(UTC).date())
