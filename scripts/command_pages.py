"""The page of every command and the manual page of ``man``, from the commands themselves."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NOTE = "<!-- written by scripts/build_docs.py: edit what it reads, not this page -->\n"
_ABOUT_COMMANDS = (
    "Options stand in any position. stdout carries the result only; progress, notes and "
    "warnings go to stderr, and `-q` silences them. Every command that asks a question takes the "
    "same options of question, method, data and output; ratios are taken as `0.2` or `20%`. "
    "`flowrisk COMMAND --help` shows the common ones on one screen, `--help-all` all; `flowrisk "
    "--help-all` and `man flowrisk` show every command.\n"
)
_ABOUT_SETTINGS = (
    "Options of groups Question and Method are settings too: `--as-of` is the variable "
    "`FLOWRISK_AS_OF`, the key `as_of` of `flowrisk.toml` and the keyword `as_of` in Python. The "
    "flag wins, then a preset, then the environment, then `flowrisk.toml` of the working folder, "
    "then that of the dataset, then the default; every output says which won. Every command takes "
    "`--quiet`, `--verbose`, `--debug`, `--no-pager` and `--color`.\n"
)
_EVERYWHERE = ("quiet", "verbose", "debug", "no_pager", "color")
_HEADINGS = (None, "Question", "Method", "Data", "Output")


def cli_page() -> str:
    """Return the page of every command and flag, from the commands themselves."""
    import typer

    from flowrisk.__main__ import app

    group: Any = typer.main.get_command(app)
    shared = _shared_options(group.commands)
    return "\n".join([
        NOTE,
        "# Commands\n",
        f"{group.help}\n",
        _ABOUT_COMMANDS,
        table(("command", "answers"), (
            (f"[`flowrisk {name}`](#flowrisk-{name})", first_line(command.help))
            for name, command in group.commands.items()
        )),
        "Options of `flowrisk` itself:\n",
        _options(group.params),
        *(_command(name, command, shared) for name, command in group.commands.items()),
        _shared(shared),
        _exit_codes(),
    ])  # fmt: skip


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown."""
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(cell.replace("|", "\\|") or "–" for cell in row) for row in rows]
    return "".join(f"| {line} |\n" for line in lines)


def codes(names: Iterable[str]) -> str:
    """Return names as code with commas between them."""
    return ", ".join(f"`{name}`" for name in names if name)


def first_line(text: str) -> str:
    """Return the first paragraph of a text on one line."""
    return " ".join(text.split("\n\n", maxsplit=1)[0].split())


def _command(name: str, command: Any, shared: Iterable[Any]) -> str:  # noqa: ANN401 - Typer's own types are private
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    words = [_argument(each) for each in arguments]
    examples = str(command.epilog).split("Examples:\n")[1].splitlines()
    known = {_key(each) for each in shared}
    listed = _listed(each for each in command.params if each not in arguments)
    own = [each for each in listed if _key(each) not in known]
    others = [each for each in listed if _key(each) in known]
    return "\n".join([
        f"## flowrisk {name}\n",
        f"{command.help}\n",
        "```text",
        " ".join(["flowrisk", name, "[OPTIONS]", *words]),
        "```\n",
        *([table(("argument", "meaning"), (
            (f"`{word}`", each.help or "") for word, each in zip(words, arguments, strict=True)
        ))] if arguments else []),
        *([_options(own)] if own else []),
        f"[Shared options](#shared-options): {_grouped(others, shared)}\n",
        "<!-- run by: tests/cli -->\n",
        "```sh",
        *(line.strip() for line in examples if line.strip()),
        "```\n",
    ])  # fmt: skip


def _grouped(options: Sequence[Any], shared: Iterable[Any]) -> str:
    """Return options by name, those of a whole group by its heading."""
    whole: dict[str | None, set[tuple[object, ...]]] = {}
    for each in shared:
        whole.setdefault(each.rich_help_panel, set()).add(_key(each))
    taken = {_key(each) for each in options}
    full = [name for name in _HEADINGS if name and whole.get(name, {None}) <= taken]
    named = [each.opts[0] for each in options
             if each.rich_help_panel not in full and each.name not in _EVERYWHERE]  # fmt: skip
    heads = [f"all of *{name}*" for name in full]
    return ", ".join([*heads, *([codes(named)] if named else [])]) or "those of every command"


