#!/usr/bin/env bash
# Runs every fuzzer of the repository, one after the other, each for a time: fuzz.sh 5s [package folder]
# A fuzzer is found by its name in a test file: none has to be listed.
set -euo pipefail

time=$1
folder=${2:-.}
failed=()
count=0

fuzz() { go test -run='^$' -fuzz="^$1\$" -fuzztime="$time" -fuzzminimizetime=1x -parallel=2 -timeout=0 "$2" 2>&1; }

# found tells whether a fuzzer found something. One whose time is over in the middle of an input fails without having found anything
# (golang/go#48591), and is run once more.
found() { [[ $1 != *"context deadline exceeded"* || $1 == *"Failing input written"* ]]; }

while IFS=: read -r file name; do
	package=./$(dirname "$file")
	count=$((count + 1))
	if ! out=$(fuzz "$name" "$package") && { found "$out" || ! out=$(fuzz "$name" "$package"); }; then
		printf '%s\n' "$out" >&2
		failed+=("$package $name")
	fi
done < <(grep -rhoE --with-filename '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' "${folder#./}" | sed -E 's/:func /:/; s#^\./##' | sort)
printf '   %d fuzzers, %s each\n' "$count" "$time"
if ((${#failed[@]})); then
	printf '   failed: %s\n' "${failed[@]}" >&2
	exit 1
fi
if ((count == 0)); then
	echo '   no fuzzer was found' >&2
	exit 1
fi
