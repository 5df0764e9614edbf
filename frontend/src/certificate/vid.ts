/**
 * The virtual identifier that ties a certificate to a resident number (npki.md §3).
 *
 *     HashContent = SEQUENCE { number PrintableString, R BIT STRING }
 *     H1 = SHA-256(DER(HashContent))          VID = SHA-256(H1)
 *
 * Number and R never leave this device together with a certificate, except sealed to the signer. H1 is
 * constant for a certificate: treat it as a secret.
 */

import { type Bytes, equal, random, sha256, wipe } from "./bytes";
import { bits, printable, sequence } from "./der";

export const RANDOM_LENGTH = 20;

export function newRandomNumber(): Bytes {
  return random(RANDOM_LENGTH);
}

/** Returns DER(HashContent) of 13 ASCII digits and R: a secret, to be wiped. */
export function hashContent(number: Uint8Array, randomNumber: Uint8Array): Bytes {
  return sequence(printable(number), bits(randomNumber));
}

export async function firstHash(number: Uint8Array, randomNumber: Uint8Array): Promise<Bytes> {
  const content = hashContent(number, randomNumber);
  try {
    return await sha256(content);
  } finally {
    wipe(content);
  }
}

export async function virtualId(h1: Bytes): Promise<Bytes> {
  return sha256(h1);
}

/** Tells whether the number behind `h1` is that of the certificate with this VID. */
export async function proves(h1: Bytes, vid: Bytes): Promise<boolean> {
  return equal(await virtualId(h1), vid);
}
