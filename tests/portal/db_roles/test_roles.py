"""Roles on PostgreSQL: made as the shipped script makes them, and each is refused whatever it need not see."""

from __future__ import annotations

import os
import re
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InternalError_
from sqlalchemy import Connection
from sqlalchemy.exc import ProgrammingError

import crypto
from casework.event_store.deletion import DeletionReason
from casework.event_store.store import CaseId
from crypto.framing import b64encode
from crypto.reporter.poll_slots import EntryKind
from portal.db_roles.privilege_diff import compare_privileges
from portal.db_roles.privileges import RIGHTS, StoreRole, owner_of, stores_of
from portal.db_roles.statements import superuser_script
from portal.mailroom.mailboxes import mailbox_id_of
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from portal.settings import Settings, StoreName
from portal.stores import schemas
from portal.stores.engines import SchemaOld, SchemaUnknown, open_store
from portal.stores.rewriting import RETAINING, forget_logs
from portal.stores.schemas import upgrade_stores
from portal.watch.context import WatchContext, forget_order
from portal.wiring.deletion import build_deletion, destroy_deleted_again
from retaliation_watch.enrolment.entries import RequestOutcome
from retaliation_watch.host_key import HostKey
from retaliation_watch.hr_ingest.forms import store_form
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.weekly_run.weekly_run import RunContext, RunSummary, run_weekly
from tests.crypto.sample import Drawn
from tests.portal.db_roles.site import Site
from tests.portal.db_roles.tables import MAY_SEE
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.desk import OURS, DeskRoom
from tests.support.offices.edge import as_login, report, sealed_parts
from tests.support.offices.watch import (
    ENTITY,
    NOW,
    SOURCE,
    Watch,
    WatchedOffice,
    agree_and_register,
    handle_marks,
    payload_of,
)
from tests.support.stores.backups import Vault

ROOT = Path(__file__).resolve().parents[3]
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


def tables_of(site: Site, store: StoreName) -> list[str]:
    """Every table of a store."""
    with site.connect(owner_of(store), store) as line:
        found = line.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return sorted(name for (name,) in found)


def refused(line: psycopg.Connection, statement: sql.Composed | sql.SQL) -> bool:
    """Whether the server refuses a statement for want of a right; nothing is changed by it in any case."""
    try:
        with line.transaction(force_rollback=True):
            line.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    except psycopg.Error:
        return False
    return False


def attempts(line: psycopg.Connection, table: str) -> set[str]:
    """Which privileges a login has on a whole table, found by trying."""
    name = sql.Identifier(table)
    columns = line.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table])
    first, *_ = (sql.Identifier(column) for (column,) in columns.fetchall())
    tried = {
        "SELECT": sql.SQL("SELECT * FROM {}").format(name),
        "INSERT": sql.SQL("INSERT INTO {} DEFAULT VALUES").format(name),
        "UPDATE": sql.SQL("UPDATE {} SET {} = NULL").format(name, first),
        "DELETE": sql.SQL("DELETE FROM {}").format(name),
        "TRUNCATE": sql.SQL("TRUNCATE {} CASCADE").format(name),
    }
    return {privilege for privilege, statement in tried.items() if not refused(line, statement)}


@pytest.mark.parametrize("role", StoreRole)
def test_a_role_is_refused_on_every_store_and_table_it_need_not_see(site: Site, role: StoreRole) -> None:
    """Connecting to a foreign store fails, and in its own ones a role is let at what is written down here alone."""
    for store in StoreName:
        expected = MAY_SEE[role].get(store)
        assert (expected is not None) == (store in stores_of(role))
        if expected is None:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                site.connect(role.login, store)
            continue
        with site.connect(role.login, store) as line:
            found = {table: attempts(line, table) for table in tables_of(site, store)}
            everything = expected.get("*", "")
            assert found == {table: set(expected.get(table, everything).split()) for table in found}
            assert refused(line, sql.SQL("CREATE TABLE mine (a int)"))
            assert refused(line, sql.SQL("CREATE TEMPORARY TABLE mine (a int)"))
            assert refused(line, sql.SQL("CREATE SCHEMA mine"))


