"""The secrets of the other doors, each sent well and badly: recovery codes, slips, captchas, passkeys."""
import base64
import json
import os
import random
import re

import live
from live import PATIENCE_S, check, equal, until
from softkey import Softkey, raw

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PASSWORD = live.gerbang.PASSWORD
TYPES = """
type "kunci" { captcha = "never" label_id = "Kunci" label_en = "Key" terms = "footer" mfa = "mandatory" factors = {"code", "passkey"} }
"""
KINDS = ("recovery code", "slip", "captcha", "signature", "challenge", "credential")
# kind -> tables of the database where it stands
STORED = {"captcha": "captcha", "challenge": "challenge", "credential": "passkey"}


def typed(known, kind, shown):
    """All faces of a secret that is typed by hand; `shown` is the first."""
    clean = shown.replace("-", "")
    bits = 0
    for c in clean:
        bits = bits << 5 | ALPHABET.index(c)
    for face in (shown, clean, clean.lower(), shown.lower(), shown.replace("-", " "), shown.lower().replace("-", " ")):
        known.add(kind, face)
    known.add(kind, bits.to_bytes(10, "big"))


def never_given(known, kind):
    wrong = "-".join("".join(random.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    typed(known, kind, wrong)
    return wrong


def both(known, kind, text):
    """As it travels, and what it stands for."""
    known.add(kind, text)
    known.add(kind, raw(text))


def at_password(s, tab, kind, login):
    return tab.follow(tab.submit(tab.get("/signin?type=" + kind), "/signin", user=login))


def recovery_codes(s, known, tab_of, login, secret, code_for):
    """`login` has a device with this secret."""
    tab = tab_of()
    page = at_password(s, tab, live.KIND, login)
    page = tab.follow(tab.submit(page, "/signin/password", password=PASSWORD))
    equal(tab.submit(page, "/signin/code", code=code_for(s, secret)).status, 303)
    sets = []
    for _ in range(2):
        page = tab.submit(tab.get("/account/recovery-codes"), "/account/recovery-codes")
        sets.append(re.findall(r'<li class="key">([^<]+)</li>', page.text))
        check(len(sets[-1]) == 10, page)
        for code in sets[-1]:
            typed(known, "recovery code", code)
    tab = tab_of()
    page = at_password(s, tab, live.KIND, login)
    tab.submit(page, "/signin/password", password=PASSWORD)
    page = tab.get("/signin/recovery")
    for wrong in (never_given(known, "recovery code"), sets[0][0]):
        page = tab.submit(page, "/signin/recovery", code=wrong)
        equal(page.status, 422, page)
    equal(tab.submit(page, "/signin/recovery", code=sets[1][3].lower().replace("-", " ")).status, 303)
    page = tab.get("/account/confirm?next=/home&with=recovery")
    equal(tab.submit(page, "/account/confirm", password=PASSWORD, code=sets[1][4]).status, 303)


def slips(s, known, tab_of):
    login = s.person("lembar")
    given = []
    for _ in range(2):
        given.append(re.search(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b", s.cli("user", "slip", login)).group(0))
        typed(known, "slip", given[-1])
    tab = tab_of()
    tab.submit(at_password(s, tab, "lembar", login), "/signin/password", password=PASSWORD)
    page = tab.get("/signin/first")
    for wrong in (never_given(known, "slip"), given[0]):
        page = tab.submit(page, "/signin/first", slip=wrong)
        equal(page.status, 422, page)
    equal(tab.submit(page, "/signin/first", slip=given[1]).status, 303)


def drawn(s, known, tab):
    """What the picture shows. One that is also a number of this machine would be found without being told."""
    others = {str(s.port)} | {p for p in os.listdir("/proc") if p.isdigit()}
    for i in range(20):
        equal(tab.get("/captcha.png" + ("?new=1" if i else "")).status, 200)
        # the newest of all: digits, then what the picture is drawn with
        (answer,), = s.sql("SELECT answer FROM captcha ORDER BY seq DESC LIMIT 1")
        answer = answer[:5].decode()
        if answer not in others:
            known.add("captcha", answer)
            return answer
    raise AssertionError("twenty pictures, each a number of this machine")


def captchas(s, known, tab_of):
    login, tab = s.person("teka"), tab_of()
    page = at_password(s, tab, "teka", login)
    right = drawn(s, known, tab)
    wrong = "%05d" % ((int(right) + 31415) % 100000)
    known.add("captcha", wrong)
    page = tab.submit(page, "/signin/password", password=PASSWORD, captcha=wrong)
    equal(page.status, 422, page)
    equal(tab.submit(page, "/signin/password", password=PASSWORD, captcha=drawn(s, known, tab)).location, "/home")
    # one that nobody sends
    tab = tab_of()
    at_password(s, tab, "teka", login)
    drawn(s, known, tab)


def passkeys(s, known, tab_of):
    login, tab = s.person("kunci"), tab_of()
    key = Softkey(s.folder, "http://localhost:%d" % s.port)

    def options(page, action):
        form = page.form(action)
        said = tab.post(action + "/options", form["fields"])
        equal(said.status, 200, said)
        both(known, "challenge", json.loads(said.text)["challenge"])
        return json.loads(said.text)

    tab.submit(at_password(s, tab, "kunci", login), "/signin/password", password=PASSWORD)
    page = tab.get("/signin/enrol/passkey")
    answer = key.created(options(page, "/signin/enrol/passkey"))
    both(known, "credential", answer["credential"])
    page = tab.submit(page, "/signin/enrol/passkey", device="Kunci Kanari", **answer)
    equal(page.status, 303, page)
    for good in (False, True):
        tab = tab_of()
        page = tab.get("/signin/passkey")
        answer = key.got(options(page, "/signin/passkey"))
        if not good:      # the last byte of the signature
            sent = raw(answer["signature"])
            answer["signature"] = base64.urlsafe_b64encode(sent[:-1] + bytes([sent[-1] ^ 1])).rstrip(b"=").decode()
        both(known, "signature", answer["signature"])
        page = tab.submit(page, "/signin/passkey", **answer)
        equal((page.status, "gerbang" in tab.jar), (303, True) if good else (422, False), page)
    # asked, and never answered
    tab = tab_of()
    options(tab.get("/signin/passkey"), "/signin/passkey")
    check(until(lambda: s.child("lens"), PATIENCE_S))
