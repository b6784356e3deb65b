"""Sessions, cookies, origins, return addresses and the account's own pages."""
import re
import urllib.parse

from gerbang import Browser, PASSWORD, check, code_of, equal, test

EVIL_NEXT = [
    "https://jahat.example/", "http://portal.example.id.jahat.example/", "//jahat.example/", "/\\jahat.example", "\\\\jahat.example",
    "https://portal.example.id.jahat.example/", "https://portal.example.id@jahat.example/", "https://jahat.example#portal.example.id",
    "https://portal.example.id:8443@jahat.example/", "javascript:alert(1)", "data:text/html,x", "/%2f/jahat.example", "///jahat.example",
    "https:jahat.example", "https:///jahat.example", " https://jahat.example", "/home\r\nSet-Cookie: a=b", "\t//jahat.example",
    "https://portal.example.id\\@jahat.example/", "ftp://portal.example.id/", "https://PORTAL.example.id.jahat.example", "/" + "a" * 5000,
    "https://[::1]/", "/.//jahat.example", "http://localhost:1/",
]


def ours(s, location):
    """A path of ours, or our own base."""
    where = urllib.parse.urlsplit(location)
    return (location.startswith("/") and not location.startswith(("//", "/\\")) and not where.netloc) or \
        location.startswith("http://localhost:%d/" % s.port)


@test
def return_addresses_that_are_not_on_the_list_lead_home(s):
    who = s.person("penyedia")
    for evil in EVIL_NEXT:
        b = Browser(s)
        page = b.ask("GET", "/signin?type=penyedia&next=" + urllib.parse.quote(evil, safe=""))
        if page.status != 200:
            check(page.status in (400, 414), "%r: %s" % (evil, page))
            continue
        page = b.submit(page, "/signin", user=who)
        page = b.submit(b.follow(page), "/signin/password", password=PASSWORD)
        equal(page.status, 303, evil)
        check(ours(s, page.location), "%r led to %r" % (evil, page.location))


@test
def a_return_address_in_a_hidden_field_is_held_to_the_list_too(s):
    who = s.person("penyedia")
    b = Browser(s)
    page = b.submit(b.get("/signin?type=penyedia"), "/signin", user=who, next="https://jahat.example/")
    page = b.submit(b.follow(page), "/signin/password", password=PASSWORD)
    check(ours(s, page.location), page)


@test
def a_return_address_on_the_list_is_followed(s):
    who = s.person("penyedia")
    for good in ("https://portal.example.id/a?b=c", "/account/log", "https://portal.example.id"):
        b = Browser(s)
        equal(b.password("penyedia", who, next_url=good).location, good)


@test
def a_page_without_a_session_comes_back_after_the_sign_in(s):
    b, who = Browser(s), s.person("penyedia")
    page = b.get("/account/sessions")
    equal((page.status, page.location), (303, "/signin?next=%2Faccount%2Fsessions"))
    page = b.get(page.location + "&type=penyedia")
    page = b.submit(page, "/signin", user=who)
    page = b.submit(b.follow(page), "/signin/password", password=PASSWORD)
    equal(page.location, "/account/sessions")


@test
def cookies_are_httponly_lax_and_of_the_whole_path(s):
    b, who = Browser(s), s.person("penyedia")
    pages = [b.get("/signin?type=penyedia"), b.get("/terms?lang=en"), b.password("penyedia", who)]
    lines = [v for p in pages for k, v in p.headers if k.lower() == "set-cookie"]
    check(len(lines) >= 3, lines)
    for line in lines:
        for word in ("HttpOnly", "SameSite=Lax", "Path=/"):
            check(word in line, line)
        check("Domain" not in line, line)


@test
def a_planted_sign_in_cookie_is_worth_nothing_after_the_password(s):
    who = s.person("wajib")
    Browser(s).sign_in("wajib", who)
    victim, thief = Browser(s), Browser(s)
    thief.get("/signin?type=wajib")
    victim.jar = dict(thief.jar)
    equal(victim.password("wajib", who).location, "/signin/code")
    check(victim.jar["gerbang-signin"] != thief.jar["gerbang-signin"], "the cookie stayed the same")
    page = thief.get("/signin/code")
    check(page.status == 303 and page.location.startswith("/signin"), page)
    check("#1" not in thief.follow(page).words())