def test_the_owner_of_a_store_is_refused_every_other_one(site: Site) -> None:
    """Anyone who changes the schema of one store, of the names say, can't even connect to another."""
    for own in StoreName:
        with site.connect(owner_of(own), own) as line:
            assert line.execute("SELECT current_user").fetchone() == (owner_of(own),)
        for other in (store for store in StoreName if store is not own):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                site.connect(owner_of(own), other)


def test_intake_reads_no_table_and_no_mailbox_without_its_token(site: Site) -> None:
    """Functions give what lies in one mailbox for its token; for the hash that the server keeps they give nothing."""
    case = report(site.edge, "ann")
    assert site.edge.submit(case).status_code == 201
    token = case.keys.mailbox_token
    with site.connect(StoreRole.INTAKE.login, StoreName.MAILROOM) as line:
        kinds = [row[0] for row in line.execute("SELECT kind, sealed FROM read_mailbox(%s)", [token]).fetchall()]
        assert kinds == ["mailbox", "memo"]
        nothing = line.execute("SELECT kind, sealed FROM read_mailbox(%s)", [mailbox_id_of(token)]).fetchall()
        assert nothing == [("mailbox", None)]
        assert line.execute("SELECT * FROM mailbox_of(%s)", [mailbox_id_of(token)]).fetchall() == []
        assert refused(line, sql.SQL("SELECT rewrite_tables(ARRAY['items'])"))


