/*
 * verdict: whether a proof is good. Zero is REFUSED, so that a forgotten answer refuses.
 *
 * The surprising rule: the opposite of enum rc, where zero is "done". A function that judges a proof
 * returns rc (could it be judged at all) and writes the verdict last; on any rc but RC_OK it is REFUSED.
 */
#ifndef CORE_VERDICT_H
#define CORE_VERDICT_H

enum verdict {
	VERDICT_REFUSED = 0,
	VERDICT_GOOD = 0x600d, /* far from 0 and 1: one flipped bit or a stray `true` does not grant */
};

#endif
