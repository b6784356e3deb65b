#include "core/otpauth.h"
#include "core/signin_fsm.h"
#include "flow/account.h"
#include "flow/passkey.h"
#include "web/frame.h"
#include "web/router.h"

static struct str label_of(struct page_call *c, const struct device *d)
{
	return otpauth_label(c->v.arena, c->who->type->issuer, c->who->user.shown, d->number);
}

static struct str kind_of(struct page_call *c, const struct device *d)
{
	switch (d->kind) {
	case DEVICE_PASSKEY:
		return frame_words(c, MSG_DEVICES_KIND_PASSKEY);
	case DEVICE_CODE:
	case DEVICE_KUNCI:
		break;
	}
	return frame_words1(c, MSG_DEVICES_KIND_CODE, "label", label_of(c, d));
}

static struct str id_text(struct page_call *c, int64_t id)
{
	return arena_printf(c->v.arena, "%lld", (long long)id);
}

static struct str act_href(struct page_call *c, const char *act, const struct device *d)
{
	return call_href(c->v.arena, arena_printf(c->v.arena, "/account/devices/%s", act).ptr, "id", id_text(c, d->id));
}

/* Of the form, else of the address; 0: none that could be one. */
static int64_t id_asked(struct page_call *c, const char *name)
{
	struct str text = c->is_post ? form_get(&c->form, name) : request_query(c->req, name);
	int64_t id;

	return str_to_i64(text, INT64_MAX, &id) == RC_OK ? id : 0;
}

static void back_to_list(struct page_call *c, const char *done, int64_t id)
{
	reply_see_other(c->rep, arena_printf(c->v.arena, "/account/devices?done=%s&id=%lld", done, (long long)id));
}

/* ---- the list ------------------------------------------------------------------------------------------ */

static void card(struct page_call *c, const struct device *d, struct page_account_devices_devices *out)
{
	struct arena *a = c->v.arena;

	out->number = d->number;
	out->name = d->name;
	out->kind = kind_of(c, d);
	out->added = time_minute(a, c->v.lang, d->added_s);
	out->address = d->address;
	out->used = d->used_s ? time_minute(a, c->v.lang, d->used_s) : STR_NONE;
	out->rename = act_href(c, "rename", d);
	out->remove = act_href(c, "remove", d);
	if (d->kind != DEVICE_PASSKEY && policy_may_enable(&c->who->type->policy))
		out->move = act_href(c, "move", d);
}

static void cards(struct page_call *c, const struct device_list *list, struct page_account_devices *p)
{
	struct page_account_devices_devices *rows = arena_many(c->v.arena, list->n + 1, struct page_account_devices_devices);

	for (size_t i = 0; i < list->n; i++) {
		card(c, &list->rows[i], &rows[i]);
		p->can_move |= rows[i].move.len > 0;
	}
	p->devices = rows;
	p->n_devices = list->n;
}

static struct str name_of(const struct device *rows, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].id == id)
			return rows[i].name;
	return STR_NONE;
}

static void suspended_cards(struct page_call *c, const struct device_list *list, struct page_account_devices *p)
{
	struct page_account_devices_suspended *rows = arena_many(c->v.arena, list->n_suspended + 1, struct page_account_devices_suspended);

	for (size_t i = 0; i < list->n_suspended; i++) {
		const struct device *d = &list->suspended[i];

		rows[i].number = d->number;
		rows[i].name = d->name;
		rows[i].kind = kind_of(c, d);
		rows[i].until = time_minute(c->v.arena, c->v.lang, d->suspend_ends_s);
		rows[i].by = name_of(list->rows, list->n, d->evicted_by);
		rows[i].restore = act_href(c, "restore", d);
	}
	p->suspended = rows;
	p->n_suspended = list->n_suspended;
}

static struct str removed(struct page_call *c, const struct device *d)
{
	if (d->kind == DEVICE_PASSKEY)
		return frame_words1(c, MSG_DEVICES_REMOVED_PLAIN, "device", d->name);
	return words_text(c->v.arena, c->v.lang, MSG_DEVICES_REMOVED, WORDS(WORD("device", d->name), WORD("label", label_of(c, d))));
}

