"""Commands around the service: serve, env."""

from __future__ import annotations

import click

from mcode_pipelines.settings import Settings, dagster_home


@click.command()
def serve() -> None:
    """Web UI, daemon and code server in one; stopped together by Ctrl-C."""
    from mcode_pipelines.serve import serve as run

    run(Settings.from_environment(), dagster_home(), click.echo)


@click.command()
def env() -> None:
    """Print the settings as shell exports: `eval "$(mcode env)"` before using the dagster command."""
    import shlex

    from mcode_pipelines.instance_config import prepare_home

    settings, home = Settings.from_environment(), dagster_home()
    prepare_home(home, settings)
    click.echo(f"export DAGSTER_HOME={shlex.quote(str(home))}")
    for name in ("storage", "inbox", "quarantine"):
        click.echo(f"export MCODE_{name.upper()}={shlex.quote(str(getattr(settings, name)))}")
