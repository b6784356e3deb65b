// @ts-check
// Comfort only: every page works without this file.
/** @param {string} s @param {ParentNode} [r] @returns {HTMLElement[]} */
const all = (s, r) => Array.from((r || document).querySelectorAll(s));
/** @param {HTMLElement} e @param {string} n */
const data = (e, n) => e.getAttribute('data-' + n) || '';
/** @param {string} text @param {boolean} [loud] */
const say = (text, loud) => {
  const box = document.getElementById(loud ? 'loud' : 'quiet');
  if (box && box.textContent !== text) box.textContent = text;
};
document.documentElement.className = 'js';

// The error summary takes the focus; its links show the label and focus the field.
const sum = document.getElementById('sum');
if (sum) sum.focus();
for (const a of all('.sum a[href^="#"]')) a.onclick = (e) => {
  const f = document.getElementById(/** @type {HTMLAnchorElement} */ (a).hash.slice(1));
  if (!f) return;
  e.preventDefault();
  (document.querySelector('label[for="' + f.id + '"]') || f).scrollIntoView();
  f.focus({ preventScroll: true });
};

// The security code: this device works in place of the person, at once or when asked to; what remains is the picture.
for (const box of all('[data-work]')) {
  const form = /** @type {HTMLFormElement} */ (box.closest('form')), behind = box.querySelector('noscript'), skip = /** @type {HTMLElement | null} */ (box.querySelector('[data-solve]'));
  const proof = document.createElement('input');
  /** @type {Promise<void> | undefined} */
  let busy;
  let over = !behind, n = 0;
  proof.type = 'hidden';
  proof.name = 'altcha';
  const picture = () => {
    const img = box.querySelector('img'), text = box.querySelector('input'), hear = box.querySelector('a'), again = /** @type {HTMLElement | null} */ (box.querySelector('[data-again]'));
    if (!img || !text || !hear || !again) return;
    again.onclick = (e) => {
      e.preventDefault();
      img.src = '/captcha.png?new=1&n=' + ++n;
      text.value = '';
      text.focus();
    };
    hear.onclick = (e) => {
      e.preventDefault();
      new Audio('/captcha.wav?n=' + ++n).play();
      text.focus();
    };
  };
  picture();
  const fails = () => {
    if (behind) behind.outerHTML = behind.textContent || '';
    over = true;
    busy = undefined;
    if (skip) skip.removeAttribute('aria-disabled');
    picture();
  };
  const work = () => busy = busy || import(data(box, 'work')).then((m) => m.work('/captcha.json')).then((answer) => {
    proof.value = answer;
    form.append(proof);
    over = true;
    setTimeout(() => { busy = undefined; work(); }, 24e4); // a question is good for five minutes
  }, fails);
  if (behind) form.addEventListener('focusin', work, { once: true });
  form.addEventListener('submit', (e) => {
    const by = /** @type {HTMLElement | null} */ (e.submitter);
    if (over || (by && by.hasAttribute('name')) || (by && by.hasAttribute('formaction'))) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    say(data(box, 'wait'));
    work().then(() => form.requestSubmit ? form.requestSubmit() : form.submit());
  });
  if (skip) skip.onclick = () => {
    over = false;
    say(data(box, 'wait'));
    skip.setAttribute('aria-disabled', 'true');
    work().then(() => {
      if (!proof.value) return;
      box.textContent = data(box, 'done');
      box.className = 'field';
      say(data(box, 'done'));
    });
  };
}

// Passkeys: what asks for one is fetched when somebody does. Where it does not come, the server says what else there is.
for (const f of /** @type {HTMLFormElement[]} */ (all('form[data-passkey]'))) f.addEventListener('submit', (e) => {
  e.preventDefault();
  import(data(document.body, 'passkeys')).then((m) => m.answer(f), () => f.submit());
});

// A form is sent once; Back gives the buttons back.
/** @type {WeakSet<Element>} */
let sent = new WeakSet();
for (const f of all('form')) f.addEventListener('submit', (e) => {
  if (sent.has(f)) return e.preventDefault();
  sent.add(f);
  for (const b of all('button', f)) b.setAttribute('aria-disabled', 'true');
  for (const i of all('.pw input', f)) /** @type {HTMLInputElement} */ (i).type = 'password';
});
addEventListener('pageshow', (e) => {
  sent = new WeakSet();
  for (const b of all('[aria-disabled]')) b.removeAttribute('aria-disabled');
  if (e.persisted && document.querySelector('[data-left],[data-work]')) location.reload();
});

