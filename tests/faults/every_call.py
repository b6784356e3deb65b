"""kill -9 at the first, second, third ... call of a kind, inside the one request that gives a session or ends one, or that
changes which devices and recovery codes count."""
import html
import http.client
import os
import random
import re
import sqlite3
import sys
import time

import live
from live import KIND, ROOT, Live, Skip, Tab, check, code_of, equal, secret_on, tests_run, until
from trace import Trace

PASSWORD = live.gerbang.PASSWORD
FAULTS = (OSError, http.client.HTTPException)
POINTS = int(os.environ.get("POINTS", "5"))    # of each kind; there are some twenty writes and one or two flushes
TESTS = []


def test(f):
    def run():
        if not ROOT:
            raise Skip("not root: the server's processes cannot be traced")
        s = Live()
        try:
            s.start()
            f(s)
            s.stop()
            with sqlite3.connect(os.path.join(s.data, "gerbang.db")) as c:
                equal(c.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            s.cli("audit", "--verify")
        finally:
            s.stop()
            s.remove()
    run.__name__ = f.__name__
    TESTS.append(run)
    return f


def killed(s, call, nth, act):
    """What the act answered, or None; and whether the kill came."""
    web, answer, whom = s.child("web"), None, ()
    if call == "answer":
        call, whom = "sendto,sendmsg", s.threads_of_connections()
    with Trace(s, "web", ["-e", "trace=" + call, "-e", "inject=%s:signal=KILL:when=%d" % (call, nth)], whom):
        try:
            answer = act()
        except FAULTS:
            pass
        # a life of a second, so that the supervisor does not wait longer and longer
        until(lambda: s.child("web") != web, 1.1)
    came = s.child("web") != web
    check(came or answer, "no answer, and nobody was killed")
    until(lambda: s.child("web"))
    s.until_ready()
    return answer, came


def points(s, act, asked=3):
    """Calls act(call, nth) at POINTS chosen numbers of each kind. The first call of a kind is always among them and
    must be reached; how many more there are differs from act to act, so that a higher number may find none.
    sendto: what is asked of the vault, so often at most. answer: all is on disk, and nobody is told."""
    rng = random.Random(os.environ.get("SEED"))
    for call, most in (("pwrite64", 24), ("fdatasync", 2), ("sendto", asked), ("answer", 1)):
        chosen = [1] + sorted(rng.sample(range(2, most + 1), min(POINTS, most) - 1))
        check(any([act(call, nth) for nth in chosen]), "no %s was reached" % call)


def to_password(s):
    login = s.person(KIND)
    tab = Tab(s)
    return login, tab, tab.follow(tab.submit(tab.get("/signin?type=" + KIND), "/signin", user=login))


def begun(s, login):
    (n,), = s.sql("SELECT COUNT(*) FROM audit WHERE login = ? AND event = 'signin' AND result = 'ok'", login)
    (m,), = s.sql("SELECT COUNT(*) FROM session JOIN users ON users.id = user_id WHERE login = ?", login)
    equal(n, m, "sessions in the log and in the table")
    return n


@test
def a_kill_at_any_write_of_a_sign_in_gives_one_session_or_none(s):
    def act(call, nth):
        login, tab, page = to_password(s)
        answer, came = killed(s, call, nth, lambda: tab.submit(page, "/signin/password", password=PASSWORD))
        had = begun(s, login)
        if answer:
            equal((answer.status, had), (303, 1), "%s %d" % (call, nth))
            equal(tab.get("/auth/check").status, 200, "%s %d: the session that was given" % (call, nth))
            return came
        check(had <= 1, had)
        again = tab.submit(page, "/signin/password", password=PASSWORD)
        equal(begun(s, login), 1, "%s %d: sessions of one sign-in" % (call, nth))
        equal("gerbang" in again.cookies_set(), had == 0, "%s %d: the form once more" % (call, nth))
        return came
    points(s, act)


@test
def a_kill_at_any_write_of_a_sign_out_ends_the_session_or_says_nothing(s):
    def act(call, nth):
        login, tab, page = to_password(s)
        equal(tab.submit(page, "/signin/password", password=PASSWORD).status, 303)
        value, page = tab.jar["gerbang"], tab.get("/home")
        answer, came = killed(s, call, nth, lambda: tab.submit(page, "/signout"))
        if answer:
            equal((answer.status, begun_still(s, login)), (303, 0), "%s %d" % (call, nth))
        tab.jar = {"gerbang": value}
        status = tab.get("/auth/check").status
        equal(status, 200 if begun_still(s, login) else 401, "%s %d" % (call, nth))
        return came
    points(s, act)


def begun_still(s, login):
    (m,), = s.sql("SELECT COUNT(*) FROM session JOIN users ON users.id = user_id WHERE login = ?", login)
    return m


# ---- devices and recovery codes -----------------------------------------------------------------------------------

CAP = 3      # devices of KIND


def signed_in(s):
    login, tab, page = to_password(s)
    equal(tab.submit(page, "/signin/password", password=PASSWORD).location, "/home")
    return login, tab


def activation(s, tab, begin, name):
    """Up to the code: what submits it."""
    equal(tab.submit(tab.get(begin), "/account/mfa/enrol/begin").status, 303)
    page = tab.get("/account/mfa/enrol")
    code = code_of(secret_on(page), s.now_s)
    return lambda: tab.submit(page, "/account/mfa/enrol", device=name, code=code)


def with_devices(s, n):
    login, tab = signed_in(s)
    for i in range(n):
        equal(activation(s, tab, "/account/devices" if i else "/home", "HP %d" % i)().status, 303)
    return login, tab


def devices(s, login, state):
    return sorted(r[0] for r in s.sql("SELECT device.name FROM device JOIN users ON users.id = user_id WHERE login = ? AND device.state = ?",
                                      login, state))


@test
def a_kill_at_any_write_of_a_move_leaves_exactly_one(s):
    def act(call, nth):
        login, tab = with_devices(s, 1)
        move = re.search(r'href="(/account/devices/move\?id=\d+)"', tab.get("/account/devices").text)
        answer, came = killed(s, call, nth, activation(s, tab, html.unescape(move.group(1)), "HP baru"))
        now = devices(s, login, 1)
        check(now == ["HP baru"] or not answer and now == ["HP 0"], "%s %d: %s" % (call, nth, now))
        equal(devices(s, login, 2), [], "%s %d" % (call, nth))
        equal(tab.get("/auth/check").status, 200, "%s %d: the session that moved" % (call, nth))
        return came
    points(s, act)


@test
def a_kill_at_any_write_of_an_eviction_leaves_exactly_so_many_as_may_be(s):
    def act(call, nth):
        login, tab = with_devices(s, CAP)
        answer, came = killed(s, call, nth, activation(s, tab, "/account/mfa/enrol", "HP baru"))
        now, suspended = devices(s, login, 1), devices(s, login, 2)
        before, behind = (["HP 0", "HP 1", "HP 2"], []), (["HP 1", "HP 2", "HP baru"], ["HP 0"])
        check((now, suspended) == behind or not answer and (now, suspended) == before, "%s %d: %s, %s" % (call, nth, now, suspended))
        return came
    points(s, act)


@test
def a_kill_at_any_write_of_new_codes_leaves_one_whole_set(s):
    def rows(login):
        return frozenset(s.sql("SELECT recovery_code.id FROM recovery_code JOIN users ON users.id = user_id WHERE login = ?", login))

    def act(call, nth):
        login, tab = with_devices(s, 1)
        tab.submit(tab.get("/account/recovery-codes"), "/account/recovery-codes")
        page, before = tab.get("/account/recovery-codes"), rows(login)
        answer, came = killed(s, call, nth, lambda: tab.submit(page, "/account/recovery-codes"))
        now = rows(login)
        equal((len(before), len(now)), (10, 10), "%s %d" % (call, nth))
        check(not now & before or not answer and now == before, "%s %d: codes of two sets" % (call, nth))
        return came
    points(s, act, 11)


@test
def a_kill_at_any_write_of_a_recovery_code_gives_one_session_for_one_code(s):
    def spent(login):
        (used,), = s.sql("SELECT COUNT(*) FROM recovery_code JOIN users ON users.id = user_id WHERE login = ? AND used_s > 0", login)
        (said,), = s.sql("SELECT COUNT(*) FROM audit WHERE login = ? AND event = 'recovery' AND result = 'ok'", login)
        (live_,), = s.sql("SELECT COUNT(*) FROM session JOIN users ON users.id = user_id WHERE login = ? AND session.recovery_s > 0", login)
        equal((used, said), (live_, live_), "codes used, in the log, and sessions")
        return used

    def act(call, nth):
        login, tab = with_devices(s, 1)
        made = tab.submit(tab.get("/account/recovery-codes"), "/account/recovery-codes")
        code = re.search(r'<li class="key">([^<]+)</li>', made.text).group(1)
        tab = Tab(s)
        page = tab.follow(tab.submit(tab.get("/signin?type=" + KIND), "/signin", user=login))
        equal(tab.submit(page, "/signin/password", password=PASSWORD).location, "/signin/code")
        page = tab.get("/signin/recovery")
        answer, came = killed(s, call, nth, lambda: tab.submit(page, "/signin/recovery", code=code))
        had = spent(login)
        if answer:
            equal((answer.status, had), (303, 1), "%s %d" % (call, nth))
            equal(tab.get("/auth/check").status, 200, "%s %d: the session that was given" % (call, nth))
            return came
        check(had <= 1, had)
        again = tab.submit(page, "/signin/recovery", code=code)
        equal(spent(login), 1, "%s %d: codes that were spent" % (call, nth))
        equal("gerbang" in again.cookies_set(), had == 0, "%s %d: the form once more" % (call, nth))
        return came
    points(s, act)


if __name__ == "__main__":
    began = time.monotonic()
    share, of = map(int, os.environ.get("SHARE", "0/1").split("/"))  # "1/3": the second, fifth ... test
    failed = tests_run(TESTS[share::of], sys.argv[1:])
    print("# %d s" % (time.monotonic() - began))
    sys.exit(failed)