/* What was just done, looked up in what is there: an address could say anything. */
static struct str done_text(struct page_call *c, const struct device_list *list)
{
	struct str done = request_query(c->req, "done"), name;
	int64_t id = id_asked(c, "id");

	if (str_is(done, "changed"))
		return frame_words(c, MSG_DEVICES_CHANGED);
	if (str_is(done, "removed"))
		for (size_t i = 0; i < list->n_retired; i++)
			if (list->retired[i].id == id)
				return removed(c, &list->retired[i]);
	name = name_of(list->rows, list->n, id);
	if (name.len && str_is(done, "renamed"))
		return frame_words1(c, MSG_DEVICES_RENAMED, "device", name);
	if (name.len && str_is(done, "restored"))
		return frame_words1(c, MSG_DEVICES_RESTORED, "device", name);
	return STR_NONE;
}

void page_devices(struct page_call *c)
{
	struct page_account_devices p = {.fresh = c->is_fresh};
	struct device_list list;
	struct page_frame *f;
	struct home home;
	enum rc rc = account_devices(c->f, &c->v, c->who, &list);

	if (rc == RC_OK)
		rc = account_home(c->f, &c->v, c->who, &home);
	if (rc) {
		page_rc(c, rc);
		return;
	}
	cards(c, &list, &p);
	suspended_cards(c, &list, &p);
	p.n = (int64_t)list.n;
	p.max = list.max;
	p.can_add = home.may_enable;
	p.full = list.n >= list.max;
	p.add_full = p.full && list.n > 0 && policy_may_enable(&c->who->type->policy);
	p.can_passkey = passkey_taken(c->f->config, c->who->type);
	p.can_disable = home.may_disable;
	p.idle_left = call_session_left(c);
	p.idle_until = call_session_until(c);
	f = frame_of(c);
	f->status = done_text(c, &list);
	page_account_devices_render(frame_begin(c, 200), f, &p);
}

/* ---- one device ------------------------------------------------------------------------------------------ */

/* The device that the address or form names, in this state; else the list says that it has changed. */
static bool looked_up(struct page_call *c, enum device_state state, struct device_view *d)
{
	enum rc rc = device_look(c->f, &c->v, c->who, id_asked(c, "id"), d);

	if (rc == RC_OK && d->device.state == state)
		return true;
	if (rc == RC_OK || rc == RC_ABSENT)
		back_to_list(c, "changed", 0);
	else
		page_rc(c, rc);
	return false;
}

/* What an act came to; true when the answer is written. */
static bool settled(struct page_call *c, enum rc rc, const struct told *told, const char *done, int64_t id)
{
	if (rc == RC_ABSENT)
		page_trouble(c, TROUBLE_NOT_FRESH);
	else if (rc == RC_TAKEN)
		back_to_list(c, "changed", 0);
	else if (rc)
		page_rc(c, rc);
	else if (told->say == SAY_DONE)
		back_to_list(c, done, id);
	else
		return false;
	return true;
}

static struct str names_of(struct page_call *c, const struct device_list *list)
{
	struct str names = STR_NONE;

	for (size_t i = 0; i < list->n; i++)
		names = arena_printf(c->v.arena, "%.*s%s%.*s", STR_ARG(names), i ? ", " : "", STR_ARG(list->rows[i].name));
	return names;
}

static void remove_show(struct page_call *c, int status, struct page_frame *f, const struct device_view *d)
{
	const struct policy *policy = &c->who->type->policy;
	struct page_device_remove p = {
		.id = id_text(c, d->device.id), .name = d->device.name, .stay = names_of(c, &d->others), .last = d->last_factor,
		.can_add = policy_may_enable(policy), .can_move = policy_may_enable(policy) && d->device.kind != DEVICE_PASSKEY,
		.can_disable = policy_may_disable(policy) && d->device.kind != DEVICE_PASSKEY,
		.idle_left = call_session_left(c), .idle_until = call_session_until(c),
	};

	page_device_remove_render(frame_begin(c, status), f, &p);
}