@test
def the_session_is_another_value_than_the_sign_in_and_new_each_time(s):
    who = s.person("penyedia")
    values = set()
    for _ in range(3):
        b = Browser(s)
        b.get("/signin")
        values.add(b.jar["gerbang-signin"])
        b.sign_in("penyedia", who)
        values.add(b.jar["gerbang"])
        check("gerbang-signin" not in b.jar, "the sign-in cookie outlived the sign-in")
    equal(len(values), 6)


@test
def a_client_chosen_session_value_is_never_adopted(s):
    b, who = Browser(s), s.person("penyedia")
    b.jar["gerbang"] = "A" * 43
    b.sign_in("penyedia", who)
    check(b.jar["gerbang"] != "A" * 43)


@test
def no_value_that_is_given_out_works_as_another_cookie(s):
    b, who = Browser(s), s.person("wajib")
    b.password("wajib", who)
    page = b.follow(b.get("/signin/enrol"))
    values = set(b.jar.values()) | {page.form()["fields"]["csrf"]}
    b.enrol(page)
    session = b.jar["gerbang"]
    values |= {b.get("/home").form("/signout")["fields"]["csrf"]}
    for value in values - {session}:
        other = Browser(s)
        other.jar["gerbang"] = value
        equal(other.get("/auth/check").status, 401, value)
        equal(other.get("/home").status, 303, value)
    other = Browser(s)
    other.jar["gerbang-signin"] = session
    for path in ("/signin/code", "/signin/enrol", "/signin/password"):
        page = other.get(path)
        check(page.status == 303 or "otpauth" not in page.text, page)
    check("gerbang" not in other.jar)


@test
def broken_cookies_are_nobody(s):
    for value in ("gerbang=", "gerbang=a; gerbang=b", "gerbang", ";;;=;", "gerbang=" + "A" * 4000, "gerbang=\x7f\x80",
                  'gerbang="' + "A" * 43 + '"', "GERBANG=" + "A" * 43, "gerbang=" + "A" * 43, "gerbang=%41" + "A" * 40):
        b = Browser(s)
        page = b.ask("GET", "/auth/check", headers={"Cookie": value.encode("latin-1")})
        check(page.status in (400, 401, 431), "%r: %s" % (value, page))
        page = b.ask("GET", "/home", headers={"Cookie": value.encode("latin-1")})
        check(page.status in (303, 400, 431), "%r: %s" % (value, page))


@test
def a_form_of_another_site_is_refused(s):
    b, who = Browser(s), s.person("penyedia")
    page = b.get("/signin?type=penyedia")
    form = page.form("/signin")
    fields = {**form["fields"], "user": who}
    for headers in ({"Origin": "https://jahat.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"},
                    {"Sec_Fetch_Site": "same-site"}, {"Sec_Fetch_Site": "none"}, {"Origin": "http://localhost:1"}):
        equal(b.post("/signin", fields, **headers).status, 403, str(headers))
    for headers in ({}, {"Origin": "http://localhost:%d" % s.port}, {"Sec_Fetch_Site": "same-origin"}):
        equal(b.post("/signin", fields, **headers).status, 303, str(headers))


@test
def a_form_without_its_token_is_refused_everywhere(s):
    b, who = Browser(s), s.person("penyedia")
    other = Browser(s)
    other.get("/signin?type=penyedia")
    stranger = other.get("/signin?type=penyedia").form("/signin")["fields"]["csrf"]
    b.sign_in("penyedia", who)
    b.get("/signin")
    for path in ("/signin", "/signin/password", "/signin/code", "/signin/enrol", "/signin/enrol/renew", "/signin/enrol/begin",
                 "/signout", "/account/mfa/disable", "/account/mfa/enrol/begin", "/account/sessions", "/account/password",
                 "/account/confirm"):
        for token in (None, "", "x", stranger):
            fields = {"user": who, "id": "others", "password": PASSWORD, "code": "123456"}
            if token is not None:
                fields["csrf"] = token
            page = b.post(path, fields)
            equal(page.status, 403, "%s with %r" % (path, token))
            check("gerbang" not in page.cookies_set(), path)
    check(b.signed_in(), "a refused form ended the session")


@test
def a_post_without_a_session_is_401(s):
    b = Browser(s)
    for path in ("/account/mfa/disable", "/account/sessions", "/account/password", "/account/confirm", "/account/mfa/enrol"):
        equal(b.post(path, {"csrf": "x"}).status, 401, path)


