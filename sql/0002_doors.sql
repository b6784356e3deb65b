-- Captchas, known browsers, several devices, the clock doctor, recovery codes, the first activation, passkeys.
-- Read by SQLite and PostgreSQL alike, like 0001. Tables and columns are explained in docs/schema.md.

ALTER TABLE signin ADD COLUMN recovery_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE signin ADD COLUMN passkey_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE signin ADD COLUMN first_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE signin ADD COLUMN known BIGINT NOT NULL DEFAULT 0;
ALTER TABLE signin ADD COLUMN code_device BIGINT NOT NULL DEFAULT 0;
ALTER TABLE signin ADD COLUMN code_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE signin ADD COLUMN refused BYTEA;
ALTER TABLE signin ADD COLUMN refused_say BIGINT NOT NULL DEFAULT 0;
CREATE INDEX signin_anonymous ON signin (user_id, began_s) WHERE user_id IS NULL;

ALTER TABLE session ADD COLUMN recovery_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN passkey_s BIGINT NOT NULL DEFAULT 0;

ALTER TABLE users ADD COLUMN first_proof_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN quiet_ends_s BIGINT NOT NULL DEFAULT 0;

ALTER TABLE device ADD COLUMN kind BIGINT NOT NULL DEFAULT 1;
ALTER TABLE device ADD COLUMN suspended_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN suspend_ends_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN evicted_by BIGINT NOT NULL DEFAULT 0;
CREATE INDEX device_suspended ON device (suspend_ends_s) WHERE state = 2;

-- What happens to another device when this activation is confirmed: nothing, it is suspended, it is retired.
ALTER TABLE enrolment ADD COLUMN replaces BIGINT NOT NULL DEFAULT 0;
ALTER TABLE enrolment ADD COLUMN replaces_how BIGINT NOT NULL DEFAULT 0;

ALTER TABLE audit ADD COLUMN detail TEXT;

-- seq counts those given out: of the newest 10,000 a row is kept, and nobody has to count.
CREATE TABLE captcha (
	cookie BYTEA NOT NULL CHECK (length(cookie) = 32),
	form BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	answer BYTEA NOT NULL,
	made_s BIGINT NOT NULL,
	expires_s BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (cookie, form, kind)
);
CREATE INDEX captcha_expires ON captcha (expires_s);
CREATE INDEX captcha_seq ON captcha (seq);

CREATE TABLE known_browser (
	token BYTEA NOT NULL CHECK (length(token) = 32),
	user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	made_s BIGINT NOT NULL,
	seen_s BIGINT NOT NULL,
	PRIMARY KEY (token, user_id)
);
CREATE INDEX known_browser_of ON known_browser (user_id, seen_s);
CREATE INDEX known_browser_seen ON known_browser (seen_s);

-- What the last wrong code of a user fitted, if anything; never told by itself.
CREATE TABLE clock_note (
	user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
	device_id BIGINT NOT NULL,
	step BIGINT NOT NULL,
	offset_steps BIGINT NOT NULL,
	at_s BIGINT NOT NULL
);
CREATE INDEX clock_note_at ON clock_note (at_s);

CREATE TABLE burnt_step (
	device_id BIGINT NOT NULL REFERENCES device (id) ON DELETE CASCADE,
	step BIGINT NOT NULL,
	PRIMARY KEY (device_id, step)
);
CREATE INDEX burnt_step_at ON burnt_step (step);

-- How late good codes came, summed by minute: the measure of our own clock.
CREATE TABLE clock_minute (
	minute_s BIGINT PRIMARY KEY,
	times BIGINT NOT NULL,
	late_s BIGINT NOT NULL
);

CREATE TABLE recovery_code (
	id BIGINT PRIMARY KEY,
	user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	mac BYTEA NOT NULL UNIQUE CHECK (length(mac) = 32),
	made_s BIGINT NOT NULL,
	used_s BIGINT NOT NULL
);
CREATE INDEX recovery_code_of ON recovery_code (user_id);

-- Wrong recovery codes and slips: budgets of their own, so that a pause on codes leaves these doors open.
CREATE TABLE door_tries (
	user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	door BIGINT NOT NULL,
	in_a_row BIGINT NOT NULL,
	paused_until_s BIGINT NOT NULL,
	PRIMARY KEY (user_id, door)
);

CREATE TABLE passkey (
	device_id BIGINT PRIMARY KEY REFERENCES device (id) ON DELETE CASCADE,
	user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	credential BYTEA NOT NULL UNIQUE,
	alg BIGINT NOT NULL,
	public_key BYTEA NOT NULL,
	counter BIGINT NOT NULL,
	flags BIGINT NOT NULL,
	aaguid BYTEA NOT NULL CHECK (length(aaguid) = 16),
	transports TEXT
);
CREATE INDEX passkey_of ON passkey (user_id);

-- A question that a passkey is to sign: once, by this browser, for this purpose.
CREATE TABLE challenge (
	cookie BYTEA NOT NULL CHECK (length(cookie) = 32),
	purpose BIGINT NOT NULL,
	challenge BYTEA NOT NULL CHECK (length(challenge) = 32),
	made_s BIGINT NOT NULL,
	expires_s BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (cookie, purpose)
);
CREATE INDEX challenge_expires ON challenge (expires_s);
CREATE INDEX challenge_seq ON challenge (seq);
