#!/bin/sh
# `make lock`: pins every dependency with the hashes of all its files, for every Python and platform we support.
# Pins that still fit are kept; `make lock UPGRADE=--upgrade` takes the newest. Uses the index that pip uses.
set -eu
cd "$(dirname "$0")/.."
upgrade=${1:-} # or --upgrade
python=$(sh requirements/python.sh)
work=$PWD/build/lock
mkdir -p "$work/tmp"
TMPDIR=$work/tmp PIP_NO_CACHE_DIR=1 UV_CACHE_DIR=$work/cache
export TMPDIR PIP_NO_CACHE_DIR UV_CACHE_DIR
"$python" -m venv --clear "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --no-input 'uv>=0.13'
index=${PIP_INDEX_URL:-$("$work/venv/bin/python" -m pip config get global.index-url 2>/dev/null || :)}
[ -z "$index" ] || { UV_DEFAULT_INDEX=$index; export UV_DEFAULT_INDEX; }

pin() { # SOURCE RESULT [OPTION...]
    source=$1 result=$2
    shift 2
    # shellcheck disable=SC2086 # an empty $upgrade is no argument
    "$work/venv/bin/uv" pip compile --quiet --no-config --system-certs --universal --python-version 3.11 --no-python-downloads \
        --python "$work/venv/bin/python" --generate-hashes --no-emit-index-url --no-annotate --no-header \
        --no-emit-package colorama $upgrade "$source" --output-file "$result" "$@" >/dev/null
}

pin requirements/build.in requirements/build.txt
pin pyproject.toml requirements/run.txt --constraint requirements/build.txt
pin pyproject.toml requirements/test.txt --extra test --extra train --constraint requirements/build.txt --constraint requirements/run.txt
if grep -n -e '://' -e '^-' requirements/build.txt requirements/run.txt requirements/test.txt; then
    echo 'lock: the lines above name a place; a lock file names packages and hashes only' >&2
    exit 1
fi
grep -c '==' requirements/build.txt requirements/run.txt requirements/test.txt
