#!/usr/bin/env bash
# Packs the package and walks the tutorials of README.md with the tarball, from an empty folder to a watched device; then
# type-checks the project that came of it.
# Usage: scripts/check-tutorial.sh [CLOUD...]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
source "$root/scripts/packed.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
LASTWILL=$(pack "$work")
export LASTWILL
clouds=("$@")
[ $# -gt 0 ] || clouds=(aws azure)
for cloud in "${clouds[@]}"; do
  printf '\n-- tutorial %s\n' "$cloud"
  mkdir "$work/$cloud"
  (cd "$root" && node --import tsx scripts/check-tutorial.ts "$cloud" "$work/$cloud")
  (cd "$work/$cloud"/* && npm run -s build)
done
printf '\nthe tutorials work with the packed tarball\n'
