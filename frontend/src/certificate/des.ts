/**
 * Triple DES, encrypt-decrypt-encrypt (NIST SP 800-67), for reading old `.p12` files; nothing is written so.
 *
 * Bits are numbered from 1 at the left, as in the standard. E is a rotation; an S-box and P are one table.
 */

import type { BlockCipher } from "./cbc";

const PC1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
  63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
];
const PC2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47,
  55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];
const P = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22,
  11, 4, 25,
];
/** The initial permutation takes every eighth bit, from these on; the final one undoes it. */
const INITIAL = [58, 60, 62, 64, 57, 59, 61, 63].flatMap((from) =>
  [0, 8, 16, 24, 32, 40, 48, 56].map((back) => from - back),
);
const FINAL = INITIAL.map((_, bit) => INITIAL.indexOf(bit + 1) + 1);
/** Four rows of sixteen for each box. */
const BOXES = [
  "e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d",
  "f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9",
  "a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c",
  "7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e",
  "2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453",
  "c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d",
  "4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c",
  "d2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b",
];
/** What the six bits before box i become in the word after P. */
const SUBSTITUTED = BOXES.map((rows, box) =>
  Int32Array.from({ length: 64 }, (_, six) => {
    const row = ((six >> 4) & 2) | (six & 1);
    const nibble = Number.parseInt(rows[16 * row + ((six >> 1) & 15)]!, 16);
    return toWord(P.map((bit) => (nibble >> (4 * box + 4 - bit)) & (Math.ceil(bit / 4) === box + 1 ? 1 : 0)));
  }),
);

function toWord(bits: readonly number[]): number {
  return bits.reduce((word, bit) => (word << 1) | bit, 0);
}

function toBits(bytes: ArrayLike<number>): number[] {
  return Array.from(bytes).flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((shift) => (byte >> shift) & 1));
}

/** Returns sixteen keys of eight times six bits. `key`: 8 bytes, their parity is not looked at. */
function schedule(key: Uint8Array): number[][] {
  const bits = toBits(key);
  let left = PC1.slice(0, 28).map((bit) => bits[bit - 1]!);
  let right = PC1.slice(28).map((bit) => bits[bit - 1]!);
  return SHIFTS.map((shift) => {
    left = [...left.slice(shift), ...left.slice(0, shift)];
    right = [...right.slice(shift), ...right.slice(0, shift)];
    const chosen = PC2.map((bit) => [...left, ...right][bit - 1]!);
    return Array.from({ length: 8 }, (_, box) => toWord(chosen.slice(6 * box, 6 * box + 6)));
  });
}

function mix(word: number, key: readonly number[]): number {
  let out = 0;
  for (let box = 0; box < 8; box++) {
    const turn = (4 * box + 5) % 32;
    const six = ((word << turn) | (word >>> (32 - turn))) & 63;
    out ^= SUBSTITUTED[box]![six ^ key[box]!]!;
  }
  return out;
}

/** Returns the cipher under a key of 24 bytes, or of 16, whose first third then serves again as the last. */
export function tripleDes(key: Uint8Array): BlockCipher {
  const [first, second, third] = [0, 8, 16].map((at) =>
    schedule(key.slice(at % key.length, (at % key.length) + 8)),
  );
  const encrypting = [...first!, ...[...second!].reverse(), ...third!];
  const decrypting = [...encrypting].reverse();

  function transform(block: DataView, keys: readonly number[][]): void {
    const bits = toBits(new Uint8Array(block.buffer, block.byteOffset, 8));
    const permuted = INITIAL.map((bit) => bits[bit - 1]!);
    let left = toWord(permuted.slice(0, 32));
    let right = toWord(permuted.slice(32));
    keys.forEach((roundKey, round) => {
      [left, right] = [right, left ^ mix(right, roundKey)];
      // After each of the three passes the halves change places; what lies between two passes cancels out.
      if (round % 16 === 15) [left, right] = [right, left];
    });
    const out = toBits([left, right].flatMap((word) => [word >>> 24, word >>> 16, word >>> 8, word]));
    const last = FINAL.map((bit) => out[bit - 1]!);
    block.setInt32(0, toWord(last.slice(0, 32)));
    block.setInt32(4, toWord(last.slice(32)));
  }

  return {
    blockLength: 8,
    encrypt: (block) => transform(block, encrypting),
    decrypt: (block) => transform(block, decrypting),
  };
}
