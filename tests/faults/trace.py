"""strace on one process of the server: what it did in which order, and calls that are made to fail."""
import os
import re
import signal
import subprocess
import tempfile

from live import ROOT, Skip, check, until

LINE = re.compile(r"^(\d+) +(.*)$")


class Trace:
    """with Trace(server, "web", ["-e", "trace=..."]) as t: ...; t.calls() are the whole calls so far, in the order of their ends."""

    def __init__(self, server, role, options, tasks=()):
        """`tasks`: these threads alone; none: all."""
        if not ROOT:
            raise Skip("not root: the server's processes cannot be traced")
        self.pid = server.child(role)
        check(self.pid, "no " + role)
        fd, self.file = tempfile.mkstemp(prefix="trace-", dir=server.folder)
        os.close(fd)
        self.tasks = tasks
        whom = [w for t in tasks for w in ("-p", t)] if tasks else ["-f", "-p", str(self.pid)]
        self.words = ["strace", "-y", "-s", "400", "-o", self.file, *whom, *options]
        self.process, self.seen = None, 0

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not until(self.attached):
            self.__exit__()
            raise Skip("this machine does not let strace attach")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            # it may wait for ever for a thread of a process that died; while it does, that one cannot be reaped
            self.process.kill()
            self.process.wait()

    def attached(self):
        if self.process.poll() is not None:
            return True
        for task in self.tasks or os.listdir("/proc/%d/task" % self.pid):
            with open("/proc/%d/task/%s/status" % (self.pid, task), encoding="ascii") as f:
                if "TracerPid:\t0\n" in f.read():
                    return False
        return True

    def mark(self):
        self.seen = os.path.getsize(self.file)

    def calls(self):
        """[(thread, text of the whole call)] since the mark."""
        with open(self.file, "rb") as f:
            f.seek(self.seen)
            lines = f.read().decode("utf-8", "replace").splitlines()
        begun, whole = {}, []
        for line in lines:
            m = LINE.match(line)
            if not m:
                continue
            thread, text = m.groups()
            if text.endswith("<unfinished ...>"):
                begun[thread] = text[:-len("<unfinished ...>")]
                continue
            resumed = re.match(r"^<\.\.\. \w+ resumed>(.*)$", text)
            if resumed:
                text = begun.pop(thread, "") + resumed.group(1)
            whole.append((thread, text))
        return whole
