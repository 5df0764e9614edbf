/**
 * DER: writing, and strict reading of what others send (ITU-T X.690).
 *
 * Reading refuses indefinite and non-minimal lengths, long tags, padded INTEGERs, trailing bytes and more
 * than 24 levels, as the server does (npki.md §6.1).
 */

import { type Bytes, compare, concat, utf8 } from "./bytes";
import { Damaged } from "./errors";

export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  nothing: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag `[number]` of a constructed element; without `constructed`, of a primitive one. */
export function contextTag(number: number, constructed = true): number {
  return (constructed ? 0xa0 : 0x80) | number;
}

// Writing

export function tlv(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const body = concat(...parts);
  return concat(Uint8Array.of(tag, ...lengthOctets(body.length)), body);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return [0x80 | octets.length, ...octets];
}

export const sequence = (...parts: readonly Uint8Array[]): Bytes => tlv(Tag.sequence, ...parts);
export const setOf = (...parts: readonly Uint8Array[]): Bytes => tlv(Tag.set, ...[...parts].sort(compare));
export const context = (number: number, ...parts: readonly Uint8Array[]): Bytes =>
  tlv(contextTag(number), ...parts);
export const octets = (bytes: Uint8Array): Bytes => tlv(Tag.octets, bytes);
export const bits = (bytes: Uint8Array): Bytes => tlv(Tag.bits, Uint8Array.of(0), bytes);
export const nothing = (): Bytes => tlv(Tag.nothing);
export const utf8String = (text: string): Bytes => tlv(Tag.utf8, utf8(text));
export const printable = (digits: Uint8Array): Bytes => tlv(Tag.printable, digits);
export const bmpString = (text: string): Bytes => tlv(Tag.bmp, utf16(text));

/** Writes a non-negative INTEGER from a number, or from big-endian bytes as in an ECDSA signature. */
export function integer(value: number | Uint8Array): Bytes {
  if (typeof value === "number")
    return integer(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
  let start = 0;
  while (start < value.length - 1 && value[start] === 0) start++;
  const magnitude = value.subarray(start);
  return tlv(Tag.integer, ...(magnitude[0]! & 0x80 ? [Uint8Array.of(0)] : []), magnitude);
}

/** UTF-16BE, the form of BMPString and of passwords in PKCS#12. */
export function utf16(text: string): Bytes {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i));
  return bytes;
}

/** Writes a moment as CMS wants it: UTCTime to the end of 2049, GeneralizedTime after it (RFC 5652 §11.3). */
export function time(moment: Date): Bytes {
  const text = `${moment.toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`;
  return moment.getUTCFullYear() < 2050
    ? tlv(Tag.utcTime, utf8(text.slice(2)))
    : tlv(Tag.generalizedTime, utf8(text));
}

// Reading

export interface Element {
  readonly tag: number;
  /** The whole encoding, with tag and length. A view into the bytes that were read. */
  readonly raw: Bytes;
  readonly body: Bytes;
  /** Empty when the element is primitive. */
  readonly children: readonly Element[];
}

const DEEPEST = 24;

/** Reads exactly one element that fills `bytes`. Throws Damaged. */
export function read(bytes: Bytes): Element {
  const elements = readAll(bytes, 0);
  if (elements.length !== 1) throw new Damaged("one element expected");
  return elements[0]!;
}

function readAll(bytes: Bytes, depth: number): Element[] {
  if (depth > DEEPEST) throw new Damaged("too deep");
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = readOne(bytes.subarray(at), depth);
    elements.push(element);
    at += element.raw.length;
  }
  return elements;
}

function readOne(bytes: Bytes, depth: number): Element {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw new Damaged("short element");
  if ((tag & 0x1f) === 0x1f) throw new Damaged("long tag");
  let start = 2;
  let length = first;
  if (first & 0x80) {
    const count = first & 0x7f;
    if (count < 1 || count > 3 || bytes.length < 2 + count) throw new Damaged("length");
    start += count;
    length = bytes.subarray(2, start).reduce((sum, octet) => sum * 256 + octet, 0);
    if (length < 0x80 || bytes[2] === 0) throw new Damaged("length not minimal");
  }
  const body = bytes.subarray(start, start + length);
  if (body.length !== length) throw new Damaged("truncated");
  if (tag === Tag.integer) checkInteger(body);
  const raw = bytes.subarray(0, start + length);
  return { tag, raw, body, children: tag & 0x20 ? readAll(body, depth + 1) : [] };
}

function checkInteger(body: Bytes): void {
  const [first, second] = body;
  if (first === undefined) throw new Damaged("empty integer");
  const padded = second !== undefined && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80);
  if (padded) throw new Damaged("integer not minimal");
}

/** Returns the element if it is there and has this tag. Throws Damaged. */
export function need(element: Element | undefined, tag: number): Element {
  if (element?.tag !== tag) throw new Damaged(`tag ${tag.toString(16)} expected`);
  return element;
}

/** Returns the children of a constructed element of this tag. Throws Damaged. */
export function inside(element: Element | undefined, tag: number = Tag.sequence): readonly Element[] {
  return need(element, tag).children;
}

/** Returns the only child. Throws Damaged. */
export function only(children: readonly Element[]): Element {
  if (children.length !== 1) throw new Damaged("one child expected");
  return children[0]!;
}

/** Reads a small INTEGER. Throws Damaged when it is negative or above `most`. */
export function smallInteger(element: Element | undefined, most: number): number {
  const { body } = need(element, Tag.integer);
  const value = body.reduce((sum, octet) => sum * 256 + octet, 0);
  if (body[0]! & 0x80 || body.length > 6 || value > most) throw new Damaged("integer out of range");
  return value;
}

/** Reads a BIT STRING without unused bits. Throws Damaged. */
export function wholeBits(element: Element | undefined): Bytes {
  const { body } = need(element, Tag.bits);
  if (body[0] !== 0) throw new Damaged("unused bits");
  return body.subarray(1);
}

/** Reads a character string of any of the kinds met in names. Throws Damaged. */
export function text(element: Element | undefined): string {
  if (!element) throw new Damaged("text expected");
  const decoder = new TextDecoder(element.tag === Tag.bmp ? "utf-16be" : "utf-8", { fatal: true });
  if (![Tag.utf8, Tag.printable, Tag.teletex, Tag.ia5, Tag.bmp].some((tag) => tag === element.tag)) {
    throw new Damaged("text expected");
  }
  try {
    return decoder.decode(element.body);
  } catch {
    throw new Damaged("text encoding");
  }
}

/** Reads UTCTime (1950 to 2049) or GeneralizedTime, both with seconds and Z. Throws Damaged. */
export function moment(element: Element | undefined): Date {
  if (!element || (element.tag !== Tag.utcTime && element.tag !== Tag.generalizedTime))
    throw new Damaged("time expected");
  const written = new TextDecoder().decode(element.body);
  const century = element.tag === Tag.generalizedTime ? "" : Number(written.slice(0, 2)) < 50 ? "20" : "19";
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + written);
  if (!parts) throw new Damaged("time form");
  const [, year, month, day, hour, minute, second] = parts;
  const read = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(read.getTime())) throw new Damaged("time");
  return read;
}