def test_functions_are_nobodys_by_default_and_look_nowhere_else(site: Site) -> None:
    """Every function runs as its store's owner with a search path of its own, and a stranger may run none of them."""
    site.postgres.run("DROP ROLE IF EXISTS yanlu_stranger", "CREATE ROLE yanlu_stranger")
    for store in StoreName:
        with site.connect("postgres", store) as line:
            rows = line.execute(
                "SELECT proname, prosecdef, proconfig::text, pg_get_userbyid(proowner),"
                " has_function_privilege('yanlu_stranger', oid, 'EXECUTE')"
                " FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            ).fetchall()
        assert {"schema_revision", "rewrite_tables"} <= {row[0] for row in rows}
        for name, definer, settings, owner, stranger in rows:
            assert (definer, owner, stranger) == (True, owner_of(store), False), name
            assert "search_path=pg_catalog, public, pg_temp" in settings, name


READING = {
    "known_report", "mailbox_of", "read_mailbox", "part_for_reporter", "reports_since", "waiting_drafts", "part_hash",
    "upload_parts", "whole_upload", "unclaimed_bytes", "recent_bytes",
}  # fmt: skip


def test_functions_that_read_lock_nothing_and_see_a_table_that_was_just_rewritten(site: Site) -> None:
    """None of them writes or locks; all look again at each statement, so that a rewritten table is never empty."""
    with site.connect("postgres", StoreName.MAILROOM) as line:
        rows = line.execute(
            "SELECT proname, prosrc, provolatile FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        ).fetchall()
    found = {name: (source, volatile) for name, source, volatile in rows}
    assert found.keys() > READING
    assert {volatile for _, volatile in found.values()} == {"v"}
    for name in READING:
        assert not re.search(r"\b(INSERT|UPDATE|DELETE|SHARE|PERFORM|EXECUTE|LOCK)\b", found[name][0]), name


def test_a_case_lives_and_dies_under_the_roles(site: Site, tmp_path: Path) -> None:
    """Report, message, claim, reply, backup and deletion go through with nobody being more than their role."""
    edge = site.edge
    room = DeskRoom(edge)
    case = report(edge, "lives", files=(b"attached",))
    assert edge.submit(case).status_code == 201
    post, case.standing = crypto.seal_message(case.keys, case.standing, crypto.Message("补充", []), os.urandom)
    assert edge.send("/api/posts", post).status_code == 202
    assert edge.worker.work_once() > 0
    colleague = room.sign_in("li-wei")
    assert colleague.take_in()
    mine = CaseId(case.sealed.memo.case)
    file = colleague.case(mine).json
    item, event = colleague.reply(file, "收到")
    assert colleague.step(mine, event, item=item).status_code == 201
    assert [entry.kind for entry in edge.poll(case).entries] == [EntryKind.MEMO, EntryKind.ITEM]
    archives = Vault(site.edge.settings, tmp_path).backup(edge.hands)
    assert {made.store for made in archives} == set(StoreName)
    deletion = build_deletion(site.settings(StoreRole.WORKER), edge.hands)
    assert deletion.delete_case(mine, DeletionReason.UNSTATED)
    deletion.close()
    destroy_deleted_again(site.settings(StoreRole.WORKER))
    assert colleague.case(mine).status_code == 404
    assert edge.poll(case).entries == []
    room.close()


def test_a_file_goes_out_from_the_desk_under_its_role(site: Site) -> None:
    """A member's upload is taken by the desk, which has to reckon what room is left, and comes down again."""
    room = DeskRoom(site.edge)
    case = room.file(report(site.edge, "with a file"))
    colleague = room.sign_in("sun-fang")
    assert True in colleague.take_in()
    rng = Drawn("from the desk")
    attachment, (part,) = sealed_parts(b"minutes", [colleague.grants[case].body.case_identity.recipient], rng)
    path, headers = f"/api/blobs/{b64encode(attachment.blob)}", OURS | {"X-Part-Hash": b64encode(attachment.parts[0])}
    assert colleague.client.put(f"{path}/parts/0", data=part, headers=headers).status_code == 204
    assert colleague.get(path).json["parts"][0]["size"] == len(part)
    item, event = colleague.reply(colleague.case(case).json, "附件。")
    blobs = [crypto.blob_listing(attachment).document()]
    assert colleague.step(case, event, item=item, blobs=blobs).status_code == 201
    assert colleague.get(f"/api/cases/{b64encode(case)}{path.removeprefix('/api')}/parts/0").data == part
    room.close()


def test_a_process_may_not_change_a_schema_and_says_when_it_is_old(site: Site) -> None:
    """Under its role a process takes a schema as it is; one without a schema or of another version stops it."""
    for role in StoreRole:
        assert upgrade_stores(site.settings(role), stores_of(role)).keys() == set(stores_of(role))
    with site.connect(owner_of(StoreName.ERASURE), StoreName.ERASURE) as line:
        (newest,) = line.execute("DELETE FROM alembic_version RETURNING version_num").fetchone() or ("",)
        with pytest.raises(SchemaOld):
            upgrade_stores(site.settings(StoreRole.INTAKE), stores_of(StoreRole.INTAKE))
        line.execute("INSERT INTO alembic_version (version_num) VALUES ('0015')")
        with pytest.raises(SchemaUnknown):
            upgrade_stores(site.settings(StoreRole.INTAKE), stores_of(StoreRole.INTAKE))
        line.execute("UPDATE alembic_version SET version_num = %s", [newest])


def test_a_change_of_rights_that_the_database_broke_off_is_tried_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL's own upkeep of its catalogues may come between; whatever else fails there is told at once."""
    tries: list[str] = []
    settle = schemas._settle_rights

    def broken_off(connection: Connection, name: StoreName) -> None:
        tries.append(name)
        if len(tries) < 3:
            raise InternalError_("tuple concurrently updated")
        settle(connection, name)

    monkeypatch.setattr(schemas, "_settle_rights", broken_off)
    upgrade_stores(site.edge.settings, [StoreName.CASES])
    assert tries == ["cases"] * 3
    monkeypatch.setattr(schemas, "_settle_rights", lambda *_: (_ for _ in ()).throw(InternalError_("corrupted page")))
    with pytest.raises(InternalError_, match="corrupted"):
        upgrade_stores(site.edge.settings, [StoreName.CASES])


CATALOGUE = """
SELECT relname, xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT attname, pg_attribute.xmin FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT proname, xmin FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT nspname, xmin FROM pg_namespace WHERE nspname = 'public'"""
RIGHTS_AS_TOLD = """
SELECT proname, proacl::text, concat(prosecdef, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION SELECT relname, relacl::text, '' FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"""
CHANGES = (
    "REVOKE SELECT ON cases FROM yanlu_desk",
    "GRANT DELETE ON cases TO PUBLIC",
    "GRANT UPDATE (stage) ON cases TO yanlu_intake",
    "GRANT EXECUTE ON FUNCTION rewrite_tables(text[]) TO yanlu_intake",
    "GRANT CREATE ON SCHEMA public TO yanlu_intake",
    "ALTER FUNCTION rewrite_tables(text[]) SECURITY INVOKER",
    "CREATE OR REPLACE FUNCTION schema_revision() RETURNS text LANGUAGE sql AS 'SELECT ''0''::text'",
    "COMMENT ON FUNCTION schema_revision() IS NULL",
)


def test_an_owners_command_writes_rights_only_where_they_stand_otherwise(site: Site) -> None:
    """Settled rights are left as they lie, row for row; one change by hand to any of it, and all are written again."""
    owner = as_login(site.edge.settings, owner_of)
    upgrade_stores(owner, [StoreName.CASES])
    with site.connect(owner_of(StoreName.CASES), StoreName.CASES) as line:

        def rows() -> list[tuple[object, ...]]:
            return sorted(line.execute(CATALOGUE).fetchall(), key=repr)

        def rights() -> list[tuple[object, ...]]:
            return [
                (row[0], *sorted(str(row[1]).strip("{}").split(",")), row[2]) for row in line.execute(RIGHTS_AS_TOLD)
            ]

        settled, as_told = rows(), rights()
        upgrade_stores(owner, [StoreName.CASES])
        assert rows() == settled
        for change in CHANGES:
            line.execute(sql.SQL(change))  # pyright: ignore[reportArgumentType]
            upgrade_stores(owner, [StoreName.CASES])
            assert rows() != settled, change
            assert rights() == as_told, change
            settled = rows()
            upgrade_stores(owner, [StoreName.CASES])
            assert rows() == settled, change


def test_rights_are_compared_one_by_one(site: Site) -> None:
    """Each role has exactly its rights; one right more or less in any store is seen and named."""
    for role in StoreRole:
        for store in stores_of(role):
            opened = open_store(site.settings(role), store)
            with opened.read() as connection:
                compared = compare_privileges(connection, store, role)
            opened.engine.dispose()
            assert (compared.excess, compared.lacking) == ((), ()), (role, store)
    assert RIGHTS[StoreRole.INTAKE][StoreName.MAILROOM].tables == {}


def test_doctor_says_when_a_process_may_more_than_its_role(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its role intake is well; as the owner, the superuser, or with one right more or less it is told."""

    def rights(settings: Settings) -> list[tuple[str, bool]]:
        told = inside(capsys, monkeypatch, settings, "doctor", "--as", "intake", "--json").document["checks"]
        return [(str(row["about"]), bool(row["ok"])) for row in told if row["check"] == "Rights"]

    intake = site.settings(StoreRole.INTAKE)
    assert rights(intake) == [("mailroom", True), ("erasure", True), ("ledger", True)]
    for richer in (as_login(intake, owner_of), site.edge.settings):
        assert [ok for _, ok in rights(richer)] == [False, False, False]
    with site.connect(owner_of(StoreName.MAILROOM), StoreName.MAILROOM) as line:
        line.execute("GRANT SELECT (day) ON items TO yanlu_intake")
        assert rights(intake)[0] == ("mailroom: SELECT items.day", False)
        line.execute("REVOKE SELECT (day) ON items FROM yanlu_intake")
        line.execute("REVOKE EXECUTE ON FUNCTION read_mailbox FROM yanlu_intake")
        assert rights(intake)[0] == ("mailroom: EXECUTE read_mailbox", False)
    assert inside(capsys, monkeypatch, as_login(intake, owner_of), "roles", "apply").code == 0
    assert rights(intake) == [("mailroom", True), ("erasure", True), ("ledger", True)]


def test_a_server_that_keeps_what_was_deleted_is_named(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Doctor names the setting, and the worker knows that the past is not gone; the shipped lines set each off."""
    settings = site.settings(StoreRole.WORKER)

    def told() -> list[tuple[str, bool]]:
        checks = inside(capsys, monkeypatch, settings, "doctor", "--as", "worker", "--json").document["checks"]
        return [(str(row["about"]), bool(row["ok"])) for row in checks if row["check"] == "Write-ahead log"]

    def forgets() -> bool:
        mailroom = open_store(settings, StoreName.MAILROOM)
        try:
            return forget_logs([mailroom])
        finally:
            mailroom.engine.dispose()

    assert (told(), forgets()) == ([("", True)], True)
    site.postgres.run(f"ALTER DATABASE site_{StoreName.MAILROOM} SET wal_recycle = on")
    try:
        assert (told(), forgets()) == ([("wal_recycle", False)], False)
    finally:
        site.postgres.run(f"ALTER DATABASE site_{StoreName.MAILROOM} RESET wal_recycle")
    lines = (ROOT / "deploy/postgresql/postgresql.conf").read_text().splitlines()
    assert {f"{name} = off" for name in RETAINING} <= set(lines)


def test_the_shipped_script_is_what_the_command_prints() -> None:
    """`deploy/postgresql/roles.sql` is what `yanlu roles print` says where nothing is set."""
    assert (ROOT / "deploy/postgresql/roles.sql").read_text() == superuser_script()


def test_the_watch_lives_under_its_two_roles(site: Site) -> None:
    """As itself the officer's process agrees, enters, looks; HR's upload takes HR's files; each refused the rest."""
    office = CurrentDirectory(OfficeFolder(site.edge.settings.office))
    lines = {role: open_store(site.settings(role), StoreName.WATCH) for role in (StoreRole.WATCH, StoreRole.HR_UPLOAD)}
    key = HostKey(bytes([3]) * 32)
    rooms = {role: WatchContext(store, key, office, lambda: NOW, os.urandom) for role, store in lines.items()}
    watch = Watch(rooms[StoreRole.WATCH], WatchedOffice())
    agree_and_register(watch.store)
    hr = Watch(rooms[StoreRole.HR_UPLOAD], watch.office)
    assert payload_of(hr.push(FeedFile.ROSTER, "工号,部门", *(f"E{n},装配" for n in range(60))))["state"] == "taken"
    events = [f"A{n},E{n},罚站,2026-11-20" for n in range(60)]
    assert (
        payload_of(hr.push(FeedFile.EVENTS, "event_id,employee_id,event_type,recorded_on", *events))["accepted"] == 60
    )
    assert watch.enter("E1", handle_marks(1)) is RequestOutcome.ENTERED
    forget_order(watch.store)
    with watch.store.write() as tx:
        assert store_form(tx, SOURCE, '{"columns":{},"kinds":{"罚站":"verbal_warning"},"dates":null}'.encode())[1] == 60
        assert run_weekly(tx, ENTITY, NOW.date(), RunContext(os.urandom, key.randomization_key)) == RunSummary(1, 0)
    with pytest.raises(ProgrammingError):
        hr.enter("E2", handle_marks(2))
    with pytest.raises(ProgrammingError):
        watch.push(FeedFile.ROSTER, "工号", "E1", sequence=9)
    for store in lines.values():
        store.engine.dispose()
