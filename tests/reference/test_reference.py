#!/usr/bin/env python3
"""Hand-made vectors for the reference checker, taken from the specification."""

import contextlib
import datetime
import io
import json
import os
import tempfile
import unittest

import damage
import kpfd_reference as reference
import make_valid

AS_OF = datetime.date(2026, 7, 31)
MEDIA = {"SHFD": "21,01,ｹｲﾄ,001,20260601,22223", "KPFD": "1234,001,20260601,,,,,"}
TAIL = "100,0000,東京都千代田区霞が関１−２−２,健保サービス株式会社,健保　良一,03,1234,5678"
OFFICE = {"SHFD": "21,01,ｹｲﾄ,123," + TAIL, "KPFD": "1234," + TAIL}
HEAD = "21,01,ｹｲﾄ"
PERSON = ["ﾐﾎﾝ ﾀﾛｳ", "見本　太郎", "5", "600228"]
UNION = ["1234", "77", ""]
BASE = {
    "2200700": [HEAD, "123,5", *PERSON, "1,1,123456789018,,,,", "9,080401,1,300000,0,300000", ",,,,", ",,,,,1"],
    "2201700": [HEAD, "123,5", *PERSON, "123456789018,,", "9,080401,4,9,080331", ",,,,", ",,,"],
    "2221700": [HEAD, "5", *PERSON, "9,08,04,0200,0200,9,07,09,,,,,01,02,03,31,28,31",
                "300000,300000,300000,0,0,0,300000,300000,300000,900000,300000,", ",,", ",,,,,,"],
    "2225700": [HEAD, "5", *PERSON, "9,07,09,0300,0300,9,06,09,,,,,04,05,06,30,31,30",
                "300000,300000,300000,0,0,0,300000,300000,300000,900000,300000,", ",,", ",,,,,,,,,,"],
    "2265700": [HEAD, "5", *PERSON, "9,080615,500000,0,500000", ",,", ",,,"],
}


def record(code, kind="SHFD", **changes):
    """A record of the form; changes as i23="999"."""
    items = ",".join([code] + BASE[code]).split(",")
    columns = {"2200700": 34, "2201700": 27, "2221700": 49, "2225700": 53, "2265700": 21}[code]
    assert len(items) == columns, (code, len(items))
    if kind == "KPFD":
        items += UNION
    for key, value in changes.items():
        items[int(key[1:]) - 1] = value
    return ",".join(items)


def filing(*records, kind="SHFD", offices=None, count=None, media=None):
    offices = offices or [OFFICE[kind]]
    count = count or ",%03d" % len(offices)
    lines = [media or MEDIA[kind], "[kanri]", count] + offices + ["[data]"] + list(records)
    return ("\r\n".join(lines) + "\r\n").encode("shift_jis")


def found(data, name=""):
    return {(f.line, f.item, f.severity[0]) for f in reference.check(data, name, AS_OF)}


def of_record(code, kind="SHFD", **changes):
    """Findings of a single record, as {(item, 'e' or 'w')}."""
    result = found(filing(record(code, kind, **changes), kind=kind))
    assert all(line == 6 for line, _, _ in result), result
    return {(item, severity) for _, item, severity in result}


class Characters(unittest.TestCase):
    def test_sets(self):
        self.assertEqual(len(reference.TWO_BYTE), 6879)
        self.assertIn(b"\x95\x5c", reference.TWO_BYTE)
        for code in ("8740", "ED40", "FBFC", "F040", "8540", "EAA5", "81AD"):
            self.assertNotIn(bytes.fromhex(code), reference.TWO_BYTE)

    def test_reading_resumes(self):
        states = [s for _, s in reference.read_sjis_chars(b"\x83,A\x80\x87\x40\x09\x83")]
        self.assertEqual(states, ["broken", "ok", "ok", "broken", "unpermitted", "unpermitted", "broken"])

    def test_pairs_out_of_unicode(self):
        for text in ("～〜", "∥‖", "－−", "￠¢", "￡£", "￢¬", "―—", "ÅÅ"):
            self.assertEqual(len({code for code, _ in reference.read_unicode_chars(text)}), 1, text)
        self.assertEqual(reference.UNICODE_MAP["¥"], b"\x5c")

    def test_compose(self):
        self.assertEqual(reference.compose("か\u3099"), "が")
        self.assertEqual(reference.compose("\ufa11"), "\ufa11")
        self.assertEqual(reference.compose("\u212b"), "\u212b")

    def test_my_number(self):
        self.assertTrue(reference.my_number_fits(b"123456789018"))
        self.assertFalse(reference.my_number_fits(b"123456789012"))


