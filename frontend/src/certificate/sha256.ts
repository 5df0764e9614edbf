/**
 * SHA-256 applied over and over to its own 32 bytes, as the key derivation of PKCS#12 asks (RFC 7292 B.2).
 *
 * WebCrypto has no such derivation, and 600 000 awaited digests would take minutes. This loop allocates
 * nothing and does one compression a round: a third of a second on a small server.
 */

const ROUND_CONSTANTS = Int32Array.from(firstPrimes(64), (prime) => fraction(Math.cbrt(prime)));
const INITIAL = Int32Array.from(firstPrimes(8), (prime) => fraction(Math.sqrt(prime)));

export function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}

/** The first 32 bits of the fractional part, as FIPS 180-4 defines its constants. */
function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

/** Replaces the eight big-endian words of a hash by their hash, `rounds` times. */
export function rehash(state: Int32Array, rounds: number): void {
  const w = new Int32Array(64);
  for (let round = 0; round < rounds; round++) {
    w.set(state);
    // Padding of a 32-byte message: one bit, zeros, the length of 256 bits.
    w[8] = 0x80000000;
    w.fill(0, 9, 15);
    w[15] = 256;
    compress(w, state);
  }
  w.fill(0);
}

function compress(w: Int32Array, out: Int32Array): void {
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
  }
  let a = INITIAL[0]!;
  let b = INITIAL[1]!;
  let c = INITIAL[2]!;
  let d = INITIAL[3]!;
  let e = INITIAL[4]!;
  let f = INITIAL[5]!;
  let g = INITIAL[6]!;
  let h = INITIAL[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i]! + w[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  out[0] = INITIAL[0]! + a;
  out[1] = INITIAL[1]! + b;
  out[2] = INITIAL[2]! + c;
  out[3] = INITIAL[3]! + d;
  out[4] = INITIAL[4]! + e;
  out[5] = INITIAL[5]! + f;
  out[6] = INITIAL[6]! + g;
  out[7] = INITIAL[7]! + h;
}
