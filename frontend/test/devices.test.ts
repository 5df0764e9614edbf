/** What a card says, what travels to a phone, and how an address leaves an app. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64Url, utf8 } from "../src/certificate/bytes";
import { describe } from "../src/certificate/devices/describe";
import { newDigits, newSecret, seal, secretIn, unsealer } from "../src/certificate/devices/transfer";
import { Damaged } from "../src/certificate/errors";
import type { Certificate } from "../src/certificate/x509";
import { withHash } from "../src/outside";

const NOW = new Date("2026-11-24T03:00:00Z");
const BLANK: Certificate = {
  der: new Uint8Array(),
  owner: "홍길동",
  issuer: "yessignCA Class 1",
  notBefore: new Date("2026-01-01T00:00:00Z"),
  notAfter: new Date("2027-01-01T00:00:00Z"),
  serial: "01",
  spki: new Uint8Array(),
  issuerAndSerial: new Uint8Array(),
  signs: true,
  authority: false,
  policies: [],
  vid: null,
};

test("issuer and purpose are read off the policy (npki.md §1.1)", () => {
  const seen = (policy: string): string => {
    const { issuer, purpose } = describe({ ...BLANK, policies: [policy] }, NOW);
    return `${issuer} ${purpose}`;
  };
  assert.equal(seen("1.2.410.200005.1.1.4"), "금융결제원(yessign) bank");
  assert.equal(seen("1.2.410.200005.1.1.1"), "금융결제원(yessign) general");
  assert.equal(seen("1.2.410.200004.5.2.1.2"), "한국정보인증(signGATE) general");
  assert.equal(seen("1.2.410.200004.5.4.1.109"), "한국전자인증(CrossCert) limited");
  assert.equal(seen("1.2.410.200012.1.1.3"), "한국무역정보통신(TradeSign) corporate");
  assert.equal(seen("1.2.410.100001.5.3.1.3"), "교육부(EPKI) staff");
  assert.equal(seen("1.2.410.100001.2.2.1"), "행정안전부(GPKI) official");
  // An arc that only begins like a known one is another one.
  assert.equal(seen("1.2.410.2000050.1"), "yessignCA Class 1 unknown");
});

test("a certificate of ours names the office and is for parents", () => {
  const ours = describe({ ...BLANK, issuer: "충청북도교육청 Parent CA 1", policies: ["1.3.6.1.4.1.99999.1.1"] }, NOW);
  assert.deepEqual([ours.issuer, ours.purpose], ["충청북도교육청", "parent"]);
});

test("names are shown in one way, and an ended certificate is told", () => {
  const old = describe({ ...BLANK, owner: "홍길동".normalize("NFD"), notAfter: NOW }, new Date(NOW.getTime() + 1));
  assert.equal(old.owner, "홍길동");
  assert.equal(old.expired, true);
  assert.equal(describe(BLANK, NOW).expired, false);
});

const PARCEL = { certificate: utf8("certificate"), locked: utf8("locked key"), kind: "학부모서비스용" };

test("who has both halves opens what was sealed", async () => {
  const secret = newSecret();
  const { sealed, proof } = await seal(PARCEL, secret, "01234567");
  const there = secretIn(`#${toBase64Url(secret)}`);
  assert.ok(there);
  const other = await unsealer(there, "01234567");
  assert.equal(other.proof, proof);
  assert.deepEqual(await other.unseal(sealed), PARCEL);
});

test("with one half nothing opens, and the proof is another one", async () => {
  const secret = newSecret();
  const { sealed, proof } = await seal(PARCEL, secret, "01234567");
  for (const [half, digits] of [[secret, "01234568"], [newSecret(), "01234567"]] as const) {
    const wrong = await unsealer(half, digits);
    assert.notEqual(wrong.proof, proof);
    await assert.rejects(wrong.unseal(sealed), Damaged);
  }
  const right = await unsealer(secret, "01234567");
  for (const bad of [sealed.slice(0, -1), sealed.map((byte, at) => (at === 20 ? byte ^ 1 : byte)), sealed.slice(0, 5)]) {
    await assert.rejects(right.unseal(bad), Damaged);
  }
});

test("a fragment is 32 bytes or nothing", () => {
  for (const fragment of ["", "#", "#abc", `#${"a".repeat(44)}`, `#${"+".repeat(43)}`]) {
    assert.equal(secretIn(fragment), null);
  }
});

test("digits are eight, zeros in front included", () => {
  for (let i = 0; i < 200; i++) assert.match(newDigits(), /^\d{8}$/);
});

test("what stands behind # goes along with each way out of an app", () => {
  const at = "parents.example.kr/account/move/t0k/";
  const end = "#Intent;scheme=https;package=com.android.chrome;end";
  assert.equal(withHash(`intent://${at}${end}`, "#s3cret"), `intent://${at}#s3cret${end}`);
  assert.equal(
    withHash(`kakaotalk://web/openExternal?url=${encodeURIComponent(`https://${at}`)}`, "#s3cret"),
    `kakaotalk://web/openExternal?url=${encodeURIComponent(`https://${at}#s3cret`)}`,
  );
  assert.equal(withHash(`https://${at}?openExternalBrowser=1`, "#s3cret"), `https://${at}?openExternalBrowser=1#s3cret`);
  assert.equal(withHash(`intent://${at}${end}`, ""), `intent://${at}${end}`);
});
