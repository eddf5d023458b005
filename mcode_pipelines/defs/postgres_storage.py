"""Dagster's own records in Postgres, addressed by MCODE_POSTGRES_URL alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster_postgres import DagsterPostgresStorage
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from mcode_pipelines.defs.dagster_internals import InstanceClassData
from mcode_pipelines.settings import Settings, SettingsError


def driver_url(address: str) -> URL:
    """The address with the driver that is installed.

    SQLAlchemy 2.1 takes a bare `postgresql://` for psycopg 3, which Dagster does not bring. Raises SettingsError.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise SettingsError(
            "MCODE_POSTGRES_URL is not an address such as postgresql://user:password@host/name"
        ) from None
    if url.drivername not in {"postgres", "postgresql", "postgresql+psycopg2"}:
        raise SettingsError(f"MCODE_POSTGRES_URL must begin with postgresql://, not {url.drivername}://")
    return url.set(drivername="postgresql+psycopg2")


class PostgresFromEnvironment(DagsterPostgresStorage):
    """Postgres storage whose address never stands in a file: dagster.yaml names this class and nothing more."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing to configure."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: InstanceClassData | None, config_value: Mapping[str, Any]
    ) -> PostgresFromEnvironment:
        """The storage that MCODE_POSTGRES_URL names. Raises SettingsError where it is not set."""
        address = Settings.from_environment().postgres_url
        if address is None:
            raise SettingsError("MCODE_POSTGRES_URL is not set, but dagster.yaml was made for Postgres")
        url = driver_url(address.get_secret_value())
        return cls(url.render_as_string(hide_password=False), inst_data=inst_data)
