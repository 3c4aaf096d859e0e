"""Completion scripts: what the shells need to complete the program's arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen


@frozen
class Argument:
    """A flag of a command, or an argument without one.

    :ivar spellings: ``-c`` and ``--config``; none for an argument without a flag.
    :ivar is_value: whether a value stands behind the flag.
    :ivar words: what the value may be.
    :ivar is_file: whether it may be a file's name.
    """

    spellings: tuple[str, ...]
    summary: str
    is_value: bool = False
    words: tuple[str, ...] = ()
    is_file: bool = False


@frozen
class Command:
    """A command with its arguments."""

    name: str
    summary: str
    flags: tuple[Argument, ...]
    positional: Argument | None = None


def bash(program: str, commands: Sequence[Command]) -> str:
    """The script for bash, 3.2 and later."""
    names = " ".join(command.name for command in commands)
    cases = "".join(_bash_command(command) for command in commands)
    return f"""\
# bash completion for {program}; load it with:  source <({program} completion bash)
_{program}() {{
    local IFS=$'\\n' cur prev command="" i
    cur="${{COMP_WORDS[COMP_CWORD]}}"
    prev="${{COMP_WORDS[COMP_CWORD-1]}}"
    COMPREPLY=()
    # --flag=value comes in three words.
    if [[ $cur == = ]]; then
        cur=""
    elif [[ $prev == = ]]; then
        prev="${{COMP_WORDS[COMP_CWORD-2]}}"
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        if [[ ${{COMP_WORDS[i]}} != -* ]]; then
            command="${{COMP_WORDS[i]}}"
            break
        fi
    done
    case $command in
        "") _{program}_words "{names} -h --help" ;;
{cases}    esac
}}
_{program}_words() {{
    local IFS=$' \\n'
    COMPREPLY=($(compgen -W "$1" -- "$cur"))
}}
_{program}_files() {{
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
}}
complete -F _{program} {program}
""".replace("_WORDS_", f"_{program}_words").replace("_FILES_", f"_{program}_files")


def _bash_command(command: Command) -> str:
    lines = [f"        {command.name})", "            case $prev in"]
    for flag in command.flags:
        if flag.is_value:
            spelling = "|".join(flag.spellings)
            lines.append(f"                {spelling}) {_bash_value(flag)}; return ;;")
    flags = " ".join(it for flag in command.flags for it in flag.spellings)
    lines += [
        "            esac",
        "            if [[ $cur == -* ]]; then",
        f'                _WORDS_ "{flags}"',
    ]
    if command.positional is not None:
        lines += [
            "            else",
            f"                {_bash_value(command.positional)}",
        ]
    return "\n".join([*lines, "            fi ;;", ""])


def _bash_value(argument: Argument) -> str:
    if argument.words:
        return f'_WORDS_ "{" ".join(argument.words)}"'
    return "_FILES_" if argument.is_file else ":"


def zsh(program: str, commands: Sequence[Command]) -> str:
    """The script for zsh."""
    names = "".join(
        f"        {_quoted(f'{command.name}:{command.summary}')}\n"
        for command in commands
    )
    cases = "".join(_zsh_command(command) for command in commands)
    return f"""\
#compdef {program}
# zsh completion for {program}; load it with:  source <({program} completion zsh)
_{program}() {{
    local curcontext="$curcontext" state line
    local -a commands
    commands=(
{names}    )
    _arguments -C '(-h --help)'{{-h,--help}}'[help for {program}]' \\
        '1:command:->command' '*::argument:->arguments'
    case $state in
        command) _describe command commands ;;
        arguments)
            case $words[1] in
{cases}            esac ;;
    esac
}}
if [[ $funcstack[1] == _{program} ]]; then
    _{program} "$@"
else
    compdef _{program} {program}
fi
"""


def _zsh_command(command: Command) -> str:
    lines = [
        _quoted(spelled)
        for flag in command.flags
        for spelled in _zsh_flag(flag, _zsh_value(flag))
    ]
    if command.positional is not None:
        about = _zsh_text(command.positional.summary)
        lines.append(_quoted(f"*:{about}:{_zsh_value(command.positional)}"))
    joined = " \\\n                    ".join(lines)
    return f"                {command.name}) _arguments \\\n" + (
        f"                    {joined} ;;\n"
    )


def _zsh_flag(flag: Argument, value: str) -> Iterator[str]:
    others = " ".join(flag.spellings)
    for spelling in flag.spellings:
        about = f"({others}){spelling}"
        if flag.is_value:
            about += "=" if spelling.startswith("--") else "+"
        about += f"[{_zsh_text(flag.summary)}]"
        yield f"{about}:value:{value}" if flag.is_value else about


def _zsh_value(argument: Argument) -> str:
    if argument.words:
        return f"({' '.join(argument.words)})"
    return "_files" if argument.is_file else " "


def _zsh_text(text: str) -> str:
    """A text that stands between brackets or colons."""
    for char in "\\[]:":
        text = text.replace(char, f"\\{char}")
    return text


def fish(program: str, commands: Sequence[Command]) -> str:
    """The script for fish."""
    return "".join(f"{line}\n" for line in _fish(program, commands))


def _fish(program: str, commands: Sequence[Command]) -> Iterator[str]:
    start = f"complete -c {program}"
    yield (
        f"# fish completion for {program}; load it with:  "
        f"{program} completion fish | source"
    )
    yield f"{start} -f"
    yield f"{start} -n __fish_use_subcommand -s h -l help -d 'help for {program}'"
    for command in commands:
        about = _fish_text(command.summary)
        yield f"{start} -n __fish_use_subcommand -a {command.name} -d {about}"
    for command in commands:
        seen = f"{start} -n '__fish_seen_subcommand_from {command.name}'"
        for flag in command.flags:
            about = _fish_text(flag.summary)
            yield f"{seen} {_fish_flag(flag)}{_fish_value(flag)} -d {about}"
        if command.positional is not None:
            yield seen + _fish_value(command.positional)


def _fish_flag(flag: Argument) -> str:
    letters = [f"-s {it[1:]}" for it in flag.spellings if not it.startswith("--")]
    names = [f"-l {it[2:]}" for it in flag.spellings if it.startswith("--")]
    is_other = flag.is_value and not flag.is_file
    kind = " -x" if is_other else " -r" if flag.is_value else ""
    return " ".join([*letters, *names]) + kind


def _fish_value(argument: Argument) -> str:
    if argument.words:
        return f" -a {_fish_text(' '.join(argument.words))}"
    return " -F" if argument.is_file else ""


def _quoted(text: str) -> str:
    """A text in single quotes, for bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_text(text: str) -> str:
    """A text in single quotes, for fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS: Final[Mapping[str, Callable[[str, Sequence[Command]], str]]] = {
    "bash": bash,
    "fish": fish,
    "zsh": zsh,
}
