"""table.py KAFKA_BASELINE HERE REPORTS SUITE...: what passes, fails and does not apply, by class, beside Kafka's own; then the
tests that fail here and pass with Kafka, by the reason that HERE/explained.txt has for them, and why tests do not apply.
Kafka's results are those of KAFKA_BASELINE, and of HERE/baseline where that has the test. Exit code 1: one has no reason."""
import collections
import fnmatch
import pathlib
import re
import sys

STATUSES = ("PASS", "FAIL", "NA")
NO_BASELINE = ("no baseline", "")


def load(path):
    tests = {}
    for line in path.read_text(errors="replace").splitlines() if path.exists() else []:
        fields = line.split("\t")
        if len(fields) >= 3 and fields[0] in STATUSES:
            tests[fields[1]] = (fields[0], fields[3] if len(fields) > 3 else "")
    return tests


def load_all(folder):
    tests = {}
    for path in sorted(pathlib.Path(folder).glob("*.txt")):
        tests |= load(path)
    return tests


def method(name):
    """A test that does not apply is one line whatever its variants are."""
    return name.split(" {")[0]


def by_class(tests):
    counts = collections.defaultdict(collections.Counter)
    for name, (status, _) in tests.items():
        counts[name.split("#")[0].split(" ")[0]][status] += 1
    return counts


def short(reason):
    reason = re.sub(r"^\[[^]]*\] ", "", re.sub(r"^\[flaky\] ", "", reason))
    reason = re.sub(r"^(IN-JVM ONLY): (server plugin class)?.*", lambda m: "names a server's plugin class of the test jars"
                    if m[2] else "looks into the JVM that the tests expect the broker in", reason)
    return re.sub(r"^broker \d+ of \d+.*", "needs several brokers", reason)


def rows_of(ours, kafka):
    here, there = by_class(ours), by_class(kafka)
    return [(name, [here[name][s] for s in STATUSES] + [there[name][s] for s in STATUSES]) for name in sorted(here)]


def total(name, rows):
    return f"{name}: {len(rows)} classes", [sum(column) for column in zip(*(numbers for _, numbers in rows))] or [0] * 6


def print_table(title, rows):
    print(f"| {title} | PASS | FAIL | NA | Kafka: PASS | FAIL | NA |\n|---|--:|--:|--:|--:|--:|--:|")
    for name, numbers in rows:
        print(f"| {name} | " + " | ".join(map(str, numbers)) + " |")
    print()


def print_lost(ours, kafka, explained):
    by_reason, unexplained = collections.defaultdict(list), []
    lost = [(name, kafka.get(name, NO_BASELINE)[0], why) for name, (status, why) in sorted(ours.items())
            if status == "FAIL" and kafka.get(name, kafka.get(method(name), NO_BASELINE))[0] in ("PASS", "no baseline")]
    for name, baseline, why in lost:
        reason = next((r for pattern, r in explained if fnmatch.fnmatchcase(f"{name}: {why}", pattern)), None)
        if reason:
            by_reason[reason].append(name)
        else:
            unexplained.append((name, baseline, why))
    print(f"## What passes with Kafka and fails here: {len(lost)}")
    for reason, names in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        print(f"\n{reason} ({len(names)}):\n")
        for name in names:
            print(f"- {name}")
    if unexplained:
        print(f"\nNo reason is known ({len(unexplained)}):\n")
        for name, baseline, why in unexplained:
            print(f"- {name} (Kafka: {baseline}): {why}")
    return bool(unexplained)


def print_not_applicable(ours):
    reasons = collections.Counter(short(why) for status, why in ours.values() if status == "NA")
    print(f"\n## Why tests do not apply: {sum(reasons.values())}\n")
    for reason, count in reasons.most_common():
        print(f"- {reason} ({count})")


def main(kafka_baseline, here, reports, *suites):
    here, ours = pathlib.Path(here), {}
    by_suite = {suite: load(pathlib.Path(reports) / f"{suite}.txt") for suite in suites}
    for tests in by_suite.values():
        ours |= tests
    kafka = load_all(kafka_baseline) | load_all(here / "baseline")
    explained = [tuple(part.strip() for part in line.rsplit(" # ", 1))
                 for line in (here / "explained.txt").read_text().splitlines() if line and not line.startswith("#")]
    print("# Kafka 4.3.1's own tests\n\n"
          f"`loadtests/kafka-tests/run {' '.join(suites)} > FILE` makes this table; README.md says what it needs.\n")
    print_table("suite", [total(suite, rows_of(tests, kafka)) for suite, tests in by_suite.items()]
                + [total("all", rows_of(ours, kafka))])
    print_table("class", rows_of(ours, kafka))
    is_unexplained = print_lost(ours, kafka, explained)
    print_not_applicable(ours)
    return is_unexplained


sys.exit(main(*sys.argv[1:]))
