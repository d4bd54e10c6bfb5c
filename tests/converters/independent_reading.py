"""An accepted filing read once more, by other code than the converters: the specification's tables, Python's codec for
Shift_JIS and Python's calendar give the records that every writer has to give."""

import csv
import datetime
import os
import unicodedata

SPEC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference", "spec")

NAMES = {"2225700": "StandardRemuneration", "2221700": "MonthlyChange", "2265700": "Bonus", "2200700": "Acquisition",
         "2201700": "Loss"}
ERA_YEARS = {"1": 1867, "3": 1911, "5": 1925, "7": 1988, "9": 2018}
MEANINGS = {
    "raise_kind": {"1": "昇給", "2": "降給"},
    "sex_class": {"1": "男", "2": "女", "3": "坑内員", "5": "男（基金）", "6": "女（基金）", "7": "坑内員（基金）"},
    "acquisition_class": {"1": "健保・厚年", "3": "共済出向", "4": "船保任継"},
    "no_address_reason": {"1": "海外在住", "2": "短期在留", "3": "その他"},
    "has_dependents": {"0": "無", "1": "有"},
    "loss_cause": {"4": "退職等", "5": "死亡", "7": "75歳到達", "9": "障害認定", "11": "社会保障協定"},
}
WIDE = {"name_kana", "name_kanji", "address_kana", "address_kanji", "office_address", "office_name", "employer_name",
        "reserved"}
FLAGS = {"over_70", "two_or_more_offices", "monthly_change_planned", "joined_midway", "leave_of_absence",
         "short_time_worker", "part_timer", "annual_average", "over_70_only", "health_only", "rehired_after_retirement",
         "confirmation_card", "over_70_ceased"}
INTEGERS = {"raise_month", "retroactive_month", "first_payment_day", "cards_returned", "cards_not_returned"}
YEN = {"cash", "in_kind", "sum", "total", "average", "corrected_average", "retroactive_amount", "bonus_total"}
DAYS = {"birth", "paid", "acquired", "lost", "left", "ceased"}
MONTHS = {"applied", "revision", "previous_revision"}


