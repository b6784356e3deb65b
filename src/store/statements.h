/*
 * statements: every SQL statement of the store, once, for SQLite and PostgreSQL alike.
 *
 * Shared text only: $1-style parameters, ON CONFLICT, RETURNING, CASE, no function of one database. A suite
 * PREPAREs each of them in PostgreSQL. The tables stand in sql/, docs/schema.md explains them.
 * The surprising rule: a statement that settles a race says so by the rows it returns, never by a SELECT before.
 */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

#define USER_COLUMNS \
	"u.id, u.login, u.shown, u.type, u.email, u.name, u.nik_sealed, u.verified, u.locked_s, u.rights, u.phc, " \
	"u.password_set_s, u.terms_version, u.next_number, u.created_s, u.first_proof_s, u.quiet_ends_s, u.group_list"
#define SESSION_COLUMNS \
	"s.id, s.token, s.user_id, s.epoch, s.began_s, s.seen_s, s.ends_s, s.pwd_s, s.otp_s, s.recovery_s, s.passkey_s, " \
	"s.fresh_s, s.address, s.browser"
#define SIGNIN_COLUMNS \
	"id, cookie, user_id, login, type, step, password_s, code_s, enrolled_s, terms_s, next, began_s, form_ends_s, " \
	"expires_s, renewals, recovery_s, passkey_s, first_s, known, code_device, code_step, refused, refused_say"
#define ENROLMENT_COLUMNS \
	"id, user_id, number, holder, holder_id, seed, opened_s, period_ends_s, ends_s, renewals, tries, replaces, replaces_how"
#define DEVICE_COLUMNS \
	"id, user_id, number, kind, name, state, seed, last_step, added_s, used_s, retired_s, suspended_s, suspend_ends_s, " \
	"evicted_by, address"
#define PASSKEY_COLUMNS \
	"p.device_id, p.user_id, p.credential, p.alg, p.public_key, p.counter, p.flags, p.aaguid, p.transports"
#define MAIL_COLUMNS \
	"id, user_id, about, template, lang, detail, recipient, written_s, next_s, tries, accepted_s, failed_s, answer"
#define AUDIT_COLUMNS \
	"node, seq, at_s, user_id, login, actor, event, result, reason, factor, device, application, address, browser, ref, " \
	"detail, hash"
/* The session's own epoch must still be the one in force. */
#define EPOCH "(SELECT number FROM meta WHERE key = 'epoch')"
#define YEAR_S "31536000"
/* Of user $1, in the year before `now`, there were `count` wrong codes. */
#define YEAR_IS(now, count) \
	"(SELECT COUNT(*) FROM code_try t WHERE t.user_id = $1 AND t.at_s > CAST(" now " AS BIGINT) - " YEAR_S ") = " count
/* $1 <= at_s <= $2, and of the last second only what stands before row $3 */
#define AUDIT_WINDOW \
	"at_s >= $1 AND at_s <= $2 AND (at_s < $2 OR seq < $3) AND (CAST($5 AS TEXT) IS NULL OR event = $5)"
/* Of active devices user $1 has fewer than `max`. */
#define FEWER_ACTIVE(user, max) "(SELECT COUNT(*) FROM device WHERE user_id = " user " AND state = 1) < " max
/* The next place in the order in which rows were made; those that are $1 places behind the newest go. An index gives
 * both without counting, and a put takes away one row at most. */
#define NEXT_SEQ(table) "(SELECT COALESCE(MAX(seq), 0) + 1 FROM " table ")"
#define DROP_OLDEST(table) "DELETE FROM " table " WHERE seq <= (SELECT MAX(seq) FROM " table ") - CAST($1 AS BIGINT)"
#define SWEEP(table, where, order) \
	"DELETE FROM " table " WHERE id IN (SELECT id FROM " table " WHERE " where " ORDER BY " order " LIMIT $2) RETURNING 1"

