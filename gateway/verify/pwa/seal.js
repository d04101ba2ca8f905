// Seals, key lists and revocation lists, as the hub writes them (docs/proof.md): COSE_Sign1 (RFC 9052) with ES256, verified with WebCrypto.
import { bytesOf, concat, decode } from './cbor.js';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-.';
const mostSeal = 1024;
const mostList = 4 << 20;
const text = new TextEncoder();

// Refused says why something is not relied on: 'not_ours', 'forged', 'unknown_key' or 'list'.
export class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

// fromCode takes the seal out of the text of a code.
export function fromCode(code) {
  let rest = code.trim();
  const at = rest.lastIndexOf('/V/');
  if (at >= 0) rest = rest.slice(at + 3);
  if (!rest || rest.length > 2 * mostSeal || rest.length % 3 === 1) throw new Refused('not_ours');
  const raw = [];
  for (let i = 0; i < rest.length; i += 3) {
    const group = [...rest.slice(i, i + 3)].map((sign) => alphabet.indexOf(sign));
    if (group.includes(-1)) throw new Refused('not_ours');
    const n = group.reduceRight((sum, digit) => sum * 41 + digit, 0);
    if (n >= (group.length === 3 ? 65536 : 256)) throw new Refused('not_ours');
    if (group.length === 3) raw.push(n >> 8);
    raw.push(n & 255);
  }
  return Uint8Array.from(raw);
}

function signed(raw, reason) {
  try {
    const [head, unprotected, payload, signature] = decode(raw);
    const headers = decode(head);
    const id = headers.get(4);
    if (headers.get(1) !== -7 || unprotected.size !== 0 || id.length !== 8 || signature.length !== 64 || !(payload instanceof Uint8Array)) throw new Error();
    return { head, payload, signature, id: hex(id) };
  } catch {
    throw new Refused(reason);
  }
}

async function holds(message, spki, purpose) {
  const key = await crypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  const over = concat(Uint8Array.of(0x84, 0x6a), text.encode('Signature1'), bytesOf(message.head), bytesOf(text.encode(purpose)), bytesOf(message.payload));
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, message.signature, over);
}

async function sha256(bytes) { return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)); }

function hex(bytes) { return [...bytes].map((octet) => octet.toString(16).padStart(2, '0')).join(''); }

async function keyID(spki) { return hex((await sha256(spki)).subarray(0, 8)); }

// openKeyList reads a list that one of the roots of the list held signed, and that is not older; without one, a root of its own.
export async function openKeyList(raw, held) {
  if (raw.length > mostList) throw new Refused('list');
  const message = signed(raw, 'list');
  const list = await parseKeyList(message.payload);
  const root = (held || list).roots.get(message.id);
  if (!root || !(await holds(message, root, 'jansetu key list'))) throw new Refused('list');
  if (held && (list.issuer !== held.issuer || BigInt(list.serial) < BigInt(held.serial))) throw new Refused('list');
  return list;
}

async function parseKeyList(payload) {
  try {
    const wire = decode(payload);
    const list = { issuer: wire.get(1), serial: wire.get(2), made: wire.get(3), keys: new Map(), roots: new Map() };
    for (const key of wire.get(4) || []) {
      list.keys.set(await keyID(key.get(1)), { spki: key.get(1), from: key.get(2), until: key.get(3) || 0, withdrawn: key.get(4) === true });
    }
    for (const root of wire.get(5) || []) list.roots.set(await keyID(root), root);
    return list;
  } catch {
    throw new Refused('list');
  }
}

function validAt(key, moment) { return !key.withdrawn && moment >= key.from && (!key.until || moment < key.until); }

// openRevocations reads a list that a key in use signed, and that is not older than the one held.
export async function openRevocations(raw, keys, held) {
  if (raw.length > mostList) throw new Refused('list');
  const message = signed(raw, 'list');
  const key = keys.keys.get(message.id);
  if (!key || !(await holds(message, key.spki, 'jansetu revocations'))) throw new Refused('list');
  const wire = decode(message.payload);
  const list = { issuer: wire.get(1), serial: wire.get(2), made: wire.get(3), revoked: wire.get(4), replaced: wire.get(5) };
  if (list.issuer !== keys.issuer || !validAt(key, list.made)) throw new Refused('list');
  if (held && BigInt(list.serial) < BigInt(held.serial)) throw new Refused('list');
  return list;
}

// check says of a code what is true of it: { verdict, claims }. Claims are there only if the signature holds.
export async function check(code, keys, revocations, now) {
  const message = signed(fromCode(code), 'not_ours');
  const claims = parseClaims(message.payload);
  const key = keys.keys.get(message.id);
  // Keys and revocations are fetched together: a paper older than both is of no key that a newer list could name.
  const known = Math.max(keys.made, revocations ? revocations.made : 0);
  if (!key) throw new Refused(claims.issued > known ? 'unknown_key' : 'forged');
  if (!(await holds(message, key.spki, '')) || !validAt(key, claims.issued) || claims.issuer !== keys.issuer) throw new Refused('forged');
  let verdict = 'valid';
  if (!revocations) verdict = 'unknown';
  else if (await listed(revocations.revoked, claims)) verdict = 'revoked';
  else if (await listed(revocations.replaced, claims)) verdict = 'replaced';
  if ((verdict === 'valid' || verdict === 'unknown') && claims.expires && now >= claims.expires) verdict = 'expired';
  return { verdict, claims };
}

function parseClaims(payload) {
  try {
    const wire = decode(payload);
    const flat = wire.get(-3) || [];
    if (flat.length % 2) throw new Error();
    const fields = [];
    for (let i = 0; i < flat.length; i += 2) fields.push({ name: String(flat[i]), value: String(flat[i + 1]) });
    const claims = {
      issuer: wire.get(1), number: wire.get(2), expires: wire.get(4) || 0, issued: wire.get(6), kind: wire.get(-1), version: wire.get(-2) || 1, fields,
    };
    if (![claims.issuer, claims.number, claims.kind].every((value) => typeof value === 'string' && value) || !Number.isSafeInteger(claims.issued)) throw new Error();
    return claims;
  } catch {
    throw new Refused('not_ours');
  }
}

async function listed(set, claims) {
  const sum = await sha256(text.encode(`jansetu document\0${claims.number}\0${claims.version}`));
  return has(set, new DataView(sum.buffer).getBigUint64(0));
}

const low = 24;

// has looks for a hash in a Golomb–Rice coded set.
export function has(set, hash) {
  const count = set.get(1);
  const bits = set.get(2);
  if (!count || count > bits.length) return false;
  const wanted = (BigInt(hash) * (BigInt(count) << BigInt(low))) >> 64n;
  let at = 0;
  const read = (n) => {
    let value = 0;
    for (let i = 0; i < n; i++, at++) value = value * 2 + ((bits[at >> 3] >> (7 - (at & 7))) & 1);
    return value;
  };
  let image = 0n;
  for (let i = 0; i < count; i++) {
    let quotient = 0;
    while (read(1)) quotient++;
    image += (BigInt(quotient) << BigInt(low)) | BigInt(read(low));
    if (image >= wanted) return image === wanted && at <= bits.length * 8;
  }
  return false;
}
