/** CBC with the padding of PKCS#7, over block ciphers of our own (RFC 8018 §6.1). */

import { type Bytes, concat } from "./bytes";
import { Damaged, WrongPassword } from "./errors";

/** Works on one block in place. */
export interface BlockCipher {
  readonly blockLength: 8 | 16;
  encrypt(block: DataView): void;
  decrypt(block: DataView): void;
}

/**
 * Decrypts and cuts the padding. Throws Damaged when there are no whole blocks, WrongPassword when the
 * padding is wrong: one wrong key in about 256 leaves a right one.
 */
export function decryptCbc(cipher: BlockCipher, iv: Bytes, ciphertext: Bytes): Bytes {
  const length = cipher.blockLength;
  needWholeBlocks(ciphertext, length);
  const plain = ciphertext.slice();
  for (let at = 0; at < plain.length; at += length) {
    cipher.decrypt(new DataView(plain.buffer, at, length));
    const before = at === 0 ? iv : ciphertext.subarray(at - length, at);
    for (let i = 0; i < length; i++) plain[at + i]! ^= before[i]!;
  }
  const padding = plain.at(-1)!;
  const right =
    padding >= 1 && padding <= length && plain.subarray(-padding).every((byte) => byte === padding);
  if (!right) {
    plain.fill(0);
    throw new WrongPassword();
  }
  const cut = plain.slice(0, -padding);
  plain.fill(0);
  return cut;
}

export function encryptCbc(cipher: BlockCipher, iv: Bytes, plain: Uint8Array): Bytes {
  const length = cipher.blockLength;
  const padding = length - (plain.length % length);
  const out = concat(plain, new Uint8Array(padding).fill(padding));
  for (let at = 0; at < out.length; at += length) {
    const before = at === 0 ? iv : out.subarray(at - length, at);
    for (let i = 0; i < length; i++) out[at + i]! ^= before[i]!;
    cipher.encrypt(new DataView(out.buffer, at, length));
  }
  return out;
}

/** Throws Damaged. */
export function needWholeBlocks(ciphertext: Bytes, blockLength: number): void {
  if (ciphertext.length === 0 || ciphertext.length % blockLength !== 0)
    throw new Damaged("length of ciphertext");
}
