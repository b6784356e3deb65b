"""Every secret that passes is known here; then everything that comes out of the server is searched for it: log, audit,
letters, files, pages, arguments, and the memory of the processes a second later."""
import base64
import os
import re
import subprocess
import sys
import time
import urllib.parse

import canary_doors as doors
import live
from live import KIND, ROOT, Live, Skip, Tab, check, code_of, equal, secret_on, tests_run, until

PASSWORD = "KanariBenar-51c0de-xyzzy-plugh"
WRONG = "KanariSalah-7f3a91-frobozz-gnusto"
FRESH = "KanariBaru-e4b207-wumpus-zorkmid"
SETUP = "KanariTautan-9d1f66-rezrov-nitfol"
NIK = "3174092803917265"
TESTS = []


def test(f):
    TESTS.append(f)
    return f


class Known:
    """What must not be found, by kind. Passwords never stand on a page; the others in their own place only."""

    def __init__(self):
        self.kinds = {"password": {PASSWORD, WRONG, FRESH, SETUP}, "NIK": {NIK}}

    def add(self, kind, value):
        self.kinds.setdefault(kind, set()).add(value)

    def seed(self, text):
        raw = base64.b32decode(text)
        self.add("seed", text)
        self.add("seed", " ".join(text[i:i + 4] for i in range(0, len(text), 4)))
        self.kinds.setdefault("raw seed", set()).update((raw, raw.hex(), base64.b64encode(raw).decode()))

    def found_in(self, data, but=()):
        """[(kind, value, place)]"""
        hits = []
        for kind, values in self.kinds.items():
            if kind in but:
                continue
            for value in values:
                value = value if isinstance(value, bytes) else value.encode()
                if value not in data:
                    continue
                edge = rb"(?<![0-9])%s(?![0-9])" if kind in ("code", "captcha") else rb"%s"
                hits += [(kind, value, m.start()) for m in re.finditer(edge % re.escape(value), data)]
        return hits


known, pages = Known(), []


class Watched(Tab):
    """Notes every cookie and token that is handed out, and keeps every page."""

    def ask(self, *args, **more):
        page = super().ask(*args, **more)
        for value in page.cookies_set().values():
            if len(value) == 43:
                known.add("cookie", value)
        for form in page.forms():
            if len(form["fields"].get("csrf", "")) == 43:
                known.add("csrf", form["fields"]["csrf"])
        pages.append(page)
        return page


