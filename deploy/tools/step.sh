#!/usr/bin/env bash
# Says what is being done, does it, and says how long it took: step.sh "what" command [arguments]
set -euo pipefail

what=$1
shift
printf '== %s\n' "$what"
started=$SECONDS
if "$@"; then
	printf '   done in %d s\n' $((SECONDS - started))
else
	status=$?
	printf '   FAILED after %d s: %s\n' $((SECONDS - started)) "$what" >&2
	exit "$status"
fi