def _key(option: Any) -> tuple[object, ...]:  # noqa: ANN401
    """Return what makes two options of two commands the same one."""
    return (*option.opts, option.metavar, _told(option))


def _shared_options(commands: Mapping[str, Any]) -> list[Any]:
    """Return the options that several commands take, each once; one whose meaning is not the same
    everywhere says where it holds."""
    found: dict[tuple[object, ...], list[tuple[str, Any]]] = {}
    for name, command in commands.items():
        for option in _listed(command.params):
            found.setdefault(_key(option), []).append((name, option))
    # what stands under no heading of a question's is of its command, whoever else has it
    shared = [same for same in found.values()
              if len(same) > 1 and same[0][1].rich_help_panel in _HEADINGS[1:]]  # fmt: skip
    flags = [same[0][1].opts[0] for same in found.values()]
    for same in shared:
        first = same[0][1]
        several = flags.count(first.opts[0]) > 1
        first.where = f" ({', '.join(name for name, _ in same)})" if several else ""
    return [same[0][1] for same in shared]


def _listed(options: Iterable[Any]) -> list[Any]:
    named = (each for each in options if each.param_type_name == "option")
    return [each for each in named if each.name != "help_all"]


def _argument(argument: Any) -> str:  # noqa: ANN401
    word = argument.metavar or str(argument.name).upper()
    return word if argument.required else f"[{word}]"


def _options(options: Iterable[Any]) -> str:
    return table(("option", "value", "meaning"), (
        (codes([*option.opts, *option.secondary_opts]), _value(option), _told(option))
        for option in options if option.name != "help_all"
    ))  # fmt: skip


def _value(option: Any) -> str:  # noqa: ANN401
    return "" if option.is_flag else f"`{option.metavar or option.type.name.upper()}`"


def _told(option: Any) -> str:  # noqa: ANN401
    told = option.help or ""
    if option.required:
        return f"{told} [required]"
    is_said = option.is_flag or option.default is None or "[default" in told
    return told if is_said else f"{told} [default: {option.default}]"


def _shared(options: Sequence[Any]) -> str:
    """Return the options that commands share, group by group, each with where its default is
    from."""
    from flowrisk.question import settings

    rows = (*settings.SETTINGS.values(), *settings.SCENARIO.values(), *settings.RISK.values(),
            *settings.SCREEN.values())  # fmt: skip
    known = {each.flag: each for each in rows}
    parts = ["## Shared options\n", _ABOUT_SETTINGS]
    for heading in _HEADINGS:
        of_group = [each for each in options if each.rich_help_panel == heading]
        if heading and of_group:
            parts.append(f"**{heading}**\n")
            parts.append(table(("option", "value", "unit", "meaning"), (
                (codes(each.opts), _value(each), *_described(each, known.get(each.opts[0])))
                for each in of_group
            )))  # fmt: skip
    parts.append(_basis(known.values()))
    return "\n".join(parts)


def _described(option: Any, known: Any) -> tuple[str, str]:  # noqa: ANN401
    return (known.unit if known else "", _told(option) + option.where)


def _basis(options: Iterable[Any]) -> str:
    """Return the defaults that are judged or measured, with their source."""
    return "Defaults that rest on a judgement or a source:\n\n" + table(
        ("option", "basis", "source"),
        ((f"`{each.flag}`", each.basis, each.source) for each in options if each.basis),
    )


def _exit_codes() -> str:
    head = "## Exit codes\n\nOn failure stdout is empty.\n\n"
    return head + table(("code", "meaning"), _codes_of_exit())


