"""A disk that is full, read-only or does not flush; a system that gives no random bytes or descriptors. One clear line,
nothing halved, those who are signed in stay so, and all is well again when the fault ends."""
import contextlib
import http.client
import os
import socket
import subprocess
import sys

import live
from live import KIND, ROOT, Live, Skip, Tab, check, code_of, equal, secret_on, tests_run, until
from trace import Trace

PASSWORD = live.gerbang.PASSWORD
DISK = "8m"
TESTS = []


def test(f):
    TESTS.append(f)
    return f


class Small(Live):
    """The data directory is a file system of its own, of 8 MiB."""

    def cli(self, *args, **more):
        if args[0] == "init":
            if not ROOT:
                raise Skip("not root: nothing can be mounted")
            os.mkdir(self.data)
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=700,size=" + DISK, "tmpfs", self.data], capture_output=True,
                                  text=True, check=False)
            if done.returncode:
                raise Skip("nothing can be mounted here: " + done.stderr)
        return super().cli(*args, **more)

    def remount(self, how):
        subprocess.run(["mount", "-o", "remount,mode=700,size=%s,%s" % (DISK, how), self.data], check=True)

    def fill(self):
        with open(os.path.join(self.data, "ballast"), "wb", buffering=0) as f:
            for size in (1 << 16, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        f.write(b"\0" * size)

    def space(self):
        os.unlink(os.path.join(self.data, "ballast"))

    def remove(self):
        subprocess.run(["umount", "-l", self.data], stderr=subprocess.DEVNULL, check=False)
        super().remove()


@contextlib.contextmanager
def serving(kind=Live, before=()):
    server = kind()
    server.before = before
    try:
        server.start()
        yield server
        equal(server.stop(), 0, "the exit of the server")
    finally:
        server.stop()
        server.remove()


def to_password(server, login):
    """A tab at the password's page, and the page."""
    tab = Tab(server)
    page = tab.follow(tab.submit(tab.get("/signin?type=" + KIND), "/signin", user=login))
    page.form("/signin/password")
    return tab, page


def signed_in(server, login):
    tab, page = to_password(server, login)
    page = tab.submit(page, "/signin/password", password=PASSWORD)
    equal((page.status, page.location), (303, "/home"), page)
    return tab


def rows(server):
    (n,), = server.sql("SELECT COUNT(*) FROM session")
    return n


def refused(page):
    """Words, a reference and when to come again; no cookie."""
    equal(page.status, 503, page)
    check(page.header("Retry-After"), "no Retry-After")
    check("gerbang" not in page.cookies_set(), "a session with a 503")
    check("Ada gangguan" in page.words(), page)
    check(live.gerbang.re.search(r"\b[2-9A-Z]{2}-[2-9A-Z]{3}\b", page.words()), "no reference: %s" % page)


def lines_of(server, before):
    return [line for line in server.words()[before:].splitlines() if line]


@test
def a_full_disk_refuses_sign_ins_and_lets_those_who_are_in_go_on():
    with serving(Small) as s:
        who = s.person(KIND)
        tab = signed_in(s, who)
        other, page = to_password(s, who)
        s.fill()
        # the log may have room of its own, from before: sign-ins go on until it is used up
        for _ in range(400):
            answer = other.submit(page, "/signin/password", password=PASSWORD)
            if answer.status == 503:
                break
            equal(answer.status, 303, answer)
            with contextlib.suppress(AssertionError):
                other, page = to_password(s, who)
        refused(answer)
        had = rows(s)
        for _ in range(5):
            refused(other.submit(page, "/signin/password", password=PASSWORD))
            equal(tab.get("/auth/check").status, 200)
        equal(tab.get("/home").status, 200)
        equal(rows(s), had, "sessions in the store")
        check("gerbang" not in other.jar)
        s.space()
        answer = other.submit(page, "/signin/password", password=PASSWORD)
        equal((answer.status, answer.location), (303, "/home"), answer)
        equal(rows(s), had + 1)
        equal(other.get("/auth/check").status, 200)
        s.cli("audit", "--verify")


@test
def a_full_disk_is_said_in_one_line_and_not_again_and_again():
    with serving(Small) as s:
        who = s.person(KIND)
        tab = signed_in(s, who)
        other, page = to_password(s, who)
        s.fill()
        while other.submit(page, "/signin/password", password=PASSWORD).status != 503:
            with contextlib.suppress(AssertionError):
                other, page = to_password(s, who)
        before = len(s.words())
        for _ in range(10):
            refused(other.submit(page, "/signin/password", password=PASSWORD))
        # three turns of what runs once a second
        mark = len(s.words())
        until(lambda: False, 3.5)
        idle = lines_of(s, mark)
        check(len(idle) <= 1, "%d lines while nobody asked: %s" % (len(idle), idle[:6]))
        said = [line for line in lines_of(s, before) if "page.trouble" not in line]
        check(len(said) <= 2, "%d lines for ten requests besides their references: %s" % (len(said), said[:6]))
        check(any("full" in line for line in s.words().splitlines()), s.words()[-1500:])
        s.space()
        equal(tab.get("/auth/check").status, 200)
        signed_in(s, who)


def used_up(server):
    """The disk is full, and the log has no room of its own any more."""
    who = server.person(KIND)
    other, page = to_password(server, who)
    server.fill()
    for _ in range(400):
        if other.submit(page, "/signin/password", password=PASSWORD).status == 503:
            return
        with contextlib.suppress(AssertionError):
            other, page = to_password(server, who)
    raise AssertionError("the disk is never full")


@contextlib.contextmanager
def said_once(server):
    """Whatever is refused meanwhile: the references, and no more than the line that says why."""
    before = len(server.words())
    yield
    said = [line for line in lines_of(server, before) if "page.trouble" not in line]
    check(len(said) <= 2, "%d lines besides the references: %s" % (len(said), said[:6]))
    check(any("full" in line for line in server.words().splitlines()), server.words()[-1500:])


def activation(server, tab, begin, name):
    """Up to the code: what submits it."""
    equal(tab.submit(tab.get(begin), "/account/mfa/enrol/begin").status, 303)
    page = tab.get("/account/mfa/enrol")
    secret = secret_on(page)
    return lambda: tab.submit(page, "/account/mfa/enrol", device=name, code=code_of(secret, server.now_s))


def devices(server, who):
    """[(name, state)]: 1 active, 2 suspended."""
    return server.sql("SELECT device.name, device.state FROM device JOIN users ON users.id = user_id WHERE login = ? ORDER BY 1", who)


@test
def a_full_disk_draws_no_captcha_and_keeps_the_one_that_was_drawn():
    with serving(Small) as s:
        who, tab, stranger = s.person("teka"), Tab(s), Tab(s)
        page = tab.follow(tab.submit(tab.get("/signin?type=teka"), "/signin", user=who))
        equal(tab.get("/captcha.png").status, 200)
        (answer,), = s.sql("SELECT answer FROM captcha")
        stranger.follow(stranger.submit(stranger.get("/signin?type=teka"), "/signin", user=who))
        used_up(s)
        with said_once(s):
            for target in ("/captcha.png", "/captcha.wav", "/captcha.json", "/captcha.png?new=1"):
                equal(stranger.get(target).status, 503, target)
            refused(tab.submit(page, "/signin/password", password=PASSWORD, captcha=answer[:5].decode()))
            third = Tab(s)
            refused(third.submit(third.get("/signin?type=teka"), "/signin", user=who))
        s.space()
        answer = tab.submit(page, "/signin/password", password=PASSWORD, captcha=answer[:5].decode())
        equal((answer.status, answer.location), (303, "/home"), answer)
        equal(stranger.get("/captcha.png").status, 200)


@test
def a_full_disk_evicts_nobody_and_the_activation_goes_on_when_there_is_room():
    with serving(Small) as s:
        who = s.person(KIND)
        tab = signed_in(s, who)
        for i in range(3):
            equal(activation(s, tab, "/account/devices" if i else "/home", "HP %d" % i)().status, 303)
        confirm, before = activation(s, tab, "/account/mfa/enrol", "HP baru"), devices(s, who)
        equal(before, [("HP 0", 1), ("HP 1", 1), ("HP 2", 1)])
        used_up(s)
        with said_once(s):
            refused(confirm())
            equal(tab.get("/auth/check").status, 200)
        equal(devices(s, who), before)
        s.space()
        equal(confirm().status, 303)
        equal(devices(s, who), [("HP 0", 2), ("HP 1", 1), ("HP 2", 1), ("HP baru", 1)])
        s.cli("audit", "--verify")


@test
def a_full_disk_makes_no_recovery_codes_and_the_old_ones_stay():
    with serving(Small) as s:
        who = s.person(KIND)
        tab = signed_in(s, who)
        equal(activation(s, tab, "/home", "HP")().status, 303)
        made = tab.submit(tab.get("/account/recovery-codes"), "/account/recovery-codes")
        codes = live.gerbang.re.findall(r'<li class="key">([^<]+)</li>', made.text)
        equal(len(codes), 10)
        page = tab.get("/account/recovery-codes")
        other, form = to_password(s, who)
        equal(other.submit(form, "/signin/password", password=PASSWORD).location, "/signin/code")
        form = other.get("/signin/recovery")
        used_up(s)
        with said_once(s):
            answer = tab.submit(page, "/account/recovery-codes")
            refused(answer)
            check('class="key"' not in answer.text, "codes that were not kept")
            refused(other.submit(form, "/signin/recovery", code=codes[0]))
        equal(s.sql("SELECT COUNT(*), SUM(used_s > 0) FROM recovery_code"), [(10, 0)])
        s.space()
        equal(other.submit(form, "/signin/recovery", code=codes[0]).status, 303)
        equal(other.get("/auth/check").status, 200)
        equal(tab.submit(page, "/account/recovery-codes").status, 200)
        s.cli("audit", "--verify")


@test
def a_disk_that_becomes_read_only_refuses_and_is_used_again_when_it_is_back():
    with serving(Small) as s:
        who = s.person(KIND)
        tab = signed_in(s, who)
        other, page = to_password(s, who)
        # files that are open keep such a mount busy: writes are refused from outside instead
        with Trace(s, "web", ["-e", "trace=pwrite64", "-e", "inject=pwrite64:error=EROFS"]):
            refused(other.submit(page, "/signin/password", password=PASSWORD))
            equal(tab.get("/auth/check").status, 200)
        signed_in(s, who)


@test
def a_read_only_disk_at_the_start_is_refused_in_one_line():
    s = Small()
    try:
        s.remount("ro")
        done = subprocess.run([s.program, "serve", "-c", os.path.join(s.data, "gerbang.conf")], capture_output=True, text=True,
                              timeout=live.PATIENCE_S, check=False)
        check(done.returncode in (1, 78), "exit %d: %s" % (done.returncode, done.stderr))
        check(len(done.stderr.strip().splitlines()) == 1, done.stderr)
        check(s.data in done.stderr, done.stderr)
        s.remount("rw")
        s.start()
        equal(s.stop(), 0)
    finally:
        s.stop()
        s.remove()


@test
def writes_that_fail_refuse_the_sign_in_and_leave_no_session():
    for error in ("ENOSPC", "EIO", "EDQUOT"):
        with serving() as s:
            who = s.person(KIND)
            tab = signed_in(s, who)
            other, page = to_password(s, who)
            had = rows(s)
            with Trace(s, "web", ["-e", "trace=pwrite64", "-e", "inject=pwrite64:error=" + error]):
                refused(other.submit(page, "/signin/password", password=PASSWORD))
                refused(tab.submit(tab.get("/home"), "/signout"))
                equal(tab.get("/auth/check").status, 200, error)
            equal(rows(s), had, error)
            signed_in(s, who)
            s.cli("audit", "--verify")


@test
def a_flush_that_fails_ends_the_process_and_is_never_answered_with_yes():
    for nth in (1, 2, 3):
        with serving() as s:
            who = s.person(KIND)
            tab, web = signed_in(s, who), s.child("web")
            yes = 0
            with Trace(s, "web", ["-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=%d" % nth]):
                # strace counts for each thread apart, and any of the 32 workers may flush: so many rounds that one must meet
                # it. It may also be the thread that keeps house, between two requests: then nobody's answer breaks off.
                for _ in range(40 * nth):
                    if s.child("web") != web:
                        break
                    try:
                        other, page = to_password(s, who)
                        yes += other.submit(page, "/signin/password", password=PASSWORD).status == 303
                    except (OSError, http.client.HTTPException, AssertionError):
                        break
                else:
                    raise AssertionError("%d sign-ins, each thread's %d. flush failed, and all was answered" % (40 * nth, nth))
            check(until(lambda: s.child("web") not in (0, web)), "the process went on after a flush that failed")
            s.until_ready()
            (counted,), = s.sql("SELECT COUNT(*) FROM audit WHERE event = 'signin' AND result = 'ok'")
            check(1 + yes <= counted <= 2 + yes, "%d sessions were given, %d are in the log" % (yes + 1, counted))
            check("flush" in s.words(), s.words()[-800:])
            equal(tab.get("/auth/check").status, 200)
            signed_in(s, who)
            s.cli("audit", "--verify")


@test
def no_random_bytes_no_session():
    with serving() as s:
        who = s.person(KIND)
        tab = signed_in(s, who)
        other, page = to_password(s, who)
        had = rows(s)
        with Trace(s, "web", ["-e", "trace=getrandom", "-e", "inject=getrandom:error=EAGAIN"]):
            equal(other.submit(page, "/signin/password", password=PASSWORD).status, 503)
            equal(Tab(s).get("/signin?type=" + KIND).status, 503)
            equal(tab.submit(tab.get("/home"), "/account/mfa/enrol/begin").status, 503)
            equal(tab.get("/auth/check").status, 200)
        check("gerbang" not in other.jar)
        equal(rows(s), had)
        signed_in(s, who)


@test
def no_random_bytes_no_secret():
    with serving() as s:
        who = s.person(KIND)
        tab = signed_in(s, who)
        page = tab.get("/home")
        with Trace(s, "vault", ["-e", "trace=getrandom", "-e", "inject=getrandom:error=EAGAIN"]):
            answer = tab.submit(page, "/account/mfa/enrol/begin")
            check(answer.status >= 500, answer)
        s.until_ready()
        equal(s.sql("SELECT COUNT(*) FROM enrolment"), [(0,)])
        tab.submit(tab.get("/home"), "/account/mfa/enrol/begin")
        secret_on(tab.get("/account/mfa/enrol"))


@test
def calls_that_are_interrupted_change_no_result():
    with serving() as s:
        who = s.person(KIND)
        calls = "recvfrom,sendmsg,pwrite64,recvmsg,epoll_wait,accept4"
        inject = [w for c in calls.split(",") for w in ("-e", "inject=%s:error=EINTR:when=1+3" % c)]
        with Trace(s, "web", ["-e", "trace=" + calls, *inject]):
            tab = signed_in(s, who)
            tab.submit(tab.get("/home"), "/account/mfa/enrol/begin")
            page = tab.get("/account/mfa/enrol")
            code = code_of(secret_on(page), s.now_s)
            equal(tab.submit(page, page.form(None)["action"], device="HP", code=code).status, 303)
            equal(tab.get("/auth/check").status, 200)
            equal(tab.submit(tab.get("/home"), "/signout").status, 303)
        s.cli("audit", "--verify")


@test
def without_descriptors_the_server_says_so_or_serves_and_returns():
    with serving(before=("prlimit", "--nofile=96")) as s:
        who = s.person(KIND)
        tab = signed_in(s, who)
        kept = http.client.HTTPConnection("127.0.0.1", s.port, timeout=live.PATIENCE_S)
        cookie = {"Cookie": "gerbang=" + tab.jar["gerbang"], "Host": "localhost:%d" % s.port}
        check_of = lambda: (kept.request("GET", "/auth/check", headers=cookie), kept.getresponse())[1]  # noqa: E731
        answer = check_of()
        answer.read()
        equal(answer.status, 200)
        crowd = []
        try:
            for _ in range(200):
                crowd.append(socket.create_connection(("127.0.0.1", s.port), timeout=live.PATIENCE_S))
            before = len(s.words())
            try:
                answer = check_of()
                answer.read()
                equal(answer.status, 200)
            except (OSError, http.client.HTTPException):
                pass          # an idle connection may be the one that makes room
            check(len(lines_of(s, before)) < 50, "%d lines for a crowd" % len(lines_of(s, before)))
        finally:
            for c in crowd:
                c.close()
        kept.close()
        s.until_ready()
        equal(tab.get("/auth/check").status, 200)
        signed_in(s, who)


def main():
    if ROOT and "PRIVATE_MOUNTS" not in os.environ:
        # what is mounted here is seen by nobody else, and goes when we go
        os.environ["PRIVATE_MOUNTS"] = "1"
        with contextlib.suppress(OSError):
            os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, "-B", *sys.argv])
    return tests_run(TESTS, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
