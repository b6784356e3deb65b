"""What a connection does over its life, seen from the client."""
import inspect
import os
import random
import resource
import select
import socket
import sys
import tempfile
import threading

from peer import PATIENCE_S, Server, Tests, ends_clean, equal, get, post

# The clock of the deadlines stands but for forward(); it is looked at often. With one I/O thread, whoever has an answer
# knows that what was sent before, by anybody, has been read.
QUICK = ("--hand-clock", "tick_ms=2", "io_threads=1")


def lines(answer):
    return answer.body.decode().splitlines()


# --- one request after the other

def keep_alive_answers_in_order(build):
    server = Server(build)
    with server.connect() as c:
        c.send(b"".join(get("/echo?%d" % i) if i % 3 else get("/work?%d" % i) for i in range(200)))
        for i in range(200):
            assert "query %d" % i in lines(c.answer())
        assert c.quiet()
    ends_clean(server)


def a_hundred_thousand_requests_on_one_connection_leave_no_memory_behind(build):
    server = Server(build)
    batch = get("/204") * 450 + post("/echo", b"x" * 300) * 50

    def rounds(n):
        for _ in range(n):
            sender = threading.Thread(target=c.send, args=(batch,))
            sender.start()
            for _ in range(500):
                assert c.answer().status in (200, 204)
            sender.join()
    with server.connect() as c:
        rounds(20)
        before = server.resident_kib()
        rounds(200)
        grown = server.resident_kib() - before
        assert grown < 4096, "%d KiB" % grown
    ends_clean(server)


def head_has_the_headers_of_get_and_no_body(build):
    server = Server(build)
    with server.connect() as c:
        c.send(get("/big?n=5000", method="HEAD") + get("/204"))
        equal(c.answer(head=True).headers["content-length"], ["5000"])
        equal(c.answer().status, 204)
    ends_clean(server)


def connection_close_is_honoured(build):
    server = Server(build)
    for asked, told in ((get("/echo", "Connection: close"), ["close"]), (get("/echo", version="1.0"), ["close"])):
        with server.connect() as c:
            c.send(asked)
            equal(c.answer().headers.get("connection"), told)
            assert c.ended()
    with server.connect() as c:
        c.send(get("/echo", "Connection: keep-alive", version="1.0") * 2)
        for _ in range(2):
            equal(c.answer().headers.get("connection"), ["keep-alive"])
    ends_clean(server)


def what_follows_connection_close_is_never_answered(build):
    server = Server(build)
    with server.connect() as c:
        c.send(get("/echo", "Connection: close") + get("/echo"))
        equal(c.answer().status, 200)
        assert c.ended()
    ends_clean(server)


def a_client_that_closes_its_sending_half_gets_all_its_answers(build):
    server = Server(build)
    with server.connect() as c:
        c.send(get("/echo") + get("/work") + get("/204"))
        c.hang_up_sending()
        equal([c.answer().status for _ in range(3)], [200, 200, 204])
        assert c.ended()
    ends_clean(server)


def every_answer_has_a_date_and_no_server_name(build):
    server = Server(build)
    with server.connect() as c:
        for path in ("/204", "/echo", "/work", "/nothing", "/absent", "/html", "/see-other"):
            c.send(get(path))
            a = c.answer()
            equal(len(a.headers["date"]), 1)
            assert "server" not in a.headers
    ends_clean(server)


def a_page_that_forgets_to_answer_is_500(build):
    server = Server(build)
    with server.connect() as c:
        c.send(get("/nothing") + get("/204"))
        a = c.answer()
        equal((a.status, a.body), (500, b""))
        equal(c.answer().status, 204)
    ends_clean(server)


def an_answer_over_its_maximum_is_500_and_not_half_a_page(build):
    server = Server(build)
    with server.connect() as c:
        c.send(get("/big?n=1048576"))
        equal(len(c.answer().body), 1048576)
        c.send(get("/big?n=1048577"))
        a = c.answer()
        equal((a.status, a.body), (500, b""))
    ends_clean(server)


