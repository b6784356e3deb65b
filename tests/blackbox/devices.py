"""Several devices: who goes is named, suspended and taken back; move, rename, remove; three acts in words."""
import re
import html

from gerbang import Browser, PASSWORD, check, code_of, equal, secret_on, test

LIST = "/account/devices"


def home(s, kind="penyedia"):
    """Somebody signed in with one device; (browser, user, its secret)."""
    b, who = Browser(s), s.person(kind)
    b.sign_in(kind, who)
    if kind != "penyedia":
        return b, who, None
    page = b.submit(b.get("/home"), "/account/mfa/enrol/begin")
    secret, page = b.enrol(b.follow(page), device="HP satu")
    equal(page.status, 303, page)
    return b, who, secret


def prove(s, b, secret, page):
    """The confirmation that a link asked for; the page behind it."""
    check(page.status == 200 and "/account/confirm" in page.target, page)
    s.next_step()
    return b.follow(b.submit(page, "/account/confirm", password=PASSWORD, code=code_of(secret, s.now_s)))


def add(s, b, name):
    s.later(1)
    page = b.follow(b.submit(b.get(LIST), "/account/mfa/enrol/begin"))
    check("nomor" in page.words().lower() or "#" in page.words(), page)
    secret, page = b.enrol(page, device=name)
    equal(page.status, 303, page)
    return secret


def href(page, act, name):
    """The link of one device's act, by the name that it says aloud."""
    for found in re.finditer(r'href="(/account/devices/%s\?id=\d+)"[^>]*>(.*?)</a>' % act, page.text, re.S):
        if name in html.unescape(found.group(2)):
            return html.unescape(found.group(1))
    raise AssertionError("no %s of %s on %s" % (act, name, page))


@test
def three_devices_work_side_by_side_with_names_and_numbers(s):
    b, who, one = home(s)
    two, three = add(s, b, "HP dua"), add(s, b, "HP tiga")
    page = b.get(LIST)
    for words in ("3 dari 3 perangkat", "Nomor 1 – HP satu", "Nomor 2 – HP dua", "Nomor 3 – HP tiga", "#3"):
        check(words in page.words(), (words, page))
    for secret in (one, two, three):
        s.next_step()
        Browser(s).sign_in("penyedia", who, secret)


@test
def the_oldest_is_named_before_the_qr_code_and_can_be_taken_back(s):
    b, who, one = home(s)
    two, three = add(s, b, "HP dua"), add(s, b, "HP tiga")
    page = b.get("/account/mfa/enrol")
    check("Tempat perangkat penuh (3 dari 3)" in page.words(), page)
    check('"HP satu"' in page.words() and "48 jam" in page.words() and "otpauth" not in page.text, page)
    page = b.follow(b.submit(page, "/account/mfa/enrol/begin"))
    check("HP satu tetap berlaku" in page.words() and "otpauth" in page.text, page)
    s.next_step()
    Browser(s).sign_in("penyedia", who, one)  # until the code comes it works
    s.next_step()
    four, page = b.enrol(b.get("/account/mfa/enrol"), device="HP empat")
    equal(page.status, 303, page)
    check("HP satu dinonaktifkan" in b.follow(page).words(), page)
    # at once: its codes are refused, the list says until when
    other = Browser(s)
    other.password("penyedia", who)
    s.next_step()
    page = other.code(code_of(one, s.now_s))
    check(page.status != 303 and not other.signed_in(), page)
    page = b.get(LIST)
    check("Ditangguhkan" in page.words() and "sejak HP empat ditambahkan" in page.words(), page)
    # one a day
    page = b.get("/account/mfa/enrol")
    check("Hari ini sudah ada perangkat yang ditangguhkan" in page.words() and "otpauth" not in page.text, page)
    # the way back: another proof, what goes for it is named
    s.later(60)
    page = b.follow(b.get(href(b.get(LIST), "restore", "HP satu")))
    if "/account/devices/restore" in page.target:
        check("bukan dari HP satu" in page.words(), page)
        page = b.get("/account/confirm?next=" + page.target)
    page = prove(s, b, two, page)
    check("HP empat dihapus" in page.words(), page)
    page = b.submit(page, "/account/devices/restore")
    equal(page.status, 303, page)
    check("HP satu dapat dipakai login lagi" in b.follow(page).words())
    s.next_step()
    Browser(s).sign_in("penyedia", who, one)
    other = Browser(s)
    other.password("penyedia", who)
    s.next_step()
    check(other.code(code_of(four, s.now_s)).status != 303, "the one that went for it still counts")
    check(any(e["event"] == "device.suspend" for e in s.audit(who)) and any(e["event"] == "device.restore" for e in s.audit(who)))
    check(three)


@test
def every_act_asks_for_a_fresh_proof(s):
    b, _, one = home(s)
    add(s, b, "HP dua")
    page = b.get(LIST)
    links = [href(page, act, "HP dua") for act in ("rename", "remove", "move")]
    forms = [b.get(link) for link in links]
    s.later(301)
    for link in links:
        equal(b.get(link).location.split("?")[0], "/account/confirm", link)
    for page in forms[:2]:
        action = page.form()["action"]
        equal(b.submit(page, action, device="Lain").status, 401, action)
    equal(b.submit(forms[2], "/account/mfa/enrol/begin").status, 401)
    check("HP dua" in b.get(LIST).words())
    check(one)