def read_table(name):
    with open(os.path.join(SPEC, name), encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


FORMS = {form: read_table(form + ".csv") for form in NAMES}
PREFECTURES = {next(iter(row.values())): list(row.values())[1] for row in read_table("prefectures.csv")}
GRADES = read_table("grades.csv")

OFFICE_PLACE = ["postal_parent", "postal_child", "office_address", "office_name", "employer_name", "telephone_area",
                "telephone_exchange", "telephone_number"]
OFFICES = {"KPFD": ["union_office_number"] + OFFICE_PLACE,
           "SHFD": ["prefecture_code", "district_code", "office_symbol", "office_number"] + OFFICE_PLACE}
MEDIA = {"KPFD": ["union_office_number", "media_number", "creation_date"] +
                 ["union_media_item_%d" % i for i in range(1, 6)],
         "SHFD": ["prefecture_code", "district_code", "office_symbol", "media_number", "creation_date", None]}


def widen(text):
    """Half-width characters made full-width, sound marks joined."""
    kana = "".join(unicodedata.normalize("NFKC", run) if kind else run for kind, run in runs(text))
    out = ""
    for character in kana:
        if character == " ":
            out += "\u3000"
        elif character in "\"'":
            out += {"\"": "”", "'": "’"}[character]
        elif "!" <= character <= "~":
            out += chr(ord(character) + 0xFEE0)
        elif character in "\u3099\u309A":
            out += {"\u3099": "゛", "\u309A": "゜"}[character]
        else:
            out += character
    return out


def runs(text):
    """Runs of half-width kana, and what is between them."""
    found = []
    for character in text:
        kind = "\uFF61" <= character <= "\uFF9F"
        if found and found[-1][0] == kind:
            found[-1][1] += character
        else:
            found.append([kind, character])
    return found


def era_day(era, ymd):
    return datetime.date(ERA_YEARS[era] + int(ymd[:2]), int(ymd[2:4]), int(ymd[4:])).isoformat()


def era_month(era, year, month):
    return "%04d-%02d" % (ERA_YEARS[era] + int(year), int(month))


def value_of(key, text):
    base = key.rstrip("0123456789").rstrip("_") if key[-1:].isdigit() else key
    if key in WIDE:
        return {"text": widen(text), "original": text}
    if base in YEN:
        return int(text)
    if key in ("previous_health_standard", "previous_pension_standard"):
        return int(text) * 1000
    if key in INTEGERS or base in ("base_days", "pay_month"):
        return int(text)
    if key in FLAGS:
        return True
    if key == "prefecture_code":
        return {"code": text, "meaning": PREFECTURES[text]} if text in PREFECTURES else {"code": text}
    if key in MEANINGS:
        return {"code": text, "meaning": MEANINGS[key][text]} if text in MEANINGS[key] else {"code": text}
    return text


def fields(keys, cells, skip=()):
    """Keys and cells of a line => the members of its record."""
    told = {key: cell for key, cell in zip(keys, cells) if key and cell and key not in skip}
    record = {}
    for key in told:
        name, _, part = key.rpartition("_")
        if name in DAYS | MONTHS:
            if part == "era" and name in DAYS:
                ymd = told[name + "_ymd"]
                record[name] = {"date": era_day(told[key], ymd), "era": told[key], "ymd": ymd}
            elif part == "era":
                year, month = told[name + "_year"], told[name + "_month"]
                record[name] = {"month": era_month(told[key], year, month), "era": told[key], "ym": year + month}
            if part in ("era", "ymd", "year", "month"):
                continue
        if key == "creation_date":
            record[key] = "%s-%s-%s" % (told[key][:4], told[key][4:6], told[key][6:])
        elif key not in ("form_code", "my_number"):
            record[key] = value_of(key, told[key])
    return record


def grade_of(amount, column):
    for row in GRADES:
        low, below = int(row["from_yen"]), int(row["below_yen"] or 10 ** 12)
        if low <= amount < below:
            if column == "health_grade":
                return int(row["health_grade"]), int(row["standard_thousand_yen"]) * 1000
            if row["pension_grade"]:
                return int(row["pension_grade"]), int(row["standard_thousand_yen"]) * 1000
            return (1, 88000) if amount < 100000 else (32, 650000)
    raise AssertionError(amount)


def grade_of_standard(yen, column):
    for row in GRADES:
        if int(row["standard_thousand_yen"]) * 1000 == yen and row[column]:
            return int(row[column])
    return None


def computed(form, record):
    out = {}
    month = {"2225700": "applied", "2221700": "revision", "2265700": "paid", "2200700": "acquired", "2201700": "lost"}
    date = record.get(month[form])
    if date:
        out["effective_month"] = date.get("month") or date["date"][:7]
    if form == "2265700":
        bonus = min(record["cash"] + record["in_kind"], 9999999)
        out["bonus"] = bonus
        out["standard_bonus"] = bonus // 1000 * 1000
        out["health_standard_bonus"] = min(bonus // 1000 * 1000, 5730000)
        out["pension_standard_bonus"] = min(bonus // 1000 * 1000, 1500000)
    elif form != "2201700":
        amount = record["sum"] if form == "2200700" else record.get("corrected_average") or record["average"]
        schemes = ["health"] if record.get("health_only") else ["health", "pension"]
        if amount:
            out["remuneration"] = amount
            for scheme in schemes:
                out[scheme + "_grade"], out[scheme + "_standard"] = grade_of(amount, scheme + "_grade")
        if form != "2200700":
            for scheme in ("health", "pension"):
                before = record.get("previous_%s_standard" % scheme)
                grade = grade_of_standard(before, scheme + "_grade") if before else None
                if grade:
                    out["previous_%s_grade" % scheme] = grade
                    if scheme + "_grade" in out:
                        out[scheme + "_grade_change"] = out[scheme + "_grade"] - grade
    return out


def read(data):
    """The bytes of an accepted filing => its records as NDJSON has them, and its My Numbers."""
    if data.startswith(b"\xEF\xBB\xBF"):
        text = data[3:].decode("utf-8")
    else:
        try:
            text = data.decode("ascii")
        except UnicodeDecodeError:
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                text = data.decode("cp932")
    lines = text.rstrip("\x1A").split("\r\n")
    head = lines[0].split(",")
    kind = "SHFD" if len(head) == 6 else "KPFD"
    media = MEDIA[kind]
    if kind == "SHFD" and not head[0]:
        media = [None, None, "attorney_number", "media_number", "creation_date", None]
    records = [dict(fields(media, head), type="Media"),
               dict(fields(["reserved", "office_count"], lines[2].split(",")), type="Count")]
    secrets = []
    at = 3
    while lines[at] != "[data]":
        records.append(dict(fields(OFFICES[kind], lines[at].split(",")), type="Office", number=at - 2, line=at + 1))
        at += 1
    number = 0
    for at in range(at + 1, len(lines)):
        if not lines[at]:
            continue
        number += 1
        cells = lines[at].split(",")
        form = cells[0]
        table = FORMS[form]
        items = [row for row in table if kind == "KPFD" or row["scope"] != "union"]
        edition = "2018-03"
        if form == "2200700":
            edition = "2024-12"
            if len(cells) < len(items):
                edition = "2018-03"
                items = [row for row in items if row["key"] != "confirmation_card"]
        assert len(items) == len(cells), (form, len(items), len(cells))
        ignored = {row["key"] for row in items if kind == "KPFD" and row["scope"] == "pension"}
        record = fields([row["key"] for row in items], cells, ignored)
        record.update(computed=computed(form, record), type=NAMES[form], number=number, line=at + 1, edition=edition)
        records.append(record)
        told = dict(zip((row["key"] for row in items), cells))
        if told.get("my_number") and "my_number" not in ignored:
            secrets.append({"type": "MyNumber", "record": NAMES[form], "number": number,
                            "my_number": told["my_number"]})
    return records, secrets
