"""Tests of the table of functions."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.template.signature import Function
from krakendtw.template.sprig.table import FUNCTIONS

_NAMES = """
    abbrev abbrevboth add add1 add1f addf adler32sum ago all any append atoi b32dec
    b32enc b64dec b64enc base bcrypt biggest buildCustomCert camelcase cat ceil
    chunk clean coalesce compact concat contains date dateInZone dateModify
    date_in_zone date_modify decryptAES deepCopy deepEqual default derivePassword
    dict dig dir div divf duration durationRound empty encryptAES env expandenv ext
    fail first float64 floor fromJson genCA genCAWithKey genPrivateKey
    genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey
    get getHostByName has hasKey hasPrefix hasSuffix hello htmlDate htmlDateInZone
    htpasswd indent initial initials int int64 isAbs join kebabcase keys kindIs
    kindOf last list lower max maxf merge mergeOverwrite min minf mod mul mulf
    mustAppend mustChunk mustCompact mustDateModify mustDeepCopy mustFirst
    mustFromJson mustHas mustInitial mustLast mustMerge mustMergeOverwrite
    mustPrepend mustPush mustRegexFind mustRegexFindAll mustRegexMatch
    mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit mustRest
    mustReverse mustSlice mustToDate mustToJson mustToPrettyJson mustToRawJson
    mustUniq mustWithout must_date_modify nindent nospace now omit osBase osClean
    osDir osExt osIsAbs pick pluck plural prepend push quote randAlpha randAlphaNum
    randAscii randBytes randInt randNumeric regexFind regexFindAll regexMatch
    regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit repeat replace
    rest reverse round semver semverCompare seq set sha1sum sha256sum shuffle slice
    snakecase sortAlpha split splitList splitn squote sub subf substr swapcase
    ternary title toDate toDecimal toJson toPrettyJson toRawJson toString toStrings
    trim trimAll trimPrefix trimSuffix trimall trunc tuple typeIs typeIsLike typeOf
    uniq unixEpoch unset until untilStep untitle upper urlJoin urlParse uuidv4
    values without wrap wrapWith
"""
"""What sprig 3.2.3 registers in its generic map."""


class TableTests(SynchronousTestCase):
    """All functions by name."""

    def test_names(self) -> None:
        """Every function of sprig's is there, and no other."""
        self.assertEqual(set(FUNCTIONS), set(_NAMES.split()))

    def test_kinds(self) -> None:
        """All are functions whose types are known, and none is Go's own."""
        for function in FUNCTIONS.values():
            self.assertIsInstance(function, Function)
            self.assertFalse(function.is_builtin)

    def test_aliases(self) -> None:
        """Names of one function share it."""
        for name, other in (("date_in_zone", "dateInZone"), ("append", "push")):
            self.assertIs(FUNCTIONS[name], FUNCTIONS[other])
