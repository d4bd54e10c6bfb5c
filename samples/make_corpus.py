#!/usr/bin/env python3
"""Write the sample filings: samples/valid and samples/invalid, a folder a case.

    samples/make_corpus.py            writes every case anew
    samples/make_corpus.py --check    writes nothing, and fails if a file would change

A case is `<case>/input/<file>` with its exact bytes, and `<case>/expected.txt`: a line `line item severity rule` for
each finding that the specification asks for, sorted. `<case>/as-of` holds the check date where it is not 2026-07-31.
A case without an error is below valid/, warnings or not. Nobody and nothing in it is real.

Both ways of calling compare the expectations with the reference checker of tests/reference and fail if it finds
something else (it names no rules: places and severities are compared).
"""

import argparse
import csv
import datetime
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REFERENCE = os.path.join(os.path.dirname(HERE), "tests", "reference")
sys.path.insert(0, REFERENCE)

import kpfd_reference as reference  # noqa: E402

AS_OF = datetime.date(2026, 7, 31)
CODES = {"santei": "2225700", "geppen": "2221700", "bonus": "2265700", "acquisition": "2200700", "loss": "2201700"}
FORMS = list(CODES)


def keys_of(form):
    with open(os.path.join(REFERENCE, "spec", CODES[form] + ".csv"), encoding="utf-8", newline="") as stream:
        return [(int(row["no"]), row["key"], row["scope"]) for row in csv.DictReader(stream)]


KEYS = {form: keys_of(form) for form in FORMS}
NUMBER = {form: {key: number for number, key, _ in KEYS[form]} for form in FORMS}

# ---- good records ------------------------------------------------------------------------------------------------

OFFICE = {"prefecture_code": "21", "district_code": "14", "office_symbol": "ｶｽﾐ", "office_number": "123",
          "union_office_number": "1001"}
MONTHS = {"cash_1": "300000", "cash_2": "300000", "cash_3": "300000", "in_kind_1": "0", "in_kind_2": "0",
          "in_kind_3": "0", "sum_1": "300000", "sum_2": "300000", "sum_3": "300000", "total": "900000",
          "average": "300000", "previous_revision_era": "9", "previous_revision_year": "07",
          "previous_revision_month": "09"}
GOOD = {
    "santei": {"insured_number": "11", "name_kana": "ｱｻﾉ ﾏｻﾋｺ", "name_kanji": "朝野　正彦", "birth_era": "5",
               "birth_ymd": "600228", "applied_era": "9", "applied_year": "08", "applied_month": "09",
               "previous_health_standard": "0300", "previous_pension_standard": "0300", "pay_month_1": "04",
               "pay_month_2": "05", "pay_month_3": "06", "base_days_1": "30", "base_days_2": "31",
               "base_days_3": "30", **MONTHS},
    "geppen": {"insured_number": "12", "name_kana": "ｷﾘｻﾜ ﾖｼｺ", "name_kanji": "霧沢　義子", "birth_era": "7",
               "birth_ymd": "020315", "revision_era": "9", "revision_year": "08", "revision_month": "07",
               "previous_health_standard": "0200", "previous_pension_standard": "0200", "raise_month": "04",
               "raise_kind": "1", "pay_month_1": "04", "pay_month_2": "05", "pay_month_3": "06",
               "base_days_1": "30", "base_days_2": "31", "base_days_3": "30", **MONTHS},
    "bonus": {"insured_number": "13", "name_kana": "ﾎｼﾐ ﾅｵﾔ", "name_kanji": "星見　直也", "birth_era": "5",
              "birth_ymd": "550910", "paid_era": "9", "paid_ymd": "080630", "cash": "456789", "in_kind": "0",
              "bonus_total": "456000"},
    "acquisition": {"insured_number": "14", "name_kana": "ﾅﾐｵｶ ｹｲﾐ", "name_kanji": "波岡　圭美", "birth_era": "7",
                    "birth_ymd": "101127", "sex_class": "2", "acquisition_class": "1", "acquired_era": "9",
                    "acquired_ymd": "080701", "has_dependents": "0", "cash": "245000", "in_kind": "5000",
                    "sum": "250000", "postal_parent": "123", "postal_child": "4567",
                    "address_kana": "ｶｽﾐﾉｼ ﾎﾝﾏﾁ 3-12", "address_kanji": "霞野市本町３－１２",
                    "confirmation_card": "1"},
    "loss": {"insured_number": "15", "name_kana": "ﾂｷﾀﾆ ﾋﾛﾕｷ", "name_kanji": "月谷　弘之", "birth_era": "5",
             "birth_ymd": "450505", "my_number": "123456789018", "lost_era": "9", "lost_ymd": "080701",
             "loss_cause": "4", "left_era": "9", "left_ymd": "080630", "cards_returned": "1"},
}
OFFICE_PLACE = "419,0625,霞野市本町１－２－３,霞野見本製作所株式会社,竹島　里恵,084,02,5284"
OFFICES = {"KPFD": "1001," + OFFICE_PLACE, "SHFD": "21,14,ｶｽﾐ,123," + OFFICE_PLACE}
MEDIA = {"KPFD": "1001,001,20260710,,,,,", "SHFD": "21,14,ｶｽﾐ,001,20260710,22223"}
OLD_MEDIA = {kind: line.replace("20260710", "20241201") for kind, line in MEDIA.items()}
FILE = {"KPFD": "KPFD0006.CSV", "SHFD": "SHFD0006.CSV"}


def encode(text):
    return text if isinstance(text, bytes) else text.encode("cp932")


def record(form, kind="KPFD", old=False, **changes):
    """A good record with changes, as its items' bytes. `old`: acquisition without its newest item."""
    values = {"form_code": CODES[form], **OFFICE, **GOOD[form]}
    if kind == "KPFD":
        values["union_certificate_number"] = "7" + GOOD[form]["insured_number"]
    values.update(changes)
    items = []
    for number, key, scope in KEYS[form]:
        if scope == "union" and kind == "SHFD" or key == "confirmation_card" and old:
            continue
        items.append(encode(values.pop(key, "")))
    for key in list(values):
        known = key in OFFICE or key in ("confirmation_card", "union_certificate_number")
        assert known, (form, key)
    return items


def line(items):
    return items if isinstance(items, bytes) else b",".join(items)


def join(lines):
    return b"".join(line(items) + b"\r\n" for items in map(encode_line, lines))


def encode_line(text):
    return encode(text) if isinstance(text, str) else text


class Filing:
    """The lines of a filing: a good record of each form, unless others are given."""

    def __init__(self, kind="KPFD", records=None, media=None, offices=None, **changes):
        """`changes`: form => changes of its record."""
        self.kind = kind
        offices = offices or [OFFICES[kind]]
        if records is None:
            records = [record(form, kind, **changes.get(form, {})) for form in FORMS]
        self.lines = [media or MEDIA[kind], "[kanri]", ",%03d" % len(offices)] + offices + ["[data]"] + records
        self.first = 5 + len(offices)  # number of the first record's line

    def with_line(self, number, text):
        self.lines[number - 1] = text
        return self

    def without_line(self, number):
        del self.lines[number - 1]
        return self

    def before_line(self, number, text):
        self.lines.insert(number - 1, text)
        return self

    def bytes(self):
        return join(self.lines)


LINE = {form: 6 + place for place, form in enumerate(FORMS)}  # with one office
LAST = 5 + len(FORMS)

