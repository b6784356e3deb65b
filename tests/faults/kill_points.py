"""kill -9 at random moments, while people sign in with phone and paper, enrol, move, evict, sign out, disable and change
their password."""
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time

from ledger import Lost, Paused, Person, Unknown
from live import Live, until

PEOPLE, WORKERS = 6, 2
ROLES = ["web"] * 16 + ["vault"] * 2 + ["supervisor"] * 2
SHORT_LIVES = 3       # then one of over a second, which takes the supervisor's back-off away


class Place:
    """One server, those who use it, and who kills it."""

    def __init__(self, number, points, seed):
        self.rng = random.Random(seed)
        self.server = Live()
        self.server.start()
        self.points, self.number, self.done = points, number, False
        self.kills = {"web": 0, "vault": 0, "supervisor": 0}
        self.lost, self.trouble, self.settled = [], [], 0
        self.people = [Person(self.server, i + 1, random.Random("%s %d" % (seed, i))) for i in range(PEOPLE)]

    def work(self, people):
        rng = random.Random(len(people))
        doubtful, waits = [], {}
        while not self.done or doubtful:
            ready = [p for p in doubtful or people if waits.get(p, 0) < time.monotonic()]
            p = rng.choice(ready) if ready else None
            if p is None:
                time.sleep(0.05)
                continue
            try:
                # what a cut-off left open is settled before anybody acts again
                if p in doubtful:
                    p.settle()
                    doubtful.remove(p)
                    self.settled += 1
                else:
                    p.act()
            except Unknown:
                # the others of this worker were told things before, too
                doubtful = list(people)
                self.server.until_ready()
            except Paused:
                waits[p] = time.monotonic() + 5
                if self.done and p in doubtful:
                    doubtful.remove(p)      # after() looks again
            except Lost as why:
                self.lost.append(str(why))
                return
            except Exception as why:  # pylint: disable=broad-except
                self.trouble.append("%s: %s" % (type(why).__name__, why))
                return

    def kill(self):
        role = self.rng.choice(ROLES)
        if not self.server.kill(role):
            return
        self.kills[role] += 1
        if role == "supervisor":
            self.server.process.wait()
            self.server.log.close()
            self.server.start()
        else:
            self.server.until_ready()

    def run(self):
        workers = [threading.Thread(target=self.work, args=(self.people[i::WORKERS],)) for i in range(WORKERS)]
        for w in workers:
            w.start()
        try:
            lives = 0
            while sum(self.kills.values()) < self.points and not self.lost and not self.trouble:
                lives += 1
                time.sleep(1.05 if lives % (SHORT_LIVES + 1) == 0 else self.rng.uniform(0.01, 0.3))
                self.kill()
        except Exception as why:  # pylint: disable=broad-except
            self.trouble.append("%s: %s" % (type(why).__name__, why))
        self.done = True
        for w in workers:
            w.join()

    def after(self):
        """Once more, at rest: the facts, the file, the chain."""
        said = []
        try:
            self.server.until_ready()
            for p in self.people:
                until(lambda p=p: self.settles(p), 120)
                p.sessions_counted()
            self.server.stop()
            with sqlite3.connect(os.path.join(self.server.data, "gerbang.db")) as c:
                said += [r[0] for r in c.execute("PRAGMA integrity_check") if r[0] != "ok"]
                said += ["a row without its owner: %s" % (r,) for r in c.execute("PRAGMA foreign_key_check")]
            verified = self.verify()
            if verified.returncode:
                said.append("audit --verify: exit %d: %s%s" % (verified.returncode, verified.stdout, verified.stderr))
        except Lost as why:
            self.lost.append(str(why))
        except Exception as why:  # pylint: disable=broad-except
            self.trouble.append("%s: %s" % (type(why).__name__, why))
        return said

    @staticmethod
    def settles(p):
        try:
            p.settle()
            return True
        except Paused:
            time.sleep(1)
            return False

    def verify(self):
        return subprocess.run([self.server.program, "audit", "--verify", "--data", self.server.data], capture_output=True, text=True,
                              check=False)


def main(points, places):
    began = time.monotonic()
    seed = os.environ.get("SEED") or str(random.randrange(1 << 32))
    all_of = [Place(n, points // places + (n < points % places), "%s/%d" % (seed, n)) for n in range(places)]
    threads = [threading.Thread(target=p.run) for p in all_of]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    files = [why for p in all_of for why in p.after()]
    lost = [why for p in all_of for why in p.lost]
    trouble = [why for p in all_of for why in p.trouble]
    kills = {role: sum(p.kills[role] for p in all_of) for role in ("web", "vault", "supervisor")}
    people = [q for p in all_of for q in p.people]
    told, opened = sum(q.acknowledged for q in people), sum(q.unknown for q in people)
    print("# SEED=%s: %s, %d acts acknowledged, %d cut off, %d sessions begun, %d used codes tried again, %d looks at an account, %d s"
          % (seed, ", ".join("%s killed %d times" % (r, n) for r, n in kills.items()), told, opened, sum(q.begun for q in people),
             sum(q.replays for q in people), sum(p.settled for p in all_of), time.monotonic() - began))
    print("# %d recovery codes used, %d sets made, %d moves, %d evictions" % tuple(
        sum(getattr(q, what) for q in people) for what in ("papers", "sets", "moves", "evictions")))
    failed = 0

    def say(name, why):
        nonlocal failed
        failed += bool(why)
        print("not ok %s: %s" % (name, " | ".join(why).replace("\n", " ")[:1500]) if why else "ok " + name, flush=True)

    say("kill_9_loses_nothing_acknowledged", lost)
    say("kill_9_damages_no_file_and_breaks_no_chain", files)
    say("the_server_returns_from_every_kill_by_itself", trouble)
    reached = [] if sum(kills.values()) >= points and told > points and opened * 10 > points else ["%s, %d told, %d cut off" % (kills, told, opened)]
    say("enough_was_killed_in_the_middle_of_an_act", reached)
    for p in all_of:
        p.server.stop()
        if not failed:
            p.server.remove()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, int(sys.argv[2]) if len(sys.argv) > 2 else 3))
