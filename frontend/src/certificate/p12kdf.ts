/** The key derivation of PKCS#12 (RFC 7292, appendix B), and the MAC over a file made with it (§4). */

import { type Bytes, concat, wipe } from "./bytes";
import { utf16 } from "./der";
import { type Progress, within } from "./progress";
import { type HashName, rehashed } from "./rounds";

/** What the derived bytes are for: the number stands in each block that is hashed. */
export const Purpose = { key: 1, iv: 2, mac: 3 } as const;

const BLOCKS: Readonly<Record<HashName, number>> = { "SHA-1": 64, "SHA-256": 64, "SHA-512": 128 };
const DIGEST_LENGTHS: Readonly<Record<HashName, number>> = { "SHA-1": 20, "SHA-256": 32, "SHA-512": 64 };

export interface Derivation {
  readonly hash: HashName;
  readonly salt: Bytes;
  readonly rounds: number;
}

/** Returns `length` bytes. The password is spelled in UTF-16 with two zero bytes at its end. */
export async function derive(
  purpose: number,
  password: string,
  { hash, salt, rounds }: Derivation,
  length: number,
  progress?: Progress,
): Promise<Bytes> {
  const block = BLOCKS[hash];
  const secret = utf16(`${password.normalize("NFC")}\0`);
  const prefix = new Uint8Array(block).fill(purpose);
  const input = concat(filled(salt, block), filled(secret, block));
  const pieces = Math.ceil(length / DIGEST_LENGTHS[hash]);
  let out: Bytes = new Uint8Array();
  for (let piece = 0; piece < pieces; piece++) {
    const message = concat(prefix, input);
    const digest = new Uint8Array(await crypto.subtle.digest(hash, message));
    wipe(message);
    const part = within(progress, piece / pieces, (piece + 1) / pieces);
    const last = await rehashed(hash, digest, rounds - 1, part);
    out = concat(out, last);
    const step = filled(last, block).subarray(0, block);
    for (let at = 0; at < input.length; at += block) addOneMore(input.subarray(at, at + block), step);
  }
  wipe(secret, input);
  return out.slice(0, length);
}

/** Repeats the bytes up to a whole number of blocks; nothing stays nothing. */
function filled(bytes: Uint8Array, block: number): Bytes {
  const whole = new Uint8Array(Math.ceil(bytes.length / block) * block);
  return whole.map((_, index) => bytes[index % bytes.length]!);
}

/** Replaces a number by the sum of it, another and 1, modulo its length. */
function addOneMore(number: Bytes, other: Bytes): void {
  let carry = 1;
  for (let i = number.length - 1; i >= 0; i--) {
    carry += number[i]! + other[i]!;
    number[i] = carry;
    carry >>>= 8;
  }
}

/** Returns HMAC of the content under the key that the derivation makes of the password. */
export async function fileMac(
  content: Bytes,
  password: string,
  derivation: Derivation,
  progress?: Progress,
): Promise<Bytes> {
  const { hash } = derivation;
  const secret = await derive(Purpose.mac, password, derivation, DIGEST_LENGTHS[hash], progress);
  try {
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", key, content));
  } finally {
    wipe(secret);
  }
}
