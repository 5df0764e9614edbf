/**
 * BER made DER, for `.p12` files alone: Firefox and NSS export indefinite lengths and strings in pieces
 * (ITU-T X.690 §8; npki.md §2.2). Everything else in this module reads DER and nothing but DER.
 */

import { type Bytes, concat } from "./bytes";
import { Tag, tlv } from "./der";
import { Damaged } from "./errors";

const CONSTRUCTED = 0x20;
const INDEFINITE = 0x80;
const DEEPEST = 24;

interface Piece {
  readonly encoded: Bytes;
  /** Where the next element begins. */
  readonly next: number;
}

/** Returns the one element that fills `bytes` with minimal lengths and whole strings. Throws Damaged. */
export function toDer(bytes: Bytes): Bytes {
  const { encoded, next } = element(bytes, 0, bytes.length, 0);
  if (next !== bytes.length) throw new Damaged("one element expected");
  return encoded;
}

function element(bytes: Bytes, at: number, end: number, depth: number): Piece {
  if (depth > DEEPEST) throw new Damaged("too deep");
  const [tag, first] = bytes.subarray(at, Math.min(at + 2, end));
  if (tag === undefined || first === undefined) throw new Damaged("short element");
  if ((tag & 0x1f) === 0x1f) throw new Damaged("long tag");
  if (first === INDEFINITE) {
    if (!(tag & CONSTRUCTED)) throw new Damaged("indefinite length");
    const { parts, next } = children(bytes, at + 2, end, depth, true);
    return { encoded: whole(tag, parts), next };
  }
  const { start, length } = definite(bytes, at + 1, end);
  const next = start + length;
  if (next > end) throw new Damaged("truncated");
  if (!(tag & CONSTRUCTED)) return { encoded: tlv(tag, bytes.subarray(start, next)), next };
  return { encoded: whole(tag, children(bytes, start, next, depth, false).parts), next };
}

function children(
  bytes: Bytes,
  from: number,
  end: number,
  depth: number,
  marked: boolean,
): { parts: Bytes[]; next: number } {
  const parts: Bytes[] = [];
  let at = from;
  while (at < end) {
    if (marked && bytes[at] === 0 && bytes[at + 1] === 0 && at + 2 <= end) return { parts, next: at + 2 };
    const piece = element(bytes, at, end, depth + 1);
    parts.push(piece.encoded);
    at = piece.next;
  }
  if (marked) throw new Damaged("no end");
  return { parts, next: at };
}

function definite(bytes: Bytes, at: number, end: number): { start: number; length: number } {
  const first = bytes[at]!;
  if (first < 0x80) return { start: at + 1, length: first };
  const start = at + 1 + (first & 0x7f);
  if (start - at > 5 || start > end) throw new Damaged("length");
  return { start, length: bytes.subarray(at + 1, start).reduce((sum, octet) => sum * 256 + octet, 0) };
}

/** A string in pieces becomes one string. */
function whole(tag: number, parts: readonly Bytes[]): Bytes {
  return tag === (Tag.octets | CONSTRUCTED) ? tlv(Tag.octets, joined(parts)) : tlv(tag, ...parts);
}

/** Returns what strings in DER hold together. Throws Damaged. */
export function joined(strings: readonly Bytes[]): Bytes {
  return concat(...strings.map(stringBody));
}

function stringBody(encoded: Bytes): Bytes {
  if (encoded[0] !== Tag.octets) throw new Damaged("piece of a string");
  const { start } = definite(encoded, 1, encoded.length);
  return encoded.subarray(start);
}
