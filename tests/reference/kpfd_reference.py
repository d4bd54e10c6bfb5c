#!/usr/bin/env python3
"""Reference checker for KPFD0006.CSV and SHFD0006.CSV filings.

Slow and plain on purpose: every function follows one sentence of the
specification, so that a faster checker can be compared with it.

Usage: kpfd_reference.py [--as-of YYYY-MM-DD] [--scope item|all] [--name NAME]
                         [--spec DIR] FILE...

Readings chosen where the specification leaves room:

 1. Findings about the whole file (encoding, name against content, sizes)
    stand at line 0, item 0.
 2. 'Line 1' is the first line that is not blank.  With exactly 6 or 8 items it
    is the media record whatever its text.
 3. After a character that is whole but not permitted only length and
    separator are checked; the type (and its warnings) is not.  A length
    or type error ends the separator check.
 4. 'Error of its own': need, bytes, length, type, values, single-item
    phrases and 'existing date'.  A finding of a rule across items is not one
    (but any error at a counted month sum silences total and average).
 5. 'not a grade of grades.csv' is silent where 'not 0000' failed.
 6. 'Begins with a form code': the first item equals a code of
    editions.csv, the two old codes included.
 7. Where the count is awaited a line of two items is the count, also
    '[data],'.
 8. No office record at all is no skeleton error; the count says it.
 9. A wrong count above 1 is the error and the 'more than 1' warning.
10. The 'number' of an office record, whose error silences the office check:
    items 1-3 (SHFD) or item 1 (KPFD).
11. EUC-JP 'valid' is the byte structure (8E A1-DF, 8F + pair, pair of A1-FE)
    with one such sequence at least; UTF-8 is decided before EUC-JP.  A
    control character is no permitted character there.
12. 'Maximal broken parts' of damaged UTF-8 are Unicode's maximal subparts.
13. Base days 11-16 of a monthly change are not judged while 45 has an error;
    days outside 11..31 are an error in any case.
14. SANTEI: an error in any of 25-27, 49, 50 silences total and average, 50
    also where 49=1.  A counted sum of 9999999 switches the average off for
    every subset.
15. 'not 00' at a year item stands even without a readable era; the general
    'year 00' does not.
16. `?` counts as a rule using the item's value: silent beside an error of
    the item's own.  (As a half-width character in a J item it warns anyway.)
17. Double filing: dates and numbers are equal as text; an empty date equals
    an empty date; any error at a compared item takes the record out.
18. A name of spaces only has no separator (error) and spaces at its ends
    (warning).
19. Composition covers a base character with marks of combining class above
    0; single characters (U+212B, U+2126) are not composed.
20. Creation dates of year 0000 do not exist.
21. The first data record for the kind: the line behind [data] if there is
    such a line, only else the first line that begins with a form code.
22. Aged 75: on and after birth date + 75 years, as in LOSS-DATE.
23. 'Blanks around' a damaged marker are half-width and full-width spaces and tabs.
24. Office records with a wrong number of columns count as office records.
25. 'More than 1 -> warning' looks at the written count, not at the records.
26. A data record in lines where the structure is lost is still a record:
    an unknown code or wrong columns do not add 'no data record'.
27. Quotes and composition warn also beside an error of the item.
"""

import argparse
import calendar
import codecs
import csv
import datetime
import json
import os
import re
import sys
import unicodedata
from dataclasses import dataclass

ERROR = "error"
WARNING = "warning"
KPFD = "KPFD"
SHFD = "SHFD"
CAP = 9999999
EXACT_NAMES = {"kpfd0006.csv": KPFD, "shfd0006.csv": SHFD, "knfd0006.csv": "KNFD"}


@dataclass(frozen=True, order=True)
class Finding:
    line: int
    item: int
    severity: str
    tag: str
    scope: str = "item"


# --------------------------------------------------------------------------
# Characters
# --------------------------------------------------------------------------

def build_two_byte_set():
    """Permitted two-byte characters: code -> character."""
    leads = list(range(0x81, 0x85)) + list(range(0x88, 0xA0)) + list(range(0xE0, 0xEB))
    trails = list(range(0x40, 0x7F)) + list(range(0x80, 0xFD))
    table = {}
    for lead in leads:
        for trail in trails:
            code = bytes([lead, trail])
            try:
                text = code.decode("shift_jis")
            except UnicodeDecodeError:
                continue
            assert len(text) == 1
            table[code] = text
    assert len(table) == 6879, len(table)
    kanji = sum(1 for code in table if code[0] >= 0x88)
    assert kanji == 6355, kanji
    return table


TWO_BYTE = build_two_byte_set()


def build_unicode_map():
    """Unicode character -> permitted Shift_JIS bytes."""
    table = {}
    for code, text in TWO_BYTE.items():
        table[text] = code
    for byte in range(0x20, 0x7F):
        table[chr(byte)] = bytes([byte])
    for byte in range(0xA1, 0xE0):
        table[chr(0xFF61 + byte - 0xA1)] = bytes([byte])
    pairs = {
        0xFF5E: "8160", 0x301C: "8160", 0x2225: "8161", 0x2016: "8161",
        0xFF0D: "817C", 0x2212: "817C", 0xFFE0: "8191", 0x00A2: "8191",
        0xFFE1: "8192", 0x00A3: "8192", 0xFFE2: "81CA", 0x00AC: "81CA",
        0x2015: "815C", 0x2014: "815C", 0x00C5: "81F0", 0x212B: "81F0",
        0xFF3C: "815F", 0x00A5: "5C", 0x203E: "7E",
    }
    for point, code in pairs.items():
        table[chr(point)] = bytes.fromhex(code)
    return table


UNICODE_MAP = build_unicode_map()

OK, UNPERMITTED, BROKEN = "ok", "unpermitted", "broken"


class Field:
    """One item: its characters as (Shift_JIS bytes, state), in order."""

    def __init__(self, chars, composed=False):
        self.chars = chars
        self.composed = composed
        self.text = b"".join(code for code, _ in chars)
        self.width = len(self.text)
        self.given = len(chars) > 0
        self.broken = any(state == BROKEN for _, state in chars)
        self.unpermitted = any(state == UNPERMITTED for _, state in chars)
        self.codes = [code for code, _ in chars]
        self.quote = any(code == b'"' for code in self.codes)


EMPTY_FIELD = Field([])


def read_sjis_chars(raw):
    chars = []
    i = 0
    while i < len(raw):
        byte = raw[i]
        if byte < 0x20 or byte == 0x7F:
            chars.append((bytes([byte]), UNPERMITTED))
            i += 1
        elif byte <= 0x7E or 0xA1 <= byte <= 0xDF:
            chars.append((bytes([byte]), OK))
            i += 1
        elif byte in (0x80, 0xA0) or byte >= 0xFD:
            chars.append((bytes([byte]), BROKEN))
            i += 1
        elif i + 1 < len(raw) and raw[i + 1] != 0x7F and 0x40 <= raw[i + 1] <= 0xFC:
            code = raw[i:i + 2]
            chars.append((code, OK if code in TWO_BYTE else UNPERMITTED))
            i += 2
        else:
            chars.append((bytes([byte]), BROKEN))
            i += 1
    return chars


