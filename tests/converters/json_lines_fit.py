#!/usr/bin/env python3
"""Holds each line of documents of NDJSON against a JSON Schema.

Usage: json_lines_fit.py SCHEMA DOCUMENT...
"""

import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    if lines.pop() != "":
        raise SystemExit("the last line has no end")
    for number, line in enumerate(lines, 1):
        for error in validator.iter_errors(json.loads(line)):
            # Synthetic people only: values may be shown.
            raise SystemExit("line %d: %s" % (number, error.message))
    print("%d lines fit" % len(lines))
