"""What the suites of the command line and of the processes stand on: the release program, an installation in a folder
of its own, and the account that runs it (root, or nobody when we are root and want to be less)."""
import contextlib
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE_S = 30               # far more than anything takes; only a hang reaches it
FALLBACK = {"web": 64100, "vault": 64101, "courier": 64102, "lens": 64103}

CONF = """
organisation = "Layanan Contoh"
base_url = "http://localhost:%(port)d"
listen = {"127.0.0.1:%(port)d"%(more)s}
mail_dir = "mail"
type "pengguna" {
  factors = {"code"}
}
"""

folder = tempfile.mkdtemp(prefix="gerbang-", dir=os.environ.get("TMP"))
os.chmod(folder, 0o755)
program = os.path.join(folder, "gerbang")   # a copy: the repository may lie where other accounts cannot go
shutil.copy(os.path.join(os.environ["BUILD"], "gerbang"), program)
os.chmod(program, 0o755)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(what, seconds=PATIENCE_S):
    """What the function answers as soon as it is true; None when the patience ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = what()
        if answer:
            return answer
        time.sleep(0.01)
    return None


def alive(pid):
    """Not gone and not a zombie. While other threads of a dead process are ending they hold its descriptors."""
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z" or len(os.listdir("/proc/%d/task" % pid)) > 1
    except OSError:
        return False


class Installation:
    count = 0

    def __init__(self, account=None):
        """account: a name to run as, when we are root."""
        Installation.count += 1
        self.account = account
        self.home = os.path.join(folder, "home%d" % Installation.count)
        os.mkdir(self.home, 0o755)
        if account:
            who = pwd.getpwnam(account)
            os.chown(self.home, who.pw_uid, who.pw_gid)
        self.data = os.path.join(self.home, "data")
        self.conf = os.path.join(self.data, "gerbang.conf")
        self.port = free_port()
        self.before = []            # words before the program, when it serves
        self.process, self.log = None, os.path.join(self.home, "log")
        done = self.run("init", self.data)
        assert done.returncode == 0, done.stderr
        self.configure()

    def become(self, words):
        if not self.account:
            return words
        who = pwd.getpwnam(self.account)
        return ["setpriv", "--reuid", str(who.pw_uid), "--regid", str(who.pw_gid), "--clear-groups", *words]

    def configure(self, more="", extra=""):
        with open(self.conf, "w", encoding="utf-8") as f:
            f.write(CONF % {"port": self.port, "more": more} + extra)

    def run(self, *words, stdin=None, env=None):
        """As this installation's account; --data is added where a command wants it."""
        words = list(words) if words[0] in ("init", "config") else [*words, "--data", self.data]
        return subprocess.run(self.become([program, *words]), input=stdin, text=True, capture_output=True, timeout=PATIENCE_S,
                              env=env, check=False)

    def cli(self, *words, stdin=None):
        done = self.run(*words, stdin=stdin)
        assert done.returncode == 0, "%s: exit %d: %s" % (" ".join(words), done.returncode, done.stderr)
        return done.stdout

    def cli_json(self, *words):
        return json.loads(self.cli(*words, "--json"))

    def start(self, env=None, wait=True):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.become([*self.before, program, "serve", "-c", self.conf]), stdout=log, stderr=log,
                                            env=env, stdin=subprocess.DEVNULL, start_new_session=True)
        if wait:
            assert until(lambda: self.process.poll() is not None or self.ready()), "not ready: " + self.words()
            assert self.process.poll() is None, "ended: " + self.words()
        return self

    def words(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as f:
                return f.read()
        except OSError:
            return ""

    def ask(self, path, port=None, unix=None):
        c = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=PATIENCE_S)
        with contextlib.closing(c):
            if unix:
                c.sock = socket.socket(socket.AF_UNIX)
                c.sock.settimeout(PATIENCE_S)
                c.sock.connect(unix)
            c.request("GET", path, headers={"Host": "localhost:%d" % self.port})
            return c.getresponse().status

    def ready(self, port=None, unix=None):
        try:
            return self.ask("/readyz", port, unix) == 200
        except (OSError, http.client.HTTPException):
            return False

    def status(self):
        return self.cli_json("status")

    def children(self):
        s = self.status()
        return {role: s[role] for role in ("web", "vault", "courier", "lens")}

    def stop(self, sig=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(sig)
            self.process.wait(PATIENCE_S)
        return self.process.returncode if self.process else None

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


tests = []


def test(f):
    tests.append(f)
    return f


def main():
    """Runs what @test marked; words behind the suite's name choose tests whose names hold one of them."""
    names = sys.argv[1:]
    failed = 0
    for f in tests:
        if names and not any(n in f.__name__ for n in names):
            continue
        try:
            f()
            print("ok " + f.__name__, flush=True)
        except Skip as why:
            print("skip %s: %s" % (f.__name__, why), flush=True)
        except Exception as why:  # a test that breaks has failed, whatever the reason
            failed += 1
            print("not ok %s: %s: %s" % (f.__name__, type(why).__name__, " ".join(str(why).split())[:1500]), flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


class Skip(Exception):
    pass