def compose(text):
    """Compose every base character with the marks that follow it."""
    out = []
    i = 0
    while i < len(text):
        j = i + 1
        while j < len(text) and unicodedata.combining(text[j]):
            j += 1
        cluster = text[i:j]
        base = not unicodedata.combining(cluster[0]) and not 0xF900 <= ord(cluster[0]) <= 0xFAFF
        if base and len(cluster) > 1:
            cluster = unicodedata.normalize("NFC", cluster)
        out.append(cluster)
        i = j
    return "".join(out)


def read_unicode_chars(text):
    chars = []
    for char in text:
        if ord(char) < 0x20 or ord(char) == 0x7F:
            chars.append((bytes([ord(char)]), UNPERMITTED))
        elif char in UNICODE_MAP:
            chars.append((UNICODE_MAP[char], OK))
        else:
            chars.append((b"\xff\xff", UNPERMITTED))  # counts as two bytes
    return chars


# --------------------------------------------------------------------------
# Encoding of the whole file
# --------------------------------------------------------------------------

def openpgp(data):
    if data.startswith(b"-----BEGIN PGP"):
        return True
    if not data:
        return False
    tag = data[0]
    if tag in (0x84, 0x8C):
        behind = 2
    elif tag in (0x85, 0x8D):
        behind = 3
    elif tag in (0xC1, 0xC3):
        if len(data) < 2:
            return False
        first = data[1]
        behind = 2 if first < 192 or 224 <= first <= 254 else 3 if first < 224 else 6
    else:
        return False
    if behind >= len(data):
        return False
    version = data[behind]
    if tag in (0x84, 0x85, 0xC1):
        return version in (3, 6)
    return version in (4, 5, 6)


def valid_utf8(data):
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


def damaged_utf8(data):
    """The broken parts are those that the decoder reports one by one."""
    broken = 0

    def count(problem):
        nonlocal broken
        broken += 1
        return "", problem.end

    codecs.register_error("count-broken", count)
    valid = sum(1 for char in data.decode("utf-8", "count-broken") if ord(char) > 0x7F)
    return broken > 0 and 10 * valid > 9 * (valid + broken)


EUC = re.compile(rb"(?:[\x00-\x7f]|\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe]{2}|[\xa1-\xfe]{2})*\Z")


def euc_jp(data):
    if all(byte < 0x80 for byte in data) or not EUC.match(data):
        return False
    for line in re.split(rb"[\r\n]", data.rstrip(b"\x1a")):
        if any(state != OK for _, state in read_sjis_chars(line)):
            return True
    return False


def fatal_content(data):
    """The tag of the single finding at line 0, or None."""
    if not data:
        return "EMPTY-FILE"
    if data[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        return "UTF-32"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return "ZIP"
    if data.startswith(bytes.fromhex("D0CF11E0A1B11AE1")):
        return "OLD-OFFICE"
    if data.startswith(b"%PDF"):
        return "PDF"
    if data.startswith(b"\x1f\x8b"):
        return "GZIP"
    if data.startswith(b"\x89PNG"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if openpgp(data):
        return "OPENPGP"
    if data.count(0) * 10 >= len(data):
        return "NUL-BYTES"
    for escape in (b"\x1b$@", b"\x1b$B", b"\x1b$(D", b"\x1b(J", b"\x1b(I", b"\x1b(B"):
        if escape in data:
            return "ISO-2022-JP"
    if data.startswith(b"\xef\xbb\xbf"):
        return None if valid_utf8(data) else "UTF-8-BOM-INVALID"
    if is_utf8(data):
        return None
    if not high_bytes_are_kana(data) and damaged_utf8(data):
        return "DAMAGED-UTF-8"
    if euc_jp(data):
        return "EUC-JP"
    return None


def high_bytes_are_kana(data):
    return all(0xA1 <= byte <= 0xDF for byte in data if byte >= 0x80)


def is_utf8(data):
    if data.startswith(b"\xef\xbb\xbf"):
        return True
    if all(byte < 0x80 for byte in data):
        return False
    return valid_utf8(data) and not high_bytes_are_kana(data)


# --------------------------------------------------------------------------
# Dates
# --------------------------------------------------------------------------

ERAS = {
    b"1": (1868, datetime.date(1868, 1, 25), datetime.date(1912, 7, 29)),
    b"3": (1912, datetime.date(1912, 7, 30), datetime.date(1926, 12, 24)),
    b"5": (1926, datetime.date(1926, 12, 25), datetime.date(1989, 1, 7)),
    b"7": (1989, datetime.date(1989, 1, 8), datetime.date(2019, 4, 30)),
    b"9": (2019, datetime.date(2019, 5, 1), datetime.date.max),
}


def make_date(year, month, day):
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def add_years(day, years):
    moved = make_date(day.year + years, day.month, day.day)
    return moved if moved else datetime.date(day.year + years, 2, 28)


def japan_today():
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=9)).date()


# --------------------------------------------------------------------------
# Single-item checks shared by records, offices and header lines
# --------------------------------------------------------------------------

DIGITS = set(b"0123456789")
LETTERS = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
HALF_SPACE = b" "
FULL_SPACE = b"\x81\x40"
SPACES = (HALF_SPACE, FULL_SPACE)


def one_byte(code):
    return len(code) == 1


def type_findings(kind, codes):
    """(type error?, warning tags without the half-width spaces, half-width space seen?)"""
    warnings = set()
    half_space = False
    if kind == "N":
        bad = any(not one_byte(c) or c[0] not in DIGITS for c in codes)
    elif kind == "AN":
        bad = any(not one_byte(c) or c[0] not in DIGITS | LETTERS for c in codes)
    elif kind == "AK":
        latin = all(one_byte(c) and c[0] in DIGITS | LETTERS for c in codes)
        kana = all(one_byte(c) and 0xA1 <= c[0] <= 0xDF for c in codes)
        bad = not latin and not kana
        if not bad and any(0xA1 <= c[0] <= 0xA5 for c in codes):
            warnings.add("KANA-SYMBOL")
    elif kind == "K":
        bad = any(not one_byte(c) or not (c == HALF_SPACE or 0xA1 <= c[0] <= 0xDF) for c in codes)
        if any(one_byte(c) and 0xA1 <= c[0] <= 0xA5 for c in codes):
            warnings.add("KANA-SYMBOL")
    elif kind == "AKS":
        bad = any(not one_byte(c) for c in codes)
    elif kind == "J":
        bad = False
        for c in codes:
            if c == HALF_SPACE:
                half_space = True
            elif one_byte(c):
                warnings.add("HALF-WIDTH")
    elif kind == "JM":
        bad = False
    else:
        raise AssertionError(kind)
    return bad, warnings, half_space


def strip_spaces(codes):
    start, end = 0, len(codes)
    while start < end and codes[start] in SPACES:
        start += 1
    while end > start and codes[end - 1] in SPACES:
        end -= 1
    return codes[start:end]


