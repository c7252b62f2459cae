#!/bin/sh
# Before `make test`: on Debian, as root, installs the packages of system.txt that are missing. No service is started,
# now or at the next boot, nothing is removed, and what cannot be installed only makes tests skip (except where CI=true).
# Elsewhere it says which are missing.
set -u
cd "$(dirname "$0")"
say() { printf '%s\n' "$*" >&2; }

wanted=$(sed 's/#.*//' system.txt)
if ! command -v dpkg-query >/dev/null 2>&1; then
    say "Not Debian: tests that need its $(echo $wanted) will skip."
    exit 0
fi

missing=''
for package in $wanted; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
    *' installed') ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
    say "Tests that need them will skip, not installed:$missing. Get them: sudo apt-get install$missing"
    exit 0
fi

# invoke-rc.d asks this file whether a service may be started: 101 says no. One that already says so stays.
policy=/usr/sbin/policy-rc.d
put_back() {
    rm -f "$policy"
    if [ -e "$policy.salver" ] || [ -L "$policy.salver" ]; then mv "$policy.salver" "$policy"; fi
}
if grep -q 'of salver' "$policy" 2>/dev/null; then put_back; fi # left by a run that was killed
answer=0
if [ -x "$policy" ]; then
    "$policy" any start >/dev/null 2>&1
    answer=$?
fi
if [ "$answer" != 101 ]; then
    trap put_back EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    if [ -e "$policy" ] || [ -L "$policy" ]; then mv "$policy" "$policy.salver"; fi
    printf '#!/bin/sh\n# of salver: while the packages of its tests are installed\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

install() {
    # shellcheck disable=SC2086 # a list of packages
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=1 \
        install -y --no-remove --no-install-recommends $missing </dev/null
}

say "Installing for the tests:$missing (no service is started) ..."
case "$missing" in
*' postfix'*) echo 'postfix postfix/main_mailer_type select Local only' | debconf-set-selections 2>/dev/null ;;
esac
report=$(install 2>&1 || { apt-get update </dev/null 2>&1 && install 2>&1; })
installed=$?
for service in postfix postsrsd dovecot; do # not at the next boot either
    case "$missing" in
    *" $service"*)
        deb-systemd-helper disable "$service.service" "$service.socket" >/dev/null 2>&1
        update-rc.d "$service" disable >/dev/null 2>&1
        ;;
    esac
done
[ "$installed" = 0 ] && exit 0
printf '%s\n' "$report" | tail -n 5 >&2
say "Could not install$missing; tests that need them will skip."
[ "${CI:-}" != true ]
