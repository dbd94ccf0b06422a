#!/bin/sh
# Writes ../Vectors/kafka.vectors.gz anew. KAFKA_HOME is an unpacked Apache Kafka distribution (4.3.1 at present).
set -eu
cd "$(dirname "$0")"
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac -d "$classes" -cp "$KAFKA_HOME/libs/*" ./*.java
java -cp "$classes:$KAFKA_HOME/libs/*" VectorWriter "$KAFKA_HOME" ../Vectors/kafka.vectors.gz
ls -l ../Vectors/kafka.vectors.gz
