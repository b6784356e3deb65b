// @ts-check
// Passkeys: asks our server for a question, the browser for the answer, and sends the form with it.
/** @param {ArrayBuffer | null | undefined} x */
const text = (x) => (x ? btoa(String.fromCharCode(...new Uint8Array(x))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') : '');
/** @param {string} s */
const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
/** @param {{ id: any }[]} [l] */
const ids = (l) => { for (const c of l || []) c.id = bytes(c.id); };

/** @param {any} o */
const ask = async (o) => {
  o.challenge = bytes(o.challenge);
  ids(o.allowCredentials);
  ids(o.excludeCredentials);
  if (o.user) o.user.id = bytes(o.user.id);
  /** @type {any} */
  const c = await (o.user ? navigator.credentials.create({ publicKey: o }) : navigator.credentials.get({ publicKey: o }));
  const r = c.response;
  return {
    credential: text(c.rawId), client: text(r.clientDataJSON), authenticator: text(r.authenticatorData), signature: text(r.signature),
    handle: text(r.userHandle), attestation: text(r.attestationObject), transports: r.getTransports ? r.getTransports().join(' ') : '',
  };
};

/** @type {WeakSet<HTMLFormElement>} */
const busy = new WeakSet();
/** @param {HTMLFormElement} f */
export const answer = async (f) => {
  if (busy.has(f)) return;
  const box = /** @type {HTMLElement} */ (f.querySelector('[data-says]'));
  /** @param {string | null} words */
  const say = (words) => {
    busy.delete(f);
    for (const b of f.querySelectorAll('[aria-disabled]')) b.removeAttribute('aria-disabled');
    box.textContent = words;
    box.hidden = !words;
    const loud = document.getElementById('loud');
    if (loud) loud.textContent = words;
  };
  if (!window.PublicKeyCredential || !navigator.credentials) return say(f.getAttribute('data-none'));
  say('');
  busy.add(f);
  try {
    const r = await fetch(f.getAttribute('data-passkey') || '', { method: 'POST', body: new URLSearchParams(/** @type {any} */ (new FormData(f))) });
    // What the question was refused for, the form's own page says.
    if (r.ok) for (const [name, value] of Object.entries(await ask(await r.json()))) {
      const i = document.createElement('input');
      i.type = 'hidden';
      i.name = name;
      i.value = value;
      f.append(i);
    }
    f.submit();
  } catch {
    say(f.getAttribute('data-failed'));
  }
};
