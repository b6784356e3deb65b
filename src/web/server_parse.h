/*
 * server_parse: bytes to struct request. No socket, no clock, no thread: the fuzz target drives it alone.
 *
 * Two readers look at every byte. A scan of our own finds the end of the head and refuses what parsers
 * disagree about (bare CR or LF, folding, control bytes); then llhttp reads the same bytes, and our checks
 * on what it found follow. (llhttp 8.1 in strict mode takes two spaces in a request line, GET with RTSP/1.0,
 * and a bare LF as the last line of a chunked body, for example.) The surprising rule: the head is handed to
 * llhttp only when it is complete, so every name and value is one piece, and half a head costs no arena.
 *
 *   head_scan ──more──► (read on)            body_feed ──more──► (read on)
 *      │ whole head                             │ whole body
 *      └──► head_parse ──► done, or body ───────┘
 *
 * A refusal carries the status to answer; the connection is closed after it, because nobody knows where the
 * next request would begin.
 */
#ifndef WEB_SERVER_PARSE_H
#define WEB_SERVER_PARSE_H

#include <llhttp.h>

#include "web/request.h"

enum parse {
	PARSE_REFUSED = 0, /* parser.status says why */
	PARSE_MORE,        /* all bytes were seen, more are needed */
	PARSE_HEAD,        /* head_scan: the head is complete; head_parse: it is good, a body follows */
	PARSE_DONE,        /* the request is complete */
};

enum {
	CHUNK_EXTENSIONS_MAX = 256, /* of one body, all together */
	HEAD_MAX = REQUEST_LINE_MAX + REQUEST_HEADERS_MAX + 4 * REQUEST_HEADER_COUNT_MAX + 8,
};

struct parser {
	llhttp_t ll;
	int status;             /* of a refusal: 400 413 414 417 431 501 */
	size_t seen;            /* bytes of the head that the scan has judged */
	size_t line;            /* where the line under the scan begins */
	size_t begin, headers;  /* where the request line and the first header line begin */
	size_t n_lines;         /* complete lines, the request line first */
	unsigned scan;          /* where in a line the scan stands */
	struct request *req;
	struct arena *arena;
	char *body;
	size_t body_room;
	int64_t body_left;      /* of Content-Length; -1: chunked */
	size_t wire, chunks, extensions; /* of a chunked body: bytes read, chunks, bytes of extensions */
	char tail[4];           /* the last bytes of a chunked body */
	bool keep_alive;        /* as RFC 9112 9.3 has it for this request */
	bool http10;
	bool expects;           /* the client waits for "100 Continue" */
	bool name_done, in_body, done;
};

void parser_init(struct parser *p);
/* Judges the bytes behind those already seen; `bytes` begins at the request's first byte each time. On
 * PARSE_HEAD `used` is the length of the head. */
enum parse head_scan(struct parser *p, struct str bytes, size_t *used) MUST_USE;
/* `head` is copied to the arena. Fills everything in `out` that comes from the wire (not address,
 * from_proxy, secure, now_s, gone). */
enum parse head_parse(struct parser *p, struct arena *a, struct str head, struct request *out) MUST_USE;
/* Takes what belongs to the body; `used` tells how much that was. */
enum parse body_feed(struct parser *p, struct str bytes, size_t *used) MUST_USE;

/* What llhttp does not check: caps, single headers, Host, target, body framing, Expect. 0, or the status of
 * the refusal. Called once per head, by head_parse's callback. */
int head_judge(struct parser *p) MUST_USE;

#endif
