"""What other programs ask: /auth/check, health, the conventions."""
import email
import email.policy
import glob
import os
import sqlite3
import time

from gerbang import Browser, check, equal, test


@test
def auth_check_is_401_without_a_session_and_200_with_one(s):
    b, who = Browser(s), s.person("wajib")
    page = b.get("/auth/check")
    equal(page.status, 401)
    check(page.location.startswith("http://localhost:%d/signin" % s.port), page)
    b.password("wajib", who)
    equal(b.get("/auth/check").status, 401, "with a half-done sign-in")
    b.enrol()
    page = b.get("/auth/check")
    equal(page.status, 200)
    equal(page.header("Remote-User"), who)
    equal(page.header("Remote-Email"), who + "@example.id")
    equal(page.header("Remote-Name"), "Nama " + who)
    equal(page.header("Remote-Factor"), "pwd otp")
    equal(page.body, b"")
    check(page.header("Set-Cookie") is None and page.header("Cache-Control") == "no-store")


@test
def auth_check_names_the_password_alone_when_it_was_alone(s):
    b = Browser(s)
    b.sign_in("penyedia", s.person("penyedia"))
    equal(b.get("/auth/check").header("Remote-Factor"), "pwd")


@test
def auth_check_knows_the_groups(s):
    who = "grup%05d" % s.now_s
    s.cli("user", "add", who, "--type", "penyedia", "--email", "g@example.id", "--group", "lpse", "--group", "audit", "--password-stdin",
          stdin="empat kata contoh gerbang\n")
    b = Browser(s)
    b.sign_in("penyedia", who)
    equal(sorted(b.get("/auth/check").header("Remote-Groups").split(",")), ["audit", "lpse"])


@test
def auth_check_takes_the_return_address_of_the_proxy_only_from_the_list(s):
    b = Browser(s)
    page = b.get("/auth/check", X_Original_URL="https://portal.example.id/a?b=c")
    check(page.location.endswith("/signin?next=https%3A%2F%2Fportal.example.id%2Fa%3Fb%3Dc"), page)
    page = b.get("/auth/check", X_Forwarded_Proto="https", X_Forwarded_Host="portal.example.id", X_Forwarded_Uri="/x")
    check(page.location.endswith("/signin?next=https%3A%2F%2Fportal.example.id%2Fx"), page)
    for evil in ("https://jahat.example/", "https://portal.example.id.jahat.example/"):
        check(b.get("/auth/check", X_Original_URL=evil).location.endswith("/signin"), evil)


@test
def auth_check_refuses_crooked_originals_even_with_a_session(s):
    b = Browser(s)
    b.sign_in("penyedia", s.person("penyedia"))
    for headers in ({"X_Original_URL": "https://a/%2f"}, {"X_Original_URL": "https://a/../b"}, {"X_Original_URL": "nothing"},
                    {"X_Forwarded_Uri": "//a"}, {"X_Forwarded_Host": "a/b"}, {"X_Original_Method": "<GET>"}):
        page = b.get("/auth/check", **headers)
        equal(page.status, 403, str(headers))
        check(page.header("Remote-User") is None)
    equal(b.get("/auth/check", X_Original_URL="https://portal.example.id/a%20b").status, 200)


@test
def auth_check_sees_every_change_at_the_very_next_request(s):
    """Each is asked twice before, so that the answer stands ready to be given again."""
    b, who = Browser(s), s.person("penyedia")
    other = Browser(s)

    def ready(browser=b):
        for _ in range(2):
            equal(browser.get("/auth/check").header("Remote-User"), who)

    def gone(browser=b):
        page = browser.get("/auth/check")
        equal((page.status, page.header("Remote-User")), (401, None))
    b.sign_in("penyedia", who)
    other.sign_in("penyedia", who)
    ready()
    s.cli("user", "lock", who)
    gone()
    gone(other)
    s.cli("user", "unlock", who)
    b.sign_in("penyedia", who)
    other.sign_in("penyedia", who)
    ready()
    with sqlite3.connect(os.path.join(s.data, "gerbang.db"), timeout=30) as db:
        db.execute("UPDATE users SET group_list = ? WHERE login = ?", ("audit\nlpse\n", who))
    db.close()
    equal(b.get("/auth/check").header("Remote-Groups"), "audit,lpse")
    ready()
    ready(other)
    value = b.jar["gerbang"]
    equal(b.submit(b.get("/home"), "/signout").status, 303)
    b.jar["gerbang"] = value
    gone()
    ready(other)
    s.later(3599)
    ready(other)  # seen: written down by the housekeeping a moment later, or not
    s.later(3601)
    gone(other)


