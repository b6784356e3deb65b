"""Every form with every kind of rubbish, every path with every method: no 5xx, no session, no silence."""
import os
import re
import socket

from gerbang import Browser, PASSWORD, PATIENCE_S, check, equal, secret_on, test

SRC = os.environ.get("SRC", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def routes():
    """The table as it stands in the source: (method, path, guard)."""
    with open(os.path.join(SRC, "src", "web", "router.c"), encoding="utf-8") as f:
        return re.findall(r'\{(GET|POST), "([^"]+)", (GUARD_\w+), \w+, \w+\}', f.read())


def raw(s, data, most=65536):
    """Sends bytes as they are and reads the answer, even when the server closes while we still send."""
    with socket.create_connection(("127.0.0.1", s.port), timeout=PATIENCE_S) as c:
        try:
            c.sendall(data)
        except OSError:
            pass
        got = b""
        try:
            while len(got) < most:
                piece = c.recv(65536)
                if not piece:
                    break
                got += piece
                if b"\r\n\r\n" in got:
                    break
        except OSError:
            pass
        return int(got.split(b" ", 2)[1]) if got.startswith(b"HTTP/1.1 ") else 0


# ---- forms ------------------------------------------------------------------------------------------------------

def at_user(s):
    b = Browser(s)
    return b, b.get("/signin?type=penyedia").form("/signin"), {"user": "siapa"}


def at_one_page(s):
    b = Browser(s)
    return b, b.get("/signin?type=pelanggan").form("/signin"), {"user": "siapa", "password": "x", "agree": "1"}


def at_password(s):
    b = Browser(s)
    page = b.follow(b.to_password("penyedia", "siapa"))
    return b, page.form("/signin/password"), {"password": "x"}


def at_password_renew(s):
    b = Browser(s)
    page = b.follow(b.to_password("penyedia", "siapa"))
    return b, {**page.form("/signin/password"), "action": "/signin/password/renew"}, {}


def at_code(s):
    who = s.person("wajib")
    Browser(s).sign_in("wajib", who)
    b = Browser(s)
    b.password("wajib", who)
    return b, b.get("/signin/code").form("/signin/code"), {"code": "000000"}


def at_enrol(s):
    b = Browser(s)
    b.password("wajib", s.person("wajib"))
    page = b.get("/signin/enrol")
    if "otpauth" not in page.text:
        page = b.follow(b.submit(page))
    secret_on(page)
    return b, page.form("/signin/enrol"), {"code": "000000", "device": "HP"}


def signed_in(s):
    b = Browser(s)
    b.sign_in("penyedia", s.person("penyedia"))
    return b


def at_change(s):
    b = signed_in(s)
    return b, b.get("/account/password").form("/account/password"), {"current": "x", "new": "y", "again": "z"}


def at_confirm(s):
    b = signed_in(s)
    return b, b.get("/account/confirm").form("/account/confirm"), {"password": "x", "code": "000000"}


def at_sessions(s):
    b = signed_in(s)
    token = b.get("/home").form("/signout")["fields"]["csrf"]
    return b, {"action": "/account/sessions", "fields": {"csrf": token}}, {"id": "123"}


def at_setup(s):
    b = Browser(s)
    token = b.get("/signin?type=penyedia").form("/signin")["fields"]["csrf"]
    return b, {"action": "/setup", "fields": {"csrf": token, "t": "A" * 43}}, {"new": PASSWORD, "again": PASSWORD}


FORMS = [at_user, at_one_page, at_password, at_password_renew, at_code, at_enrol, at_change, at_confirm, at_sessions, at_setup]


def encode(fields):
    from urllib.parse import quote  # pylint: disable=import-outside-toplevel
    return "&".join("%s=%s" % (k, v if k.startswith("!") else quote(v, safe="")) for k, v in fields).replace("!", "").encode()


def variants(all_fields):
    """(what, body, allowed statuses); 303 is left to fields that a form may do without."""
    pairs = list(all_fields.items())
    for name, value in pairs:
        rest = [(k, v) for k, v in pairs if k != name]
        missing = (403,) if name == "csrf" else (303, 400, 401, 404, 410, 422)
        yield "%s missing" % name, encode(rest), missing
        yield "%s twice" % name, encode(pairs + [(name, value)]), (400,)
        yield "%s empty" % name, encode(rest + [(name, "")]), missing
        yield "%s with invalid UTF-8" % name, encode(rest + [("!" + name, "%ff%fe")]), (400,)
        yield "%s with raw invalid UTF-8" % name, encode(rest) + b"&" + name.encode() + b"=\xff\xc0\xaf", (400,)
        yield "%s with NUL" % name, encode(rest + [("!" + name, "a%00b")]), (400,)
        yield "%s with a cut escape" % name, encode(rest + [("!" + name, "a%")]), (400,)
        yield "%s of 60 KB" % name, encode(rest + [(name, "a" * 60000)]), (303, 400, 401, 403, 404, 410, 413, 422)
        yield "%s with control bytes" % name, encode(rest + [("!" + name, "a%0d%0ab%1b")]), (303, 400, 403, 401, 404, 410, 422)
        yield "%s with markup" % name, encode(rest + [(name, "\"><script>alert(1)</script>'")]), (303, 400, 401, 403, 404, 410, 422)


def make(prepare):
    def body(s):
        b, form, more = prepare(s)
        kept = dict(b.jar)
        for what, data, allowed in variants({**form["fields"], **more}):
            b.jar = dict(kept)
            page = b.post(form["action"], data)
            if page.status == 303 and "restart" in page.location:
                continue
            check(page.status in allowed, "%s: %s" % (what, page))
            check("gerbang" not in page.cookies_set() or "gerbang" in kept, "%s: a session" % what)
            check("<script>alert" not in page.text, "%s: markup came back" % what)
        b.jar = dict(kept)
        equal(b.post(form["action"], b"csrf=x", Content_Type="text/plain").status, 400, "another content type")
        equal(b.post(form["action"], b'{"csrf":"x"}', Content_Type="application/json").status, 400, "JSON")
        equal(b.post(form["action"], encode([("f%d" % i, "x") for i in range(40)])).status, 400, "forty fields")
        check(b.get("/healthz").status == 200)

    body.__name__ = "rubbish_in_the_form_%s_is_refused_in_words" % prepare.__name__[3:]
    return test(body)


for _prepare in FORMS:
    make(_prepare)


@test
def ten_megabytes_in_any_form_are_413(s):
    for method, path, _ in routes():
        if method != "POST":
            continue
        head = "POST %s HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" \
            % (path, s.port, 10 << 20)
        equal(raw(s, head.encode() + b"user=" + b"a" * (1 << 20)), 413, path)
    equal(Browser(s).get("/healthz").status, 200)


# ---- paths and methods --------------------------------------------------------------------------------------------

@test
def every_route_answers_a_stranger_without_a_session_and_without_a_fault(s):
    for method, path, guard in routes():
        b = Browser(s)
        page = b.get(path) if method == "GET" else b.post(path, {})
        check(page.status < 500, page)
        check("gerbang" not in page.cookies_set(), page)
        if guard in ("GUARD_SESSION",):
            equal(page.status, 303, path)
            check(page.location.startswith("/signin?next="), page)
        if guard in ("GUARD_SESSION_FORM", "GUARD_FRESH") and method == "POST":
            equal(page.status, 401, path)


@test
def wrong_methods_are_405_with_allow(s):
    known = {}
    for method, path, _ in routes():
        known.setdefault(path, set()).add(method)
    for path, methods in known.items():
        for method in ("GET", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"):
            if method in methods:
                continue
            page = Browser(s).ask(method, path, body=b"" if method != "GET" else None)
            check(page.status in (405, 501), "%s %s: %s" % (method, path, page))
            if page.status == 405:
                check(methods <= set(page.header("Allow").split(", ")), page)


@test
def unknown_paths_are_404_pages_with_a_reference(s):
    for path in ("/nothing", "/signin/nothing", "/account", "/account/", "/static/nothing.js", "/static/", "/.git/config", "/Home",
                 "/signin.php", "/demo/app/", "/demo/mail", "/auth/check/x", "/home/"):
        page = Browser(s).get(path)
        equal(page.status, 404, path)
        check(re.search(r"\b[2-9A-Z]{2}-[2-9A-Z]{3}\b", page.words()), page)


@test
def crooked_paths_are_refused(s):
    for path in ("/../etc/passwd", "//terms", "/terms/..", "/%2e%2e/terms", "/terms%00", "/te%2frms", "/terms\\x", "/%ff", "/a/./b"):
        page = raw(s, ("GET %s HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % (path, s.port)).encode("latin-1"))
        check(page in (400, 404), "%s: %s" % (path, page))


@test
def head_is_get_without_the_body(s):
    for path in ("/", "/signin", "/terms", "/help/apps", "/auth/check", "/healthz", "/robots.txt"):
        got, head = Browser(s).get(path), Browser(s).ask("HEAD", path)
        equal((head.status, head.body), (got.status, b""), path)
        equal(head.header("Content-Length"), got.header("Content-Length"), path)


@test
def only_six_places_hand_out_a_session(s):
    """Who sets the session cookie to a value; a new one belongs on this list after a second look."""
    allowed = {("step.c", "step_on"), ("page_enrol.c", "done"), ("page_proof.c", "page_confirm_post"),
               ("page_proof.c", "page_account_password_post"), ("page_passkey.c", "add_done"),
               ("page_passkey.c", "page_passkey_confirm")}
    found, name = set(), ""
    folder = os.path.join(SRC, "src", "web")
    for file in sorted(os.listdir(folder)):
        if not file.endswith(".c"):
            continue
        with open(os.path.join(folder, file), encoding="utf-8") as f:
            for line in f:
                head = re.match(r"^\w[\w *]*?\b(\w+)\(", line)
                name = head.group(1) if head else name
                if re.search(r"cookie_set\([^;]*COOKIE_SESSION", line) and "STR_NONE, -1" not in line:
                    found.add((file, name))
    equal(found, allowed)
    equal(s.process.poll(), None)


@test
def pages_carry_the_headers_of_hygiene(s):
    b = signed_in(s)
    for path in ("/", "/signin", "/terms", "/nothing", "/home", "/account/log"):
        page = (b if path.startswith(("/home", "/account")) else Browser(s)).get(path)
        csp = page.header("Content-Security-Policy") or ""
        for word in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            check(word in csp, "%s: %s" % (path, csp))
        check("unsafe" not in csp, csp)
        equal(page.header("X-Content-Type-Options"), "nosniff", path)
        check("no-store" in page.header("Cache-Control"), path)
        equal(page.header("Referrer-Policy"), "same-origin", path)
        equal(page.header("Cross-Origin-Opener-Policy"), "same-origin", path)


@test
def any_host_is_answered_and_none_is_used(s):
    b = Browser(s)
    page = b.ask("GET", "/account/log", headers={"Host": "jahat.example"})
    equal((page.status, page.location), (303, "/signin?next=%2Faccount%2Flog"))
    page = b.ask("GET", "/auth/check", headers={"Host": "jahat.example"})
    check(page.location.startswith("http://localhost:%d/signin" % s.port), page)
    check("jahat.example" not in b.ask("GET", "/", headers={"Host": "jahat.example"}).text)


@test
def the_language_is_chosen_by_the_address_and_kept(s):
    b = Browser(s)
    check('lang="id"' in b.get("/terms").text)
    check('lang="en"' in b.get("/terms?lang=en").text)
    check('lang="en"' in b.get("/help/apps").text, "the choice is not kept")
    check('lang="id"' in b.get("/terms?lang=id").text)
    check('lang="en"' in Browser(s, Accept_Language="en-US,en;q=0.8,id;q=0.3").get("/").text)
    check('lang="id"' in b.get("/terms?lang=xx").text)
