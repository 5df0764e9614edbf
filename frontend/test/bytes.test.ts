/** DER, object identifiers, VID, challenge and the derivation loop: values known from elsewhere. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { concat, fromBase64, toBase64, toBase64Url, toHex, utf8 } from "../src/certificate/bytes";
import { canonical, ForeignChallenge, readChallenge, signedContent } from "../src/certificate/challenge";
import * as der from "../src/certificate/der";
import { Damaged } from "../src/certificate/errors";
import { dotted, Oid, oid } from "../src/certificate/oid";
import { rehash } from "../src/certificate/sha256";
import { firstHash, hashContent, proves, virtualId } from "../src/certificate/vid";

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));

const NUMBER = utf8("1234561234567");
const RANDOM = hex("79EA7568A2D3776604E18BCD3A1B1B85B7DA0872");

test("the published vector of VID comes out (npki.md §3.1)", async () => {
  const h1 = await firstHash(NUMBER, RANDOM);
  assert.equal(toHex(h1).toUpperCase(), "CDFF7F7C20B3219BC8CE65FE461CF826912718BF0F604CBB6E8216EAC9564C30");
  const vid = await virtualId(h1);
  assert.equal(toHex(vid).toUpperCase(), "17692C8DD00EAD33791DE0A64A937C60799634C64AC56FA57570C0E05252AB35");
  assert.equal(await proves(h1, vid), true);
});

test("HashContent is 40 bytes: 30 26 13 0D number 03 15 00 R", () => {
  assert.equal(toHex(hashContent(NUMBER, RANDOM)), `3026130d${toHex(NUMBER)}031500${toHex(RANDOM)}`);
});

test("VID proves neither another number, nor another R, nor itself", async () => {
  const vid = await virtualId(await firstHash(NUMBER, RANDOM));
  assert.equal(await proves(await firstHash(utf8("1234561234568"), RANDOM), vid), false);
  assert.equal(
    await proves(
      await firstHash(
        NUMBER,
        RANDOM.map((byte) => byte ^ 1),
      ),
      vid,
    ),
    false,
  );
  assert.equal(await proves(vid, vid), false);
});

test("object identifiers of the KISA arc are spelled as in certificates (npki.md §1)", () => {
  assert.equal(toHex(oid(Oid.identifyData)), "06092a831a8c9a440a0101");
  assert.equal(toHex(oid(Oid.vid)), "060a2a831a8c9a440a010101");
  assert.equal(toHex(oid(Oid.randomNumber)), "060a2a831a8c9a440a010103");
  for (const spelled of [...Object.values(Oid), "2.999.3", "0.9.2342"]) {
    assert.equal(dotted(der.read(oid(spelled))), spelled);
  }
});

test("lengths and integers are minimal", () => {
  assert.equal(toHex(der.tlv(4, new Uint8Array(127)).subarray(0, 2)), "047f");
  assert.equal(toHex(der.tlv(4, new Uint8Array(128)).subarray(0, 3)), "048180");
  assert.equal(toHex(der.tlv(4, new Uint8Array(256)).subarray(0, 4)), "04820100");
  assert.equal(toHex(der.integer(0)), "020100");
  assert.equal(toHex(der.integer(128)), "02020080");
  assert.equal(toHex(der.integer(600_000)), "02030927c0");
  assert.equal(toHex(der.integer(hex("0000ff"))), "020200ff");
});

test("members of a SET stand in order of their bytes", () => {
  assert.equal(toHex(der.setOf(hex("0402ff00"), hex("040100"), hex("020105"))), "310a0201050401000402ff00");
});

test("moments change their form in 2050 and are read back", () => {
  for (const [written, form] of [
    ["2049-12-31T23:59:59.000Z", "170d3439313233313233353935395a"],
    ["2050-01-01T00:00:00.000Z", "180f32303530303130313030303030305a"],
  ] as const) {
    const encoded = der.time(new Date(written));
    assert.equal(toHex(encoded), form);
    assert.equal(der.moment(der.read(encoded)).toISOString(), written);
  }
});

const refused: Readonly<Record<string, string>> = {
  nothing: "",
  "a trailing byte": "04010000",
  "a truncated body": "040200",
  "an indefinite length": "30800000",
  "a length that is not minimal": "04810100",
  "a length with a leading zero": "0482008000",
  "a long tag": "1f0100",
  "an empty integer": "0200",
  "a padded integer": "02020001",
  "a padded negative integer": "0202ff80",
};
for (const [what, bytes] of Object.entries(refused)) {
  test(`reading refuses ${what}`, () => assert.throws(() => der.read(hex(bytes)), Damaged));
}

test("reading refuses 10 000 levels without falling over", () => {
  let nested = der.octets(new Uint8Array());
  for (let level = 0; level < 60; level++) nested = der.sequence(nested);
  assert.throws(() => der.read(nested), Damaged);
  assert.throws(() => der.read(hex("3082".repeat(10_000))), Damaged);
});

test("small integers refuse negative and large ones", () => {
  assert.equal(der.smallInteger(der.read(hex("02030927c0")), 5_000_000), 600_000);
  assert.throws(() => der.smallInteger(der.read(hex("0201ff")), 5_000_000), Damaged);
  assert.throws(() => der.smallInteger(der.read(hex("02043b9aca00")), 5_000_000), Damaged);
  assert.throws(() => der.smallInteger(der.read(hex("0209010000000000000000")), 5_000_000), Damaged);
});

test("base64 comes back; base64url has no padding", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
  assert.equal(toBase64Url(hex("fbff00")), "-_8A");
  assert.equal(toBase64Url(hex("ff")), "_w");
});

test("the derivation loop is SHA-256 again and again", () => {
  const start = createHash("sha256").update("baroalgi").digest();
  const state = Int32Array.from({ length: 8 }, (_, word) => start.readInt32BE(4 * word));
  rehash(state, 1000);
  let expected = start;
  for (let round = 0; round < 1000; round++) expected = createHash("sha256").update(expected).digest();
  const words = Int32Array.from({ length: 8 }, (_, word) => expected.readInt32BE(4 * word));
  assert.deepEqual(state, words);
});

const CHALLENGE = {
  v: 1,
  sid: "c2lk",
  purpose: "signin",
  nonce: "n".repeat(43),
  iat: 1_764_000_000,
  exp: 1_764_000_180,
  aud: "http://localhost:8000",
};

test("what is signed is the challenge with h1, sorted and without spaces", () => {
  const content = signedContent(CHALLENGE, hex("fbff"));
  assert.equal(
    new TextDecoder().decode(content),
    `{"aud":"http://localhost:8000","exp":1764000180,"h1":"-_8","iat":1764000000,"nonce":"${"n".repeat(43)}",` +
      `"purpose":"signin","sid":"c2lk","v":1}`,
  );
  assert.equal(canonical({ b: "한", a: 1 }), '{"a":1,"b":"한"}');
});

test("a challenge of another site, act or form is not signed", () => {
  const origin = "http://localhost:8000";
  assert.deepEqual(readChallenge(CHALLENGE, origin, "signin"), CHALLENGE);
  const others: unknown[] = [
    { ...CHALLENGE, aud: "http://localhost:8001" },
    { ...CHALLENGE, purpose: "slip" },
    { ...CHALLENGE, v: 2 },
    { ...CHALLENGE, h1: "x" },
    { ...CHALLENGE, exp: "1764000180" },
    { aud: origin, purpose: "signin", v: 1 },
    null,
    "challenge",
  ];
  for (const other of others) assert.throws(() => readChallenge(other, origin, "signin"), ForeignChallenge);
  assert.throws(() => readChallenge(CHALLENGE, origin, "first"), ForeignChallenge);
});

test("bytes are joined in order", () =>
  assert.equal(toHex(concat(hex("01"), hex(""), hex("0203"))), "010203"));
