/** Ciphers, derivations and spellings of old files: published vectors, and node's own hashes as judge. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { toHex, utf8 } from "../src/certificate/bytes";
import { decryptCbc, encryptCbc } from "../src/certificate/cbc";
import { WrongPassword } from "../src/certificate/errors";
import { spellings } from "../src/certificate/password";
import { rehashed } from "../src/certificate/rounds";
import { seed } from "../src/certificate/seed";

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));

test("SEED gives the vectors of RFC 4269, appendix B", () => {
  const vectors = [
    [
      "00000000000000000000000000000000",
      "000102030405060708090A0B0C0D0E0F",
      "5EBAC6E0054E166819AFF1CC6D346CDB",
    ],
    [
      "000102030405060708090A0B0C0D0E0F",
      "00000000000000000000000000000000",
      "C11F22F20140505084483597E4370F43",
    ],
    [
      "4706480851E61BE85D74BFB3FD956185",
      "83A2F8A288641FB9A4E9A5CC2F131C7D",
      "EE54D13EBCAE706D226BC3142CD40D4A",
    ],
    [
      "28DBC3BC49FFD87DCFA509B11D422BE7",
      "B41E6BE2EBA84A148E2EED84593C5EC7",
      "9B9B7BFCD1813CB95D0B3618F40F5122",
    ],
  ] as const;
  for (const [key, plain, expected] of vectors) {
    const block = hex(plain);
    seed(hex(key)).encrypt(new DataView(block.buffer));
    assert.equal(toHex(block).toUpperCase(), expected);
    seed(hex(key)).decrypt(new DataView(block.buffer));
    assert.equal(toHex(block).toUpperCase(), plain);
  }
});

test("CBC comes back whole, and a wrong padding is a wrong password", () => {
  const cipher = seed(hex("000102030405060708090A0B0C0D0E0F"));
  const iv = utf8("0123456789012345");
  for (const length of [0, 1, 15, 16, 17, 100]) {
    const plain = new Uint8Array(length).fill(7);
    const encrypted = encryptCbc(cipher, iv, plain);
    assert.equal(encrypted.length % 16, 0);
    assert.deepEqual(decryptCbc(cipher, iv, encrypted), plain);
    // The last byte of the block before the last: it changes the last byte of the padding and nothing else.
    const block = encrypted.length > 16 ? encrypted.subarray(-32, -16) : iv;
    block[15]! ^= 1;
    assert.throws(() => decryptCbc(cipher, iv, encrypted), WrongPassword);
    block[15]! ^= 1;
  }
});

test("hashes of hashes are those of node", async () => {
  for (const [name, length] of [
    ["SHA-1", 20],
    ["SHA-256", 32],
    ["SHA-512", 64],
  ] as const) {
    let expected: Uint8Array = Uint8Array.from({ length }, (_, i) => 200 + i);
    const start = Uint8Array.from(expected);
    for (let i = 0; i < 1000; i++) {
      expected = createHash(name.replace("-", "").toLowerCase()).update(expected).digest();
    }
    assert.equal(toHex(await rehashed(name, start, 1000)), toHex(expected));
  }
});

test("a Korean password is also tried in EUC-KR, a plain one has one spelling", () => {
  const [first, second, ...rest] = spellings("가학a1");
  assert.deepEqual(first, utf8("가학a1"));
  assert.equal(toHex(second!), "b0a1c7d06131");
  assert.equal(rest.length, 0);
  assert.equal(spellings("Mountain#2026").length, 1);
  assert.equal(spellings("가🙂").length, 1);
});
