"""What `import igitt` costs, against `import requests`, in fresh interpreters.

Target: at most 1.3 times the time and the memory, and neither `jwt` nor `cryptography` nor the sandbox loaded.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile

from measure import table

#: Loaded only when something is used that needs it.
LATE = ("jwt", "cryptography", "werkzeug", "vcr", "dateutil", "igitt.testing", "igitt.github", "igitt.gitlab")
CASES = {
    "import requests": "import requests",
    "import igitt": "import igitt",
    "a client of GitHub": "import igitt; igitt.GitHub('x')",
    "both clients": "import igitt; igitt.GitHub('x'); igitt.GitLab('x')",
    "and an issue": "import igitt; igitt.GitHub('x').get_repo('a/b').get_issue(1)",
}
_PROBE = """
import json, resource, sys, time
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
{statement}
taken = time.perf_counter() - began
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([taken, grown, [name for name in {late!r} if name in sys.modules]]))
"""


def probe(statement: str, compiled: str) -> tuple[float, int, list[str]]:
    """Seconds, growth of the resident memory (in the system's unit), and which of the late modules got loaded.

    Args:
        statement: what to run.
        compiled: the folder where bytecode is kept.
    """
    # An environment may forbid bytecode, and compiling is not what is measured here.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
    code = _PROBE.format(statement=statement, late=LATE)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment)  # noqa: S603 - this interpreter
    taken, grown, loaded = json.loads(run.stdout)
    return taken, grown, loaded


def main(times: int = 15) -> None:
    """Measure and print."""
    found = {name: [] for name in CASES}  # type: dict[str, list[tuple[float, int, list[str]]]]
    with tempfile.TemporaryDirectory() as compiled:
        for number in range(times + 1):
            for name, statement in CASES.items():
                run = probe(statement, compiled)
                if number:  # the first one compiles
                    found[name].append(run)
    base = found["import requests"]
    rows = []
    for name, runs in found.items():
        seconds = statistics.median(run[0] for run in runs)
        time_ratio = seconds / statistics.median(run[0] for run in base)
        memory_ratio = statistics.median(run[1] for run in runs) / statistics.median(run[1] for run in base)
        loaded = ", ".join(runs[0][2]) or "-"
        rows.append([name, f"{1000 * seconds:.0f}", f"{time_ratio:.2f}", f"{memory_ratio:.2f}", loaded])
    table("Import", ["", "ms", "time, ratio", "memory, ratio", "loaded"], rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