@test
def signing_out_ends_the_session_and_the_value_is_dead(s):
    b, who = Browser(s), s.person("penyedia")
    b.sign_in("penyedia", who)
    value = b.jar["gerbang"]
    page = b.submit(b.get("/home"), "/signout")
    equal((page.status, page.location), (303, "/signed-out"))
    equal(page.header("Clear-Site-Data"), '"cache"')
    check("gerbang" not in b.jar)
    check("Anda sudah logout" in b.follow(page).words())
    b.jar["gerbang"] = value
    equal(b.get("/auth/check").status, 401)
    equal(b.get("/home").status, 303)
    equal(b.get("/signout").status, 405)


@test
def a_session_ends_after_an_idle_hour_and_after_twelve_in_all(s):
    b, who = Browser(s), s.person("penyedia")
    b.sign_in("penyedia", who)
    s.later(3599)
    equal(b.get("/home").status, 200)
    s.later(3601)
    equal(b.get("/auth/check").status, 401)
    b.sign_in("penyedia", who)
    for _ in range(23):
        s.later(30 * 60)
        equal(b.get("/home").status, 200)
    s.later(30 * 60 + 1)
    equal(b.get("/home").status, 303, "after twelve hours")


@test
def changes_of_security_want_a_fresh_proof(s):
    b, who = Browser(s), s.person("penyedia")
    secret = None
    b.sign_in("penyedia", who)
    page = b.submit(b.get("/home"), "/account/mfa/enrol/begin")
    secret, page = b.enrol(b.follow(page))
    s.later(301)
    page = b.get("/account/mfa")
    check("/account/confirm?next=/account/mfa" in page.text, page)
    token = page.form("/signout")["fields"]["csrf"]
    for path in ("/account/mfa/disable", "/account/mfa/enrol/begin", "/account/sessions"):
        page = b.post(path, {"csrf": token, "id": "others"})
        equal(page.status, 401, path)
        check("/account/confirm?next=" in page.text, page)
    before = b.jar["gerbang"]
    page = b.get("/account/confirm?next=/account/mfa")
    check("password" in page.form("/account/confirm")["names"] and "code" in page.form("/account/confirm")["names"])
    page = b.submit(page, "/account/confirm", password=PASSWORD, code="")
    equal(page.status, 422)
    page = b.submit(page, "/account/confirm", password="bukan ini passwordnya", code=code_of(secret, s.now_s))
    equal(page.status, 422)
    page = b.submit(page, "/account/confirm", password=PASSWORD, code=code_of(secret, s.now_s))
    equal((page.status, page.location), (303, "/account/mfa"))
    check(b.jar["gerbang"] != before, "the session's value stayed the same")
    equal(b.submit(b.get("/account/mfa"), "/account/mfa/disable").status, 303)
    thief = Browser(s)
    thief.jar["gerbang"] = before
    equal(thief.get("/auth/check").status, 401, "the old value")


@test
def the_confirmation_leads_nowhere_else(s):
    b, who = Browser(s), s.person("penyedia")
    b.sign_in("penyedia", who)
    for evil in EVIL_NEXT[:12]:
        page = b.get("/account/confirm?next=" + urllib.parse.quote(evil, safe=""))
        page = b.submit(page, "/account/confirm", password=PASSWORD)
        equal(page.status, 303, evil)
        check(ours(s, page.location), "%r led to %r" % (evil, page.location))


@test
def fifty_wrong_passwords_at_the_confirmation_are_throttled(s):
    b, who = Browser(s), s.person("penyedia")
    b.sign_in("penyedia", who)
    token = b.get("/home").form("/signout")["fields"]["csrf"]
    for _ in range(50):
        page = b.post("/account/confirm?next=/home", {"csrf": token, "password": "bukan ini passwordnya"})
        check(page.status in (401, 422), page)
    rows = [r for r in s.audit(who) if r.get("reason") == "wrong-password"]
    check(len(rows) <= 5, "%d were evaluated" % len(rows))


@test
def sessions_are_listed_and_the_others_can_be_ended(s):
    who = s.person("penyedia")
    one, two, three = Browser(s), Browser(s), Browser(s)
    for b in (one, two, three):
        b.sign_in("penyedia", who)
    page = one.get("/account/sessions")
    equal(page.words().count("Akhiri sesi"), 2)
    check("Sesi ini" in page.words())
    page = one.submit(page, "/account/sessions")
    equal(page.status, 303, page)
    equal(sorted(b.signed_in() for b in (one, two, three)), [False, True, True])
    token = one.get("/home").form("/signout")["fields"]["csrf"]
    equal(one.post("/account/sessions", {"csrf": token, "id": "others"}).status, 303)
    equal([b.signed_in() for b in (one, two, three)], [True, False, False])


