"""`lictor schema`: the JSON Schema that editors complete from."""

import json

import click

from lictor.schema import json_schema


@click.command("schema")
@click.argument("part", type=click.Choice(["rule", "ruleset", "cases"]), required=False)
def command(part: str | None) -> None:
    """Print the JSON Schema (2020-12) of lictor's files: all of it, or that of one kind of file."""
    schema = json_schema()
    if part:
        schema = {**schema, "$ref": f"#/$defs/{part}"}
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))
