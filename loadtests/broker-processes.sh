# Functions for the scripts beside this file: brokers as child processes and what they cost. Source it; it sets `root`.
# shellcheck shell=bash
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
RDKAFKA_PERFORMANCE="${RDKAFKA_PERFORMANCE:-$root/../shared/peers/librdkafka/rdkafka_performance}"
KAFKA_HOME="${KAFKA_HOME:-$root/../shared/peers/kafka}"
broker_pid=

fail() { echo "$(basename "$0"): $1" >&2; exit 1; }

perf() { # perf ARGUMENTS: rdkafka_performance, with the library that lies beside it
  LD_LIBRARY_PATH="$(dirname "$RDKAFKA_PERFORMANCE")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" "$RDKAFKA_PERFORMANCE" "$@"
}

require_perf() { [ -x "$RDKAFKA_PERFORMANCE" ] || fail "RDKAFKA_PERFORMANCE does not name librdkafka's load driver"; }

answers() { # answers PORT: does a broker answer ApiVersions there?
  local answer
  answer="$(exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" && printf '\0\0\0\12\0\22\0\0\0\0\0\52\377\377' >&3 &&
    timeout 2 head -c 10 <&3 | od -An -tx1 | tr -d ' \n')" || return 1
  [ "${answer:8:12}" = 0000002a0000 ]
}

await_broker() { # await_broker PORT LOG: for START_SECONDS (60) at most
  local tries seconds="${START_SECONDS:-60}"
  for ((tries = 0; tries < seconds * 10; tries++)); do
    answers "$1" && return 0
    kill -0 "$broker_pid" 2>/dev/null || { tail -20 "$2" >&2; fail "the broker ended while it started"; }
    sleep 0.1
  done
  fail "the broker did not answer within $seconds s"
}

build_logbroker() { "$root/logbroker" server --version >/dev/null; } # so that no start has to wait for it

start_logbroker() { # start_logbroker DIR PORT [key=value ...]: sets broker_pid
  local dir="$1" port="$2" sets=() pair; shift 2
  for pair in "$@"; do sets+=(--set "$pair"); done
  mkdir -p "$dir"
  ${BROKER_PREFIX:-} "$root/logbroker" server --data "$dir/data" --set "listeners=PLAINTEXT://127.0.0.1:$port" \
    --set "http.listeners=http://127.0.0.1:$((port + 1))" "${sets[@]}" >"$dir/broker.log" 2>&1 &
  broker_pid=$!
  await_broker "$port" "$dir/broker.log"
}

start_kafka() { # start_kafka DIR PORT [key=value ...]: sets broker_pid
  local dir="$1"
  mkdir -p "$dir"
  ${BROKER_PREFIX:-} "$KAFKA_HOME/bin/start-single" "$@" >"$dir/broker.log" 2>&1 &
  broker_pid=$!
  await_broker "$2" "$dir/broker.log"
}

stop_broker() {
  [ -n "$broker_pid" ] || return 0
  kill "$broker_pid" 2>/dev/null || true
  wait "$broker_pid" 2>/dev/null || true
  broker_pid=
}

create_topic() { # create_topic PORT TOPIC [--config key=value ...]
  local port="$1" topic="$2"; shift 2
  "$KAFKA_HOME/bin/kafka-topics.sh" --bootstrap-server "127.0.0.1:$port" --create --topic "$topic" --partitions 1 "$@" >/dev/null
}

cpu_seconds() { # cpu_seconds PID: user and system time of the process so far
  awk -v ticks="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%.2f", ($12 + $13) / ticks }' "/proc/$1/stat"
}

memory_mb() { # memory_mb PID FIELD: a field of /proc/PID/status such as VmRSS, in MB
  awk -v field="$2:" '$1 == field { printf "%.0f", $2 / 1024 }' "/proc/$1/status"
}
