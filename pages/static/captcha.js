// @ts-check
// Proof of work in ALTCHA's format (v2, PBKDF2): the same work that its own solvers do, in the browser's own threads.
/** @param {string} s */
const bytes = (s) => Uint8Array.from(s.match(/../g) || [], (x) => parseInt(x, 16));
const AT_ONCE = 4;

/** @param {{parameters: {algorithm: string, cost: number, keyLength: number, keyPrefix: string, nonce: string, salt: string}}} challenge */
export const solve = async (challenge) => {
  const p = challenge.parameters, nonce = bytes(p.nonce), salt = bytes(p.salt), began = performance.now();
  /** @param {number} counter */
  const derive = async (counter) => {
    const password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const how = { name: 'PBKDF2', hash: p.algorithm.slice(7), salt, iterations: p.cost };
    const bits = new Uint8Array(await crypto.subtle.deriveBits(how, key, p.keyLength * 8));
    return Array.from(bits, (b) => b.toString(16).padStart(2, '0')).join('');
  };
  for (let from = 0; ; from += AT_ONCE) {
    const keys = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => derive(from + i)));
    const i = keys.findIndex((k) => k.startsWith(p.keyPrefix));
    if (i >= 0) return { counter: from + i, derivedKey: keys[i], time: Math.round(performance.now() - began) };
  }
};

// Asks for a question and gives what the form's field `altcha` takes.
/** @param {string} url */
export const work = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(url);
  const challenge = await answer.json();
  return btoa(JSON.stringify({ challenge, solution: await solve(challenge) }));
};