def two_in_a_row(codes):
    return any(a in SPACES and b in SPACES for a, b in zip(codes, codes[1:]))


def separator_findings(codes, separator):
    """(state, spaces at an end?); state: 'fine', 'two', 'wrong' or 'missing'."""
    inner = strip_spaces(codes)
    at_end = len(inner) != len(codes)
    if two_in_a_row(inner):
        state = "two"
    elif separator in inner:
        state = "fine"
    elif any(c in SPACES for c in inner):
        state = "wrong"
    else:
        state = "missing"
    return state, at_end


def in_values(text, values):
    for value in values.split("|"):
        if ".." in value:
            low, high = value.split("..")
            if (len(text) == len(low) and text.isdigit()
                    and int(low) <= int(text) <= int(high)):
                return True
        elif text == value.encode("ascii"):
            return True
    return False


def all_zeros(text):
    return len(text) > 0 and text.strip(b"0") == b""


@dataclass
class Shape:
    """What one item looks like by itself."""
    no: int
    key: str
    type: str
    lengths: frozenset
    need: str = "R"
    values: str = ""
    scope: str = "both"
    phrases: tuple = ()


def lengths_of(low, high):
    if "|" in str(low):
        return frozenset(int(part) for part in low.split("|")) | {int(high)}
    return frozenset(range(int(low), int(high) + 1))


def check_text(field, shape, add):
    """Need, bytes, length, type and values, with the separator and space checks.

    Returns True where the item has no error, so that its `checks` may run."""
    if field.quote:
        add(shape.no, WARNING, "QUOTE")
    if field.composed:
        add(shape.no, WARNING, "COMPOSED")
    if not field.given:
        if shape.need == "R":
            add(shape.no, ERROR, "NEED")
            return False
        return True
    fine = True
    if field.broken:
        add(shape.no, ERROR, "BYTES")
        return False
    if field.unpermitted:
        add(shape.no, ERROR, "CHARACTER")
        fine = False
    length_fine = field.width in shape.lengths
    if not length_fine:
        add(shape.no, ERROR, "LENGTH")
        fine = False
    half_space = False
    type_fine = True
    if not field.unpermitted:
        bad, warnings, half_space = type_findings(shape.type, field.codes)
        for tag in warnings:
            add(shape.no, WARNING, tag)
        if bad:
            add(shape.no, ERROR, "TYPE")
            type_fine = fine = False
    if length_fine and type_fine:
        error, half_space_said = check_spaces(field, shape, add)
        if error:
            fine = False
        if half_space_said:
            half_space = False
    if half_space:
        add(shape.no, WARNING, "HALF-WIDTH-SPACE")
    if fine and shape.values and not in_values(field.text, shape.values):
        add(shape.no, ERROR, "VALUE")
        fine = False
    return fine


def check_spaces(field, shape, add):
    """Separators and spaces: (error?, nothing more to say about half-width spaces?)."""
    error = False
    said = False
    for phrase in shape.phrases:
        if phrase in ("name separator half width", "name separator full width"):
            separator = HALF_SPACE if "half" in phrase else FULL_SPACE
            state, at_end = separator_findings(field.codes, separator)
            if state != "fine":
                add(shape.no, ERROR, "SEPARATOR")
                error = True
                said = said or state in ("two", "wrong")
            if at_end:
                add(shape.no, WARNING, "SPACE-AT-END")
        elif phrase == "employer name separator":
            state, at_end = separator_findings(field.codes, FULL_SPACE)
            if state == "two":
                add(shape.no, ERROR, "SEPARATOR")
                error = said = True
            elif state != "fine":
                add(shape.no, WARNING, "SEPARATOR")
            if at_end:
                add(shape.no, WARNING, "SPACE-AT-END")
        elif phrase in ("no two spaces in a row", "no two full width spaces in a row"):
            if two_in_a_row(field.codes):
                add(shape.no, ERROR, "TWO-SPACES")
                error = said = True
        elif phrase == "no half width space":
            if HALF_SPACE in field.codes:
                add(shape.no, ERROR, "HALF-WIDTH-SPACE")
                error = said = True
    return error, said


def check_simple_phrases(field, shape, add, tables):
    """Phrases about the item alone.  Only for an item without an error.

    Returns True where they found no error."""
    if not field.given:
        if "empty -> warning" in shape.phrases:
            add(shape.no, WARNING, "EMPTY")
        return True
    text = field.text
    fine = True
    for phrase in shape.phrases:
        broken = False
        scope = "item"
        if phrase == "not 00 and not 99":
            broken = text in (b"00", b"99")
        elif phrase == "not all zeros":
            broken = all_zeros(text)
        elif phrase in ("not 00", "not 000", "not 0000", "not 000000"):
            broken = text == phrase[4:].encode("ascii")
        elif phrase == "two or four digits: one or two months of 04 05 06":
            months = [text[i:i + 2] for i in range(0, len(text), 2)]
            broken = len(text) not in (2, 4) or any(m not in (b"04", b"05", b"06") for m in months)
        elif phrase == "at least 1000":
            broken = int(text) < 1000
            scope = "rule"
        if broken:
            add(shape.no, ERROR, phrase.upper().replace(" ", "-"), scope)
            fine = False
    if not fine:
        return False
    for phrase in shape.phrases:
        if phrase == "prefecture list -> warning" and text not in tables.prefectures:
            add(shape.no, WARNING, "PREFECTURE")
        elif phrase == "not a grade of grades.csv -> warning" and int(text) not in tables.grade_of_standard:
            add(shape.no, WARNING, "NOT-A-GRADE")
        elif phrase == "the same month twice -> warning" and len(text) == 4 and text[:2] == text[2:]:
            add(shape.no, WARNING, "SAME-MONTH-TWICE")
        elif phrase == "check digit -> warning" and not my_number_fits(text):
            add(shape.no, WARNING, "MY-NUMBER", "rule")
    return True


def my_number_fits(text):
    digits = [int(chr(byte)) for byte in text]
    total = 0
    for n in range(1, 12):
        p = digits[11 - n]
        q = n + 1 if n <= 6 else n - 5
        total += p * q
    rest = total % 11
    return digits[11] == (0 if rest <= 1 else 11 - rest)


# --------------------------------------------------------------------------
# Tables of the specification
# --------------------------------------------------------------------------

