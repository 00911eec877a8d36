#!/bin/sh
# A copy of the whole cluster to which `rewind` can go back; once a night. Keeps the newest $KEEP copies (7) and the log
# that they need, while PostgreSQL goes on working.
set -eu
archive="${ARCHIVE:-/var/lib/postgresql/archive}"
keep="${KEEP:-7}"
umask 077
mkdir -p "$archive/base" "$archive/wal"
rm -rf "$archive/base.half"
pg_basebackup --pgdata="$archive/base.half" --username="${PGUSER:-postgres}" --format=tar --gzip \
	--wal-method=fetch --checkpoint=fast --no-password
# Named after its end, from which on one can go back to any moment; the order of names is the order of time.
name="$(date -u +%Y%m%dT%H%M%SZ)"
mv "$archive/base.half" "$archive/base/$name"
ls "$archive/base" | sort -r | tail -n "+$((keep + 1))" | while read -r old; do rm -rf "$archive/base/${old:?}"; done
oldest="$(ls "$archive/base" | sort | head -n 1)"
first="$(tar -xzOf "$archive/base/$oldest/base.tar.gz" backup_label | sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p')"
pg_archivecleanup "$archive/wal" "$first"
echo "$archive/base/$name"
