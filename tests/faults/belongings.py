"""The devices and the recovery codes of one person of the ledger: added, moved, evicted, made and spent.

A device that was confirmed, and the one that went for it, are one fact; after a break the list is the one before the act or
the one behind it. So it is with a set of codes; and a code that gave a session gives no other.
"""
import html
import re

from live import KIND, check, code_of, secret_on

CAP = 3                # devices of KIND
SET = 10
LIST, PAPER = "/account/devices", "/account/recovery-codes"
PAPER_REPLAYS_MOST = 2     # after each that is taken: the third wrong one closes this door for a while


class Unknown(Exception):
    """The answer did not come, or it was 503."""


class Lost(AssertionError):
    pass


def takes(page, action):
    return any(f["action"].split("?")[0] == action for f in page.forms())


class Things:
    """Active devices, oldest first, and the names of the suspended ones."""

    def __init__(self, active=(), suspended=()):
        self.active, self.suspended = dict(active), frozenset(suspended)

    def added(self, name, secret, moved=None, evicted=None):
        kept = {n: s for n, s in self.active.items() if n not in (moved, evicted)}
        return Things({**kept, name: secret}, self.suspended | ({evicted} if evicted else set()))

    def names(self):
        return frozenset(self.active), self.suspended


class Belongings:
    """What Person has besides sessions and a password."""

    def __init__(self):
        self.things, self.maybe_things = Things(), None
        self.codes, self.maybe_codes, self.spent = [], None, []   # maybe_codes: (codes, ids of their rows) before a new set
        self.papers, self.maybe_papers, self.paper_replays = 0, 0, 0
        self.evicted, self.moves, self.evictions, self.sets = False, 0, 0, 0

    @property
    def secret(self):
        """Of the newest device: its codes sign in."""
        return list(self.things.active.values())[-1] if self.things.active else None

    # ---- devices ---------------------------------------------------------------------------------------------------

    def activate(self, value, begin, moved=None, evicted=None):
        """From the page with the button to a confirmed device."""
        tab = self.alive[value]
        page = self.get(tab, begin)
        if page.status == 303 or not takes(page, "/account/mfa/enrol/begin"):      # the proof is older than five minutes
            return self.sign_out(value)
        if evicted:
            check('"%s"' % evicted in html.unescape(page.words()), "%s does not go: %s" % (evicted, page))
        begun = self.post(tab, page, "/account/mfa/enrol/begin")
        if begun.status == 401:
            return self.sign_out(value)
        check(begun.status == 303, begun)
        page = self.get(tab, "/account/mfa/enrol")
        if "otpauth://" not in page.text:      # begun in another session, and cut off there: it is taken over
            check(self.post(tab, page, "/account/mfa/enrol/begin").status == 303)
            page = self.get(tab, "/account/mfa/enrol")
        secret, step = secret_on(page), self.server.now_s // 30
        self.changes += 1
        name = "HP %d" % self.changes
        others = [v for v in self.alive if v != value]
        self.alive = {value: tab}      # the others end; this one goes on as it is
        self.maybe_things = self.things.added(name, secret, moved, evicted)
        self.last_step = step
        answer = self.post(tab, page, page.form(None)["action"], device=name, code=code_of(secret, step * 30))
        check(answer.status == 303, answer)
        self.things_are(self.maybe_things)
        self.accepted = [(secret, code_of(secret, step * 30))]
        self.dead += others
        return None

    def things_are(self, things):
        self.evicted = self.evicted or things.suspended > self.things.suspended
        self.evictions += len(things.suspended - self.things.suspended)
        self.things, self.maybe_things, self.accepted = things, None, []
        if not things.active:
            self.codes, self.maybe_codes, self.spent = [], None, []

    def enable(self, value):
        full = len(self.things.active) == CAP
        if full:
            return self.activate(value, "/account/mfa/enrol", evicted=next(iter(self.things.active)))
        return self.activate(value, LIST if self.things.active else "/home")

    def move(self, value):
        name = self.rng.choice(list(self.things.active))
        page = self.get(self.alive[value], LIST)
        for found in re.finditer(r'href="(/account/devices/move\?id=\d+)"[^>]*>(.*?)</a>', page.text, re.S):
            if re.search(re.escape(name) + r"(?!\d)", html.unescape(found.group(2))):
                self.moves += 1
                return self.activate(value, html.unescape(found.group(1)), moved=name)
        raise Lost("%s is not among the devices (%s): %s" % (name, self.login, page))

    def settle_things(self):
        rows = self.server.sql("SELECT device.name, device.state FROM device JOIN users ON users.id = user_id WHERE login = ? AND device.state < 3",
                               self.login)
        is_now = frozenset(n for n, state in rows if state == 1), frozenset(n for n, state in rows if state == 2)
        if is_now == self.things.names():
            self.maybe_things = None
        elif self.maybe_things and is_now == self.maybe_things.names():
            self.things_are(self.maybe_things)
        else:
            raise Lost("%s has %s, and was told of %s%s" % (self.login, is_now, self.things.names(),
                       ", or perhaps %s" % (self.maybe_things.names(),) if self.maybe_things else ""))

    # ---- recovery codes ----------------------------------------------------------------------------------------------

    def rows_of_codes(self):
        return frozenset(r[0] for r in self.server.sql(
            "SELECT recovery_code.id FROM recovery_code JOIN users ON users.id = user_id WHERE login = ?", self.login))

    def make_codes(self, value):
        tab = self.alive[value]
        page = self.get(tab, PAPER)
        if not takes(page, PAPER):
            return self.sign_out(value)
        self.maybe_codes, self.codes = (self.codes, self.rows_of_codes()), []
        page = self.post(tab, page, PAPER)
        codes = re.findall(r'<li class="key">([^<]+)</li>', page.text)
        check(page.status == 200 and len(set(codes)) == SET, page)
        self.codes, self.maybe_codes = codes, None
        self.sets += 1
        return None

    def settle_codes(self):
        rows = self.rows_of_codes()
        if len(rows) not in (0, SET):
            raise Lost("%d codes of a set of %d (%s)" % (len(rows), SET, self.login))
        if self.maybe_codes:
            codes, before = self.maybe_codes
            if rows != before and rows & before:
                raise Lost("codes of two sets (%s)" % self.login)
            self.codes, self.maybe_codes = codes if rows == before else [], None
            if rows != before:
                self.spent = []

    def sign_in_by_paper(self):
        code = self.codes[0]
        tab, page = self.to_code()
        form = self.get(tab, "/signin/recovery")
        if form.status != 200:
            raise Lost("the door for a code that was given is gone (%s): %s" % (self.login, form))
        if not takes(form, "/signin/recovery"):      # tries that were cut off closed it
            self.maybe_begun -= 1
            return
        del self.codes[0]
        self.maybe_papers += 1
        cut = self.unknown
        try:
            page = self.post(tab, form, "/signin/recovery", code=code)
        except Unknown:
            # as people do: the same form once more. It must not give a second session.
            self.server.until_ready()
            page = self.post(tab, form, "/signin/recovery", code=code)
        if page.status == 303 and "gerbang" in tab.jar:
            self.maybe_begun -= 1
            self.maybe_papers -= 1
            self.papers += 1
            self.paper_replays = 0
            self.spent.append(code)
            self.accepted = []      # the pause on codes ends with it; which step was the last stays
            self.session_of(tab)
        elif self.unknown == cut and not self.door_paused():
            raise Lost("a recovery code that was given is not taken (%s): %s" % (self.login, page))

    def door_paused(self):
        rows = self.server.sql("SELECT paused_until_s FROM door_tries JOIN users ON users.id = user_id WHERE login = ?", self.login)
        return any(r[0] > self.server.now_s for r in rows)

    def refused_on_paper(self):
        """A recovery code that gave a session gives no other."""
        if not self.spent or not self.waiting or self.paper_replays >= PAPER_REPLAYS_MOST:
            return
        form = self.get(self.waiting, "/signin/recovery")
        if form.status != 200 or not takes(form, "/signin/recovery"):
            return
        self.paper_replays += 1
        page = self.post(self.waiting, form, "/signin/recovery", code=self.spent[-1])
        if page.status == 303 or "gerbang" in self.waiting.jar:
            raise Lost("a recovery code was taken twice (%s): %s" % (self.login, page))

    def papers_counted(self):
        (rows,), = self.server.sql("SELECT COUNT(*) FROM audit WHERE login = ? AND event = 'recovery' AND result = 'ok'", self.login)
        if not self.papers <= rows <= self.papers + self.maybe_papers:
            raise Lost("%s: %d recovery codes were taken, %d more may have been, %d are in the log" %
                       (self.login, self.papers, self.maybe_papers, rows))