def code_for(s, secret, last=[0]):  # pylint: disable=dangerous-default-value
    step = max(s.now_s // 30, last[0] + 1)
    while step > s.now_s // 30 + 1:
        time.sleep(0.2)
    last[0] = step
    code = code_of(secret, step * 30)
    known.add("code", code)
    return code


def to_password(s, login):
    tab = Watched(s)
    return tab, tab.follow(tab.submit(tab.get("/signin?type=" + KIND), "/signin", user=login))


def everything_passes(s):
    """All roads on which a secret travels, well and badly."""
    login = "kanari00001"
    words = s.cli("user", "add", login, "--type", KIND, "--email", login + "@example.id", "--name", "Nama Kanari", "--nik", NIK)
    link = re.search(r"/setup\?t=([\w-]{20,})", words)
    check(link, words)
    known.add("set-up token", link.group(1))
    tab = Watched(s)
    page = tab.get(link.group(0))
    page = tab.submit(page, "/setup", new=SETUP, again=SETUP + "x")
    equal(tab.submit(page, "/setup", new=SETUP, again=SETUP).status // 100 in (2, 3), True)
    s.cli("user", "set-password", login, "--password-stdin", stdin=PASSWORD + "\n")

    tab, page = to_password(s, login)
    page = tab.submit(page, "/signin/password", password=WRONG)
    equal(page.status, 422)
    # in an address, where nobody should put it
    Tab(s).get("/nowhere?user=" + PASSWORD)
    equal(tab.submit(page, "/signin/password", password=PASSWORD).location, "/home")
    tab.submit(tab.get("/home"), "/account/mfa/enrol/begin")
    page = tab.get("/account/mfa/enrol")
    secret = secret_on(page)
    known.seed(secret)
    wrong = "%06d" % ((int(code_of(secret, s.now_s)) + 271828) % 1000000)
    known.add("code", wrong)
    page = tab.submit(page, page.form(None)["action"], device="HP", code=wrong)
    equal(page.status, 422)
    equal(tab.submit(page, page.form(None)["action"], device="HP", code=code_for(s, secret)).status, 303)

    tab, page = to_password(s, login)
    page = tab.follow(tab.submit(page, "/signin/password", password=PASSWORD))
    page = tab.submit(page, "/signin/code", code=wrong)
    equal(page.status, 422)
    equal(tab.submit(page, "/signin/code", code=code_for(s, secret)).status, 303)
    page = tab.submit(tab.get("/account/password"), "/account/password", current=WRONG, new=FRESH, again=FRESH)
    equal(page.status, 422)
    equal(tab.submit(page, "/account/password", current=PASSWORD, new=FRESH, again=FRESH).status, 303)
    page = tab.get("/account/confirm?next=/home")
    tab.submit(page, "/account/confirm", password=WRONG, code=wrong)
    equal(tab.submit(tab.get("/account/mfa"), "/account/mfa/disable").status, 303)
    for path in ("/", "/home", "/account/log", "/account/devices", "/account/sessions", "/account/mfa", "/terms", "/nowhere?t=" + "x" * 43):
        tab.get(path)
    check(tab.get("/auth/check").status == 200)
    tab.submit(tab.get("/home"), "/signout")
    the_other_doors(s)
    # a broken request that carries a secret is spoken about, too
    tab = Watched(s)
    tab.jar["gerbang"] = next(iter(known.kinds["cookie"]))
    tab.post("/signin/password", "password=" + PASSWORD + "&csrf=%ff")
    tab.ask("POST", "/signin", body="user=" + PASSWORD, headers={"Content-Type": "text/plain"})
    return login


def the_other_doors(s):
    """Recovery codes, slips, captchas and passkeys."""
    who = s.person(KIND, password=doors.PASSWORD)
    tab = Watched(s)
    tab.submit(doors.at_password(s, tab, KIND, who), "/signin/password", password=doors.PASSWORD)
    tab.submit(tab.get("/home"), "/account/mfa/enrol/begin")
    page = tab.get("/account/mfa/enrol")
    secret = secret_on(page)
    known.seed(secret)
    equal(tab.submit(page, page.form(None)["action"], device="HP", code=code_for(s, secret)).status, 303)
    doors.passkeys(s, known, lambda: Watched(s))
    doors.captchas(s, known, lambda: Watched(s))
    doors.slips(s, known, lambda: Watched(s))
    doors.recovery_codes(s, known, lambda: Watched(s), who, secret, code_for)


s = None
LOGIN = None


def none(hits, where):
    check(not hits, "%s: %s" % (where, sorted({(k, v[:60]) for k, v, _ in hits})))


@test
def no_secret_stands_in_the_log():
    none(known.found_in(s.words().encode()), "the log")


@test
def no_secret_stands_in_the_audit_or_what_the_command_line_prints():
    for words in (["audit"], ["audit", "--json"], ["audit", "--user", LOGIN], ["user", "list"], ["user", "show", LOGIN],
                  ["user", "show", LOGIN, "--json"], ["device", "list", LOGIN], ["device", "list", LOGIN, "--json"]):
        none(known.found_in(s.cli(*words).encode()), "gerbang " + " ".join(words))


@test
def no_secret_stands_in_a_file_of_the_data_directory():
    looked = 0
    for folder, _, names in os.walk(s.data):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as f:
                none(known.found_in(f.read(), but=("code", *doors.STORED) if name.startswith("gerbang.db") else ()), name)
            looked += 1
    check(looked >= 5, "%d files" % looked)


@test
def codes_stand_in_no_column_of_the_database_and_captchas_in_their_own():
    tables = [r[0] for r in s.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
    for table in tables:
        for row in s.sql('SELECT * FROM "%s"' % table):
            for value in row:
                if isinstance(value, (str, bytes)):
                    none(known.found_in(value if isinstance(value, bytes) else value.encode(),
                                        but=[k for k, own in doors.STORED.items() if own == table]), table)


@test
def letters_were_written_and_hold_no_secret():
    folder = os.path.join(s.data, "mail")
    until(lambda: len(os.listdir(folder)) >= 3, 20)
    names = os.listdir(folder)
    check(len(names) >= 3, names)
    for name in names:
        with open(os.path.join(folder, name), "rb") as f:
            data = f.read()
        decoded = b"".join(base64.b64decode(m.group(0)) for m in re.finditer(rb"(?m)(?:^[A-Za-z0-9+/]{40,76}=*\r?$\n?)+", data))
        none(known.found_in(data) + known.found_in(decoded), name)


@test
def no_password_code_or_nik_comes_back_on_a_page():
    for p in pages:
        none(known.found_in(p.body, but=("cookie", "csrf", "seed", "raw seed", "set-up token", *doors.KINDS)), "%s %s" % (p.method, p.target))


@test
def seeds_stand_only_on_the_activations_page():
    for p in pages:
        if not p.target.startswith("/account/mfa/enrol"):
            none(known.found_in(p.body, but=("cookie", "csrf", "set-up token", *doors.KINDS)), "%s %s" % (p.method, p.target))


@test
def cookies_stand_in_no_page_and_no_address():
    for p in pages:
        none(known.found_in(p.body, but=("csrf", "seed", "set-up token", "code", *doors.KINDS)), "%s %s" % (p.method, p.target))
        for name, value in p.headers:
            if name.lower() != "set-cookie":
                none(known.found_in(value.encode("latin-1"), but=("code", "set-up token")), "%s of %s" % (name, p.target))


@test
def recovery_codes_stand_on_the_page_that_makes_them_alone_and_slips_and_captchas_on_none():
    others = [k for k in known.kinds if k not in doors.KINDS]
    for p in pages:
        own = {("POST", "/account/recovery-codes"): ["recovery code"]}.get((p.method, p.target), [])
        if p.target.endswith("/options"):
            own = ["challenge", "credential"]
        none(known.found_in(p.body, but=others + own), "%s %s" % (p.method, p.target))
        if "recovery code" in own:      # or this search means nothing
            check(len({v for k, v, _ in known.found_in(p.body) if k == "recovery code"}) >= 10, "not found where they stand")


@test
def no_secret_stands_in_arguments_or_environments():
    for pid in [s.supervisor()] + [s.child(r) for r in ("web", "vault", "courier", "lens")]:
        for what in ("cmdline", "environ"):
            try:
                with open("/proc/%d/%s" % (pid, what), "rb") as f:
                    none(known.found_in(f.read()), "%s of %d" % (what, pid))
            except PermissionError:
                pass


# ---- memory ------------------------------------------------------------------------------------------------------


PIECE = 1 << 16
ZEROS = bytes(PIECE)


def touched(mem, begin, end):
    """What is not all zeros: most of a stack or an arena never was anything else."""
    piece, first = b"", begin
    for at in range(begin, end, PIECE):
        try:
            mem.seek(at)
            read = mem.read(min(PIECE, end - at))
        except OSError:
            read = b""
        if read == ZEROS[:len(read)]:
            if piece:
                yield first, piece
            piece, first = b"", at + PIECE
        else:
            piece += read
    if piece:
        yield first, piece


def memory_of(pid):
    """(name of the map, bytes), piece by piece."""
    with open("/proc/%d/maps" % pid, encoding="ascii") as maps, open("/proc/%d/mem" % pid, "rb", buffering=0) as mem:
        for line in maps:
            m = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)", line)
            if "w" not in m.group(3) or m.group(4).startswith("[v"):
                continue
            begin, end = int(m.group(1), 16), int(m.group(2), 16)
            for at, data in touched(mem, begin, end):
                yield at, m.group(4), data


# in rows of the database, so in its pages, which the process may keep
STORED_OPENLY = ("challenge", "credential")


def held(role, but=()):
    if not ROOT:
        raise Skip("not root: memory cannot be read")
    pid = s.child(role) if role != "supervisor" else s.supervisor()
    hits, most = [], 0
    for begin, name, data in memory_of(pid):
        most += len(data)
        for kind, value, at in known.found_in(data, but):
            if kind in STORED_OPENLY:
                continue
            if kind == "captcha" and not data[max(0, at - 8):at] == b"captcha=":
                continue
            if kind == "code" and not re.search(rb"code=?$", data[max(0, at - 5):at]) and data[at + 6:at + 7] not in (b"\0", b"&"):
                continue
            hits.append("%s %r in %s+%x: %r" % (kind, value, name or "anonymous", at, data[max(0, at - 40):at + 60]))
    check(most > 1 << 16, "only %d bytes were read" % most)
    return hits


def forgets(role, but=()):
    """Within one second; arenas and buffers are wiped when the answer is sent."""
    end = time.monotonic() + 1
    while True:
        last = time.monotonic() > end
        hits = held(role, but)
        if not hits or last:
            break
        time.sleep(0.1)
    check(not hits, "%d: %s" % (len(hits), " ;; ".join(hits[:6])))


@test
def web_forgets_every_secret():
    """memory"""
    forgets("web")


@test
def the_courier_the_lens_and_the_supervisor_never_hold_a_secret():
    """memory"""
    forgets("courier")
    forgets("lens")
    forgets("supervisor")


@test
def the_vault_forgets_passwords_codes_and_seeds():
    """memory"""
    forgets("vault")


@test
def the_search_of_memory_finds_what_is_there():
    """Or the other tests of memory mean nothing."""
    if not ROOT:
        raise Skip("not root: memory cannot be read")
    pid = s.child("web")
    check(any(b"gerbang.conf" in data or b"LPSE Contoh" in data for _, _, data in memory_of(pid)), "not even the configuration is found")


# ---- lines that are forged ---------------------------------------------------------------------------------------

EVIL = ["orang\nweb serve.ready web=1", "orang\r\n<0>vault key=stolen", "orang\x1b[31mmerah\x1b]0;judul\x07", "orang\x00akhir",
        "orang\u009b31m", "orang\u202eterbalik", "orang\u2028baris", "\x7f\x08\x08orang"]
LINE = re.compile(r"^<[0-7]>((web|vault|courier|check) )?[a-z0-9_]+(\.[a-z0-9_]+)+( [a-z_]+=(\"[^\"\n]*(\\.[^\"\n]*)*\"|[^ \"]*))*$")


def clean(text, where, but="\n"):
    for c in text:
        if c not in but and (ord(c) < 32 or 0x7f <= ord(c) < 0xa0 or c in "\u2028\u2029\u202a\u202b\u202d\u202e\u2066\u2067"):
            raise AssertionError("%r raw in %s: %r" % (c, where, text[max(0, text.index(c) - 60):text.index(c) + 40]))


@test
def nothing_that_is_typed_forges_a_line_or_reaches_a_terminal_raw():
    began = len(s.words())
    for evil in EVIL:
        tab = Tab(s)
        tab.submit(tab.get("/signin?type=" + KIND), "/signin", user=evil)
        page = tab.get("/signin/password")
        if page.status == 200:
            tab.submit(page, "/signin/password", password=WRONG)
        tab.get("/" + urllib.parse.quote(evil.encode(), safe=""))
        tab.get("/signin?type=" + urllib.parse.quote(evil.encode(), safe=""))
    for agent in ("a\x1b[31mb", "a\x9bb", "a\tb", "\u202eabc".encode().decode("latin-1")):
        tab = Tab(s)
        tab.headers = {"User-Agent": agent}
        try:
            page = tab.get("/signin?type=" + KIND)
            if page.status == 200:
                page = tab.follow(tab.submit(page, "/signin", user=LOGIN))
                tab.submit(page, "/signin/password", password=WRONG)
        except (OSError, ValueError, AssertionError):
            pass
        tab.headers = {"X-Forwarded-For": agent, "X-Original-URL": "/" + agent}
        tab.get("/nowhere")
    said = s.words()[began:]
    clean(said, "the log")
    for line in said.splitlines():
        check(LINE.match(line), "no line of ours: %r" % line)
        check("stolen" not in line.split(" ", 1)[0] and not re.match(r"^<\d>(web )?serve\.ready", line), line)
    check("page.trouble" in said, "nothing was logged: the test means nothing")
    for words in (["audit"], ["audit", "--json"], ["user", "list"]):
        clean(s.cli(*words), "gerbang " + " ".join(words), "\n\t")
    terminal = subprocess.run(["script", "-qec", "%s audit --data %s" % (s.program, s.data), "/dev/null"], capture_output=True,
                              stdin=subprocess.DEVNULL, check=False, timeout=live.PATIENCE_S)
    check(LOGIN.encode() in terminal.stdout, terminal.stdout[:300])
    check(b"\x1b[31m" not in terminal.stdout, "a colour of the typed user id reached the terminal")
    clean(re.sub(r"\x1b\[[0-9;]*m", "", terminal.stdout.decode("utf-8", "replace").replace("\r\n", "\n")),
          "gerbang audit on a terminal", "\n\t")


def main():
    global s, LOGIN
    live.gerbang.CONF += doors.TYPES
    s = Live()
    try:
        s.start()
        LOGIN = everything_passes(s)
        kinds = ("password", "NIK", "cookie", "csrf", "seed", "raw seed", "code", "set-up token", *doors.KINDS)
        missing = [k for k in kinds if not known.kinds.get(k)]
        if missing:
            print("not ok every_kind_of_secret_passed: " + " ".join(missing))
            return 1
        print("# " + ", ".join("%d %s" % (len(v), k) for k, v in known.kinds.items()))
        # memory first: a second after the last request nothing is left
        return tests_run(sorted(TESTS, key=lambda f: "memory" not in (f.__doc__ or "")), sys.argv[1:])
    finally:
        s.stop()
        s.remove()


if __name__ == "__main__":
    sys.exit(main())
