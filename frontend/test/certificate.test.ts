/** From the key to the file and back, with a certificate made here. Other programs: tests/browser_module. */

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Bytes, toHex, utf8 } from "../src/certificate/bytes";
import * as der from "../src/certificate/der";
import { accept, close, enrol, type Enrolment, wrap, type Wrapped } from "../src/certificate/enrolment";
import { Damaged, RandomMissing, WrongPassword } from "../src/certificate/errors";
import { ForeignCertificate, NotOwner, proveOwner } from "../src/certificate/identity";
import { P256, sign } from "../src/certificate/keys";
import { Oid, oid } from "../src/certificate/oid";
import { certificatesInPlain, openFile } from "../src/certificate/p12";
import { openKey } from "../src/certificate/pkcs8";
import { virtualId } from "../src/certificate/vid";
import { type Certificate, readCertificate } from "../src/certificate/x509";

const PASSWORD = "Hwanggan2026!";
const digitsOf = () => utf8("8403122345678");

let enrolment: Enrolment;
let certificate: Certificate;
let wrapped: Wrapped;

before(async () => {
  const sealing = await crypto.subtle.generateKey(
    { name: "RSA-OAEP", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-256" },
    true,
    ["encrypt", "decrypt"],
  );
  const sealingKey = new Uint8Array(await crypto.subtle.exportKey("spki", sealing.publicKey));
  const number = digitsOf();
  enrolment = await enrol(number, sealingKey);
  assert.deepEqual(number, new Uint8Array(13), "the number is overwritten");
  certificate = await accept(enrolment, await certificateFor(enrolment, await virtualId(enrolment.h1)));
  wrapped = await wrap(enrolment, certificate, PASSWORD);
});

/** A self-signed certificate with identification data; what an authority does is not the matter here. */
async function certificateFor(of: Enrolment, vid: Bytes | null): Promise<Bytes> {
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", of.pair.publicKey));
  const name = (text: string) =>
    der.sequence(der.setOf(der.sequence(oid(Oid.commonName), der.utf8String(text))));
  const tbs = der.sequence(
    der.context(0, der.integer(2)),
    der.integer(Uint8Array.of(1, 2, 3)),
    P256.signatureAlgorithm,
    name("시험 인증기관"),
    der.sequence(der.time(new Date("2026-11-24T00:00:00Z")), der.time(new Date("2027-11-24T00:00:00Z"))),
    name("이은정()20261124000000001"),
    spki,
    ...(vid ? [der.context(3, der.sequence(alternativeName("이은정", vid)))] : []),
  );
  return der.sequence(tbs, P256.signatureAlgorithm, der.bits(await sign(P256, of.pair.privateKey, tbs)));
}

function alternativeName(realName: string, vid: Bytes): Bytes {
  const hash = der.sequence(der.sequence(oid(Oid.sha256)), der.context(0, der.octets(vid)));
  const identity = der.sequence(der.utf8String(realName), der.sequence(der.sequence(oid(Oid.vid), hash)));
  const other = der.context(0, oid(Oid.identifyData), der.context(0, identity));
  return der.sequence(oid(Oid.subjectAltName), der.octets(der.sequence(other)));
}

test("the certificate tells owner, issuer, dates and VID", async () => {
  assert.equal(certificate.owner, "이은정");
  assert.equal(certificate.issuer, "시험 인증기관");
  assert.equal(certificate.serial, "010203");
  assert.equal(certificate.notAfter.toISOString(), "2027-11-24T00:00:00.000Z");
  assert.deepEqual(certificate.vid, await virtualId(enrolment.h1));
});

test("without identification data the name comes from the subject, and there is no VID", async () => {
  const plain = readCertificate(await certificateFor(enrolment, null));
  assert.equal(plain.owner, "이은정");
  assert.equal(plain.vid, null);
});

test("a certificate of another key or another person is not accepted", async () => {
  const strangers = {
    ...enrolment,
    pair: await crypto.subtle.generateKey(P256.imported as EcKeyGenParams, true, ["sign", "verify"]),
  };
  await assert.rejects(async () => accept(strangers, certificate.der), Damaged);
  const other = await certificateFor(enrolment, new Uint8Array(32));
  await assert.rejects(async () => accept(enrolment, other), Damaged);
});

test("the file comes back with key, R and certificate", async () => {
  const open = await openFile(wrapped.file, PASSWORD);
  assert.deepEqual(open.certificate.der, certificate.der);
  assert.equal(open.key.extractable, false);
  assert.deepEqual(open.key.usages, ["sign"]);
  assert.deepEqual(open.randomNumber, enrolment.randomNumber);
});

test("the owner is seen without the password", () => {
  assert.deepEqual(
    certificatesInPlain(wrapped.file).map(({ owner }) => owner),
    ["이은정"],
  );
});

test("the number proves the owner; another one, a lost R and a missing VID do not", async () => {
  const open = await openFile(wrapped.file, PASSWORD);
  const again = () => ({ ...open, randomNumber: enrolment.randomNumber.slice() });
  const number = digitsOf();
  assert.deepEqual(await proveOwner(again(), number), enrolment.h1);
  assert.deepEqual(number, new Uint8Array(13), "the number is overwritten");
  await assert.rejects(proveOwner(again(), utf8("8403122345679")), NotOwner);
  await assert.rejects(proveOwner({ ...open, randomNumber: null }, digitsOf()), RandomMissing);
  const foreign = readCertificate(await certificateFor(enrolment, null));
  await assert.rejects(proveOwner({ ...again(), certificate: foreign }, digitsOf()), ForeignCertificate);
});

test("a wrong password is told apart from a damaged file", async () => {
  await assert.rejects(openFile(wrapped.file, `${PASSWORD}x`), WrongPassword);
  await assert.rejects(openFile(wrapped.file, ""), WrongPassword);
  await assert.rejects(openKey(wrapped.encryptedKey, `${PASSWORD}x`), WrongPassword);
  // A letter of the owner's name: inside the certificate, far from the key.
  const file = wrapped.file.slice();
  const at = Buffer.from(file).indexOf("이은정");
  file[at] = file[at]! ^ 1;
  await assert.rejects(openFile(file, PASSWORD), Damaged);
});

test("what is no such file is damaged", async () => {
  const others: Readonly<Record<string, Bytes>> = {
    empty: new Uint8Array(),
    text: utf8("인증서"),
    "cut short": wrapped.file.slice(0, -1),
    "with a byte more": Uint8Array.from([...wrapped.file, 0]),
    "too large": new Uint8Array(64 * 1024 + 1),
    "a certificate": certificate.der,
  };
  for (const [what, bytes] of Object.entries(others)) {
    await assert.rejects(openFile(bytes, PASSWORD), Damaged, what);
    assert.throws(() => certificatesInPlain(bytes), Damaged, what);
  }
});

test("a file that asks for a thousand million rounds is refused before any work", async () => {
  const rounds = toHex(der.integer(600_000));
  const spelled = toHex(wrapped.file);
  assert.ok(spelled.endsWith(rounds), "the rounds of the MAC stand at the end");
  const many = der.integer(Uint8Array.of(0x3b, 0x9a, 0xca, 0x00));
  const [version, content, mac] = der.inside(der.read(wrapped.file));
  const [digest, salt] = der.inside(mac);
  const file = der.sequence(version!.raw, content!.raw, der.sequence(digest!.raw, salt!.raw, many));
  const started = performance.now();
  await assert.rejects(openFile(file, PASSWORD), Damaged);
  assert.ok(performance.now() - started < 200);
});

test("R is overwritten in the end", () => {
  close(enrolment);
  assert.deepEqual(enrolment.randomNumber, new Uint8Array(20));
});