SIMPLE_PHRASES = {
    "prefecture list -> warning", "not 00 and not 99", "not all zeros", "not 00", "not 000",
    "not 0000", "not 000000", "name separator half width", "name separator full width",
    "existing date", "check digit -> warning", "at least 1000", "no two spaces in a row",
    "no half width space", "no two full width spaces in a row", "empty -> warning",
    "not a grade of grades.csv -> warning", "two or four digits: one or two months of 04 05 06",
    "the same month twice -> warning", "11..31 if 45=1", "must be one of the office records",
}
RULE_PHRASES = {
    "rule MONTH-SUM", "rule GEPPEN-TOTAL", "rule GEPPEN-AVERAGE", "rule SANTEI-TOTAL",
    "rule SANTEI-AVERAGE", "rule BONUS-TOTAL", "rule ADDRESS", "rule LOSS-DATE",
}
REMARKS = {
    "yen", "thousand yen", "1 abroad 2 short stay 3 other", "number of cards",
    "meaning set by the union's profile", "absent from editions before 2024-12",
    "4 retired 5 died 7 reached 75 9 disability certified 11 social security agreement",
    "1 raise 2 cut", "threshold 11 days", "threshold 17 days else 15 days",
}
RELATION_PATTERNS = [re.compile(pattern) for pattern in (
    r"required if (.+)", r"must be empty if (.+)", r"required otherwise( -> warning)?",
    r"must be empty otherwise", r"only 1 or 2 if (.+)", r"given exactly when (\d+) is given",
    r"empty while (\d+) is empty -> warning", r"given without (\d+) -> warning",
    r"the month after (\d+)", r"the month after 24 is 12", r"not after the check date",
    r"if 24=1 not before \(birth date - 1 day\) \+ 70 years",
    r"if 16 is 4 or 5 and 24=1 equal to 17-18",
)]


