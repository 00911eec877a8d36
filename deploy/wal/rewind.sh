#!/bin/sh
# Makes the stopped cluster as it was at a moment: rewind.sh "2026-11-22 10:15:00+08", or rewind.sh latest for all that
# was logged. PostgreSQL does the rest when it starts; the cluster of before is kept beside, as data.before-….
set -eu
target="${1:?the moment to go back to, such as \"2026-11-22 10:15:00+08\", or latest}"
archive="${ARCHIVE:-/var/lib/postgresql/archive}"
data="${PGDATA:?}"
say() { echo "$*" >&2; }

if [ -e "$data/postmaster.pid" ]; then
	say "PostgreSQL still runs on $data: stop it first. (After a crash, remove $data/postmaster.pid.)"
	exit 1
fi
wanted="99999999T999999Z"
if [ "$target" != latest ]; then
	case "$target" in *[+-][0-9][0-9] | *[+-][0-9][0-9]:[0-9][0-9] | *Z) ;; *)
		say "$target has no time zone; write it like \"2026-11-22 10:15:00+08\"."
		exit 1
		;;
	esac
	wanted="$(date -u -d "$target" +%Y%m%dT%H%M%SZ)"
	if [ "$(date -u -d "$target" +%s)" -gt "$(date +%s)" ]; then
		say "$target is still to come."
		exit 1
	fi
fi
chosen="$({ ls "$archive/base" 2>/dev/null; } | awk -v wanted="$wanted" '$0 <= wanted' | sort | tail -n 1)"
if [ -z "$chosen" ]; then
	say "There is no copy from before $target in $archive/base."
	exit 1
fi

half="$data.half"
rm -rf "$half"
mkdir -m 700 "$half"
tar -xzf "$archive/base/$chosen/base.tar.gz" -C "$half"
# What the log holds beyond its last archived piece; a crash leaves some.
for piece in "$data"/pg_wal/*; do
	name="$(basename "$piece")"
	case "$name" in *[!0-9A-F]* | "") continue ;; esac
	[ -e "$archive/wal/$name" ] || cp "$piece" "$half/pg_wal/$name"
done
{
	echo "restore_command = 'cp \"$archive/wal/%f\" \"%p\"'"
	if [ "$target" = latest ]; then
		echo "recovery_target_time = ''"
	else
		echo "recovery_target_time = '$target'"
	fi
	echo "recovery_target_action = 'promote'"
} >> "$half/postgresql.auto.conf"
touch "$half/recovery.signal"
before="$data.before-$(date -u +%Y%m%dT%H%M%SZ)"
mv "$data" "$before"
mv "$half" "$data"
say "Back to $target from the copy $chosen. Start PostgreSQL now; the former cluster is in $before."
