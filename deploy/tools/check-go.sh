#!/usr/bin/env bash
# Says in one sentence what to do when Go is missing or too old.
set -euo pipefail

wanted_minor=26
get='install Go 1.26 or newer from https://go.dev/dl/ and put it on your PATH'

if ! command -v go >/dev/null; then
	echo "Jansetu is built with Go, which is not installed: $get." >&2
	exit 1
fi
# Outside the repository, so that the answer is what is installed and nothing is downloaded to give it.
version=$(cd / && GOTOOLCHAIN=local go env GOVERSION)
if [[ $version =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] < wanted_minor)); then
	echo "The installed Go (${version#go}) is too old: $get." >&2
	exit 1
fi
