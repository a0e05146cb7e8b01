"""PostgreSQL takes samples of what a table holds, and they outlive its rows: of ids, hashes and text it takes none.

A sample is drawn while reports come: which ids are in it tells who was there by then, and no rewriting empties it.
Numbers, days and short codes, which are the same in many rows, are sampled for the planner, as by default; for ids it
has unique indexes.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

# A column of the same type again loses its old samples; nothing is rewritten by it.
_END: Final = """
DO $$
DECLARE
    _one record;
BEGIN
    FOR _one IN
        SELECT 'ALTER TABLE ' || a.attrelid::regclass || ' ALTER COLUMN ' || quote_ident(a.attname) AS alter,
            format_type(a.atttypid, a.atttypmod) AS type,
            EXISTS (SELECT FROM pg_stats AS s WHERE s.schemaname = current_schema() AND s.tablename = c.relname
                AND s.attname = a.attname) AS sampled
        FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
            AND a.attnum > 0 AND NOT a.attisdropped AND coalesce(a.attstattarget, -1) <> 0
            AND (a.atttypid IN ('bytea'::regtype, 'text'::regtype) OR a.attname = 'place')
    LOOP
        EXECUTE _one.alter || ' SET STATISTICS 0';
        IF _one.sampled THEN
            EXECUTE _one.alter || ' TYPE ' || _one.type;
        END IF;
    END LOOP;
END $$
"""


def end_sampling(connection: Connection) -> None:
    """Ends it for columns of bytes, of free text and of objects' names, as the owner, and drops what was sampled."""
    connection.exec_driver_sql(_END)
