"""What black-box tests stand on: a real server with a hand-set clock, people with browsers, and a phone.

The server is the sanitizer build; it reads its time from a file (test_clock), so nothing here waits for a period to
pass. The phone is oathtool: codes never come from the project's own code.
"""
import functools
import html
import html.parser
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

START_S = 1795230000          # 21 November 2026, a round minute and a round step
PASSWORD = "empat kata contoh gerbang"
CAPTCHA = "12345"             # what a test build draws when it is told so
PATIENCE_S = 60               # far more than anything takes; only a hang reaches it

CONF = """
organisation = "LPSE Contoh"
issuer = "SPSE"
base_url = "http://localhost:%(port)d"
listen = {"127.0.0.1:%(port)d"}
trusted_proxies = {"127.0.0.1"}
return_to = {"portal.example.id"}
mail_dir = "mail"
captcha = "picture"
application "SPSE" { url = "https://portal.example.id/spse" }
helpdesk { email = "helpdesk@example.id" }
type "pelanggan" { captcha = "never" label_id = "Pelanggan" label_en = "Customer" layout = "one-page" terms = "each" mfa = "mandatory"
  factors = {"code"} devices_max = 3 }
type "penyedia" { captcha = "never" label_id = "Penyedia" label_en = "Supplier" layout = "two-step" terms = "footer" mfa = "optional"
  factors = {"code"} disable_allowed = true devices_max = 3 }
type "wajib" { captcha = "never" label_id = "Wajib" label_en = "Mandatory" layout = "two-step" terms = "footer" mfa = "mandatory"
  factors = {"code"} disable_allowed = true devices_max = 2 }
type "tetap" { captcha = "never" label_id = "Tetap" label_en = "Fixed" layout = "two-step" terms = "footer" mfa = "mandatory"
  factors = {"code"} disable_allowed = false devices_max = 1 }
type "lembar" { captcha = "never" label_id = "Lembar" label_en = "Slip" terms = "footer" mfa = "mandatory" factors = {"code"} first_enrol = "slip" }
type "lembar-bebas" { captcha = "never" label_id = "Bebas" label_en = "Free" terms = "footer" mfa = "optional" factors = {"code"} first_enrol = "slip" }
type "tunggu" { captcha = "never" label_id = "Tunggu" label_en = "Wait" terms = "footer" mfa = "mandatory" factors = {"code"}
  first_enrol = "quiet-period" quiet_hours = 2 }
type "kelak" { captcha = "never" label_id = "Kelak" label_en = "Later" terms = "footer" mfa = "mandatory-from" mfa_from = "2030-01-01"
  factors = {"code"} }
type "teka" { label_id = "Teka" label_en = "Puzzle" captcha = "always" terms = "footer" mfa = "off" factors = {"code"} }
type "teka-satu" { label_id = "Satu" label_en = "One" layout = "one-page" captcha = "always" terms = "footer" mfa = "off" factors = {"code"} }
type "sesudah" { label_id = "Sesudah" label_en = "After" captcha = "after-failures" terms = "footer" mfa = "off" factors = {"code"} }
"""


