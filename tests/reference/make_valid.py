#!/usr/bin/env python3
"""Write random valid filings of invented people.

Usage: make_valid.py OUTPUT_DIRECTORY [--count N] [--seed S]

Every file is accepted by kpfd_reference.py for check dates from 2026-07-31 on;
some carry warnings.  Half of the names are KPFD0006/SHFD0006, kept apart by
one folder a file.
"""

import argparse
import datetime
import os
import random

import kpfd_reference as reference

FAMILY = [("ｹﾝﾎﾟ", "健保"), ("ﾃｽﾄ", "試験"), ("ﾐﾎﾝ", "見本"), ("ﾔﾏﾉ", "山野"), ("ｿﾗ", "空"), ("ﾎﾟｿ", "表能"),
          ("ｷｼｬ", "貴社"), ("ﾕｳ", "悠"), ("ﾂｷﾐｻﾞﾄ", "月見里")]
GIVEN = [("ﾀﾛｳ", "太郎"), ("ﾊﾅｺ", "花子"), ("ｲﾁ", "一"), ("ｼﾞﾛｳ", "次郎"), ("ﾘﾝ", "凜"), ("ﾋﾛｼ", "熙"), ("ｻｸﾗ", "さくら"),
         ("ﾏﾘｰ", "マリー")]
PLACES = ["見本県試験市架空町１−２−３", "試験市港区芝浦９丁目", "架空郡表能村大字十字１２番地", "月見里町４−５〜６"]
PLACES_KANA = ["ﾐﾎﾝｼ ｶｸｳﾁﾖｳ 1-2-3", "ｼｹﾝｼ ﾐﾅﾄｸ 9", "ﾂｷﾐ ｺｰﾎﾟ #305 (A)", "TEST BLDG. 5F"]
COMPANIES = ["健保サービス株式会社", "（株）見本製作所", "試験商会", "有限会社表能ソフト", "架空ＡＢＣ工業"]
REMARKS = ["", "", "", "見本", "ｼｹﾝ note 12", "備考・備考", "100% (test)"]
ERA_STARTS = [("9", datetime.date(2019, 5, 1), 2019), ("7", datetime.date(1989, 1, 8), 1989),
              ("5", datetime.date(1926, 12, 25), 1926), ("3", datetime.date(1912, 7, 30), 1912),
              ("1", datetime.date(1868, 1, 25), 1868)]


def era_of(day):
    for era, start, base in ERA_STARTS:
        if day >= start:
            return era, day.year - base + 1
    raise ValueError(day)


def era_ymd(day):
    era, year = era_of(day)
    return era, "%02d%02d%02d" % (year, day.month, day.day)