class WholeFile(unittest.TestCase):
    def test_valid_records(self):
        for kind in ("SHFD", "KPFD"):
            for code in BASE:
                self.assertEqual(of_record(code, kind), set(), code)

    def test_refused_content(self):
        good = filing(record("2265700"))
        for data in (b"", b"\xff\xfe" + good, b"PK\x03\x04" + good, b"%PDF-1.4", b"\x1f\x8b\x08", b"\x85\x01\x0c\x03" + good,
                     b"\x8c\x0d\x04", good + b"\0" * (len(good) // 9 + 1), good.decode("shift_jis").encode("euc_jp"),
                     good.decode("shift_jis").encode("iso2022_jp", "ignore"), b"\xef\xbb\xbf" + good):
            self.assertEqual(found(data), {(0, 0, "e")}, data[:20])

    def test_utf8(self):
        good = filing(record("2265700"))
        text = good.decode("shift_jis")
        self.assertEqual(found(good), set())
        self.assertEqual(found(text.encode("utf-8")), {(0, 0, "e")})
        self.assertEqual(found(b"\xef\xbb\xbf" + text.encode("utf-8")), {(0, 0, "e")})
        decomposed = text.replace("見本　", "か\u3099　").encode("utf-8")
        self.assertEqual(found(decomposed), {(0, 0, "e"), (6, 7, "w")})
        data = text.encode("utf-8")
        self.assertEqual(found(data[:40] + b"\xff" + data[40:]), {(0, 0, "e")})

    def test_half_width_kana_is_not_utf8(self):
        self.assertFalse(reference.is_utf8(b"\xc2\xa1\xc3\xb1"))
        self.assertTrue(reference.is_utf8("あ".encode("utf-8")))

    def test_names(self):
        good = filing(record("2265700"))
        self.assertEqual(found(good, "shfd0006.csv"), set())
        self.assertEqual(found(good, "kpfd0006.csv"), {(0, 0, "w")})
        self.assertEqual(found(good, "knfd0006.csv"), {(0, 0, "w")})
        self.assertEqual(found(b"1" + good, "other.csv"), found(b"1" + good))
        fund = good.replace(b",22223", b",22223" + b"," * 47, 1)
        self.assertEqual(found(fund, "KNFD0006.CSV"), {(0, 0, "e")})
        self.assertEqual(found(fund, "x.csv"), {(1, 0, "e")})

    def test_line_ends(self):
        good = filing(record("2265700"))
        self.assertEqual(found(good.replace(b"\r\n", b"\n")), {(1, 0, "e")})
        self.assertEqual(found(good.replace(b"\r\n", b"\r")), {(1, 0, "e")})
        self.assertEqual(found(good[:-2]), {(6, 0, "e")})
        self.assertEqual(found(good + b"\x1a\x1a"), {(7, 0, "w")})
        self.assertEqual(found(good[:-2] + b"\x1a"), {(6, 0, "w"), (6, 0, "e")})
        self.assertEqual(found(good + b"\r\n"), {(7, 0, "e")})
        self.assertEqual(found(b"\r\n" + good), {(1, 0, "e")})
        self.assertEqual(found(b"\x1a"), {(1, 0, "w"), (0, 0, "e")})

    def test_kind_without_line_1(self):
        good = filing(record("2265700"))
        rest = good.split(b"\r\n", 1)[1]
        self.assertEqual(found(rest), {(1, 0, "e")})
        self.assertEqual(found(rest, "shfd0006.csv"), {(1, 0, "e")})
        self.assertEqual(found(b"a,b\r\n" + rest), {(1, 0, "e")})
        self.assertEqual(found(b"a,b\r\n[kanri]\r\n"), {(1, 0, "e")})
        self.assertEqual(found(b"a,b\r\n[kanri]\r\n", "KPFD0006.CSV"), {(1, 0, "e"), (0, 0, "e")})


class Skeleton(unittest.TestCase):
    def setUp(self):
        self.good = filing(record("2265700"))

    def test_damaged_markers(self):
        for old, new, line in ((b"[data]", b"[DATA]", 5), (b"[data]", b"[data],,,", 5), (b"[data]", b" [data] ", 5),
                               (b"[kanri]", b"[KANRI]", 2), (b"[kanri]", b"[kanri],", 2), (b"[kanri]", b"kanri", 2)):
            self.assertEqual(found(self.good.replace(old, new)), {(line, 0, "e")}, new)

    def test_missing_lines(self):
        self.assertEqual(found(self.good.replace(b"[data]\r\n", b"")), {(5, 0, "e")})
        self.assertEqual(found(self.good.replace(b"[kanri]\r\n", b"")), {(2, 0, "e")})
        self.assertEqual(found(self.good.replace(b",001\r\n2", b"2", 1)), {(3, 0, "e")})
        self.assertEqual(found(self.good[:self.good.index(b"[data]") + 8]), {(0, 0, "e")})
        self.assertEqual(found(self.good[:self.good.index(b"[kanri]")]), {(0, 0, "e")})

    def test_office_count(self):
        record_ = record("2265700")
        for count, expected in ((",1", set()), (",01", set()), (",0", {"e"}), (",2", {"e", "w"}), (",", {"e"}), (",A", {"e"}),
                                (",0001", {"e"})):
            self.assertEqual(found(filing(record_, count=count)), {(3, 2, s) for s in expected}, count)
        other = OFFICE["SHFD"].replace("ｹｲﾄ", "AB12")
        self.assertEqual(found(filing(record_, offices=[OFFICE["SHFD"], other])), {(3, 2, "w")})

    def test_office_of_the_record(self):
        self.assertEqual(of_record("2265700", i4="AB"), {(4, "e")})
        self.assertEqual(of_record("2265700", "KPFD", i22="99"), {(22, "e")})
        no_office = filing(record("2265700", i4="AB")).replace(OFFICE["SHFD"].encode("shift_jis") + b"\r\n", b"")
        self.assertEqual(found(no_office), {(3, 2, "e")})
        short = filing(record("2265700", i4="AB"), offices=["21,01"])
        self.assertEqual(found(short), {(4, 0, "e")})

    def test_office_record(self):
        def office(**changes):
            items = OFFICE["SHFD"].split(",")
            for key, value in changes.items():
                items[int(key[1:]) - 1] = value
            return {(i, s) for line, i, s in found(filing(record("2265700"), offices=[",".join(items)]))}
        self.assertEqual(office(i9="健保 良一"), {(9, "w")})
        self.assertEqual(office(i9="健保良一"), {(9, "w")})
        self.assertEqual(office(i9="健保　　良一"), {(9, "e")})
        self.assertEqual(office(i9="健保 　良一"), {(9, "e")})
        self.assertEqual(office(i9="　健保　良一"), {(9, "w")})
        self.assertEqual(office(i4="000"), {(4, "e")})
        self.assertEqual(office(i7="東京1"), {(7, "w")})
        self.assertEqual(office(i10="3"), {(10, "e")})

    def test_media_record(self):
        def media(text):
            return {(i, s) for line, i, s in found(filing(record("2265700"), media=text))}
        self.assertEqual(media(",,12345678,001,20260601,22223"), set())
        self.assertEqual(media(",,00000000,001,20260601,22223"), set())
        self.assertEqual(media(",,1234567,001,20260601,22223"), {(1, "e"), (2, "e"), (3, "e")})
        self.assertEqual(media("21,99,ｹｲﾄ,000,20260229,22224"), {(2, "e"), (4, "e"), (5, "e"), (6, "e")})
        self.assertEqual(media("00,01,0000,001,20260601,22223"), {(1, "w"), (3, "e")})

    def test_records(self):
        self.assertEqual(found(self.good.replace(b"2265700,", b"2265701,")), {(6, 0, "e")})
        self.assertEqual(found(self.good.replace(b"2265700,", b"22257041,")), {(6, 0, "e")})
        self.assertEqual(found(self.good[:-2] + b",\x87\x40\r\n"), {(6, 0, "e")})

    def test_editions(self):
        new = record("2200700")
        old = new.rsplit(",", 1)[0]
        self.assertEqual(found(filing(new)), set())
        self.assertEqual(found(filing(old)), {(6, 0, "w")})
        earlier = MEDIA["SHFD"].replace("20260601", "20241201")
        self.assertEqual(found(filing(old, media=earlier)), set())
        self.assertEqual(found(filing(new, media=earlier)), {(6, 0, "w")})
        union = ",".join([old, "9", "0", ""])
        self.assertEqual(found(filing(union, kind="KPFD", media="1234,001,20241201,,,,,")),
                         {(6, 35, "e"), (6, 36, "e")})


class Items(unittest.TestCase):
    def test_names(self):
        for text, expected in (("見本 太郎", {"e"}), ("見本太郎", {"e"}), ("見本　　太郎", {"e"}), ("見本 　太郎", {"e"}),
                               ("　見本　太郎", {"w"}), ("見本　太郎 ", {"w"}), ("　見本太郎", {"e", "w"}), ("見本　太 郎", {"w"}),
                               ("見本　Ａ太郎?", {"w"}), ("　", {"e", "w"}), ("見本 A太郎", {"e", "w"}),
                               ("見本　太郎" * 3, {"e"})):
            self.assertEqual(of_record("2265700", i7=text), {(7, s) for s in expected}, text)
        for text, expected in (("ﾐﾎﾝﾀﾛｳ", {"e"}), ("ﾐﾎﾝ  ﾀﾛｳ", {"e"}), ("ﾐﾎﾝ　ﾀﾛｳ", {"e"}), (" ﾐﾎﾝ ﾀﾛｳ", {"w"}), ("ﾐﾎﾝ ﾀﾛｳ?", {"e"}),
                               ("ﾐﾎﾝ･ｱ ﾀﾛｳ", {"w"}), ("ミホン タロウ", {"e"})):
            self.assertEqual(of_record("2265700", i6=text), {(6, s) for s in expected}, text)

    def test_not_permitted_characters(self):
        good = filing(record("2265700"))
        name = "見本　太郎".encode("shift_jis")
        for change, expected in ((b"\x87\x40", {"e"}), (b"\x81\x40\x87\x40", {"e"}), (b"\x81\x40", {"w"}), (b"\x83", {"e"}),
                                 (b"\x87\x40\x81\x40", {"e", "w"}), (b"\x83 ", {"e"}), (b'"', {"w"}), (b"\t", {"e"}),
                                 (b"\x83\x7f\x81\x40", {"e"})):
            data = good.replace(name, name + change)
            self.assertEqual(found(data), {(6, 7, s) for s in expected}, change)

    def test_numbers(self):
        self.assertEqual(of_record("2265700", i2="1"), {(2, "e")})
        self.assertEqual(of_record("2265700", i3="99"), {(3, "e")})
        self.assertEqual(of_record("2265700", i5="000"), {(5, "e")})
        self.assertEqual(of_record("2265700", i5="1234567"), {(5, "e")})
        self.assertEqual(of_record("2265700", i5="１"), {(5, "e")})
        self.assertEqual(of_record("2265700", i12='"500000"'), {(12, "e"), (12, "w")})
        self.assertEqual(of_record("2265700", i5=""), {(5, "w")})
        self.assertEqual(of_record("2200700", i13="123456789012"), {(13, "w")})

    def test_dates(self):
        for era, ymd, expected in (("7", "310501", {(9, "w")}), ("5", "640107", set()), ("5", "640108", {(9, "w")}),
                                   ("5", "000101", {(9, "e")}), ("7", "050229", {(9, "e")}), ("7", "120229", set()),
                                   ("2", "990101", {(8, "e")}), ("2", "999999", {(8, "e")}), ("3", "151225", {(9, "w")}),
                                   ("5", "", {(9, "e")}), ("", "600228", {(8, "e")}), ("1", "330229", {(9, "e")})):
            self.assertEqual(of_record("2265700", i8=era, i9=ymd), expected, (era, ymd))
        self.assertEqual(of_record("2265700", i11="080801"), {(11, "e")})
        self.assertEqual(of_record("2221700", i15="7", i16="31", i17="04"), set())
        self.assertEqual(of_record("2221700", i15="7", i16="31", i17="05"), {(16, "w")})
        self.assertEqual(of_record("2221700", i16="00"), {(16, "e")})
        self.assertEqual(reference.add_years(datetime.date(1960, 2, 29), 75), datetime.date(2035, 2, 28))

    def test_base_months(self):
        for text, expected in (("04", set()), ("0406", set()), ("0505", {"w"}), ("07", {"e"}), ("4", {"e"}), ("040506", {"e"})):
            self.assertEqual(of_record("2225700", i44=text), {(44, s) for s in expected}, text)


class Rules(unittest.TestCase):
    def test_month_sum(self):
        self.assertEqual(of_record("2200700", i23="300001"), {(23, "e")})
        self.assertEqual(of_record("2200700", i21="9999999", i22="5", i23="9999999"), set())
        self.assertEqual(of_record("2225700", i34="300001"), {(34, "e")})  # silences total and average

    def test_santei(self):
        self.assertEqual(of_record("2225700", i37="900001"), {(37, "e")})
        self.assertEqual(of_record("2225700", i38="300001"), {(38, "e")})
        self.assertEqual(of_record("2225700", i25="16"), {(37, "e")})
        self.assertEqual(of_record("2225700", i25="16", i37="600000"), set())
        self.assertEqual(of_record("2225700", i25="11", i49="1"), set())
        self.assertEqual(of_record("2225700", i25="10", i49="1"), {(37, "e")})
        self.assertEqual(of_record("2225700", i25="15", i26="16", i27="14", i50="1", i37="600000"), set())
        self.assertEqual(of_record("2225700", i25="17", i26="16", i27="14", i50="1", i37="300000"), set())
        self.assertEqual(of_record("2225700", i49="1", i50="1"), {(50, "w")})
        self.assertEqual(of_record("2225700", i48="1", i37="300000"), set())
        self.assertEqual(of_record("2225700", i48="1", i37="300001"), {(37, "w")})
        self.assertEqual(of_record("2225700", i39="500000", i38="1"), set())
        self.assertEqual(of_record("2225700", i25="00", i26="00", i27="00", i37="0", i38="0"), set())

    def test_geppen(self):
        self.assertEqual(of_record("2221700", i37="1"), {(37, "e")})
        self.assertEqual(of_record("2221700", i38="300001"), {(38, "e")})
        self.assertEqual(of_record("2221700", i38="999", i34="5"), {(34, "e"), (38, "e")})
        self.assertEqual(of_record("2221700", i39="999"), {(39, "e")})
        self.assertEqual(of_record("2221700", i13="0280"), {(38, "w")})
        self.assertEqual(of_record("2221700", i13="0280", i44="1"), set())
        self.assertEqual(of_record("2221700", i13="0280", i39="300000"), {(39, "w")})
        self.assertEqual(of_record("2221700", i13="0000"), {(13, "e")})
        self.assertEqual(of_record("2221700", i13="0281"), {(13, "w")})
        self.assertEqual(of_record("2221700", i24="04"), {(24, "e")})
        self.assertEqual(of_record("2221700", i12="05"), {(24, "e")})
        self.assertEqual(of_record("2221700", i25="16"), {(25, "e")})
        self.assertEqual(of_record("2221700", i25="16", i45="1"), set())
        self.assertEqual(of_record("2221700", i18="04"), {(19, "e")})
        self.assertEqual(of_record("2221700", i21="5"), {(21, "w")})

    def test_bonus(self):
        self.assertEqual(of_record("2265700", i13="999"), set())
        self.assertEqual(of_record("2265700", i14="500999", i13="999"), {(14, "e")})
        self.assertEqual(of_record("2265700", i12="9999999", i13="1", i14="9999999"), set())
        self.assertEqual(of_record("2265700", i12="9999999", i13="1", i14="9999000"), {(14, "w")})
        self.assertEqual(of_record("2265700", i12="9999999", i13="0", i14="9999000"), set())

    def test_loss(self):
        self.assertEqual(of_record("2201700", i18="080401"), {(15, "e")})
        self.assertEqual(of_record("2201700", i16="9"), {(17, "e"), (18, "e")})
        self.assertEqual(of_record("2201700", i16="9", i18=""), {(17, "e")})
        self.assertEqual(of_record("2201700", i17="", i18=""), {(17, "e"), (18, "e")})
        self.assertEqual(of_record("2201700", i16="7", i17="", i18=""), {(15, "e")})
        self.assertEqual(of_record("2201700", i14=""), {(14, "e")})
        self.assertEqual(of_record("2201700", i11=""), {(12, "e")})
        self.assertEqual(of_record("2201700", "KPFD", i11=""), set())
        self.assertEqual(of_record("2201700", i27="1", i6="", i14="", i15=""), {(24, "e")})
        self.assertEqual(of_record("2201700", "KPFD", i27="1"), {(27, "e")})
        self.assertEqual(of_record("2201700", "KPFD", i27="2"), {(27, "w")})
        self.assertEqual(of_record("2201700", "KPFD", i29=""), {(29, "w")})

    def test_acquisition(self):
        self.assertEqual(of_record("2200700", i12="3", i11="5"), {(11, "e")})
        self.assertEqual(of_record("2200700", i11=""), {(11, "e")})
        self.assertEqual(of_record("2200700", i12=""), {(12, "w")})
        self.assertEqual(of_record("2200700", i13=""), {(29, "e"), (30, "e"), (31, "e")})
        self.assertEqual(of_record("2200700", i13="", i29="100", i30="0001", i31="ﾐﾎﾝ 1?"), {(31, "w")})
        self.assertEqual(of_record("2200700", i13="", i29="000", i30="0001", i31="ﾐﾎﾝ  1"), {(29, "e"), (31, "e")})
        self.assertEqual(of_record("2200700", i32="見本"), {(32, "e")})
        self.assertEqual(of_record("2200700", "KPFD", i32="見本"), {(32, "w")})
        self.assertEqual(of_record("2200700", i14="1"), {(14, "e")})
        self.assertEqual(of_record("2200700", i16="1234"), {(17, "e")})
        self.assertEqual(of_record("2200700", "KPFD", i16="1234"), {(16, "w")})
        self.assertEqual(of_record("2200700", i24="1"), {(19, "e")})
        self.assertEqual(of_record("2200700", i10="260401"), {(19, "w")})
        self.assertEqual(of_record("2200700", i33="1", i11="", i12="", i24="1", i10="260401"), set())
        self.assertEqual(of_record("2200700", i23="999", i21="999"), {(23, "e")})

    def test_filed_twice(self):
        one = record("2265700")
        self.assertEqual(found(filing(one, one)), {(7, 0, "w")})
        self.assertEqual(found(filing(one, record("2265700", i5="6"))), set())
        self.assertEqual(found(filing(one, record("2265700", i5="05"))), set())
        self.assertEqual(found(filing(one, record("2265700", i5=""))), {(7, 0, "w"), (7, 5, "w")})


class Tools(unittest.TestCase):
    def test_generated_files_are_accepted(self):
        for number in range(60):
            name, data = make_valid.make("7/%d" % number)
            findings = reference.check(data, name, AS_OF)
            self.assertEqual(reference.verdict(findings), "accept", (number, findings))

    def test_twin_in_utf8(self):
        for number in range(20):
            name, data = make_valid.make("8/%d" % number)
            expected = found(data, name) | {(0, 0, "e")}
            self.assertEqual(found(damage.twin(data), name), expected)

    def test_damage_is_repeatable_and_checkable(self):
        for number in range(60):
            _, data = make_valid.make("9/%d" % number)
            one, ways = damage.Damager(number).damage(data)
            self.assertEqual((one, ways), damage.Damager(number).damage(data))
            reference.check(one, "", AS_OF)

    def test_command_line(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "SHFD0006.CSV")
            with open(path, "wb") as stream:
                stream.write(filing(record("2265700", i13="5", i14="1001")))
            for scope, verdict in (("all", "reject"), ("item", "accept")):
                out = io.StringIO()
                with contextlib.redirect_stdout(out):
                    reference.main(["--as-of", "2026-07-31", "--scope", scope, path])
                entry = json.loads(out.getvalue())
                self.assertEqual(entry["verdict"], verdict)
                self.assertEqual(len(entry["findings"]), 1 if scope == "all" else 0)


if __name__ == "__main__":
    unittest.main()
