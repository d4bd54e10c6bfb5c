#!/usr/bin/env python3
"""Write damaged variants of valid filings, the same for the same seed.

Usage: damage.py VALID_DIRECTORY OUTPUT_DIRECTORY [--count N] [--seed S]

Every variant stands in its own folder, so that names can repeat.  A file
`damage.txt` in the output directory lists the damages of each variant.
"""

import argparse
import os
import random
import unicodedata

ODD_CHARACTERS = {
    "nec-row-13": bytes.fromhex("8740"), "nec-kabu": bytes.fromhex("878A"), "nec-roman": bytes.fromhex("8754"),
    "nec-selected": bytes.fromhex("EEE0"), "nec-selected-first": bytes.fromhex("ED40"),
    "ibm-taka": bytes.fromhex("FBFC"), "ibm-saki": bytes.fromhex("FAB1"), "ibm-first": bytes.fromhex("FA40"),
    "user-defined": bytes.fromhex("F040"), "user-defined-last": bytes.fromhex("F9FC"),
    "unassigned-85": bytes.fromhex("8540"), "unassigned-row-2": bytes.fromhex("81AD"),
    "unassigned-eaa5": bytes.fromhex("EAA5"), "unassigned-9873": bytes.fromhex("9873"),
    "last-kanji": bytes.fromhex("EAA4"), "beyond-fc": bytes.fromhex("FC4C"), "lead-eb": bytes.fromhex("EB40"),
    "trail-5c": bytes.fromhex("955C"), "trail-7c": bytes.fromhex("837C"), "kana-pair": bytes.fromhex("88B1"),
}
BROKEN_BYTES = [b"\x83", b"\x95", b"\x87", b"\xf0", b"\xfc", b"\x83\x7f", b"\x83\xfd", b"\x83\x3f", b"\x80", b"\xa0",
                b"\xfd", b"\xfe", b"\xff", b"\x81\x81", b"\x83\x22"]
KANA_SYMBOLS = [b"\xa1", b"\xa4", b"\xa5", b"\xa3", b"\xb0", b"\xde"]
EXCEL = ["4月1日".encode("shift_jis"), b"2026/7/10", b"1.23E+11", b"1,234", b"\\1000", b"-5", b"+5", b"1.5", b"0x10"]
SPACES = [b" ", b"\x81\x40", b"  ", b"\x81\x40\x81\x40", b" \x81\x40", b"\x81\x40 "]
ERAS = [b"0", b"1", b"2", b"3", b"5", b"7", b"8", b"9", b"R", b"", b"4", b"6"]
DATES = [b"000101", b"010107", b"010108", b"310430", b"310501", b"010430", b"010501", b"640107", b"640108", b"650101",
         b"151224", b"151225", b"011225", b"450729", b"450730", b"120229", b"060229", b"050229", b"330229", b"051301",
         b"050001", b"050100", b"050431", b"050631", b"990101", b"080731", b"080801", b"300230", b"010101", b"", b"50101",
         b"0501011", b"20230501"]
# items of the five forms that rules look at, by number
ERA_ITEMS = {b"2200700": [9, 18], b"2201700": [9, 14, 17, 25], b"2221700": [8, 10, 15], b"2225700": [8, 10, 15],
             b"2265700": [8, 10]}
YMD_ITEMS = {b"2200700": [10, 19], b"2201700": [10, 15, 18, 26], b"2221700": [9], b"2225700": [9], b"2265700": [9, 11]}
YEAR_ITEMS = {b"2221700": [11, 16], b"2225700": [11, 16]}
MONTH_ITEMS = {b"2221700": [12, 17, 18, 20, 22, 23, 24], b"2225700": [12, 17, 18, 20, 22, 23, 24, 44], b"2265700": [20]}
DAY_ITEMS = {b"2221700": [25, 26, 27], b"2225700": [25, 26, 27]}
AMOUNT_ITEMS = {b"2200700": [21, 22, 23], b"2221700": list(range(28, 40)) + [21], b"2225700": list(range(28, 40)) + [21],
                b"2265700": [12, 13, 14]}
