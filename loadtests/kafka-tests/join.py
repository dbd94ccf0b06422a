"""join.py WHOLE PART: what the report PART says of a test takes the place of what the report WHOLE says of it. A class that WHOLE
left unfinished, because a test hung, counts as finished when PART has all of it."""
import pathlib
import re
import sys

RESULT = re.compile(r"(PASS|FAIL|NA|SKIP)\t([^\t]*)")


def results(path):
    lines = path.read_text(errors="replace").splitlines()
    return {match[2]: line for line in lines if (match := RESULT.match(line))}


def class_of(test):
    return test.split("#")[0].split(" ")[0]


def main(whole, part):
    whole, newer = pathlib.Path(whole), results(pathlib.Path(part))
    classes = {class_of(test) for test in newer}
    older = {test: line for test, line in results(whole).items()
             if not (test.endswith("(rest of the class)") and class_of(test) in classes)}
    whole.write_text("\n".join((older | newer).values()) + "\n")


main(*sys.argv[1:])
