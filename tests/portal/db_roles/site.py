"""An installation whose processes are roles of PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from portal.db_roles.privileges import StoreRole
from portal.settings import Settings, StoreName
from tests.support.offices.edge import Edge, as_role
from tests.support.servers.postgres import Postgres


@dataclass
class Site:
    """An installation on PostgreSQL whose databases are called `site_<store>`."""

    postgres: Postgres
    edge: Edge

    def connect(self, login: str, store: StoreName) -> psycopg.Connection:
        """A line of a login to a store."""
        url = self.postgres.url(f"site_{store}", login).replace("+psycopg", "")
        return psycopg.connect(url, autocommit=True)

    def settings(self, role: StoreRole) -> Settings:
        """What a process of that role is set to."""
        return as_role(self.edge.settings, role)
