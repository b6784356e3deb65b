"""What one person was told, and whether it is still so.

Every act is one POST. An answer makes it a fact of the ledger; a connection that breaks or a 503 leaves it open, and the
next look at the account settles it. Facts are never taken back: a session that was given works, one that was ended does
not, a device that was confirmed asks for its code, a code that was taken is not taken again, a password that was changed
is the only one. Devices and recovery codes: belongings.py.
"""
import hashlib
import http.client

from belongings import Belongings, CAP, Lost, Things, Unknown, takes
from live import KIND, Tab, check, code_of

FAULTS = (OSError, http.client.HTTPException)
REPLAYS_MOST = 12      # each costs one of the account's fifty wrong codes of a year


class Paused(Exception):
    """Too many tries were cut off; the account waits."""


def takes_codes(page):
    """False while the account's codes pause."""
    return takes(page, "/signin/code")


class Person(Belongings):
    def __init__(self, server, number, rng):
        super().__init__()
        self.server, self.rng = server, rng
        self.password, self.maybe_password = "empat kata contoh nomor %d" % number, None
        self.login = server.person(KIND, login="orang%05d" % number, password=self.password)
        self.last_step = 0
        self.alive, self.dead = {}, []                 # value of the cookie -> tab; values
        self.accepted = []                             # (secret, code), newest last
        self.begun, self.maybe_begun = 0, 0            # sessions
        self.acknowledged, self.unknown, self.replays, self.changes = 0, 0, 0, 0
        self.waiting = None                            # a tab at the code's page

    # ---- asking ------------------------------------------------------------------------------------------------

    def post(self, tab, page, action=None, **fields):
        """An act. Its answer is a fact, or nobody knows."""
        try:
            answer = tab.submit(page, action, **fields)
        except FAULTS as why:
            self.unknown += 1
            raise Unknown(str(why)) from why
        if answer.status == 503:
            self.unknown += 1
            raise Unknown("503")
        self.acknowledged += 1
        return answer

    def get(self, tab, target):
        """A look changes nothing and may be repeated."""
        for _ in range(400):
            try:
                page = tab.get(target)
            except FAULTS:
                self.server.until_ready()
                continue
            if page.status != 503:
                return page
            self.server.until_ready()
        raise AssertionError("no answer to GET " + target)

    def status(self, value):
        tab = Tab(self.server)
        tab.jar["gerbang"] = value
        return self.get(tab, "/auth/check").status

    # ---- acts --------------------------------------------------------------------------------------------------

    def code_now(self):
        """A step that was not used yet and that the server takes; None when all are used up."""
        now = self.server.now_s // 30
        step = max(now, self.last_step + 1)
        return (step, code_of(self.secret, step * 30)) if step <= now + 1 else (0, None)

    def to_password(self, password):
        tab = Tab(self.server)
        page = self.post(tab, self.get(tab, "/signin?type=" + KIND), "/signin", user=self.login)
        check(page.status == 303 and page.location == "/signin/password", page)
        return tab, self.post(tab, self.get(tab, page.location), "/signin/password", password=password)

    def paused_or_lost(self, what, page):
        """Tries that were cut off were charged all the same: rather too dear than free."""
        name = hashlib.sha256(self.login.encode()).digest()
        rows = self.server.sql("SELECT paused_until_s FROM password_tries WHERE login_hash = ?", name)
        if rows and rows[0][0] > self.server.now_s:
            raise Paused()
        raise Lost("%s (%s): %s" % (what, self.login, page))

    def session_of(self, tab):
        self.begun += 1
        self.alive[tab.jar["gerbang"]] = tab

    def sign_in(self):
        """To a session. Codes that cannot be used yet end it without one."""
        step, code = self.code_now() if self.secret else (0, None)
        if self.secret and not code:
            return
        self.maybe_begun += 1
        tab, page = self.to_password(self.password)
        if page.status != 303:
            self.paused_or_lost("the password is not taken any more", page)
        if not self.secret:
            self.maybe_begun -= 1
            if page.location != "/home":
                raise Lost("a factor that was disabled is asked again: %s" % page)
            self.session_of(tab)
            return
        self.asked_for_code(page)
        self.last_step = step
        page = self.code_or_again(tab, code)
        if page.status == 303 and "gerbang" in tab.jar:
            self.maybe_begun -= 1
            self.accepted.append((self.secret, code))
            self.session_of(tab)
        elif not self.unknown:
            raise Lost("a fresh code is not taken: %s" % page)

    @staticmethod
    def asked_for_code(page):
        if page.location != "/signin/code":
            raise Lost("a confirmed device is not asked: %s" % page)

    def to_code(self):
        """A tab behind the password."""
        self.maybe_begun += 1
        tab, page = self.to_password(self.password)
        if page.status != 303:
            self.paused_or_lost("the password is not taken any more", page)
        self.asked_for_code(page)
        return tab, page

    def code_or_again(self, tab, code):
        form = self.get(tab, "/signin/code")
        if not takes_codes(form):
            raise Paused()
        try:
            return self.post(tab, form, "/signin/code", code=code)
        except Unknown:
            # as people do: the same form once more. It must not give a second session.
            self.server.until_ready()
            return self.post(tab, form, "/signin/code", code=code)

    def sign_out(self, value):
        tab = self.alive.pop(value)
        page = self.get(tab, "/home")
        if page.status != 200:
            raise Lost("a session that was given is gone: %s" % page)
        page = self.post(tab, page, "/signout", sure="1")   # an activation that is open is left
        check(page.status == 303, page)
        self.dead.append(value)

    def disable(self, value):
        tab = self.alive.pop(value)
        others = list(self.alive)
        page = self.get(tab, "/account/mfa")
        if "/account/confirm" in page.text:
            self.alive[value] = tab
            return self.sign_out(value)
        self.alive.clear()
        self.maybe_things = Things()
        answer = self.post(tab, page, "/account/mfa/disable")
        check(answer.status == 303, answer)
        self.things_are(self.maybe_things)
        self.dead += others
        self.alive[value] = tab
        self.renewed(value, tab)

    def change_password(self, value):
        tab = self.alive.pop(value)
        others = list(self.alive)
        self.alive.clear()
        self.changes += 1
        fresh = "lima kata baru yang lain %d %s" % (self.changes, self.login)
        page = self.get(tab, "/account/password")
        self.maybe_password = fresh
        answer = self.post(tab, page, "/account/password", current=self.password, new=fresh, again=fresh)
        check(answer.status == 303, answer)
        self.password, self.maybe_password = fresh, None
        self.dead += others
        self.alive[value] = tab
        self.renewed(value, tab)

    def renewed(self, value, tab):
        now = tab.jar.get("gerbang")
        if now != value:
            self.alive.pop(value, None)
            self.dead.append(value)
            self.alive[now] = tab

    def act(self):
        """One of what this person could do now."""
        if not self.alive:
            return self.sign_in()
        value = self.rng.choice(list(self.alive))
        what = [lambda: self.sign_out(value), self.sign_in]
        if len(self.alive) < 4:
            what.append(self.sign_in)
        if not self.secret:
            what += [lambda: self.enable(value)] * 2
        else:
            what += self.acts_with_devices(value)
        if self.rng.random() < 0.3:
            what.append(lambda: self.change_password(value))
        return self.rng.choice(what)()

    def acts_with_devices(self, value):
        what = [lambda: self.move(value)] * 2
        if len(self.things.active) < CAP or not self.evicted:      # one eviction a day
            what += [lambda: self.enable(value)] * 3
        if self.codes:
            what += [self.sign_in_by_paper] * 3
        if len(self.codes) < CAP or self.rng.random() < 0.2:
            what += [lambda: self.make_codes(value)] * 2
        if self.rng.random() < 0.15:
            what.append(lambda: self.disable(value))
        return what

    # ---- what was told, against what is -------------------------------------------------------------------------

    def sessions_hold(self):
        for value in self.alive:
            if self.status(value) != 200:
                raise Lost("a session that was given is gone (%s)" % self.login)
        for value in self.dead[-6:]:
            if self.status(value) != 401:
                raise Lost("a session that was ended is back (%s)" % self.login)

    def settle(self):
        """After a break: facts first; then what was open is looked at, and becomes a fact."""
        self.sessions_hold()
        self.settle_password()
        if self.accepted and self.replays < REPLAYS_MOST:
            self.refused_again(*self.accepted[-1])
        self.refused_on_paper()

    def settle_password(self):
        tab, page, self.waiting = None, None, None
        self.maybe_begun += 1
        for password in (self.password, self.maybe_password):
            if password is None:
                continue
            tab, page = self.to_password(password)
            if page.status == 303:
                break
        if page.status != 303:
            self.paused_or_lost("no password is taken", page)
        if password != self.password:
            self.alive.clear()
        self.password, self.maybe_password = password, None
        has = page.location == "/signin/code"
        if not has and page.location != "/home":
            raise AssertionError(page)
        self.settle_things()
        self.settle_codes()
        if has != bool(self.secret):
            raise Lost("a device that was confirmed is gone, or one that was removed is back (%s)" % self.login)
        self.maybe_begun -= 1
        if has:
            self.waiting = tab
        else:
            self.session_of(tab)

    def refused_again(self, secret, code):
        """A code that gave a session gives no other, whatever happened since."""
        if secret not in self.things.active.values() or not self.waiting:
            return
        form = self.get(self.waiting, "/signin/code")
        if not takes_codes(form):
            return
        self.replays += 1
        page = self.post(self.waiting, form, "/signin/code", code=code)
        if page.status == 303 or "gerbang" in self.waiting.jar:
            raise Lost("a code was taken twice (%s): %s" % (self.login, page))

    def sessions_counted(self):
        """The log has a line for every session; it is written in the same transaction."""
        (rows,), = self.server.sql("SELECT COUNT(*) FROM audit WHERE login = ? AND event = 'signin' AND result = 'ok'", self.login)
        (live,), = self.server.sql("SELECT COUNT(*) FROM session JOIN users ON users.id = user_id WHERE login = ?", self.login)
        self.papers_counted()
        if not self.begun <= rows <= self.begun + self.maybe_begun or live > rows:
            raise Lost("%s: %d sessions were given, %d more may have been, %d are in the log, %d rows" %
                       (self.login, self.begun, self.maybe_begun, rows, live))
