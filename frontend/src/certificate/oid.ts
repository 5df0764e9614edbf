/** Object identifiers of this module (npki.md §1), with their DER spelling. */

import type { Bytes } from "./bytes";
import { type Element, need, Tag, tlv } from "./der";

export const Oid = {
  commonName: "2.5.4.3",
  organisation: "2.5.4.10",
  subjectAltName: "2.5.29.17",
  keyUsage: "2.5.29.15",
  basicConstraints: "2.5.29.19",
  certificatePolicies: "2.5.29.32",

  identifyData: "1.2.410.200004.10.1.1",
  vid: "1.2.410.200004.10.1.1.1",
  randomNumber: "1.2.410.200004.10.1.1.3",
  seedCbc: "1.2.410.200004.1.4",
  seedCbcWithSha1: "1.2.410.200004.1.15",

  ecPublicKey: "1.2.840.10045.2.1",
  p256: "1.2.840.10045.3.1.7",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  rsaEncryption: "1.2.840.113549.1.1.1",
  sha256WithRsa: "1.2.840.113549.1.1.11",
  sha1: "1.3.14.3.2.26",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha512: "2.16.840.1.101.3.4.2.3",

  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  encryptedData: "1.2.840.113549.1.7.6",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",

  friendlyName: "1.2.840.113549.1.9.20",
  localKeyId: "1.2.840.113549.1.9.21",
  x509Certificate: "1.2.840.113549.1.9.22.1",
  keyBag: "1.2.840.113549.1.12.10.1.1",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certificateBag: "1.2.840.113549.1.12.10.1.3",

  p12With3Des: "1.2.840.113549.1.12.1.3",
  p12With2Key3Des: "1.2.840.113549.1.12.1.4",
  p12WithRc2128: "1.2.840.113549.1.12.1.5",
  p12WithRc240: "1.2.840.113549.1.12.1.6",

  pbes2: "1.2.840.113549.1.5.13",
  pbkdf2: "1.2.840.113549.1.5.12",
  hmacWithSha1: "1.2.840.113549.2.7",
  hmacWithSha256: "1.2.840.113549.2.9",
  hmacWithSha384: "1.2.840.113549.2.10",
  hmacWithSha512: "1.2.840.113549.2.11",
  des3Cbc: "1.2.840.113549.3.7",
  aes128Cbc: "2.16.840.1.101.3.4.1.2",
  aes192Cbc: "2.16.840.1.101.3.4.1.22",
  aes256Cbc: "2.16.840.1.101.3.4.1.42",
} as const;

export function oid(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tlv(Tag.oid, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(arc: number): number[] {
  const septets = [arc & 0x7f];
  for (let high = arc >>> 7; high > 0; high >>>= 7) septets.unshift(0x80 | (high & 0x7f));
  return septets;
}

/** Returns the dotted spelling. Throws Damaged when the element is something else. */
export function dotted(element: Element | undefined): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of need(element, Tag.oid).body) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet & 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [head = 0, ...rest] = arcs;
  const first = Math.min(Math.floor(head / 40), 2);
  return [first, head - first * 40, ...rest].join(".");
}
