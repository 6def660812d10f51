#!/usr/bin/env bash
# Packs the package, lets the packed command write a project for each cloud, and installs, builds, tests and synthesizes
# it as a user would.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
source "$root/scripts/packed.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tarball=$(pack "$work")
mkdir "$work/tool"
(cd "$work/tool" && npm init -y >/dev/null && npm install --silent --prefer-offline --no-fund --no-audit "$tarball")
clouds=("$@")
[ $# -gt 0 ] || clouds=(aws azure)
for cloud in "${clouds[@]}"; do
  printf '\n-- lastwill init %s\n' "$cloud"
  "$work/tool/node_modules/.bin/lastwill" init "$cloud" "$work/new-$cloud" --package "file:$tarball"
  cd "$work/new-$cloud"
  npm install --silent --prefer-offline --no-fund --no-audit
  npm run -s build
  npm test --silent
  npm run -s keys
  npm run -s synth
done
printf '\nnew projects work with the packed tarball\n'