def era_ym(year, month):
    era, number = era_of(datetime.date(year, month, 28) if (year, month) != (2019, 4) else datetime.date(2019, 4, 30))
    return era, "%02d" % number, "%02d" % month


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def chance(self, p):
        return self.r.random() < p

    def digits(self, low, high=None):
        length = self.r.randint(low, high or low)
        text = "".join(self.r.choice("0123456789") for _ in range(length))
        return text if text.strip("0") else "1".rjust(length, "0")

    def day(self, first, last):
        return first + datetime.timedelta(days=self.r.randint(0, (last - first).days))

    def my_number(self):
        body = self.digits(11)
        for last in "0123456789":
            if reference.my_number_fits((body + last).encode()):
                if self.chance(0.05):
                    last = str((int(last) + 1) % 10)
                return body + last
        raise AssertionError

    def flag(self, p=0.1):
        return "1" if self.chance(p) else ""

    def amount(self, number):
        text = str(number)
        if self.chance(0.08):
            text = text.zfill(self.r.randint(len(text), 7))
        return text

    # ---- whole files -------------------------------------------------

    def file(self):
        r = self.r
        self.kind = r.choice(["KPFD", "KPFD", "SHFD"])
        self.old = self.chance(0.3)
        if self.old:
            self.created = self.day(datetime.date(2020, 1, 6), datetime.date(2024, 12, 1))
        else:
            self.created = self.day(datetime.date(2024, 12, 2), datetime.date(2026, 7, 10))
        if self.chance(0.1):
            self.created = datetime.date(2024, 12, 1) if self.old else datetime.date(2024, 12, 2)
        if self.chance(0.03):
            self.old = not self.old  # a warning in acquisition records
        self.latest = min(self.created, datetime.date(2026, 6, 30))
        self.prefectures = sorted(p.decode() for p in reference.load_tables().prefectures)
        self.offices = []
        while len(self.offices) < r.choice([1, 1, 1, 2, 3, 5]):
            office = self.office_key()
            if office not in self.offices:
                self.offices.append(office)
        lines = [self.media(), "[kanri]"]
        lines.append(r.choice(["", "", "", "見本　太郎"]) + "," + self.count(len(self.offices)))
        lines += [self.office(office) for office in self.offices]
        lines.append("[data]")
        forms = [self.acquisition, self.loss, self.monthly, self.santei, self.bonus]
        if self.chance(0.6):
            forms = [r.choice(forms)]
        for _ in range(r.choice([1, 1, 2, 3, 5, 8, 15])):
            lines.append(",".join(r.choice(forms)()))
        if self.chance(0.05):
            lines.append(lines[-1])  # filed twice: a warning
        text = "\r\n".join(lines) + "\r\n"
        data = text.encode("shift_jis")
        if self.chance(0.02):
            data += b"\x1a"
        name = r.choice([self.kind + "0006.CSV", (self.kind + "0006.csv").lower(), "FILING%04d.CSV" % r.randint(0, 9999)])
        return name, data

    def count(self, number):
        return self.r.choice(["%03d", "%03d", "%d", "%02d"]) % number

    def symbol(self):
        if self.chance(0.5):
            return self.r.choice(["ｹｲﾄ", "ｱｲ", "ﾐﾎﾝ", "ｶ", "ﾃｽﾄ", "ｶﾞｷ"])
        return self.r.choice(["AB", "A1", "0001", "12", "xY9Z"])

    def office_key(self):
        prefecture = self.r.choice(self.prefectures) if not self.chance(0.02) else "99"
        district = "%02d" % self.r.randint(1, 98)
        return (prefecture, district, self.symbol(), self.digits(1, 5),
                self.r.choice([self.digits(1, 10), "A" + self.digits(3)]))

    def media(self):
        created = self.created.strftime("%Y%m%d")
        number = "%03d" % self.r.choice([1, 1, 2, 999])
        prefecture, district, symbol, _, union = self.offices[0]
        if self.kind == "KPFD":
            extra = [self.r.choice(["", "", "", "", "見本", "A1 ｱ"]) for _ in range(5)]
            return ",".join([union, number, created] + extra)
        if self.chance(0.2):
            return ",".join(["", "", self.digits(8), number, created, "22223"])
        return ",".join([prefecture, district, symbol, number, created, "22223"])

    def office(self, key):
        prefecture, district, symbol, number, union = key
        first = [union] if self.kind == "KPFD" else [prefecture, district, symbol, number]
        owner = self.name()[1]
        if self.chance(0.05):
            owner = owner.replace("　", self.r.choice([" ", ""]))  # a warning
        place = self.r.choice(PLACES)
        if self.chance(0.05):
            place = place.replace("１", "1")  # a warning
        return ",".join(first + [self.digits(3), self.digits(4), place, self.r.choice(COMPANIES), owner,
                                 self.digits(2, 5), self.digits(1, 4), self.digits(4, 5)])

    # ---- parts of a record -------------------------------------------

    def name(self):
        family, given = self.r.choice(FAMILY), self.r.choice(GIVEN)
        kana, kanji = family[0] + " " + given[0], family[1] + "　" + given[1]
        if self.chance(0.05):
            kana += " ｱﾝ"
        if self.chance(0.04):
            kanji += self.r.choice(["　", " ", "A", "?"])  # a warning
        if self.chance(0.02):
            kana = " " + kana  # a warning
        return kana, kanji

    def person(self, over_70=False, at=None):
        if over_70:
            birth = self.day(datetime.date(1930, 1, 1), datetime.date(1949, 12, 31))
        else:
            birth = self.day(datetime.date(1955, 1, 1), datetime.date(2005, 12, 31))
        if self.chance(0.03) and not over_70:
            birth = datetime.date(1989, 1, self.r.choice([7, 8]))
        if self.chance(0.03):
            birth = datetime.date(self.r.choice([1932, 1944] if over_70 else [1960, 1972, 1984, 2000]), 2, 29)
        kana, kanji = self.name()
        self.birth = birth
        return kana, kanji if self.chance(0.9) else "", *era_ymd(birth)

    def head(self, code, with_number):
        self.office_now = self.r.choice(self.offices)
        prefecture, district, symbol, number, _ = self.office_now
        return [code, prefecture, district, symbol] + ([number] if with_number else [])

    def union(self):
        if self.kind == "SHFD":
            return []
        return [self.office_now[4], self.digits(1, 7) if self.chance(0.9) else "",
                self.r.choice(["", "", "ｱ1", "項目"])]

    def insured(self, p=0.85):
        return self.digits(1, 6) if self.chance(p) else ""

    def pension_number(self, p):
        """Number of the pension scheme; in a KPFD file mostly left empty."""
        if not self.chance(p if self.kind == "SHFD" else 0.03):
            return ["", ""]
        return [self.digits(4), self.digits(6)]

    # ---- forms -------------------------------------------------------

    def acquisition(self):
        r = self.r
        over = self.chance(0.1)
        only = "1" if over and self.kind == "SHFD" and self.chance(0.5) else ""
        row = self.head("2200700", True) + [self.insured()] + list(self.person(over))
        acquired = self.day(max(datetime.date(2019, 4, 20), self.birth + datetime.timedelta(days=366)), self.latest)
        if over:
            at_70 = reference.add_years(self.birth, 70)
            acquired = max(acquired, min(at_70, self.latest))
            if acquired < at_70:
                over, only = False, ""
        if self.chance(0.03):
            acquired = self.latest
        category = "" if only else r.choice(["1", "1", "1", "3", "4", "6", "7"])
        if only:
            sex = ""
        elif category in ("3", "4"):
            sex = r.choice("12")
        elif category == "1":
            sex = r.choice("123567")
        else:
            sex = r.choice(["", "1", "5"])
        mine = self.my_number() if self.chance(0.6) else ""
        reason = note = ""
        address = ["", "", "", ""]
        if not mine:
            reason = r.choice(["", "", "1", "2", "3"])
            if reason == "3":
                note = r.choice(["理由あり", "ﾘﾕｳ 1"])
            address = [self.digits(3), self.digits(4), r.choice(PLACES_KANA), r.choice(PLACES + [""])]
            if reason == "1":
                address[:2] = ["999", "9999"]
            if self.chance(0.05):
                address[2] = address[2].replace("ﾐ", "?")  # a warning
        elif self.kind == "KPFD" and self.chance(0.1):
            address = [self.digits(3), self.digits(4), r.choice(PLACES_KANA), ""]  # warnings
        pension = ["", ""]
        if category not in ("3", "4"):
            pension = self.pension_number(0.5)
        cash, kind, total = self.money(True)
        row += [sex, category, mine, reason, note] + pension + list(era_ymd(acquired)) + [r.choice("01"), cash, kind, total]
        row += ["1" if over else "", self.flag(), self.flag(), self.flag(), r.choice(REMARKS)] + address + [only]
        if not self.old:
            row.append(self.flag(0.4))
        return row + self.union()

    def money(self, at_least_1000=False):
        r = self.r
        cash = r.choice([r.randint(50000, 900000), r.randint(50000, 900000), r.randint(1000, 9999999), 9999999])
        kind = r.choice([0, 0, 0, r.randint(0, 50000), r.randint(0, 9999999)])
        if self.chance(0.1) and not at_least_1000:
            cash, kind = 0, 0
        return self.amount(cash), self.amount(kind), self.amount(min(cash + kind, 9999999))

    def loss(self):
        r = self.r
        cause = r.choice(["4", "4", "4", "5", "7", "9", "11"])
        over = cause == "7" or self.chance(0.1)
        only = "1" if over and self.kind == "SHFD" and cause in ("4", "5", "9") and self.chance(0.5) else ""
        person = self.person(over)
        if cause == "7" and reference.add_years(self.birth, 75) > self.latest:
            cause = "9"
        first = datetime.date(2019, 4, 25)
        if cause == "7":
            first = max(first, reference.add_years(self.birth, 75))
        first = max(first, self.birth + datetime.timedelta(days=2))
        lost = self.day(first, max(self.latest, first))
        left = lost - datetime.timedelta(days=1)
        mine = self.my_number() if self.chance(0.6) else ""
        pension = ["", ""]
        if self.kind == "KPFD":
            pension = self.pension_number(0)
        elif not mine or self.chance(0.2):
            pension = [self.digits(4), self.digits(6)]
        row = self.head("2201700", True) + ["" if only else self.insured()] + list(person) + [mine] + pension
        row += ["", ""] if only else list(era_ymd(lost))
        row += [cause] + (list(era_ymd(left)) if cause in "45" else ["", ""])
        row += [self.flag(), self.flag(), r.choice(REMARKS), r.choice(["", "1", "02"]), r.choice(["", "1"])]
        ceased = ["", "", ""]
        if self.kind == "SHFD" and (only or (over and self.chance(0.3))):
            day = left if cause in "45" else lost
            ceased = ["1"] + list(era_ymd(day))
        row += ceased + [only]
        return row + self.union()

    def monthly(self):
        r = self.r
        over = self.chance(0.15)
        only = "1" if over and self.kind == "SHFD" and self.chance(0.5) else ""
        row = self.head("2221700", False) + ["" if only else self.insured()] + list(self.person(over))
        year, month = r.randint(2018, self.latest.year), r.randint(1, 12)
        if (year, month) == (2019, 5):
            month = 6
        months = [(month - 4 + i) % 12 + 1 for i in range(3)]
        short = self.flag(0.2)
        days = ["%02d" % r.randint(11 if short else 17, 31) for _ in range(3)]
        money = [self.money(True) for _ in range(3)]
        sums = [int(m[2]) for m in money]
        average = sum(sums) // 3
        corrected = self.amount(r.randint(1000, 900000)) if self.chance(0.1) else ""
        near = min(int(corrected or average), 1390000) // 1000
        row += list(era_ym(year, month)) + self.previous(year, near) + self.raises() + self.retroactive(months)
        row += ["%02d" % m for m in months] + days
        row += [m[0] for m in money] + [m[1] for m in money] + [m[2] for m in money]
        row += [self.amount(min(sum(sums), 9999999)), self.amount(average), corrected]
        row += self.over_70_numbers(over)
        row += ["1" if over else "", self.flag(), short, r.choice(["", "", "昇給", "kihon"]), self.flag(), r.choice(REMARKS), only]
        return row + self.union()

    def previous(self, year, near=None):
        standards = [58, 98, 200, 320, 650, 1390, 123]
        if near and self.chance(0.3):
            grades = reference.load_tables().grade_of_standard
            standards = sorted(grades, key=lambda standard: abs(standard - near))[:3]  # often a warning
        health = "%04d" % self.r.choice(standards) if self.chance(0.85) else ""
        pension = "%04d" % self.r.choice(standards) if self.chance(0.5) else ""
        return [health, pension] + list(era_ym(year - 1, self.r.choice([9, 9, 1, 12])))

    def raises(self):
        if self.chance(0.4):
            return ["%02d" % self.r.randint(1, 12), self.r.choice("12")]
        return ["", ""]

    def retroactive(self, months):
        if self.chance(0.15):
            return ["%02d" % self.r.choice(months), self.amount(self.r.randint(1, 99999))]
        if self.chance(0.03):
            return ["", "5000"]  # a warning
        return ["", ""]

    def over_70_numbers(self, over):
        """My number, pension office and serial of someone over 70."""
        if self.kind == "KPFD":
            return [self.my_number() if self.chance(0.02) else ""] + self.pension_number(0)
        if not over:
            return [""] + self.pension_number(0.05)
        if self.chance(0.6):
            return [self.my_number(), "", ""]
        return ["", self.digits(4), self.digits(6)]

    def santei(self):
        r = self.r
        over = self.chance(0.15)
        only = "1" if over and self.kind == "SHFD" and self.chance(0.5) else ""
        row = self.head("2225700", False) + ["" if only else self.insured()] + list(self.person(over))
        year = r.randint(2018, max(2018, self.latest.year))
        short, part = self.flag(0.15), self.flag(0.15)
        days = [r.choice([0, 10, 11, 14, 15, 16, 17, 20, 30, 31, r.randint(0, 31), 22, 22, 22]) for _ in range(3)]
        money = [self.money() for _ in range(3)]
        sums = [int(m[2]) for m in money]
        threshold = 17
        if short:
            threshold = 11
        elif part and max(days) < 17:
            threshold = 15
        counted = [s for s, d in zip(sums, days) if d >= threshold]
        flags = {no: "" for no in (44, 47, 48, 51)}
        if self.chance(0.25):
            flags[r.choice([44, 47, 48, 51])] = "1"
        if flags[44]:
            flags[44] = r.choice(["04", "0506", "06", "0405", "0404"])
        corrected = self.amount(r.randint(1000, 900000)) if self.chance(0.1) else ""
        if (any(flags.values()) or corrected) and len(counted) > 1 and self.chance(0.5):
            counted = r.sample(counted, r.randint(1, len(counted) - 1))
        total = min(sum(counted), 9999999)
        average = sum(counted) // len(counted) if counted else 0
        row += list(era_ym(year, 9)) + self.previous(year) + self.raises()
        row += self.retroactive([4, 5, 6]) + ["04", "05", "06"] + ["%02d" % d for d in days]
        row += [m[0] for m in money] + [m[1] for m in money] + [m[2] for m in money]
        row += [self.amount(total), self.amount(min(average, 9999999)), corrected]
        row += self.over_70_numbers(over)
        row += ["1" if over else "", flags[44], self.flag(), self.flag(), flags[47], flags[48], short, part,
                flags[51], r.choice(REMARKS), only]
        return row + self.union()

    def bonus(self):
        r = self.r
        over = self.chance(0.15)
        only = "1" if over and self.kind == "SHFD" and self.chance(0.5) else ""
        row = self.head("2265700", False) + ["" if only else self.insured()] + list(self.person(over))
        paid = self.day(datetime.date(2018, 3, 5), self.latest)
        cash = r.choice([r.randint(1000, 3000000), 9999999, 1000, 1999])
        kind = r.choice([0, 0, 0, 1, 999, r.randint(0, 9999999)])
        if cash + kind <= 9999999:
            total = (cash + kind) // 1000 * 1000
        else:
            total = 9999000 if self.chance(0.1) else 9999999
        row += list(era_ymd(paid)) + [self.amount(cash), self.amount(kind), self.amount(total)]
        row += self.over_70_numbers(over)
        row += ["1" if over else "", self.flag(), "%02d" % r.randint(1, 31) if self.chance(0.1) else "", only]
        return row + self.union()


def make(seed):
    return Maker(seed).file()


def main():
    parser = argparse.ArgumentParser(description="Write random valid filings.")
    parser.add_argument("output")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for number in range(options.count):
        name, data = make("%d/%d" % (options.seed, number))
        folder = os.path.join(options.output, "%05d" % number)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "wb") as stream:
            stream.write(data)


if __name__ == "__main__":
    main()
