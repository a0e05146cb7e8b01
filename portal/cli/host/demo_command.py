"""`yanlu demo`: intake, desk and worker with a made-up office, on this machine only."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import click

from casework.policy.reader import shipped_policies
from crypto import DirectoryExpired
from portal.cli.demo.demo_policies import ENTITIES, DemoPolicy, demo_policies, with_policies
from portal.cli.demo.processes import Ports, running, start_watch
from portal.cli.demo.seeding import (
    DemoScene,
    answer_stories,
    enrol_members,
    renew_directory,
    seed_story,
    sign_members,
    verified_office,
    write_identities,
)
from portal.cli.demo.stories import WHISTLEBLOWING, stories_of
from portal.cli.demo.watching import OFFICER, SOURCE, draw_keys, seed_watch, with_watch
from portal.cli.errors import CommandError, Exit
from portal.cli.ready import prepare_stores
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.office import OfficeFolder, init_office, members_of, read_config, sample_config_text
from portal.office.files import write_published, write_secret
from portal.office.publishing import holders_of
from portal.office.role_changes import signed_holders
from portal.office.sample import SAMPLE_MEMBERS
from portal.settings import Settings, demo_settings

DEMO_FILE = "demo.json"
DemoFacts = dict[str, Any]
OTHER_POLICIES = (
    "{path} holds a demo already, with other policies. Leave out --policy, or choose another folder with --data."
)


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-data"),
    show_default=True,
    help="Where everything is kept; a second run goes on from there.",
)
@click.option("--port", type=int, default=8000, show_default=True, help="The reporters' port on 127.0.0.1.")
@click.option("--desk-port", type=int, default=8001, show_default=True, help="The staff's port on 127.0.0.1.")
@click.option("--watch-port", type=int, default=8002, show_default=True, help="The watch's port on 127.0.0.1.")
@click.option(
    "--hr-upload-port",
    "--drop-port",
    "upload_port",
    type=int,
    default=8003,
    show_default=True,
    help="HR's port on 127.0.0.1.",
)
@click.option("--no-watch", "bare", is_flag=True, help="Leave out the watch: it starts in less time.")
@click.option(
    "--policy",
    "names",
    multiple=True,
    type=click.Choice(sorted({*shipped_policies()} - {WHISTLEBLOWING})),
    metavar="NAME",
    help="A policy that the office runs besides company-whistleblowing; else seven of different kinds.",
)
@click.option("--ready-file", type=click.Path(path_type=Path, dir_okay=False), help="Written (0600) when all is ready.")
@pass_terminal
def demo(  # noqa: PLR0913, PLR0917  # one argument for each option
    terminal: Terminal,
    data: Path,
    port: int,
    desk_port: int,
    watch_port: int,
    upload_port: int,
    bare: bool,  # Click calls by name
    names: tuple[str, ...],
    ready_file: Path | None,
) -> None:
    """Start a made-up office with cases in both languages. Ctrl-C ends everything."""
    settings = demo_settings(data)
    settings.data.mkdir(parents=True, exist_ok=True)
    if not (settings.site / "intake").is_dir():
        raise CommandError(Exit.FAILED, "The pages are not built: run `make build` first.")
    prepare_stores(settings)
    facts = _stored(settings)
    if facts is not None and names and {*names} != {one["policy"] for one in facts["policies"]}:
        raise CommandError(Exit.USAGE, OTHER_POLICIES, path=settings.data)
    has_watch = not bare if facts is None else "watch" in facts
    ports = Ports(port, desk_port, (watch_port, upload_port) if has_watch else None)
    try:
        if facts is not None:
            _renew(settings)
            with running(settings, ports) as processes:
                start_watch(settings, ports, processes)
                _go(terminal, settings, ports, facts, processes, ready_file)
        else:
            policies = demo_policies(names or ENTITIES, OfficeFolder(settings.office).own_texts)
            _first_run(terminal, settings, ports, policies, ready_file)
    except KeyboardInterrupt:
        terminal.note("The demo has ended. Its data are in {path}.", path=settings.data)


def _stored(settings: Settings) -> DemoFacts | None:
    file = settings.data / DEMO_FILE
    if file.is_file():
        return cast("DemoFacts", json.loads(file.read_text("utf-8")))
    if (settings.data / "office").exists():
        raise CommandError(
            Exit.FAILED,
            "{path} holds a demo that was not finished: remove it or choose another folder.",
            path=settings.data,
        )
    return None


def _renew(settings: Settings) -> None:
    folder = OfficeFolder(settings.office)
    try:
        folder.verified(today())
    except DirectoryExpired:
        renew_directory(folder, members_of(folder.directory() or ""))


def _first_run(
    terminal: Terminal, settings: Settings, ports: Ports, policies: list[DemoPolicy], ready_file: Path | None
) -> None:
    config, members = with_policies(read_config(sample_config_text()), policies), SAMPLE_MEMBERS
    # One person tries the demo out, and would wait for nobody's second signature.
    config = config.model_copy(update={"regrant_threshold": 1})
    keys = draw_keys(settings) if ports.watch else None
    if keys is not None:
        config, members = with_watch(config, keys, today()), (*SAMPLE_MEMBERS, OFFICER)
    write_bindings(OfficeFolder(settings.office), policies)
    founded = init_office(settings.office, config, today())
    stories = stories_of({one.id: one.entity for one in policies})
    # The log's first checkpoint is to have the stories, so that their proofs can be looked at today.
    log = founded.folder.withdraw_log_note()
    with running(settings, ports) as processes, terminal.progress("Making up an office", len(stories) + 3) as advance:
        made = enrol_members(settings, ports, members)
        sign_members(founded, made, members)
        staff = write_identities(settings.data, made)
        advance(1)
        scratch = settings.data / "scratch"
        scratch.mkdir()
        scene = DemoScene(ports, founded.code, verified_office(ports, founded.code), scratch, stories)
        receipts = [seed_story(scene, one, advance) for one in stories]
        answer_stories(scene, made, receipts)
        founded.folder.write_log_note(log)
        advance(2)
        facts: DemoFacts = {
            "office_key": founded.code,
            "staff": [one.document() for one in staff],
            "receipts": [" ".join(receipt.groups()) for receipt in receipts],
            "policies": [one.document() for one in policies],
        }
        if keys is not None:
            seed_watch(settings, scene.directory, keys, today())
            start_watch(settings, ports, processes)
            facts["watch"] = {"officers_key": str(keys.officers), "source": SOURCE, "source_key": str(keys.source)}
        _write_json(settings.data / DEMO_FILE, facts)
        _go(terminal, settings, ports, facts, processes, ready_file)


def _write_json(file: Path, facts: DemoFacts) -> None:
    write_secret(file, json.dumps(facts, ensure_ascii=False, indent=1).encode())


def write_bindings(folder: OfficeFolder, policies: list[DemoPolicy]) -> None:
    """What founding publishes of them: their example numbers, and who holds which role."""
    folder.own_texts.mkdir(parents=True)
    for one in policies:
        if one.roles:
            write_published(folder.own_texts / f"{one.id}.bindings.toml", one.bindings().encode())


def _go(
    terminal: Terminal,
    settings: Settings,
    ports: Ports,
    facts: DemoFacts,
    processes: list[subprocess.Popen[bytes]],
    ready_file: Path | None,
) -> None:
    """Say that all is ready, then wait until somebody ends it or a part dies."""
    ready: DemoFacts = {
        "intake_url": ports.intake_url,
        "desk_url": ports.desk_url,
        "office_key": facts["office_key"],
        "anchor": str(OfficeFolder(settings.office).anchor()),
        "data": str(settings.data),
        "pids": [os.getpid(), *(process.pid for process in processes)],
        "staff": facts["staff"],
        "receipts": facts["receipts"],
        "policies": shown_policies(settings, facts["policies"]),
    }
    if ports.watch_urls is not None:
        watch, upload = ports.watch_urls
        ready["watch"] = {"officer_url": watch, "hr_upload_url": upload, **facts["watch"]}
    if ready_file is not None:
        _write_json(ready_file, ready)
    terminal.result(ready, *_lines(terminal, ready))
    while all(process.poll() is None for process in processes):
        time.sleep(0.3)
    raise CommandError(Exit.FAILED, "A part of the demo has ended: see {path}.", path=settings.data / "demo.log")


def shown_policies(settings: Settings, policies: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """The demo's policies with who holds their roles as the keepers signed it last, less roles in which all act."""
    folder = OfficeFolder(settings.office)
    config, signed = folder.config(), signed_holders(folder)
    found = list[dict[str, object]]()
    for one in policies:
        policy = str(one["policy"])
        everybody = {*holders_of(config, policy)}
        held = {str(role): [*members] for role, members in signed[policy].items() if {*members} != everybody}
        found.append({**one, "roles": held})
    return found


