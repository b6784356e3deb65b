// What is measured on one page as it stands: axe, ids, targets, overflow, outlines. Used on drawn and on live pages.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

const AXE = fs.readFileSync(fileURLToPath(new URL('../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const CONTRAST = ['color-contrast', 'color-contrast-enhanced'];

// A line for each finding: rule, where, why. `contrast`: only the rules that a colour scheme can change.
export async function axe(page, { contrast = false } = {}) {
  if (!await page.evaluate(() => Boolean(globalThis.axe))) await page.evaluate(AXE);
  return page.evaluate(async ({ tags, rules, only }) => {
    const options = only ? { runOnly: { type: 'rule', values: rules } } : { runOnly: { type: 'tag', values: tags }, rules: Object.fromEntries(rules.map((r) => [r, { enabled: true }])) };
    const r = await globalThis.axe.run(document, { ...options, resultTypes: ['violations', 'incomplete'] });
    const lines = (list, kind) => list.flatMap((v) => v.nodes.map((n) => `${kind} ${v.id} at ${n.target.join(' ')}: ${[...n.any, ...n.all, ...n.none].map((c) => c.message).join('; ').slice(0, 160)}`));
    return [...lines(r.violations, 'violation'), ...lines(r.incomplete, 'incomplete')];
  }, { tags: TAGS, rules: CONTRAST, only: contrast });
}

// Ids that stand twice, and references to ids that are not there.
export const ids = (page) => page.evaluate(() => {
  const all = [...document.querySelectorAll('[id]')].map((e) => e.id), out = all.filter((x, i) => all.indexOf(x) !== i).map((x) => `id ${x} twice`);
  for (const e of document.querySelectorAll('[for],[aria-describedby],[aria-labelledby],[form],a[href^="#"]'))
    for (const name of ['for', 'aria-describedby', 'aria-labelledby', 'form', 'href']) {
      const v = e.getAttribute(name);
      if (v && (name !== 'href' || v[0] === '#')) for (const one of v.replace('#', '').split(/\s+/).filter(Boolean)) if (!document.getElementById(one)) out.push(`${name}="${one}" leads nowhere`);
    }
  return out;
});

// Controls under 44 x 44 px. Links inside a sentence are excepted; a box or radio counts with its label.
export const targets = (page, least = 44) => page.evaluate((min) => {
  const out = [];
  for (const e of document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')) {
    const style = getComputedStyle(e);
    if (e.closest('[aria-hidden=true]') || e.closest('.skip') || style.visibility === 'hidden' || !e.getClientRects().length) continue;
    let r = e.getBoundingClientRect();
    if (r.width <= 1) continue;
    if (['checkbox', 'radio'].includes(e.type)) {
      const label = e.closest('label') || document.querySelector(`label[for="${e.id}"]`);
      if (label) { const l = label.getBoundingClientRect(); r = { width: Math.max(r.right, l.right) - Math.min(r.left, l.left), height: Math.max(r.bottom, l.bottom) - Math.min(r.top, l.top) }; }
    }
    const p = e.parentElement;
    const inSentence = e.tagName === 'A' && style.display === 'inline' && p.tagName === 'P' && p.innerText.replace(e.innerText, '').trim().length > 20;
    if (!inSentence && (r.width < min - 0.05 || r.height < min - 0.05)) out.push(`${e.tagName.toLowerCase()} "${(e.innerText || e.name || e.id).slice(0, 30)}" is ${Math.round(r.width * 10) / 10} x ${Math.round(r.height * 10) / 10}`);
  }
  return out;
}, least);

// Sideways scroll, and what is cut off.
export const overflow = (page) => page.evaluate(() => {
  const out = [], width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth > width) out.push(`scrolls sideways: ${document.scrollingElement.scrollWidth} in ${width}`);
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('.sr,.skip,[hidden]') || !e.getClientRects().length) continue;
    const r = e.getBoundingClientRect(), s = getComputedStyle(e);
    if (r.width && r.right > width + 0.5) out.push(`${e.tagName.toLowerCase()}.${e.className} reaches ${Math.round(r.right)}`);
    if (e.tagName !== 'INPUT' && /hidden|clip/.test(s.overflowX + s.overflowY) && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) out.push(`${e.tagName.toLowerCase()}.${e.className} cuts its text`);
    if (e.tagName === 'BUTTON' && e.scrollWidth > e.clientWidth + 1) out.push(`button "${e.innerText.slice(0, 20)}" is too narrow for its words`);
  }
  return out.slice(0, 6);
});

// Twice the size of text and the spacing of WCAG 1.4.12, at once.
export const BIG_TEXT = 'html{font-size:200%!important}*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}';

// The text blocks of a page as people read them, each by itself.
export const blocks = (page) => page.evaluate(() => {
  const out = [];
  for (const n of document.querySelectorAll('noscript')) n.remove(); // markup here, words only where there are no scripts
  const walk = (e) => {
    if (e.matches('script,style,.sr,[hidden],pre,.key,.timer') || (e.tagName !== 'DETAILS' && !e.closest('details') && !e.getClientRects().length)) return;
    const block = [...e.children].some((c) => /^(block|flex|grid|list-item|table)/.test(getComputedStyle(c).display));
    if (block || e.tagName === 'DETAILS' || e.tagName === 'NAV') { for (const c of e.children) walk(c); return; }
    const t = e.innerText || e.textContent;
    if (t.trim()) out.push({ tag: e.tagName, text: t.trim() });
  };
  walk(document.body);
  return out;
});

// Where the focus is now: a name for the stop, and how thick its outline is.
export const focusStop = (page) => page.evaluate(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const s = getComputedStyle(e), r = e.getBoundingClientRect();
  return { tag: e.tagName, id: e.id, name: e.name || '', text: (e.innerText || e.value || '').trim().slice(0, 40), type: e.type || '',
    outline: s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth), seen: r.width > 1 && r.height > 1 && r.bottom > 0 && r.right > 0 };
});