# ---- cases -------------------------------------------------------------------------------------------------------

CASES = {}


def case(name, data, *expected, file="KPFD0006.CSV", as_of=AS_OF):
    """`expected`: 'line item severity rule'."""
    assert name not in CASES, name
    CASES[name] = (data.bytes() if isinstance(data, Filing) else data, sorted(set(expected), key=place_of), file, as_of)


def place_of(expected):
    at_line, item, severity, rule = expected.split()
    return int(at_line), int(item), severity, rule


def item_case(name, form, changes, *expected, kind="KPFD", **more):
    """Changes in one record; `expected`: 'key severity rule' in it, key `-` for the whole line."""
    def finding(text):
        key, severity, rule = text.split()
        number = 0 if key == "-" else NUMBER[form][key]
        return "%d %d %s %s" % (LINE[form], number, severity, rule)
    case(name, Filing(kind, **{form: changes}), *map(finding, expected), file=FILE[kind], **more)


def error(key, rule):
    return "%s error %s" % (key, rule)


def warning(key, rule):
    return "%s warning %s" % (key, rule)


def utf8(data):
    return data.decode("cp932").encode("utf-8")


def valid_cases():
    """Each form, edition and destination; everything mixed; several offices; the published header."""
    for kind in ("KPFD", "SHFD"):
        for form in FORMS:
            case("%s-2018-03-%s" % (form, kind.lower()) if form != "acquisition"
                 else "acquisition-2024-12-" + kind.lower(), Filing(kind, [record(form, kind)]), file=FILE[kind])
        case("acquisition-2018-03-" + kind.lower(),
             Filing(kind, [record("acquisition", kind, old=True, acquired_ymd="061201", insured_number="14"),
                           record("acquisition", kind, old=True, acquired_ymd="061120", insured_number="15",
                                  name_kana="ｷﾘﾊﾏ ﾕﾐ", name_kanji="桐浜　由美")],
                    media=OLD_MEDIA[kind]), file=FILE[kind])
        case("mixed-" + kind.lower(), Filing(kind), file=FILE[kind])
    other = {"KPFD": "1002," + OFFICE_PLACE, "SHFD": "21,14,AB12,124," + OFFICE_PLACE}
    elsewhere = {"office_symbol": "AB12", "office_number": "124", "union_office_number": "1002"}
    for kind in ("KPFD", "SHFD"):
        records = [record(form, kind) for form in FORMS] + [
            record(form, kind, **elsewhere, insured_number="2" + str(place)) for place, form in enumerate(FORMS)]
        case("offices-two-" + kind.lower(), Filing(kind, records, offices=[OFFICES[kind], other[kind]]),
             "3 2 warning OFFICE-COUNT-MANY", file=FILE[kind])
    published = ["21,01,ｹｲﾄ,001,20170101,22223", "[kanri]", ",001",
                 "21,01,ｹｲﾄ,123,100,0000,東京都千代田区霞が関１－２－２,健保サービス株式会社,健保　良一,03,1234,5678",
                 "[data]"]
    at_office = {"district_code": "01", "office_symbol": "ｹｲﾄ"}
    case("header-published-example",
         join(published + [record("bonus", "SHFD", **at_office, paid_era="7", paid_ymd="281210")]),
         file="SHFD0006.CSV")
    case("header-attorney", Filing("SHFD", media=",,12345678,001,20260710,22223"), file="SHFD0006.CSV")
    case("header-union-items", Filing(media="1001,001,20260710,A1,見本,ｱｲ,,"))
    case("header-reserved-name", Filing().with_line(3, "見本　太郎,001"))
    for count in ("1", "01"):
        case("header-count-" + count, Filing().with_line(3, "," + count))
    case("file-name-lower-case", Filing(), file="kpfd0006.csv")
    case("file-name-other", Filing("SHFD"), file="FILING01.TXT")
    case("half-width-kana-only", Filing("SHFD", [record("bonus", "SHFD", name_kanji="")],
                                        offices=["21,14,ｶｽﾐ,123,419,0625,a,b,c,084,02,5284"],),
         "4 7 warning TYPE-HALF-WIDTH", "4 8 warning TYPE-HALF-WIDTH", "4 9 warning TYPE-HALF-WIDTH",
         "4 9 warning SEPARATOR-MISSING", file="SHFD0006.CSV")
    item_case("over-70-only-acquisition", "acquisition",
              {"over_70_only": "1", "over_70": "1", "sex_class": "", "acquisition_class": "", "birth_era": "5",
               "birth_ymd": "280101"}, kind="SHFD")
    item_case("over-70-only-loss", "loss",
              {"over_70_only": "1", "insured_number": "", "lost_era": "", "lost_ymd": "", "over_70_ceased": "1",
               "ceased_era": "9", "ceased_ymd": "080630", "birth_ymd": "280101"}, kind="SHFD")
    item_case("loss-75", "loss", {"birth_ymd": "260701", "loss_cause": "7", "left_era": "", "left_ymd": ""})
    item_case("acquisition-with-my-number", "acquisition",
              {"my_number": "123456789018", "postal_parent": "", "postal_child": "", "address_kana": "",
               "address_kanji": ""})
    item_case("amounts-capped", "bonus", {"cash": "9999999", "in_kind": "1", "bonus_total": "9999999"})
    item_case("santei-no-month-counts", "santei",
              {"base_days_1": "00", "base_days_2": "10", "base_days_3": "16", "total": "0", "average": "0"})
    item_case("santei-short-time", "santei",
              {"base_days_1": "11", "base_days_2": "10", "short_time_worker": "1", "total": "600000"})
    item_case("santei-part-timer", "santei",
              {"base_days_1": "15", "base_days_2": "16", "base_days_3": "14", "part_timer": "1", "total": "600000"})
    item_case("santei-month-left-out", "santei", {"leave_of_absence": "1", "total": "600000"})


