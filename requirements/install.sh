#!/bin/sh
# `make install`: builds .venv from the lock files, or says in one line what is missing and how to get it.
# usage: install.sh run|test     (test: what a user needs, and the test tools)
#
# A finished .venv bears a stamp of what it was made from; as long as that still holds, nothing is done. The test
# tools are added to a .venv that holds the rest. In all other cases .venv is made anew, and the old one comes back
# if the new one cannot be finished.
# Nothing is written outside the checkout, but for what python.sh may install.
set -eu
set_up=${1:?usage: install.sh run|test}
cd "$(dirname "$0")/.."
root=$(pwd -P)
venv=$root/.venv
before=$root/.venv.old

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# --- is there anything to do? -------------------------------------------------------------------------------------

stamp() { # run|test -> what .venv is made from: here, in this way, with these pins
    printf '%s\n' "$root"
    cksum requirements/install.sh requirements/build.txt "requirements/$1.txt"
}

made_for() { [ "$(cat "$venv/made-for-$1" 2>/dev/null)" = "$(stamp "$1")" ]; }

described() { [ "$(cat "$venv/made-for-project" 2>/dev/null)" = "$(cksum pyproject.toml)" ]; }

sound() {
    [ ! -e "$venv/unfinished" ] && [ -x "$venv/bin/salver" ] && "$venv/bin/python" -c 'import pip, pydantic' >/dev/null 2>&1
}

finished() { { made_for "$set_up" || made_for test; } && described && sound; } # the test set holds the run set

if finished; then exit 0; fi

[ -w "$root" ] || die "This user may not write to $root: run make as its owner."

# One at a time; the lock of a process that is no more does not count.
lock=$root/.venv.lock
while ! ln -s "$$" "$lock" 2>/dev/null; do
    kill -0 "$(readlink "$lock")" 2>/dev/null && sleep 1 || rm -f "$lock"
done
trap 'rm -f "$lock"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if finished; then exit 0; fi # by another, while we waited

# --- .venv --------------------------------------------------------------------------------------------------------

# The index, its certificate and proxy stay as this user's pip has them; what and where pip installs does not.
unset PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER PIP_NO_BINARY PIP_ONLY_BINARY PIP_NO_DEPS \
    PIP_EDITABLE PIP_REQUIREMENT PIP_CONSTRAINT PIP_PYTHON VIRTUAL_ENV
export PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONNOUSERSITE=1

pip() {
    verb=$1
    shift
    TMPDIR=$venv/tmp "$venv/bin/python" -m pip "$verb" --quiet --no-build-isolation "$@"
}

locked() { # install|download build|run|test ...: these versions, these bytes; sources are built with what build.txt brought
    verb=$1 set=$2
    shift 2
    pip "$verb" --require-hashes --use-pep517 -r "requirements/$set.txt" "$@" ||
        die "Could not $verb what requirements/$set.txt names (see above): is the package index within reach?"
}

project() {
    pip install --no-user --no-deps -e . || die "Could not install Salver itself: see above."
    cksum pyproject.toml >"$venv/made-for-project"
}

put_back() {
    if [ -e "$before" ] || [ -L "$before" ]; then
        rm -rf "$venv"
        mv "$before" "$venv"
    fi
    rm -f "$lock"
}

if made_for run && sound; then
    mkdir -p "$venv/tmp/test"
    if [ "$set_up" = test ] && ! made_for test; then
        say "Adding the test tools to .venv ..."
        locked download test --dest "$venv/tmp/test" # so that without a network .venv stays as it was
        : >"$venv/unfinished"
        locked install test --no-user --no-index --find-links "$venv/tmp/test"
    fi
    : >"$venv/unfinished"
    project
else
    python=$(sh requirements/python.sh)
    say "Making .venv with $("$python" -c 'import sys; print("Python %d.%d.%d" % sys.version_info[:3])'), $python ..."
    if [ -e "$before" ]; then # a run before this one was ended half-way
        rm -rf "$venv"
    elif [ -e "$venv" ] || [ -L "$venv" ]; then
        mv "$venv" "$before"
    fi
    trap put_back EXIT
    mkdir -p "$venv/tmp"
    : >"$venv/unfinished"
    TMPDIR=$venv/tmp "$python" -m venv "$venv" || die "Could not make .venv with $python: see above."
    locked install build --no-user
    locked install "$set_up" --no-user
    project
    stamp run >"$venv/made-for-run"
fi
if [ "$set_up" = test ]; then stamp test >"$venv/made-for-test"; fi
rm -rf "$venv/tmp" "$venv/unfinished"
rm -rf "$before"