class Server:
    """One installation in a folder of its own."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="blackbox-", dir="/tmp")
        os.chmod(self.folder, 0o755)  # as root the server gives its privileges up and must still get in
        self.data = os.path.join(self.folder, "data")
        self.clock_file = os.path.join(self.folder, "clock")
        self.env = dict(os.environ, GERBANG_TEST_CLOCK=self.clock_file, GERBANG_TEST_CAPTCHA=CAPTCHA)
        self.clock(START_S)
        self.port = free_port()
        self.process, self.people = None, 0
        self.cli("init", self.data)
        with open(os.path.join(self.data, "gerbang.conf"), "w", encoding="utf-8") as f:
            f.write(CONF % {"port": self.port})

    def clock(self, now_s):
        self.now_s = now_s
        with open(self.clock_file + ".new", "w", encoding="ascii") as f:
            f.write("%d\n" % now_s)
        os.chmod(self.clock_file + ".new", 0o644)
        os.rename(self.clock_file + ".new", self.clock_file)

    def later(self, seconds):
        self.clock(self.now_s + seconds)

    def next_step(self):
        """To the beginning of the next step, so that a code was not used yet."""
        self.clock((self.now_s // 30 + 1) * 30)

    def cli(self, *args, stdin=None):
        words = [self.program, *args] if args[0] == "init" else [self.program, *args, "--data", self.data]
        done = subprocess.run(words, env=self.env, input=stdin, text=True, capture_output=True, timeout=PATIENCE_S, check=False)
        if done.returncode:
            raise AssertionError("%s: exit %d: %s" % (" ".join(words[1:]), done.returncode, done.stderr[-2000:]))
        return done.stdout

    def cli_json(self, *args):
        text = self.cli(*args, "--json").strip()
        if text.startswith("["):
            return json.loads(text)
        return [json.loads(line) for line in text.splitlines() if line]

    def start(self):
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen([self.program, "serve", "-c", os.path.join(self.data, "gerbang.conf")], env=self.env,
                                        stdout=self.log, stderr=self.log, start_new_session=True)
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                if Browser(self).get("/readyz").status == 200:
                    return self
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError("the server did not start: " + self.words()[-3000:])
            time.sleep(0.02)

    def words(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as f:
            return f.read()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode if self.process else None

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def person(self, kind, login=None, password=PASSWORD):
        """A new account; names are all of one length, so that pages are comparable."""
        self.people += 1
        login = login or "orang%05d" % self.people
        self.cli("user", "add", login, "--type", kind, "--email", login + "@example.id", "--name", "Nama " + login,
                 "--password-stdin", stdin=password + "\n")
        return login

    def audit(self, login):
        return self.cli_json("audit", "--user", login)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@functools.lru_cache(None)
def code_of(secret, at_s):
    done = subprocess.run(["oathtool", "--totp", "-b", "-N", "@%d" % at_s, secret], capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Page:
    def __init__(self, browser, method, target, status, headers, body):
        self.browser, self.method, self.target, self.status, self.headers, self.body = browser, method, target, status, headers, body
        self.text = body.decode("utf-8", "replace")

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def cookies_set(self):
        """name -> value of every Set-Cookie."""
        lines = [v for k, v in self.headers if k.lower() == "set-cookie"]
        return dict(line.split(";")[0].split("=", 1) for line in lines)

    @property
    def location(self):
        return self.header("location")

    def words(self):
        """What a person reads, tags gone."""
        text = re.sub(r"<(style|head)\b.*?</\1>", " ", self.text, flags=re.S)
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())

    def forms(self):
        reader = Forms()
        reader.feed(self.text)
        return reader.forms

    def form(self, action=None):
        for f in self.forms():
            if action is None and f["action"].split("?")[0] != "/signout" or action is not None and f["action"].split("?")[0] == action:
                return f
        raise AssertionError("no form %s on %s %s (%d): %s" % (action, self.method, self.target, self.status, self.words()[:400]))

    def __str__(self):
        return "%s %s: %d %s: %s" % (self.method, self.target, self.status, self.location or "", self.words()[:500])


class Forms(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms = []
        self.open = None

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.open = {"action": a.get("action", ""), "method": a.get("method", "get"), "fields": {}, "names": []}
            self.forms.append(self.open)
        elif self.open is not None and tag == "input" and a.get("name"):
            self.open["names"].append(a["name"])
            if a.get("type") not in ("checkbox", "radio", "submit"):
                self.open["fields"][a["name"]] = a.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None


class Browser:
    """A cookie jar on one keep-alive connection. It follows nothing by itself."""

    def __init__(self, server, **headers):
        self.server = server
        self.jar = {}
        self.headers = headers
        self.connection = None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def ask(self, method, target, body=None, headers=None, cookies=True):
        sent = {"Host": "localhost:%d" % self.server.port, "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0"}
        sent.update({k.replace("_", "-"): v for k, v in self.headers.items()})
        if cookies and self.jar:
            sent["Cookie"] = "; ".join("%s=%s" % p for p in self.jar.items())
        sent.update(headers or {})
        for attempt in (0, 1):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
            try:
                self.connection.request(method, target, body=body, headers={k: v for k, v in sent.items() if v is not None})
                answer = self.connection.getresponse()
                data = answer.read()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError, http.client.CannotSendRequest):
                self.close()
                if fresh or attempt:
                    raise
        page = Page(self, method, target, answer.status, answer.getheaders(), data)
        if answer.will_close:
            self.close()
        if cookies:
            self.keep(page)
        return page

    def keep(self, page):
        for line in (v for k, v in page.headers if k.lower() == "set-cookie"):
            name, value = line.split(";")[0].split("=", 1)
            if "max-age=0" in line.lower():
                self.jar.pop(name, None)
            else:
                self.jar[name] = value

    def get(self, target, **headers):
        return self.ask("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, target, fields, **headers):
        body = fields if isinstance(fields, (bytes, str)) else urllib.parse.urlencode(fields)
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        sent.update({k.replace("_", "-"): v for k, v in headers.items()})
        return self.ask("POST", target, body=body, headers=sent)

    def submit(self, page, action=None, **fields):
        form = page.form(action)
        return self.post(form["action"], {**form["fields"], **fields})

    def follow(self, page, most=5):
        while page.status == 303 and most:
            where = urllib.parse.urlsplit(page.location)
            if where.netloc and where.netloc != "localhost:%d" % self.server.port:
                return page
            page = self.get(urllib.parse.urlunsplit(("", "", where.path, where.query, "")))
            most -= 1
        return page

    # ---- the roads ---------------------------------------------------------------------------------------

    def to_password(self, kind, login, next_url=None):
        target = "/signin?type=" + kind + ("&next=" + urllib.parse.quote(next_url, safe="") if next_url else "")
        return self.submit(self.get(target), "/signin", user=login)

    def password(self, kind, login, password=PASSWORD, next_url=None):
        """Both layouts: the answer to the password."""
        if kind == "pelanggan":
            return self.submit(self.get("/signin?type=" + kind), "/signin", user=login, password=password, agree="1")
        page = self.follow(self.to_password(kind, login, next_url))
        return self.submit(page, "/signin/password", password=password)

    def enrol(self, page=None, device="HP saya"):
        """From the QR code to an active device; returns (secret, answer to the code)."""
        page = page or self.get("/signin/enrol")
        if not re.search(r"otpauth://", page.text):
            page = self.follow(self.submit(page))
        secret = secret_on(page)
        answer = self.submit(page, page.form(None)["action"], device=device, code=code_of(secret, self.server.now_s))
        return secret, answer

    def code(self, code):
        return self.submit(self.get("/signin/code"), "/signin/code", code=code)

    def sign_in(self, kind, login, secret=None, password=PASSWORD):
        """All the way; enrols when that is asked. Returns the secret."""
        page = self.password(kind, login, password)
        if page.status == 303 and page.location.startswith("/signin/enrol"):
            secret, page = self.enrol()
        elif page.status == 303 and page.location.startswith("/signin/code"):
            self.server.next_step()
            page = self.code(code_of(secret, self.server.now_s))
        if not self.signed_in():
            raise AssertionError("not signed in: %s" % page)
        return secret

    def signed_in(self):
        return "gerbang" in self.jar and self.get("/auth/check").status == 200


def secret_on(page):
    found = re.search(r"otpauth://totp/[^\"]*?secret=([A-Z2-7]+)", html.unescape(page.text))
    if not found:
        raise AssertionError("no otpauth: link on %s" % page)
    return found.group(1)


# ---- tests ------------------------------------------------------------------------------------------------

TESTS = []


def test(f):
    TESTS.append(f)
    return f


def check(fact, what=""):
    if not fact:
        raise AssertionError(what or "not so")


def equal(got, want, what=""):
    if got != want:
        raise AssertionError("%s: got %r, want %r" % (what, got, want))


def run(server, only=()):
    failed = 0
    for f in TESTS:
        if only and not any(word in f.__name__ for word in only):
            continue
        try:
            f(server)
            print("ok " + f.__name__, flush=True)
        except Exception as e:  # pylint: disable=broad-except
            failed += 1
            where = e.__traceback__
            while where.tb_next and where.tb_next.tb_frame.f_code.co_name != "check":
                where = where.tb_next
            line = "%s:%d" % (os.path.basename(where.tb_frame.f_code.co_filename), where.tb_lineno)
            print("not ok %s: %s (%s)" % (f.__name__, str(e).replace("\n", " ")[:1500] or type(e).__name__, line), flush=True)
        if server.process.poll() is not None:
            print("not ok the_server_stays_up: it ended during %s: %s" % (f.__name__, server.words()[-2000:].replace("\n", " ")))
            return 1
    return failed


def finish(server):
    """Nothing that a sanitizer or a panic said may be in the log."""
    code = server.stop()
    said = [line for line in server.words().splitlines()
            if re.search(r"AddressSanitizer|LeakSanitizer|runtime error:|ThreadSanitizer|panic", line)]
    if code != 0 or said:
        print("not ok the_server_ends_with_0_and_a_clean_log: exit %s %s" % (code, " ".join(said)[:1500]))
        sys.stderr.write(server.words()[-20000:])
    else:
        print("ok the_server_ends_with_0_and_a_clean_log")
    server.remove()
