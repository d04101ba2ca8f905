#!/usr/bin/env bash
# Puts a Temporal program at the given path: one that runs what is on the PATH when its server is new enough, else a build of the pinned one.
set -euo pipefail

target=$1
here=$(cd "$(dirname "$0")" && pwd)
min_minor=29 # server 1.29, as in command-line program 1.5

mkdir -p "$(dirname "$target")"
rm -f "$target"
if installed=$(command -v temporal); then
	if [[ $("$installed" --version 2>/dev/null) =~ Server\ 1\.([0-9]+)\. ]] && ((BASH_REMATCH[1] >= min_minor)); then
		echo "   using $installed"
		printf '#!/bin/sh\nexec %q "$@"\n' "$installed" >"$target"
		chmod +x "$target"
		exit 0
	fi
fi
absolute=$(cd "$(dirname "$target")" && pwd)/$(basename "$target")
cd "$here/temporal"
go build -buildvcs=false -ldflags='-s -w' -o "$absolute" github.com/temporalio/cli/cmd/temporal
