"""The sign-in and the activation, as people meet them."""
import re

from gerbang import Browser, PASSWORD, check, code_of, equal, secret_on, test


@test
def two_steps_and_an_optional_factor_lead_home_by_password(s):
    b, who = Browser(s), s.person("penyedia")
    page = b.get("/signin?type=penyedia")
    equal(page.status, 200)
    page = b.submit(page, "/signin", user=who)
    equal((page.status, page.location), (303, "/signin/password"))
    page = b.submit(b.follow(page), "/signin/password", password=PASSWORD)
    equal((page.status, page.location), (303, "/home"))
    home = b.follow(page)
    equal(home.status, 200)
    check("Tidak Aktif" in home.words() and "Enable TOTP" in home.words(), home)


@test
def one_page_asks_everything_at_once_and_forces_the_activation(s):
    b, who = Browser(s), s.person("pelanggan")
    page = b.submit(b.get("/signin?type=pelanggan"), "/signin", user=who, password=PASSWORD, agree="1")
    equal((page.status, page.location), (303, "/signin/enrol"))
    check("gerbang" not in page.cookies_set(), "a session before the second factor")
    check(not b.signed_in())
    equal(b.get("/home").status, 303)
    secret, page = b.enrol()
    equal(page.status, 303, page)
    check(b.signed_in())
    check("Aktif" in b.get("/home").words())
    check(len(secret) == 32)


@test
def the_user_id_may_be_typed_in_any_case(s):
    b, who = Browser(s), s.person("penyedia")
    equal(b.password("penyedia", "  " + who.upper() + " ").location, "/home")


@test
def one_page_without_the_tick_or_a_field_stays_and_keeps_the_user_id(s):
    who = s.person("pelanggan")
    for missing in ("user", "password", "agree"):
        b = Browser(s)
        fields = {"user": who, "password": PASSWORD, "agree": "1"}
        del fields[missing]
        page = b.get("/signin?type=pelanggan")
        page = b.submit(page, "/signin", **fields)
        equal(page.status, 422, missing)
        check('role="alert"' in page.text and "gerbang" not in b.jar)
        check(PASSWORD not in page.text, "the password came back")
        if missing != "user":
            check('value="%s"' % who in page.text, "the user id is gone without " + missing)


@test
def the_second_sign_in_asks_a_code_names_the_entry_and_shows_no_qr(s):
    b, who = Browser(s), s.person("wajib")
    secret = b.sign_in("wajib", who)
    other = Browser(s)
    page = other.password("wajib", who)
    equal((page.status, page.location), (303, "/signin/code"))
    page = other.follow(page)
    check("#1" in page.words() and "otpauth" not in page.text and "data:image/png" not in page.text, page)
    s.next_step()
    page = other.submit(page, "/signin/code", code=code_of(secret, s.now_s))
    equal(page.status, 303, page)
    check(other.signed_in())


