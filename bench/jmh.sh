#!/usr/bin/env bash
# What one step of a request costs (JMH). Needs JAVA_HOME, a JDK 25, and classes that are built (./mvnw -pl edge -am compile).
#
#   bench/jmh.sh SignedAccessBenchmark [-Dkey=EC]   the check of a signed URL or signed cookies: verified, and remembered
#   bench/jmh.sh FunctionBenchmark                  a run of a CloudFront Function, with a read from a key value store and without
#   bench/jmh.sh FunctionReads                      no benchmark: how long a function waits for a value of its key value store
#   bench/jmh.sh FunctionMemory                     no benchmark: resident memory with up to 500 functions
#   bench/jmh.sh FirewallBenchmark                  a web ACL with 50 rules, for a request that none of them blocks
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[[ $# -ge 1 && -f $here/$1.java ]] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/lib"
version() { sed -n "s|.*<$1.version>\(.*\)</$1.version>.*|\1|p" "$here/../pom.xml"; }
for jar in org.openjdk.jmh:jmh-core:1.37 org.openjdk.jmh:jmh-generator-annprocess:1.37 \
  net.sf.jopt-simple:jopt-simple:5.0.4 org.apache.commons:commons-math3:3.6.1 org.jspecify:jspecify:1.0.1 \
  "com.google.re2j:re2j:$(version re2j)" "org.slf4j:slf4j-api:$(version slf4j)" \
  "com.maxmind.db:maxmind-db:$(version maxmind-db)" "com.caoccao.javet:javet:$(version javet)" \
  "com.caoccao.javet:javet-v8-linux-x86_64:$(version javet)" "org.webjars.npm:acorn:$(version acorn)" \
  "com.fasterxml.jackson.core:jackson-databind:$(version jackson)" "com.fasterxml.jackson.core:jackson-core:$(version jackson)" \
  "com.fasterxml.jackson.core:jackson-annotations:$(version jackson-annotations)"; do
  IFS=: read -r group name number <<<"$jar"
  known=$HOME/.m2/repository/${group//.//}/$name/$number/$name-$number.jar
  # Maven takes three seconds for each.
  [[ -f $known ]] && cp "$known" "$work/lib" && continue
  "$here/../mvnw" -q -f "$here/../pom.xml" -N org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
    -Dartifact="$jar" -DoutputDirectory="$work/lib"
done
classes="$here/../core/target/classes:$here/../function/target/classes:$here/../edge/target/classes:$work/lib/*"
"$JAVA_HOME/bin/javac" -d "$work/classes" -cp "$classes" -processorpath "$(printf "%s:" "$work"/lib/*.jar)" "$here/$1.java"
if grep -q "void main(" "$here/$1.java"; then
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Xmx64m -cp "$work/classes:$classes" "dev.perigee.function.$1"
  exit
fi
"$JAVA_HOME/bin/java" -cp "$work/classes:$classes" org.openjdk.jmh.Main \
  -jvmArgs "--enable-native-access=ALL-UNNAMED ${2:--Dkey=RSA}" "$1" "${@:3}"
