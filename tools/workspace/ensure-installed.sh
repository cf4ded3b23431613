#!/bin/sh
# Installs the locked dependencies when they are missing or older than the lockfile, so that
# `npm start` and `npm test` work on a fresh clone. npm writes node_modules/.package-lock.json last,
# so an interrupted install is seen as missing.
set -eu
cd "$(dirname "$0")/../.."
mark=node_modules/.package-lock.json
if [ ! -f "$mark" ] || [ package-lock.json -nt "$mark" ]; then
  echo 'Installing dependencies (once, about a minute)…' >&2
  # Not `npm ci`: it refuses a lockfile that lacks other platforms' binaries, which not every registry mirror has.
  # `--no-save` installs what the lockfile pins and leaves it as it is.
  npm install --no-save --no-audit --no-fund --loglevel=error >&2
  touch "$mark"
fi