@test
def a_move_leaves_exactly_one(s):
    b, who, one = home(s)
    page = b.get(href(b.get(LIST), "move", "HP satu"))
    check("ponsel lama tetap berlaku" in page.words(), page)
    page = b.follow(b.submit(page, "/account/mfa/enrol/begin"))
    check("HP satu tetap berlaku" in page.words(), page)
    equal(page.form("/account/mfa/enrol")["fields"]["device"], "HP satu")
    s.next_step()
    Browser(s).sign_in("penyedia", who, one)
    s.next_step()
    two, page = b.enrol(b.get("/account/mfa/enrol"), device="HP satu")
    equal(page.status, 303, page)
    page = b.follow(page)
    check("HP satu tidak berlaku lagi" in page.words() and "#1" in page.words(), page)
    check("1 dari 3 perangkat" in b.get(LIST).words())
    other = Browser(s)
    other.password("penyedia", who)
    s.next_step()
    check(other.code(code_of(one, s.now_s)).status != 303, "the old phone still counts")
    s.next_step()
    equal(other.code(code_of(two, s.now_s)).status, 303)


@test
def rename_and_remove_say_what_they_did(s):
    b, who, one = home(s)
    add(s, b, "HP dua")
    page = b.get(href(b.get(LIST), "rename", "HP dua"))
    bad = b.submit(page, "/account/devices/rename", device="http://jahat.example")
    check(bad.status == 422 and "alamat web" in bad.words(), bad)
    bad = b.submit(page, "/account/devices/rename", device="hp SATU")
    check(bad.status == 422 and "sudah dipakai" in bad.words(), bad)
    check("HP Rumah" in b.follow(b.submit(page, "/account/devices/rename", device="HP Rumah")).words())
    page = b.get(href(b.get(LIST), "remove", "HP Rumah"))
    check("Anda masih punya: HP satu" in page.words(), page)
    page = b.follow(b.submit(page, "/account/devices/remove"))
    check("HP Rumah dihapus. Hapus juga entri" in page.words() and "#2" in page.words(), page)
    # the last one is not removed; it says what to do instead
    page = b.get(href(b.get(LIST), "remove", "HP satu"))
    check("satu-satunya cara Anda masuk" in page.words() and "Pindah ke Ponsel Baru" in page.words() and "Disable TOTP" in page.words(), page)
    fields = {"csrf": page.form("/signout")["fields"]["csrf"], "id": page.target.split("=")[1]}
    equal(b.post("/account/devices/remove", fields).status, 422)
    check("HP satu" in b.get(LIST).words() and one)
    equal([e["event"] for e in s.audit(who)].count("device.remove"), 1)


@test
def devices_of_others_and_rubbish_lead_to_the_list(s):
    b, _, _ = home(s)
    theirs, _, _ = home(s)
    there = href(theirs.get(LIST), "remove", "HP satu")
    for target in (there, LIST + "/remove", LIST + "/rename?id=0", LIST + "/restore?id=-1", LIST + "/remove?id=99999999999999999999",
                   LIST + "/rename?id=x'--"):
        page = b.get(target)
        equal((page.status, (page.location or "").split("&")[0]), (303, LIST + "?done=changed"), target)
    token = b.get(LIST).form("/signout")["fields"]["csrf"]
    for act in ("remove", "rename", "restore"):
        page = b.post(LIST + "/" + act, {"csrf": token, "id": there.split("=")[1], "device": "x"})
        equal((page.status, page.location.split("&")[0]), (303, LIST + "?done=changed"), act)
    check("HP satu" in theirs.get(LIST).words())
    for done in ("removed", "renamed", "restored", "<b>x"):
        check('role="status"><p>' not in b.get(LIST + "?done=%s&id=%s" % (done, there.split("=")[1])).text, done)


@test
def later_ends_the_activation_and_names_the_entry(s):
    b, who = Browser(s), s.person("penyedia")
    b.sign_in("penyedia", who)
    page = b.follow(b.submit(b.get("/home"), "/account/mfa/enrol/begin"))
    secret = secret_on(page)
    page = b.follow(b.submit(page, "/account/mfa/enrol/leave"))
    check("Aktivasi dibatalkan" in page.words() and "#1" in page.words() and page.target.startswith("/account/mfa"), page)
    page = b.get("/account/mfa/enrol")
    check("otpauth" not in page.text and secret not in page.text, page)


@test
def an_activation_in_another_window_is_taken_over_on_a_press_only(s):
    one, two, who = Browser(s), Browser(s), s.person("wajib")
    one.password("wajib", who)
    secret = secret_on(one.get("/signin/enrol"))
    two.password("wajib", who)
    page = two.get("/signin/enrol")
    check("jendela lain" in page.words() and "otpauth" not in page.text, page)
    equal(secret_on(one.get("/signin/enrol")), secret)
    page = two.follow(two.submit(page, "/signin/enrol/begin"))
    check(secret_on(page) != secret, page)
    check("jendela lain" in one.get("/signin/enrol").words())


@test
def a_step_loaded_again_leads_to_the_activation(s):
    b, who = Browser(s), s.person("wajib")
    b.password("wajib", who)
    page = b.get("/signin/enrol")
    page = b.post("/signin/enrol/renew", {**page.form()["fields"], "code": "12"})
    check(page.status == 200 and 'value="12"' in page.text, page)
    for target in ("/signin/enrol/renew", "/signin/enrol/begin"):
        page = b.get(target)
        equal((page.status, page.location), (303, "/signin/enrol"), target)


@test
def the_disabled_factor_names_its_entries_and_offers_a_new_one_at_once(s):
    b, _, _ = home(s)
    page = b.follow(b.submit(b.get("/account/mfa"), "/account/mfa/disable"))
    check("Tidak Aktif" in page.words() and "#1" in page.words() and "Enable TOTP" in page.words(), page)
    page = b.follow(b.submit(page, "/account/mfa/enrol/begin"))
    check("#2" in html.unescape(page.text) and "otpauth" in page.text, page)
