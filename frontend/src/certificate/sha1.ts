/**
 * SHA-1 applied over and over to its own 20 bytes, for the key derivations of old files: PBKDF1 of NPKI and
 * that of PKCS#12 (RFC 8018 §5.1, RFC 7292 B.2). Nothing new is protected by it. One compression a round,
 * nothing allocated, as in `sha256`.
 */

/** Replaces the five big-endian words of a hash by their hash, `rounds` times. */
export function rehash(state: Int32Array, rounds: number): void {
  const w = new Int32Array(80);
  for (let round = 0; round < rounds; round++) {
    w.set(state);
    // Padding of a 20-byte message: one bit, zeros, the length of 160 bits.
    w[5] = 0x80000000;
    w.fill(0, 6, 15);
    w[15] = 160;
    compress(w, state);
  }
  w.fill(0);
}

function compress(w: Int32Array, out: Int32Array): void {
  for (let i = 16; i < 80; i++) {
    const x = w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!;
    w[i] = (x << 1) | (x >>> 31);
  }
  let a = 0x67452301;
  let b = 0xefcdab89 | 0;
  let c = 0x98badcfe | 0;
  let d = 0x10325476;
  let e = 0xc3d2e1f0 | 0;
  for (let i = 0; i < 80; i++) {
    const mixed =
      i < 20
        ? ((b & c) | (~b & d)) + 0x5a827999
        : i < 40
          ? (b ^ c ^ d) + 0x6ed9eba1
          : i < 60
            ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
            : (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + mixed + e + w[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  out[0] = 0x67452301 + a;
  out[1] = 0xefcdab89 + b;
  out[2] = 0x98badcfe + c;
  out[3] = 0x10325476 + d;
  out[4] = 0xc3d2e1f0 + e;
}
