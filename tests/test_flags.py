"""Tests of the flags: how they may be written, and how they are shown."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.flags import CommandParser, UsageError, suggest, suggested_words


def only_one(text: str) -> int:
    """A type of one value."""
    if text != "one":
        raise ArgumentTypeError(f"{text} is not one")
    return 1


def parser() -> CommandParser:
    """A parser with a flag of each kind."""
    made = CommandParser(
        usage="p c [flags]",
        description="Does it.",
        epilog="Aliases:\n  c, d",
        add_help=False,
        exit_on_error=False,
    )
    made.add_argument("-t", "--text", default="a\tb", help="A text")
    made.add_argument("-n", "--number", type=int, default=0, help="A number")
    made.add_argument("-v", "--verbose", action="count", default=0, help="More")
    made.add_argument("-b", "--brief", action="store_true", help="Less")
    made.add_argument("--only", type=only_one, help="The one")
    group = made.add_mutually_exclusive_group()
    group.add_argument("-y", "--yes", action="store_true", help="Yes")
    group.add_argument("--maybe", action="store_true", help="Maybe")
    made.add_argument("-h", "--help", action="store_true", help="This")
    return made


def read(*arguments: str) -> Namespace:
    """What a command would get."""
    return parser().read(arguments)


class SpellingTests(SynchronousTestCase):
    """Flags in all their spellings."""

    def test_values(self) -> None:
        """A value follows, stands behind ``=``, or clings to the letter."""
        for arguments in (
            ("--text", "-x"),
            ("--text=-x",),
            ("-t", "-x"),
            ("-t=-x",),
            ("-t-x",),
            ("-bt", "-x"),
            ("-t", "first", "-t", "-x"),
        ):
            self.assertEqual("-x", read(*arguments).text, arguments)
        self.assertEqual("", read("--text=").text)
        self.assertEqual("=", read("-t=").text)

    def test_numbers(self) -> None:
        """Numbers are written as in Go."""
        for text, number in (("12", 12), ("0x10", 16), ("1_000", 1000), ("-3", -3)):
            self.assertEqual(number, read("-n", text).number)

    def test_counts(self) -> None:
        """A count grows with each flag, or is set."""
        for arguments, count in (
            (("-vv", "--verbose"), 3),
            (("--verbose=2",), 2),
            (("-v", "-v=3", "-v"), 4),
            ((), 0),
        ):
            self.assertEqual(count, read(*arguments).verbose)

    def test_switches(self) -> None:
        """A switch may be switched off again."""
        for arguments, on in (
            (("-b",), True),
            (("--brief=true",), True),
            (("-b", "--brief=0"), False),
            (("-b=false",), False),
        ):
            self.assertEqual(on, read(*arguments).brief, arguments)

    def test_the_rest(self) -> None:
        """Nothing is a flag behind ``--``, and a dash alone never is."""
        options = read("-", "more", "--", "-b", "--what")
        self.assertFalse(options.brief)

    def test_positionals(self) -> None:
        """Arguments without a flag come to whom wants them."""
        made = parser()
        made.add_argument("files", nargs="*")
        self.assertEqual(["a", "-b"], made.read(("a", "-b", "--", "-b")).files)


class RefusalTests(SynchronousTestCase):
    """What cannot be understood."""

    def refused(self, *arguments: str) -> str:
        """What is said of the arguments."""
        error = self.assertRaises(UsageError, read, *arguments)
        self.assertIn("Usage:\n  p c [flags]\n", error.usage)
        return str(error)

    def test_unknown(self) -> None:
        """Flags that there are none of."""
        self.assertEqual("unknown flag: --what", self.refused("--what=1"))
        self.assertEqual("unknown flag: --tex", self.refused("--tex", "a"))
        self.assertEqual(
            "unknown shorthand flag: 'z' in -zb", self.refused("-bzb", "-b")
        )
        self.assertEqual("bad flag syntax: --=x", self.refused("--=x"))

    def test_values(self) -> None:
        """Values that are missing or wrong."""
        for arguments, message in (
            (("--text",), "flag needs an argument: --text"),
            (("-bt",), "flag needs an argument: 't' in -bt"),
            (
                ("-n", "x"),
                'invalid argument "x" for "-n, --number" flag: strconv.ParseInt: '
                'parsing "x": invalid syntax',
            ),
            (
                ("--number=99999999999999999999",),
                'invalid argument "99999999999999999999" for "-n, --number" flag: '
                'strconv.ParseInt: parsing "99999999999999999999": value out of range',
            ),
            (
                ("-b=x",),
                'invalid argument "x" for "-b, --brief" flag: strconv.ParseBool: '
                'parsing "x": invalid syntax',
            ),
            (("--only", "two"), 'invalid argument for "--only" flag: two is not one'),
        ):
            self.assertEqual(message, self.refused(*arguments))

    def test_company(self) -> None:
        """Flags that exclude each other, unless help is asked for."""
        self.assertEqual(
            "if any flags in the group [maybe yes] are set none of the others can be; "
            "[maybe yes] were all set",
            self.refused("-y", "--maybe"),
        )
        self.assertTrue(read("-y", "--maybe", "-h").help)


class SuggestionTests(SynchronousTestCase):
    """Values that an argument may have."""

    def test_words(self) -> None:
        """They are suggested, or the only ones, or not known."""
        made = parser()
        argument = made.add_argument("--level")
        self.assertEqual((), suggested_words(argument))
        suggest(argument, "low", "high")
        self.assertEqual(("low", "high"), suggested_words(argument))
        choice = made.add_argument("--choice", choices=(1, 2))
        self.assertEqual(("1", "2"), suggested_words(choice))


class HelpTests(SynchronousTestCase):
    """How flags are shown."""

    def test_help(self) -> None:
        """The purpose, the usage, and a line for each flag by its name."""
        self.assertEqual(
            "Does it.\n\nUsage:\n  p c [flags]\n\nAliases:\n  c, d\n\nFlags:\n"
            "  -b, --brief           Less\n"
            "  -h, --help            This\n"
            "      --maybe           Maybe\n"
            "  -n, --number int      A number\n"
            "      --only string     The one\n"
            '  -t, --text string     A text (default "a\\tb")\n'
            "  -v, --verbose count   More\n"
            "  -y, --yes             Yes\n",
            parser().help_text(),
        )
