"""What is on paper: recovery codes and registration slips, and the wait before a first activation."""
import re
import threading

from gerbang import Browser, PASSWORD, START_S, check, code_of, equal, test

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")


def codes_on(page):
    return [c for c in re.findall(r'<li class="key">([^<]+)</li>', page.text) if CODE.fullmatch(c)]


def with_codes(s, kind="wajib"):
    """Somebody with a device who has just made a set: (browser, user id, seed, codes)."""
    b, who = Browser(s), s.person(kind)
    secret = b.sign_in(kind, who)
    page = b.submit(b.get("/account/recovery-codes"), "/account/recovery-codes")
    equal(page.status, 200, page)
    codes = codes_on(page)
    equal(len(set(codes)), 10, page)
    return b, who, secret, codes


def at_code(s, who, kind="wajib"):
    b = Browser(s)
    page = b.password(kind, who)
    equal((page.status, page.location), (303, "/signin/code"))
    return b


@test
def a_set_is_shown_once_and_kept_by_nobody(s):
    b, _, _, codes = with_codes(s)
    page = b.get("/account/recovery-codes")
    check("10 dari 10" in page.words(), page)
    check(not codes_on(page) and not any(c in page.text for c in codes))
    equal(page.header("cache-control"), "no-store")
    for target in ("/home", "/account/log", "/account/devices"):
        check(not any(c in b.get(target).text for c in codes), target)
    with open(s.data + "/gerbang.db", "rb") as f:
        stored = f.read()
    with open(s.data + "/gerbang.db-wal", "rb") as f:
        stored += f.read()
    for c in codes:
        check(c.encode() not in stored and c.replace("-", "").encode() not in stored, "a code is in the database")


@test
def it_is_offered_after_the_activation_and_on_the_home(s):
    b, who = Browser(s), s.person("wajib")
    b.password("wajib", who)
    _, page = b.enrol()
    done = b.follow(page)
    check("/signin/done" in page.location and done.form("/account/recovery-codes"), done)
    check("Kode pemulihan butuh 1 menit" in b.get("/home").words())
    equal(len(codes_on(b.submit(done, "/account/recovery-codes"))), 10)
    check("Kode pemulihan butuh 1 menit" not in b.get("/home").words())


@test
def a_recovery_code_signs_in_once_and_the_owner_is_told(s):
    _, who, _, codes = with_codes(s)
    b = at_code(s, who)
    page = b.get("/signin/code")
    check('href="/signin/recovery"' in page.text, page)
    page = b.submit(b.get("/signin/recovery"), "/signin/recovery", code=codes[2].lower().replace("-", " "))
    equal((page.status, page.location), (303, "/home"))
    home = b.follow(page)
    check("sisa 9 kode" in home.words(), home)
    again = at_code(s, who)
    page = again.submit(again.get("/signin/recovery"), "/signin/recovery", code=codes[2])
    equal(page.status, 422)
    check("belum cocok" in page.words() and "Kode rujukan" in page.words(), page)
    check(not again.signed_in())
    check([r for r in s.audit(who) if r["event"] == "recovery" and r["result"] == "ok"], "no line in the log")
    check("Kode pemulihan diterima" in b.get("/account/log").words())


@test
def a_code_of_one_is_no_code_of_another(s):
    _, _, _, of_a = with_codes(s)
    _, b_who, _, _ = with_codes(s)
    b = at_code(s, b_who)
    equal(b.submit(b.get("/signin/recovery"), "/signin/recovery", code=of_a[0]).status, 422)
    check(not b.signed_in())


@test
def a_new_set_ends_the_old_one(s):
    b, who, _, old = with_codes(s)
    new = codes_on(b.submit(b.get("/account/recovery-codes"), "/account/recovery-codes"))
    other = at_code(s, who)
    equal(other.submit(other.get("/signin/recovery"), "/signin/recovery", code=old[0]).status, 422)
    equal(other.submit(other.get("/signin/recovery"), "/signin/recovery", code=new[0]).status, 303)


@test
def an_old_session_makes_no_codes(s):
    b, _, _, _ = with_codes(s)
    form = b.get("/account/recovery-codes")
    s.later(301)
    page = b.submit(form, "/account/recovery-codes")
    equal(page.status, 401)
    check(not codes_on(page))
    check("/account/confirm?next=" in b.get("/account/recovery-codes").text)


@test
def three_wrong_ones_pause_this_door_and_say_until_when(s):
    _, who, secret, codes = with_codes(s)
    b = at_code(s, who)
    for _ in range(3):
        page = b.submit(b.get("/signin/recovery"), "/signin/recovery", code="0000-0000-0000-0000")
        equal(page.status, 422)
    check("dijeda sampai pukul" in page.words(), page)
    equal(b.submit(page, "/signin/recovery", code=codes[0]).status, 422)
    check("dijeda sampai pukul" in b.get("/signin/recovery").words())
    s.next_step()
    equal(b.code(code_of(secret, s.now_s)).status, 303, "the other door is open")


@test
def a_pause_on_codes_names_the_doors_that_are_open(s):
    _, who, _, codes = with_codes(s)
    b = at_code(s, who)
    for wrong in ("000000", "111111", "222222"):
        page = b.code(wrong)
    check("dijeda sampai" in page.words() and 'href="/signin/recovery"' in page.text, page)
    equal(b.submit(b.get("/signin/recovery"), "/signin/recovery", code=codes[9]).status, 303)
    nobody = s.person("wajib")
    Browser(s).sign_in("wajib", nobody)
    b = at_code(s, nobody)
    for wrong in ("000000", "111111", "222222"):
        page = b.code(wrong)
    check('href="/signin/recovery"' not in page.text, "a door that is not there")
    equal(b.get("/signin/recovery").location, "/signin/code")


