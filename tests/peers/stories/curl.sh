#!/usr/bin/env bash
# curl against a sandbox: a public call, and a signed one whose signature openssl makes.
set -euo pipefail
read_box() { python3 -c "import json, os; box = json.loads(os.environ['SANDBOX']); print($1)"; }
rest=$(read_box "box['rest']")
key=$(read_box "box['keys']['spot']['key']")
secret=$(read_box "box['keys']['spot']['secret']")

curl -sS "$rest/0/public/Time"
echo

path=/0/private/Balance
nonce=$(date +%s)000
body="nonce=$nonce"
# API-Sign is HMAC-SHA512 of the path and SHA256(nonce + body), keyed with the decoded secret.
hexkey=$(printf %s "$secret" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
sign=$({ printf %s "$path"; printf %s "$nonce$body" | openssl dgst -sha256 -binary; } |
  openssl dgst -sha512 -mac HMAC -macopt "hexkey:$hexkey" -binary | openssl base64 -A)
curl -sS -H "API-Key: $key" -H "API-Sign: $sign" --data "$body" "$rest$path"
