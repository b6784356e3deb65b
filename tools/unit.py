"""unit: runs the meson tests of a build folder, two at a time, and prints `ok` lines for ./check.

    unit.py BUILD [SUITE]

A cmocka program prints a line per test (TAP); another program counts as one test, passed when it exits 0.
Each test gets a folder of its own in TMP and 240 s, or more where its meson.build says so. What may take long begins first,
so that nothing long runs alone at the end.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

BUILD = sys.argv[1]
SUITE = sys.argv[2] if len(sys.argv) > 2 else None
TAP = re.compile(r"^(ok|not ok) \d+ - (.*)$", re.M)


def tests():
    found = json.loads(subprocess.check_output(["meson", "introspect", "--tests", BUILD], text=True))
    found = [t for t in found if not SUITE or SUITE in [s.split(":")[-1] for s in t["suite"]]]
    return sorted(found, key=lambda t: -t["timeout"])


def one(test):
    tmp = tempfile.mkdtemp(prefix=re.sub(r"\W", "", test["name"])[:12] + "-", dir=os.environ.get("TMP"))
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP", TMP=tmp, TMPDIR=tmp, **test["env"])
    limit_s = max(240, test["timeout"])
    try:
        done = subprocess.run(test["cmd"], cwd=test["workdir"] or tmp, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit_s)
        code, out = done.returncode, done.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as late:
        code, out = -1, (late.stdout or b"").decode("utf-8", "replace") + "\nnot done after %d s\n" % limit_s
    except OSError as why:
        code, out = -1, str(why) + "\n"
    lines, bad = [], False
    for kind, name in TAP.findall(out):
        if kind == "not ok":
            bad = True
            lines.append("not ok %s.%s: see below" % (test["name"], name))
        else:
            lines.append("ok %s.%s" % (test["name"], name))
    if code != 0 and not bad:
        lines.append("not ok %s: exit %d" % (test["name"], code))
    elif not lines:
        lines.append("ok %s" % test["name"])
    if code != 0:
        lines += ["| " + line for line in TAP.sub("", out).splitlines()[-80:] if line.strip()]
    return lines


with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for done in concurrent.futures.as_completed([pool.submit(one, t) for t in tests()]):
        print("\n".join(done.result()), flush=True)
