#!/bin/sh
# Makes what docker-compose.yml needs to be secret, once, in var/secrets: keys of the callers, with their hashes in
# credentials.json, the keys of the audit log, and the passwords of MySQL. What is there stays as it is. Delete the folder for new ones
# (MySQL keeps the passwords of its first start in its volume, and the audit log needs the keys that sealed it).
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
owner=$(random)
service=$(random)
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
printf 'DATABASE_URL=mysql://finance:%s@mysql:3306/finance\n' "$owner" >"$folder/owner.env"
printf 'DATABASE_URL=mysql://finance_service:%s@mysql:3306/finance\n' "$service" >"$folder/database.env"
cat >"$folder/mysql.env" <<ENV
MYSQL_ROOT_PASSWORD=$(random)
MYSQL_DATABASE=finance
MYSQL_USER=finance
MYSQL_PASSWORD=$owner
FINANCE_SERVICE_PASSWORD=$service
ENV
# The last 32 bytes of an Ed25519 key in DER are the key.
openssl genpkey -algorithm ed25519 -outform DER -out "$folder/signing.der"
cat >"$folder/audit.env" <<ENV
AUDIT_SEAL_KEY=$(random)
AUDIT_SIGNING_KEY=$(tail -c 32 "$folder/signing.der" | openssl base64)
ENV
openssl pkey -inform DER -in "$folder/signing.der" -pubout -outform DER | tail -c 32 | openssl base64 >"$folder/audit-public.key"
rm "$folder/signing.der"
printf 'GF_SECURITY_ADMIN_PASSWORD=%s\n' "$(random)" >"$folder/grafana.env"
# These two are read by users of the containers; the folder is closed to others.
chmod 644 "$folder/credentials.json" "$folder/prometheus.key"
echo "made $folder; call with: authorization: Bearer \$(cat $folder/caller.key)"
