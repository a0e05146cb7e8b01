-- What intake may do in the mailroom on PostgreSQL, and nothing besides: it has no right to any table.
-- A mailbox is named by its token, which is hashed here; an upload by its random id. Whether there is
-- a mailbox or not, the same statements run. None may be marked STABLE: its statements would see the tables as
-- they were when it was called, and a table that was rewritten in between (`rewrite_tables`) would look empty.

-- A report: its mailbox, then all that lies in it. False if mailbox or case id is taken.
CREATE OR REPLACE FUNCTION submit_report(
    _mailbox bytea, _digest bytea, _erasure bytea, _case bytea, _entity text, _policy text, _version text,
    _urgent boolean, _access bytea, _day date, _item_hash bytea, _item bytea, _memo_seq bigint, _memo bytea,
    _grant_id bytea, _grant bytea, _keys bytea[], _identity bytea, _protection bytea
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO mailboxes (mailbox_id, case_id, entity, policy, erasure_id, urgent, first_seq, submission_hash)
    VALUES (_mailbox, _case, _entity, _policy, _erasure, _urgent, 1, _digest) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM insert_report(
        _mailbox, _erasure, _case, _entity, _policy, _version, _urgent, _access, _day, _item_hash, _item,
        _memo_seq, _memo, _grant_id, _grant, _keys, _identity, _protection);
    RETURN true;
END $$;

-- All that a report writes besides its mailbox. The keys are those of the three outbox rows.
CREATE OR REPLACE FUNCTION insert_report(
    _mailbox bytea, _erasure bytea, _case bytea, _entity text, _policy text, _version text,
    _urgent boolean, _access bytea, _day date, _item_hash bytea, _item bytea, _memo_seq bigint, _memo bytea,
    _grant_id bytea, _grant bytea, _keys bytea[], _identity bytea, _protection bytea
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO items (item_hash, case_id, dir, seq, epoch, day, hint, sealed)
    VALUES (_item_hash, _case, 'to-office', 1, 0, _day, NULL, _item);
    INSERT INTO memos (mailbox_id, seq, sealed) VALUES (_mailbox, _memo_seq, _memo);
    INSERT INTO grants (grant_id, case_id, entity, day, epoch, erasure_id, sealed, waits)
    VALUES (_grant_id, _case, _entity, _day, 0, _erasure, _grant, true);
    -- Its mark of withdrawal stands behind the box and thirty slots.
    INSERT INTO outbox_identity (key, packet, content_hash, withdrawal_mark)
    VALUES (_keys[1], _identity, sha256(_identity), substring(_identity FROM 44761 FOR 32));
    INSERT INTO outbox_protection (key, packet) VALUES (_keys[2], _protection);
    INSERT INTO outbox_received (
        key, kind, case_id, entity, policy, policy_version, day, access_hash, urgent, item_hash, seq, leased_until)
    VALUES (_keys[3], 'received', _case, _entity, _policy, _version, _day, _access, _urgent, _item_hash, 1, 0);
END $$;

-- Reports that arrived together, in one statement; each argument holds one value for each of them.
CREATE OR REPLACE FUNCTION submit_reports(
    _mailbox bytea[], _digest bytea[], _erasure bytea[], _case bytea[], _entity text[], _policy text[],
    _version text[], _urgent boolean[], _access bytea[], _day date[], _item_hash bytea[], _item bytea[],
    _memo_seq bigint[], _memo bytea[], _grant_id bytea[], _grant bytea[], _keys bytea[], _identity bytea[],
    _protection bytea[]
) RETURNS SETOF boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    FOR _at IN 1 .. cardinality(_mailbox) LOOP
        RETURN NEXT submit_report(
            _mailbox[_at], _digest[_at], _erasure[_at], _case[_at], _entity[_at], _policy[_at], _version[_at],
            _urgent[_at], _access[_at], _day[_at], _item_hash[_at], _item[_at], _memo_seq[_at], _memo[_at],
            _grant_id[_at], _grant[_at], _keys[3 * _at - 2 : 3 * _at], _identity[_at], _protection[_at]);
    END LOOP;
END $$;

-- A mailbox for a report that comes alone: a new one, or one that held a draft, whose erasure id it gives.
CREATE OR REPLACE FUNCTION open_mailbox(
    _mailbox bytea, _digest bytea, _erasure bytea, _case bytea, _entity text, _policy text, _urgent boolean
) RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    _drafted bytea;
BEGIN
    INSERT INTO mailboxes (mailbox_id, case_id, entity, policy, erasure_id, urgent, first_seq, submission_hash)
    VALUES (_mailbox, _case, _entity, _policy, _erasure, _urgent, 1, _digest) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN _erasure;
    END IF;
    SELECT erasure_id INTO _drafted FROM mailboxes
    WHERE mailbox_id = _mailbox AND case_id IS NULL
        AND NOT EXISTS (SELECT FROM mailboxes AS others WHERE others.case_id = _case)
    FOR UPDATE;
    IF NOT FOUND THEN
        -- If the term of its draft ended at this very moment the place is free now.
        INSERT INTO mailboxes (mailbox_id, case_id, entity, policy, erasure_id, urgent, first_seq, submission_hash)
        VALUES (_mailbox, _case, _entity, _policy, _erasure, _urgent, 1, _digest) ON CONFLICT DO NOTHING;
        RETURN CASE WHEN FOUND THEN _erasure END;
    END IF;
    UPDATE mailboxes SET case_id = _case, entity = _entity, policy = _policy, urgent = _urgent,
        first_seq = 1, submission_hash = _digest WHERE mailbox_id = _mailbox;
    -- What was saved for later has now been sent.
    DELETE FROM drafts WHERE mailbox_id = _mailbox;
    RETURN _drafted;
END $$;

-- The hash of the report that has this case id or mailbox already; a mailbox with a draft only is free.
CREATE OR REPLACE FUNCTION known_report(_mailbox bytea, _case bytea)
RETURNS SETOF bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT submission_hash FROM mailboxes
    WHERE case_id = _case OR (mailbox_id = _mailbox AND case_id IS NOT NULL)
    ORDER BY case_id <> _case LIMIT 1;
END $$;

-- Under which key a mailbox lies, and whose it is.
CREATE OR REPLACE FUNCTION mailbox_of(_token bytea)
RETURNS TABLE (erasure_id bytea, entity text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT m.erasure_id, m.entity::text FROM mailboxes AS m WHERE m.mailbox_id = sha256(_token);
END $$;

-- All that a poll shows: the erasure id (NULL for nobody's mailbox), then memo, draft and the office's items.
CREATE OR REPLACE FUNCTION read_mailbox(_token bytea)
RETURNS TABLE (kind text, sealed bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    _box mailboxes%ROWTYPE;
BEGIN
    SELECT * INTO _box FROM mailboxes WHERE mailbox_id = sha256(_token);
    RETURN QUERY SELECT 'mailbox', _box.erasure_id;
    RETURN QUERY SELECT 'memo', m.sealed FROM memos AS m WHERE m.mailbox_id = sha256(_token);
    RETURN QUERY SELECT 'draft', d.sealed FROM drafts AS d WHERE d.mailbox_id = sha256(_token);
    RETURN QUERY SELECT 'item', i.sealed FROM items AS i
        WHERE i.case_id = coalesce(_box.case_id, '') AND i.dir = 'to-reporter' AND i.seq >= coalesce(_box.first_seq, 1)
        ORDER BY i.seq;
END $$;

-- The report of a mailbox, for the proof that it was filed.
CREATE OR REPLACE FUNCTION filing_of(_token bytea)
RETURNS TABLE (erasure_id bytea, submission_hash bytea, item_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT m.erasure_id, m.submission_hash, i.item_hash
    FROM mailboxes AS m JOIN items AS i ON i.case_id = m.case_id AND i.dir = 'to-office' AND i.seq = 1
    WHERE m.mailbox_id = sha256(_token);
END $$;

-- A post; 'kept', 'dropped', or 'missing' when an upload is another case's meanwhile. One that does not fit is
-- written under a mailbox that nobody has and taken away again: the same statements as for one that does.
CREATE OR REPLACE FUNCTION accept_post(
    _token bytea, _seen bytea, _day date, _memo_seq bigint, _memo bytea, _keys bytea[], _identity bytea,
    _protection bytea, _item_hash bytea, _item_case bytea, _item_seq bigint, _item_prev bytea, _epoch integer,
    _hint text, _item bytea, _moved bytea, _moved_seq bigint, _moved_memo bytea,
    _blobs bytea[], _sizes bigint[], _first_keys bytea[]
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    _box mailboxes%ROWTYPE;
    _head items%ROWTYPE;
    _note bigint;
    _taken boolean;
    _others boolean;
    _fits boolean;
    _whole boolean := true;
    _kept_hash bytea := _item_hash;
    _gone_case bytea := uuid_send(gen_random_uuid());
    _gone_mailbox bytea := sha256(uuid_send(gen_random_uuid()));
    _gone_keys bytea[] := ARRAY(SELECT uuid_send(gen_random_uuid()) FROM unnest(_keys));
    _last bigint;
BEGIN
    SELECT * INTO _box FROM mailboxes WHERE mailbox_id = sha256(_token) FOR UPDATE;
    SELECT * INTO _head FROM items
        WHERE case_id = coalesce(_box.case_id, '') AND dir = 'to-office' ORDER BY seq DESC LIMIT 1;
    SELECT seq INTO _note FROM memos WHERE mailbox_id = sha256(_token);
    SELECT count(*) > 0 INTO _taken FROM mailboxes WHERE mailbox_id = _moved;
    SELECT count(*) > 0 INTO _others FROM blobs
        WHERE blob_id = ANY (_blobs) AND case_id IS NOT NULL AND case_id IS DISTINCT FROM _box.case_id;
    _fits := coalesce(
        _box.case_id IS NOT NULL AND _box.erasure_id = _seen AND NOT _taken AND NOT _others AND _memo_seq > _note
        AND _head.seq IS NOT NULL AND (_item IS NULL OR (
            _item_case = _box.case_id AND _item_seq = _head.seq + 1 AND _item_prev = _head.item_hash)), false);
    IF NOT _fits THEN
        _box.mailbox_id := _gone_mailbox;
        _box.case_id := _gone_case;
        _box.entity := '';
        _box.policy := '';
        -- The row must not collide with the item that it repeats.
        _kept_hash := sha256(uuid_send(gen_random_uuid()));
        _gone_keys := _keys;
    END IF;
    FOR _at IN 1 .. cardinality(_blobs) LOOP
        _whole := claim_upload(
            CASE WHEN _fits THEN _blobs[_at] ELSE uuid_send(gen_random_uuid()) END,
            _box.case_id, 'to-office', _day, _sizes[_at], _first_keys[_at]) AND _whole;
    END LOOP;
    IF _fits AND NOT _whole THEN
        RETURN 'missing';
    END IF;
    IF _item IS NOT NULL THEN
        INSERT INTO items (item_hash, case_id, dir, seq, epoch, day, hint, sealed)
        VALUES (_kept_hash, _box.case_id, 'to-office', _item_seq, _epoch, _day, _hint, _item);
        INSERT INTO outbox_received (
            key, kind, case_id, entity, policy, policy_version, day, access_hash, urgent, item_hash, seq,
            leased_until)
        VALUES (_keys[3], 'message-received', _box.case_id, _box.entity, _box.policy, '', _day,
            decode(repeat('00', 32), 'hex'), false, _item_hash, _item_seq, 0);
    END IF;
    -- Its mark of withdrawal stands behind the box and thirty slots.
    INSERT INTO outbox_identity (key, packet, content_hash, withdrawal_mark)
    VALUES (_keys[1], _identity, sha256(_identity), substring(_identity FROM 44761 FOR 32));
    INSERT INTO outbox_protection (key, packet) VALUES (_keys[2], _protection);
    INSERT INTO memos (mailbox_id, seq, sealed) VALUES (_box.mailbox_id, _memo_seq, _memo) ON CONFLICT DO NOTHING;
    UPDATE memos SET seq = _memo_seq, sealed = _memo WHERE mailbox_id = _box.mailbox_id AND seq < _memo_seq;
    DELETE FROM items WHERE case_id = _gone_case;
    DELETE FROM memos WHERE mailbox_id = _gone_mailbox;
    DELETE FROM outbox_received WHERE key = _gone_keys[3];
    DELETE FROM outbox_identity WHERE key = _gone_keys[1];
    DELETE FROM outbox_protection WHERE key = _gone_keys[2];
    IF _moved IS NOT NULL THEN
        -- The case goes to the mailbox of a changed receipt; the old token finds nothing from now on.
        SELECT coalesce(max(seq), 0) INTO _last FROM items WHERE case_id = _box.case_id AND dir = 'to-reporter';
        UPDATE mailboxes SET mailbox_id = _moved, first_seq = _last + 1 WHERE mailbox_id = _box.mailbox_id;
        UPDATE memos SET mailbox_id = _moved, seq = _moved_seq, sealed = _moved_memo
        WHERE mailbox_id = _box.mailbox_id;
        DELETE FROM drafts WHERE mailbox_id = _box.mailbox_id;
    END IF;
    RETURN CASE WHEN _fits THEN 'kept' ELSE 'dropped' END;
END $$;

-- The mailbox of a draft, made if there is none; gives the erasure id under which it lies.
CREATE OR REPLACE FUNCTION open_draft(_token bytea, _erasure bytea)
RETURNS bytea LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    _found bytea;
BEGIN
    INSERT INTO mailboxes (mailbox_id, erasure_id, urgent, first_seq)
    VALUES (sha256(_token), _erasure, false, 1) ON CONFLICT DO NOTHING;
    SELECT erasure_id INTO _found FROM mailboxes WHERE mailbox_id = sha256(_token) FOR UPDATE;
    IF NOT FOUND THEN
        -- The term of the draft before it ended at this very moment: its place is free now.
        INSERT INTO mailboxes (mailbox_id, erasure_id, urgent, first_seq)
        VALUES (sha256(_token), _erasure, false, 1) ON CONFLICT DO NOTHING;
    END IF;
    RETURN coalesce(_found, _erasure);
END $$;

-- Keeps a draft unless a newer one lies there.
CREATE OR REPLACE FUNCTION store_draft(_token bytea, _seq bigint, _sealed bytea, _day date)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO drafts (mailbox_id, seq, sealed, day) VALUES (sha256(_token), _seq, _sealed, _day)
    ON CONFLICT DO NOTHING;
    UPDATE drafts SET seq = _seq, sealed = _sealed, day = _day WHERE mailbox_id = sha256(_token) AND seq < _seq;
END $$;

-- Where a part of an attachment that the office sent lies, and under which keys.
CREATE OR REPLACE FUNCTION part_for_reporter(_token bytea, _blob bytea, _k integer)
RETURNS TABLE (place text, first_key bytea, case_key bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT p.place::text, b.first_key, m.erasure_id
        FROM mailboxes AS m JOIN blobs AS b ON b.case_id = m.case_id JOIN blob_parts AS p ON p.blob_id = b.blob_id
        WHERE m.mailbox_id = sha256(_token) AND b.blob_id = _blob AND p.k = _k AND b.dir = 'to-reporter';
END $$;

-- How many reports and re-grants there are of a day and later; how many mailboxes hold a draft only.
CREATE OR REPLACE FUNCTION reports_since(_day date)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT count(*) FROM grants WHERE day >= _day);
END $$;

CREATE OR REPLACE FUNCTION waiting_drafts()
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT count(*) FROM mailboxes WHERE case_id IS NULL);
END $$;

-- How many packets a slot of each entity takes: a public number.
CREATE OR REPLACE FUNCTION slot_numbers()
RETURNS TABLE (entity text, packets integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT s.entity::text, s.packets FROM slots AS s;
END $$;
