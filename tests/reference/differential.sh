#!/usr/bin/env bash
# differential.sh KPFD PYTHON FOLDER [COUNT [SEED]]: makes valid and damaged filings and holds the command against the
# reference reader, finding by finding.
set -euo pipefail
kpfd=$1 python=$2 folder=$3 count=${4:-2000} seed=${5:-20260731}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rm -rf "$folder"
mkdir -p "$folder"
"$python" "$here/make_valid.py" "$folder/valid" --count 300 --seed "$seed" >/dev/null
"$python" "$here/damage.py" "$folder/valid" "$folder/damaged" --count "$count" --seed "$seed" >/dev/null
for files in valid damaged; do
  "$python" "$here/compare.py" --kpfd "$kpfd" --scope all --as-of 2026-07-31 "$folder/$files"
done
rm -rf "$folder"
