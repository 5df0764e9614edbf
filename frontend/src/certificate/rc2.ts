/** RC2 with 40 or 128 effective bits (RFC 2268), for reading old `.p12` files. Nothing is written in it. */

import type { BlockCipher } from "./cbc";

/** A permutation of all bytes, from the digits of pi. */
const PI = Uint8Array.from(
  (
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2" +
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82" +
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626" +
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7" +
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec" +
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9" +
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
  ).match(/../g)!,
  (octet) => Number.parseInt(octet, 16),
);
const TURNS = [1, 2, 3, 5];

/** Returns the cipher under a key of 5 bytes (40 bits) or 16 (128 bits). */
export function rc2(key: Uint8Array): BlockCipher {
  const keys = schedule(key);
  return {
    blockLength: 8,
    encrypt: () => {
      throw new Error("RC2 is only read");
    },
    decrypt: (block) => decrypt(block, keys),
  };
}

/** Expands the key to 64 words; its effective bits are all of it. */
function schedule(key: Uint8Array): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  for (let i = key.length; i < 128; i++) bytes[i] = PI[(bytes[i - 1]! + bytes[i - key.length]!) & 255]!;
  bytes[128 - key.length] = PI[bytes[128 - key.length]!]!;
  for (let i = 127 - key.length; i >= 0; i--) bytes[i] = PI[bytes[i + 1]! ^ bytes[i + key.length]!]!;
  return Uint16Array.from({ length: 64 }, (_, word) => bytes[2 * word]! | (bytes[2 * word + 1]! << 8));
}

/** Five mixing rounds, mashing, six, mashing, five: here from the last to the first. */
function decrypt(block: DataView, keys: Uint16Array): void {
  const r = Uint16Array.from({ length: 4 }, (_, i) => block.getUint16(2 * i, true));
  const at = (i: number): number => r[i & 3]!;
  for (let round = 15; round >= 0; round--) {
    for (let i = 3; i >= 0; i--) {
      const turn = TURNS[i]!;
      const turned = (at(i) >>> turn) | (at(i) << (16 - turn));
      r[i] = turned - keys[4 * round + i]! - (at(i + 3) & at(i + 2)) - (~at(i + 3) & at(i + 1));
    }
    if (round === 11 || round === 5) {
      for (let i = 3; i >= 0; i--) r[i] = at(i) - keys[at(i + 3) & 63]!;
    }
  }
  r.forEach((word, i) => block.setUint16(2 * i, word, true));
}
