"""Times the validation of AWS managed policies by Bailiwick and by parliament.

Makes a virtual environment of its own (bench/target/peers) with what requirements.txt pins, builds Bailiwick, and puts both to the
same documents in turns: in each round, for each document, first parliament, then Bailiwick. Prints medians over the rounds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
ENVIRONMENT = HERE.parent / "target" / "peers"
REQUIREMENTS = HERE / "requirements.txt"

# How often Bailiwick validates a document each time it is asked: once is too short for the clock, and for the pipe in between.
REPEAT = 20


def enter_environment() -> None:
    """Goes on in the virtual environment, which is made where it is missing or pins other versions."""
    if Path(sys.prefix).resolve() == ENVIRONMENT.resolve():
        return
    python = ENVIRONMENT / "bin" / "python"
    installed = ENVIRONMENT / "requirements.txt"
    if not installed.exists() or installed.read_text() != REQUIREMENTS.read_text():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS], check=True)
        installed.write_text(REQUIREMENTS.read_text())
    os.execv(python, [str(python), *sys.argv])


def build_bailiwick() -> str:
    """Builds the example `timings`, and says where it is."""
    command = ["cargo", "build", "--release", "--quiet", "--package", "bailiwick-validate", "--example", "timings"]
    command.append("--message-format=json-render-diagnostics")
    built = subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in built.stdout.splitlines()]
    return next(
        message["executable"]
        for message in messages
        if message["reason"] == "compiler-artifact" and message["target"]["name"] == "timings"
    )


def measure(timings: str, policies: list[tuple[str, str]], rounds: int) -> tuple[list[dict], list[str]]:
    """The times of each policy in nanoseconds, and the names of those that parliament does not take."""
    from parliament import analyze_policy_string

    bailiwick = subprocess.Popen(
        [timings, "validate", str(REPEAT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    times = {name: {"parliament": [], "bailiwick": []} for name, _ in policies}
    refused = set()
    # The first round loads what both load when they are first asked, and does not count.
    for turn in range(rounds + 1):
        for name, document in policies:
            start = time.perf_counter_ns()
            try:
                analyze_policy_string(document)
            except Exception:
                refused.add(name)
                continue
            theirs = time.perf_counter_ns() - start
            bailiwick.stdin.write(document + "\n")
            ours, _findings = bailiwick.stdout.readline().split("\t")
            if turn > 0:
                times[name]["parliament"].append(theirs)
                times[name]["bailiwick"].append(int(ours))
    bailiwick.stdin.close()
    bailiwick.wait()
    results = []
    for name, document in policies:
        if name in refused:
            continue
        theirs = statistics.median(times[name]["parliament"])
        ours = statistics.median(times[name]["bailiwick"])
        results.append(
            {"policy": name, "bytes": len(document), "parliament_ns": theirs, "bailiwick_ns": ours, "ratio": theirs / ours}
        )
    return results, sorted(refused)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policies", type=int, default=100, metavar="N", help="how many managed policies (100)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each is timed (5)")
    parser.add_argument("--each", action="store_true", help="print a line for each policy too")
    parser.add_argument("--json", action="store_true", help="print JSON, one line for each policy and one for all")
    arguments = parser.parse_args()
    enter_environment()
    timings = build_bailiwick()
    chosen = subprocess.run(
        [timings, "documents", str(arguments.policies)], check=True, stdout=subprocess.PIPE, text=True
    )
    policies = [tuple(line.split("\t", 1)) for line in chosen.stdout.splitlines()]
    results, refused = measure(timings, policies, arguments.rounds)

    columns = ("parliament_ns", "bailiwick_ns", "ratio")
    median = {column: statistics.median(result[column] for result in results) for column in columns}
    total = {column: sum(result[column] for result in results) for column in columns[:2]}
    total["ratio"] = total["parliament_ns"] / total["bailiwick_ns"]
    summary = {
        "policies": len(results),
        "rounds": arguments.rounds,
        "median": median,
        "total": total,
        "least_ratio": min(result["ratio"] for result in results),
        "refused_by_parliament": refused,
    }
    if arguments.json:
        for result in results:
            print(json.dumps(result))
        print(json.dumps(summary))
        return
    line = "{:<50} {:>14} {:>14} {:>9}".format
    print(line(f"{len(results)} policies, {arguments.rounds} rounds", "parliament µs", "bailiwick µs", "ratio"))
    rows = [(result["policy"], result) for result in results] if arguments.each else []
    for name, row in [*rows, ("median of the policies", median), ("all policies together", total)]:
        print(line(name[:50], f"{row['parliament_ns'] / 1e3:.1f}", f"{row['bailiwick_ns'] / 1e3:.1f}", f"{row['ratio']:.0f}×"))
    print(f"the least ratio of one policy: {summary['least_ratio']:.0f}×")
    if refused:
        print("not taken by parliament: " + ", ".join(refused))


if __name__ == "__main__":
    main()
