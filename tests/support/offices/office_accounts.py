"""The accounts of an office for tests: every member whom its directory names has enrolled and passed."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import insert

from portal.accounts.members import MemberState
from portal.accounts.tables import MEMBERS
from portal.accounts.totp import SECRET_SIZE
from portal.office import OfficeFolder, members_of
from portal.settings import Settings, StoreName, read_settings
from portal.stores.engines import open_store
from portal.stores.schemas import upgrade_stores


def settings_with_accounts(folder: OfficeFolder, data: Path | None = None) -> Settings:
    """Settings of an office whose accounts store, in `data` or beside its folder, has the members of its directory."""
    variables = {"YANLU_DATA": str(data or folder.path.parent), "YANLU_OFFICE": str(folder.path)}
    settings = read_settings(variables)
    upgrade_stores(settings, [StoreName.ACCOUNTS])
    enrol_directory(settings, folder)
    return settings


def enrol_directory(settings: Settings, folder: OfficeFolder, *left_out: str) -> None:
    """Writes an account for each member whom the directory names, less those `left_out`."""
    store = open_store(settings, StoreName.ACCOUNTS)
    rows = [
        {
            "member": one.id,
            "role": one.role.value,
            "entity": None,
            "name": json.dumps(one.name.document()),
            "state": MemberState.PASSED.value,
            "recipient": one.recipient,
            "signing": one.signing,
            "totp_secret": bytes(SECRET_SIZE),
            "totp_step": 0,
        }
        for one in members_of(folder.directory() or "")
        if one.id not in left_out
    ]
    with store.write() as connection:
        connection.execute(insert(MEMBERS), rows)
    store.engine.dispose()