@test
def nobody_ends_a_session_of_somebody_else(s):
    one, two = Browser(s), Browser(s)
    one.sign_in("penyedia", s.person("penyedia"))
    who = s.person("penyedia")
    two.sign_in("penyedia", who)
    third = Browser(s)
    third.sign_in("penyedia", who)
    number = two.get("/account/sessions").form("/account/sessions")["fields"]["id"]
    token = one.get("/home").form("/signout")["fields"]["csrf"]
    page = one.post("/account/sessions", {"csrf": token, "id": number})
    equal(page.status, 404, page)
    check(third.signed_in())
    for rubbish in ("", "0", "-1", "x", "9" * 30, None):
        fields = {"csrf": token}
        if rubbish is not None:
            fields["id"] = rubbish
        equal(one.post("/account/sessions", fields).status, 400, str(rubbish))


@test
def a_changed_password_ends_the_other_sessions_and_the_old_one_is_refused(s):
    who = s.person("penyedia")
    one, two = Browser(s), Browser(s)
    one.sign_in("penyedia", who)
    two.sign_in("penyedia", who)
    fresh = "kuda poni makan awan jingga"
    page = one.get("/account/password")
    for fields in ({"current": "", "new": "", "again": ""}, {"current": "salah salah salah salah", "new": fresh, "again": fresh},
                   {"current": PASSWORD, "new": fresh, "again": fresh + "x"}, {"current": PASSWORD, "new": "pendek", "again": "pendek"},
                   {"current": PASSWORD, "new": "a" * 1025, "again": "a" * 1025}, {"current": PASSWORD, "new": who * 2, "again": who * 2}):
        page = one.submit(page, "/account/password", **fields)
        equal(page.status, 422, str(fields)[:80])
        check(fresh not in page.text and PASSWORD not in page.text, "a password came back")
    page = one.submit(page, "/account/password", current=PASSWORD, new=fresh, again=fresh)
    equal(page.status, 303, page)
    check(one.signed_in() and not two.signed_in())
    equal(Browser(s).password("penyedia", who).status, 422)
    equal(Browser(s).password("penyedia", who, fresh).status, 303)


@test
def the_access_log_tells_what_happened_with_references(s):
    b, who = Browser(s), s.person("penyedia")
    page = b.password("penyedia", who, "bukan ini passwordnya")
    ref = re.search(r"\b[2-9A-Z]{2}-[2-9A-Z]{3}\b", page.words())
    check(ref, page)
    b.sign_in("penyedia", who)
    log = b.get("/account/log").words()
    check("password tidak cocok" in log and ref.group(0) in log and "Berhasil masuk" in log and "WIB" in log, log)
    line = s.cli("audit", "--reference", ref.group(0))
    check(who in line and "wrong-password" in line, line)


@test
def the_access_log_has_pages_of_twenty(s):
    b, who = Browser(s), s.person("penyedia")
    for _ in range(11):
        b.sign_in("penyedia", who)
        b.submit(b.get("/home"), "/signout")
    b.sign_in("penyedia", who)
    page = b.get("/account/log")
    equal(page.text.count('class="card"'), 20)
    older = re.search(r'href="(/account/log\?before=\d+)"', page.text)
    check(older, page)
    page = b.get(older.group(1))
    check(0 < page.text.count('class="card"') <= 20 and "Catatan dimulai pada" in page.words(), page)
    for rubbish in ("x", "-1", "0", "9" * 40, ""):
        equal(b.get("/account/log?before=" + rubbish).status, 200)


@test
def the_session_survives_a_restart_and_a_used_code_stays_used(s):
    who = s.person("wajib")
    b = Browser(s)
    secret = b.sign_in("wajib", who)
    s.next_step()
    code = code_of(secret, s.now_s)
    other = Browser(s)
    other.password("wajib", who)
    equal(other.code(code).status, 303)
    s.stop()
    s.start()
    b.close()
    check(b.signed_in())
    third = Browser(s)
    third.password("wajib", who)
    equal(third.code(code).status, 422)
