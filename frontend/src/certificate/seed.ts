/**
 * SEED, the Korean block cipher of 128 bits (RFC 4269), for the key files of NPKI.
 *
 * Its tables are computed: an S-box is a power in GF(2^8) modulo x^8+x^6+x^5+x+1 under an affine map
 * (npki.md §2.3).
 */

import type { BlockCipher } from "./cbc";

const POLYNOMIAL = 0x163;
const GOLDEN_RATIO = 0x9e3779b9 | 0;
const MASKS = [0xfc, 0xf3, 0xcf, 0x3f];
const ROUNDS = 16;

function multiply(left: number, right: number): number {
  let product = 0;
  for (let rest = right; rest > 0; rest >>>= 1) {
    if (rest & 1) product ^= left;
    left <<= 1;
    if (left & 0x100) left ^= POLYNOMIAL;
  }
  return product;
}

/** `columns`: what each bit of the power adds to the result. */
function box(exponent: number, columns: readonly number[], constant: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, x) => {
    let power = 1;
    for (let i = 0; i < exponent; i++) power = multiply(power, x);
    return columns.reduce((sum, column, bit) => ((power >> bit) & 1 ? sum ^ column : sum), constant);
  });
}

/** S-boxes and the masks of G in one look-up for each byte of a word. */
function tables(): readonly Int32Array[] {
  const odd = box(247, [0x2c, 0xd0, 0x69, 0xc2, 0x41, 0x44, 0x58, 0xe2], 0xa9);
  const even = box(251, [0xd0, 0x2a, 0xe1, 0x2c, 0x21, 0x30, 0xa2, 0x6c], 0x38);
  return [0, 1, 2, 3].map((byte) =>
    Int32Array.from({ length: 256 }, (_, x) => {
      const substituted = (byte & 1 ? even : odd)[x]!;
      return MASKS.reduce((word, _mask, j) => word | ((substituted & MASKS[(j + byte) % 4]!) << (8 * j)), 0);
    }),
  );
}

let computed: readonly Int32Array[] | undefined;

/** Returns the cipher under a key of 16 bytes. */
export function seed(key: Uint8Array): BlockCipher {
  const [t0, t1, t2, t3] = (computed ??= tables()) as [Int32Array, Int32Array, Int32Array, Int32Array];
  const g = (x: number): number =>
    t0[x & 255]! ^ t1[(x >>> 8) & 255]! ^ t2[(x >>> 16) & 255]! ^ t3[x >>> 24]!;
  const keys = schedule(key, g);

  function transform(block: DataView, encrypting: boolean): void {
    let [l0, l1, r0, r1] = words(block);
    for (let round = 0; round < ROUNDS; round++) {
      const at = 2 * (encrypting ? round : ROUNDS - 1 - round);
      let c = r0 ^ keys[at]!;
      let d = r1 ^ keys[at + 1]!;
      d = g(c ^ d);
      c = g((c + d) | 0);
      d = g((c + d) | 0);
      c = (c + d) | 0;
      [l0, l1, r0, r1] = [r0, r1, l0 ^ c, l1 ^ d];
    }
    [r0, r1, l0, l1].forEach((word, i) => block.setInt32(4 * i, word));
  }

  return {
    blockLength: 16,
    encrypt: (block) => transform(block, true),
    decrypt: (block) => transform(block, false),
  };
}

function words(view: DataView): [number, number, number, number] {
  return [view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12)];
}

function rotated(word: number, bits: number): number {
  return bits === 0 ? word : (word << bits) | (word >>> (32 - bits));
}

function schedule(key: Uint8Array, g: (x: number) => number): Int32Array {
  let [a, b, c, d] = words(new DataView(key.buffer, key.byteOffset, 16));
  const keys = new Int32Array(2 * ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    const constant = rotated(GOLDEN_RATIO, round);
    keys[2 * round] = g((a + c - constant) | 0);
    keys[2 * round + 1] = g((b - d + constant) | 0);
    if (round & 1) [c, d] = [(c << 8) | (d >>> 24), (d << 8) | (c >>> 24)];
    else [a, b] = [(a >>> 8) | (b << 24), (b >>> 8) | (a << 24)];
  }
  return keys;
}
