"""Tests of instants as bytes."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class MarshallingTests(TemplateTestCase):
    """What Go writes of instants."""

    def test_texts(self) -> None:
        """A time is the bytes of RFC 3339, if its year has four digits."""
        self.assert_all(
            (
                (
                    (
                        '{{ printf "%s" (toDate "2006-01-02 15:04:05.999 MST" '
                        '"2020-05-06 07:08:09.5 UTC").MarshalText }}'
                    ),
                    "2020-05-06T07:08:09.5Z",
                ),
                (
                    (
                        '{{ printf "%s" (toDate "2006-01-02 -0700" "2020-05-06 '
                        '+0530").MarshalJSON }}'
                    ),
                    '"2020-05-06T00:00:00+05:30"',
                ),
                (
                    (
                        '{{ printf "%s" ((toDate "2006-01-02 -0700" '
                        '"2020-05-06 +0530").AppendText nil) }}'
                    ),
                    "2020-05-06T00:00:00+05:30",
                ),
                (
                    (
                        '{{ printf "%s" ((toDate "2006-01-02 -0700" '
                        '"2020-05-06 +0530").AppendText (toDate "2006-01-02 '
                        '-0700" "2020-05-06 +0530").MarshalText) }}'
                    ),
                    "2020-05-06T00:00:00+05:302020-05-06T00:00:00+05:30",
                ),
                (
                    (
                        '{{ ((toDate "2006 MST" "9999 UTC").AddDate 1 0 '
                        "0).MarshalText }}"
                    ),
                    (
                        'ERROR 1:49: executing "t" at <((toDate "2006 MST" '
                        '"9999 UTC").AddDate 1 0 0).MarshalText>: error '
                        "calling MarshalText: Time.MarshalText: year outside "
                        "of range [0,9999]"
                    ),
                ),
                (
                    (
                        '{{ ((toDate "2006 MST" "9999 UTC").AddDate 1 0 '
                        "0).MarshalJSON }}"
                    ),
                    (
                        'ERROR 1:49: executing "t" at <((toDate "2006 MST" '
                        '"9999 UTC").AddDate 1 0 0).MarshalJSON>: error '
                        "calling MarshalJSON: Time.MarshalJSON: year outside "
                        "of range [0,9999]"
                    ),
                ),
                (
                    (
                        '{{ ((toDate "2006 MST" "0000 UTC").AddDate -1 0 '
                        "0).AppendText nil }}"
                    ),
                    (
                        'ERROR 1:50: executing "t" at <((toDate "2006 MST" '
                        '"0000 UTC").AddDate -1 0 0).AppendText>: error '
                        "calling AppendText: Time.AppendText: year outside of "
                        "range [0,9999]"
                    ),
                ),
                (
                    '{{ mustToJson (toDate "2006 -0700" "2020 +2400") }}',
                    (
                        'ERROR 1:3: executing "t" at <mustToJson (toDate "2006 '
                        '-0700" "2020 +2400")>: error calling mustToJson: '
                        "json: error calling MarshalJSON for type time.Time: "
                        "Time.MarshalJSON: timezone hour outside of range "
                        "[0,23]"
                    ),
                ),
                (
                    (
                        '{{ printf "%s" ((toDate "2006-01-02 15:04:05.999 MST" '
                        '"2020-05-06 07:08:09.5 UTC").AppendFormat nil "Jan '
                        '2") }}'
                    ),
                    "May 6",
                ),
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").AppendFormat 5 "Jan 2" }}'
                    ),
                    (
                        'ERROR 1:83: executing "t" at <5>: can\'t handle 5 for '
                        "arg of type []uint8"
                    ),
                ),
            )
        )

    def test_binary(self) -> None:
        """The binary form has seconds, nanoseconds, and minutes of the offset."""
        self.assert_all(
            (
                (
                    (
                        '{{ (toDate "2006-01-02 15:04:05.999 MST" "2020-05-06 '
                        '07:08:09.5 UTC").MarshalBinary }}'
                    ),
                    "[1 0 0 0 14 214 68 89 89 29 205 101 0 255 255]",
                ),
                (
                    (
                        '{{ (toDate "2006-01-02 -0700" "2020-05-06 '
                        '+0530").MarshalBinary }}'
                    ),
                    "[1 0 0 0 14 214 67 167 168 0 0 0 0 1 74]",
                ),
                (
                    ('{{ (toDate "2006-01-02 -0700" "2020-05-06 +0530").GobEncode }}'),
                    "[1 0 0 0 14 214 67 167 168 0 0 0 0 1 74]",
                ),
                (
                    (
                        '{{ (toDate "2006-01-02 -0700" "2020-05-06 '
                        '+0530").AppendBinary nil | len }}'
                    ),
                    "15",
                ),
                (
                    ('{{ (toDate "2006 -07:00:00" "2020 -01:00:30").MarshalBinary }}'),
                    "[2 0 0 0 14 213 157 230 46 0 0 0 0 255 196 226]",
                ),
                (
                    ('{{ (toDate "2006 -07:00:00" "2020 +01:00:30").MarshalBinary }}'),
                    "[2 0 0 0 14 213 157 201 210 0 0 0 0 0 60 30]",
                ),
                (
                    '{{ (toDate "2006 -0700" "2020 -0001").MarshalBinary }}',
                    (
                        'ERROR 1:37: executing "t" at <(toDate "2006 -0700" '
                        '"2020 -0001").MarshalBinary>: error calling '
                        "MarshalBinary: Time.MarshalBinary: unexpected zone "
                        "offset"
                    ),
                ),
            )
        )
