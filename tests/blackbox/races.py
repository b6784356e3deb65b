"""Many at once: a code is good once, and guesses are counted before they are looked at."""
import threading

from gerbang import Browser, check, code_of, equal, test

MANY = 500


def at_once(jobs):
    """Runs the jobs at the same moment; their results in order."""
    gate = threading.Barrier(len(jobs))
    out = [None] * len(jobs)

    def one(i, job):
        try:
            gate.wait(60)
            out[i] = job()
        except Exception as e:  # pylint: disable=broad-except
            out[i] = e

    threads = [threading.Thread(target=one, args=(i, j)) for i, j in enumerate(jobs)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return out


def clones(b, n):
    out = []
    for _ in range(n):
        c = Browser(b.server)
        c.jar = dict(b.jar)
        out.append(c)
    return out


def with_session(pages):
    return [p for p in pages if not isinstance(p, Exception) and "gerbang" in p.cookies_set()]


@test
def five_hundred_right_codes_at_once_give_one_session(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(90)
    b = Browser(s)
    b.password("wajib", who)
    form = b.get("/signin/code").form("/signin/code")
    fields = {**form["fields"], "code": code_of(secret, s.now_s)}
    people = clones(b, MANY)
    pages = at_once([lambda c=c: c.post("/signin/code", fields) for c in people])
    equal(len(with_session(pages)), 1, [str(p)[:80] for p in pages[:5]])
    check(all(isinstance(p, Exception) or p.status in (303, 403, 404, 409, 422, 503) for p in pages),
          sorted({str(p)[:60] for p in pages}))
    equal(sum(1 for r in s.audit(who) if r.get("event") == "signin" and r.get("result") == "ok"), 2)


@test
def one_code_on_twenty_sign_ins_at_once_gives_one_session(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(90)
    jobs = []
    for _ in range(20):
        b = Browser(s)
        b.password("wajib", who)
        form = b.get("/signin/code").form("/signin/code")
        fields = {**form["fields"], "code": code_of(secret, s.now_s)}
        jobs.append(lambda b=b, fields=fields: b.post("/signin/code", fields))
    equal(len(with_session(at_once(jobs))), 1)


@test
def of_five_hundred_wrong_codes_at_once_three_are_evaluated(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(90)
    good = {code_of(secret, s.now_s + d) for d in (-30, 0, 30)}
    b = Browser(s)
    b.password("wajib", who)
    form = b.get("/signin/code").form("/signin/code")
    people = clones(b, MANY)
    codes = [c for c in ("%06d" % (n * 997) for n in range(1000)) if c not in good][:MANY]
    pages = at_once([lambda c=c, code=code: c.post("/signin/code", {**form["fields"], "code": code}) for c, code in zip(people, codes)])
    equal(len(with_session(pages)), 0)
    rows = [r for r in s.audit(who) if r.get("event") == "code" and r.get("reason") == "wrong-code"]
    equal(len(rows), 3, "evaluated")


@test
def wrong_codes_over_many_sign_ins_draw_on_one_budget(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(90)
    good = {code_of(secret, s.now_s + d) for d in (-30, 0, 30)}
    jobs = []
    for n in range(40):
        b = Browser(s)
        b.password("wajib", who)
        page = b.get("/signin/code")
        form = page.form("/signin/code")
        code = next(c for c in ("%06d" % (n * 7919 + k) for k in range(100)) if c not in good)
        jobs.append(lambda b=b, form=form, code=code: b.post("/signin/code", {**form["fields"], "code": code}))
    equal(len(with_session(at_once(jobs))), 0)
    rows = [r for r in s.audit(who) if r.get("event") == "code" and r.get("reason") == "wrong-code"]
    equal(len(rows), 3, "evaluated")


@test
def a_right_password_does_not_give_the_code_budget_back(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(90)
    evaluated = 0
    for n in range(6):
        b = Browser(s)
        b.password("wajib", who)
        page = b.get("/signin/code")
        if any(f["action"] == "/signin/code" for f in page.forms()):
            b.submit(page, "/signin/code", code="%06d" % n if "%06d" % n != code_of(secret, s.now_s) else "999999")
    rows = [r for r in s.audit(who) if r.get("event") == "code" and r.get("reason") == "wrong-code"]
    evaluated = len(rows)
    equal(evaluated, 3)


@test
def wrong_passwords_at_once_are_counted_before_they_are_hashed(s):
    who = s.person("penyedia")
    b = Browser(s)
    page = b.follow(b.to_password("penyedia", who))
    form = page.form("/signin/password")
    people = clones(b, 60)
    at_once([lambda c=c: c.post("/signin/password", {**form["fields"], "password": "bukan ini passwordnya"}) for c in people])
    rows = [r for r in s.audit(who) if r.get("event") == "password" and r.get("reason") == "wrong-password"]
    check(1 <= len(rows) <= 5, "%d were hashed" % len(rows))


@test
def one_activation_confirmed_many_times_at_once_makes_one_device(s):
    from gerbang import secret_on  # pylint: disable=import-outside-toplevel
    b, who = Browser(s), s.person("wajib")
    b.password("wajib", who)
    page = b.get("/signin/enrol")
    if "otpauth" not in page.text:
        page = b.follow(b.submit(page))
    fields = {**page.form("/signin/enrol")["fields"], "code": code_of(secret_on(page), s.now_s), "device": "HP"}
    pages = at_once([lambda c=c: c.post("/signin/enrol", fields) for c in clones(b, 25)])  # an activation takes thirty
    equal(len(with_session(pages)), 1, sorted({str(p)[:200] for p in pages}))
    equal(len(s.cli_json("device", "list", who)), 1)