for (const b of all('button[data-show]')) {
  const i = /** @type {HTMLInputElement} */ (document.getElementById(data(b, 'show')));
  b.hidden = false;
  b.onclick = () => {
    const hidden = i.type === 'password';
    i.type = hidden ? 'text' : 'password';
    b.setAttribute('aria-pressed', String(hidden));
  };
}

if (navigator.clipboard) for (const b of all('button[data-copy]')) {
  b.hidden = false;
  b.onclick = () => navigator.clipboard.writeText(data(b, 'copy')).then(() => {
    say(data(b, 'done'));
    b.textContent = data(b, 'done');
  });
}

// Countdowns. The server says how many seconds are left; the phone's clock is never asked.
/** @type {number} */
let timer;
let round = 0;
const heading = document.title;
/** @param {HTMLElement} el */
const run = (el) => {
  const mine = ++round, begin = performance.now(), left = +data(el, 'left'), sentence = el.textContent || '';
  const marks = data(el, 'marks').split(' ').map(Number).filter((m) => m < left);
  el.setAttribute('aria-hidden', 'true');
  const tick = () => {
    if (mine !== round) return;
    const n = Math.max(0, Math.ceil(left - (performance.now() - begin) / 1000));
    const parts = [Math.floor(n / 60), n % 60];
    el.textContent = sentence.replace(/\d+/g, (d) => String(parts.length ? parts.shift() : d));
    while (marks.length && n <= marks[0]) {
      const m = marks.shift() || 0;
      const text = m > 60 ? m / 60 + ' ' + data(el, 'm') : m + ' ' + data(el, 's');
      if (!marks.length || n > marks[0]) say(data(el, 'say').replace('%', text));
    }
    if (n) {
      timer = setTimeout(tick, 1000);
      return;
    }
    document.title = data(el, 'over') + ' – ' + heading;
    say(data(el, 'over') + '. ' + data(el, 'next'), true);
    for (const x of all('[data-end]')) x.hidden = data(x, 'end') === 'hide';
  };
  tick();
};

// The page again, without losing what was typed: only its timer is taken over.
/** @param {string} url @param {RequestInit} [how] */
const renew = (url, how) => fetch(url, how).then((r) => r.text().then((t) => {
  const page = new DOMParser().parseFromString(t, 'text/html');
  const now = page.querySelector('.timer'), old = document.querySelector('.timer');
  if (new URL(r.url).pathname !== location.pathname || !now || !old) return location.replace(r.url);
  old.innerHTML = now.innerHTML;
  for (const x of all('[data-end]')) x.hidden = data(x, 'end') !== 'hide';
  start();
}));
const start = () => {
  clearTimeout(timer);
  const el = /** @type {HTMLElement | null} */ (document.querySelector('[data-left]'));
  if (el) run(el);
  return el;
};
if (start()) {
  // The server's Refresh header is for browsers without scripts: it would eat what is being typed.
  addEventListener('load', () => stop());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) renew(location.href).catch(() => {});
  });
}
for (const b of all('button[data-more]')) b.onclick = (e) => {
  const form = /** @type {HTMLButtonElement} */ (b).form, token = form && /** @type {HTMLInputElement | null} */ (form.querySelector('[name=csrf]'));
  if (!token) return;
  e.preventDefault();
  renew(/** @type {HTMLButtonElement} */ (b).formAction, { method: 'POST', body: new URLSearchParams({ csrf: token.value }) }).then(() => {
    document.title = heading;
    say(data(b, 'more'));
  }, () => { if (form) form.submit(); });
};

// A session that is about to end says so 150 and 60 seconds before; "stay" asks for a page, and takes over its time.
/** @param {HTMLElement} box */
const idle = (box) => {
  const left = +data(box, 'idle'), words = box.querySelector('p'), stay = box.querySelector('a');
  const warn = () => {
    box.hidden = false;
    say((words && words.textContent) || '');
  };
  const one = setTimeout(warn, Math.max(0, left - 150) * 1000), two = setTimeout(() => { say(''); warn(); }, Math.max(0, left - 60) * 1000);
  if (stay) stay.onclick = (e) => {
    e.preventDefault();
    fetch(stay.href).then((r) => r.text()).then((t) => {
      const now = /** @type {HTMLElement | null} */ (new DOMParser().parseFromString(t, 'text/html').querySelector('[data-idle]'));
      if (!now) return location.reload();
      clearTimeout(one);
      clearTimeout(two);
      box.replaceWith(now);
      idle(now);
      say('');
    }, () => location.reload());
  };
};
for (const box of all('[data-idle]')) idle(box);
