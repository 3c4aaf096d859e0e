"""Tests of the completion scripts, by the shells themselves where they are there."""

from __future__ import annotations

import os
import shutil
import subprocess

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from krakendtw.commands._shells import SHELLS, Argument, Command

COMMANDS = (
    Command(
        "check",
        "Checks it's [all] right: yes.",
        (
            Argument(("-c", "--config"), "A file", is_value=True, is_file=True),
            Argument(("--format",), "How", is_value=True, words=("text", "json")),
            Argument(("-i", "--indent"), "What", is_value=True),
            Argument(("-l", "--lint"), "Whether", is_value=False),
        ),
    ),
    Command(
        "checkup",
        "More of it",
        (Argument(("-h", "--help"), "This"),),
        Argument((), "Which", is_value=True, words=("one", "other")),
    ),
    Command("open", "A file", (), Argument((), "Which", is_value=True, is_file=True)),
)


def find(shell: str) -> str:
    """The program of a shell."""
    program = shutil.which(shell)
    if program is None:
        raise SkipTest(f"there is no {shell}")
    return program


class ScriptTests(SynchronousTestCase):
    """What is printed for each shell."""

    def setUp(self) -> None:
        self.folder = self.mktemp()
        os.makedirs(self.folder)
        for name in ("a.json", "a.yaml", "b.json"):
            with open(os.path.join(self.folder, name), "wb"):
                pass

    def run_shell(self, program: str, *arguments: str) -> str:
        """What a shell prints in a folder with three files."""
        done = subprocess.run(
            [program, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        self.assertEqual("", done.stderr)
        return done.stdout

    def bash(self, *words: str) -> list[str]:
        """What bash offers for the last word."""
        script = SHELLS["bash"]("gw", COMMANDS)
        script += (
            'COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _gw; '
            "printf '%s\\n' \"${COMPREPLY[@]}\""
        )
        shell = find("bash")
        printed = self.run_shell(shell, "--norc", "-c", script, "bash", "gw", *words)
        return sorted(printed.split())

    def test_bash(self) -> None:
        """Bash completes commands, flags, words and files."""
        for words, wanted in (
            (("",), ["--help", "-h", "check", "checkup", "open"]),
            (("chec",), ["check", "checkup"]),
            (("check", "--l"), ["--lint"]),
            (("check", "--"), ["--config", "--format", "--indent", "--lint"]),
            (("check", "--format", ""), ["json", "text"]),
            (("check", "--format", "=", "te"), ["text"]),
            (("check", "--format", "="), ["json", "text"]),
            (("check", "-c", "a"), ["a.json", "a.yaml"]),
            (("check", "-i", "a"), []),
            (("check", "a"), []),
            (("-h", "checkup", "o"), ["one", "other"]),
            (("open", "b"), ["b.json"]),
        ):
            self.assertEqual(wanted, self.bash(*words), words)

    def fish(self, line: str) -> list[str]:
        """What fish offers for a line."""
        script = SHELLS["fish"]("gw", COMMANDS) + f"complete -C '{line}'"
        printed = self.run_shell(find("fish"), "--no-config", "-c", script)
        return sorted(each.partition("\t")[0] for each in printed.splitlines())

    def test_fish(self) -> None:
        """So does fish."""
        for line, wanted in (
            ("gw chec", ["check", "checkup"]),
            ("gw check --l", ["--lint"]),
            ("gw check --format ", ["json", "text"]),
            ("gw check -c a", ["a.json", "a.yaml"]),
            ("gw checkup o", ["one", "other"]),
            ("gw open b", ["b.json"]),
        ):
            self.assertEqual(wanted, self.fish(line), line)

    def test_fish_text(self) -> None:
        """A line of fish's script."""
        self.assertIn(
            "complete -c gw -n '__fish_seen_subcommand_from check' -l format -x "
            "-a 'text json' -d 'How'\n",
            SHELLS["fish"]("gw", COMMANDS),
        )

    def test_zsh(self) -> None:
        """Zsh finds nothing wrong with its script."""
        script = os.path.join(self.folder, "_gw")
        with open(script, "w", encoding="utf-8") as file:
            file.write(SHELLS["zsh"]("gw", COMMANDS))
        self.assertEqual("", self.run_shell(find("zsh"), "-n", "_gw"))

    def test_zsh_text(self) -> None:
        """Texts are in quotes, and values have their kind."""
        script = SHELLS["zsh"]("gw", COMMANDS)
        self.assertTrue(script.startswith("#compdef gw\n"))
        for part in (
            "        'check:Checks it'\\''s [all] right: yes.'\n",
            "'(-c --config)--config=[A file]:value:_files'",
            "'(-c --config)-c+[A file]:value:_files'",
            "'(--format)--format=[How]:value:(text json)'",
            "'(-l --lint)-l[Whether]'",
            "'*:Which:(one other)'",
        ):
            self.assertIn(part, script)