@test
def the_last_one_leads_to_new_ones(s):
    _, who, _, codes = with_codes(s)
    for code in codes:
        b = at_code(s, who)
        page = b.submit(b.get("/signin/recovery"), "/signin/recovery", code=code)
        equal(page.status, 303)
    check(page.location.startswith("/account/recovery-codes"), page)
    page = b.follow(page)
    check("yang terakhir sudah dipakai" in page.words(), page)
    equal(len(codes_on(b.submit(page, "/account/recovery-codes"))), 10)


@test
def who_lost_the_phone_proves_anew_with_paper_and_removes_it(s):
    _, who, _, codes = with_codes(s)
    b = at_code(s, who)
    b.submit(b.get("/signin/recovery"), "/signin/recovery", code=codes[0])
    s.later(400)
    page = b.get("/account/confirm?next=/account/devices")
    check("with=recovery" in page.text, page)
    page = b.get("/account/confirm?next=/account/devices&with=recovery")
    equal(b.submit(page, "/account/confirm", password=PASSWORD, code=codes[0]).status, 422)
    page = b.get("/account/confirm?next=/account/devices&with=recovery")
    page = b.submit(page, "/account/confirm", password=PASSWORD, code=codes[1])
    equal((page.status, page.location), (303, "/account/devices"))


@test
def of_twenty_uses_at_once_one_signs_in(s):
    _, who, _, codes = with_codes(s)
    browsers = [at_code(s, who) for _ in range(20)]
    forms = [b.get("/signin/recovery") for b in browsers]
    got, gate = [], threading.Barrier(20)

    def use(i):
        gate.wait()
        page = browsers[i].submit(forms[i], "/signin/recovery", code=codes[0])
        got.append((page.status, "gerbang" in page.cookies_set()))

    threads = [threading.Thread(target=use, args=(i,)) for i in range(20)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal(sum(session for _, session in got), 1, got)


# ---- the first activation ------------------------------------------------------------------------------------------


@test
def a_slip_from_the_office_opens_the_first_activation(s):
    who = s.person("lembar")
    text = s.cli("user", "slip", who)
    slip = CODE.search(text).group(0)
    check("LEMBAR PENDAFTARAN" in text and "REGISTRATION SLIP" in text and who in text, text)
    b = Browser(s)
    page = b.password("lembar", who)
    equal((page.status, page.location), (303, "/signin/first"))
    check("otpauth" not in b.get("/signin/enrol").text)
    page = b.submit(b.get("/signin/first"), "/signin/first", slip="")
    equal(page.status, 422)
    page = b.submit(page, "/signin/first", slip="0000-0000-0000-0000")
    equal(page.status, 422)
    check("belum cocok" in page.words() and "/helpdesk" in page.text, page)
    page = b.submit(page, "/signin/first", slip=slip)
    equal((page.status, page.location), (303, "/signin/enrol"))
    _, page = b.enrol()
    equal(page.status, 303)
    check(b.signed_in())
    equal([r["result"] for r in s.audit(who) if r["event"] == "slip"][0], "ok")


@test
def a_new_slip_ends_the_one_before_and_a_type_without_gets_none(s):
    who = s.person("lembar")
    old, new = (CODE.search(s.cli("user", "slip", who)).group(0) for _ in range(2))
    b = Browser(s)
    b.password("lembar", who)
    equal(b.submit(b.get("/signin/first"), "/signin/first", slip=old).status, 422)
    equal(b.submit(b.get("/signin/first"), "/signin/first", slip=new).status, 303)
    try:
        s.cli("user", "slip", s.person("wajib"))
    except AssertionError as why:
        check("first_enrol" in str(why), why)
    else:
        raise AssertionError("a slip for a type that asks for none")


@test
def the_wait_says_until_when_and_is_over_by_itself(s):
    who = s.person("tunggu")
    b = Browser(s)
    page = b.password("tunggu", who)
    equal((page.status, page.location), (303, "/signin/first"))
    page = b.follow(page)
    check("Aktivasi bisa dimulai pada" in page.words() and "/helpdesk" in page.text, page)
    s.later(2 * 3600 - 1)
    b = Browser(s)
    equal(b.password("tunggu", who).location, "/signin/first")
    s.later(1)
    b = Browser(s)
    equal(b.password("tunggu", who).location, "/signin/enrol")
    _, page = b.enrol()
    check(b.signed_in())


@test
def enabling_from_the_home_asks_for_the_slip_too(s):
    who = s.person("lembar-bebas")
    b = Browser(s)
    equal(b.password("lembar-bebas", who).location, "/home")
    page = b.submit(b.get("/home"), "/account/mfa/enrol/begin")
    check("Aktivasi pertama meminta kode pendaftaran" in b.follow(page).words(), page)
    slip = CODE.search(s.cli("user", "slip", who)).group(0)
    page = b.submit(b.get("/account/mfa/first"), "/account/mfa/first", slip=slip)
    equal((page.status, page.location), (303, "/account/mfa"))
    page = b.submit(b.get("/home"), "/account/mfa/enrol/begin")
    check("otpauth" in b.follow(page).text)


@test
def days_left_are_told_before_and_after_the_sign_in(s):
    b, who = Browser(s), s.person("kelak")
    page = b.submit(b.get("/signin?type=kelak"), "/signin", user=who)
    page = b.follow(page)
    check("Sisa waktu" in page.words() and "TOTP wajib untuk" in page.words(), page)
    equal(b.submit(page, "/signin/password", password=PASSWORD).location, "/home")
    check("akun Anda wajib memakai TOTP" in b.get("/home").words(), b.get("/home"))
    check(s.now_s >= START_S)
