"""Captchas from outside: drawn on request only, bound to one browser, spent once, the same for everybody; and known browsers."""
import base64
import hashlib
import json
import os
import sqlite3

from gerbang import CAPTCHA, PASSWORD, Browser, check, equal, test


def rows(s, sql="SELECT count(*) FROM captcha"):
    with sqlite3.connect(os.path.join(s.data, "gerbang.db")) as c:
        return c.execute(sql).fetchone()[0]


def at_password(s, login, kind="teka"):
    b = Browser(s)
    return b, b.follow(b.to_password(kind, login))


def solve(challenge):
    """The work itself, by a library that is not ours."""
    p = challenge["parameters"]
    equal(p["algorithm"], "PBKDF2/SHA-256")
    for counter in range(1000):
        key = hashlib.pbkdf2_hmac("sha256", bytes.fromhex(p["nonce"]) + counter.to_bytes(4, "big"), bytes.fromhex(p["salt"]),
                                  p["cost"], p["keyLength"]).hex()
        if key.startswith(p["keyPrefix"]):
            return {"counter": counter, "derivedKey": key, "time": 1}
    raise AssertionError("no counter solves it")


def payload(challenge, solution):
    return base64.b64encode(json.dumps({"challenge": challenge, "solution": solution}).encode()).decode()


@test
def pages_write_no_captcha_and_pictures_one_a_browser(s):
    before = rows(s)
    b, page = at_password(s, "siapa")
    b.get("/signin/password")
    b.get("/signin?type=teka-satu")
    check("/captcha.png" in page.text and 'name="captcha"' in page.text, page)
    equal(rows(s), before)
    for target in ("/captcha.png", "/captcha.png", "/captcha.wav", "/captcha.png?new=1"):
        equal(b.get(target).status, 200, target)
    equal(rows(s), before + 1)
    equal(b.get("/captcha.json").status, 200)
    equal(rows(s), before + 2)
    for target in ("/captcha.png", "/captcha.wav", "/captcha.json", "/captcha.png?form=elsewhere"):
        stranger = Browser(s) if "form" not in target else b
        page = stranger.get(target)
        equal(page.status, 404, target)
        equal(page.cookies_set(), {}, target)
    equal(rows(s), before + 2)


@test
def pictures_and_sounds_are_small_kept_by_nobody_and_in_the_page_s_language(s):
    b, _ = at_password(s, "siapa")
    kinds = {"/captcha.png": ("image/png", 3072), "/captcha.wav": ("audio/wav", 81920), "/captcha.json": ("application/json", 2048)}
    for target, (kind, most) in kinds.items():
        page = b.get(target)
        equal((page.header("content-type"), page.header("cache-control")), (kind, "no-store"), target)
        equal(page.header("x-content-type-options"), "nosniff", target)
        equal(page.header("cross-origin-resource-policy"), "same-origin", target)
        check(100 < len(page.body) < most, len(page.body))
    check(b.get("/captcha.png").body == b.get("/captcha.png").body, "two pictures of one captcha")
    check(b.get("/captcha.wav").body != b.get("/captcha.wav?lang=en").body, "one sound for two languages")


@test
def the_digits_let_in_and_wrong_ones_keep_what_was_typed(s):
    who = s.person("teka")
    b, page = at_password(s, who)
    b.get("/captcha.png")
    page = b.submit(page, "/signin/password", password=PASSWORD, captcha="54321")
    equal(page.status, 422, page)
    check("Kode Keamanan tidak cocok" in page.words() and who in page.text, page)
    check('id="captcha" name="captcha"' in page.text and 'value="54321"' not in page.text)
    page = b.submit(page, "/signin/password", password=PASSWORD, captcha=CAPTCHA)
    check("tidak cocok" in page.words(), "one that was spent: %s" % page)
    b.get("/captcha.png")
    page = b.submit(page, "/signin/password", password=PASSWORD, captcha=CAPTCHA)
    equal((page.status, page.location), (303, "/home"))


@test
def without_scripts_the_button_draws_another_and_keeps_the_user_id(s):
    who = s.person("teka-satu")
    b = Browser(s)
    page = b.get("/signin?type=teka-satu")
    first = b.get("/captcha.png").body
    page = b.submit(page, "/signin", user=who, password=PASSWORD, captcha="1", new_captcha="1")
    equal(page.status, 200, page)
    check('value="%s"' % who in page.text and PASSWORD not in page.text and 'id="sum"' not in page.text, page)
    check(b.get("/captcha.png").body != first, "the same picture")
    page = b.submit(page, "/signin", user=who, password=PASSWORD, captcha=CAPTCHA)
    equal((page.status, page.location), (303, "/home"))
    b, page = at_password(s, who)
    first = b.get("/captcha.png").body
    page = b.submit(page, "/signin/password", password=PASSWORD, new_captcha="1")
    equal(page.status, 200, page)
    check(who in page.text and b.get("/captcha.png").body != first)


@test
def a_form_without_the_digits_is_incomplete_and_spends_nothing(s):
    who = s.person("teka")
    b, page = at_password(s, who)
    b.get("/captcha.png")
    page = b.submit(page, "/signin/password", password=PASSWORD, captcha="")
    check("Kode Keamanan belum diisi" in page.words(), page)
    page = b.submit(page, "/signin/password", password="", captcha=CAPTCHA)
    check("Password belum diisi" in page.words(), page)
    equal(b.submit(page, "/signin/password", password=PASSWORD, captcha=CAPTCHA).status, 303)