FLAG_ITEMS = {b"2200700": [11, 12, 14, 20, 24, 25, 26, 27, 33, 34], b"2201700": [16, 19, 20, 24, 27],
              b"2221700": [19, 43, 44, 45, 47, 49], b"2225700": [19, 43, 45, 46, 47, 48, 49, 50, 51, 53],
              b"2265700": [18, 19, 21]}
PENSION_ITEMS = {b"2200700": [16, 17, 33], b"2201700": [12, 13, 24, 25, 26, 27], b"2221700": [40, 41, 42, 49],
                 b"2225700": [40, 41, 42, 53], b"2265700": [15, 16, 17, 21]}
NAME_ITEMS = {b"2200700": [7, 8], b"2201700": [7, 8], b"2221700": [6, 7], b"2225700": [6, 7], b"2265700": [6, 7]}
NUMBER_ITEMS = {b"2200700": [6, 13, 16, 17, 29, 30], b"2201700": [6, 11, 12, 13, 22, 23], b"2221700": [5, 13, 14, 40, 41, 42],
                b"2225700": [5, 13, 14, 40, 41, 42], b"2265700": [5, 15, 16, 17]}
TEXT_ITEMS = {b"2200700": [15, 28, 31, 32], b"2201700": [21], b"2221700": [46, 48], b"2225700": [52], b"2265700": []}
CODES = list(PENSION_ITEMS)


def twin(data):
    """The same text in UTF-8; what is not Shift_JIS becomes U+FFFD."""
    return data.decode("shift_jis", "replace").encode("utf-8")


