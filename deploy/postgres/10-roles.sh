#!/bin/sh
# Runs once, when the database is made: the two roles of the portal (SEC-5). The owner migrates, the application serves.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
	--set owner_password="$(cat /run/secrets/owner_password)" --set app_password="$(cat /run/secrets/app_password)" <<'SQL'
CREATE ROLE portal_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE portal_app LOGIN PASSWORD :'app_password';
ALTER DATABASE portal OWNER TO portal_owner;
SQL