@test
def work_lets_in_once_and_only_where_it_was_asked_for(s):
    who = s.person("teka")
    b, page = at_password(s, who)
    challenge = json.loads(b.get("/captcha.json").text)
    equal(sorted(challenge), ["parameters", "signature"])
    right = payload(challenge, solve(challenge))
    other, other_page = at_password(s, who)
    other.get("/captcha.json")
    check("Kode Keamanan tidak cocok" in other.submit(other_page, "/signin/password", password=PASSWORD, altcha=right).words(),
          "another browser's work was taken")
    page = b.submit(page, "/signin/password", password="salah sekali", altcha=right)
    check("User ID atau password tidak cocok" in page.words(), page)
    page = b.submit(page, "/signin/password", password=PASSWORD, altcha=right)
    check("Kode Keamanan tidak cocok" in page.words(), "replayed: %s" % page)
    challenge = json.loads(b.get("/captcha.json").text)
    page = b.submit(page, "/signin/password", password=PASSWORD, altcha=payload(challenge, solve(challenge)))
    equal((page.status, page.location), (303, "/home"))


@test
def work_that_is_late_cheap_or_rubbish_is_refused(s):
    who = s.person("teka")
    b, page = at_password(s, who)
    challenge = json.loads(b.get("/captcha.json").text)
    cheap = json.loads(json.dumps(challenge))
    cheap["parameters"].update(cost=1, keyPrefix="00")
    bad = [payload(cheap, solve(cheap)), payload(challenge, dict(solve(challenge), derivedKey="0" * 64)), "A" * 60000, "e30=", "%%%",
           base64.b64encode(b'{"challenge":' * 500).decode(), payload(challenge, solve(challenge))[:-8]]
    for text in bad:
        b.get("/captcha.json?new=1")
        page = b.submit(page, "/signin/password", password=PASSWORD, altcha=text)
        equal(page.status, 422, text[:40])
        check("Kode Keamanan tidak cocok" in page.words(), text[:40])
    challenge = json.loads(b.get("/captcha.json?new=1").text)
    late = payload(challenge, solve(challenge))
    equal(b.post("/signin/password/renew", {"csrf": page.form("/signin/password")["fields"]["csrf"]}).status, 303)
    s.later(300)
    page = b.submit(page, "/signin/password", password=PASSWORD, altcha=late)
    check("Kode Keamanan tidak cocok" in page.words(), page)


@test
def after_failures_it_is_asked_of_known_and_unknown_logins_alike(s):
    who = s.person("sesudah")
    seen = []
    for login in (who, "x" * len(who)):
        seen.append([])
        for _ in range(4):
            b, page = at_password(s, login, "sesudah")
            fields = {"captcha": CAPTCHA} if "captcha.png" in page.text else {}
            if fields:
                b.get("/captcha.png")
            answer = b.submit(page, "/signin/password", password="salah sekali", **fields)
            seen[-1].append((page.status, len(page.body), "captcha.png" in page.text, answer.status, len(answer.body),
                             sorted(k for k, _ in answer.headers), sorted(answer.cookies_set()), "captcha.png" in answer.text))
    equal(seen[0], seen[1])
    equal([(x[2], x[7]) for x in seen[0]], [(False, False), (False, False), (False, True), (True, True)])


@test
def what_a_captcha_gives_out_opens_nothing_else(s):
    b, _ = at_password(s, "siapa")
    challenge = json.loads(b.get("/captcha.json").text)
    for value in (challenge["signature"], challenge["parameters"]["nonce"], challenge["signature"][:43], CAPTCHA):
        stranger = Browser(s)
        stranger.jar["gerbang"] = value
        equal(stranger.get("/auth/check").status, 401)
        equal(stranger.get("/home").status, 303)


@test
def a_browser_is_marked_with_the_session_and_strangers_do_not_pause_it(s):
    who = s.person("wajib")
    b = Browser(s)
    page = b.password("wajib", who)
    check("gerbang-known" not in b.jar, "marked by a password alone")
    secret, page = b.enrol()
    line = next(v for k, v in page.headers if k.lower() == "set-cookie" and v.startswith("gerbang-known="))
    check("HttpOnly" in line and "SameSite=Lax" in line and "Max-Age=15552000" in line and len(b.jar["gerbang-known"]) == 43, line)
    stranger = Browser(s)
    for _ in range(6):
        page = stranger.password("wajib", who, "salah sekali")
        check("gerbang-known" not in page.cookies_set())
    check("dijeda" in page.words(), page)
    again = Browser(s)
    again.jar["gerbang-known"] = b.jar["gerbang-known"]
    equal(again.password("wajib", who).location, "/signin/code")
    check(not again.signed_in(), "the mark stood for a factor")
    for value in ("A" * 43, "x", b.jar["gerbang-known"] + "A"):
        forged = Browser(s)
        forged.jar["gerbang-known"] = value
        check("dijeda" in forged.password("wajib", who).words(), "a forged mark: " + value)
    s.next_step()
    again.sign_in("wajib", who, secret)
    equal(again.jar["gerbang-known"], b.jar["gerbang-known"])
    nobody = Browser(s)
    nobody.jar["gerbang"] = b.jar["gerbang-known"]
    equal(nobody.get("/auth/check").status, 401)
