#!/bin/sh
# Makes what docker-compose.yml needs to be secret, once, in var/secrets: keys of the callers, with their hashes in
# credentials.json, and the password of MySQL. What is there stays as it is. Delete the folder for new ones
# (MySQL keeps the password of its first start in its volume).
set -eu
cd "$(dirname "$0")/.."
folder=var/secrets
if [ -e "$folder/credentials.json" ]; then
  echo "$folder is there already"
  exit 0
fi
umask 077
mkdir -p "$folder"
random() { openssl rand -hex 32; }
hash() { printf %s "$1" | openssl dgst -sha256 -r | cut -d' ' -f1; }

caller=$(random)
prometheus=$(random)
mysql=$(random)
printf %s "$caller" >"$folder/caller.key"
printf %s "$prometheus" >"$folder/prometheus.key"
cat >"$folder/credentials.json" <<JSON
[
  {
    "subject": "caller",
    "capabilities": ["act-as-any-viewer", "write-org", "write-assignments", "write-funds", "read-audit"],
    "keysSha256": ["$(hash "$caller")"]
  },
  {
    "subject": "prometheus",
    "capabilities": ["read-metrics"],
    "keysSha256": ["$(hash "$prometheus")"]
  }
]
JSON
printf 'PAGE_TOKEN_KEY=%s\n' "$(random)" >"$folder/tokens.env"
printf 'DATABASE_URL=mysql://finance:%s@mysql:3306/finance\n' "$mysql" >"$folder/database.env"
cat >"$folder/mysql.env" <<ENV
MYSQL_ROOT_PASSWORD=$(random)
MYSQL_DATABASE=finance
MYSQL_USER=finance
MYSQL_PASSWORD=$mysql
ENV
printf 'GF_SECURITY_ADMIN_PASSWORD=%s\n' "$(random)" >"$folder/grafana.env"
# These two are read by users of the containers; the folder is closed to others.
chmod 644 "$folder/credentials.json" "$folder/prometheus.key"
echo "made $folder; call with: authorization: Bearer \$(cat $folder/caller.key)"
