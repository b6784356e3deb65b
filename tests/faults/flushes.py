"""Before the answer goes out, what it says is on the disk: seen from outside, call by call."""
import re
import sys
import time

import live
from live import KIND, Live, Tab, check, code_of, equal, secret_on, tests_run, until
from trace import Trace

CALLS = "trace=recvfrom,recvmsg,read,readv,pwrite64,fdatasync,fsync,sendmsg,sendto,write,writev"
PASSWORD = live.gerbang.PASSWORD
LOG = re.compile(r"^(\w+)\(\d+<[^>]*gerbang\.db-wal>")


def is_flush(text):
    m = LOG.match(text)
    return m and m.group(1) in ("fdatasync", "fsync") and re.search(r"\) += 0$", text)


def is_write(text):
    m = LOG.match(text)
    return m and m.group(1) == "pwrite64"


def judged(calls, target):
    """None when the log was written and flushed by one thread between the request and the first byte of its answer."""
    came = next((i for i, (_, t) in enumerate(calls) if re.match(r"^(recv|read)", t) and "POST " + target in t), None)
    if came is None:
        return "the request was not seen"
    answered = next((i for i, (_, t) in enumerate(calls) if i > came and re.match(r"^(send|write)", t) and '"HTTP/1.1 ' in t), None)
    if answered is None:
        return "the answer was not seen"
    if "HTTP/1.1 303" not in calls[answered][1]:
        return "the answer was no yes: " + calls[answered][1][:200]
    between = calls[came:answered]
    wrote = {}
    for thread, text in between:
        if is_write(text):
            wrote[thread] = True
        elif is_flush(text) and wrote.get(thread):
            return None
    return "%d writes to the log, %d flushes, and none of them behind the write of its thread" % (
        sum(bool(is_write(t)) for _, t in between), sum(bool(is_flush(t)) for _, t in between))


class Stage:
    """One server, traced; people on it."""

    def __init__(self):
        self.server = Live()
        self.server.start()
        self.last = {}

    def flushed(self, tab, page, action, **fields):
        """Submits, and looks at what the server did meanwhile."""
        target = page.form(action)["action"].split("?")[0]
        self.trace.mark()
        answer = tab.submit(page, action, **fields)
        equal(answer.status, 303, answer)
        # the trace may lag behind the answer
        if not until(lambda: judged(self.trace.calls(), target) is None, 3):
            raise AssertionError("POST %s: %s" % (target, judged(self.trace.calls(), target)))
        return answer

    def code(self, secret):
        """A code that was not used yet; waits for the next period when both are."""
        step = max(self.server.now_s // 30, self.last.get(secret, 0) + 1)
        while step > self.server.now_s // 30 + 1:
            time.sleep(0.2)
        self.last[secret] = step
        return code_of(secret, step * 30)

    def password_page(self, login):
        tab = Tab(self.server)
        page = tab.submit(tab.get("/signin?type=" + KIND), "/signin", user=login)
        return tab, tab.follow(page)

    def signed_in(self, login):
        tab, page = self.password_page(login)
        equal(tab.submit(page, "/signin/password", password=PASSWORD).location, "/home")
        return tab

    def enrolled(self):
        """(login, tab, secret) of somebody with a device and a fresh session."""
        login = self.server.person(KIND)
        tab = self.signed_in(login)
        tab.submit(tab.get("/home"), "/account/mfa/enrol/begin")
        page = tab.get("/account/mfa/enrol")
        secret = secret_on(page)
        equal(tab.submit(page, page.form(None)["action"], device="HP", code=self.code(secret)).status, 303)
        return login, tab, secret


stage = None
TESTS = []


def test(f):
    def run():
        with Trace(stage.server, "web", ["-e", CALLS]) as stage.trace:
            f(stage)
    run.__name__ = f.__name__
    TESTS.append(run)
    return f


@test
def a_session_by_password_is_on_disk_before_its_answer(s):
    tab, page = s.password_page(s.server.person(KIND))
    equal(s.flushed(tab, page, "/signin/password", password=PASSWORD).location, "/home")


@test
def the_step_behind_a_right_password_is_on_disk_before_its_answer(s):
    login, _, _ = s.enrolled()
    tab, page = s.password_page(login)
    equal(s.flushed(tab, page, "/signin/password", password=PASSWORD).location, "/signin/code")


@test
def a_code_and_its_session_are_on_disk_before_the_answer(s):
    login, _, secret = s.enrolled()
    tab, page = s.password_page(login)
    page = tab.follow(tab.submit(page, "/signin/password", password=PASSWORD))
    s.flushed(tab, page, "/signin/code", code=s.code(secret))
    check("gerbang" in tab.jar)


@test
def a_new_device_is_on_disk_before_the_answer(s):
    tab = s.signed_in(s.server.person(KIND))
    tab.submit(tab.get("/home"), "/account/mfa/enrol/begin")
    page = tab.get("/account/mfa/enrol")
    s.flushed(tab, page, page.form(None)["action"], device="HP", code=s.code(secret_on(page)))


@test
def an_activation_is_on_disk_before_its_secret_is_shown(s):
    tab = s.signed_in(s.server.person(KIND))
    s.flushed(tab, tab.get("/home"), "/account/mfa/enrol/begin")


@test
def a_sign_out_is_on_disk_before_the_answer(s):
    tab = s.signed_in(s.server.person(KIND))
    s.flushed(tab, tab.get("/home"), "/signout")


@test
def disabling_codes_is_on_disk_before_the_answer(s):
    _, tab, _ = s.enrolled()
    s.flushed(tab, tab.get("/account/mfa"), "/account/mfa/disable")


@test
def a_changed_password_is_on_disk_before_the_answer(s):
    tab = s.signed_in(s.server.person(KIND))
    fresh = "kuda poni makan awan jingga"
    s.flushed(tab, tab.get("/account/password"), "/account/password", current=PASSWORD, new=fresh, again=fresh)


@test
def an_ended_session_is_on_disk_before_the_answer(s):
    login = s.server.person(KIND)
    tab, other = s.signed_in(login), s.signed_in(login)
    s.flushed(tab, tab.get("/account/sessions"), "/account/sessions")
    equal(other.get("/auth/check").status, 401)


@test
def a_fresh_proof_is_on_disk_before_the_answer(s):
    _, tab, secret = s.enrolled()
    s.flushed(tab, tab.get("/account/confirm?next=/home"), "/account/confirm", password=PASSWORD, code=s.code(secret))


def main():
    global stage
    stage = Stage()
    try:
        return tests_run(TESTS, sys.argv[1:])
    finally:
        stage.server.stop()
        stage.server.remove()


if __name__ == "__main__":
    sys.exit(main())