def encoding_cases():
    """The bytes and encodings of hostile inputs."""
    good = Filing().bytes()

    kanji = "朝野　".encode("cp932")

    def in_name(title, given, *rules, kind="error"):
        item_case(title, "santei", {"name_kanji": kanji + given},
                  *["name_kanji %s %s" % (kind, rule) for rule in rules])

    # at the end of the file the last item of the last record
    tail = good[:-2]
    case("enc-lone-lead-eof", tail + b"\x83", "%d %d error BYTE-TRUNCATED" % (LAST, NUMBER["loss"]["union_item"]),
         "%d 0 error LINE-END-LAST" % LAST)
    in_name("enc-lead-before-comma", b"\x90\xb3\x83", "BYTE-TRUNCATED")
    item_case("enc-lead-before-crlf", "santei", {"union_item": b"A\x83"}, error("union_item", "BYTE-TRUNCATED"))
    item_case("enc-lead-before-quote", "santei", {"name_kanji": kanji + b'\x83"'},
              error("name_kanji", "BYTE-WRONG-SECOND"), warning("name_kanji", "QUOTE"))
    in_name("enc-trail-7f", b"\x90\xb3\x83\x7f", "BYTE-WRONG-SECOND", "CHAR-CONTROL")
    in_name("enc-trail-fd", b"\x90\xb3\x83\xfd", "BYTE-WRONG-SECOND", "BYTE-NO-CHARACTER")
    in_name("enc-trail-3f", b"\x90\xb3\x83\x3f", "BYTE-WRONG-SECOND")
    in_name("enc-80", b"\x90\xb3\x80", "BYTE-NO-CHARACTER")
    in_name("enc-a0", b"\x90\xb3\xa0", "BYTE-NO-CHARACTER")
    in_name("enc-fd-fe-ff", b"\x90\xb3\xfd\xfe\xff", "BYTE-NO-CHARACTER")
    item_case("enc-kana-run-a1-df", "acquisition", {"address_kana": bytes(range(0xA1, 0xE0))})
    in_name("enc-kana-as-trail", b"\x88\xb1")
    item_case("enc-kana-in-kanji-item", "santei", {"name_kanji": kanji + "ﾏｻﾋｺ".encode("cp932")},
              warning("name_kanji", "TYPE-HALF-WIDTH"))
    in_name("enc-5c-trail", "表ソ能".encode("cp932"))
    in_name("enc-7c-trail", "ポ".encode("cp932"))
    case("enc-5b-5d-trail-in-section-line",
         Filing().with_line(5, b"\x81\x5bdata\x81\x5d").bytes(),
         "5 0 error OFFICE-COLUMNS", "6 0 error DATA-MISSING", "3 2 error OFFICE-COUNT")
    in_name("enc-5c-single", b"\x90\xb3\x5c", "TYPE-HALF-WIDTH", kind="warning")
    in_name("enc-7e-overline", b"\x90\xb3\x7e", "TYPE-HALF-WIDTH", kind="warning")
    in_name("bytes-nec-row13", b"\x90\xb3\x87\x40", "CHAR-NEC-ROW13")
    in_name("bytes-nec-row13-last", b"\x90\xb3\x87\x9c", "CHAR-NEC-ROW13")
    in_name("enc-dup-8790", b"\x90\xb3\x87\x90", "CHAR-NEC-ROW13")
    in_name("bytes-nec-selected-ed40", b"\xed\x40", "CHAR-NEC-SELECTED")
    in_name("bytes-ibm-extension", b"\xfb\xfc\xfa\xb1", "CHAR-IBM")
    in_name("bytes-user-defined-f040", b"\xf0\x40", "CHAR-USER-DEFINED")
    in_name("enc-fax-f8f0", b"\xf8\xf0", "CHAR-USER-DEFINED")
    in_name("enc-jis2004-only", b"\x87\x9f", "CHAR-UNASSIGNED")
    in_name("enc-unassigned-85", b"\x85\x40", "CHAR-UNASSIGNED")
    in_name("enc-unassigned-81ad", b"\x81\xad", "CHAR-UNASSIGNED")
    in_name("enc-unassigned-eaa5", b"\xea\xa5", "CHAR-UNASSIGNED")
    in_name("enc-unassigned-fc4c", b"\xfc\x4c", "CHAR-UNASSIGNED")
    in_name("enc-last-kanji-eaa4", b"\xea\xa4")
    item_case("enc-wave-8160", "acquisition", {"address_kanji": "霞野市本町３～４".encode("cp932")})
    item_case("enc-minus-817c", "acquisition", {"address_kanji": "霞野市本町３".encode("cp932") + b"\x81\x7c\x82\x53"})
    in_name("enc-several-kinds", b"\x87\x40\xfb\xfc\x85\x40", "CHAR-NEC-ROW13", "CHAR-IBM", "CHAR-UNASSIGNED")
    case("bytes-in-office-record", Filing().with_line(4, OFFICES["KPFD"].encode("cp932").replace(
        "株式会社".encode("cp932"), b"\x87\x8a")), "4 5 error CHAR-NEC-ROW13")
    case("bytes-in-pension-item", Filing(acquisition={"basic_pension_office": b"12\x83"}),
         "%d %d error BYTE-TRUNCATED" % (LINE["acquisition"], NUMBER["acquisition"]["basic_pension_office"]))

    text = good.decode("cp932")
    case("enc-utf8-file", text.encode("utf-8"), "0 0 error FILE-UTF8")
    case("enc-utf8-bom", b"\xef\xbb\xbf" + text.encode("utf-8"), "0 0 error FILE-UTF8")
    case("enc-utf16le-bom", text.encode("utf-16-le").join([b"\xff\xfe", b""]), "0 0 error FILE-UTF16")
    case("enc-utf16be", text.encode("utf-16-be").join([b"\xfe\xff", b""]), "0 0 error FILE-UTF16")
    case("enc-utf16be-without-mark", text.encode("utf-16-be"), "0 0 error FILE-NUL")
    case("enc-utf32", text.encode("utf-32-le").join([b"\xff\xfe\0\0", b""]), "0 0 error FILE-UTF32")
    item_case("enc-utf7-+AD0-", "geppen", {"remarks": "+AD0-"})
    case("enc-eucjp", good.decode("cp932").replace("－", "ー").encode("euc_jp"), "0 0 error FILE-EUCJP")
    case("enc-iso2022jp-esc", text.replace("－", "ー").encode("iso2022_jp_3", "ignore"), "0 0 error FILE-ISO2022JP")
    for title, bad in (("enc-utf8-overlong-c0af", b"\xc0\xaf"), ("enc-utf8-surrogate-eda080", b"\xed\xa0\x80"),
                       ("enc-cesu8", b"\xed\xa1\x80\xed\xb0\x80"), ("enc-utf8-cut", "朝".encode("utf-8")[:2])):
        case(title, utf8(good).replace("朝野".encode("utf-8"), bad + "朝野".encode("utf-8")),
             "0 0 error FILE-UTF8-DAMAGED")
    case("enc-bom-before-shift-jis", b"\xef\xbb\xbf" + good, "0 0 error FILE-BOM-INVALID")

    def utf8_item(title, given, *rules):
        changed = text.replace("朝野　正彦", "朝野　" + given).encode("utf-8")
        case(title, changed, "0 0 error FILE-UTF8",
             *["%d %d %s" % (LINE["santei"], NUMBER["santei"]["name_kanji"], rule) for rule in rules])

    utf8_item("enc-utf8-combining", "か\u3099", "warning CHAR-COMPOSED")
    utf8_item("enc-ivs", "葛\U000e0100", "error CHAR-NOT-IN-SHIFT-JIS")
    utf8_item("enc-bidi-u202e", "正\u202e", "error CHAR-NOT-IN-SHIFT-JIS")
    utf8_item("enc-zwsp", "正\u200b", "error CHAR-NOT-IN-SHIFT-JIS")
    utf8_item("enc-utf8-kanji-of-jis2004", "𠮟", "error CHAR-NOT-IN-SHIFT-JIS")
    utf8_item("enc-utf8-twin-pairs", "〜—−")
    # 恵 in UTF-8 is E6 81 B5: in Shift_JIS a kanji and a half-width kana
    case("enc-mixed-sjis-utf8-lines", good.replace("正彦".encode("cp932"), "恵".encode("utf-8") + b"\x90\xb3"),
         "%d %d warning TYPE-HALF-WIDTH" % (LINE["santei"], NUMBER["santei"]["name_kanji"]))


