// The lists that this phone holds: the issuer's keys and what was revoked. What is held is replaced only by what verifies against it.
import { openKeyList, openRevocations, Refused } from './seal.js';

const held = 'jansetu-lists';
const keyListPath = '/proof/key-list.cose';
const revocationsPath = '/proof/revocations.cose';

async function kept(path) {
  const cache = await caches.open(held);
  const found = await cache.match(path);
  return found ? new Uint8Array(await found.arrayBuffer()) : null;
}

async function keep(path, raw) {
  const cache = await caches.open(held);
  await cache.put(path, new Response(raw, { headers: { 'Content-Type': 'application/cose' } }));
}

// load reads what is held; keys is null when there is nothing yet.
export async function load() {
  const lists = { keys: null, revocations: null };
  const raw = await kept(keyListPath);
  if (!raw) return lists;
  lists.keys = await openKeyList(raw, null);
  const revoked = await kept(revocationsPath);
  if (revoked) lists.revocations = await openRevocations(revoked, lists.keys, null).catch(() => null);
  return lists;
}

async function fetched(path) {
  const answer = await fetch(path, { cache: 'no-cache', credentials: 'omit', signal: AbortSignal.timeout(30000) });
  if (!answer.ok) throw new TypeError(`the hub answered ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

// update fetches newer lists. It fails with Refused for a list that is not the issuer's, with TypeError without a network.
export async function update(lists) {
  const raw = await fetched(keyListPath);
  const keys = await openKeyList(raw, lists.keys);
  const revoked = await fetched(revocationsPath).catch(() => null); // there may be none yet
  await keep(keyListPath, raw);
  if (!revoked) return { keys, revocations: lists.revocations };
  const revocations = await openRevocations(revoked, keys, lists.revocations);
  await keep(revocationsPath, revoked);
  return { keys, revocations };
}

export { Refused };
