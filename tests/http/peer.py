"""A client that sends any bytes, and the server of http_server.c to send them to."""
import fcntl
import os
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import time

PATIENCE_S = 60  # far more than anything takes; only a hang reaches it


class Server:
    """http_server of a build folder; `args` as in http_server.c. The first --listen is given here."""

    def __init__(self, build, *args, listen="127.0.0.1:0", preexec=None, pass_fds=()):
        self.process = subprocess.Popen([os.path.join(build, "tests", "http", "http_server"), "--listen", listen, *args],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=preexec,
                                        pass_fds=pass_fds)
        self.where = []
        for line in self.process.stdout:
            word = line.decode().split()
            if word[0] == "ready":
                break
            self.where.append(word[1])
        else:
            raise RuntimeError("http_server did not start: " + self.process.stderr.read().decode())
        self.port = int(self.where[0]) if self.where[0].isdigit() else None

    def connect(self, address=None, family=socket.AF_INET):
        s = socket.socket(family, socket.SOCK_STREAM)
        s.settimeout(PATIENCE_S)
        if family != socket.AF_UNIX:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        s.connect(address or ("127.0.0.1", self.port))
        return Client(s)

    def ask(self, path):
        """One request on a connection of its own, through the unix socket if there is one; the body of the answer."""
        unix = self.where[-1].startswith("/")
        with self.connect(self.where[-1], socket.AF_UNIX) if unix else self.connect() as c:
            c.send(get(path, "Connection: close"))
            return c.answer().body.decode()

    def numbers(self, path):
        return {k: int(v) for k, v in (line.split() for line in self.ask(path).splitlines())}

    def wait_for(self, path, key, n):
        """Asks until the number is at least n: waiting for an event on the other side, not for time to pass."""
        end = time.monotonic() + PATIENCE_S
        while True:
            value = self.numbers(path)[key]
            if value >= n or time.monotonic() > end:
                return value

    def wait_down(self, path, key, n):
        """The same, until the number is at most n."""
        end = time.monotonic() + PATIENCE_S
        while True:
            value = self.numbers(path)[key]
            if value <= n or time.monotonic() > end:
                return value

    def forward(self, ms):
        self.ask("/clock?ms=%d" % ms)

    def resident_kib(self):
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))

    def cpu_ticks(self):
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def stop(self):
        """Exit code and stderr after SIGTERM; a sanitizer's report is in both."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            _, err = self.process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, err = self.process.communicate()
            return "hangs", err.decode(errors="replace")
        return self.process.returncode, err.decode(errors="replace")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


class Client:
    def __init__(self, s):
        self.socket, self.rest = s, b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def send_pieces(self, data, size):
        for i in range(0, len(data), size):
            self.socket.sendall(data[i:i + size])

    def hang_up_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Closes with a reset instead of an end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def wait_until_read(self):
        """Until the other side has taken all bytes out of its socket; on unix sockets only (unix(7), SIOCOUTQ)."""
        end = time.monotonic() + PATIENCE_S
        while struct.unpack("i", fcntl.ioctl(self.socket, termios.TIOCOUTQ, b"\0\0\0\0"))[0]:
            assert time.monotonic() < end, "never read"

    def more(self):
        try:
            piece = self.socket.recv(65536)
        except ConnectionResetError:
            piece = b""
        self.rest += piece
        return len(piece) > 0

    def ended(self):
        """True when the other side has closed and nothing more came."""
        return not self.rest and not self.more()

    def quiet(self):
        """True when nothing is there to be read at this moment."""
        return not self.rest and not select.select([self.socket], [], [], 0)[0]

    def answer(self, head=False):
        """The next answer, or None when the connection ended instead."""
        while b"\r\n\r\n" not in self.rest:
            if not self.more():
                return None
        top, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = top.decode("latin-1").split("\r\n")
        m = re.fullmatch(r"HTTP/1\.1 ([1-5]\d\d) [A-Za-z ]+", lines[0])
        if not m:
            raise AssertionError("not a status line: %r" % lines[0])
        headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            headers.setdefault(name.lower(), []).append(value)
        status = int(m.group(1))
        length = 0 if head or status in (100, 204, 304) else int(headers["content-length"][0])
        while len(self.rest) < length:
            if not self.more():
                return None
        body, self.rest = self.rest[:length], self.rest[length:]
        return Answer(status, headers, body)


def get(path, *headers, method="GET", version="1.1"):
    return ("%s %s HTTP/%s\r\nHost: a\r\n%s\r\n" % (method, path, version, "".join(h + "\r\n" for h in headers))).encode()


def post(path, body, *headers):
    return get(path, "Content-Length: %d" % len(body), *headers, method="POST") + body


class Tests:
    """Runs functions named by what they show; prints a line for each, as ./check reads them."""

    def __init__(self, prefix=""):
        self.prefix = prefix

    def run(self, name, function, *args):
        try:
            function(*args)
        except Exception as e:  # whatever goes wrong is a test that failed
            print("not ok %s%s: %s %s" % (self.prefix, name, type(e).__name__, e), flush=True)
        else:
            print("ok %s%s" % (self.prefix, name), flush=True)


def equal(got, want):
    if got != want:
        raise AssertionError("got %r, want %r" % (got, want))


def ends_clean(server):
    code, err = server.stop()
    lines = [line for line in err.splitlines() if "server." not in line]
    if code != 0 or lines:
        raise AssertionError("exit %s\n%s" % (code, err[:3000]))
