# shellcheck shell=bash disable=SC2034
# Read by the other scripts: where the project is, and what they share.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
jobs="$(nproc 2>/dev/null || echo 2)"
readonly root jobs
cd "$root" || exit

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# The files of the project that match the given patterns of git, new ones included, one a line.
project_files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files --cached --others --exclude-standard --deduplicate -- "$@" |
      while IFS= read -r file; do [[ ! -f "$file" ]] || printf '%s\n' "$file"; done
  else
    local names=() pattern
    for pattern in "$@"; do names+=(-o -path "./$pattern"); done
    find . \( -name build -o -name .git \) -prune -o -type f \( "${names[@]:1}" \) -print | sed 's,^\./,,' | sort
  fi
}

# Configures a preset unless that was done; `cmake --build` does it again when a CMake file has changed.
configure() {
  [[ -f "build/$1/build.ninja" ]] || cmake --preset "$1"
}
