-- What both faces may do with uploads on PostgreSQL: named by a random id, they say nothing of a case.

-- The hash of a part that is here already.
CREATE OR REPLACE FUNCTION part_hash(_blob bytea, _k integer)
RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT hash FROM blob_parts WHERE blob_id = _blob AND k = _k);
END $$;

-- Writes a part down: 'new'; 'same' or 'other' if somebody brought this part meanwhile; 'taken' if a case has it.
CREATE OR REPLACE FUNCTION record_part(
    _blob bytea, _k integer, _hash bytea, _size bigint, _place text, _day date, _erasure bytea
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    _case bytea;
BEGIN
    INSERT INTO blobs (blob_id, day) VALUES (_blob, _day) ON CONFLICT DO NOTHING;
    SELECT case_id INTO STRICT _case FROM blobs WHERE blob_id = _blob FOR UPDATE;
    IF _case IS NOT NULL THEN
        RETURN 'taken';
    END IF;
    INSERT INTO blob_parts (blob_id, k, hash, size, place) VALUES (_blob, _k, _hash, _size, _place)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN CASE WHEN part_hash(_blob, _k) = _hash THEN 'same' ELSE 'other' END;
    END IF;
    IF _erasure IS NOT NULL THEN
        UPDATE blobs SET erasure_id = _erasure WHERE blob_id = _blob;
    END IF;
    RETURN 'new';
END $$;

-- The parts of an upload that nothing has taken yet.
CREATE OR REPLACE FUNCTION upload_parts(_blob bytea)
RETURNS TABLE (k integer, hash bytea, size bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT p.k, p.hash, p.size FROM blob_parts AS p JOIN blobs AS b ON b.blob_id = p.blob_id
        WHERE b.blob_id = _blob AND b.case_id IS NULL ORDER BY p.k;
END $$;

-- The parts of an upload, taken or not, and the key of its first part until it is taken.
CREATE OR REPLACE FUNCTION whole_upload(_blob bytea)
RETURNS TABLE (hash bytea, size bigint, erasure_id bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT p.hash, p.size, b.erasure_id FROM blob_parts AS p JOIN blobs AS b ON b.blob_id = p.blob_id
        WHERE b.blob_id = _blob ORDER BY p.k;
END $$;

-- Gives an upload to a case; false if another case has it.
CREATE OR REPLACE FUNCTION claim_upload(
    _blob bytea, _case bytea, _dir text, _day date, _size bigint, _first_key bytea
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    _mine boolean;
BEGIN
    -- From now on the day counts where the case lies: two kinds of day would tell the half of one.
    UPDATE blobs SET case_id = _case, day = CASE WHEN case_id IS NULL THEN _day ELSE day END,
        dir = coalesce(dir, _dir), size = _size, first_key = coalesce(first_key, _first_key)
    WHERE blob_id = _blob AND (case_id IS NULL OR case_id = _case);
    _mine := FOUND;
    UPDATE blob_parts SET moved = false WHERE blob_id = _blob;
    RETURN _mine;
END $$;

-- What uploads take that nothing has claimed; a small part counts as `_least`.
CREATE OR REPLACE FUNCTION unclaimed_bytes(_least bigint)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(sum(greatest(p.size, _least)), 0)
        FROM blob_parts AS p JOIN blobs AS b ON b.blob_id = p.blob_id WHERE b.case_id IS NULL);
END $$;

-- What reporters uploaded since a day, claimed or not; a small part counts as `_least`.
CREATE OR REPLACE FUNCTION recent_bytes(_since date, _least bigint)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(sum(greatest(p.size, _least)), 0)
        FROM blob_parts AS p JOIN blobs AS b ON b.blob_id = p.blob_id
        WHERE b.case_id IS NULL OR (b.dir = 'to-office' AND b.day >= _since));
END $$;
