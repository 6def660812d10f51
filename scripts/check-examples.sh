#!/usr/bin/env bash
# Packs the package once, installs the tarball into a copy of every example as a user would, and builds and tests it there.
# Usage: scripts/check-examples.sh [EXAMPLE...]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
source "$root/scripts/packed.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tarball=$(pack "$work")
examples=("$@")
[ $# -gt 0 ] || mapfile -t examples < <(cd "$root/examples" && ls -d */ | tr -d /)
for example in "${examples[@]}"; do
  printf '\n-- examples/%s\n' "$example"
  cp -r "$root/examples/$example" "$work/$example"
  cd "$work/$example"
  rm -rf node_modules
  cp "$tarball" lastwill.tgz
  npm install --silent --prefer-offline --no-fund --no-audit
  npm run -s build
  npm test --silent
  # Apps on the last cdktf, which cdktn continues, must work as well.
  if grep -q '"cdktf": "npm:cdktn@' package.json; then
    printf '\n-- examples/%s with cdktf 0.21.0\n' "$example"
    sed -i 's/"cdktf": "npm:cdktn@[^"]*"/"cdktf": "0.21.0"/' package.json
    rm -rf node_modules package-lock.json
    npm install --silent --prefer-offline --no-fund --no-audit
    npm run -s build
    npm test --silent
  fi
done
printf '\n%d examples work with the packed tarball\n' "${#examples[@]}"
