#!/usr/bin/env bash
# What the check of a signed URL or signed cookies costs (JMH): cold, when the signature is verified, and remembered. Needs
# JAVA_HOME, a JDK 25, and classes that are built (./mvnw -pl core compile).
#
#   bench/signed.sh [RSA|EC]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for jar in org.openjdk.jmh:jmh-core:1.37 org.openjdk.jmh:jmh-generator-annprocess:1.37 \
  net.sf.jopt-simple:jopt-simple:5.0.4 org.apache.commons:commons-math3:3.6.1 org.jspecify:jspecify:1.0.1; do
  "$here/../mvnw" -q -f "$here/../pom.xml" -N org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
    -Dartifact="$jar" -DoutputDirectory="$work/lib"
done
classes="$here/../core/target/classes:$work/lib/*"
"$JAVA_HOME/bin/javac" -d "$work/classes" -cp "$classes" -processorpath "$(printf "%s:" "$work"/lib/*.jar)" "$here/SignedAccessBenchmark.java"
"$JAVA_HOME/bin/java" -cp "$work/classes:$classes" org.openjdk.jmh.Main -jvmArgs "-Dkey=${1:-RSA}" SignedAccessBenchmark