def bodies_of_every_length_and_cut_arrive_whole(build):
    server = Server(build)
    rng = random.Random(7)
    with server.connect() as c:
        for length in (0, 1, 4095, 4096, 4097, 20000, 65535, 65536):
            body = bytes(rng.choices(b"abcdefgh", k=length))
            chunks, i = b"", 0
            while i < length:
                n = min(rng.randint(1, 9000), length - i)
                chunks += b"%x\r\n" % n + body[i:i + n] + b"\r\n"
                i += n
            for data in (post("/echo", body), post("/work", body),
                         get("/echo", "Transfer-Encoding: chunked", method="POST") + chunks + b"0\r\n\r\n"):
                c.send_pieces(data, rng.randint(1, 9000) if length > 100 else 1)
                got = c.answer().body
                assert got.endswith(b"length %d\nbody " % length + body)
    ends_clean(server)


def a_chunked_body_over_the_cap_is_413_however_it_is_cut(build):
    server = Server(build)
    for size in (0x1000, 0xffff, 0x10001):
        with server.connect() as c:
            c.send(get("/echo", "Transfer-Encoding: chunked", method="POST"))
            try:
                for _ in range(65536 // size + 2):
                    c.send(b"%x\r\n" % size + b"a" * size + b"\r\n")
            except OSError:
                pass
            equal(c.answer().status, 413)
            assert c.ended()
    ends_clean(server)


def a_refused_upload_is_listened_to_so_that_the_refusal_is_read(build):
    server = Server(build)
    for _ in range(5):
        with server.connect() as c:
            c.send(get("/echo", "Content-Length: 900000", method="POST"))
            server.wait_for("/counts", "refused", 1)
            c.send_pieces(b"x" * 900000, 10000)
            equal(c.answer().status, 413)
            assert c.ended()
    ends_clean(server)


# --- workers

def readable(*clients):
    ready, _, _ = select.select([c.socket for c in clients], [], [], PATIENCE_S)
    return [c for c in clients if c.socket in ready]


def a_full_queue_is_503_with_retry_after_and_fast_answers_go_on(build):
    server = Server(build, "workers=1", "queue_max=1")
    with server.connect() as a, server.connect() as b, server.connect() as c:
        a.send(get("/hold"))
        equal(server.wait_for("/held", "holding", 1), 1)
        b.send(get("/work"))
        c.send(get("/work"))
        refused = readable(b, c)[0]  # one of them waits in the queue, the other finds it full
        answer = refused.answer()
        equal(answer.status, 503)
        assert int(answer.headers["retry-after"][0]) > 0
        queued = b if refused is c else c
        assert queued.quiet()
        equal(server.ask("/204"), "")
        refused.send(get("/204"))
        equal(refused.answer().status, 204)
        server.ask("/release")
        equal([a.answer().status, queued.answer().status], [200, 200])
        equal(server.numbers("/counts")["busy"], 1)
    ends_clean(server)


def a_hang_up_is_seen_while_a_worker_runs(build):
    def close(c):
        c.close()

    def reset(c):
        c.reset()

    def half(c):
        c.hang_up_sending()

    def close_behind_a_full_buffer(c):
        c.send(b"x" * 20000)
        c.close()

    def reset_behind_a_full_buffer(c):
        c.send(b"x" * 20000)
        c.reset()
    server = Server(build)
    ways = [close, reset, half, close_behind_a_full_buffer, reset_behind_a_full_buffer]
    for n, way in enumerate(ways, 1):
        c = server.connect()
        c.send(get("/hold"))
        equal(server.wait_for("/held", "holding", 1), 1)
        way(c)
        equal(server.wait_for("/held", "gone", n), n)
        if way is half:
            equal(c.answer().status, 200)
            c.close()
    equal(server.wait_down("/counts", "open", 1), 1)
    ends_clean(server)


def what_is_pipelined_behind_a_running_worker_waits_and_is_answered(build):
    server = Server(build)
    with server.connect() as c:
        c.send(get("/hold"))
        equal(server.wait_for("/held", "holding", 1), 1)
        sender = threading.Thread(target=c.send, args=((get("/echo?1") + get("/work?2")) * 2000,))
        sender.start()
        assert c.quiet()
        server.ask("/release")
        equal(c.answer().body, b"held\n")
        for _ in range(2000):
            assert "query 1" in lines(c.answer()) and "query 2" in lines(c.answer())
        sender.join()
    ends_clean(server)


# --- deadlines

def half_a_head_is_408_after_its_time(build):
    server = Server(build, *QUICK, "header_s=10")
    with server.connect() as c, server.connect() as idle:
        c.send(b"GET /echo HT")
        server.wait_for("/counts", "open", 3)
        server.forward(9000)
        c.send(b"TP/1.1\r\n")
        server.forward(900)
        assert c.quiet() and idle.quiet()
        server.forward(1100)  # more bytes do not buy more time
        equal(c.answer().status, 408)
        assert c.ended() and idle.quiet()
    ends_clean(server)


def a_slow_body_is_408_and_one_of_a_kibibyte_a_second_is_not(build):
    path = os.path.join(tempfile.mkdtemp(), "s")
    server = Server(build, *QUICK, "--listen", "unix:" + path)
    with server.connect(path, socket.AF_UNIX) as slow, server.connect(path, socket.AF_UNIX) as steady:
        for c in (slow, steady):
            c.send(get("/echo", "Content-Length: 20000", "Expect: 100-continue", method="POST"))
            equal(c.answer().status, 100)  # now the body's time runs
        server.forward(5000)
        assert slow.quiet() and steady.quiet()
        steady.send(b"x" * 2100)
        steady.wait_until_read()
        server.forward(1900)
        equal(slow.answer().status, 408)
        assert slow.ended() and steady.quiet()
        steady.send(b"x" * 17900)
        equal(steady.answer().status, 200)
    ends_clean(server)


def an_idle_connection_is_closed_without_a_word(build):
    server = Server(build, *QUICK)
    with server.connect() as fresh, server.connect() as used:
        used.send(get("/204"))
        used.answer()
        server.ask("/204")
        server.forward(14000)
        assert used.quiet() and fresh.quiet()
        server.forward(1500)
        assert used.ended() and fresh.ended()
    ends_clean(server)


def an_idle_connection_of_a_proxy_is_kept_five_times_as_long(build):
    server = Server(build, *QUICK, "--proxy", "127.0.0.0/8")
    with server.connect() as c:
        c.send(get("/204"))
        c.answer()
        server.forward(60000)
        c.send(get("/204"))
        c.answer()
        server.forward(76000)
        assert c.ended()
    ends_clean(server)


def a_reader_that_stands_still_is_let_go_and_one_that_moves_is_not(build):
    server = Server(build, *QUICK)
    still, moving = server.connect(), server.connect()
    for c in (still, moving):
        c.send(get("/fixed"))
        c.more()  # the head is there, so the rest fills the socket
    for _ in range(4):
        server.forward(9000)
        for _ in range(40):
            moving.more()
        server.numbers("/counts")
    equal(server.wait_for("/counts", "timeouts", 1), 1)
    while len(moving.rest) < 16 * 1024 * 1024:
        assert moving.more(), "cut off"
    still.close()
    moving.close()
    ends_clean(server)


def a_worker_has_no_deadline(build):
    server = Server(build, *QUICK)
    with server.connect() as c:
        c.send(get("/hold"))
        equal(server.wait_for("/held", "holding", 1), 1)
        server.forward(3600 * 1000)
        server.ask("/204")
        assert c.quiet()
        server.ask("/release")
        equal(c.answer().status, 200)
    ends_clean(server)


def a_reset_in_the_middle_of_an_answer_hurts_nobody(build):
    server = Server(build)
    for _ in range(20):
        c = server.connect()
        c.send(get("/fixed"))
        c.more()
        c.reset()
    equal(server.ask("/204"), "")
    ends_clean(server)


# --- caps

def one_address_has_at_most_its_share_of_connections(build):
    server = Server(build, "per_address_max=5", "--listen", "unix:" + os.path.join(tempfile.mkdtemp(), "s"))
    clients = [server.connect() for _ in range(5)]
    clients[4].send(get("/204"))
    equal(clients[4].answer().status, 204)
    with server.connect() as c:
        assert c.ended()
    for _ in range(20):  # sockets without an address are not counted
        clients.append(server.connect(server.where[1], socket.AF_UNIX))
        clients[-1].send(get("/204"))
        equal(clients[-1].answer().status, 204)
    for c in clients:
        c.close()
    while True:  # places come back as the server sees the ends
        with server.connect() as c:
            c.send(get("/204"))
            if c.answer():
                break
    ends_clean(server)


def when_all_places_are_taken_the_longest_idle_goes_and_a_proxy_still_gets_in(build):
    path = os.path.join(tempfile.mkdtemp(), "s")
    server = Server(build, "connections_max=32", "io_threads=1", "--listen", "unix:" + path)
    clients = []
    for _ in range(60):
        c = server.connect()
        c.send(get("/204"))
        clients.append((c, c.answer()))
    with server.connect(path, socket.AF_UNIX) as proxy:
        proxy.send(get("/counts"))
        counts = {k: int(v) for k, v in (line.split() for line in lines(proxy.answer()))}
        assert counts["shed"] >= 28 and counts["open"] <= 32, counts
    assert clients[0][0].ended()
    clients[-1][0].send(get("/204"))
    equal(clients[-1][0].answer().status, 204)
    ends_clean(server)


def without_descriptors_accepting_pauses_and_comes_back(build):
    path = os.path.join(tempfile.mkdtemp(), "s")

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    taken = [os.dup(0) for _ in range(75)]  # what other parts of the program might hold: the caps cannot know
    server = Server(build, "workers=2", "io_threads=1", "--listen", "unix:" + path, preexec=few, pass_fds=taken)
    for fd in taken:
        os.close(fd)
    many = []
    with server.connect() as c:
        c.send(get("/hold"))  # this one is at work and must not be closed
        equal(server.wait_for("/held", "holding", 1), 1)
        for _ in range(60):  # trusted, so that the descriptors end before the places do
            many.append(server.connect(path, socket.AF_UNIX))
            many[-1].send(b"GET /204 HTTP/1.1\r\n")
        many[0].send(b"Host: a\r\n\r\n")  # those that are in are served meanwhile
        equal(many[0].answer().status, 204)
        for m in many:
            m.close()
        pauses = server.wait_for("/counts", "pauses", 1)
        assert 1 <= pauses < 100, pauses
        server.ask("/release")
        equal(c.answer().status, 200)
    ends_clean(server)


def connections_spread_evenly_over_the_threads(build):
    server = Server(build, "io_threads=2")
    clients = [server.connect() for _ in range(31)]
    server.wait_for("/counts", "open", 32)
    counts = server.numbers("/counts")
    # those that ask for the numbers come and go meanwhile
    assert counts["io_most"] - counts["io_least"] <= 3 and counts["io_least"] >= 14, counts
    for c in clients:
        c.close()
    ends_clean(server)


# --- who asks

def the_address_is_that_of_the_first_hop_nobody_vouches_for(build):
    path = os.path.join(tempfile.mkdtemp(), "s")
    proxied = Server(build, "--proxy", "127.0.0.0/8", "--proxy", "2001:db8::/32", "--listen", "unix:" + path)
    direct = Server(build)
    table = (
        (["203.0.113.7"], "203.0.113.7"), (["9.9.9.9, 203.0.113.7"], "203.0.113.7"),
        (["9.9.9.9", "203.0.113.7"], "203.0.113.7"), (["203.0.113.7, 127.0.0.9"], "203.0.113.7"),
        (["203.0.113.7,2001:db8::1 , 127.0.0.9"], "203.0.113.7"), (["2001:DB9:0::1"], "2001:db9::1"),
        (["::ffff:203.0.113.7"], "203.0.113.7"), (["127.0.0.3, 127.0.0.2"], "127.0.0.3"),
        (["garbage"], None), (["203.0.113.7, garbage"], None), (["203.0.113.7, "], None), (["203.0.113.7:80"], None),
        (["[2001:db9::1]"], None), (["fe80::1%eth0"], None), (["203.0.113.07"], None), (["203.0.113"], None),
        (["1.1.1.1" * 40], None), ([""], None), ([], None), (["unknown"], None),
    )
    for server, where, family, peer in ((proxied, None, socket.AF_INET, "127.0.0.1"),
                                        (proxied, path, socket.AF_UNIX, "unix")):
        for hops, want in table:
            with server.connect(where, family) as c:
                c.send(get("/echo", *("X-Forwarded-For: " + h for h in hops)))
                got = lines(c.answer())
                assert "address " + (want or peer) in got and "proxy 1" in got, (hops, got[5:7])
    with direct.connect() as c:
        c.send(get("/echo", "X-Forwarded-For: 203.0.113.7"))
        got = lines(c.answer())
        assert "address 127.0.0.1" in got and "proxy 0" in got
    ends_clean(proxied)
    ends_clean(direct)


def ipv6_is_spoken(build):
    server = Server(build, listen="[::1]:0")
    with server.connect(("::1", server.port), socket.AF_INET6) as c:
        c.send(get("/echo"))
        assert "address ::1" in lines(c.answer())
        c.send(get("/clock?ms=0", "Connection: close"))
        equal(c.answer().status, 200)
    ends_clean(server)


# --- replies

def a_page_carries_the_headers_of_web_hygiene(build):
    for secure in (False, True):
        server = Server(build, *(["--secure"] if secure else []))
        with server.connect() as c:
            c.send(get("/html?origin=https://app.example:8443"))
            h = c.answer().headers
            equal(h["content-security-policy"],
                  ["default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
                   "form-action 'self' https://app.example:8443; base-uri 'none'; frame-ancestors 'none'"])
            equal(h["x-content-type-options"], ["nosniff"])
            equal(h["referrer-policy"], ["same-origin"])
            equal(h["cross-origin-opener-policy"], ["same-origin"])
            equal(h["cache-control"], ["no-store"])
            assert "permissions-policy" in h
            equal("strict-transport-security" in h, secure)
            equal(h["set-cookie"], ["__Host-gerbang-signin=abc; Path=/; HttpOnly; SameSite=Lax; Secure" if secure else
                                    "gerbang-signin=abc; Path=/; HttpOnly; SameSite=Lax"])
            assert "content-encoding" not in h
            c.send(get("/html?origin=https://a;script-src"))
            assert "form-action 'self';" in c.answer().headers["content-security-policy"][0]
            c.send(get("/see-other"))
            a = c.answer()
            equal((a.status, a.headers["location"], a.headers["cache-control"]), (303, ["/html"], ["no-store"]))
        ends_clean(server)


def bad_forms_are_refused_by_name(build):
    server = Server(build)
    kind = "Content-Type: application/x-www-form-urlencoded"
    table = ((b"a=1&b=", kind, 200), (b"", kind, 200), (b"a=1&a=2", kind, 422), (b"a=%00", kind, 422),
             (b"a=%zz", kind, 422), (b"a=\xff", kind, 422), (b"=1", kind, 422), (b"a=1", "Content-Type: text/plain", 422),
             (b"&".join(b"f%d=" % i for i in range(33)), kind, 422), (b"a=1", kind + "; charset=UTF-8", 200),
             (b"a=1", kind + "; charset=latin1", 422), (b"a=%0b", kind, 422))
    with server.connect() as c:
        for body, header, want in table:
            c.send(post("/form", body, header))
            equal((body, c.answer().status), (body, want))
        c.send(post("/form", b"naam=Nur+A%C3%A7i&x=a%3Db", kind))
        equal(c.answer().body.decode(), "naam=Nur A\u00e7i\nx=a=b\n")
    ends_clean(server)


# --- the end

def a_drain_finishes_what_is_under_way_and_refuses_what_is_new(build):
    server = Server(build, "drain_s=60")
    with server.connect() as idle, server.connect() as held, server.connect() as half:
        idle.send(get("/204"))
        idle.answer()
        held.send(get("/hold"))
        half.send(get("/release")[:-2])
        equal(server.wait_for("/held", "holding", 1), 1)
        server.process.terminate()
        assert idle.ended()
        half.send(b"\r\n")
        equal(half.answer().headers["connection"], ["close"])
        a = held.answer()
        equal((a.status, a.headers["connection"]), (200, ["close"]))
    ends_clean(server)


def a_drain_ends_at_its_time_though_clients_dawdle(build):
    server = Server(build, "drain_s=1")
    with server.connect() as half:
        half.send(b"GET /")
        server.wait_for("/counts", "open", 2)
        ends_clean(server)


def a_worker_that_never_ends_does_not_hold_up_the_end(build):
    server = Server(build, "drain_s=0")
    with server.connect() as c:
        c.send(get("/hold"))
        equal(server.wait_for("/held", "holding", 1), 1)
        code, err = server.stop()
        assert code == 0 and "Sanitizer" not in err.replace("LeakSanitizer", ""), (code, err)


# --- many at once

def many_clients(build, clients, connections):
    server = Server(build, "per_address_max=1000", "workers=8", "queue_max=1000", "io_threads=2", "idle_s=600")
    errors = []

    def one(seed):
        rng = random.Random(seed)
        try:
            for _ in range(connections):
                with server.connect() as c:
                    for i in range(rng.randint(1, 12)):
                        what = rng.choice(("/204", "/echo", "/work") * 12 + ("/big?n=70000", "/fixed"))
                        c.send(post(what, b"x" * rng.choice((0, 1, 5000)), "X-N: %d" % i))
                        if rng.random() < 0.1:
                            break
                        a = c.answer()
                        assert a.status == (204 if what == "/204" else 200), a.status
                        assert what not in ("/echo", "/work") or "header x-n=%d" % i in lines(a)
                    if rng.random() < 0.3:
                        c.reset()
        except (AssertionError, OSError, AttributeError) as e:
            errors.append(e)
    threads = [threading.Thread(target=one, args=(n,)) for n in range(clients)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal(errors, [])
    ends_clean(server)


def sixty_four_clients_at_once(build):
    many_clients(build, 64, 5)


def mutated_requests_are_answered_and_break_nothing(build):
    server = Server(build, "per_address_max=1000", *QUICK)
    seeds = [get("/echo?a=b", "Cookie: a=b; c=d", "Accept: */*"), post("/form", b"a=1&b=%20", "Content-Type: x"),
             get("/work", "Transfer-Encoding: chunked", method="POST") + b"5;a=b\r\nhello\r\n0\r\n\r\n"]
    rng = random.Random(34)
    for _ in range(4000):
        data = bytearray(rng.choice(seeds) * 2)
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(data))
            kind = rng.randrange(4)
            if kind == 0:
                data[at] = rng.randrange(256)
            elif kind == 1:
                del data[at:at + rng.randint(1, 9)]
            elif kind == 2:
                data[at:at] = rng.choice((b"\r\n", b"\n", b"\0", b" ", b":", b"%", b"9" * 30, b"\r\n "))
            else:
                data[at:at] = data[rng.randrange(len(data)):][:40]
            data = data or bytearray(b" ")
        with server.connect() as c:
            try:
                c.send(bytes(data))
                c.hang_up_sending()
                while True:
                    a = c.answer(head=b"HEAD" in data)
                    if a is None:
                        break
            except (BrokenPipeError, ConnectionResetError):
                pass
    equal(server.ask("/204"), "")
    ends_clean(server)


THREADED = (sixty_four_clients_at_once, keep_alive_answers_in_order, a_hang_up_is_seen_while_a_worker_runs,
            a_full_queue_is_503_with_retry_after_and_fast_answers_go_on,
            a_drain_finishes_what_is_under_way_and_refuses_what_is_new,
            what_is_pipelined_behind_a_running_worker_waits_and_is_answered)
HELPERS = ("lines", "readable", "many_clients", "equal", "ends_clean", "get", "post")


def everything():
    here = sys.modules[__name__]
    found = [f for n, f in inspect.getmembers(here, inspect.isfunction) if f.__module__ == __name__ and n not in HELPERS
             and n not in ("everything", "main")]
    return sorted(found, key=lambda f: f.__code__.co_firstlineno)


def main(build, prefix, functions):
    tests = Tests(prefix)
    for f in functions:
        tests.run(f.__name__, f, build)


if __name__ == "__main__":
    names = sys.argv[3:]
    main(sys.argv[1], sys.argv[2], THREADED if names == ["threaded"] else
         [f for f in everything() if not names or f.__name__ in names])
