#include "core/clockdoctor.h"

#include "core/totp.h"

static bool fits(const struct clock_fit *f)
{
	return f->offset_steps != INT64_MIN;
}

static bool fits_now(const struct clock_fit *f)
{
	return fits(f) && f->offset_steps >= -1 && f->offset_steps <= 1;
}

/* Right for now, and yet refused: the entry came while the code was looked at. Nothing is wrong with its clock. (One step
 * ahead is wrong where the policy takes only this one and the one before.) */
static bool fits_a_right_clock(const struct clock_fit *f)
{
	return f->offset_steps == 0 || f->offset_steps == -1;
}

/* The step that the code belongs to. */
static int64_t own_step(const struct clock_facts *k, const struct clock_fit *f)
{
	return totp_step(k->now_s) + f->offset_steps;
}

static bool first_stands(const struct clock_facts *k)
{
	return k->first.device != 0 && k->first.at_s <= k->now_s && k->now_s - k->first.at_s <= CLOCK_NOTE_S;
}

/* An active entry that fits: the same as the first, the same offset within one step, and a later step of its own. */
static bool confirms(const struct clock_facts *k, const struct clock_fit *f)
{
	int64_t apart;

	if (fits_a_right_clock(f) || !first_stands(k) || f->device != k->first.device)
		return false;
	apart = f->offset_steps - k->first.offset_steps;
	return apart >= -1 && apart <= 1 && own_step(k, f) > k->first.step + k->first.offset_steps;
}

/* The phone showed the code somewhere in its step: from `low` to `low` + 30 s ahead of us. */
static int64_t offset_low(int64_t own_step, int64_t at_s)
{
	return own_step * TOTP_PERIOD_S - at_s;
}

/* The middle of what both codes allow; of the second alone when they share nothing (hands were slow once). */
static int64_t offset_of_two(const struct clock_facts *k, const struct clock_fit *f)
{
	int64_t a = offset_low(k->first.step + k->first.offset_steps, k->first.at_s), b = offset_low(own_step(k, f), k->now_s);
	int64_t low = a > b ? a : b, high = (a < b ? a : b) + TOTP_PERIOD_S;

	return low <= high ? (low + high) / 2 : b + TOTP_PERIOD_S / 2;
}

static int64_t offset_of_one(const struct clock_facts *k, const struct clock_fit *f)
{
	return offset_low(own_step(k, f), k->now_s) + TOTP_PERIOD_S / 2;
}

static void note(struct clock_finding *out, size_t i, int64_t offset_s)
{
	out->noted = true;
	out->note = i;
	out->offset_s = offset_s;
}

/* Active entries that fit, and what they say. Returns how many there are. */
static size_t look_at_active(const struct clock_facts *k, struct clock_finding *out)
{
	size_t n = 0, last = 0;

	for (size_t i = 0; i < k->n; i++) {
		const struct clock_fit *f = &k->fits[i];

		if (f->entry != CLOCK_ACTIVE || !fits(f))
			continue;
		n++;
		last = i;
		if (confirms(k, f) && out->says == CLOCK_SAYS_NOTHING) {
			note(out, i, offset_of_two(k, f));
			out->which = i;
			out->says = clock_zone_hours(out->offset_s) ? CLOCK_SAYS_ZONE : CLOCK_SAYS_OFF;
		}
	}
	if (n == 1 && out->says == CLOCK_SAYS_NOTHING && !fits_a_right_clock(&k->fits[last]))
		note(out, last, offset_of_one(k, &k->fits[last]));
	return n;
}

static void look_at_others(const struct clock_facts *k, enum clock_entry entry, enum clock_says says, struct clock_finding *out)
{
	for (size_t i = 0; i < k->n && out->says == CLOCK_SAYS_NOTHING; i++) {
		if (k->fits[i].entry == entry && fits_now(&k->fits[i])) {
			out->says = says;
			out->which = i;
		}
	}
}

struct clock_finding clock_diagnose(const struct clock_facts *k)
{
	struct clock_finding out = {0};

	if (k->n > CLOCK_FITS_MAX)
		panic("clock doctor: too many entries");
	for (size_t i = 0; i < k->n; i++)
		if (fits(&k->fits[i]) && k->fits[i].entry != CLOCK_RETIRED && own_step(k, &k->fits[i]) >= 0)
			out.burn |= 1u << i;
	if (look_at_active(k, &out) == 0) {
		look_at_others(k, CLOCK_SUSPENDED, CLOCK_SAYS_SUSPENDED, &out);
		look_at_others(k, CLOCK_RETIRED, CLOCK_SAYS_DEAD, &out);
	}
	if (k->ours_is_off && out.says != CLOCK_SAYS_SUSPENDED && out.says != CLOCK_SAYS_DEAD)
		out.says = CLOCK_SAYS_OURS;
	return out;
}

unsigned clock_zone_hours(int64_t offset_s)
{
	enum { HOUR_S = 3600, ROUGHLY_S = 60 };
	int64_t off = offset_s < 0 ? -offset_s : offset_s;

	for (unsigned hours = 1; hours <= 2; hours++)
		if (off >= (int64_t)hours * HOUR_S - ROUGHLY_S && off <= (int64_t)hours * HOUR_S + ROUGHLY_S)
			return hours;
	return 0;
}

int64_t clock_late_s(int64_t now_s, int64_t step)
{
	return now_s - (step * TOTP_PERIOD_S + TOTP_PERIOD_S / 2);
}

bool clock_ours_is_off(int64_t times, int64_t late_s, int64_t *error_s)
{
	enum { THREE_ERRORS_S = 33, TIMES_MAX = 1 << 20 };
	int64_t sum, beyond;

	*error_s = 0;
	if (times < CLOCK_OURS_LEAST)
		return false;
	if (times > TIMES_MAX) { /* no hour has so many; and nothing below overflows */
		late_s /= times / TIMES_MAX + 1;
		times /= times / TIMES_MAX + 1;
	}
	sum = late_s - times * CLOCK_TYPING_S;
	*error_s = sum / times;
	beyond = (sum < 0 ? -sum : sum) - times * CLOCK_OURS_MOST_S;
	/* beyond / n > 33 / sqrt(n), without roots */
	return beyond > 0 && beyond * beyond > (int64_t)THREE_ERRORS_S * THREE_ERRORS_S * times;
}
