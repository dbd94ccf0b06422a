"""table.py KAFKA_TESTS_HOME BASELINE_DIR REPORTS_DIR SUITE...: PASS, FAIL and NA by class, beside Kafka's own, then every
test that fails here and passes with Kafka."""
import collections
import pathlib
import sys


def load(path):
    tests = {}
    for line in path.read_text(errors="replace").splitlines() if path.exists() else []:
        fields = line.split("\t")
        if len(fields) >= 3 and fields[0] in ("PASS", "FAIL", "NA"):
            tests[fields[1]] = (fields[0], fields[3] if len(fields) > 3 else "")
    return tests


def by_class(tests):
    counts = collections.defaultdict(collections.Counter)
    for name, (status, _) in tests.items():
        counts[name.split("#")[0].split(" ")[0]][status] += 1
    return counts


def main(tests_home, baseline_dir, reports_dir, *suites):
    lost = []
    print("| class | PASS | FAIL | NA | Kafka: PASS | FAIL | NA |\n|---|--:|--:|--:|--:|--:|--:|")
    for suite in suites:
        kafka = load(pathlib.Path(tests_home) / "baseline-kafka-4.3.1" / f"{suite}.txt")
        kafka |= load(pathlib.Path(baseline_dir) / f"{suite}.txt")
        ours = load(pathlib.Path(reports_dir) / f"{suite}.txt")
        here, there = by_class(ours), by_class(kafka)
        for name in sorted(here):
            row = [here[name][s] for s in ("PASS", "FAIL", "NA")] + [there[name][s] for s in ("PASS", "FAIL", "NA")]
            print(f"| {name} | " + " | ".join(map(str, row)) + " |")
        lost += [(name, kafka.get(name, ("no baseline",))[0], why) for name, (status, why) in sorted(ours.items())
                 if status == "FAIL" and kafka.get(name, ("no baseline",))[0] != "FAIL"]
    print(f"\n{len(lost)} fail here that do not with Kafka:")
    for name, baseline, why in lost:
        print(f"- {name} (Kafka: {baseline}): {why}")


main(*sys.argv[1:])