def _codes_of_exit() -> list[tuple[str, str]]:
    from flowrisk.cli import diagnostics

    rows = [("0", "answered")]
    rows += [
        (str(code), first_line(kind.__doc__ or ""))
        for kind, code in sorted(diagnostics.EXIT_CODES.items(), key=lambda each: each[1])
    ]
    return [*rows, (str(diagnostics.INTERRUPTED), "interrupted")]


def man_page() -> str:
    """Return the manual page in the language of ``man``: every command, every option once."""
    import typer

    from flowrisk import __version__
    from flowrisk.__main__ import app

    group: Any = typer.main.get_command(app)
    shared = _shared_options(group.commands)
    groups = [(heading, [each for each in shared if each.rich_help_panel == heading])
              for heading in _HEADINGS if heading]  # fmt: skip
    return "\n".join([
        '.\\" written by scripts/build_docs.py',
        f'.TH FLOWRISK 1 "" "flowrisk {__version__}" "User Commands"',
        ".SH NAME", f"flowrisk \\- {_roff(_lower(first_line(group.help)).rstrip('.'))}",
        ".SH SYNOPSIS", "\\fBflowrisk\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]",
        ".SH DESCRIPTION", _roff(_plain(_ABOUT_COMMANDS)),
        ".SH COMMANDS",
        *(line for name, command in group.commands.items()
          for line in _man_command(name, command, shared)),
        *(line for heading, options in groups if options
          for line in (f".SH OPTIONS: {heading.upper()}", *map(_man_option, options))),
        ".SH SETTINGS", _roff(_plain(_ABOUT_SETTINGS)),
        ".SH ENVIRONMENT", *_man_variables(),
        ".SH EXIT STATUS",
        *(f".TP\n{code}\n{_roff(meaning)}" for code, meaning in _codes_of_exit()),
        ".SH SEE ALSO", _roff("The manual in docs/, and 'flowrisk COMMAND --help'."), "",
    ])  # fmt: skip


def _man_command(name: str, command: Any, shared: Iterable[Any]) -> list[str]:  # noqa: ANN401
    """Return a command with its arguments, the options of its own, and its examples."""
    known = {_key(each) for each in shared}
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    words = " ".join(_argument(each) for each in arguments)
    examples = str(command.epilog).split("Examples:\n")[1].rstrip()
    listed = _listed(command.params)
    others = [each for each in listed if _key(each) in known]
    return [
        f".SS flowrisk {_roff(name)} {_roff(words)}".rstrip(),
        _roff(" ".join(command.help.split())),
        *(f".TP\n\\fI{_roff(_argument(each))}\\fR\n{_roff(each.help or '')}"
          for each in arguments),
        *(_man_option(each) for each in listed if _key(each) not in known),
        ".PP", f"Shared options: {_roff(_plain(_grouped(others, shared)))}.",
        ".PP", ".nf", _roff(textwrap.dedent(examples)), ".fi",
    ]  # fmt: skip


def _man_option(option: Any) -> str:  # noqa: ANN401
    flags = ", ".join(f"\\fB{_roff(each)}\\fR" for each in option.opts)
    value = _value(option).strip("`")
    told = _roff(_told(option) + getattr(option, "where", ""))
    shown = f" \\fI{_roff(value)}\\fR" if value else ""
    return f".TP\n{flags}{shown}\n{told}"


def _man_variables() -> list[str]:
    told = {
        "FLOWRISK_*": "A setting, as said above.",
        "PAGER": "Shows tables longer than the terminal; empty for none. [default: less]",
        "NO_COLOR, FORCE_COLOR": "Never, or always, colour what a terminal shows.",
        "COLUMNS": "Width that tables are fitted to, instead of the terminal's.",
    }
    return [f".TP\n\\fB{_roff(name)}\\fR\n{_roff(meaning)}" for name, meaning in told.items()]


def _roff(text: str) -> str:
    """Return a text as man shows it literally."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(?=[.'])", r"\\&", escaped, flags=re.MULTILINE)


def _plain(text: str) -> str:
    return text.replace("`", "").replace("*", "").strip()


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