def _lines(terminal: Terminal, ready: DemoFacts) -> list[str]:
    lines = [
        terminal.words("DEMO: made-up cases on this machine only. Enter nothing real."),
        f"{terminal.words('Report')}: {ready['intake_url']}/#c={ready['anchor']}",
        f"{terminal.words('Desk')}: {ready['desk_url']}",
        f"{terminal.words('Log')}: {ready['intake_url']}/log/checkpoint",
        *_watch_lines(terminal, ready.get("watch")),
        f"{terminal.words('Receipts')}:",
        *(f"  {receipt}" for receipt in ready["receipts"]),
        f"{terminal.words('Sign-ins (id, passphrase, device secret, TOTP secret)')}:",
    ]
    lines += [
        f"  {one['id']}: {one['passphrase']} / {one['device_secret']} / {one['totp_secret']}" for one in ready["staff"]
    ]
    lines += [f"{terminal.words('Policies and who holds their roles')}:", *map(_held, ready["policies"])]
    lines.append(terminal.words("Ctrl-C ends everything."))
    return lines


def _held(policy: dict[str, Any]) -> str:
    roles = "; ".join(f"{role} = {', '.join(members)}" for role, members in policy["roles"].items())
    return f"  {policy['policy']} ({policy['entity']}){': ' if roles else ''}{roles}"


def _watch_lines(terminal: Terminal, watch: dict[str, str] | None) -> list[str]:
    if watch is None:
        return []
    return [
        f"{terminal.words('Watch')}: {watch['officer_url']}  ({watch['officers_key']})",
        f"{terminal.words('HR upload')}: {watch['hr_upload_url']}  ({watch['source']}, {watch['source_key']})",
    ]
