-- What every role may ask of a store on PostgreSQL, and how the worker rewrites tables that it may not read.

CREATE OR REPLACE FUNCTION schema_revision()
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT version_num FROM alembic_version);
END $$;

-- Writes the named tables again in the order of their keys, into new files, all or none; in the given order,
-- those that others refer to first. The caller says with lock_timeout how long it waits for others.
CREATE OR REPLACE FUNCTION rewrite_tables(_names text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER
-- An owner that is shown only some rows must fail here, not lose the others.
SET search_path = pg_catalog, public, pg_temp SET row_security = off AS $$
DECLARE
    _all text := (SELECT string_agg(format('public.%I', name), ', ' ORDER BY n)
                  FROM unnest(_names) WITH ORDINALITY AS named (name, n));
    _name text;
    _keys text;
    _copied bigint;
    _back bigint;
    _counts bigint[] := '{}';
BEGIN
    EXECUTE 'LOCK TABLE ' || _all || ' IN ACCESS EXCLUSIVE MODE';
    FOREACH _name IN ARRAY _names LOOP
        EXECUTE format('CREATE TEMPORARY TABLE %I ON COMMIT DROP AS TABLE public.%I', 'kept_' || _name, _name);
        GET DIAGNOSTICS _copied = ROW_COUNT;
        _counts := _counts || _copied;
    END LOOP;
    EXECUTE 'TRUNCATE ' || _all;
    FOR _at IN 1 .. cardinality(_names) LOOP
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.n) INTO STRICT _keys
        FROM pg_index AS i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indisprimary AND i.indrelid = format('public.%I', _names[_at])::regclass;
        EXECUTE format('INSERT INTO public.%I SELECT * FROM pg_temp.%I ORDER BY %s',
            _names[_at], 'kept_' || _names[_at], _keys);
        GET DIAGNOSTICS _back = ROW_COUNT;
        IF _back <> _counts[_at] THEN
            RAISE EXCEPTION 'rows were lost while a table was rewritten';
        END IF;
    END LOOP;
END $$;
