#!/bin/sh
# Makes deploy/secrets once; what is already there is kept. Put an e-mail password into email_password if you have one.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
chmod 700 secrets # the directory guards the files: containers read them under other user ids

random() { LC_ALL=C tr -dc 'A-Za-z0-9' < /dev/urandom | head -c "$1"; }
keep() { # name, content
	[ -e "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"
	chmod 644 "secrets/$1"
}

keep secret_key "$(random 60)"
keep webhook_secret "$(random 40)"
keep email_password ""
keep metrics_token "$(random 40)"
for name in postgres owner app valkey; do keep "${name}_password" "$(random 32)"; done
keep database_url "postgres://portal_app:$(cat secrets/app_password)@postgres:5432/portal"
keep database_owner_url "postgres://portal_owner:$(cat secrets/owner_password)@postgres:5432/portal"
keep redis_url "redis://:$(cat secrets/valkey_password)@valkey:6379/0"
[ -e site.env ] || echo "# NAME=value, one a line: docs/deploy.md, Configure. DEFAULT_FROM_EMAIL=portal@town.example" > site.env
echo "deploy/secrets is complete; the site's own choices go into deploy/site.env."
