\set ON_ERROR_STOP on
SELECT 'CREATE ROLE yanlu_intake LOGIN' WHERE to_regrole('yanlu_intake') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_desk LOGIN' WHERE to_regrole('yanlu_desk') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_worker LOGIN' WHERE to_regrole('yanlu_worker') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_backup LOGIN' WHERE to_regrole('yanlu_backup') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_watch LOGIN' WHERE to_regrole('yanlu_watch') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_hr_upload LOGIN' WHERE to_regrole('yanlu_hr_upload') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_mailroom_owner LOGIN' WHERE to_regrole('yanlu_mailroom_owner') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_cases_owner LOGIN' WHERE to_regrole('yanlu_cases_owner') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_accounts_owner LOGIN' WHERE to_regrole('yanlu_accounts_owner') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_erasure_owner LOGIN' WHERE to_regrole('yanlu_erasure_owner') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_identity_owner LOGIN' WHERE to_regrole('yanlu_identity_owner') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_watch_owner LOGIN' WHERE to_regrole('yanlu_watch_owner') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_deletions_owner LOGIN' WHERE to_regrole('yanlu_deletions_owner') IS NULL \gexec
SELECT 'CREATE ROLE yanlu_ledger_owner LOGIN' WHERE to_regrole('yanlu_ledger_owner') IS NULL \gexec
ALTER ROLE yanlu_intake NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_desk NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_worker NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_backup NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_watch NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_hr_upload NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_mailroom_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_cases_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_accounts_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_erasure_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_identity_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_watch_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_deletions_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE yanlu_ledger_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
GRANT pg_checkpoint TO yanlu_worker;
SELECT 'CREATE DATABASE yanlu_mailroom OWNER yanlu_mailroom_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'yanlu_mailroom') \gexec
SELECT 'CREATE DATABASE yanlu_cases OWNER yanlu_cases_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'yanlu_cases') \gexec
SELECT 'CREATE DATABASE yanlu_accounts OWNER yanlu_accounts_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'yanlu_accounts') \gexec
SELECT 'CREATE DATABASE yanlu_erasure OWNER yanlu_erasure_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'yanlu_erasure') \gexec
SELECT 'CREATE DATABASE yanlu_identity OWNER yanlu_identity_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'yanlu_identity') \gexec
SELECT 'CREATE DATABASE yanlu_watch OWNER yanlu_watch_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'yanlu_watch') \gexec
SELECT 'CREATE DATABASE yanlu_deletions OWNER yanlu_deletions_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'yanlu_deletions') \gexec
SELECT 'CREATE DATABASE yanlu_ledger OWNER yanlu_ledger_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'yanlu_ledger') \gexec
REVOKE ALL ON DATABASE yanlu_mailroom FROM PUBLIC, yanlu_intake, yanlu_desk, yanlu_worker, yanlu_backup, yanlu_watch, yanlu_hr_upload;
GRANT CONNECT ON DATABASE yanlu_mailroom TO yanlu_intake;
GRANT CONNECT ON DATABASE yanlu_mailroom TO yanlu_desk;
GRANT CONNECT ON DATABASE yanlu_mailroom TO yanlu_worker;
GRANT CONNECT ON DATABASE yanlu_mailroom TO yanlu_backup;
REVOKE ALL ON DATABASE yanlu_cases FROM PUBLIC, yanlu_intake, yanlu_desk, yanlu_worker, yanlu_backup, yanlu_watch, yanlu_hr_upload;
GRANT CONNECT ON DATABASE yanlu_cases TO yanlu_desk;
GRANT CONNECT ON DATABASE yanlu_cases TO yanlu_worker;
GRANT CONNECT ON DATABASE yanlu_cases TO yanlu_backup;
REVOKE ALL ON DATABASE yanlu_accounts FROM PUBLIC, yanlu_intake, yanlu_desk, yanlu_worker, yanlu_backup, yanlu_watch, yanlu_hr_upload;
GRANT CONNECT ON DATABASE yanlu_accounts TO yanlu_desk;
GRANT CONNECT ON DATABASE yanlu_accounts TO yanlu_worker;
GRANT CONNECT ON DATABASE yanlu_accounts TO yanlu_backup;
REVOKE ALL ON DATABASE yanlu_erasure FROM PUBLIC, yanlu_intake, yanlu_desk, yanlu_worker, yanlu_backup, yanlu_watch, yanlu_hr_upload;
GRANT CONNECT ON DATABASE yanlu_erasure TO yanlu_intake;
GRANT CONNECT ON DATABASE yanlu_erasure TO yanlu_desk;
GRANT CONNECT ON DATABASE yanlu_erasure TO yanlu_worker;
GRANT CONNECT ON DATABASE yanlu_erasure TO yanlu_backup;
REVOKE ALL ON DATABASE yanlu_identity FROM PUBLIC, yanlu_intake, yanlu_desk, yanlu_worker, yanlu_backup, yanlu_watch, yanlu_hr_upload;
GRANT CONNECT ON DATABASE yanlu_identity TO yanlu_desk;
GRANT CONNECT ON DATABASE yanlu_identity TO yanlu_worker;
GRANT CONNECT ON DATABASE yanlu_identity TO yanlu_backup;
REVOKE ALL ON DATABASE yanlu_watch FROM PUBLIC, yanlu_intake, yanlu_desk, yanlu_worker, yanlu_backup, yanlu_watch, yanlu_hr_upload;
GRANT CONNECT ON DATABASE yanlu_watch TO yanlu_worker;
GRANT CONNECT ON DATABASE yanlu_watch TO yanlu_backup;
GRANT CONNECT ON DATABASE yanlu_watch TO yanlu_watch;
GRANT CONNECT ON DATABASE yanlu_watch TO yanlu_hr_upload;
REVOKE ALL ON DATABASE yanlu_deletions FROM PUBLIC, yanlu_intake, yanlu_desk, yanlu_worker, yanlu_backup, yanlu_watch, yanlu_hr_upload;
GRANT CONNECT ON DATABASE yanlu_deletions TO yanlu_worker;
GRANT CONNECT ON DATABASE yanlu_deletions TO yanlu_backup;
REVOKE ALL ON DATABASE yanlu_ledger FROM PUBLIC, yanlu_intake, yanlu_desk, yanlu_worker, yanlu_backup, yanlu_watch, yanlu_hr_upload;
GRANT CONNECT ON DATABASE yanlu_ledger TO yanlu_intake;
GRANT CONNECT ON DATABASE yanlu_ledger TO yanlu_desk;
GRANT CONNECT ON DATABASE yanlu_ledger TO yanlu_worker;
GRANT CONNECT ON DATABASE yanlu_ledger TO yanlu_backup;
\connect yanlu_mailroom
GRANT EXECUTE ON FUNCTION pg_stat_reset_single_table_counters(oid) TO yanlu_worker;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO yanlu_worker;
\connect yanlu_cases
GRANT EXECUTE ON FUNCTION pg_stat_reset_single_table_counters(oid) TO yanlu_worker;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO yanlu_worker;
\connect yanlu_accounts
GRANT EXECUTE ON FUNCTION pg_stat_reset_single_table_counters(oid) TO yanlu_worker;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO yanlu_worker;
\connect yanlu_erasure
GRANT EXECUTE ON FUNCTION pg_stat_reset_single_table_counters(oid) TO yanlu_worker;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO yanlu_worker;
\connect yanlu_identity
GRANT EXECUTE ON FUNCTION pg_stat_reset_single_table_counters(oid) TO yanlu_worker;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO yanlu_worker;
\connect yanlu_watch
GRANT EXECUTE ON FUNCTION pg_stat_reset_single_table_counters(oid) TO yanlu_worker;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO yanlu_worker;
\connect yanlu_deletions
GRANT EXECUTE ON FUNCTION pg_stat_reset_single_table_counters(oid) TO yanlu_worker;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO yanlu_worker;
\connect yanlu_ledger
GRANT EXECUTE ON FUNCTION pg_stat_reset_single_table_counters(oid) TO yanlu_worker;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO yanlu_worker;