#define STATEMENTS(X) \
	/* meta */ \
	X(META_NUMBER, "SELECT number FROM meta WHERE key = $1 AND number IS NOT NULL") \
	X(META_NUMBER_SET, "INSERT INTO meta (key, number) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET number = excluded.number") \
	X(META_GET, "SELECT value FROM meta WHERE key = $1 AND value IS NOT NULL") \
	X(META_SET, "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value") \
	/* users */ \
	X(USER_FIND, "SELECT " USER_COLUMNS " FROM users u WHERE u.login = $1") \
	X(USER_GET, "SELECT " USER_COLUMNS " FROM users u WHERE u.id = $1") \
	X(USER_ADD, "INSERT INTO users (id, login, shown, type, email, name, nik_sealed, verified, locked_s, rights, phc, " \
		"password_set_s, terms_version, terms_s, next_number, created_s, first_proof_s, quiet_ends_s, group_list) VALUES " \
		"($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15, $16, $17, $18) " \
		"ON CONFLICT (login) DO NOTHING RETURNING id") \
	X(USER_DELETE, "DELETE FROM users WHERE id = $1 RETURNING id") \
	X(USER_LOCK, "UPDATE users SET locked_s = $2 WHERE id = $1 RETURNING id") \
	X(USER_PASSWORD, "UPDATE users SET phc = $2, password_set_s = $3, quiet_ends_s = 0 WHERE id = $1 RETURNING id") \
	X(USER_REHASH, "UPDATE users SET phc = $3 WHERE id = $1 AND phc = $2 RETURNING id") \
	X(USER_TERMS, "UPDATE users SET terms_version = $2, terms_s = $3 WHERE id = $1 RETURNING id") \
	X(USER_FIRST_PROOF, "UPDATE users SET first_proof_s = $2 WHERE id = $1 RETURNING id") \
	X(USER_QUIET, "UPDATE users SET quiet_ends_s = $2 WHERE id = $1 AND quiet_ends_s = 0 RETURNING id") \
	X(USER_LIST, "SELECT " USER_COLUMNS " FROM users u WHERE u.login > $1 ORDER BY u.login LIMIT $2") \
	X(USER_COUNT, "SELECT COUNT(*) FROM users") \
	/* holds the row where the database locks rows: what is counted after it stays so */ \
	X(USER_HOLD, "UPDATE users SET next_number = next_number WHERE id = $1 RETURNING id") \
	X(USER_NEXT_NUMBER, "UPDATE users SET next_number = next_number + 1 WHERE id = $1 RETURNING next_number - 1") \
	/* tries */ \
	X(PASSWORD_TRIES, "SELECT failures, paused_until_s FROM password_tries WHERE login_hash = $1 AND known = $2") \
	X(PASSWORD_TRIES_FIRST, "INSERT INTO password_tries (login_hash, known, failures, paused_until_s, changed_s) " \
		"VALUES ($1, $2, $3, $4, $5) ON CONFLICT (login_hash, known) DO UPDATE SET failures = excluded.failures, " \
		"paused_until_s = excluded.paused_until_s, changed_s = excluded.changed_s " \
		"WHERE password_tries.failures = 0 AND password_tries.paused_until_s = 0 RETURNING failures") \
	X(PASSWORD_TRIES_CHARGE, "UPDATE password_tries SET failures = $3, paused_until_s = $4, changed_s = $5 " \
		"WHERE login_hash = $1 AND known = $2 AND failures = $6 AND paused_until_s = $7 RETURNING failures") \
	X(PASSWORD_TRIES_CLEAR, "DELETE FROM password_tries WHERE login_hash = $1 AND known = $2") \
	X(CODE_TRIES, "SELECT in_a_row, paused_until_s FROM code_tries WHERE user_id = $1") \
	X(CODE_TRIES_YEAR, "SELECT COUNT(*) FROM code_try WHERE user_id = $1 AND at_s > CAST($2 AS BIGINT) - " YEAR_S) \
	X(CODE_TRIES_FIRST, "INSERT INTO code_tries (user_id, in_a_row, paused_until_s) SELECT $1, $2, $3 WHERE " YEAR_IS("$4", "$5") \
		" ON CONFLICT (user_id) DO UPDATE SET in_a_row = excluded.in_a_row, paused_until_s = excluded.paused_until_s " \
		"WHERE code_tries.in_a_row = 0 AND code_tries.paused_until_s = 0 RETURNING in_a_row") \
	X(CODE_TRIES_CHARGE, "UPDATE code_tries SET in_a_row = $2, paused_until_s = $3 WHERE user_id = $1 AND in_a_row = $6 " \
		"AND paused_until_s = $7 AND " YEAR_IS("$4", "$5") " RETURNING in_a_row") \
	X(CODE_TRY_ADD, "INSERT INTO code_try (id, user_id, at_s) VALUES ($1, $2, $3)") \
	X(CODE_TRIES_PAUSE, "UPDATE code_tries SET paused_until_s = $2 WHERE user_id = $1 AND in_a_row = $3 AND paused_until_s = $4 " \
		"RETURNING in_a_row") \
	X(CODE_TRIES_CLEAR, "UPDATE code_tries SET in_a_row = 0, paused_until_s = 0 WHERE user_id = $1") \
	X(CODE_TRY_DELETE, "DELETE FROM code_try WHERE id = $2 AND user_id = $1") \
	X(CODE_TRY_RENEW, "DELETE FROM code_try WHERE user_id = $1") \
	X(DOOR_TRIES, "SELECT in_a_row, paused_until_s FROM door_tries WHERE user_id = $1 AND door = $2") \
	X(DOOR_TRIES_FIRST, "INSERT INTO door_tries (user_id, door, in_a_row, paused_until_s) VALUES ($1, $2, $3, $4) " \
		"ON CONFLICT (user_id, door) DO UPDATE SET in_a_row = excluded.in_a_row, paused_until_s = excluded.paused_until_s " \
		"WHERE door_tries.in_a_row = 0 AND door_tries.paused_until_s = 0 RETURNING in_a_row") \
	X(DOOR_TRIES_CHARGE, "UPDATE door_tries SET in_a_row = $3, paused_until_s = $4 WHERE user_id = $1 AND door = $2 " \
		"AND in_a_row = $5 AND paused_until_s = $6 RETURNING in_a_row") \
	X(DOOR_TRIES_CLEAR, "DELETE FROM door_tries WHERE user_id = $1 AND door = $2") \
	X(REFUSED_COUNT, "INSERT INTO refused (minute_s, reason, times) VALUES ($1, $2, 1) " \
		"ON CONFLICT (minute_s, reason) DO UPDATE SET times = refused.times + 1") \
	/* sign-in */ \
	X(SIGNIN_GET, "SELECT " SIGNIN_COLUMNS " FROM signin WHERE cookie = $1 AND expires_s > $2") \
	X(SIGNIN_PUT, "INSERT INTO signin (" SIGNIN_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, " \
		"$13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) ON CONFLICT (cookie) DO UPDATE SET " \
		"id = excluded.id, user_id = excluded.user_id, login = excluded.login, type = excluded.type, " \
		"step = excluded.step, password_s = excluded.password_s, " \
		"code_s = excluded.code_s, enrolled_s = excluded.enrolled_s, terms_s = excluded.terms_s, next = excluded.next, " \
		"began_s = excluded.began_s, form_ends_s = excluded.form_ends_s, expires_s = excluded.expires_s, " \
		"renewals = excluded.renewals, recovery_s = excluded.recovery_s, passkey_s = excluded.passkey_s, " \
		"first_s = excluded.first_s, known = excluded.known, code_device = excluded.code_device, " \
		"code_step = excluded.code_step, refused = excluded.refused, refused_say = excluded.refused_say") \
	X(SIGNIN_ADVANCE, "UPDATE signin SET cookie = $2, user_id = $3, login = $4, type = $5, step = $6, password_s = $7, " \
		"code_s = $8, enrolled_s = $9, terms_s = $10, next = $11, began_s = $12, form_ends_s = $13, expires_s = $14, " \
		"renewals = $15, recovery_s = $16, passkey_s = $17, first_s = $18, known = $19, code_device = $20, code_step = $21, " \
		"refused = $22, refused_say = $23 WHERE id = $1 AND step = $24 AND cookie = $25 RETURNING id") \
	X(SIGNIN_REFUSED, "UPDATE signin SET refused = $2, refused_say = $3 WHERE id = $1 RETURNING id") \
	X(SIGNIN_CONSUME, "DELETE FROM signin WHERE id = $1 RETURNING id") \
	X(SIGNIN_DELETE_OF_USER, "DELETE FROM signin WHERE user_id = $1") \
	/* sessions */ \
	X(SESSION_ADD, "INSERT INTO session (id, token, user_id, epoch, began_s, seen_s, ends_s, pwd_s, otp_s, " \
		"recovery_s, passkey_s, fresh_s, address, browser) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)") \
	X(SESSION_GET, "SELECT " SESSION_COLUMNS ", " USER_COLUMNS " FROM session s JOIN users u ON u.id = s.user_id " \
		"WHERE s.token = $1 AND s.ends_s > $2 AND s.seen_s > $2 - $3 AND s.epoch = " EPOCH " AND u.locked_s = 0") \
	X(SESSION_SEEN, "UPDATE session SET seen_s = $2 WHERE id = $1 AND seen_s < $2") \
	X(SESSION_RENEW, "UPDATE session SET token = $3, fresh_s = $4 WHERE id = $1 AND token = $2 RETURNING id") \
	X(SESSION_LIST, "SELECT " SESSION_COLUMNS " FROM session s WHERE s.user_id = $1 AND s.ends_s > $2 " \
		"AND s.seen_s > $2 - $3 AND s.epoch = " EPOCH " ORDER BY s.began_s DESC, s.id LIMIT 100") \
	X(SESSION_END, "DELETE FROM session WHERE user_id = $1 AND id = $2 RETURNING id") \
	X(SESSION_END_ALL, "DELETE FROM session WHERE user_id = $1 AND id <> $2") \
	/* enrolments and devices */ \
	X(ENROLMENT_OF, "SELECT " ENROLMENT_COLUMNS " FROM enrolment WHERE user_id = $1 AND ends_s > $2") \
	X(ENROLMENT_OPEN, "INSERT INTO enrolment (" ENROLMENT_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, " \
		"$12, $13) ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, number = excluded.number, holder = excluded.holder, " \
		"holder_id = excluded.holder_id, seed = excluded.seed, opened_s = excluded.opened_s, " \
		"period_ends_s = excluded.period_ends_s, ends_s = excluded.ends_s, renewals = excluded.renewals, " \
		"tries = excluded.tries, replaces = excluded.replaces, replaces_how = excluded.replaces_how") \
	X(ENROLMENT_RENEW, "UPDATE enrolment SET renewals = renewals + 1, period_ends_s = $3 WHERE id = $1 AND renewals = $2 " \
		"RETURNING id") \
	X(ENROLMENT_TRY, "UPDATE enrolment SET tries = tries + 1 WHERE id = $1 AND tries < $2 RETURNING id") \
	X(ENROLMENT_CONSUME, "DELETE FROM enrolment WHERE id = $1 RETURNING id") \
	/* The greatest number that was given out and belongs to no device and to no activation open at $2: it is the one \
	 * before a number that does, or before the next to give out. */ \
	X(ENROLMENT_LEFTOVER, "SELECT c.number FROM (SELECT next_number - 1 AS number FROM users WHERE id = $1 " \
		"UNION ALL SELECT number - 1 FROM device WHERE user_id = $1 " \
		"UNION ALL SELECT number - 1 FROM enrolment WHERE user_id = $1 AND ends_s > $2) c WHERE c.number >= 1 " \
		"AND NOT EXISTS (SELECT 1 FROM device d WHERE d.user_id = $1 AND d.number = c.number) " \
		"AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.user_id = $1 AND e.number = c.number AND e.ends_s > $2) " \
		"ORDER BY c.number DESC LIMIT 1") \
	/* a number of 0 is the next one, which USER_NEXT_NUMBER counts on afterwards */ \
	X(DEVICE_ADD, "INSERT INTO device (id, user_id, number, name, name_key, kind, state, seed, last_step, added_s, used_s, " \
		"retired_s, suspended_s, suspend_ends_s, evicted_by, address) SELECT $1, $2, CASE WHEN CAST($3 AS BIGINT) = 0 THEN " \
		"(SELECT next_number FROM users WHERE id = $2) ELSE $3 END, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 " \
		"WHERE " FEWER_ACTIVE("$2", "$17") " ON CONFLICT DO NOTHING RETURNING id") \
	X(DEVICE_COUNT, "SELECT COUNT(*) FROM device WHERE user_id = $1 AND state = 1") \
	X(DEVICE_LIST, "SELECT " DEVICE_COLUMNS " FROM device WHERE user_id = $1 AND state = 1 ORDER BY number, id") \
	X(DEVICE_LIST_ALL, "SELECT " DEVICE_COLUMNS " FROM device WHERE user_id = $1 ORDER BY number, id") \
	X(DEVICE_GET, "SELECT " DEVICE_COLUMNS " FROM device WHERE id = $2 AND user_id = $1") \
	X(DEVICE_CLAIM, "UPDATE device SET last_step = $2, used_s = $3 WHERE id = $1 AND state = 1 AND last_step < $2 " \
		"AND NOT EXISTS (SELECT 1 FROM burnt_step b WHERE b.device_id = $1 AND b.step = $2) RETURNING id") \
	X(DEVICE_USED, "UPDATE device SET used_s = $2 WHERE id = $1 AND state = 1 RETURNING id") \
	X(DEVICE_RETIRE, "UPDATE device SET state = 3, retired_s = $3 WHERE id = $2 AND user_id = $1 AND state <> 3 RETURNING id") \
	X(DEVICE_RETIRE_ALL, "UPDATE device SET state = 3, retired_s = $2 WHERE user_id = $1 AND state <> 3 RETURNING id") \
	X(DEVICE_RENAME, "UPDATE device SET name = $3, name_key = $4 WHERE id = $2 AND user_id = $1 AND state <> 3 AND NOT EXISTS " \
		"(SELECT 1 FROM device o WHERE o.user_id = $1 AND o.name_key = $4 AND o.state <> 3 AND o.id <> $2) RETURNING id") \
	X(DEVICE_SUSPEND, "UPDATE device SET state = 2, suspended_s = $4, suspend_ends_s = $5, evicted_by = $3 " \
		"WHERE id = $2 AND user_id = $1 AND state = 1 RETURNING id") \
	X(DEVICE_RESTORE, "UPDATE device SET state = 1, suspend_ends_s = 0, evicted_by = 0 WHERE id = $2 AND user_id = $1 " \
		"AND state = 2 AND suspend_ends_s > $3 AND " FEWER_ACTIVE("$1", "$4") " RETURNING id") \
	X(DEVICE_EVICTIONS, "SELECT COUNT(*) FROM device WHERE user_id = $1 AND suspended_s >= $2 AND suspended_s > 0") \
	/* the clock doctor */ \
	X(CLOCK_NOTE, "SELECT user_id, device_id, step, offset_steps, at_s FROM clock_note WHERE user_id = $1") \
	X(CLOCK_NOTE_PUT, "INSERT INTO clock_note (user_id, device_id, step, offset_steps, at_s) VALUES ($1, $2, $3, $4, $5) " \
		"ON CONFLICT (user_id) DO UPDATE SET device_id = excluded.device_id, step = excluded.step, " \
		"offset_steps = excluded.offset_steps, at_s = excluded.at_s") \
	X(CLOCK_NOTE_END, "DELETE FROM clock_note WHERE user_id = $1") \
	X(STEP_BURN, "INSERT INTO burnt_step (device_id, step) VALUES ($1, $2) ON CONFLICT (device_id, step) DO NOTHING") \
	X(CLOCK_LATE_ADD, "INSERT INTO clock_minute (minute_s, times, late_s) VALUES ($1, 1, $2) ON CONFLICT (minute_s) " \
		"DO UPDATE SET times = clock_minute.times + 1, late_s = clock_minute.late_s + excluded.late_s") \
	X(CLOCK_LATE, "SELECT CAST(COALESCE(SUM(times), 0) AS BIGINT), CAST(COALESCE(SUM(late_s), 0) AS BIGINT) " \
		"FROM clock_minute WHERE minute_s >= $1") \
	/* recovery codes */ \
	X(RECOVERY_ADD, "INSERT INTO recovery_code (id, user_id, mac, made_s, used_s) VALUES ($1, $2, $3, $4, 0)") \
	X(RECOVERY_LEFT, "SELECT COUNT(CASE WHEN used_s = 0 THEN 1 END), COALESCE(MAX(made_s), 0) FROM recovery_code " \
		"WHERE user_id = $1") \
	X(RECOVERY_CONSUME, "UPDATE recovery_code SET used_s = $3 WHERE mac = $2 AND user_id = $1 AND used_s = 0 RETURNING id") \
	X(RECOVERY_END, "DELETE FROM recovery_code WHERE user_id = $1") \
	/* known browsers */ \
	X(KNOWN_GET, "SELECT 1 FROM known_browser WHERE token = $1 AND user_id = $2 AND seen_s > $3") \
	X(KNOWN_PUT, "INSERT INTO known_browser (token, user_id, made_s, seen_s) VALUES ($1, $2, $3, $3) " \
		"ON CONFLICT (token, user_id) DO UPDATE SET seen_s = excluded.seen_s") \
	/* of the others, those seen last stay: $3 of them */ \
	X(KNOWN_DROP, "DELETE FROM known_browser WHERE user_id = $1 AND token IN (SELECT token FROM known_browser " \
		"WHERE user_id = $1 AND token <> $2 ORDER BY seen_s DESC LIMIT 100 OFFSET $3)") \
	X(KNOWN_END, "DELETE FROM known_browser WHERE user_id = $1") \
	/* captchas */ \
	X(CAPTCHA_PUT, "INSERT INTO captcha (cookie, form, kind, answer, made_s, expires_s, seq) VALUES ($1, $2, $3, $4, $5, $6, " \
		NEXT_SEQ("captcha") ") ON CONFLICT (cookie, form, kind) DO UPDATE SET answer = excluded.answer, " \
		"made_s = excluded.made_s, expires_s = excluded.expires_s, seq = excluded.seq") \
	X(CAPTCHA_DROP, DROP_OLDEST("captcha")) \
	X(CAPTCHA_GET, "SELECT cookie, form, kind, answer, made_s, expires_s FROM captcha WHERE cookie = $1 AND form = $2 " \
		"AND kind = $3 AND expires_s > $4") \
	X(CAPTCHA_TAKE, "DELETE FROM captcha WHERE cookie = $1 AND form = $2 AND kind = $3 AND expires_s > $4 RETURNING answer") \
	/* passkeys */ \
	X(PASSKEY_ADD, "INSERT INTO passkey (device_id, user_id, credential, alg, public_key, counter, flags, aaguid, transports) " \
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING device_id") \
	X(PASSKEY_FIND, "SELECT " PASSKEY_COLUMNS " FROM passkey p JOIN device d ON d.id = p.device_id WHERE p.credential = $1 " \
		"AND d.state = 1") \
	X(PASSKEY_LIST, "SELECT " PASSKEY_COLUMNS " FROM device d JOIN passkey p ON p.device_id = d.id WHERE d.user_id = $1 " \
		"AND d.state = 1 ORDER BY d.number, d.id") \
	X(PASSKEY_CLAIM, "UPDATE passkey SET counter = $3, flags = $4 WHERE device_id = $1 AND counter = $2 AND EXISTS " \
		"(SELECT 1 FROM device d WHERE d.id = $1 AND d.state = 1) RETURNING device_id") \
	X(CHALLENGE_PUT, "INSERT INTO challenge (cookie, purpose, challenge, made_s, expires_s, seq) VALUES ($1, $2, $3, $4, $5, " \
		NEXT_SEQ("challenge") ") ON CONFLICT (cookie, purpose) DO UPDATE SET challenge = excluded.challenge, " \
		"made_s = excluded.made_s, expires_s = excluded.expires_s, seq = excluded.seq") \
	/* of what anybody may ask for ($2); who is signed in is pushed out by nobody */ \
	X(CHALLENGE_DROP, DROP_OLDEST("challenge") " AND purpose = $2") \
	X(CHALLENGE_TAKE, "DELETE FROM challenge WHERE cookie = $1 AND purpose = $2 AND expires_s > $3 RETURNING challenge") \
	/* links */ \
	X(LINK_ADD, "INSERT INTO link (id, user_id, purpose, token, made_s, expires_s, used_s) VALUES ($1, $2, $3, $4, $5, $6, $7)") \
	X(LINK_FIND, "SELECT id, user_id, purpose, token, made_s, expires_s, used_s FROM link WHERE token = $1 AND purpose = $2") \
	X(LINK_END_ALL, "UPDATE link SET expires_s = $3 WHERE user_id = $1 AND purpose = $2 AND used_s = 0 AND expires_s > $3") \
	X(LINK_CONSUME, "UPDATE link SET used_s = $2 WHERE id = $1 AND used_s = 0 AND expires_s > $2 RETURNING id") \
	/* outbox */ \
	X(MAIL_ADD, "INSERT INTO outbox (" MAIL_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)") \
	/* asks again whether it is due: another node may have charged the same row a moment before */ \
	X(MAIL_TAKE, "UPDATE outbox SET tries = tries + 1, next_s = CAST($1 AS BIGINT) + $2 WHERE id = (SELECT id FROM outbox WHERE " \
		"accepted_s = 0 AND failed_s = 0 AND next_s <= $1 ORDER BY next_s, id LIMIT 1) AND accepted_s = 0 AND failed_s = 0 " \
		"AND next_s <= $1 RETURNING " MAIL_COLUMNS) \
	X(MAIL_ACCEPTED, "UPDATE outbox SET accepted_s = $3, answer = $2 WHERE id = $1 RETURNING id") \
	X(MAIL_FAILED, "UPDATE outbox SET failed_s = $3, answer = $2 WHERE id = $1 RETURNING id") \
	X(MAIL_TOLD, "SELECT 1 FROM outbox WHERE user_id = $1 AND template = $2 AND written_s >= $3 LIMIT 1") \
	/* audit */ \
	X(AUDIT_LAST, "SELECT seq, hash FROM audit WHERE node = $1 ORDER BY seq DESC LIMIT 1") \
	X(AUDIT_ADD, "INSERT INTO audit (" AUDIT_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, " \
		"$14, $15, $16, $17)") \
	X(AUDIT_NEWEST, "SELECT " AUDIT_COLUMNS " FROM audit WHERE " AUDIT_WINDOW " ORDER BY at_s DESC, seq DESC LIMIT $4") \
	X(AUDIT_NEWEST_OF, "SELECT " AUDIT_COLUMNS " FROM audit WHERE user_id = $6 AND " AUDIT_WINDOW \
		" ORDER BY at_s DESC, seq DESC LIMIT $4") \
	X(AUDIT_OLDEST, "SELECT " AUDIT_COLUMNS " FROM audit WHERE " AUDIT_WINDOW " ORDER BY at_s, seq LIMIT $4") \
	X(AUDIT_OLDEST_OF, "SELECT " AUDIT_COLUMNS " FROM audit WHERE user_id = $6 AND " AUDIT_WINDOW \
		" ORDER BY at_s, seq LIMIT $4") \
	X(AUDIT_REF, "SELECT " AUDIT_COLUMNS " FROM audit WHERE ref = $1 AND (CAST($2 AS BIGINT) = 0 OR user_id = $2) " \
		"AND at_s >= $3 AND (CAST($5 AS TEXT) IS NULL OR event = $5) ORDER BY at_s, seq LIMIT $4") \
	X(AUDIT_ROW, "SELECT " AUDIT_COLUMNS " FROM audit WHERE node = $1 AND seq = $2") \
	X(AUDIT_WALK, "SELECT " AUDIT_COLUMNS " FROM audit ORDER BY node, seq") \
	X(AUDIT_HEADS, "SELECT h.node, h.seq, h.hash, h.sig, a.hash FROM audit_head h " \
		"LEFT JOIN audit a ON a.node = h.node AND a.seq = h.seq ORDER BY h.node, h.seq") \
	X(AUDIT_SIGNED, "SELECT 1 FROM audit_head WHERE node = $1 AND seq = $2") \
	X(AUDIT_SIGN, "INSERT INTO audit_head (node, seq, hash, sig, signed_s) VALUES ($1, $2, $3, $4, $5) " \
		"ON CONFLICT (node, seq) DO NOTHING") \
	/* housekeeping: $1 is the time before which a row is over, $2 how many at most */ \
	X(SWEEP_SIGNIN, SWEEP("signin", "expires_s <= $1", "expires_s")) \
	X(SWEEP_SESSION, SWEEP("session", "ends_s <= $1", "ends_s")) \
	X(SWEEP_ENROLMENT, SWEEP("enrolment", "ends_s <= $1", "ends_s")) \
	X(SWEEP_LINK, SWEEP("link", "expires_s <= $1", "expires_s")) \
	X(SWEEP_CODE_TRY, SWEEP("code_try", "at_s <= $1", "at_s")) \
	X(SWEEP_OUTBOX, SWEEP("outbox", "written_s <= $1", "written_s")) \
	X(SWEEP_PASSWORD_TRIES, "DELETE FROM password_tries WHERE (login_hash, known) IN (SELECT login_hash, known FROM " \
		"password_tries WHERE changed_s <= $1 AND failures < 100 ORDER BY changed_s LIMIT $2) RETURNING 1") \
	X(SWEEP_REFUSED, "DELETE FROM refused WHERE (minute_s, reason) IN (SELECT minute_s, reason FROM refused " \
		"WHERE minute_s <= $1 ORDER BY minute_s LIMIT $2) RETURNING 1") \
	X(SWEEP_SEED, "UPDATE device SET seed = NULL WHERE id IN (SELECT id FROM device WHERE state = 3 AND seed IS NOT NULL " \
		"AND retired_s <= $1 ORDER BY retired_s LIMIT $2) RETURNING 1") \
	/* beyond the $1 newest of those that belong to nobody */ \
	X(SWEEP_ANONYMOUS, "DELETE FROM signin WHERE id IN (SELECT id FROM signin WHERE user_id IS NULL ORDER BY began_s DESC " \
		"LIMIT $2 OFFSET $1) RETURNING 1") \
	X(SWEEP_SUSPENDED, "UPDATE device SET state = 3, retired_s = $1 WHERE id IN (SELECT id FROM device WHERE state = 2 " \
		"AND suspend_ends_s <= $1 ORDER BY suspend_ends_s LIMIT $2) RETURNING 1") \
	X(SWEEP_CAPTCHA, "DELETE FROM captcha WHERE (cookie, form, kind) IN (SELECT cookie, form, kind FROM captcha " \
		"WHERE expires_s <= $1 ORDER BY expires_s LIMIT $2) RETURNING 1") \
	X(SWEEP_CHALLENGE, "DELETE FROM challenge WHERE (cookie, purpose) IN (SELECT cookie, purpose FROM challenge " \
		"WHERE expires_s <= $1 ORDER BY expires_s LIMIT $2) RETURNING 1") \
	X(SWEEP_KNOWN, "DELETE FROM known_browser WHERE (token, user_id) IN (SELECT token, user_id FROM known_browser " \
		"WHERE seen_s <= $1 ORDER BY seen_s LIMIT $2) RETURNING 1") \
	X(SWEEP_BURNT, "DELETE FROM burnt_step WHERE (device_id, step) IN (SELECT device_id, step FROM burnt_step " \
		"WHERE step < $1 ORDER BY step LIMIT $2) RETURNING 1") \
	X(SWEEP_CLOCK_NOTE, "DELETE FROM clock_note WHERE user_id IN (SELECT user_id FROM clock_note WHERE at_s <= $1 " \
		"ORDER BY at_s LIMIT $2) RETURNING 1") \
	X(SWEEP_CLOCK_MINUTE, "DELETE FROM clock_minute WHERE minute_s IN (SELECT minute_s FROM clock_minute WHERE minute_s <= $1 " \
		"ORDER BY minute_s LIMIT $2) RETURNING 1") \
	/* when the epoch rises everything half done and everything signed in is over */ \
	X(END_SESSIONS, "DELETE FROM session") \
	X(END_SIGNINS, "DELETE FROM signin") \
	X(END_ENROLMENTS, "DELETE FROM enrolment") \
	X(END_LINKS, "DELETE FROM link") \
	X(END_CAPTCHAS, "DELETE FROM captcha") \
	X(END_CHALLENGES, "DELETE FROM challenge") \
	X(END_KNOWN, "DELETE FROM known_browser")

enum statement {
#define STATEMENT_ID(id, sql) ST_##id,
	STATEMENTS(STATEMENT_ID)
#undef STATEMENT_ID
	STATEMENT_COUNT
};

/* Its text, and its name for logs ("USER_GET"). */
const char *statement_sql(enum statement id);
const char *statement_name(enum statement id);

#endif
