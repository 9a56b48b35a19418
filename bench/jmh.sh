#!/usr/bin/env bash
# What one step of a request costs (JMH). Needs JAVA_HOME, a JDK 25, and classes that are built (./mvnw -pl edge -am compile).
#
#   bench/jmh.sh SignedAccessBenchmark [-Dkey=EC]   the check of a signed URL or signed cookies: verified, and remembered
#   bench/jmh.sh FirewallBenchmark                  a web ACL with 50 rules, for a request that none of them blocks
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[[ $# -ge 1 && -f $here/$1.java ]] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version() { sed -n "s|.*<$1.version>\(.*\)</$1.version>.*|\1|p" "$here/../pom.xml"; }
for jar in org.openjdk.jmh:jmh-core:1.37 org.openjdk.jmh:jmh-generator-annprocess:1.37 \
  net.sf.jopt-simple:jopt-simple:5.0.4 org.apache.commons:commons-math3:3.6.1 org.jspecify:jspecify:1.0.1 \
  "com.google.re2j:re2j:$(version re2j)" "org.slf4j:slf4j-api:$(version slf4j)" \
  "com.maxmind.db:maxmind-db:$(version maxmind-db)"; do
  "$here/../mvnw" -q -f "$here/../pom.xml" -N org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
    -Dartifact="$jar" -DoutputDirectory="$work/lib"
done
classes="$here/../core/target/classes:$here/../edge/target/classes:$work/lib/*"
"$JAVA_HOME/bin/javac" -d "$work/classes" -cp "$classes" -processorpath "$(printf "%s:" "$work"/lib/*.jar)" "$here/$1.java"
"$JAVA_HOME/bin/java" -cp "$work/classes:$classes" org.openjdk.jmh.Main -jvmArgs "${2:--Dkey=RSA}" "$1" "${@:3}"