def foreign_cases():
    """What is no filing at all: one error at line 0."""
    good = Filing().bytes()
    for title, start, rule in (
            ("file-zip", b"PK\x03\x04\x14\0\x06\0", "FILE-ZIP"), ("file-zip-empty", b"PK\x05\x06" + b"\0" * 18, "FILE-ZIP"),
            ("file-zip-spanned", b"PK\x07\x08", "FILE-ZIP"),
            ("file-old-office", bytes.fromhex("D0CF11E0A1B11AE1"), "FILE-OLE"), ("file-pdf", b"%PDF-1.7\r\n", "FILE-PDF"),
            ("file-gzip", b"\x1f\x8b\x08\0", "FILE-GZIP"), ("file-png", b"\x89PNG\r\n\x1a\n", "FILE-PNG"),
            ("file-jpeg", b"\xff\xd8\xff\xe0", "FILE-JPEG"),
            ("file-openpgp-armored", b"-----BEGIN PGP MESSAGE-----\r\n", "FILE-OPENPGP"),
            ("file-openpgp-84", b"\x84\x8c\x03", "FILE-OPENPGP"), ("file-openpgp-85", b"\x85\x01\x0c\x03", "FILE-OPENPGP"),
            ("file-openpgp-c1", b"\xc1\xc0\x4c\x03", "FILE-OPENPGP"), ("file-openpgp-8c", b"\x8c\x0d\x04", "FILE-OPENPGP"),
            ("file-openpgp-8d", b"\x8d\x00\x0d\x05", "FILE-OPENPGP"), ("file-openpgp-c3", b"\xc3\x0d\x06", "FILE-OPENPGP")):
        case(title, start + good, "0 0 error " + rule)
    case("file-nul", good + b"\0" * (len(good) // 9 + 1), "0 0 error FILE-NUL")
    case("file-empty", b"", "0 0 error FILE-EMPTY")
    case("file-name-shfd", Filing(), "0 0 warning FILE-NAME", file="SHFD0006.CSV")
    case("file-name-kpfd", Filing("SHFD"), "0 0 warning FILE-NAME", file="KPFD0006.CSV")
    case("file-name-knfd-of-other-content", Filing(), "0 0 warning FILE-NAME", file="KNFD0006.CSV")
    case("file-pension-fund", Filing(media="," * 52), "0 0 error FILE-REFUSED-KIND", file="KNFD0006.CSV")


def line_cases():
    good = Filing().bytes()
    lines = good.split(b"\r\n")
    case("st-lf-only", good.replace(b"\r\n", b"\n"), "1 0 error LINE-END")
    case("st-cr-only", good.replace(b"\r\n", b"\r"), "1 0 error LINE-END")
    case("st-mixed-eol", b"\r\n".join(lines[:4]) + b"\n" + b"\r".join(lines[4:8]) + b"\r\n" + b"\r\n".join(lines[8:]),
         "4 0 error LINE-END")
    case("st-no-final-eol", good[:-2], "%d 0 error LINE-END-LAST" % LAST)
    case("st-final-cr-only", good[:-1], "%d 0 error LINE-END" % LAST)
    case("st-blank-line-mid", Filing().before_line(7, ""), "7 0 error LINE-BLANK")
    case("st-blank-first-line", b"\r\n" + good, "1 0 error LINE-BLANK")
    case("st-trailing-blank-lines", good + b"\r\n\r\n", "%d 0 error LINE-BLANK" % (LAST + 1),
         "%d 0 error LINE-BLANK" % (LAST + 2))
    case("st-1a-at-end", good + b"\x1a", "%d 0 warning LINE-END-MARK" % (LAST + 1))
    case("st-1a-run-at-end", good + b"\x1a\x1a\x1a", "%d 0 warning LINE-END-MARK" % (LAST + 1))
    case("st-1a-without-line-end", good[:-2] + b"\x1a", "%d 0 error LINE-END-LAST" % LAST,
         "%d 0 warning LINE-END-MARK" % LAST)
    case("st-only-1a", b"\x1a", "0 0 error SECTION-MISSING", "1 0 warning LINE-END-MARK")
    case("st-one-byte", b"A", "1 0 error MEDIA-COLUMNS", "1 0 error LINE-END-LAST", file="A.CSV")
    case("st-only-crlf", b"\r\n", "0 0 error SECTION-MISSING", "1 0 error LINE-BLANK")
    case("st-two-files-concatenated", good + good,
         *["%d 0 error FORM-UNKNOWN" % (LAST + n) for n in (1, 3, 4)],
         *["%d 0 error SECTION-REPEATED" % (LAST + n) for n in (2, 5)],
         *["%d 0 warning DOUBLE-FILING" % (LAST + LINE[form]) for form in FORMS])


def structure_cases():
    good = Filing().bytes()
    case("structure-media-missing", Filing().without_line(1), "1 0 error MEDIA-MISSING")
    case("structure-media-missing-and-name", Filing().without_line(1), "1 0 error MEDIA-MISSING", file="A.CSV")
    case("structure-media-columns", Filing(media="1001,001,20260710,,,,"), "1 0 error MEDIA-COLUMNS")
    case("structure-media-and-kind-unknown", b"a,b\r\n[kanri]\r\n", "1 0 error MEDIA-COLUMNS", file="A.CSV")
    case("structure-media-excel-commas", Filing(media=MEDIA["KPFD"] + ",,,,"), "1 0 error MEDIA-COLUMNS")
    case("st-header-twice", Filing().before_line(2, MEDIA["KPFD"]), "2 0 error KANRI-MISSING",
         "3 0 error OFFICE-COLUMNS", "4 0 error OFFICE-COLUMNS")
    case("st-no-kanri", Filing().without_line(2), "2 0 error KANRI-MISSING")
    for title, text in (("uppercase", "[KANRI]"), ("space", "[kanri] "), ("commas", "[kanri],,,"), ("word", "kanri"),
                        ("fullwidth", "［ｋａｎｒｉ］")):
        case("st-kanri-" + title, Filing().with_line(2, text), "2 0 error KANRI-DAMAGED")
    case("st-kanri-bom-prefix", Filing().with_line(2, b"\xef\xbb\xbf[kanri]"), "2 0 error KANRI-DAMAGED")
    case("structure-count-missing", Filing().without_line(3), "3 0 error COUNT-MISSING")
    case("structure-count-columns", Filing().with_line(3, ",001,"), "3 0 error COUNT-COLUMNS")
    case("structure-count-one-item", Filing().with_line(3, "001"), "3 0 error COUNT-COLUMNS")
    case("structure-office-missing", Filing().without_line(4), "3 2 error OFFICE-COUNT")
    case("structure-office-columns", Filing().with_line(4, OFFICES["KPFD"] + ","), "4 0 error OFFICE-COLUMNS")
    case("structure-office-of-other-destination", Filing().with_line(4, OFFICES["SHFD"]), "4 0 error OFFICE-COLUMNS")
    case("structure-data-marker-missing", Filing().without_line(5), "5 0 error DATA-MISSING")
    for title, text in (("uppercase", "[DATA]"), ("space", " [data] "), ("commas", "[data],,,,,,,,")):
        case("st-data-" + title, Filing().with_line(5, text), "5 0 error DATA-DAMAGED")
    case("st-no-data", join(Filing().lines[:4]), "0 0 error SECTION-MISSING")
    case("structure-only-media", join(Filing().lines[:1]), "0 0 error SECTION-MISSING")
    case("st-data-empty", join(Filing().lines[:5]), "0 0 error NO-RECORDS")
    case("st-dup-kanri", Filing().before_line(8, "[kanri]"), "8 0 error SECTION-REPEATED")
    case("st-dup-data", Filing().before_line(6, "[data]"), "6 0 error SECTION-REPEATED")
    whole = Filing().lines
    case("st-data-before-kanri", join(whole[:1] + whole[4:] + whole[1:4]), "2 0 error KANRI-MISSING",
         "%d 0 error SECTION-REPEATED" % (LAST - 2), "%d 0 error FORM-UNKNOWN" % (LAST - 1), "%d 0 error FORM-UNKNOWN" % LAST)
    case("st-count-mismatch", Filing().with_line(3, ",002"), "3 2 error OFFICE-COUNT", "3 2 warning OFFICE-COUNT-MANY")
    case("structure-count-of-one-for-two", Filing().before_line(5, OFFICES["KPFD"].replace("1001", "1002", 1)),
         "3 2 error OFFICE-COUNT")
    case("structure-count-zero", Filing().with_line(3, ",000"), "3 2 error OFFICE-COUNT-ZERO")
    case("structure-count-empty", Filing().with_line(3, ","), "3 2 error NEED")
    case("structure-count-letters", Filing().with_line(3, ",A"), "3 2 error TYPE")
    case("structure-count-four-digits", Filing().with_line(3, ",0001"), "3 2 error LENGTH")
    item_case("st-office-not-in-kanri", "bonus", {"union_office_number": "9999"},
              error("union_office_number", "OFFICE-UNKNOWN"))
    item_case("structure-office-unknown-shfd", "bonus", {"office_symbol": "ﾐﾎﾝ"},
              error("office_symbol", "OFFICE-UNKNOWN"), kind="SHFD")
    item_case("st-unknown-form-code", "bonus", {"form_code": "2265701"}, error("-", "FORM-UNKNOWN"))
    item_case("structure-form-retired", "bonus", {"form_code": "22257041"}, error("-", "FORM-RETIRED"))
    item_case("structure-form-retired-address", "bonus", {"form_code": "22187041"}, error("-", "FORM-RETIRED"))
    bonus = LINE["bonus"]
    items = record("bonus")
    case("st-extra-column", Filing().with_line(bonus, items + [b"A"]), "%d 0 error COLUMNS" % bonus)
    case("st-missing-column", Filing().with_line(bonus, items[:5] + items[6:]), "%d 0 error COLUMNS" % bonus)
    case("st-trailing-comma", Filing().with_line(bonus, items + [b""]), "%d 0 error COLUMNS" % bonus)
    case("excel-trailing-items-lost", Filing().with_line(bonus, items[:14]), "%d 0 error COLUMNS" % bonus)
    case("st-columns-shifted-by-comma-in-name", Filing().with_line(bonus, items[:6] + [b"A"] + items[6:]),
         "%d 0 error COLUMNS" % bonus)
    case("structure-record-of-other-destination", Filing().with_line(bonus, record("bonus", "SHFD")),
         "%d 0 error COLUMNS" % bonus)
    case("st-semicolon-delim", Filing().with_line(bonus, line(items).replace(b",", b";")), "%d 0 error FORM-UNKNOWN" % bonus)
    case("st-truncated-mid-record", good[:-60], "%d 0 error COLUMNS" % LAST, "%d 0 error LINE-END-LAST" % LAST)
    case("st-truncated-mid-char", good[:good.rindex(encode("月谷")) + 3], "%d 0 error COLUMNS" % LAST,
         "%d 0 error LINE-END-LAST" % LAST)
    case("st-nul-first", b"\0" + good, "1 1 error CHAR-CONTROL")
    case("st-nul-last", good + b"\0", "%d 0 error FORM-UNKNOWN" % (LAST + 1), "%d 0 error LINE-END-LAST" % (LAST + 1))
    case("st-quote-unclosed-eof", good[:-2] + b'"', "%d %d warning QUOTE" % (LAST, NUMBER["loss"]["union_item"]),
         "%d 0 error LINE-END-LAST" % LAST)
    # No quotes are known: a line break between two of them ends the line.
    broken = record("loss", remarks='"A\r\nB"')
    case("st-quote-embedded-newline", Filing(records=[record("bonus"), broken]), "7 0 error COLUMNS",
         "8 0 error FORM-UNKNOWN")
    item_case("st-double-quote-escape", "geppen", {"remarks": '"A""B"'}, warning("remarks", "QUOTE"))
    old = record("acquisition", old=True)
    case("edition-old-after-change", Filing().with_line(LINE["acquisition"], old),
         "%d 0 warning EDITION" % LINE["acquisition"])
    case("edition-new-before-change", Filing(media=OLD_MEDIA["KPFD"]), "%d 0 warning EDITION" % LINE["acquisition"])
    case("edition-old-union-item-numbers", Filing("KPFD", [record("acquisition", old=True, acquired_ymd="061101",
                                                                   union_certificate_number="0")],
                                                  media=OLD_MEDIA["KPFD"]), "6 36 error ZEROS")
    data = Filing().bytes()
    case("double-filing", data + line(record("bonus")) + b"\r\n", "%d 0 warning DOUBLE-FILING" % (LAST + 1))
    case("double-filing-without-number", data + line(record("bonus", insured_number="")) + b"\r\n",
         "%d 0 warning DOUBLE-FILING" % (LAST + 1),
         "%d %d warning INSURED-NUMBER-MISSING" % (LAST + 1, NUMBER["bonus"]["insured_number"]))
    case("double-filing-other-number", data + line(record("bonus", insured_number="99")) + b"\r\n")


def header_item_cases():
    def media(title, text, *expected, kind="KPFD"):
        case("header-" + title, Filing(kind, media=text), *["1 " + finding for finding in expected], file=FILE[kind])
    media("media-number-zero", "1001,000,20260710,,,,,", "2 error VALUES")
    media("date-not-existing", "1001,001,20260229,,,,,", "3 error DATE-EXISTS")
    media("date-slashes", "1001,001,2026/7/10,,,,,", "3 error LENGTH", "3 error TYPE")
    media("number-empty", ",001,20260710,,,,,", "1 error NEED")
    media("identifier", "21,14,ｶｽﾐ,001,20260710,22224", "6 error VALUES", kind="SHFD")
    media("district-99", "21,99,ｶｽﾐ,001,20260710,22223", "2 error VALUES-REFUSED", kind="SHFD")
    media("symbol-zeros", "21,14,0000,001,20260710,22223", "3 error ZEROS", kind="SHFD")
    media("prefecture-unknown", "99,14,ｶｽﾐ,001,20260710,22223", "1 warning TABLE", kind="SHFD")
    media("attorney-seven-digits", ",,1234567,001,20260710,22223", "1 error NEED", "2 error NEED", "3 error LENGTH",
          kind="SHFD")
    media("excel-leading-zeros-lost", "21,14,ｶｽﾐ,1,20260710,22223", "4 error LENGTH", kind="SHFD")

    def office(title, place, text, *expected):
        items = OFFICES["KPFD"].split(",")
        items[place - 1] = text
        case("office-" + title, Filing().with_line(4, ",".join(items)), *["4 %d %s" % (place, finding) for finding in expected])
    office("name-half-width-space", 6, "竹島 里恵", "warning SEPARATOR-WIDTH", "warning TYPE-HALF-WIDTH")
    office("name-no-space", 6, "竹島里恵", "warning SEPARATOR-MISSING")
    office("name-two-spaces", 6, "竹島　　里恵", "error SPACES-DOUBLE")
    office("name-space-at-end", 6, "竹島　里恵　", "warning SPACES-END")
    office("address-half-width", 4, "霞野市本町1", "warning TYPE-HALF-WIDTH")
    office("address-question-mark", 4, "霞野市？本町".replace("？", "?"), "warning LOST-CHARACTER", "warning TYPE-HALF-WIDTH")
    office("telephone-one-digit", 7, "3", "error LENGTH")
    office("postal-letters", 2, "41A", "error TYPE")
    office("address-too-long", 4, "霞" * 38, "error LENGTH")
    case("office-number-error-silences", Filing(bonus={"union_office_number": "9999"}).with_line(
        4, OFFICES["KPFD"].replace("1001", "10-1", 1)), "4 1 error TYPE")


def item_cases():
    """One for each check of single items, and the fields of hostile inputs."""
    item_case("item-need", "santei", {"name_kana": ""}, error("name_kana", "NEED"))
    item_case("item-values", "santei", {"applied_month": "10"}, error("applied_month", "VALUES"))
    item_case("item-values-width", "geppen", {"revision_month": "07", "pay_month_1": "4"},
              error("pay_month_1", "LENGTH"))
    item_case("item-values-refused", "geppen", {"previous_health_standard": "0000"},
              error("previous_health_standard", "VALUES-REFUSED"))
    item_case("item-values-doubtful", "santei", {"over_70_base_months": "0505"},
              warning("over_70_base_months", "VALUES-DOUBTFUL"))
    item_case("item-zeros", "santei", {"insured_number": "000"}, error("insured_number", "ZEROS"))
    item_case("item-least", "geppen", {"corrected_average": "999"}, error("corrected_average", "LEAST"))
    item_case("item-prefecture-unknown", "bonus", {"prefecture_code": "99"}, warning("prefecture_code", "TABLE"))
    item_case("f-digits-fullwidth", "bonus", {"insured_number": "１３"}, error("insured_number", "TYPE"))
    item_case("f-len-bytes-vs-chars", "acquisition", {"address_kanji": "霞" * 37})
    item_case("f-len-max", "santei", {"name_kana": "ｱｻﾉ " + "ﾏ" * 21})
    item_case("f-len-max-plus-1", "santei", {"name_kana": "ｱｻﾉ " + "ﾏ" * 22}, error("name_kana", "LENGTH"))
    item_case("f-len-split-kanji-at-limit", "acquisition", {"address_kanji": ("霞" * 38).encode("cp932")[:75]},
              error("address_kanji", "BYTE-TRUNCATED"))
    item_case("f-space-full-vs-half-name", "santei", {"name_kanji": "朝野 正彦"}, error("name_kanji", "SEPARATOR-WIDTH"))
    item_case("f-name-without-space", "santei", {"name_kanji": "朝野正彦"}, error("name_kanji", "SEPARATOR-MISSING"))
    item_case("f-space-two", "santei", {"name_kana": "ｱｻﾉ  ﾏｻﾋｺ"}, error("name_kana", "SPACES-DOUBLE"))
    item_case("f-leading-space", "santei", {"name_kana": " ｱｻﾉ ﾏｻﾋｺ"}, warning("name_kana", "SPACES-END"))
    item_case("f-only-spaces", "santei", {"name_kanji": "　　"}, error("name_kanji", "SEPARATOR-MISSING"),
              warning("name_kanji", "SPACES-END"))
    item_case("f-kana-fullwidth-in-yomi", "santei", {"name_kana": "アサノ マサ"}, error("name_kana", "TYPE"))
    item_case("f-kana-small", "santei", {"name_kana": "ｱｻｬ ｨﾏｮ"})
    item_case("f-kana-dakuten", "santei", {"name_kana": "ｶﾞｷﾞ ﾊﾟﾝ"})
    item_case("f-kana-dakuten-alone", "santei", {"name_kana": "ﾞｱｻﾉ ﾟﾏｻ"})
    item_case("f-kana-nakaguro", "santei", {"name_kana": "ｱｻﾉ ｱﾝ･ﾏﾘ"}, warning("name_kana", "TYPE-KANA-SYMBOL"))
    item_case("f-lowercase-alnum", "bonus", {"office_symbol": "ab12"}, error("office_symbol", "OFFICE-UNKNOWN"),
              kind="SHFD")
    item_case("f-symbol-mixed", "bonus", {"office_symbol": "Aｱ"}, error("office_symbol", "TYPE"))
    item_case("f-minus-number", "bonus", {"cash": "-45678"}, error("cash", "TYPE"))
    item_case("f-plus-number", "bonus", {"cash": "+45678"}, error("cash", "TYPE"))
    for title, hyphen in (("minus-sign", b"\x81\x7c"), ("hyphen", b"\x81\x5d"), ("long-vowel", b"\x81\x5b"),
                          ("half-width-long-vowel", b"\xb0")):
        item_case("f-hyphen-" + title, "bonus", {"cash": hyphen + b"45678"}, error("cash", "TYPE"))
    item_case("f-number-1e5", "bonus", {"cash": "1e5"}, error("cash", "TYPE"))
    item_case("f-number-0x10", "bonus", {"cash": "0x10"}, error("cash", "TYPE"))
    item_case("f-number-overflow", "bonus", {"cash": "18446744073709551616"}, error("cash", "LENGTH"))
    item_case("f-amount-999", "bonus", {"cash": "9" * 40}, error("cash", "LENGTH"))
    item_case("f-number-comma-and-quotes", "bonus", {"cash": '"456789"'}, error("cash", "TYPE"), error("cash", "LENGTH"),
              warning("cash", "QUOTE"))
    item_case("f-amount-leading-zero", "bonus", {"cash": "0456789", "bonus_total": "0456000"})
    item_case("st-quoted-field", "bonus", {"name_kana": '"ﾎｼﾐ ﾅｵﾔ"'}, error("name_kana", "TYPE"), warning("name_kana", "QUOTE"))
    item_case("item-quote-in-remarks", "geppen", {"remarks": '"A"'}, warning("remarks", "QUOTE"))
    item_case("st-tab", "geppen", {"remarks": "A\tB"}, error("remarks", "CHAR-CONTROL"))
    item_case("st-esc-c0", "geppen", {"remarks": "A\x1bB"}, error("remarks", "CHAR-CONTROL"))
    item_case("st-del-7f", "geppen", {"remarks": "A\x7fB"}, error("remarks", "CHAR-CONTROL"))
    item_case("st-nul-mid-field", "geppen", {"remarks": "A\0B"}, error("remarks", "CHAR-CONTROL"))
    item_case("st-1a-mid", "geppen", {"remarks": "A\x1aB"}, error("remarks", "CHAR-CONTROL"))
    item_case("st-fullwidth-comma", "acquisition", {"address_kanji": "霞野市，本町"})
    item_case("item-space-half-width", "acquisition", {"address_kanji": "霞野市 本町"}, error("address_kanji", "SPACE-HALF-WIDTH"))
    item_case("item-spaces-double-address", "acquisition", {"address_kana": "ｶｽﾐﾉｼ  ﾎﾝﾏﾁ"}, error("address_kana", "SPACES-DOUBLE"))
    item_case("item-lost-character", "acquisition", {"address_kana": "ｶｽﾐ? 1"}, warning("address_kana", "LOST-CHARACTER"))
    item_case("excel-leading-zeros-lost", "geppen", {"revision_year": "8", "revision_month": "7"},
              error("revision_year", "LENGTH"), error("revision_month", "LENGTH"))
    item_case("excel-date", "geppen", {"pay_month_2": "4月1日"}, error("pay_month_2", "TYPE"), error("pay_month_2", "LENGTH"))
    item_case("excel-my-number", "loss", {"my_number": "1.23E+11"}, error("my_number", "LENGTH"), error("my_number", "TYPE"))
    item_case("pension-given", "acquisition", {"basic_pension_office": "1234", "basic_pension_serial": "567890"},
              warning("basic_pension_office", "PENSION-GIVEN"), warning("basic_pension_serial", "PENSION-GIVEN"))
    item_case("pension-refused", "bonus", {"over_70_only": "1"}, error("over_70_only", "PENSION-REFUSED"))
    item_case("n-mynumber-bad-check", "loss", {"my_number": "123456789012"}, warning("my_number", "MY-NUMBER-DIGIT"))
    item_case("n-mynumber-11-digits", "loss", {"my_number": "12345678901"}, error("my_number", "LENGTH"))
    item_case("n-mynumber-13-digits", "loss", {"my_number": "1234567890183"}, error("my_number", "LENGTH"))
    item_case("n-mynumber-hyphens", "loss", {"my_number": "1234-5678-9018"}, error("my_number", "LENGTH"), error("my_number", "TYPE"))
    item_case("n-mynumber-fullwidth", "loss", {"my_number": "１２３４５６"}, error("my_number", "TYPE"))
    item_case("n-mynumber-remainder-0", "loss", {"my_number": "000000000000"})
    item_case("n-mynumber-remainder-1", "loss", {"my_number": "100000000030"})
    item_case("n-mynumber-in-remarks", "geppen", {"remarks": "123456789018"})
    item_case("n-pension-and-mynumber-both", "loss",
              {"basic_pension_office": "1234", "basic_pension_serial": "567890", "my_number": "123456789018"},
              warning("basic_pension_office", "PENSION-GIVEN"), warning("basic_pension_serial", "PENSION-GIVEN"))
    item_case("inert-formula-behind-a-tab", "geppen", {"remarks": "\t=1+1"}, error("remarks", "CHAR-CONTROL"))
    item_case("inert-ansi-escape", "geppen", {"remarks": "\x1b[2J\x1b]0;x\x07"}, error("remarks", "CHAR-CONTROL"))
    cut = record("geppen", remarks="\r=1+1")
    case("inert-formula-behind-a-line-end", Filing(records=[cut, record("bonus")]), "6 0 error COLUMNS", "6 0 error LINE-END",
         "7 0 error FORM-UNKNOWN")
    for title, text in (("formula", "=cmd|'/C calc'!A0"), ("sql", "';DROP TABLE--"), ("sql-5c-quote", b"\x95\x5c'"),
                        ("xml", "]]>&lt;"), ("html", "<script>"), ("printf", "%n%s"), ("shell", "$(reboot)"),
                        ("formula-plus", "+1+1"), ("formula-minus", "-1+1"), ("formula-at", "@SUM(A1)"),
                        ("formula-full-width", "＝１＋１"), ("formula-link", "=HYPERLINK(A1)"), ("formula-dde", "=DDE(A;B;C)"),
                        ("sql-dollar", "$$;--"), ("log-line", "\\n{level:error}")):
        item_case("inert-" + title, "geppen", {"remarks": text})
    item_case("inert-json-quote", "geppen", {"remarks": '","a":"'.replace(",", ";")}, warning("remarks", "QUOTE"))


def date_cases():
    def birth(title, era, ymd, *expected):
        item_case("d-" + title, "santei", {"birth_era": era, "birth_ymd": ymd}, *expected)
    day = "birth_ymd"
    for title, era, ymd in (
            ("showa-64-01-07", "5", "640107"), ("heisei-01-01-08", "7", "010108"), ("heisei-31-04-30", "7", "310430"),
            ("reiwa-01-05-01", "9", "010501"), ("taisho-15-12-24", "3", "151224"), ("showa-01-12-25", "5", "011225"),
            ("meiji-45-07-29", "1", "450729"), ("leap-heisei-12-02-29", "7", "120229"), ("leap-reiwa-06-02-29", "9", "060229")):
        birth(title, era, ymd)
    for title, era, ymd in (
            ("showa-64-01-08", "5", "640108"), ("showa-65", "5", "650101"), ("heisei-01-01-07", "7", "010107"),
            ("heisei-31-05-01", "7", "310501"), ("reiwa-01-04-30", "9", "010430"), ("taisho-15-12-25", "3", "151225"),
            ("meiji-45-07-30", "1", "450730")):
        birth(title, era, ymd, warning(day, "DATE-ERA"))
    for title, era, ymd in (
            ("nonleap-reiwa-05-02-29", "9", "050229"), ("meiji-33-02-29", "1", "330229"), ("month-00", "5", "600001"),
            ("month-13", "5", "601301"), ("day-00", "5", "600100"), ("day-31-april", "5", "600431")):
        birth(title, era, ymd, error(day, "DATE-EXISTS"))
    birth("year-00", "5", "000101", error(day, "DATE-YEAR-ZERO"))
    for era in "028":
        birth("era-code-" + era, era, "600228", error("birth_era", "VALUES"))
    birth("era-code-A", "A", "600228", error("birth_era", "TYPE"))
    birth("era-missing", "", "600228", error("birth_era", "NEED"))
    birth("date-missing", "5", "", error(day, "NEED"))
    item_case("d-half-given", "loss", {"left_era": "9", "left_ymd": ""}, error("left_ymd", "LEFT-REQUIRED"))
    item_case("date-pair", "loss", {"over_70_ceased": "", "ceased_era": "9"}, error("ceased_ymd", "DATE-PAIR"), kind="SHFD")
    item_case("d-future", "bonus", {"paid_ymd": "080801"}, error("paid_ymd", "DATE-FUTURE"))
    item_case("d-today", "bonus", {"paid_ymd": "080731"})
    case("d-future-for-an-earlier-check", Filing(),
         *["%d %d error DATE-FUTURE" % (LINE[form], NUMBER[form][key])
           for form, key in (("bonus", "paid_ymd"), ("acquisition", "acquired_ymd"), ("loss", "lost_ymd"))],
         as_of=datetime.date(2026, 6, 29))
    item_case("d-end-before-start", "loss", {"birth_era": "9", "birth_ymd": "080701"}, error("lost_ymd", "LOST-AFTER-BIRTH"))
    item_case("d-year-month-before-era", "geppen", {"previous_revision_era": "9", "previous_revision_year": "01",
                                                     "previous_revision_month": "04"},
              warning("previous_revision_year", "DATE-ERA"))
    item_case("d-year-month-in-last-month-of-era", "geppen", {"previous_revision_era": "7", "previous_revision_year": "31",
                                                               "previous_revision_month": "04"})
    item_case("d-year-month-year-00", "geppen", {"previous_revision_year": "00"},
              error("previous_revision_year", "DATE-YEAR-ZERO"))


def rule_cases():
    """Rules across items."""
    item_case("rule-month-sum", "santei", {"sum_1": "300001"}, error("sum_1", "MONTH-SUM"))
    item_case("rule-santei-total", "santei", {"total": "900001"}, error("total", "SANTEI-TOTAL"))
    item_case("rule-santei-average", "santei", {"average": "300001"}, error("average", "SANTEI-AVERAGE"))
    item_case("rule-santei-too-few-days", "santei", {"base_days_1": "16"}, error("total", "SANTEI-TOTAL"))
    item_case("rule-santei-left-out-fits-nothing", "santei", {"leave_of_absence": "1", "total": "300001"},
              warning("total", "SANTEI-TOTAL-SOME"))
    item_case("rule-santei-both-flags", "santei", {"short_time_worker": "1", "part_timer": "1"},
              warning("part_timer", "SHORT-TIME-PART-TIMER"))
    item_case("rule-geppen-total", "geppen", {"total": "1"}, error("total", "GEPPEN-TOTAL"))
    item_case("rule-geppen-average", "geppen", {"average": "300001"}, error("average", "GEPPEN-AVERAGE"))
    item_case("rule-geppen-grade-change", "geppen", {"previous_health_standard": "0280"}, warning("average", "GRADE-CHANGE"))
    item_case("rule-geppen-no-grade", "geppen", {"previous_health_standard": "0281"},
              warning("previous_health_standard", "HEALTH-STANDARD"))
    item_case("rule-geppen-pay-month", "geppen", {"pay_month_2": "06", "pay_month_3": "06"},
              error("pay_month_2", "PAY-MONTH"))
    item_case("rule-geppen-revision-month", "geppen", {"revision_month": "06"}, error("pay_month_3", "REVISION-MONTH"))
    item_case("rule-geppen-base-days", "geppen", {"base_days_1": "16"}, error("base_days_1", "BASE-DAYS"))
    item_case("rule-geppen-raise-pair", "geppen", {"raise_kind": ""}, error("raise_kind", "RAISE-PAIR"))
    item_case("rule-geppen-retroactive", "geppen", {"retroactive_amount": "5000"},
              warning("retroactive_amount", "RETROACTIVE-MONTH"))
    item_case("rule-bonus-total", "bonus", {"bonus_total": "456789"}, error("bonus_total", "BONUS-TOTAL"))
    item_case("rule-bonus-total-cap", "bonus", {"cash": "9999999", "in_kind": "1", "bonus_total": "9999000"},
              warning("bonus_total", "BONUS-TOTAL-CAP"))
    item_case("rule-bonus-least", "bonus", {"cash": "900", "bonus_total": "0"}, error("bonus_total", "LEAST"))
    item_case("rule-insured-number-missing", "bonus", {"insured_number": ""}, warning("insured_number", "INSURED-NUMBER-MISSING"))
    item_case("rule-union-certificate-missing", "bonus", {"union_certificate_number": ""},
              warning("union_certificate_number", "UNION-CERTIFICATE-MISSING"))
    item_case("rule-my-number-empty", "bonus", {"my_number": "123456789018"}, error("my_number", "MY-NUMBER-EMPTY"), kind="SHFD")
    item_case("rule-basic-pension-required", "bonus", {"over_70": "1", "birth_ymd": "280101"},
              error("basic_pension_office", "BASIC-PENSION-REQUIRED"), kind="SHFD")
    item_case("rule-basic-pension-pair", "acquisition", {"basic_pension_office": "1234"},
              error("basic_pension_serial", "BASIC-PENSION-PAIR"), kind="SHFD")
    item_case("rule-address-required", "acquisition", {"postal_parent": "", "postal_child": "", "address_kana": ""},
              error("postal_parent", "ADDRESS-REQUIRED"), error("postal_child", "ADDRESS-REQUIRED"),
              error("address_kana", "ADDRESS-REQUIRED"))
    all_address = ("postal_parent", "postal_child", "address_kana", "address_kanji")
    item_case("rule-address-empty", "acquisition", {"my_number": "123456789018"},
              *[error(key, "ADDRESS-EMPTY") for key in all_address], kind="SHFD")
    item_case("rule-address-unwanted", "acquisition", {"my_number": "123456789018"},
              *[warning(key, "ADDRESS-UNWANTED") for key in all_address])
    item_case("rule-sex-class", "acquisition", {"acquisition_class": "3", "sex_class": "5"}, error("sex_class", "SEX-CLASS-VALUE"))
    item_case("rule-sex-class-required", "acquisition", {"sex_class": ""}, error("sex_class", "SEX-CLASS-REQUIRED"))
    item_case("rule-acquisition-class", "acquisition", {"acquisition_class": ""}, warning("acquisition_class", "ACQUISITION-CLASS-MISSING"))
    item_case("rule-acquired-before-70", "acquisition", {"over_70": "1"}, error("acquired_ymd", "ACQUIRED-BEFORE-70"))
    item_case("rule-acquired-from-75", "acquisition", {"birth_era": "5", "birth_ymd": "260701"},
              warning("acquired_ymd", "ACQUIRED-FROM-75"))
    item_case("rule-loss-day-after", "loss", {"left_ymd": "080629"}, error("lost_ymd", "LOST-DAY-AFTER"))
    item_case("rule-loss-before-75", "loss", {"birth_ymd": "260702", "loss_cause": "7", "left_era": "", "left_ymd": ""},
              error("lost_ymd", "LOST-BEFORE-75"))
    item_case("rule-loss-left-empty", "loss", {"loss_cause": "9"}, error("left_era", "LEFT-EMPTY"), error("left_ymd", "LEFT-EMPTY"))
    item_case("rule-loss-lost-required", "loss", {"lost_era": "", "lost_ymd": ""}, error("lost_era", "LOST-REQUIRED"),
              error("lost_ymd", "LOST-REQUIRED"))


# ---- writing -----------------------------------------------------------------------------------------------------

def files():
    """Path below samples/ => bytes."""
    result = {}
    for name, (data, expected, file, as_of) in CASES.items():
        wrong = any(finding.split()[2] == "error" for finding in expected)
        folder = os.path.join("invalid" if wrong else "valid", name)
        result[os.path.join(folder, "input", file)] = data
        result[os.path.join(folder, "expected.txt")] = "".join(finding + "\n" for finding in expected).encode("ascii")
        if as_of != AS_OF:
            result[os.path.join(folder, "as-of")] = (as_of.isoformat() + "\n").encode("ascii")
    return result


def disagreements():
    found = []
    for name, (data, expected, file, as_of) in CASES.items():
        wanted = {tuple(finding.split()[:3]) for finding in expected}
        said = {(str(f.line), str(f.item), f.severity) for f in reference.check(data, file, as_of)}
        for text, places in (("only the reference", said - wanted), ("only expected", wanted - said)):
            found += ["%s: %s: %s" % (name, text, " ".join(place)) for place in sorted(places)]
    return found


def main():
    parser = argparse.ArgumentParser(description="Write the sample filings.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if a file would change")
    options = parser.parse_args()
    for add in (valid_cases, encoding_cases, foreign_cases, line_cases, structure_cases, header_item_cases, item_cases,
                date_cases, rule_cases):
        add()
    wanted = files()
    problems = disagreements()
    if options.check:
        present = {}
        for top in ("valid", "invalid"):
            for folder, _, names in os.walk(os.path.join(HERE, top)):
                for name in names:
                    path = os.path.join(folder, name)
                    with open(path, "rb") as stream:
                        present[os.path.relpath(path, HERE)] = stream.read()
        problems += ["%s differs" % path for path in sorted(set(wanted) | set(present))
                     if wanted.get(path) != present.get(path)]
    else:
        for top in ("valid", "invalid"):
            shutil.rmtree(os.path.join(HERE, top), ignore_errors=True)
        for path, data in wanted.items():
            path = os.path.join(HERE, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as stream:
                stream.write(data)
    for problem in problems:
        print(problem, file=sys.stderr)
    print("%d cases, %d files, %d bytes" % (len(CASES), len(wanted), sum(map(len, wanted.values()))))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
