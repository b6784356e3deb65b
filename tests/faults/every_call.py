"""kill -9 at the first, second, third ... call of a kind, inside the one request that gives a session or ends one."""
import http.client
import os
import random
import sqlite3
import sys
import time

import live
from live import KIND, ROOT, Live, Skip, Tab, check, equal, tests_run, until
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
    web, answer = s.child("web"), None
    with Trace(s, "web", ["-e", "trace=" + call, "-e", "inject=%s:signal=KILL:when=%d" % (call, nth)]):
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


def points(s, act):
    """Calls act(call, nth) at POINTS chosen numbers of each kind. The first call of a kind is always among them and
    must be reached; how many more there are differs from act to act, so that a higher number may find none."""
    rng = random.Random(os.environ.get("SEED"))
    for call, most in (("pwrite64", 24), ("fdatasync", 2), ("sendmsg", 3)):
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


if __name__ == "__main__":
    began = time.monotonic()
    failed = tests_run(TESTS, sys.argv[1:])
    print("# %d s" % (time.monotonic() - began))
    sys.exit(failed)
