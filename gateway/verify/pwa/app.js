// The page that checks papers without a network. It sends nothing: what is scanned stays on this phone.
import { check, Refused } from './seal.js';
import { load, update } from './lists.js';
import { fromCamera, fromFile } from './scan.js';

const texts = JSON.parse(document.getElementById('texts').textContent);
const language = document.documentElement.lang;
const at = (id) => document.getElementById(id);
const day = 86400;
const old = 2 * day;
const veryOld = 30 * day;
let lists = { keys: null, revocations: null };
let scanning = false;

const now = () => Math.floor(Date.now() / 1000);

function date(seconds, withTime) {
  return new Intl.DateTimeFormat(language + '-IN', { dateStyle: 'long', ...(withTime && { timeStyle: 'short' }), timeZone: 'Asia/Kolkata' }).format(seconds * 1000);
}

function say(key) { at('news').textContent = key ? texts[key] : ''; }

function showAge() {
  const { keys, revocations } = lists;
  const age = revocations ? now() - revocations.made : Infinity;
  at('age').textContent = !keys ? texts['app.no_list'] : revocations ? texts['app.age'].replace('{date}', date(revocations.made, true)) : texts['app.very_old'];
  at('old').textContent = !keys || !revocations || age <= old ? '' : texts[age > veryOld ? 'app.very_old' : 'app.old'];
  at('old').hidden = !at('old').textContent;
  at('scan').disabled = at('picture').disabled = !keys;
}

function line(name, value) {
  const term = document.createElement('dt');
  const said = document.createElement('dd');
  term.textContent = name;
  said.textContent = value;
  return [term, said];
}

function lines(claims) {
  const all = [line(texts.kind, texts[`paper.${claims.kind}`] || claims.kind), line(texts.of_number, claims.number)];
  if (claims.version > 1) all.push(line(texts.version, String(claims.version)));
  for (const field of claims.fields) {
    const portal = (field.name === 'biller' || field.name === 'operator') && texts[`portal.${field.value}`];
    all.push(line(texts[`field.${field.name}`] || field.name, portal || field.value));
  }
  all.push(line(texts.issued, date(claims.issued)));
  if (claims.expires) all.push(line(texts.until, date(claims.expires)));
  return all.flat();
}

function show(verdict, title, advice, claims) {
  const answer = at('answer');
  answer.dataset.verdict = verdict;
  answer.className = `verdict ${verdict === 'valid' ? 'good' : 'bad'}`;
  at('title').textContent = title;
  at('sign').textContent = verdict === 'valid' ? '✔' : '✘';
  at('advice').textContent = advice;
  at('lines').replaceChildren(...(claims ? lines(claims) : []));
  at('compare').hidden = at('lines').hidden = !claims;
  answer.hidden = false;
  answer.focus();
}

async function examine(code) {
  say('');
  if (!code) {
    at('answer').hidden = true;
    say('app.none');
    return;
  }
  try {
    let { verdict, claims } = await check(code, lists.keys, lists.revocations, now());
    if (verdict === 'valid' && now() - lists.revocations.made > veryOld) verdict = 'unknown';
    if (verdict === 'unknown') show(verdict, texts['app.status'], texts['app.very_old'], claims);
    else show(verdict, texts[`verdict.${verdict}`], texts[`advice.${verdict}`], claims);
  } catch (why) {
    if (!(why instanceof Refused)) throw why;
    if (why.reason === 'unknown_key') show('unknown_key', texts['verdict.away'], texts['app.newer'], null);
    else show(why.reason, texts[`verdict.${why.reason}`], texts[`advice.${why.reason}`], null);
  }
}

async function scan() {
  if (scanning) {
    scanning = false;
    return;
  }
  scanning = true;
  at('scan').textContent = texts['app.stop'];
  at('video').hidden = false;
  say('app.point');
  try {
    const code = await fromCamera(at('video'), () => !scanning);
    say('');
    if (code) await examine(code);
  } catch (why) {
    if (!(why instanceof DOMException) && !(why instanceof TypeError)) throw why;
    say('app.no_camera');
  } finally {
    scanning = false;
    at('video').hidden = true;
    at('scan').textContent = texts['app.scan'];
  }
}

async function pick(event) {
  const [file] = event.target.files;
  if (!file) return;
  const code = await fromFile(file).catch(() => '');
  event.target.value = '';
  await examine(code);
}

async function refresh(asked) {
  try {
    lists = await update(lists);
    if (asked) say('app.updated');
  } catch (why) {
    if (why instanceof Refused) say('app.refused');
    else if (asked) say('app.offline');
  }
  showAge();
}

async function start() {
  at('scan').addEventListener('click', scan);
  at('picture').addEventListener('change', pick);
  at('update').addEventListener('click', () => refresh(true));
  if ('serviceWorker' in navigator) await navigator.serviceWorker.register('sw.js').catch(() => null);
  await navigator.storage?.persist?.().catch(() => false);
  lists = await load().catch(() => lists);
  showAge();
  await refresh(false);
  document.body.dataset.ready = 'yes';
}

start();
