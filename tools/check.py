"""check: builds what the suites need, runs them, counts, and says `N passed, N failed` in its last line.

A suite is an executable file tests/suites/NN-name (any language), or tests/long/NN-name, which only
`./check long` runs. It is run in the repository's root and prints, a line per test,

    ok NAME
    not ok NAME: why
    skip NAME: why

to stdout; everything else it prints is shown when it fails. A suite that exits non-zero without any
`not ok`, that prints no test at all, or that is not done in time counts as one failure. Its environment:
SRC (the repository), TMP (a folder of its own, removed afterwards), BUILD (release), BUILD_CHECK (ASan and
UBSan, test clock), BUILD_FUZZ (clang, libFuzzer), BUILD_TSAN. What it needs stands in its first 15 lines:

    # needs: release check fuzz tsan node      (default: release check; `nothing` for none)
    # timeout: 300                             (seconds; default 600)

Suites may be named without their number; without names all of tests/suites run.
"""
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SRC = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOGS = os.path.join(SRC, "var", "check")
BUILDS = {"release": "build", "check": "build-check", "fuzz": "build-fuzz", "tsan": "build-tsan"}
LINE = re.compile(r"^(ok|not ok|skip)\b[ \t]*(?:\d+\b)?[ \t]*(?:- )?(.*)$")


class Suite:
    def __init__(self, folder, file):
        self.path = os.path.join(SRC, "tests", folder, file)
        self.name = re.sub(r"^\d+-", "", file)
        with open(self.path, encoding="utf-8") as f:
            head = [f.readline() for _ in range(15)]
        self.needs = self.directive(head, "needs", "release check").split()
        self.timeout_s = int(self.directive(head, "timeout", "600"))
        self.passed, self.failed, self.skipped = 0, [], []

    @staticmethod
    def directive(head, key, default):
        for line in head:
            m = re.match(r"^(?:#|//)\s*%s:\s*(.+?)\s*$" % key, line)
            if m:
                return m.group(1)
        return default


def suites_in(folder):
    top = os.path.join(SRC, "tests", folder)
    files = sorted(os.listdir(top)) if os.path.isdir(top) else []
    return [Suite(folder, f) for f in files
            if re.match(r"^\d+-[a-z0-9-]+$", f) and os.access(os.path.join(top, f), os.X_OK)]


def choose(names):
    usual, long = suites_in("suites"), suites_in("long")
    chosen = []
    for name in names:
        found = long if name == "long" else [s for s in usual + long if name in (s.name, os.path.basename(s.path))]
        if not found:
            print("check: no such suite: %s (there are: %s)" % (name, " ".join(s.name for s in usual + long)),
                  file=sys.stderr)
            sys.exit(2)
        chosen += [s for s in found if s not in chosen]
    return chosen if names else usual


def say(text):
    print(text, flush=True)


