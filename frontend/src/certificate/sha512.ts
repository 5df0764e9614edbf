/**
 * SHA-512 applied over and over to its own 64 bytes, for the MAC of `.p12` files that ask for it (FIPS 180-4,
 * RFC 7292 B.2). Words of 64 bits are pairs of 32: high, low.
 */

import { firstPrimes } from "./sha256";

const ROUND_CONSTANTS = pairs(firstPrimes(80).map((prime) => fraction(prime, 3n)));
const INITIAL = pairs(firstPrimes(8).map((prime) => fraction(prime, 2n)));

/** The first 64 bits of the fractional part of a root, as FIPS 180-4 defines its constants. */
function fraction(prime: number, degree: bigint): bigint {
  const scaled = BigInt(prime) << (64n * degree);
  let root = 0n;
  for (let bit = 1n << 69n; bit > 0n; bit >>= 1n) {
    if ((root | bit) ** degree <= scaled) root |= bit;
  }
  return BigInt.asUintN(64, root);
}

function pairs(words: readonly bigint[]): Int32Array {
  return Int32Array.from(words.flatMap((word) => [Number(word >> 32n), Number(word & 0xffffffffn)]));
}

/** Replaces the eight big-endian words of a hash, sixteen halves, by their hash, `rounds` times. */
export function rehash(state: Int32Array, rounds: number): void {
  const w = new Int32Array(160);
  const v = new Int32Array(16);
  for (let round = 0; round < rounds; round++) {
    w.set(state);
    // Padding of a 64-byte message: one bit, zeros, the length of 512 bits.
    w[16] = 0x80000000;
    w.fill(0, 17, 31);
    w[31] = 512;
    compress(w, v, state);
  }
  w.fill(0);
  v.fill(0);
}

/** What is carried into the high half when two low halves add up to `sum`. */
function carry(sum: number): number {
  return (sum / 0x100000000) | 0;
}

function compress(w: Int32Array, v: Int32Array, out: Int32Array): void {
  for (let i = 32; i < 160; i += 2) {
    const xh = w[i - 30]!;
    const xl = w[i - 29]!;
    const yh = w[i - 4]!;
    const yl = w[i - 3]!;
    const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
    const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
    const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
    const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
    const low = (w[i - 31]! >>> 0) + (s0l >>> 0) + (w[i - 13]! >>> 0) + (s1l >>> 0);
    w[i] = w[i - 32]! + s0h + w[i - 14]! + s1h + carry(low);
    w[i + 1] = low;
  }
  v.set(INITIAL);
  for (let i = 0; i < 160; i += 2) {
    const ah = v[0]!;
    const al = v[1]!;
    const bh = v[2]!;
    const bl = v[3]!;
    const ch = v[4]!;
    const cl = v[5]!;
    const eh = v[8]!;
    const el = v[9]!;
    const fh = v[10]!;
    const fl = v[11]!;
    const gh = v[12]!;
    const gl = v[13]!;
    const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
    const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
    const choiceLow = (el & fl) ^ (~el & gl);
    const low1 =
      (v[15]! >>> 0) + (s1l >>> 0) + (choiceLow >>> 0) + (ROUND_CONSTANTS[i + 1]! >>> 0) + (w[i + 1]! >>> 0);
    const high1 = (v[14]! + s1h + ((eh & fh) ^ (~eh & gh)) + ROUND_CONSTANTS[i]! + w[i]! + carry(low1)) | 0;
    const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
    const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
    const majorityLow = (al & bl) ^ (al & cl) ^ (bl & cl);
    const low2 = (low1 >>> 0) + (s0l >>> 0) + (majorityLow >>> 0);
    const high2 = high1 + s0h + ((ah & bh) ^ (ah & ch) ^ (bh & ch)) + carry(low2);
    const lowE = (v[7]! >>> 0) + (low1 >>> 0);
    const highE = v[6]! + high1 + carry(lowE);
    for (let word = 15; word >= 2; word--) v[word] = v[word - 2]!;
    v[0] = high2;
    v[1] = low2;
    v[8] = highE;
    v[9] = lowE;
  }
  for (let i = 0; i < 16; i += 2) {
    const low = (INITIAL[i + 1]! >>> 0) + (v[i + 1]! >>> 0);
    out[i] = INITIAL[i]! + v[i]! + carry(low);
    out[i + 1] = low;
  }
}
