"""What an office has to bind of a policy that ships, as a file to be filled in, and the text under another version."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.reader import shipped_bindings, shipped_policy, shipped_text
from casework.policy_check.policy_words import Say, say_unit
from casework.words import Words

HEAD: Final = Words(
    "{policy} 的补定。每处写有 # CHECK 的数字只是随产品提供的示例：请逐一确定，再删去这几个字。",
    "What the office binds to {policy}. Each number marked # CHECK ships as an example: decide it, then take the mark "
    "away.",
)
UNIT: Final = Words("原文的单位：{unit}", "the text counts {unit}")
EFFECTIVE: Final = Words("第一天；不写则自发布之日起", "the first day; else the day of publishing")
RETENTION: Final = Words("保存月数；不写则一直保存", "how many months files are kept; else for good")
HOLDERS: Final = Words(
    "角色由谁担任，写成员编号；不写的角色由所有能查看举报的人担任",
    "who acts in a role, by the members' ids; where a role is left out, all who hold the reports act in it",
)
NUMBERS: Final = ("days", "limits", "every")
ROW: Final = re.compile(r"(?P<key>[a-z0-9-]+) = ")
VERSION: Final = re.compile(r'^version = ".*"$', re.MULTILINE)


def bindings_skeleton(name: str, version: str | None, say: Say) -> str:
    """The bindings of one of `shipped_policies`, every number of it marked as an example; raises `PolicyError`."""
    content = shipped_bindings(name)
    policy = shipped_policy(name)
    bound = bind_policy(policy, content, f"{name}.toml")
    rows = [*_rows(policy, content.decode(), say), "", "[holders]", f"# {say(HOLDERS)}"]
    rows += [f'# {role.id} = ["member-a", "member-b"]  # {say(role.name)}' for role in bound.rules.roles]
    return _versioned("\n".join(rows) + "\n", version)


def text_under(name: str, version: str) -> str:
    """The text of one of `shipped_policies` under a version of its own; raises `PolicyError`."""
    return _versioned(shipped_text(name).decode(), version)


def _versioned(content: str, version: str | None) -> str:
    return content if version is None else VERSION.sub(f"version = {json.dumps(version)}", content, count=1)


def _rows(policy: Policy, content: str, say: Say) -> Iterator[str]:
    yield f"# {say(HEAD).format(policy=policy.id)}"
    table = ""
    for row in content.splitlines()[1:]:
        found = ROW.match(row)
        if row.startswith("["):
            table = row.strip("[]")
        if not found or table not in NUMBERS:
            yield row
        else:
            yield f"{row}{_unit(policy, table, found['key'], say)}  # CHECK"
        if VERSION.match(row) and not table:
            yield f"# effective = 2026-12-31  # {say(EFFECTIVE)}"
            if policy.rules.retention is None or policy.rules.retention.months is None:
                yield f"# retention_months = 60  # {say(RETENTION)}"


def _unit(policy: Policy, table: str, key: str, say: Say) -> str:
    """In what the text counts a blank, as a comment; nothing where it does not say."""
    clock = next((one for one in policy.rules.clocks if table == "limits" and one.id == key), None)
    return "" if clock is None or clock.unit is None else f"  # {say(UNIT).format(unit=say_unit(clock.unit, say))}"
