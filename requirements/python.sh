#!/bin/sh
# Prints the path of a Python (3.11 or newer) that can make virtual environments, or says in one line what is missing
# and how to get it. On Debian it installs what is missing itself, where it may do so without a password.
set -eu
unset PYTHONHOME PYTHONPATH

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

as_root() { # runs a command as root if that needs no password
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

may_be_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1; }; }

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=60 "$@" >/dev/null 2>&1 </dev/null
}

apt_install() { # Debian, Ubuntu: installs packages if this user may; nothing is removed for them
    command -v apt-get >/dev/null 2>&1 && may_be_root || return 1
    say "Installing $* (apt-get) ..."
    apt install -y --no-remove --no-install-recommends "$@" ||
        { apt update && apt install -y --no-remove --no-install-recommends "$@"; }
}

real_python() { # COMMAND -> the interpreter behind it (never one in a virtual environment), if it is new enough
    "$1" -c '
import os, sys
if sys.version_info >= (3, 11) and sys.implementation.name == "cpython":
    base = getattr(sys, "_base_executable", None)
    print(base if base and os.access(base, os.X_OK) else sys.executable)
' 2>/dev/null </dev/null
}

makes_venvs() { "$1" -c 'import ensurepip, venv; ensurepip.version()' >/dev/null 2>&1; }

candidates() { # what `python3` means here comes first; Homebrew's folders are looked into even if not on the PATH
    printf '%s\n' ${PYTHON:+"$PYTHON"} python3
    for version in 3.13 3.12 3.11 3.14; do
        printf '%s\n' "python$version" "/opt/homebrew/bin/python$version" "/usr/local/bin/python$version"
    done
    printf '%s\n' python
}

look_for_python() { # sets `python` to one that can make a virtual environment, else `bare` to one that cannot
    python='' bare=''
    while read -r name; do
        command -v "$name" >/dev/null 2>&1 || continue
        found=$(real_python "$name") && [ -n "$found" ] || continue
        if makes_venvs "$found"; then
            python=$found
            return 0
        fi
        bare=${bare:-$found}
    done <<LIST
$(candidates)
LIST
    return 0
}

how_to_get() {
    if [ "$(uname -s)" = Darwin ]; then
        echo "brew install python@3.13"
    elif command -v apt-get >/dev/null 2>&1; then
        echo "sudo apt-get install $*"
    elif command -v dnf >/dev/null 2>&1; then
        echo "sudo dnf install python3.12"
    else
        echo "from your system's packages"
    fi
}

look_for_python
if [ -z "$python" ] && [ -n "$bare" ]; then # Debian's python3 comes without what venv needs
    package=python$("$bare" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
    apt_install "$package" && look_for_python
    [ -n "$python" ] || die "Missing: the venv module of $bare. Get it: $(how_to_get "$package"), then run make again."
elif [ -z "$python" ]; then
    apt_install python3 python3-venv && look_for_python
    [ -n "$python" ] || die "Missing: Python 3.11 or newer. Get it: $(how_to_get python3 python3-venv), then run make again."
fi
echo "$python"