void page_device_remove(struct page_call *c)
{
	struct device_view d;

	if (looked_up(c, DEVICE_ACTIVE, &d))
		remove_show(c, 200, frame_of(c), &d);
}

void page_device_remove_post(struct page_call *c)
{
	int64_t id = id_asked(c, "id");
	struct device_view d;
	struct page_frame *f;
	struct told told;
	enum rc rc = device_remove(c->f, &c->v, c->who, id, &told);

	if (settled(c, rc, &told, "removed", id) || !looked_up(c, DEVICE_ACTIVE, &d))
		return;
	f = frame_of(c);
	frame_error(c, f, NULL, frame_words(c, MSG_DEVICE_LAST));
	remove_show(c, 422, f, &d);
}

static void rename_show(struct page_call *c, int status, struct page_frame *f, const struct device_view *d, struct str typed,
                        const struct told *told)
{
	struct page_device_rename p = {
		.id = id_text(c, d->device.id), .name = d->device.name, .device = typed, .device_error = say_at(c, told, FIELD_DEVICE),
		.idle_left = call_session_left(c), .idle_until = call_session_until(c),
	};

	page_device_rename_render(frame_begin(c, status), f, &p);
}

void page_device_rename(struct page_call *c)
{
	const struct told nothing = {.say = SAY_NOTHING};
	struct device_view d;

	if (looked_up(c, DEVICE_ACTIVE, &d))
		rename_show(c, 200, frame_of(c), &d, d.device.name, &nothing);
}

void page_device_rename_post(struct page_call *c)
{
	int64_t id = id_asked(c, "id");
	struct str typed = form_get(&c->form, "device");
	struct device_view d;
	struct page_frame *f;
	struct told told;
	enum rc rc = device_rename(c->f, &c->v, c->who, id, typed, &told);

	if (settled(c, rc, &told, "renamed", id) || !looked_up(c, DEVICE_ACTIVE, &d))
		return;
	f = frame_of(c);
	frame_told(c, f, &told);
	rename_show(c, 422, f, &d, typed, &told);
}

/* With an id only that one is offered; the press opens an activation (page_enrol.c). */
void page_device_move(struct page_call *c)
{
	struct page_device_move_devices *rows;
	struct page_device_move p = {.idle_left = call_session_left(c), .idle_until = call_session_until(c)};
	struct device_list list;
	int64_t only = id_asked(c, "id");
	enum rc rc = account_devices(c->f, &c->v, c->who, &list);

	if (rc) {
		page_rc(c, rc);
		return;
	}
	rows = arena_many(c->v.arena, list.n + 1, struct page_device_move_devices);
	for (size_t i = 0; i < list.n; i++) {
		const struct device *d = &list.rows[i];

		if (d->kind == DEVICE_PASSKEY || (only && only != d->id) || !policy_may_enable(&c->who->type->policy))
			continue;
		rows[p.n_devices].id = id_text(c, d->id);
		rows[p.n_devices].name = d->name;
		rows[p.n_devices++].label = label_of(c, d);
	}
	p.devices = rows;
	page_device_move_render(frame_begin(c, 200), frame_of(c), &p);
}

void page_device_restore(struct page_call *c)
{
	struct page_device_restore p = {.idle_left = call_session_left(c), .idle_until = call_session_until(c)};
	struct device_view d;

	if (!looked_up(c, DEVICE_SUSPENDED, &d))
		return;
	p.id = id_text(c, d.device.id);
	p.name = d.device.name;
	p.until = time_minute(c->v.arena, c->v.lang, d.device.suspend_ends_s);
	p.instead = d.instead.name;
	p.instead_id = id_text(c, d.instead.id);
	p.proof = d.older_proof;
	p.confirm = call_href(c->v.arena, "/account/confirm", "next", act_href(c, "restore", &d.device));
	page_device_restore_render(frame_begin(c, 200), frame_of(c), &p);
}

void page_device_restore_post(struct page_call *c)
{
	int64_t id = id_asked(c, "id");
	struct told told;
	enum rc rc = device_restore(c->f, &c->v, c->who, id, id_asked(c, "instead"), &told);

	if (!settled(c, rc, &told, "restored", id))
		back_to_list(c, "changed", 0);
}
