#!/usr/bin/env bash
# Runs every fuzzer of the repository, one after the other, each for a time: fuzz.sh 5s [package folder]
# A fuzzer is found by its name in a test file: none has to be listed.
set -euo pipefail

time=$1
folder=${2:-.}
failed=()
count=0
while IFS=: read -r file name; do
	package=./$(dirname "$file")
	count=$((count + 1))
	if ! out=$(go test -run='^$' -fuzz="^$name\$" -fuzztime="$time" -parallel=2 -timeout=0 "$package" 2>&1); then
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
