#!/usr/bin/env python3
"""mutants: plants one fault after another in a copy of the sources and asks whether a test notices.

    tests/flow/mutants.py [-j N] [WORD...]     only those whose place or text has one of the words

The copy lives in $TMP (or /tmp) and goes away with the program; the sources themselves are never touched. A fault that
no test notices is printed as SURVIVED, and the exit is 1; so is a place that is no longer there (STALE).
"""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNIT = ["altcha", "clockdoctor", "typed", "signin_fsm", "throttle", "userid", "passphrase", "browser"]
FLOW = ["signin", "busy", "budget", "enrol", "enrol_clock", "account", "captcha", "known", "clock", "doctor", "resent", "next", "races"]
LATE = ["tests/torture/test_torture", "tests/flow/test_walk"]

FAULTS = [
    # file, what stands there, what is put in its place
    ("core/signin_fsm.c", "if (!f->password)", "if (false)"),
    ("core/signin_fsm.c", "if (f->locked)", "if (false)"),
    ("core/signin_fsm.c", "if (f->has_device && !codes)", "if (false)"),
    ("core/signin_fsm.c", "!f->code && !f->enrolled", "!f->code && !f->enrolled && now_s < 0"),
    ("core/signin_fsm.c", "if (!f->has_device && policy_mandatory(p, now_s))", "if (false)"),
    ("core/signin_fsm.c", "p->terms != TERMS_FOOTER && !f->terms", "p->terms == TERMS_EACH && !f->terms"),
    ("core/signin_fsm.c", "now_s >= p->mfa_from_s", "now_s > p->mfa_from_s"),
    ("core/signin_fsm.c", "return policy_mandatory(p, now_s) ? 8 : 15", "return 8"),
    ("core/clockdoctor.c", "own_step(k, f) > k->first.step + k->first.offset_steps", "own_step(k, f) >= k->first.step + k->first.offset_steps"),
    ("core/clockdoctor.c", "apart >= -1 && apart <= 1", "apart >= -2 && apart <= 1"),
    ("core/clockdoctor.c", "f->device != k->first.device)", "false)"),
    ("core/clockdoctor.c", "if (f->entry != CLOCK_ACTIVE || !fits(f))", "if (!fits(f))"),
    ("core/clockdoctor.c", "!first_stands(k) ||", ""),
    ("core/clockdoctor.c", "<= CLOCK_NOTE_S;", "<= CLOCK_NOTE_S + 1;"),
    ("core/clockdoctor.c", "k->fits[i].entry != CLOCK_RETIRED &&", ""),
    ("core/clockdoctor.c", "if (look_at_active(k, &out) == 0) {", "if (look_at_active(k, &out) < 9) {"),
    ("core/clockdoctor.c", "if (n == 1 && out->says", "if (n && out->says"),
    ("core/clockdoctor.c", "f->offset_steps >= -1 && f->offset_steps <= 1;", "f->offset_steps >= -2 && f->offset_steps <= 1;"),
    ("core/clockdoctor.c", "if (k->ours_is_off &&", "if (false &&"),
    ("core/clockdoctor.c", "if (times < CLOCK_OURS_LEAST)", "if (times < 1)"),
    ("core/clockdoctor.c", "times * CLOCK_TYPING_S;", "0;"),
    ("core/clockdoctor.c", "beyond > 0 && beyond * beyond", "beyond * beyond"),
    ("flow/diagnose.c", "rc = store_step_burn(tx, d->device[i].id, step + d->fit[i].offset_steps);", "rc = RC_OK;"),
    ("flow/diagnose.c", "if (rc == RC_OK && got->noted)", "if (false)"),
    ("flow/diagnose.c", "return rc == RC_OK ? store_clock_note_end(tx, user) : rc;", "return rc; (void)user;"),
    ("flow/diagnose.c", "now_s - d->retired_s <= REMOVED_KEPT_S", "true"),
    ("flow/diagnose.c", "rows[i].retired_s > best->retired_s", "rows[i].retired_s < best->retired_s"),
    ("flow/diagnose.c", "now_s - last_s < CLOCK_OURS_AGAIN_S", "false"),
    ("flow/diagnose.c", "told->paused_s = told->until_s;", ";"),
    ("flow/resent.c", "now_s - number[0] >= RESENT_S", "now_s - number[0] > RESENT_S"),
    ("flow/resent.c", "memcpy(text + STORE_HASH, code, TOTP_DIGITS);", "memset(text + STORE_HASH, 0, TOTP_DIGITS); (void)code;"),
    ("flow/signin_code.c", "if (resent_is(", "if (false && resent_is("),
    ("flow/signin_code.c", "policy_asks_twice(&s->road.type->policy, row->known) && first", "false && first"),
    ("flow/signin_code.c", "row->code_step == 0 ||", "true ||"),
    ("flow/signin_code.c", "rc = diagnose_good(tx, s->road.user.id, v->now_s, s->answer.step);", "rc = RC_OK;"),
    ("core/throttle.c", "if (nth <= free_ones)", "if (nth <= free_ones + 1)"),
    ("core/throttle.c", "failures >= THROTTLE_PASSWORD_MOST", "failures > THROTTLE_PASSWORD_MOST"),
    ("core/throttle.c", "strict ? THROTTLE_CODE_YEAR_STRICT : THROTTLE_CODE_YEAR", "THROTTLE_CODE_YEAR"),
    ("core/throttle.c", "until_s - now_s > pause_s ? now_s + pause_s : until_s", "until_s"),
    ("core/throttle.c", "until_s - now_s > pause_s ? now_s + pause_s : until_s", "now_s"),
    ("core/userid.c", "n <= 0 || n > USERID_BYTES_MAX", "n <= 0"),
    ("core/userid.c", "UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD", "UTF8PROC_STABLE | UTF8PROC_CASEFOLD"),
    ("core/passphrase.c", "if (is_own_word(nfc, parts[i]))", "if (false)"),
    ("core/passphrase.c", "< GUESSES_LEAST_BITS", "< 13.3"),
    ("core/passphrase.c", "utf8_count(nfc) < least", "nfc.len < least"),
    # the password
    ("flow/signin.c", "return attempt_password_charge(tx, v, s->typed.hash, s->typed.known, &s->attempt, &out->told);", "return RC_OK;"),
    ("flow/signin.c", "if (out->captcha_due)\n\t\trc = captcha_spend", "if (false)\n\t\trc = captcha_spend"),
    ("flow/signin.c", "if (rc != RC_OK || !solved)\n\t\treturn rc;", "if (rc != RC_OK)\n\t\treturn rc;"),
    ("flow/signin.c", "if (out->captcha_due && !captcha_given(captcha))", "if (false)"),
    ("flow/captcha.c", "enum rc rc = store_captcha_take(tx, v->arena, cookie, form, kind, v->now_s, &kept);", "struct captcha c;\n\tenum rc rc = store_captcha_get(tx, v->arena, cookie, form, kind, v->now_s, &c);\n\n\tkept = rc == RC_OK ? c.answer : STR_NONE;"),
    ("flow/captcha.c", "tries.failures >= CAPTCHA_AFTER", "tries.failures > CAPTCHA_AFTER"),
    ("flow/captcha.c", "kept.len == PICTURE_KEPT && str_eq_secret(", "kept.len == PICTURE_KEPT || str_eq_secret("),
    ("flow/captcha.c", "cookie_hash(cookie, hash);", "cookie_hash(S(\"x\"), hash);"),
    ("flow/captcha.c", "again == CAPTCHA_FRESH && found", "found"),
    ("flow/captcha.c", "rc == RC_OK && str_to_i64(until, INT64_MAX, &until_s) == RC_OK && v->now_s < until_s", "rc == RC_OK"),
    ("flow/known.c", "if (rc != RC_OK || v->known.len == 0)\n\t\t*known = false;", "*known = true;"),
    ("flow/known.c", "if (rc == RC_OK && known)", "if (false)"),
    ("flow/known.c", "rc = store_known_end(tx, user);", "rc = RC_OK;"),
    ("flow/begin.c", "if (r->row.code_s || r->row.enrolled_s || r->row.recovery_s || r->row.passkey_s)", "if (true)"),
    ("flow/attempt.c", "store_password_tries_get(tx, login_hash, known, &out->seen)", "store_password_tries_get(tx, login_hash, false, &out->seen)"),
    ("flow/attempt.c", "*out = (struct password_attempt){.known = known};", "*out = (struct password_attempt){0};"),
    ("core/altcha.c", "!str_eq_secret(key->value, str_n(kept.ptr, KEY_HEX))", "false"),
    ("core/altcha.c", "if (!same_question(a, question, got, n))", "if (false)"),
    ("core/altcha.c", "return under == n;", "return under >= n;"),
    ("flow/signin.c", "if (rc == RC_OK && s->taken)\n\t\trc = password_right", "if (rc == RC_OK && now.id)\n\t\trc = password_right"),
    ("flow/signin.c", "&& !now.locked_s && str_eq(now.phc, s->user.phc)", "&& str_eq(now.phc, s->user.phc)"),
    ("flow/signin.c", "&& !now.locked_s && str_eq(now.phc, s->user.phc)", "&& !now.locked_s"),
    ("flow/signin.c", "if (rc == RC_OK && s.taken && s.rehash)", "if (rc == RC_OK && s.verdict == VERDICT_GOOD && s.rehash)"),
    ("flow/signin.c", "rc = cookie_new(v->arena, &out->signin_cookie, r->row.cookie);", "rc = RC_OK;"),
    ("flow/signin.c", "r->row.terms_s = s->agree ? v->now_s : 0;", "r->row.terms_s = v->now_s;"),
    ("flow/signin.c", "if (rc == RC_OK && s->agree)", "if (rc == RC_OK)"),
    ("flow/signin.c", "rc = attempt_password_right(tx, &s->attempt);", "rc = RC_OK;"),
    ("flow/signin.c", "if (v->now_s > s->road.row.form_ends_s) {", "if (false) {"),
    ("flow/signin.c", "if (!agree && form->policy.terms == TERMS_EACH)", "if (false)"),
    ("flow/signin.c", "if (password.len > VAULT_PASSWORD_MAX)", "if (false)"),
    ("flow/signin.c", ".say = SAY_SIGNIN_WRONG, .ref", ".say = s->user.id ? SAY_SIGNIN_WRONG : SAY_CONFIRM_WRONG, .ref"),
    ("flow/signin.c", "if (rc == RC_BUSY)\n\t\tattempt_password_refund", "if (false)\n\t\tattempt_password_refund"),
    ("flow/signin.c", "if (rc == RC_BUSY)\n\t\tattempt_password_refund", "if (rc != RC_OK)\n\t\tattempt_password_refund"),
    ("flow/signin.c", "r.row.renewals < RENEWALS_MOST) {", "r.row.renewals <= RENEWALS_MOST) {"),
    ("flow/signin.c", "if (!sure) {", "if (false) {"),
    ("flow/signin.c", "if (s.road.step != STEP_PASSWORD)", "if (false)"),
    # the code
    ("flow/signin_code.c", "enum rc rc = store_device_claim(tx, s->road.devices[s->answer.device].id, s->answer.step, v->now_s);", "enum rc rc = RC_OK;"),
    ("flow/signin_code.c", "return attempt_code_charge(tx, v, &s->road.user, s->road.type->policy.strict, &s->attempt, &out->told);", "return RC_OK;"),
    ("flow/signin_code.c", "s->answer.verdict == VERDICT_GOOD)", "s->answer.verdict != VERDICT_GOOD)"),
    ("flow/signin_code.c", "s->answer.verdict == VERDICT_GOOD)", "true)"),
    ("flow/signin_code.c", "(now.step != STEP_CODE || now.row.id != s->road.row.id)", "false"),
    ("flow/signin_code.c", "s.road.type->policy.strict ? 0 : 1", "1"),
    ("flow/signin_code.c", "s.code, totp_step(v->now_s), 1,", "s.code, totp_step(v->now_s), 2,"),
    ("flow/signin_code.c", "rc = attempt_code_right(tx, &s->road.user, &s->attempt);", "rc = RC_OK;"),
    ("flow/signin_code.c", "if (s->road.step != STEP_CODE)\n\t\treturn RC_TAKEN;", "if (false)\n\t\treturn RC_TAKEN;"),
    ("flow/signin_code.c", 'rc = trace_notice_hourly(tx, v, &s->road.user, "code.wrong");', "rc = RC_OK;"),
    ("flow/signin_code.c", "if (r.step != STEP_TERMS)\n\t\tgoto out;", "if (false)\n\t\tgoto out;"),
    ("flow/signin_code.c", "if (!agree) {", "if (false) {"),
    ("flow/attempt.c", "&then.paused_until_s)) {\n\t\tcase THROTTLE_CLOSED:\n\t\t\treturn store_refused_count(tx, v->now_s, \"code-frozen\");",
     "&then.paused_until_s)) {\n\t\tcase THROTTLE_CLOSED:\n\t\t\ttold->say = SAY_NOTHING;\n\t\t\treturn RC_OK;"),
    ("flow/attempt.c", "rc = store_code_tries_charge(tx, u->id, seen, then, out->try_id, v->now_s);", "rc = RC_OK;"),
    ("flow/attempt.c", "rc = store_code_tries_pause(tx, u->id, seen, then.paused_until_s);", "rc = RC_OK;"),
    ("flow/attempt.c", "*told = (struct told){.say = SAY_PASSWORD_OFF};", "*told = (struct told){0};"),
    # the road and the session
    ("flow/road.c", "facts.locked = r->user.locked_s != 0;", "facts.locked = false;"),
    ("flow/road.c", "facts.has_device = r->n_devices > 0;", "facts.has_device = false;"),
    ("flow/road.c", "if (session_is_ahead(out->row.password_s, v->now_s))", "if (false)"),
    ("flow/session.c", "rc = store_signin_consume(tx, done->id);", "rc = RC_OK;"),
    ("flow/session.c", "session_is_ahead(out->session.seen_s, now_s)", "false"),
    ("flow/session.c", "policy_mandatory(&out->type->policy, now_s) && out->session.otp_s == 0", "false"),
    ("flow/session.c", "s->fresh_s <= now_s && ", ""),
    ("flow/session.c", "now_s - s->fresh_s <= SESSION_FRESH_S", "now_s - s->fresh_s <= 2 * SESSION_FRESH_S"),
    ("flow/session.c", "s.ends_s = v->now_s + f->config->session_s;", "s.ends_s = v->now_s + 2 * f->config->session_s;"),
    ("flow/begin.c", "out->session_cookie = out->signin_cookie = out->go = STR_NONE;", ""),
    # activations
    ("flow/enrol.c", "if (rc == RC_OK && e->road.step != STEP_ENROL)", "if (false)"),
    ("flow/enrol.c", "e->open.holder == by.kind && e->open.holder_id == e->holder_id", "true"),
    ("flow/enrol.c", "e->open.holder == by.kind && e->open.holder_id == e->holder_id", "e->open.holder == by.kind"),
    ("flow/enrol.c", "(e->by.kind == HOLDER_SIGNIN || session_is_fresh(&e->who.session, v->now_s))", "true"),
    ("flow/enrol.c", "e->n_devices < e->type->policy.devices_max &&", ""),
    ("flow/enrol.c", "if (rc == RC_OK && !is_running(&e, v)) {", "if (rc == RC_OK) {"),
    ("flow/enrol.c", "e.open.renewals < ENROL_EXTENSIONS) {", "true) {"),
    ("flow/enrol.c", "v->now_s > e->open.period_ends_s + ENROL_GRACE_S", "false"),
    ("flow/enrol.c", "taken |= str_ieq(e->devices[i].name, name)", "taken |= false"),
    ("flow/enrol.c", "if (str_ieq(e->devices[i].name, name))", "if (false)"),
    ("flow/enrol.c", ".last_step = yes->step,", ".last_step = 0,"),
    ("flow/enrol.c", "enum rc rc = store_enrolment_consume(tx, e->open.id);", "enum rc rc = RC_OK;"),
    ("flow/enrol.c", "rc = store_enrolment_try(tx, e.open.id, ENROL_TRIES);", "rc = RC_OK;"),
    ("flow/enrol.c", "(e.open.id != yes->id || !e.mine || !policy_may_enable(&e.type->policy))", "!policy_may_enable(&e.type->policy)"),
    ("flow/enrol.c", "(e.open.id != yes->id || !e.mine || !policy_may_enable(&e.type->policy))", "(e.open.id != yes->id || !e.mine)"),
    ("flow/enrol.c", "if (rc == RC_OK && answer.verdict == VERDICT_GOOD)", "if (rc == RC_OK)"),
    ("flow/enrol.c", "out->told.offset_s = offset * TOTP_PERIOD_S;", "out->told.offset_s = -offset * TOTP_PERIOD_S;"),
    ("flow/enrol.c", "return store_session_end_all(tx, e->user->id, e->who.session.id);", "return RC_OK;"),
    ("flow/enrol.c", 'rc = trace_notice(tx, v, e->user, "device.added", yes->name);', "rc = RC_OK;"),
    ("flow/enrol.c", "out->secret = out->groups = out->uri = STR_NONE;", ""),
    ("flow/enrol.c", "if (rc != RC_OK)\n\t\tout->session_cookie = out->go = STR_NONE;", ""),
    # the account
    ("flow/account_proof.c", "if (!session_is_fresh(&w->session, v->now_s))", "if (false)"),
    ("flow/account_proof.c", "if (!policy_may_disable(&w->type->policy)) {", "if (false) {"),
    ("flow/account_proof.c", "rc = session_still(tx, v, f, w);\n\tif (rc == RC_OK)\n\t\trc = store_device_retire_all", "rc = RC_OK;\n\tif (rc == RC_OK)\n\t\trc = store_device_retire_all"),
    ("flow/account_proof.c", "rc = store_session_end_all(tx, w->user.id, w->session.id);", "rc = RC_OK;"),
    ("flow/account_proof.c", "rc = store_signin_delete_of_user(tx, w->user.id);", "rc = RC_OK;"),
    ("flow/account_proof.c", "if (rc == RC_OK && p.verdict != VERDICT_GOOD) {", "if (false) {"),
    ("flow/account_proof.c", "if (p.n && p.answer.verdict != VERDICT_GOOD)", "if (false)"),
    ("flow/account_proof.c", "rc = store_device_claim(tx, p->devices[p->answer.device].id, p->answer.step, v->now_s);", "rc = RC_OK;"),
    ("flow/account_proof.c", "(now.locked_s || !str_eq(now.phc, p->user.phc))", "now.locked_s"),
    ("flow/account_proof.c", "rc = store_session_renew(tx, w->session.id, w->session.token, token, v->now_s);", "rc = RC_OK;"),
    ("flow/account_proof.c", "rc = attempt_code_charge(tx, v, &p->user, w->type->policy.strict, &p->code, told);", "rc = RC_OK;"),
    ("flow/account_proof.c", "return attempt_password_charge(tx, v, hash, &p->password, told);", "return RC_OK;"),
    ("flow/account_proof.c", "if (rc == RC_OK && over) {", "if (false) {"),
    ("flow/account_proof.c", "\tif (p.verdict != VERDICT_GOOD) {\n\t\trc = proof_wrong(f, v, w, &p, \"wrong-password\", out);", "\tif (false) {\n\t\trc = proof_wrong(f, v, w, &p, \"wrong-password\", out);"),
    ("flow/account_proof.c", "rc = store_user_rehash(tx, p->user.id, p->user.phc, phc);", "rc = RC_OK;"),
    ("flow/account_proof.c", "rc = store_user_password(tx, p->user.id, phc, v->now_s);", "rc = RC_OK;"),
    ("flow/account.c", "rc = store_session_end(tx, w->user.id, id);", "rc = RC_OK;"),
    ("flow/newpass.c", "enum rc rc = store_session_end_all(tx, u->id, keep);", "enum rc rc = RC_OK;"),
    ("flow/newpass.c", "rc = store_signin_delete_of_user(tx, u->id);", "rc = RC_OK;"),
    ("flow/newpass.c", "if (rule != PASSPHRASE_GOOD)", "if (false)"),
    ("flow/newpass.c", "if (!str_eq(fresh, again)) {", "if (false) {"),
    ("flow/account_setup.c", "rc = store_link_consume(tx, link.id, v->now_s);", "rc = RC_OK;"),
    ("flow/account_setup.c", "link->used_s || ", ""),
    ("flow/account_setup.c", "v->now_s >= link->expires_s || ", ""),
    ("flow/account_setup.c", "user->locked_s ||", ""),
    ("flow/account_setup.c", "user->password_set_s > link->made_s", "false"),
    ("flow/account_setup.c", "rc = setup_find(tx, v, token, &link, &user, out);\n\tif (rc == RC_OK)\n\t\trc = store_link_consume", "rc = RC_OK;\n\tif (rc == RC_OK)\n\t\trc = store_link_consume"),
    # where a sign-in may lead
    ("flow/signin_next.c", "rest.ptr[i] == '@' || rest.ptr[i] == '%'", "false"),
    ("flow/signin_next.c", "c == '\\\\' || ", ""),
    ("flow/signin_next.c", "next.len > 1 && next.ptr[1] == '/' ? STR_NONE : arena_str(a, next)", "arena_str(a, next)"),
    ("flow/signin_next.c", 'if (!str_starts(next, S("https://")) && c->secure)', "if (false)"),
    ("flow/trace.c", "if ((unsigned char)out[i] < ' ')", "if (false)"),
]

