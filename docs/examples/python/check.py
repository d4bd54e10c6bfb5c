"""Checks filings: check.py YYYY-MM-DD FILE...; - is standard input. Exit status: 0 all good, 1 errors, 2 unchecked."""

import sys

import kpfd


def main(date, names):
    status = 0
    with kpfd.Engine(check_date=date, language="en") as engine:
        for name in names:
            if name == "-":
                result = engine.check_stream(iter(lambda: sys.stdin.buffer.read(4096), b""))
            else:
                result = engine.check_path(name)
            for finding in result.findings:
                print("  line %d item %d %s [%s] %s" % (finding.line, finding.item, finding.severity, finding.rule, finding.message))
            if result.verdict == "unchecked":
                print("%s: unchecked (%s)" % (name, result.reason))
                status = 2
                continue
            print("%s: %s (errors %d, warnings %d)" % (name, result.verdict, result.summary["errors"], result.summary["warnings"]))
            if result.verdict != "accept" and status == 0:
                status = 1
    return status


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: check.py YYYY-MM-DD FILE...")
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except kpfd.Error as error:
        print(error, file=sys.stderr)
        sys.exit(2)