@test
def who_is_seen_on_auth_check_alone_stays_signed_in(s):
    b, who = Browser(s), s.person("penyedia")
    b.sign_in("penyedia", who)
    equal([b.get("/auth/check").status for _ in range(2)], [200, 200])
    s.later(1800)
    end, seen_s = time.monotonic() + 30, 0
    while seen_s < s.now_s and time.monotonic() < end:
        equal(b.get("/auth/check").status, 200)
        with sqlite3.connect(os.path.join(s.data, "gerbang.db"), timeout=30) as db:
            seen_s = db.execute("SELECT max(seen_s) FROM session s JOIN users u ON u.id = s.user_id WHERE u.login = ?", (who,)).fetchone()[0]
        db.close()
        time.sleep(0.05)
    equal(seen_s, s.now_s, "nobody wrote down that the session was seen")
    s.later(2400)
    equal(b.get("/auth/check").status, 200)


@test
def what_a_client_says_of_itself_is_never_echoed(s):
    b, who = Browser(s), s.person("penyedia")
    b.sign_in("penyedia", who)
    page = b.get("/auth/check", Remote_User="admin", Remote_Groups="root", Authorization="Basic YWRtaW46YWRtaW4=")
    equal(page.header("Remote-User"), who)
    equal(Browser(s).get("/auth/check", Remote_User="admin", Authorization="Basic YWRtaW46YWRtaW4=").status, 401)


@test
def a_proxy_that_lies_about_the_address_changes_no_budget(s):
    who = s.person("penyedia")
    for forwarded in ("garbage", "", "a" * 5000, "fe80::1%eth0", "1.2.3.4, 5.6.7.8", "::1", "999.1.1.1"):
        b = Browser(s, X_Forwarded_For=forwarded)
        page = b.password("penyedia", who, "bukan ini passwordnya")
        check(page.status in (422, 400), "%r: %s" % (forwarded[:20], page))
        check("gerbang" not in b.jar)
    rows = [r for r in s.audit(who) if r.get("reason") == "wrong-password"]
    check(len(rows) <= 5, "%d were evaluated" % len(rows))


@test
def health_and_conventions_answer(s):
    b = Browser(s)
    equal((b.get("/healthz").status, b.get("/readyz").status), (200, 200))
    page = b.get("/.well-known/change-password")
    equal((page.status, page.location), (303, "/account/password"))
    check("Disallow: /" in b.get("/robots.txt").text)
    text = b.get("/.well-known/security.txt").text
    check("Contact: mailto:helpdesk@example.id" in text and "Expires: 20" in text and "Canonical: http" in text, text)
    equal(b.jar, {}, "a machine path set a cookie")


@test
def a_notice_is_mailed_in_both_languages(s):
    b, who = Browser(s), s.person("wajib")
    b.sign_in("wajib", who)
    end, letters = time.monotonic() + 30, []
    while not letters and time.monotonic() < end:
        for name in glob.glob(os.path.join(s.data, "mail", "*.eml")):
            with open(name, "rb") as f:
                letter = email.message_from_binary_file(f, policy=email.policy.default)
            if who + "@example.id" in str(letter["To"]):
                letters.append(letter)
        time.sleep(0.05)
    check(letters, "no mail for " + who)
    letter = letters[0]
    equal(len(letter.get_all("To")), 1)
    for kind in ("plain", "html"):
        text = letter.get_body(preferencelist=(kind,)).get_content()
        for words in ("perangkat TOTP ditambahkan", "a TOTP device was added", "Nama " + who, "HP saya", "127.0.0.1", "Chrome, Linux"):
            check(words in text, "%s: %s is not in %s" % (kind, words, text[:400]))
