#!/usr/bin/env bash
# Sourced by the checks of the package: pack DIR puts the tarball into DIR and says where it is.
pack() {
  local root
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  (cd "$root" && printf '%s/%s\n' "$1" "$(npm pack --silent --pack-destination "$1" | tail -1)")
}