# Doubled on purpose: another line says the same, and both would have to go.
BOTH = {
    ("flow/signin_next.c", "rest.ptr[i] == '@' || rest.ptr[i] == '%'"): "hosts are compared whole",
    ("flow/account_setup.c", "user->password_set_s > link->made_s"): "newpass_ends ends the links too",
    ("flow/account_setup.c", "link->used_s || "): "store_link_consume says it again",
    ("flow/account_setup.c", "v->now_s >= link->expires_s || "): "store_link_consume says it again",
    ("flow/trace.c", "if ((unsigned char)out[i] < ' ')"): "names are refused before",
}


def run(copy, build, targets, timeout):
    for t in targets:
        try:
            done = subprocess.run([os.path.join(build, t)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, cwd=copy)
            if done.returncode != 0:
                bad = [line.split("] ", 1)[1] for line in done.stdout.decode("utf-8", "replace").splitlines() if line.startswith("[  FAILED  ] ")]
                return bad[0] if bad else "%s ended with %d" % (os.path.basename(t), done.returncode)
        except subprocess.TimeoutExpired:
            return "%s does not end" % os.path.basename(t)
    return None


def main():
    args = sys.argv[1:]
    jobs = args[args.index("-j") + 1] if "-j" in args else "2"
    words = [a for i, a in enumerate(args) if a != "-j" and (i == 0 or args[i - 1] != "-j")]
    unit = ["tests/unit/test_" + n for n in UNIT]
    flow = ["tests/flow/test_" + n for n in FLOW]
    top = tempfile.mkdtemp(prefix="mutants-", dir=os.environ.get("TMP"))
    copy, build = os.path.join(top, "copy"), os.path.join(top, "build")
    bad = 0
    try:
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", "build*", "var", "node_modules"))
        subprocess.run(["meson", "setup", "-Dwerror=false", build, copy], check=True, stdout=subprocess.DEVNULL)
        ninja = ["ninja", "-C", build, "-j", jobs] + unit + flow + LATE
        subprocess.run(ninja, check=True, stdout=subprocess.DEVNULL)
        why = run(copy, build, unit + flow + LATE, 600)
        if why:
            sys.exit("mutants: the tests fail without a fault: " + why)
        for file, old, new in FAULTS:
            if words and not any(word in file + ": " + old for word in words):
                continue
            path = os.path.join(copy, "src", file)
            with open(path, encoding="utf-8") as f:
                text = f.read()
            place = "%s: %s  ->  %s" % (file, " ".join(old.split()), " ".join(new.split()) or "(nothing)")
            if old not in text:
                print("STALE    " + place, flush=True)
                bad += 1
                continue
            with open(path, "w", encoding="utf-8") as f:
                f.write(text.replace(old, new, 1))
            built = subprocess.run(ninja, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            first = unit + flow if file.startswith("core") else flow + unit
            by = run(copy, build, first + LATE, 300) if built.returncode == 0 else None
            if built.returncode != 0:
                print("NO BUILD " + place + "\n" + built.stdout.decode()[-800:], flush=True)
                bad += 1
            elif by:
                print("noticed  %s   by %s" % (place, by), flush=True)
            elif (file, old) in BOTH:
                print("doubled  %s   %s" % (place, BOTH[file, old]), flush=True)
            else:
                print("SURVIVED " + place, flush=True)
                bad += 1
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    sys.exit(1 if bad else 0)


main()
