"""What the fault suites stand on: the release program at the true time, its processes by name, and a tab whose every
request has a connection of its own, so that nothing is sent twice behind a test's back."""
import os
import signal
import sqlite3
import subprocess
import sys
import time

SRC = os.environ.setdefault("SRC", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
sys.path.insert(0, os.path.join(SRC, "tests", "blackbox"))

import gerbang  # noqa: E402
from gerbang import PATIENCE_S, check, code_of, equal, secret_on  # noqa: E402,F401

PROGRAM = os.path.join(os.environ.setdefault("BUILD", os.path.join(SRC, "build")), "gerbang")
ROOT = os.geteuid() == 0
KIND = "penyedia"     # two steps, no factor forced, Disable allowed: every road is open


class Live(gerbang.Server):
    """The clock is the machine's."""

    before = ()       # words before `gerbang serve`

    def __init__(self, program=PROGRAM):
        super().__init__(program)

    def clock(self, now_s):
        pass

    @property
    def now_s(self):
        return int(time.time())

    def start(self):
        if self.before:
            # a wrapper that the program is started by; what it starts is what we ask
            real, self.program = self.program, self.before[0]
            words = [*self.before[1:], real]
            popen = subprocess.Popen
            try:
                subprocess.Popen = lambda args, **more: popen([args[0], *words, *args[1:]], **more)
                return super().start()
            finally:
                subprocess.Popen, self.program = popen, real
        return super().start()

    def child(self, role):
        """The process id, 0 when there is none at this moment."""
        top = self.supervisor()
        try:
            with open("/proc/%d/task/%d/children" % (top, top), encoding="ascii") as f:
                pids = [int(p) for p in f.read().split()]
        except OSError:
            return 0
        for pid in reversed(pids):
            try:
                with open("/proc/%d/stat" % pid, encoding="ascii") as f:
                    name, rest = f.read().split("(", 1)[1].rsplit(")", 1)
            except OSError:
                continue
            if name == "gerbang-" + role and rest.split()[0] != "Z":
                return pid
        return 0

    def threads_of_connections(self):
        """Of web, while nobody asks anything: those that wait for connections, not for work."""
        pid, seen = self.child("web"), None
        for _ in range(1000):
            last, seen = seen, []
            for task in os.listdir("/proc/%d/task" % pid):
                with open("/proc/%d/task/%s/wchan" % (pid, task), encoding="ascii") as f:
                    if f.read().strip() in ("do_epoll_wait", "ep_poll"):
                        seen.append(task)
            if seen and seen == last:
                return seen
            time.sleep(0.01)
        raise AssertionError("nobody waits for connections")

    def supervisor(self):
        return self.process.pid

    def kill(self, role):
        """kill -9; false when there was nobody to kill."""
        pid = self.process.pid if role == "supervisor" else self.child(role)
        if not pid:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def ready(self):
        try:
            return Tab(self).get("/readyz").status == 200
        except OSError:
            return False

    def until_ready(self):
        if not until(self.ready):
            raise AssertionError("not ready again: " + self.words()[-2000:])

    def sql(self, text, *values):
        """A look that writes nothing and leaves no checkpoint behind."""
        c = sqlite3.connect("file:%s?mode=ro" % os.path.join(self.data, "gerbang.db"), uri=True, timeout=PATIENCE_S)
        try:
            return c.execute(text, values).fetchall()
        finally:
            c.close()


class Tab(gerbang.Browser):
    def ask(self, method, target, body=None, headers=None, cookies=True):
        self.close()
        try:
            return super().ask(method, target, body, headers, cookies)
        finally:
            self.close()


def until(what, seconds=PATIENCE_S):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = what()
        if answer:
            return answer
        time.sleep(0.005)
    return None


def tests_run(tests, names):
    """Runs each; prints as the suites do. A test that breaks has failed, whatever the reason."""
    failed = 0
    for f in tests:
        if names and not any(n in f.__name__ for n in names):
            continue
        try:
            f()
            print("ok " + f.__name__, flush=True)
        except Skip as why:
            print("ok %s # SKIP %s" % (f.__name__, why), flush=True)
        except Exception as why:  # pylint: disable=broad-except
            failed += 1
            print("not ok %s: %s: %s" % (f.__name__, type(why).__name__, " ".join(str(why).split())[:1500]), flush=True)
    return 1 if failed else 0


class Skip(Exception):
    pass
