-- What the sign-in needs. SQLite and PostgreSQL read the same text; what they cannot share stands in
-- sqlite/0001_gate.sql and postgres/0001_gate.sql, which run after it in the same transaction.
-- Times are UTC seconds, 0 is "never". Ids are ours: random, positive, 62 bits. Hashes are SHA-256.
-- Tables and columns are explained in docs/schema.md.

CREATE TABLE meta (
	key TEXT NOT NULL PRIMARY KEY,
	number BIGINT,
	value BYTEA
);

CREATE TABLE users (
	id BIGINT PRIMARY KEY,
	login TEXT NOT NULL UNIQUE,
	shown TEXT NOT NULL,
	type TEXT NOT NULL,
	email TEXT,
	name TEXT,
	group_list TEXT,
	nik_sealed BYTEA,
	verified BIGINT NOT NULL,
	locked_s BIGINT NOT NULL,
	rights BIGINT NOT NULL,
	phc TEXT,
	password_set_s BIGINT NOT NULL,
	terms_version TEXT,
	terms_s BIGINT NOT NULL,
	next_number BIGINT NOT NULL CHECK (next_number > 0),
	created_s BIGINT NOT NULL
);

CREATE TABLE password_tries (
	login_hash BYTEA NOT NULL CHECK (length(login_hash) = 32),
	known BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	paused_until_s BIGINT NOT NULL,
	changed_s BIGINT NOT NULL,
	PRIMARY KEY (login_hash, known)
);
CREATE INDEX password_tries_changed ON password_tries (changed_s) WHERE failures < 100;

CREATE TABLE code_tries (
	user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
	in_a_row BIGINT NOT NULL,
	paused_until_s BIGINT NOT NULL
);

CREATE TABLE code_try (
	id BIGINT PRIMARY KEY,
	user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	at_s BIGINT NOT NULL
);
CREATE INDEX code_try_of ON code_try (user_id, at_s);
CREATE INDEX code_try_at ON code_try (at_s);

CREATE TABLE refused (
	minute_s BIGINT NOT NULL,
	reason TEXT NOT NULL,
	times BIGINT NOT NULL,
	PRIMARY KEY (minute_s, reason)
);

CREATE TABLE signin (
	id BIGINT PRIMARY KEY,
	cookie BYTEA NOT NULL UNIQUE CHECK (length(cookie) = 32),
	user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
	login TEXT,
	type TEXT,
	step BIGINT NOT NULL,
	password_s BIGINT NOT NULL,
	code_s BIGINT NOT NULL,
	enrolled_s BIGINT NOT NULL,
	terms_s BIGINT NOT NULL,
	next TEXT,
	began_s BIGINT NOT NULL,
	form_ends_s BIGINT NOT NULL,
	expires_s BIGINT NOT NULL,
	renewals BIGINT NOT NULL
);
CREATE INDEX signin_of ON signin (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX signin_expires ON signin (expires_s);

CREATE TABLE session (
	id BIGINT PRIMARY KEY,
	token BYTEA NOT NULL UNIQUE CHECK (length(token) = 32),
	user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	epoch BIGINT NOT NULL,
	began_s BIGINT NOT NULL,
	seen_s BIGINT NOT NULL,
	ends_s BIGINT NOT NULL,
	pwd_s BIGINT NOT NULL,
	otp_s BIGINT NOT NULL,
	fresh_s BIGINT NOT NULL,
	address TEXT,
	browser TEXT
);
CREATE INDEX session_of ON session (user_id, began_s);
CREATE INDEX session_ends ON session (ends_s);

-- At most one open activation per user; the row that takes its place ends it, secret and all.
CREATE TABLE enrolment (
	id BIGINT PRIMARY KEY,
	user_id BIGINT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
	number BIGINT NOT NULL,
	holder BIGINT NOT NULL CHECK (holder IN (1, 2)),
	holder_id BIGINT NOT NULL,
	seed BYTEA NOT NULL,
	opened_s BIGINT NOT NULL,
	period_ends_s BIGINT NOT NULL,
	ends_s BIGINT NOT NULL,
	renewals BIGINT NOT NULL,
	tries BIGINT NOT NULL
);
CREATE INDEX enrolment_ends ON enrolment (ends_s);

CREATE TABLE device (
	id BIGINT PRIMARY KEY,
	user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	number BIGINT NOT NULL,
	name TEXT NOT NULL,
	name_key TEXT NOT NULL,
	state BIGINT NOT NULL CHECK (state IN (1, 2, 3)),
	seed BYTEA,
	last_step BIGINT NOT NULL,
	added_s BIGINT NOT NULL,
	used_s BIGINT NOT NULL,
	retired_s BIGINT NOT NULL,
	address TEXT
);
CREATE INDEX device_of ON device (user_id, state, number);
CREATE INDEX device_number ON device (user_id, number);
CREATE UNIQUE INDEX device_name ON device (user_id, name_key) WHERE state <> 3;
CREATE INDEX device_retired ON device (retired_s) WHERE state = 3 AND seed IS NOT NULL;

CREATE TABLE link (
	id BIGINT PRIMARY KEY,
	user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	purpose BIGINT NOT NULL,
	token BYTEA NOT NULL UNIQUE CHECK (length(token) = 32),
	made_s BIGINT NOT NULL,
	expires_s BIGINT NOT NULL,
	used_s BIGINT NOT NULL
);
CREATE INDEX link_of ON link (user_id);
CREATE INDEX link_expires ON link (expires_s);

CREATE TABLE outbox (
	id BIGINT PRIMARY KEY,
	user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
	about BIGINT NOT NULL,
	template TEXT NOT NULL,
	lang TEXT,
	detail TEXT,
	recipient TEXT NOT NULL,
	written_s BIGINT NOT NULL,
	next_s BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	accepted_s BIGINT NOT NULL,
	failed_s BIGINT NOT NULL,
	answer TEXT
);
CREATE INDEX outbox_due ON outbox (next_s, id) WHERE accepted_s = 0 AND failed_s = 0;
CREATE INDEX outbox_of ON outbox (user_id, written_s) WHERE user_id IS NOT NULL;
CREATE INDEX outbox_written ON outbox (written_s);

-- No reference to users: the log outlives them. 0 is "nobody".
CREATE TABLE audit (
	node BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	at_s BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	login TEXT,
	actor TEXT,
	event TEXT NOT NULL,
	result TEXT NOT NULL,
	reason TEXT,
	factor TEXT,
	device TEXT,
	application TEXT,
	address TEXT,
	browser TEXT,
	ref TEXT,
	hash BYTEA NOT NULL CHECK (length(hash) = 32),
	PRIMARY KEY (node, seq)
);
CREATE INDEX audit_of ON audit (user_id, at_s, seq);
CREATE INDEX audit_at ON audit (at_s, seq);
CREATE INDEX audit_ref ON audit (ref) WHERE ref IS NOT NULL;

CREATE TABLE audit_head (
	node BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	hash BYTEA NOT NULL CHECK (length(hash) = 32),
	sig BYTEA NOT NULL CHECK (length(sig) = 64),
	signed_s BIGINT NOT NULL,
	PRIMARY KEY (node, seq)
);
