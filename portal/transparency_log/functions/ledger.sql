-- What both faces may do with the ledger on PostgreSQL: read what is published anyway.

CREATE OR REPLACE FUNCTION log_tile(_level integer, _number bigint)
RETURNS SETOF bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT content FROM tiles WHERE level = _level AND number = _number;
END $$;

CREATE OR REPLACE FUNCTION log_checkpoint(_size bigint)
RETURNS SETOF bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT note FROM checkpoints WHERE size = _size;
END $$;

CREATE OR REPLACE FUNCTION log_sizes()
RETURNS SETOF bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT size FROM checkpoints ORDER BY size;
END $$;

CREATE OR REPLACE FUNCTION log_newest()
RETURNS SETOF bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1;
END $$;

CREATE OR REPLACE FUNCTION log_index(_entry bytea)
RETURNS SETOF bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT n FROM entries WHERE entry = _entry;
END $$;
