#!/bin/sh
# archive_command: keeps one finished piece of the write-ahead log. $1 its path, $2 its name; any failure is tried again.
set -eu
archive="${ARCHIVE:-/var/lib/postgresql/archive}/wal"
mkdir -p "$archive"
if [ -e "$archive/$2" ]; then
	cmp -s "$1" "$archive/$2" # the same piece a second time, after a crash: well; another under this name: never
	exit
fi
cp "$1" "$archive/$2.half"
sync "$archive/$2.half"
mv "$archive/$2.half" "$archive/$2"
