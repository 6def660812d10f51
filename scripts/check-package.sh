#!/usr/bin/env bash
# Packs the package, installs the tarball into an empty CDK app as a user would, type-checks and synthesizes it
# there, and starts the installed command.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
source "$root/scripts/packed.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"
tarball=$(pack "$work")
if tar -tzf "$tarball" | grep -E '^package/(certificates|\.lastwill|test|node_modules)/|\.pem$|\.csr$|^package/dist/test/'; then
  echo 'the tarball holds files that it must not hold' >&2
  exit 1
fi
npx publint "$tarball" --strict
version() { node -p "require('./package.json').devDependencies['$1']"; }
cdk=$(version aws-cdk-lib) constructs=$(version constructs) cli=$(version aws-cdk) typescript=$(version typescript) node_types=$(version @types/node)
mkdir "$work/app"
cp -r "$root/scripts/package-check/." "$work/app"
cd "$work/app"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit "$tarball" "aws-cdk-lib@$cdk" "constructs@$constructs" "aws-cdk@$cli" "typescript@$typescript" "@types/node@$node_types"
npx tsc
npx lastwill --help >/dev/null
npx lastwill keys pump7 >/dev/null
npx cdk synth -q --no-notices
node check.js
echo 'the packed tarball works in an empty CDK app'
