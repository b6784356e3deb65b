-- SQLite only. The number in front of every SQLite file of ours ("GRBG"), and the log that only grows.
PRAGMA application_id = 1196573255;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
	SELECT RAISE(ABORT, 'audit rows are never changed');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
	SELECT RAISE(ABORT, 'audit rows are never deleted');
END;
CREATE TRIGGER audit_head_no_update BEFORE UPDATE ON audit_head
BEGIN
	SELECT RAISE(ABORT, 'signed audit heads are never changed');
END;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN
	SELECT RAISE(ABORT, 'signed audit heads are never deleted');
END;
