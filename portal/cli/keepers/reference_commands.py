"""`yanlu policy keys` and `yanlu policy acts`: what may stand in a policy file, and what each act is."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import click

from casework.policy_check.act_reference import ActEntry, act_entries
from casework.policy_check.key_examples import with_example
from casework.policy_check.key_reference import Key, bindings_keys, policy_keys
from casework.policy_check.policy_words import Say
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.policy_source import say_in
from portal.cli.terminal import Terminal, pass_terminal


@click.command("keys")
@click.argument("key", metavar="[KEY]", required=False)
@pass_terminal
def policy_keys_command(terminal: Terminal, key: str | None) -> None:
    """List the keys of a policy file and of its bindings; with KEY (such as stages.acts) it and those under it."""
    found = {part: _under(keys, key) for part, keys in (("policy", policy_keys()), ("bindings", bindings_keys()))}
    if key is not None and not any(found.values()):
        raise _unknown(key, [one.path for one in (*policy_keys(), *bindings_keys())])
    if key is not None:
        found = {part: [with_example(one, bindings=part == "bindings") for one in keys] for part, keys in found.items()}
    say, rows, lines = say_in(terminal), list[dict[str, object]](), list[str]()
    for part, keys in found.items():
        heads = {"policy": terminal.words("Policy file:"), "bindings": terminal.words("Bindings file:")}
        lines += [heads[part], *(line for one in keys for line in _key_lines(terminal, one))] if keys else []
        rows += [{"file": part, **_key_row(one, say)} for one in keys]
    terminal.result({"keys": rows}, *lines)


def _under(keys: Sequence[Key], key: str | None) -> list[Key]:
    """The key and those in its table; where no key is called so, those whose last part is."""
    if key is None:
        return list(keys)
    exact = [one for one in keys if one.path == key or one.path.startswith(f"{key}.")]
    return exact or [one for one in keys if one.path.rpartition(".")[2] == key]


def _key_row(one: Key, say: Say) -> dict[str, object]:
    return {"key": one.path, "kind": say(one.kind), "needed": one.needed, "default": one.default or None,
            "what": say(one.what), "example": one.example or None}  # fmt: skip


def _key_lines(terminal: Terminal, one: Key) -> list[str]:
    say = say_in(terminal)
    marks = [say(one.kind)]
    marks += [terminal.words("needed")] if one.needed else []
    marks += [terminal.words("else {value}", value=one.default)] if one.default else []
    example = [f"      {one.example}"] if one.example else []
    return [f"  {one.path}  ({'; '.join(marks)})", f"      {say(one.what)}", *example]


@click.command("acts")
@click.argument("act", metavar="[ACT]", required=False)
@pass_terminal
def policy_acts_command(terminal: Terminal, act: str | None) -> None:
    """List every act that a case can know; with ACT who may do it, what the reporter gets and what it asks."""
    entries = [one for one in act_entries() if act in (None, one.act.value)]
    if not entries:
        raise _unknown(str(act), [one.act.value for one in act_entries()])
    say = say_in(terminal)
    rows = [_act_row(one, say) for one in entries]
    if act is None:
        width = max(len(one.act.value) for one in entries)
        lines = [f"{one.act:<{width}}  {say(one.name)}: {say(one.what)}" for one in entries]
    else:
        lines = _act_lines(terminal, entries[0], say)
    terminal.result({"acts": rows}, *lines)


def _act_row(one: ActEntry, say: Say) -> dict[str, object]:
    return {"act": one.act.value, "name": say(one.name), "what": say(one.what), "who": say(one.who),
            "reporter": say(one.reporter), "asks": [say(ask) for ask in one.asks]}  # fmt: skip


def _act_lines(terminal: Terminal, one: ActEntry, say: Say) -> list[str]:
    asks = "; ".join(map(say, one.asks))
    return [
        f"{one.act}: {say(one.name)}",
        say(one.what),
        terminal.words("Who may: {who}", who=say(one.who)),
        terminal.words("The reporter gets: {what}", what=say(one.reporter)),
        terminal.words("It asks: {what}", what=asks),
    ]


def _unknown(name: str, known: Sequence[str]) -> CommandError:
    near = ", ".join(get_close_matches(name, known, n=3, cutoff=0.4)) or "-"
    return CommandError(Exit.NOTHING_THERE, "There is no {name}. Near it: {near}.", name=name, near=near)


REFERENCE = (policy_keys_command, policy_acts_command)