class Tables:
    def __init__(self, folder):
        self.forms = {}
        for code in ("2200700", "2201700", "2221700", "2225700", "2265700"):
            shapes = {}
            for row in self.rows(folder, code + ".csv"):
                phrases = tuple(p.strip() for p in row["checks"].split(";") if p.strip())
                for phrase in phrases:
                    known = (phrase in SIMPLE_PHRASES or phrase in RULE_PHRASES or phrase in REMARKS
                             or any(p.fullmatch(phrase) for p in RELATION_PATTERNS))
                    assert known, (code, row["no"], phrase)
                no = int(row["no"])
                shapes[no] = Shape(no, row["key"], row["type"], lengths_of(row["min"], row["max"]),
                                   row["need"], row["values"], row["scope"], phrases)
            self.forms[code.encode("ascii")] = shapes
        self.codes = set()
        self.editions = {}
        for row in self.rows(folder, "editions.csv"):
            code = row["form_code"].encode("ascii")
            self.codes.add(code)
            if code in self.forms:
                self.editions.setdefault(code, []).append(row)
        self.prefectures = {row["code"].encode("ascii") for row in self.rows(folder, "prefectures.csv")}
        self.grades = []
        self.grade_of_standard = {}
        for row in self.rows(folder, "grades.csv"):
            grade = int(row["health_grade"])
            low = int(row["from_yen"])
            high = int(row["below_yen"]) if row["below_yen"] else None
            self.grades.append((grade, low, high))
            self.grade_of_standard[int(row["standard_thousand_yen"])] = grade

    @staticmethod
    def rows(folder, name):
        with open(os.path.join(folder, name), encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def grade_of_amount(self, amount):
        for grade, low, high in self.grades:
            if amount >= low and (high is None or amount < high):
                return grade
        raise AssertionError(amount)

    def columns(self, code, destination):
        """Number of columns -> edition row."""
        result = {}
        for row in self.editions[code]:
            number = int(row["pension_items"])
            if destination == KPFD:
                number += int(row["union_items"])
            result[number] = row
        return result


DEFAULT_SPEC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spec")
_tables = {}


def load_tables(folder=DEFAULT_SPEC):
    if folder not in _tables:
        _tables[folder] = Tables(folder)
    return _tables[folder]


# --------------------------------------------------------------------------
# Header lines
# --------------------------------------------------------------------------

def shape(no, key, kind, low, high, *phrases, need="R", values=""):
    return Shape(no, key, kind, lengths_of(low, high), need, values, "both", phrases)


PREFECTURE = ("prefecture list -> warning",)
MEDIA_SHFD = [
    shape(1, "prefecture_code", "N", 2, 2, *PREFECTURE),
    shape(2, "district_code", "N", 2, 2, "not 00 and not 99"),
    shape(3, "office_symbol", "AK", 1, 4, "not all zeros"),
    shape(4, "media_number", "N", 3, 3, values="001..999"),
    shape(5, "creation_date", "N", 8, 8),
    shape(6, "format_code", "N", 5, 5, values="22223"),
]
MEDIA_KPFD = [
    shape(1, "union_office_number", "AN", 1, 10),
    shape(2, "media_number", "N", 3, 3, values="001..999"),
    shape(3, "creation_date", "N", 8, 8),
] + [shape(no, "union_item", "JM", 0, 10, need="O") for no in range(4, 9)]
COUNT = [
    shape(1, "reserved", "J", 0, 25, need="O"),
    shape(2, "count", "N", 1, 3),
]


def office_tail(first):
    return [
        shape(first, "postal_parent", "N", 3, 3),
        shape(first + 1, "postal_child", "N", 4, 4),
        shape(first + 2, "office_address", "J", 1, 75),
        shape(first + 3, "office_name", "J", 1, 50),
        shape(first + 4, "employer_name", "J", 1, 25, "employer name separator"),
        shape(first + 5, "telephone_1", "N", 2, 5),
        shape(first + 6, "telephone_2", "N", 1, 4),
        shape(first + 7, "telephone_3", "N", 4, 5),
    ]


OFFICE_SHFD = [
    shape(1, "prefecture_code", "N", 2, 2, *PREFECTURE),
    shape(2, "district_code", "N", 2, 2, "not 00 and not 99"),
    shape(3, "office_symbol", "AK", 1, 4, "not all zeros"),
    shape(4, "office_number", "N", 1, 5, "not all zeros"),
] + office_tail(5)
OFFICE_KPFD = [shape(1, "union_office_number", "AN", 1, 10)] + office_tail(2)
QUESTION_MARK_KEYS = {"address_kana", "address_kanji", "name_kanji",
                      "office_address", "office_name", "employer_name"}


# --------------------------------------------------------------------------
# One file
# --------------------------------------------------------------------------

@dataclass
class Line:
    number: int
    raw: object  # bytes of a Shift_JIS file, str of a UTF-8 file


class FileCheck:
    def __init__(self, data, name, as_of, tables):
        self.data = data
        self.name = os.path.basename(name.replace("\\", "/")).lower()
        self.as_of = as_of or japan_today()
        self.tables = tables
        self.findings = set()
        self.kind = None
        self.creation_date = None
        self.count_line = None
        self.count_value = None
        self.offices = []
        self.offices_usable = True
        self.data_records = 0
        self.earlier = []

    def add(self, line, item, severity, tag, scope="item"):
        self.findings.add(Finding(line, item, severity, tag, scope))

    # ---- reading -----------------------------------------------------

    def run(self):
        tag = fatal_content(self.data)
        if tag:
            self.add(0, 0, ERROR, tag)
            return self.findings
        self.utf8 = is_utf8(self.data)
        lines = self.read_lines()
        named = EXACT_NAMES.get(self.name)
        first_items = len(self.split(lines[0])) if lines else 0
        if named == "KNFD" and first_items not in (6, 8):
            self.findings = set()
            self.add(0, 0, ERROR, "KNFD")
            return self.findings
        if self.utf8:
            self.add(0, 0, ERROR, "UTF-8")
        if first_items == 6:
            self.kind = SHFD
        elif first_items == 8:
            self.kind = KPFD
        elif named in (KPFD, SHFD):
            self.kind = named
        else:
            self.kind = self.kind_from_data(lines)
        if first_items in (6, 8) and named and named != self.kind:
            self.add(0, 0, WARNING, "FILE-NAME")
        if len(self.data) > 20971520:
            self.add(0, 0, ERROR, "SIZE")
        if self.kind == SHFD and len(self.data) >= 4500000:
            self.add(0, 0, WARNING, "SIZE")
        if not lines:
            self.add(0, 0, ERROR, "NOTHING")
        elif self.kind is None:
            self.add(lines[0].number, 0, ERROR, "MEDIA-RECORD")
        else:
            self.walk(lines)
        return self.findings

    def read_lines(self):
        """Lines that are not blank; line ends, blank lines and 0x1A are reported here."""
        data = self.data
        stripped = data.rstrip(b"\x1a")
        if stripped != data:
            self.add(1 + len(re.findall(rb"\r\n|\r|\n", stripped)), 0, WARNING, "END-MARK")
        if self.utf8:
            text = stripped.decode("utf-8")
            if text.startswith("\ufeff"):
                text = text[1:]
            parts = re.split("(\r\n|\r|\n)", text)
        else:
            parts = re.split(rb"(\r\n|\r|\n)", stripped)
        lines = []
        wrong_end_said = False
        for i in range(0, len(parts), 2):
            number = i // 2 + 1
            raw = parts[i]
            end = parts[i + 1] if i + 1 < len(parts) else None
            if end is None and not raw:
                break
            if end is None:
                self.add(number, 0, ERROR, "NO-LINE-END")
            elif end not in ("\r\n", b"\r\n") and not wrong_end_said:
                self.add(number, 0, ERROR, "LINE-END")
                wrong_end_said = True
            if not raw:
                self.add(number, 0, ERROR, "BLANK-LINE")
            else:
                lines.append(Line(number, raw))
        return lines

    def split(self, line):
        return line.raw.split("," if self.utf8 else b",")

    def fields(self, line):
        result = []
        for part in self.split(line):
            if self.utf8:
                composed = compose(part)
                result.append(Field(read_unicode_chars(composed), composed != part))
            else:
                result.append(Field(read_sjis_chars(part)))
        return result

    # ---- what a line looks like --------------------------------------

    def first_item(self, line):
        first = self.split(line)[0]
        return first.encode("utf-8") if self.utf8 else first

    def is_exact(self, line, marker):
        raw = line.raw.encode("utf-8") if self.utf8 else line.raw
        return raw == marker

    def is_marker(self, line, marker):
        """Exact or damaged."""
        item = self.first_item(line)
        while item[:1] in (b" ", b"\t") or item[:2] == b"\x81\x40":
            item = item[1 if item[:1] in (b" ", b"\t") else 2:]
        while item[-1:] in (b" ", b"\t") or item[-2:] == b"\x81\x40":
            item = item[:-1 if item[-1:] in (b" ", b"\t") else -2]
        return item.lower() == marker

    def has_form_code(self, line):
        return self.first_item(line) in self.tables.codes

    def kind_from_data(self, lines):
        record = None
        for i, line in enumerate(lines):
            if self.is_marker(line, b"[data]"):
                if i + 1 < len(lines):
                    record = lines[i + 1]
                break
        if record is None:
            record = next((line for line in lines if self.has_form_code(line)), None)
        if record is None or self.first_item(record) not in self.tables.forms:
            return None
        number = len(self.split(record))
        for kind in (SHFD, KPFD):
            if number in self.tables.columns(self.first_item(record), kind):
                return kind
        return None

    # ---- skeleton ----------------------------------------------------

    def walk(self, lines):
        state = "media"
        office_columns = 12 if self.kind == SHFD else 9
        for line in lines:
            number = len(self.split(line))
            is_kanri = self.is_marker(line, b"[kanri]")
            is_data = self.is_marker(line, b"[data]")
            has_code = self.has_form_code(line)
            if state == "media":
                state = "kanri"
                if number in (6, 8):
                    self.media_record(line)
                    continue
                self.add(line.number, 0, ERROR, "MEDIA-RECORD")
                if not (is_kanri or is_data or has_code):
                    continue
            if state == "kanri":
                state = "count"
                if self.is_exact(line, b"[kanri]"):
                    continue
                self.add(line.number, 0, ERROR, "KANRI")
                if is_kanri:
                    continue
                if number == 1 and not is_data and not has_code:
                    continue
            if state == "count":
                state = "offices"
                if number == 2:
                    self.office_count(line)
                    continue
                self.add(line.number, 0, ERROR, "COUNT-LINE")
                if not (is_data or has_code or number == office_columns):
                    continue
            if state == "offices":
                if is_data:
                    if not self.is_exact(line, b"[data]"):
                        self.add(line.number, 0, ERROR, "DATA")
                    state = "data"
                    continue
                if not has_code:
                    self.office_record(line, office_columns)
                    continue
                self.add(line.number, 0, ERROR, "DATA")
                state = "data"
            self.data_record(line)
        if state != "data":
            self.add(0, 0, ERROR, "MISSING-LINES")
        if self.data_records == 0:
            self.add(0, 0, ERROR, "NO-DATA-RECORD")
        self.compare_count()

    def check_header(self, line, fields, shapes):
        """Returns the set of items with an error."""
        wrong = set()

        def add(item, severity, tag, scope="item"):
            self.add(line.number, item, severity, tag, scope)
            if severity == ERROR:
                wrong.add(item)

        for field, item in zip(fields, shapes):
            if check_text(field, item, add):
                check_simple_phrases(field, item, add, self.tables)
            if (item.key in QUESTION_MARK_KEYS and b"?" in field.codes
                    and item.no not in wrong):
                add(item.no, WARNING, "QUESTION-MARK", "rule")
        return wrong

    def media_record(self, line):
        fields = self.fields(line)
        if self.kind == SHFD:
            shapes = MEDIA_SHFD
            date_no = 5
            if (not fields[0].given and not fields[1].given
                    and re.fullmatch(rb"[0-9]{8}", fields[2].text)):
                shapes = [shape(1, "prefecture_code", "N", 2, 2, need="O"),
                          shape(2, "district_code", "N", 2, 2, need="O"),
                          shape(3, "attorney_number", "N", 8, 8)] + MEDIA_SHFD[3:]
        else:
            shapes = MEDIA_KPFD
            date_no = 3
        wrong = self.check_header(line, fields, shapes)
        if date_no not in wrong:
            text = fields[date_no - 1].text
            self.creation_date = make_date(int(text[:4]), int(text[4:6]), int(text[6:8]))
            if self.creation_date is None:
                self.add(line.number, date_no, ERROR, "EXISTING-DATE")

    def office_count(self, line):
        fields = self.fields(line)
        wrong = self.check_header(line, fields, COUNT)
        self.count_line = line.number
        if 2 not in wrong:
            self.count_value = int(fields[1].text)

    def compare_count(self):
        if self.count_value is None:
            return
        if self.count_value == 0 or self.count_value != len(self.offices):
            self.add(self.count_line, 2, ERROR, "OFFICE-COUNT")
        if self.count_value > 1:
            self.add(self.count_line, 2, WARNING, "OFFICE-COUNT")

    def office_record(self, line, office_columns):
        fields = self.fields(line)
        if len(fields) != office_columns:
            self.add(line.number, 0, ERROR, "OFFICE-COLUMNS")
            self.offices.append(None)
            self.offices_usable = False
            return
        wrong = self.check_header(line, fields, OFFICE_SHFD if self.kind == SHFD else OFFICE_KPFD)
        keys = (1, 2, 3) if self.kind == SHFD else (1,)
        if any(no in wrong for no in keys):
            self.offices_usable = False
        self.offices.append(tuple(fields[no - 1].text for no in keys))

    def data_record(self, line):
        self.data_records += 1
        code = self.first_item(line)
        if code not in self.tables.forms:
            self.add(line.number, 0, ERROR, "OLD-FORM" if code in self.tables.codes else "FORM-CODE")
            return
        columns = self.tables.columns(code, self.kind)
        fields = self.fields(line)
        if len(fields) not in columns:
            self.add(line.number, 0, ERROR, "COLUMNS")
            return
        edition = columns[len(fields)]
        if self.creation_date:
            day = self.creation_date.strftime("%Y%m%d").zfill(8)
            if ((edition["valid_from"] and day < edition["valid_from"])
                    or (edition["valid_to"] and day > edition["valid_to"])):
                self.add(line.number, 0, WARNING, "EDITION")
        pension_items = int(edition["pension_items"])
        numbered = {}
        union_first = next(no for no, item in self.tables.forms[code].items() if item.scope == "union")
        for index, field in enumerate(fields):
            if index < pension_items:
                numbered[index + 1] = field
            else:
                numbered[union_first + index - pension_items] = field
        Record(self, line.number, code.decode("ascii"), numbered).run()


# --------------------------------------------------------------------------
# One data record
# --------------------------------------------------------------------------

FILING_DATE_ITEMS = {
    "2200700": ("acquired_era", "acquired_ymd"),
    "2201700": ("lost_era", "lost_ymd"),
    "2221700": ("revision_era", "revision_year", "revision_month"),
    "2225700": ("applied_era", "applied_year", "applied_month"),
    "2265700": ("paid_era", "paid_ymd"),
}


class Record:
    def __init__(self, file, line, code, fields):
        self.file = file
        self.line = line
        self.code = code
        self.tables = file.tables
        shapes = self.tables.forms[code.encode("ascii")]
        self.shapes = {no: shapes[no] for no in fields}
        self.no = {item.key: no for no, item in self.shapes.items()}
        self.fields = dict(fields)
        self.ignored = set()      # pension items of a KPFD file
        self.errors = set()       # items with an error
        self.settled = set()      # items about which the phrases and rules have had their say
        self.dates = {}           # ymd item -> date

    def add(self, item, severity, tag, scope="rule"):
        self.file.add(self.line, item, severity, tag, scope)
        if severity == ERROR:
            self.errors.add(item)

    def add_own(self, item, severity, tag, scope="item"):
        self.add(item, severity, tag, scope)

    # ---- values as rules see them ------------------------------------

    def field(self, no):
        """Pension items of a KPFD file and absent items read as empty."""
        if no in self.ignored or no not in self.fields:
            return EMPTY_FIELD
        return self.fields[no]

    def given(self, no):
        return self.field(no).given

    def text_of(self, no):
        """The text, or None where the item has an error so far."""
        if no in self.errors and no not in self.ignored:
            return None
        return self.field(no).text

    def value(self, no):
        """The text, or None where the item has an error, in whatever order the items are looked at."""
        self.settle(no)
        return self.text_of(no)

    def amount(self, no):
        text = self.value(no)
        return int(text) if text else None

    def date_at(self, key):
        """The date of an era and ymd pair, or None."""
        era, ymd = self.no.get(key + "_era"), self.no.get(key + "_ymd")
        if not self.value(era) or not self.value(ymd):
            return None
        return self.dates.get(ymd)

    def condition(self, text):
        """True, False or None (an item it uses has an error)."""
        result = True
        for part in text.split(" and "):
            answer = self.simple_condition(part)
            if answer is False:
                return False
            if answer is None:
                result = None
        return result

    def simple_condition(self, part):
        found = re.fullmatch(r"(\d+) is (empty|given)", part)
        if found:
            return self.given(int(found[1])) == (found[2] == "given")
        found = re.fullmatch(r"(\d+) is not (\d+)", part)
        if found:
            value = self.value(int(found[1]))
            return None if value is None else value != found[2].encode("ascii")
        found = re.fullmatch(r"(\d+)=(\d+)", part)
        if found:
            value = self.value(int(found[1]))
            return None if value is None else value == found[2].encode("ascii")
        found = re.fullmatch(r"(\d+) is ([\d ]+) or (\d+)", part)
        assert found, part
        wanted = [v.encode("ascii") for v in found[2].split() + [found[3]]]
        value = self.value(int(found[1]))
        return None if value is None else value in wanted

    # ---- order of the checks -----------------------------------------

    def run(self):
        if self.file.kind == KPFD:
            self.ignore_pension_items()
        for no, item in self.shapes.items():
            if no not in self.ignored:
                self.check_item(no, item)
        self.base_days_of_monthly_change()
        self.check_dates()
        self.check_year_months()
        self.check_office()
        self.check_question_marks()
        for no in self.shapes:
            self.settle(no)
        self.check_warnings()
        self.check_pairs()
        self.check_double_filing()

    def settle(self, no):
        """What stands at an item is found before its value is used elsewhere."""
        if no in self.settled or no in self.ignored or no not in self.shapes:
            return
        self.settled.add(no)
        self.check_relations(no, self.shapes[no])

    def ignore_pension_items(self):
        for no, item in self.shapes.items():
            if item.scope != "pension":
                continue
            self.ignored.add(no)
            field = self.fields[no]
            if not field.given:
                continue
            if field.broken or field.unpermitted:
                self.add(no, ERROR, "CHARACTER", "item")
            elif item.key == "over_70_only" and field.text == b"1":
                self.add(no, ERROR, "PENSION-ONLY-RECORD", "item")
            else:
                self.add(no, WARNING, "PENSION-ITEM", "item")

    def check_item(self, no, item):
        field = self.fields[no]
        if "11..31 if 45=1" in item.phrases:
            # the values depend on another item and are looked at later
            item = Shape(item.no, item.key, item.type, item.lengths, item.need, "", item.scope, item.phrases)
        if check_text(field, item, self.add_own):
            check_simple_phrases(field, item, self.add_own, self.tables)

    def base_days_of_monthly_change(self):
        for no, item in self.shapes.items():
            if "11..31 if 45=1" not in item.phrases or no in self.errors:
                continue
            text = self.fields[no].text
            short_time = self.text_of(45)
            if short_time is None or short_time == b"1":
                allowed = "11..31"
            else:
                allowed = item.values
            if not in_values(text, allowed):
                self.add_own(no, ERROR, "VALUE")

    def check_dates(self):
        for key, no in self.no.items():
            if not key.endswith("_ymd") or no in self.ignored or no in self.errors:
                continue
            era_no = self.no[key[:-4] + "_era"]
            era = self.text_of(era_no)
            text = self.text_of(no)
            if not era or not text:
                continue
            base, first, last = ERAS[era]
            year, month, day = int(text[:2]), int(text[2:4]), int(text[4:6])
            if year == 0:
                self.add_own(no, ERROR, "YEAR-00")
                continue
            date = make_date(base + year - 1, month, day)
            if date is None:
                self.add_own(no, ERROR, "EXISTING-DATE")
                continue
            self.dates[no] = date
            if not first <= date <= last:
                self.add_own(no, WARNING, "ERA")

    def check_year_months(self):
        for key, no in self.no.items():
            if not key.endswith("_year") or key[:-5] + "_era" not in self.no:
                continue
            era = self.text_of(self.no[key[:-5] + "_era"])
            year = self.text_of(no)
            month = self.text_of(self.no[key[:-5] + "_month"])
            if not era or not year:
                continue
            if int(year) == 0:
                self.add_own(no, ERROR, "YEAR-00")
                continue
            if not month:
                continue
            base, first, last = ERAS[era]
            real_year = base + int(year) - 1
            start = datetime.date(real_year, int(month), 1)
            end = datetime.date(real_year, int(month), calendar.monthrange(real_year, int(month))[1])
            if end < first or start > last:
                self.add_own(no, WARNING, "ERA")

    def check_office(self):
        if not self.file.offices or not self.file.offices_usable:
            return
        if self.file.kind == SHFD:
            numbers, at = (2, 3, 4), 4
        else:
            numbers, at = (self.no["union_office_number"],), self.no["union_office_number"]
        values = tuple(self.text_of(no) for no in numbers)
        if None not in values and values not in self.file.offices:
            self.add(at, ERROR, "OFFICE", "item")

    def check_question_marks(self):
        for key in QUESTION_MARK_KEYS:
            no = self.no.get(key)
            if no and no not in self.errors and b"?" in self.field(no).codes:
                self.add(no, WARNING, "QUESTION-MARK")

    # ---- phrases about other items -----------------------------------

    def check_relations(self, no, item):
        last_condition = None
        for phrase in item.phrases:
            if no in self.errors:
                return
            if phrase.startswith("required if "):
                last_condition = self.condition(phrase[12:])
                if last_condition and not self.given(no):
                    self.add(no, ERROR, "REQUIRED")
            elif phrase.startswith("must be empty if "):
                last_condition = self.condition(phrase[17:])
                if last_condition and self.given(no):
                    self.add(no, ERROR, "MUST-BE-EMPTY")
            elif phrase in ("required otherwise", "required otherwise -> warning"):
                if last_condition is False and not self.given(no):
                    self.add(no, WARNING if "warning" in phrase else ERROR, "REQUIRED")
            elif phrase == "must be empty otherwise":
                if last_condition is False and self.given(no):
                    self.add(no, ERROR, "MUST-BE-EMPTY")
            elif phrase.startswith("only 1 or 2 if "):
                if (self.given(no) and self.condition(phrase[15:])
                        and self.value(no) not in (b"1", b"2")):
                    self.add(no, ERROR, "ONLY-1-OR-2")
            elif phrase.startswith("empty while "):
                other = int(phrase.split()[2])
                if not self.given(no) and not self.given(other):
                    self.add(no, WARNING, "EMPTY-WHILE")
            elif phrase.startswith("given without "):
                other = int(phrase.split()[2])
                if self.given(no) and not self.given(other):
                    self.add(no, WARNING, "GIVEN-WITHOUT")
            elif phrase == "the month after 24 is 12":
                self.month_after(24, 12, no)
            elif phrase.startswith("the month after "):
                self.month_after(int(phrase.split()[3]), no, no)
            elif phrase == "not after the check date":
                date = self.date_at(item.key[:-4])
                if date and date > self.file.as_of:
                    self.add(no, ERROR, "CHECK-DATE")
            elif phrase == "if 24=1 not before (birth date - 1 day) + 70 years":
                birth, date = self.date_at("birth"), self.date_at(item.key[:-4])
                if self.condition("24=1") and birth and date:
                    if date < add_years(birth - datetime.timedelta(days=1), 70):
                        self.add(no, ERROR, "AGE-70")
            elif phrase == "if 16 is 4 or 5 and 24=1 equal to 17-18":
                left, date = self.date_at("left"), self.date_at(item.key[:-4])
                if self.condition("16 is 4 or 5 and 24=1") and left and date:
                    if date != left:
                        self.add(no, ERROR, "CEASED-DATE")
            elif phrase.startswith("rule "):
                self.check_rule(phrase[5:], no)

    def month_after(self, earlier, later, at):
        first, second = self.value(earlier), self.value(later)
        if first and second and int(second) != int(first) % 12 + 1:
            self.add(at, ERROR, "MONTH-AFTER")

    # ---- named rules -------------------------------------------------

    def check_rule(self, rule, no):
        if rule == "MONTH-SUM":
            if self.code == "2200700":
                self.month_sum(21, 22, no)
            else:
                self.month_sum(no - 6, no - 3, no)
        elif rule == "GEPPEN-TOTAL":
            self.geppen_total()
        elif rule == "GEPPEN-AVERAGE":
            self.geppen_average()
        elif rule in ("SANTEI-TOTAL", "SANTEI-AVERAGE"):
            self.settled.update((37, 38))
            self.santei()
        elif rule == "BONUS-TOTAL":
            self.bonus_total()
        elif rule == "ADDRESS":
            self.address(no)
        elif rule == "LOSS-DATE":
            self.loss_date()

    def check_warnings(self):
        if self.code == "2200700":
            self.age_75()
        elif self.code == "2221700":
            self.grades()
        elif self.code == "2225700" and self.value(49) == b"1" and self.value(50) == b"1":
            self.add(50, WARNING, "SHORT-TIME-AND-PART-TIMER")

    def month_sum(self, cash_no, kind_no, sum_no):
        cash, kind, total = self.amount(cash_no), self.amount(kind_no), self.amount(sum_no)
        if None not in (cash, kind, total) and total != min(cash + kind, CAP):
            self.add(sum_no, ERROR, "MONTH-SUM")

    def address(self, no):
        if self.given(13):
            if self.given(no):
                self.add(no, WARNING if self.file.kind == KPFD else ERROR, "ADDRESS")
        elif no != 32 and not self.given(no):
            self.add(no, ERROR, "ADDRESS")

    def age_75(self):
        birth, acquired = self.date_at("birth"), self.date_at("acquired")
        if not birth or not acquired:
            return
        if self.value(33) is None or self.value(33) == b"1":
            return
        if acquired >= add_years(birth, 75):
            self.add(19, WARNING, "AGE-75")

    def loss_date(self):
        lost = self.date_at("lost")
        if not lost:
            return
        birth, left, cause = self.date_at("birth"), self.date_at("left"), self.value(16)
        the_day_after = left + datetime.timedelta(days=1) if left else None
        if cause == b"4" and left and lost != the_day_after:
            self.add(15, ERROR, "LOSS-DATE")
        if cause == b"5" and not self.given(27) and left and lost != the_day_after:
            self.add(15, ERROR, "LOSS-DATE")
        if birth and lost <= birth:
            self.add(15, ERROR, "LOSS-DATE")
        if cause == b"7" and birth and lost < add_years(birth, 75):
            self.add(15, ERROR, "LOSS-DATE")
        if lost > self.file.as_of:
            self.add(15, ERROR, "LOSS-DATE")

    def geppen_total(self):
        sums, total = [self.amount(no) for no in (34, 35, 36)], self.amount(37)
        if None not in sums and total is not None and total != min(sum(sums), CAP):
            self.add(37, ERROR, "GEPPEN-TOTAL")

    def geppen_average(self):
        sums, average = [self.amount(no) for no in (34, 35, 36)], self.amount(38)
        if self.given(39) or average is None:
            return
        if average < 1000:
            self.add(38, ERROR, "GEPPEN-AVERAGE")
        elif None not in sums and CAP not in sums and average != sum(sums) // 3:
            self.add(38, ERROR, "GEPPEN-AVERAGE")

    def grades(self):
        new_no = 39 if self.given(39) else 38
        old, new, two_offices = self.amount(13), self.amount(new_no), self.value(44)
        if old is None or new is None or two_offices is None or two_offices == b"1":
            return
        if old not in self.tables.grade_of_standard:
            return
        old_grade = self.tables.grade_of_standard[old]
        new_grade = self.tables.grade_of_amount(new)
        if old_grade in (1, 50) or new_grade in (1, 50):
            return
        if abs(old_grade - new_grade) < 2:
            self.add(new_no, WARNING, "GRADES")

    def santei(self):
        if any(self.value(no) is None for no in (25, 26, 27, 49, 50)):
            return
        days = [int(self.value(no)) for no in (25, 26, 27)]
        if self.value(49) == b"1":
            threshold = 11
        elif self.value(50) == b"1":
            threshold = 17 if any(day >= 17 for day in days) else 15
        else:
            threshold = 17
        counted = [month for month in range(3) if days[month] >= threshold]
        sums = [self.amount(34 + month) for month in counted]
        if None in sums:
            return
        total, average = self.amount(37), self.amount(38)
        if self.given(39) or CAP in sums:
            average = None

        def total_fits(some):
            return total is None or total == min(sum(some), CAP)

        def average_fits(some):
            return average is None or average == (sum(some) // len(some) if some else 0)

        severity = ERROR
        if any(self.given(no) for no in (44, 47, 48, 51, 39)):
            severity = WARNING
            for choice in range(1, 2 ** len(sums)):
                some = [sums[i] for i in range(len(sums)) if choice >> i & 1]
                if total_fits(some) and average_fits(some):
                    return
        if not total_fits(sums):
            self.add(37, severity, "SANTEI-TOTAL")
        if not average_fits(sums):
            self.add(38, severity, "SANTEI-AVERAGE")

    def bonus_total(self):
        cash, kind, total = self.amount(12), self.amount(13), self.amount(14)
        if None in (cash, kind, total):
            return
        if cash + kind <= CAP:
            if total != (cash + kind) // 1000 * 1000:
                self.add(14, ERROR, "BONUS-TOTAL")
        elif total == 9999000:
            self.add(14, WARNING, "BONUS-TOTAL")
        elif total != CAP:
            self.add(14, ERROR, "BONUS-TOTAL")

    # ---- pairs and double filing -------------------------------------

    def check_pairs(self):
        pairs = set()
        for no, item in self.shapes.items():
            for phrase in item.phrases:
                found = re.fullmatch(r"given exactly when (\d+) is given", phrase)
                if found:
                    pairs.add(tuple(sorted((no, int(found[1])))))
            if item.key.endswith("_ymd"):
                pairs.add((self.no[item.key[:-4] + "_era"], no))
        for a, b in sorted(pairs):
            if a in self.ignored or b in self.ignored:
                continue
            if self.given(a) == self.given(b) or a in self.errors or b in self.errors:
                continue
            self.add(b if self.given(a) else a, ERROR, "HALF-GIVEN", "item")

    def check_double_filing(self):
        if self.file.kind == SHFD:
            office = (2, 3, 4)
        else:
            office = (self.no["union_office_number"],)
        keys = office + tuple(self.no[key] for key in ("birth_era", "birth_ymd", "name_kana")
                              + FILING_DATE_ITEMS[self.code])
        number = self.no["insured_number"]
        if any(no in self.errors for no in keys + (number,)):
            return
        person = (self.code,) + tuple(self.field(no).text for no in keys)
        insured = self.field(number).text
        for other, other_insured in self.file.earlier:
            if person == other and (not insured or not other_insured or insured == other_insured):
                self.add(0, WARNING, "DOUBLE-FILING")
                break
        self.file.earlier.append((person, insured))


# --------------------------------------------------------------------------
# Interface
# --------------------------------------------------------------------------

def check(data, name="", as_of=None, spec=DEFAULT_SPEC):
    """All findings of one file, sorted."""
    return sorted(FileCheck(data, name, as_of, load_tables(spec)).run())


def verdict(findings):
    return "reject" if any(f.severity == ERROR for f in findings) else "accept"


def in_scope(findings, scope):
    return [f for f in findings if scope == "all" or f.scope == "item"]


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Reference checker for KPFD and SHFD filings.")
    parser.add_argument("--as-of", type=datetime.date.fromisoformat)
    parser.add_argument("--scope", choices=("item", "all"), default="all")
    parser.add_argument("--name", help="file name to assume instead of the real one")
    parser.add_argument("--spec", default=DEFAULT_SPEC)
    parser.add_argument("files", nargs="+", metavar="FILE")
    options = parser.parse_args(arguments)
    rejected = False
    for path in options.files:
        with open(path, "rb") as stream:
            data = stream.read()
        name = options.name if options.name is not None else path
        findings = in_scope(check(data, name, options.as_of, options.spec), options.scope)
        rejected = rejected or verdict(findings) == "reject"
        print(json.dumps({
            "file": path,
            "verdict": verdict(findings),
            "findings": [[f.line, f.item, f.severity, f.tag] for f in findings],
        }, ensure_ascii=False))
    return 1 if rejected else 0


if __name__ == "__main__":
    sys.exit(main())
