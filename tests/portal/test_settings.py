"""Settings: a pure reading of a mapping that refuses what would be dangerous."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from portal.settings import SETTINGS, S3Place, SettingRefused, StoreName, as_variables, backup_place, read_settings

S3 = {"YANLU_BLOBS": "s3://b/p?endpoint=http://127.0.0.1:1", "YANLU_S3_KEY": "k", "YANLU_S3_SECRET": "geheim"}


def test_one_folder_is_enough() -> None:
    """Every other setting follows from YANLU_DATA; variables of others and the suite's own are left alone."""
    settings = read_settings({"YANLU_DATA": "/srv/yanlu", "HOME": "/root", "YANLU_SEEDS": "/srv/texts"})
    assert settings.office == Path("/srv/yanlu/office")
    assert settings.blobs == Path("/srv/yanlu/blobs")
    assert {settings.url(name) for name in StoreName} == {f"sqlite:////srv/yanlu/{name}.sqlite" for name in StoreName}


@pytest.mark.parametrize(
    "variables",
    [
        {"YANLU_DATTA": "x"},
        {"YANLU_DEMO": "yes"},
        {"YANLU_DEMO": "1", "YANLU_BEHIND_TLS": "1"},
        {"YANLU_URL_IDENTITY": "sqlite:////a", "YANLU_URL_WATCH": "sqlite:////a"},
        {"YANLU_BLOBS": "/srv/blobs"},
        {"YANLU_UNCLAIMED_GIB": "-1"},
        {"YANLU_BLOBS": "s3://[bucket/prefix"},
        {"YANLU_BLOBS": "s3://bucket/prefix"},
        {"YANLU_BLOBS": "s3://bucket/prefix", "YANLU_S3_KEY": "k"},
    ],
)
def test_a_dangerous_or_unknown_setting_is_refused(variables: dict[str, str]) -> None:
    """A misspelt name, a half-given S3 store, two stores in one place and a public demo are refused."""
    with pytest.raises(SettingRefused):
        read_settings(variables)


def test_a_child_process_reads_the_same_settings() -> None:
    """What is written for a child process is read back as it was, on a folder and on S3."""
    copies = {"YANLU_ERASURE_COPIES": "s3://copies", "YANLU_BACKUP_S3_KEY": "b", "YANLU_BACKUP_S3_SECRET": "c"}
    data = {"YANLU_DATA": "/srv/yanlu"}
    demo = {
        "YANLU_DEMO": "1",
        "YANLU_UNCLAIMED_GIB": "7",
        "YANLU_RECENT_GIB": "8",
        "YANLU_NOTICES": "/srv/notices.toml",
        "YANLU_SECURITY_CONTACT": "mailto:security@example.org",
    }
    for variables in (data | demo, data | S3, data | S3 | copies, data | copies):
        settings = read_settings(variables)
        assert read_settings(as_variables(settings)) == settings


def test_no_secret_is_ever_printed() -> None:
    """Neither the S3 secret nor a database's password is in the settings' own description."""
    url = {"YANLU_URL_CASES": "postgresql+psycopg://u:passwort@h/d"}
    assert not {"geheim", "passwort"} & set(repr(read_settings(S3 | url)).replace("'", " ").replace("/", " ").split())
    assert "passwort" not in repr(read_settings(S3 | url))


def test_every_setting_is_in_the_table() -> None:
    """The table names each variable once, with its default and its meaning."""
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names) == 13 + len(StoreName) + 3 + 5
    assert all(setting.default and setting.meaning for setting in SETTINGS)


def test_a_destination_is_a_folder_or_a_bucket_with_keys() -> None:
    """A bucket takes the keys for backups, else those for attachments; without any it is refused."""
    bare, shared = read_settings({}), read_settings(S3)
    own = read_settings(S3 | {"YANLU_BACKUP_S3_KEY": "b", "YANLU_BACKUP_S3_SECRET": "c"})
    assert backup_place(bare, "/srv/copies") == backup_place(bare, "file:///srv/copies") == Path("/srv/copies")
    found = [backup_place(one, "s3://copies/a?endpoint=http://127.0.0.1:2") for one in (shared, own)]
    seen = [(one.bucket, one.prefix, one.endpoint, one.key) for one in found if isinstance(one, S3Place)]
    assert seen == [("copies", "a", "http://127.0.0.1:2", SecretStr(key)) for key in "kb"]
    for text in ("s3://copies", "ftp://copies", "s3:///a"):
        with pytest.raises(SettingRefused):
            backup_place(bare, text)
