-- What both faces may do with erasure keys on PostgreSQL: add some, and read those whose ids they know.

CREATE OR REPLACE FUNCTION store_keys(_ids bytea[], _keys bytea[], _day date)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO erasure_keys (erasure_id, key, day)
    SELECT one.id, one.key, _day FROM unnest(_ids, _keys) AS one (id, key);
END $$;

CREATE OR REPLACE FUNCTION find_keys(_ids bytea[])
RETURNS TABLE (erasure_id bytea, key bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT k.erasure_id, k.key FROM erasure_keys AS k WHERE k.erasure_id = ANY (_ids);
END $$;
