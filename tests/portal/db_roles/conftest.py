"""An installation on PostgreSQL with a role for each process."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from portal.db_roles.statements import superuser_script
from portal.settings import StoreName
from tests.portal.db_roles.site import Site
from tests.support.offices.edge import open_edge
from tests.support.servers.postgres import Postgres, newest_binaries
from tests.support.servers.s3 import S3
from tests.support.stores.backends import Stores


@pytest.fixture(scope="package")
def site(postgres: Postgres, s3: S3, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Roles and databases made by psql from the printed script, run twice; a sample office on them."""
    names = {store: f"site_{store}" for store in StoreName}
    psql = [newest_binaries() / "psql", "-q", "-X", "-d", postgres.url("postgres").replace("+psycopg", "")]
    for _ in range(2):
        subprocess.run(psql, input=superuser_script(names).encode(), check=True, env={**os.environ, "LC_ALL": "C"})
    urls = {str(store): postgres.url(name) for store, name in names.items()}
    stores = Stores("postgres-s3", urls, s3.url(s3.fresh_prefix()), s3.access_key, s3.secret_key, postgres)
    edge = open_edge(stores, tmp_path_factory.mktemp("site"))
    yield Site(postgres, edge)
    edge.close()
    postgres.drop(*names.values())