class Damager:
    def __init__(self, seed):
        self.r = random.Random(seed)

    # ---- helpers -----------------------------------------------------

    def lines(self, data):
        return data.split(b"\r\n")

    def join(self, lines):
        return b"\r\n".join(lines)

    def data_lines(self, lines):
        return [i for i, line in enumerate(lines) if line.split(b",")[0] in CODES]

    def office_lines(self, lines):
        """The lines between the count and [data]."""
        if b"[data]" not in lines:
            return []
        return list(range(3, lines.index(b"[data]")))

    def edit_line(self, data, choose, change):
        lines = self.lines(data)
        candidates = choose(lines)
        if not candidates:
            return data
        i = self.r.choice(candidates)
        items = lines[i].split(b",")
        change(items)
        lines[i] = b",".join(items)
        return self.join(lines)

    def edit_items(self, data, table, change):
        """Change one item of the kind listed in `table` in one data record."""
        def edit(items):
            numbers = [no for no in table.get(items[0], []) if no <= len(items)]
            if numbers:
                no = self.r.choice(numbers)
                items[no - 1] = change(items[no - 1])
        return self.edit_line(data, self.data_lines, edit)

    def any_line(self, lines):
        return [i for i in range(len(lines)) if lines[i]]

    # ---- bytes -------------------------------------------------------

    def cut(self, data):
        return data[:self.r.randint(0, len(data))]

    def tiny_cut(self, data):
        return data[:self.r.randint(0, 40)]

    def tiny_tail(self, data):
        return data[-self.r.randint(1, 60):]

    def cut_front(self, data):
        return data[self.r.randint(1, min(200, len(data))):]

    def flip(self, data):
        if not data:
            return data
        i = self.r.randrange(len(data))
        return data[:i] + bytes([data[i] ^ 1 << self.r.randrange(8)]) + data[i + 1:]

    def replace_byte(self, data):
        if not data:
            return data
        i = self.r.randrange(len(data))
        return data[:i] + bytes([self.r.randrange(256)]) + data[i + 1:]

    def insert_bytes(self, data):
        i = self.r.randint(0, len(data))
        return data[:i] + bytes(self.r.randrange(256) for _ in range(self.r.randint(1, 3))) + data[i:]

    def delete_bytes(self, data):
        i = self.r.randint(0, max(0, len(data) - 1))
        return data[:i] + data[i + self.r.randint(1, 3):]

    def insert_separator(self, data):
        i = self.r.randint(0, len(data))
        return data[:i] + self.r.choice([b",", b"\r\n", b"\r", b"\n", b"\x1a", b"\0", b"\t", b"\x1b", b'"']) + data[i:]

    # ---- lines -------------------------------------------------------

    def delete_line(self, data):
        lines = self.lines(data)
        del lines[self.r.randrange(len(lines))]
        return self.join(lines)

    def delete_header_line(self, data):
        lines = self.lines(data)
        del lines[self.r.randrange(min(6, len(lines)))]
        return self.join(lines)

    def duplicate_line(self, data):
        lines = self.lines(data)
        i = self.r.randrange(len(lines))
        lines.insert(self.r.choice([i, self.r.randrange(len(lines))]), lines[i])
        return self.join(lines)

    def swap_lines(self, data):
        lines = self.lines(data)
        i, j = self.r.randrange(len(lines)), self.r.randrange(len(lines))
        lines[i], lines[j] = lines[j], lines[i]
        return self.join(lines)

    def truncate_lines(self, data):
        lines = self.lines(data)
        return b"".join(line + b"\r\n" for line in lines[:self.r.randint(0, min(7, len(lines)))])

    def blank_line(self, data):
        lines = self.lines(data)
        lines.insert(self.r.randint(0, len(lines)), self.r.choice([b"", b"", b"", b" ", b","]))
        return self.join(lines)

    def line_ends(self, data):
        way = self.r.randrange(6)
        if way == 0:
            return data.replace(b"\r\n", b"\n")
        if way == 1:
            return data.replace(b"\r\n", b"\r")
        if way == 2:
            return data[:-2]
        if way == 3:
            return data[:-1]
        i = self.r.randrange(data.count(b"\r\n") or 1)
        parts = data.split(b"\r\n")
        end = self.r.choice([b"\n", b"\r", b"\n\r", b"\r\r\n", b"\r\n\n"])
        return b"\r\n".join(parts[:i + 1]) + end + b"\r\n".join(parts[i + 1:])

    def end_mark(self, data):
        return self.r.choice([data + b"\x1a", data + b"\x1a" * 5, data[:-2] + b"\x1a", data + b"\x1a\r\n",
                              data + b"\r\n\x1a", b"\x1a" + data])

    def two_files(self, data):
        return data + data

    # ---- markers and headers -----------------------------------------

    def marker(self, data):
        name = self.r.choice([b"kanri", b"data"])
        good = b"[" + name + b"]"
        bad = self.r.choice([b"[" + name.upper() + b"]", good + b" ", b" " + good, good + b",,,", good + b",",
                             name, b"[" + name, b"", good + b"x", b'"' + good + b'"', b"[" + name.title() + b"],,",
                             "［".encode("shift_jis") + name + "］".encode("shift_jis"), good + good,
                             good + b"\x83", good + b"," * 5, good + b"," * 7, b"\x81\x40" + good])
        return data.replace(b"\r\n" + good + b"\r\n", b"\r\n" + bad + b"\r\n", 1)

    def other_marker(self, data):
        pair = [b"[kanri]", b"[data]"]
        self.r.shuffle(pair)
        return data.replace(pair[0], pair[1], 1)

    def office_count(self, data):
        value = self.r.choice([b"000", b"0", b"1", b"01", b"001", b"002", b"2", b"003", b"5", b"0001", b"", b"A", b" 1",
                               b"999", b"1,", "１".encode("shift_jis"), b'"1"', b"-1"])

        def edit(items):
            items[-1] = value
        return self.edit_line(data, lambda lines: [2] if len(lines) > 2 else [], edit)

    def office_item(self, data):
        def edit(items):
            i = self.r.randrange(len(items))
            items[i] = self.damaged_item(items[i])
        return self.edit_line(data, self.office_lines, edit)

    def employer_name(self, data):
        def edit(items):
            if len(items) > 4:
                items[-4] = self.damaged_name(items[-4])
        return self.edit_line(data, self.office_lines, edit)

    def office_columns(self, data):
        def edit(items):
            if self.r.random() < 0.5:
                items.insert(self.r.randint(0, len(items)), b"")
            else:
                del items[self.r.randrange(len(items))]
        return self.edit_line(data, self.office_lines, edit)

    def office_lost(self, data):
        lines = self.lines(data)
        offices = self.office_lines(lines)
        if offices:
            for i in sorted(self.r.sample(offices, self.r.randint(1, len(offices))), reverse=True):
                del lines[i]
        return self.join(lines)

    def office_of_record(self, data):
        def edit(items):
            i = self.r.choice([1, 2, 3, len(items) - 3])
            items[i] = self.r.choice([b"01", b"13", b"99", b"00", b"A1", b"1234", b"", b"0000", items[i].lower(), items[i][::-1]])
        return self.edit_line(data, self.data_lines, edit)

    def media_item(self, data):
        def edit(items):
            i = self.r.randrange(len(items))
            items[i] = self.r.choice([b"", b"000", b"00000000", b"20250229", b"20240229", b"00000101", b"20241201",
                                      b"20241202", b"20270101", b"2026/7/1", b"99", b"00", b"12345678", b"22224", b"022223",
                                      b"1", b"ABCDEFGHIJK", self.damaged_item(items[i])])
        return self.edit_line(data, lambda lines: [0], edit)

    def attorney(self, data):
        def edit(items):
            items[:3] = [self.r.choice([b"", b"", b"13"]), self.r.choice([b"", b"", b"01"]),
                         self.r.choice([b"12345678", b"00000000", b"1234567", b"123456789", b"1234567A", b"\xb1\xb2"])]
        return self.edit_line(data, lambda lines: [0], edit)

    def header_commas(self, data):
        def edit(items):
            if self.r.random() < 0.6:
                items.extend([b""] * self.r.randint(1, 3))
            else:
                items.pop()
        return self.edit_line(data, lambda lines: list(range(min(6, len(lines)))), edit)

    def other_kind(self, data):
        """Line 1 of the other destination."""
        lines = self.lines(data)
        if lines[0].count(b",") == 7:
            lines[0] = "21,01,ｹｲﾄ,001,20260601,22223".encode("shift_jis")
        else:
            lines[0] = b"1234,001,20260601,,,,,"
        return self.join(lines)

    # ---- one item ----------------------------------------------------

    def damaged_item(self, item):
        r = self.r
        digits = item.translate(bytes.maketrans(b"0123456789", b"9876543210"))
        try:
            wide = unicodedata.normalize("NFKC", item.decode("shift_jis")).translate(
                {n: n + 0xFEE0 for n in range(0x21, 0x7F)}).encode("shift_jis")
        except UnicodeError:
            wide = item
        position = r.randint(0, len(item))
        ways = [
            b"", item + b"1", item + item, item + item + item + item, item[:-1], item[1:], b"0" * len(item), b"0", b"00",
            wide, b"\xb1\xb2", b"\xb1", digits, b"1", b"2", b"9", b"A", b"a", b"99", b"-", item.lower(), item.upper(),
            b'"' + item + b'"', item + b'"', item + b"?", b"?" + item, b"?", item + b" ", b" " + item, item + b"\x81\x40",
            item + b"\t", item + b"\0", item + b"\x7f", item + b"\x1f", b"\x01" + item, item.lstrip(b"0"), item.zfill(8),
            item[:position] + r.choice(list(ODD_CHARACTERS.values())) + item[position:],
            item + r.choice(list(ODD_CHARACTERS.values())), r.choice(list(ODD_CHARACTERS.values())),
            item + r.choice(BROKEN_BYTES), r.choice(BROKEN_BYTES) + item,
            item[:position] + r.choice(BROKEN_BYTES) + item[position:],
            item + r.choice(KANA_SYMBOLS), r.choice(KANA_SYMBOLS) + item,
            item[:position] + r.choice(SPACES) + item[position:], r.choice(EXCEL), item + b"\\", b"~" + item,
            "見本".encode("shift_jis") * r.randint(1, 20), b"\xb1" * r.randint(1, 80), b"7" * r.randint(1, 80),
            b" ", b"\x81\x40", item.replace(b"\x81\x40", b" "), item.replace(b" ", b"\x81\x40"),
        ]
        return r.choice(ways)

    def item(self, data):
        def edit(items):
            i = self.r.randrange(len(items))
            items[i] = self.damaged_item(items[i])
        return self.edit_line(data, self.data_lines, edit)

    def given_item(self, data):
        def edit(items):
            i = self.r.choice([i for i, value in enumerate(items) if value])
            items[i] = self.damaged_item(items[i])
        return self.edit_line(data, self.data_lines, edit)

    def item_anywhere(self, data):
        def edit(items):
            i = self.r.randrange(len(items))
            items[i] = self.damaged_item(items[i])
        return self.edit_line(data, self.any_line, edit)

    def damaged_name(self, name):
        r = self.r
        space = r.choice(SPACES)
        inner = name.replace(b"\x81\x40", b" ").strip(b" ")
        return r.choice([
            inner.replace(b" ", space), inner.replace(b" ", b""), space + name, name + space, space + name + space, space,
            name + space + name[:2], inner.replace(b" ", space) + b"A", inner.replace(b" ", space) + b"?",
            inner.replace(b" ", space) + r.choice(list(ODD_CHARACTERS.values())),
            space + name + r.choice(list(ODD_CHARACTERS.values())), name.replace(b" ", b"  "), b"A" + name, name + b"\xa5",
            r.choice(BROKEN_BYTES) + space + name, name * 2, name * 4, space + name * 4,
        ])

    def name(self, data):
        return self.edit_items(data, NAME_ITEMS, self.damaged_name)

    def text(self, data):
        return self.edit_items(data, TEXT_ITEMS, self.damaged_item)

    def era(self, data):
        return self.edit_items(data, ERA_ITEMS, lambda item: self.r.choice(ERAS))

    def date(self, data):
        return self.edit_items(data, YMD_ITEMS, lambda item: self.r.choice(DATES))

    def era_and_date(self, data):
        return self.date(self.era(data))

    def next_day(self, data):
        def edit(item):
            if len(item) != 6 or not item.isdigit():
                return item
            return b"%06d" % max(0, min(999999, int(item) + self.r.choice([-10000, -100, -1, 1, 100, 10000, 750000, 700000])))
        return self.edit_items(data, YMD_ITEMS, edit)

    def year(self, data):
        return self.edit_items(data, YEAR_ITEMS, lambda item: self.r.choice([b"00", b"01", b"31", b"32", b"99", b"1", b"08"]))

    def month(self, data):
        return self.edit_items(data, MONTH_ITEMS, lambda item: self.r.choice(
            [b"00", b"01", b"04", b"05", b"06", b"12", b"13", b"4", b"0405", b"0506", b"0606", b"0407", b"040506", b""]))

    def base_days(self, data):
        return self.edit_items(data, DAY_ITEMS, lambda item: self.r.choice(
            [b"00", b"10", b"11", b"14", b"15", b"16", b"17", b"30", b"31", b"32", b"5", b"", b"99"]))

    def amount(self, data):
        def edit(item):
            if item.isdigit() and self.r.random() < 0.6:
                step = self.r.choice([1, -1, 1000, -1000, 10])
                return b"%d" % max(0, int(item) + step)
            return self.r.choice([b"0", b"999", b"1000", b"9999999", b"9999000", b"10000000", b"0001000", b"0000000", b"", b"500"])
        return self.edit_items(data, AMOUNT_ITEMS, edit)

    def big_amounts(self, data):
        """Cash, in kind and sum of one month near the cap."""
        def edit(items):
            columns = {b"2200700": [(21, 22, 23)], b"2265700": [(12, 13, 14)]}.get(
                items[0], [(28 + m, 31 + m, 34 + m) for m in range(3)] if items[0] in DAY_ITEMS else [])
            columns = [c for c in columns if c[2] <= len(items)]
            if columns:
                cash, kind, total = self.r.choice(columns)
                items[cash - 1] = self.r.choice([b"9999999", b"9999998", b"5000000", b"9000000", b"0"])
                items[kind - 1] = self.r.choice([b"0", b"1", b"2", b"4999999", b"5000000", b"999999"])
                items[total - 1] = self.r.choice([b"9999999", b"9999998", b"9999000", b"10000000",
                                                  b"%d" % (int(items[cash - 1]) + int(items[kind - 1]))])
        return self.edit_line(data, self.data_lines, edit)

    def totals(self, data):
        """Total and average as if some months had been left out."""
        def edit(items):
            if items[0] not in DAY_ITEMS or len(items) < 49:
                return
            sums = [int(s) for s in items[33:36] if s.isdigit()]
            some = self.r.sample(sums, self.r.randint(0, len(sums)))
            items[36] = b"%d" % min(sum(some), self.r.choice([9999999, 10 ** 8]))
            items[37] = b"%d" % (sum(some) // len(some) if some else 0)
            if items[0] == b"2225700" and self.r.random() < 0.5:
                items[self.r.choice([44, 47, 48, 51]) - 1] = self.r.choice([b"1", b"04", b"2"])
        return self.edit_line(data, self.data_lines, edit)

    def flag(self, data):
        return self.edit_items(data, FLAG_ITEMS, lambda item: self.r.choice(
            [b"1", b"1", b"1", b"", b"0", b"2", b"3", b"4", b"5", b"6", b"7", b"9", b"11", b"01"]))

    def number(self, data):
        def edit(item):
            if item and self.r.random() < 0.5:
                i = self.r.randrange(len(item))
                return item[:i] + b"%d" % self.r.randrange(10) + item[i + 1:]
            return self.r.choice([b"", b"0", b"0000", b"000000", b"000", b"000000000000", b"123456789012", b"123456789018",
                                  b"1234", b"123456", b"0200", b"9999", b"200", b"1.23E+11", b"999"])
        return self.edit_items(data, NUMBER_ITEMS, edit)

    def pension(self, data):
        return self.edit_items(data, PENSION_ITEMS, lambda item: self.r.choice(
            [b"", b"", b"1", b"2", b"0000", b"1234", b"123456", b"000000", b"123456789018", b"9", b"080101", b"\x87\x40",
             b"\x83", b'"', b"?", b"A"]))

    def grade(self, data):
        def edit(items):
            if items[0] == b"2221700" and len(items) >= 39:
                items[12] = self.r.choice([b"0058", b"0098", b"0200", b"0320", b"1390", b"1330", b"0000", b"0201", b"200", b""])
                amount = self.r.choice([57000, 63000, 94999, 95000, 195000, 209999, 210000, 229999, 1354999, 1355000])
                if self.r.random() < 0.5:
                    items[38] = b"%d" % amount
                else:
                    for no in (28, 29, 30, 34, 35, 36, 38):
                        items[no - 1] = b"%d" % amount
                    for no in (31, 32, 33):
                        items[no - 1] = b"0"
                    items[36] = b"%d" % min(9999999, 3 * amount)
        return self.edit_line(data, self.data_lines, edit)

    def same_person(self, data):
        lines = self.lines(data)
        records = self.data_lines(lines)
        if not records:
            return data
        i = self.r.choice(records)
        copy = lines[i].split(b",")
        for _ in range(self.r.randint(0, 2)):
            k = self.r.randrange(len(copy))
            copy[k] = self.r.choice([b"", b"1", copy[k], copy[k], self.damaged_item(copy[k])])
        if self.r.random() < 0.4:
            copy[5 if copy[0] in (b"2200700", b"2201700") else 4] = self.r.choice([b"", b"77", b"077"])
        lines.insert(self.r.choice([i, i + 1, records[-1] + 1]), b",".join(copy))
        return self.join(lines)

    def loss(self, data):
        """Cause, dates and flags of a loss changed together."""
        def edit(items):
            if items[0] == b"2201700" and len(items) >= 27:
                for _ in range(self.r.randint(1, 3)):
                    no = self.r.choice([6, 11, 14, 15, 16, 17, 18, 24, 25, 26, 27])
                    items[no - 1] = self.r.choice({
                        6: [b"", b"1"], 11: [b"", b"123456789018"], 14: [b"", b"9", b"7"], 15: [b""] + DATES,
                        16: [b"4", b"5", b"7", b"9", b"11", b"6", b"04"], 17: [b"", b"9", b"7"], 18: [b""] + DATES,
                        24: [b"", b"1"], 25: [b"", b"9"], 26: [b""] + DATES, 27: [b"", b"1"]}[no])
        return self.edit_line(data, self.data_lines, edit)

    def acquisition(self, data):
        """Conditions of an acquisition changed together."""
        def edit(items):
            if items[0] == b"2200700" and len(items) >= 33:
                for _ in range(self.r.randint(1, 4)):
                    no = self.r.choice([11, 12, 13, 14, 15, 16, 17, 24, 29, 30, 31, 32, 33])
                    items[no - 1] = self.r.choice({
                        11: [b"", b"1", b"5", b"4"], 12: [b"", b"1", b"3", b"4", b"6", b"2"],
                        13: [b"", b"123456789018", b"12345678901"], 14: [b"", b"1", b"2", b"3", b"4"],
                        15: [b"", b"note"], 16: [b"", b"1234", b"0000"], 17: [b"", b"123456"], 24: [b"", b"1", b"2"],
                        29: [b"", b"123", b"000"], 30: [b"", b"4567"], 31: [b"", b"\xb1 \xb2", b"\xb1  \xb2", b"\xb1?"],
                        32: [b"", "見本".encode("shift_jis"), "見 本".encode("shift_jis"), "見　　本".encode("shift_jis"),
                             b"A" * 74], 33: [b"", b"1", b"2"]}[no])
        return self.edit_line(data, self.data_lines, edit)

    # ---- columns and codes -------------------------------------------

    def columns(self, data):
        def edit(items):
            way = self.r.randrange(5)
            if way == 0:
                items.insert(self.r.randint(0, len(items)), b"")
            elif way == 1:
                del items[self.r.randrange(len(items))]
            elif way == 2:
                items.extend([b""] * self.r.randint(1, 4))
            elif way == 3:
                while len(items) > 1 and not items[-1]:
                    items.pop()
            else:
                del items[-self.r.randint(1, 4):]
        return self.edit_line(data, self.data_lines, edit)

    def form_code(self, data):
        def edit(items):
            items[0] = self.r.choice(CODES + [b"22257041", b"22187041", b"", b"2200701", b"220070", b" 2200700", b'"2200700"',
                                              b"22007000"])
        return self.edit_line(data, self.data_lines, edit)

    # ---- encodings ---------------------------------------------------

    def utf8(self, data):
        return self.r.choice([b"", b"\xef\xbb\xbf"]) + twin(data)

    def utf8_decomposed(self, data):
        text = twin(data).decode("utf-8")
        text = "".join(unicodedata.normalize("NFD", c) if self.r.random() < 0.7 else c for c in text)
        way = self.r.randrange(4)
        if way == 0:
            i = self.r.randint(0, len(text))
            text = text[:i] + self.r.choice(["\u3099", "\u309a", "\u0301", "A\u030a", "\u212b", "\u00c5", "\ufa11", "\ufe00"]) + text[i:]
        return self.r.choice([b"", b"\xef\xbb\xbf"]) + text.encode("utf-8")

    def utf8_odd(self, data):
        text = twin(data).decode("utf-8")
        for _ in range(self.r.randint(1, 4)):
            i = self.r.randint(0, len(text))
            text = text[:i] + self.r.choice(list("①㈱髙﨑Ⅰé〜～−－―—‖∥￠¢£￡¬￢¥‾𠮷\u2126\u00a0\ufeff\u200b\u2028\u0085\u0080𩸽葛\U000e0100")) + text[i:]
        return self.r.choice([b"", b"\xef\xbb\xbf"]) + text.encode("utf-8")

    def utf8_pairs(self, data):
        text = twin(data).decode("utf-8").translate({0x301C: 0xFF5E, 0x2212: 0xFF0D, 0x2015: 0x2014})
        return text.encode("utf-8")

    def utf8_damaged(self, data):
        data = self.utf8(data)
        for _ in range(self.r.randint(1, 30)):
            data = self.r.choice([self.replace_byte, self.delete_bytes, self.flip])(data)
        return data

    def utf8_cut(self, data):
        return self.r.choice([self.tiny_cut, self.cut])(self.utf8(data))

    def utf8_mixed(self, data):
        cut = self.r.randint(0, len(data))
        return twin(data[:cut]) + data[cut:]

    def utf16(self, data):
        text = data.decode("shift_jis", "replace")
        return text.encode(self.r.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]))

    def other_encoding(self, data):
        text = data.decode("shift_jis", "replace")
        return text.encode(self.r.choice(["euc_jp", "iso2022_jp", "cp932", "utf-7"]), "ignore")

    def magic(self, data):
        front = self.r.choice([b"PK\x03\x04", b"PK\x05\x06", b"PK\x01\x02", bytes.fromhex("D0CF11E0A1B11AE1"), b"%PDF-1.7\r\n",
                               b"\x1f\x8b\x08", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"-----BEGIN PGP MESSAGE-----\r\n",
                               b"\x85\x01\x0c\x03", b"\x84\x5e\x03", b"\xc1\xc0\x4c\x03", b"\x8c\x0d\x04", b"\xc3\x0d\x04",
                               b"\xc3\x0d\x07", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1b$B0l\x1b(B", b"\0" * 300,
                               b"\x85\x01\x0c\x02", b"\xc1\xff\0\0\1\0\x06"])
        return self.r.choice([front + data, front + data, front])

    # ---- choice ------------------------------------------------------

    STRONG = ["cut", "tiny_cut", "tiny_tail", "cut_front", "flip", "replace_byte", "insert_bytes", "delete_bytes",
              "insert_separator", "delete_line", "delete_header_line", "duplicate_line", "swap_lines", "truncate_lines",
              "blank_line", "line_ends", "end_mark", "two_files", "marker", "marker", "other_marker", "office_count",
              "office_item", "office_item", "employer_name", "office_columns", "office_lost", "office_of_record", "media_item",
              "media_item", "attorney", "header_commas", "other_kind", "columns", "form_code", "utf8", "utf8_decomposed",
              "utf8_odd", "utf8_pairs", "utf8_damaged", "utf8_cut", "utf8_mixed", "utf16", "other_encoding", "magic"]
    GENTLE = ["item", "item", "given_item", "given_item", "item_anywhere", "name", "name", "text", "era", "date",
              "era_and_date", "next_day", "year", "month", "base_days", "amount", "amount", "big_amounts", "totals", "flag",
              "flag", "number", "pension", "grade", "same_person", "loss", "acquisition"]

    def damage(self, data):
        if self.r.random() < 0.65:
            ways = [self.r.choice(self.GENTLE) for _ in range(self.r.choice([1, 1, 1, 2, 3, 5]))]
        else:
            ways = [self.r.choice(self.STRONG) for _ in range(self.r.choice([1, 1, 1, 2]))]
        if self.r.random() < 0.1:
            ways.append(self.r.choice(self.STRONG))
        for way in ways:
            data = getattr(self, way)(data)
        return data, ways

    def name_of(self, name):
        if self.r.random() < 0.9:
            return name
        return self.r.choice(["KPFD0006.CSV", "SHFD0006.CSV", "shfd0006.csv", "KNFD0006.CSV", "Kpfd0006.Csv", "KPFD0006.TXT",
                              "KPFD0006 (1).CSV", "upload.csv", "%08x.csv" % self.r.getrandbits(32)])


def valid_files(directory):
    found = []
    for folder, _, names in os.walk(directory):
        found += [os.path.join(folder, name) for name in names]
    return sorted(found)


def main():
    parser = argparse.ArgumentParser(description="Write damaged variants of filings.")
    parser.add_argument("valid")
    parser.add_argument("output")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sources = valid_files(options.valid)
    if not sources:
        parser.error("no files in " + options.valid)
    os.makedirs(options.output, exist_ok=True)
    with open(os.path.join(options.output, "damage.txt"), "w", encoding="utf-8") as journal:
        for number in range(options.count):
            damager = Damager("%d/%d" % (options.seed, number))
            source = damager.r.choice(sources)
            with open(source, "rb") as stream:
                data = stream.read()
            data, ways = damager.damage(data)
            folder = os.path.join(options.output, "%06d" % number)
            os.makedirs(folder, exist_ok=True)
            name = damager.name_of(os.path.basename(source))
            with open(os.path.join(folder, name), "wb") as stream:
                stream.write(data)
            journal.write("%06d/%s\t%s\t%s\n" % (number, name, os.path.relpath(source, options.valid), " ".join(ways)))


if __name__ == "__main__":
    main()