def build(need):
    """One build, once. The answer is None or why it failed."""
    started = time.monotonic()
    if need == "node":
        done = node_modules()
    else:
        done = subprocess.run(["bash", "-c", "set -eu; . tools/build.sh; build_%s" % need], cwd=SRC,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if done is not None and done.returncode != 0:
        say(done.stdout[-6000:])
        return "the %s build failed" % need
    say("# built: %s (%d s)" % (need, time.monotonic() - started))
    return None


def node_modules():
    """npm ci in tests/, when the lock file is not the one that is installed."""
    tests = os.path.join(SRC, "tests")
    lock = os.path.join(tests, "package-lock.json")
    stamp = os.path.join(tests, "node_modules", ".lock-sha256")
    with open(lock, "rb") as f:
        want = hashlib.sha256(f.read()).hexdigest()
    if os.path.exists(stamp) and open(stamp, encoding="ascii").read() == want:
        return None
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=tests,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode == 0:
        with open(stamp, "w", encoding="ascii") as f:
            f.write(want)
    return done


def environment(tmp):
    env = dict(os.environ, SRC=SRC, TMP=tmp, TMPDIR=tmp, LC_ALL="C.UTF-8", MALLOC_PERTURB_="165")
    for need, folder in BUILDS.items():
        env["BUILD" if need == "release" else "BUILD_" + need.upper()] = os.path.join(SRC, folder)
    env.setdefault("ASAN_OPTIONS", "detect_stack_use_after_return=1:strict_string_checks=1")
    env.setdefault("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1")
    env.setdefault("TSAN_OPTIONS", "halt_on_error=1:second_deadlock_stack=1")
    return env


def count(suite, line):
    m = LINE.match(line)
    if not m:
        return False
    kind, name = m.groups()
    if kind == "not ok":
        suite.failed.append(name)
        say("not ok %s: %s" % (suite.name, name))
    elif kind == "skip" or re.search(r"#\s*skip\b", name, re.I):
        suite.skipped.append(name)
        say("skip %s: %s" % (suite.name, name))
    else:
        suite.passed += 1
    return True


def stop_group(pid, sig):
    try:
        os.killpg(pid, sig)
    except (ProcessLookupError, PermissionError):
        pass


def run(suite):
    tmp = tempfile.mkdtemp(prefix="gb-")
    os.chmod(tmp, 0o755)  # the server's processes run under other users
    late = []
    with open(os.path.join(LOGS, suite.name + ".log"), "w", encoding="utf-8") as log:
        child = subprocess.Popen([suite.path], cwd=SRC, env=environment(tmp), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                 start_new_session=True)

        def give_up():
            late.append(1)
            stop_group(child.pid, signal.SIGTERM)
            time.sleep(2)
            stop_group(child.pid, signal.SIGKILL)

        def no_orphans():
            child.wait()
            time.sleep(0.2)
            stop_group(child.pid, signal.SIGKILL)  # what lives on would hold the pipe, and ports

        timer = threading.Timer(suite.timeout_s, give_up)
        timer.start()
        reaper = threading.Thread(target=no_orphans)
        reaper.start()
        other = []
        try:
            for line in child.stdout:
                log.write(line)
                if not count(suite, line.rstrip("\n")):
                    other.append(line)
            code = child.wait()
        finally:
            timer.cancel()
            stop_group(child.pid, signal.SIGKILL)
            reaper.join()
    shutil.rmtree(tmp, ignore_errors=True)
    why = None
    if late:
        why = "not done after %d s" % suite.timeout_s
    elif code != 0 and not suite.failed:
        why = "exit %d" % code
    elif not (suite.passed or suite.failed or suite.skipped):
        why = "ran no test"
    if why:
        suite.failed.append(why)
        say("not ok %s: %s" % (suite.name, why))
    if suite.failed and other:
        say("".join(other[-60:]).rstrip("\n"))


def main(args):
    if args and args[0] in ("-h", "--help"):
        print("usage: ./check [SUITE...]\n\nInstalls what is missing, builds and runs every suite, or the named ones"
              " (`long`: those that take hours).\nEnds with `N passed, N failed`; exit 1 on a failure.\n")
        print(__doc__)
        return 0
    chosen = choose([a for a in args if a != "--list"])
    if "--list" in args:
        print("\n".join(s.name for s in suites_in("suites") + suites_in("long")))
        return 0
    os.makedirs(LOGS, exist_ok=True)
    started, built = time.monotonic(), {"nothing": None}
    for suite in chosen:
        begun = time.monotonic()
        for need in suite.needs:
            if need not in built:
                built[need] = build(need)
        broken = [built[need] for need in suite.needs if built[need]]
        if broken:
            suite.failed.append("not run: " + broken[0])
            say("not ok %s: not run: %s" % (suite.name, broken[0]))
        else:
            run(suite)
        say("%s: %d passed, %d failed%s (%d s)" % (
            suite.name, suite.passed, len(suite.failed),
            ", %d skipped" % len(suite.skipped) if suite.skipped else "", time.monotonic() - begun)
            + ("; all it said: var/check/%s.log" % suite.name if suite.failed and not broken else ""))
    passed, failed = sum(s.passed for s in chosen), sum(len(s.failed) for s in chosen)
    say("# %d suites in %d s" % (len(chosen), time.monotonic() - started))
    say("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
