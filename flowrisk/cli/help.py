"""Help in groups: what most questions need on one screen, everything under ``--help-all``."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from flowrisk.question.options import GROUPS

_ARGUMENTS, _OWN, _HELP = "Arguments", "Options", "Help"
_COLUMN_WIDTH = 28
_RARE = "is_rare"


def _show_all(context: typer.Context, *, is_asked: bool) -> None:
    if is_asked:
        context.meta[_RARE] = True
        typer.echo(context.get_help())
        raise typer.Exit


def whole(context: typer.Context) -> str:
    """Return the help of a group, then of each of its commands with every option."""
    group: Any = context.command
    parts = [context.get_help()]
    for name, command in group.commands.items():
        own = typer.Context(command, info_name=name, parent=context)
        own.meta[_RARE] = True
        parts.append(own.get_help())
    return "\n\n".join(parts)


All = Annotated[
    bool,
    typer.Option(
        "--help-all", is_eager=True, help="Show every option and exit.", show_default=False,
        callback=lambda ctx, is_asked: _show_all(ctx, is_asked=is_asked),
    ),
]  # fmt: skip


class GroupedCommand(TyperCommand):
    """A command whose options stand under headings; rare ones only where all are asked for."""

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer's, private
        """Write the arguments, then the options group by group."""
        rare: frozenset[str] = getattr(self.callback, "rare", frozenset())
        is_whole = ctx.meta.get(_RARE, False)
        shown = [each for each in self.get_params(ctx) if is_whole or each.name not in rare]
        grouped: dict[str, list[tuple[str, str]]] = {
            heading: [] for heading in (_ARGUMENTS, _OWN, *GROUPS, _HELP)
        }
        for each in shown:
            record = each.get_help_record(ctx)
            if record is not None:
                grouped[_heading(each)].append(record)
        for heading, records in grouped.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records, col_max=_COLUMN_WIDTH)


def _heading(parameter: Any) -> str:  # noqa: ANN401
    if parameter.param_type_name == "argument":
        return _ARGUMENTS
    if parameter.name in {"help", "help_all"}:
        return _HELP
    return str(parameter.rich_help_panel or _OWN)