@test
def a_code_may_be_typed_with_spaces_and_one_step_early_or_late(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    for off in (-30, 0, 30):
        s.later(120)
        b = Browser(s)
        b.password("wajib", who)
        code = code_of(secret, s.now_s + off)
        equal(b.code(" %s %s " % (code[:3], code[3:])).status, 303, "offset %d" % off)


@test
def a_code_two_steps_off_is_refused(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(300)
    b = Browser(s)
    b.password("wajib", who)
    page = b.code(code_of(secret, s.now_s - 60))
    equal(page.status, 422)
    check(not b.signed_in())


@test
def a_code_is_good_once_on_any_browser(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(90)
    code = code_of(secret, s.now_s)
    first, second = Browser(s), Browser(s)
    first.password("wajib", who)
    second.password("wajib", who)
    equal(first.code(code).status, 303)
    page = second.code(code)
    equal(page.status, 422)
    check("sudah dipakai" in page.words(), page)
    check(not second.signed_in())
    s.later(29)
    third = Browser(s)
    third.password("wajib", who)
    equal(third.code(code).status, 422)
    equal(third.code(code_of(secret, s.now_s - 30)).status, 422, "an older step")


@test
def a_code_that_is_not_six_digits_costs_nothing(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(90)
    b = Browser(s)
    b.password("wajib", who)
    for wrong in ("", "1", "12345", "1234567", "abcdef", "+12345", "１２３４５６", "12345a"):
        equal(b.code(wrong).status, 422, wrong)
    equal(b.code(code_of(secret, s.now_s)).status, 303)


@test
def three_wrong_codes_pause_and_the_truth_is_told(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(90)
    b = Browser(s)
    b.password("wajib", who)
    good = code_of(secret, s.now_s)
    wrong = ["%06d" % n for n in range(1000) if "%06d" % n != good][:3]
    for w in wrong:
        page = b.code(w)
        check(page.status in (422, 200), page)
    check(re.search(r"dijeda sampai pukul \d\d\.\d\d\.\d\d", b.get("/signin/code").words()), b.get("/signin/code"))
    page = b.post("/signin/code", {"csrf": csrf(b), "code": good})
    check(page.status in (200, 422) and not b.signed_in(), "a right code inside the pause: %s" % page)
    s.later(31)
    page = b.code(code_of(secret, s.now_s))
    equal(page.status, 303, page)
    reasons = [r.get("reason") for r in s.audit(who) if r.get("event") == "code" and r.get("result") == "refused"]
    equal(reasons.count("wrong-code"), 3)


def csrf(b):
    return b.get("/signin?type=penyedia").form("/signin")["fields"]["csrf"]


@test
def a_wrong_password_keeps_the_user_id_and_five_pause_the_step(s):
    b, who = Browser(s), s.person("penyedia")
    page = b.follow(b.to_password("penyedia", who))
    for _ in range(5):
        page = b.submit(page, "/signin/password", password="bukan ini passwordnya")
        equal(page.status, 422)
        check(who in page.text and 'role="alert"' in page.text)
    paused = b.submit(page, "/signin/password", password="bukan ini passwordnya")
    right = b.submit(paused, "/signin/password", password=PASSWORD)
    check(not b.signed_in(), "the right password was taken in the pause")
    equal(shape(right), shape(paused), "right and wrong passwords read alike in the pause")
    check(re.search(r"dijeda sampai pukul", paused.words()), paused)
    s.later(61)
    page = b.submit(right, "/signin/password", password=PASSWORD)
    equal(page.status, 303, page)


def shape(page):
    """Everything that a stranger could tell two answers apart by; the reference differs each time."""
    text = re.sub(r"[2-9A-HJ-NP-Z]{2}-[2-9A-HJ-NP-Z]{3}", "REF", page.text)
    text = re.sub(r'name="csrf" value="[^"]*"', "csrf", text)
    names = sorted((k.lower(), "" if k.lower() in ("set-cookie", "content-length", "date") else v) for k, v in page.headers)
    return page.status, names, text


@test
def unknown_users_go_the_same_road_as_known_ones(s):
    known = s.person("penyedia")
    unknown = "tiada%05d" % 1
    pages = {}
    for who in (known, unknown):
        b = Browser(s)
        steps = [b.to_password("penyedia", who)]
        steps.append(b.follow(steps[-1]))
        for _ in range(6):
            steps.append(b.submit(steps[-1], "/signin/password", password="bukan ini passwordnya"))
        pages[who] = [shape(p) for p in steps]
        pages[who] = [(st, h, t.replace(who, "SIAPA")) for st, h, t in pages[who]]
        check([len(p.body) for p in steps] and True)
    for i, (a, b) in enumerate(zip(pages[known], pages[unknown])):
        equal(a, b, "step %d" % i)


@test
def a_locked_user_reads_the_same_as_a_wrong_password(s):
    who = s.person("penyedia")
    s.cli("user", "lock", who)
    b = Browser(s)
    page = b.password("penyedia", who)
    equal(page.status, 422)
    check("tidak cocok" in page.words(), page)
    s.cli("user", "unlock", who)
    equal(b.submit(page, "/signin/password", password=PASSWORD).status, 303)


@test
def locking_a_user_ends_the_session_at_once(s):
    b, who = Browser(s), s.person("penyedia")
    b.sign_in("penyedia", who)
    s.cli("user", "lock", who)
    equal(b.get("/auth/check").status, 401)
    equal(b.get("/home").status, 303)


@test
def an_old_password_form_keeps_the_user_id(s):
    b, who = Browser(s), s.person("penyedia")
    page = b.follow(b.to_password("penyedia", who))
    s.later(301)
    page = b.submit(page, "/signin/password", password=PASSWORD)
    equal(page.status, 422)
    check("masih tersimpan" in page.words() and who in page.text, page)
    equal(b.submit(page, "/signin/password", password=PASSWORD).status, 303)


# ---- activation -----------------------------------------------------------------------------------------------

@test
def the_same_secret_is_shown_on_every_look_and_after_more_time(s):
    b, who = Browser(s), s.person("wajib")
    b.password("wajib", who)
    page = b.get("/signin/enrol")
    if "otpauth" not in page.text:
        page = b.follow(b.submit(page))
    first = secret_on(page)
    check("#1" in page.text or "%231" in page.text)
    equal(secret_on(b.get("/signin/enrol")), first)
    s.later(121)
    closed = b.get("/signin/enrol")
    check("tertutup" in closed.words() and "otpauth" not in closed.text, closed)
    page = b.follow(b.submit(closed, "/signin/enrol/renew"))
    equal(secret_on(page), first)
    secret, answer = b.enrol(page)
    equal((secret, answer.status), (first, 303))


@test
def a_wrong_code_at_the_activation_keeps_the_secret_and_the_account_pays_nothing(s):
    b, who = Browser(s), s.person("wajib")
    b.password("wajib", who)
    page = b.get("/signin/enrol")
    if "otpauth" not in page.text:
        page = b.follow(b.submit(page))
    first = secret_on(page)
    for _ in range(4):
        page = b.submit(page, "/signin/enrol", code="000000", device="HP")
        equal(page.status, 422)
    equal(secret_on(page), first)
    page = b.submit(page, "/signin/enrol", code=code_of(first, s.now_s), device="HP")
    equal(page.status, 303, page)
    check(b.signed_in())


@test
def a_slow_phone_is_told_how_slow_at_the_activation(s):
    b, who = Browser(s), s.person("wajib")
    b.password("wajib", who)
    page = b.get("/signin/enrol")
    if "otpauth" not in page.text:
        page = b.follow(b.submit(page))
    page = b.submit(page, "/signin/enrol", code=code_of(secret_on(page), s.now_s - 47 * 60), device="HP")
    equal(page.status, 422)
    check("terlambat 47 menit" in page.words(), page)


@test
def an_optional_factor_is_enabled_and_disabled_at_home(s):
    b, who = Browser(s), s.person("penyedia")
    b.sign_in("penyedia", who)
    page = b.submit(b.get("/home"), "/account/mfa/enrol/begin")
    equal((page.status, page.location), (303, "/account/mfa/enrol"))
    secret, page = b.enrol(b.follow(page))
    equal(page.status, 303, page)
    check(b.signed_in(), "the session ended by enrolling")
    home = b.get("/home")
    check("Disable TOTP" in home.words(), home)
    second = Browser(s)
    page = second.password("penyedia", who)
    equal(page.location, "/signin/code")
    s.next_step()
    equal(second.code(code_of(secret, s.now_s)).status, 303)
    page = second.submit(second.get("/account/mfa"), "/account/mfa/disable")
    equal(page.status, 303, page)
    check("tidak aktif" in second.follow(page).words().lower())
    check(not b.signed_in(), "another session outlived the change")
    equal(Browser(s).password("penyedia", who).location, "/home")


@test
def a_policy_that_forbids_it_keeps_the_factor(s):
    b, who = Browser(s), s.person("tetap")
    b.sign_in("tetap", who)
    page = b.get("/account/mfa")
    check("harus tetap aktif" in page.words(), page)
    token = page.form("/signout")["fields"]["csrf"]
    page = b.post("/account/mfa/disable", {"csrf": token})
    equal(page.status, 422, page)
    check("Disable TOTP" not in b.get("/home").words())
    equal(Browser(s).password("tetap", who).location, "/signin/code")


@test
def logout_on_an_open_activation_asks_first(s):
    b, who = Browser(s), s.person("wajib")
    b.password("wajib", who)
    page = b.get("/signin/enrol")
    if "otpauth" not in page.text:
        page = b.follow(b.submit(page))
    page = b.submit(page, "/signout")
    equal(page.status, 200, page)
    check("Aktivasi belum selesai" in page.words(), page)
    page = b.submit(page, "/signout", sure="1") if "sure" not in page.form("/signout")["fields"] else b.submit(page, "/signout")
    equal((page.status, page.location), (303, "/signed-out"))
    check("Anda sudah logout" in b.follow(page).words())
    page = Browser(s).password("wajib", who)
    equal(page.location, "/signin/enrol")
