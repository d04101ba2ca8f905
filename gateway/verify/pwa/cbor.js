// A decoder for the CBOR (RFC 8949) that seals and lists are written in, and nothing more: definite lengths, no floats, no tag but
// COSE_Sign1's. What a careful writer does not write is refused.

const mostDepth = 6;

export function decode(bytes) {
  const reader = { bytes, at: 0, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  const value = item(reader, 0);
  if (reader.at !== bytes.length) throw new Error('CBOR: something follows');
  return value;
}

function item(reader, depth) {
  if (depth > mostDepth) throw new Error('CBOR: too deep');
  const first = reader.bytes[need(reader, 1)];
  const major = first >> 5;
  const n = argument(reader, first & 31);
  switch (major) {
    case 0: return n;
    case 1: return typeof n === 'bigint' ? -1n - n : -1 - n;
    case 2: return take(reader, n);
    case 3: return new TextDecoder('utf-8', { fatal: true }).decode(take(reader, n));
    case 4: return list(reader, n, depth);
    case 5: return map(reader, n, depth);
    case 6:
      if (n !== 18) throw new Error('CBOR: a tag that is not expected');
      return item(reader, depth + 1);
    default: return simple(first & 31);
  }
}

function simple(low) {
  if (low === 20 || low === 21) return low === 21;
  if (low === 22) return null;
  throw new Error('CBOR: a simple value that is not expected');
}

function list(reader, n, depth) {
  if (n > reader.bytes.length) throw new Error('CBOR: too long');
  const items = [];
  for (let i = 0; i < n; i++) items.push(item(reader, depth + 1));
  return items;
}

function map(reader, n, depth) {
  if (n > reader.bytes.length) throw new Error('CBOR: too long');
  const entries = new Map();
  for (let i = 0; i < n; i++) {
    const key = item(reader, depth + 1);
    if (typeof key === 'object' || entries.has(key)) throw new Error('CBOR: a key twice, or no key');
    entries.set(key, item(reader, depth + 1));
  }
  return entries;
}

function argument(reader, low) {
  if (low < 24) return low;
  if (low > 27) throw new Error('CBOR: an indefinite length');
  const at = need(reader, 1 << (low - 24));
  if (low === 24) return least(reader.view.getUint8(at), 24);
  if (low === 25) return least(reader.view.getUint16(at), 0x100);
  if (low === 26) return least(reader.view.getUint32(at), 0x10000);
  const wide = reader.view.getBigUint64(at);
  if (wide < 0x100000000n) throw new Error('CBOR: not in the shortest form');
  return wide <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(wide) : wide;
}

function least(value, smallest) {
  if (value < smallest) throw new Error('CBOR: not in the shortest form');
  return value;
}

function need(reader, count) {
  const at = reader.at;
  if (typeof count !== 'number' || count > reader.bytes.length - at) throw new Error('CBOR: cut off');
  reader.at += count;
  return at;
}

function take(reader, count) {
  const at = need(reader, count);
  return reader.bytes.subarray(at, at + count);
}

// bytesOf writes a byte string, for what a signature is over.
export function bytesOf(content) {
  const n = content.length;
  const head = n < 24 ? [0x40 | n] : n < 256 ? [0x58, n] : n < 65536 ? [0x59, n >> 8, n & 255] : [0x5a, n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
  return concat(Uint8Array.from(head), content);
}

export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
