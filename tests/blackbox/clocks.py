"""Phones with a wrong clock, entries that were removed, and a page that is refreshed."""
import re

from gerbang import Browser, check, code_of, equal, test

REFERENCE = r"\b[2-9A-Z]{2}-[2-9A-Z]{3}\b"


def at_code(s, who):
    b = Browser(s)
    b.password("wajib", who)
    return b


def reference(page):
    found = re.search(REFERENCE, page.words())
    check(found, page)
    return found.group(0)


@test
def a_phone_47_minutes_slow_is_told_so_at_the_second_code_and_the_agent_knows_at_the_first(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(300)
    b = at_code(s, who)
    page = b.code(code_of(secret, s.now_s - 47 * 60))
    equal(page.status, 422)
    check("tidak cocok" in page.words() and "menit" not in page.words().split("Butuh")[0].split("Jam layanan")[0], page)
    line = s.cli("audit", "--reference", reference(page))
    check("47 minutes slow (first code; not told to the person yet)" in line and "wrong-code" in line, line)
    s.later(30)
    page = b.code(code_of(secret, s.now_s - 47 * 60))
    equal(page.status, 422)
    check("terlambat 47 menit" in page.words() and "otomatis" in page.words(), page)
    line = s.cli("audit", "--reference", reference(page))
    check("47 minutes slow (two codes; the person was told)" in line and "wrong-clock" in line, line)
    # set to automatic: at once
    equal(b.code(code_of(secret, s.now_s)).status, 303)


@test
def a_phone_in_another_zone_is_told_the_zone(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(300)
    b = at_code(s, who)
    for _ in range(2):
        s.later(30)
        page = b.code(code_of(secret, s.now_s + 3600))
    check("tepat 1 jam" in page.words() and "Pilih WIB" in page.words(), page)
    line = s.cli("audit", "--reference", reference(page))
    check("its time zone is wrong" in line, line)


@test
def the_code_of_a_removed_entry_is_recognised(s):
    who = s.person("wajib")
    old = Browser(s).sign_in("wajib", who)
    device = s.cli_json("device", "list", who)[0]
    s.cli("device", "remove", who, str(device["number"]))
    s.later(60)
    Browser(s).sign_in("wajib", who)
    s.later(300)
    page = at_code(s, who).code(code_of(old, s.now_s))
    equal(page.status, 422)
    check("entri lama yang dihapus pada" in page.words() and "Buka entri #2" in page.words(), page)
    line = s.cli("audit", "--reference", reference(page))
    check("code of entry #1" in line and "dead-entry" in line and "somebody still has that phone" in line, line)


@test
def a_refresh_behind_a_wrong_code_costs_nothing_and_says_the_same(s):
    who = s.person("wajib")
    secret = Browser(s).sign_in("wajib", who)
    s.later(300)
    b = at_code(s, who)
    good = {code_of(secret, s.now_s + k) for k in (-60, -30, 0, 30, 60)}
    wrong = [w for w in ("%06d" % n for n in range(100)) if w not in good]
    first = b.code(wrong[0])
    for _ in range(5):
        again = b.code(wrong[0])
        equal(again.status, 422)
        equal(reference(again), reference(first))
    b.code(wrong[1])
    equal(len([r for r in s.audit(who) if r.get("reason") == "wrong-code"]), 2)
    s.later(30)
    equal(b.code(code_of(secret, s.now_s)).status, 303)
