/** The browser's part of an issuing: key, request, sealed identity, and the check of what comes back. */

import { type Bytes, equal, wipe } from "./bytes";
import { certificationRequest } from "./csr";
import { Damaged } from "./errors";
import { type KeyKind, newKeyPair, P256, RSA } from "./keys";
import { writeFile } from "./p12";
import { wrapKey, wrapKeyForNpki } from "./pkcs8";
import { sealIdentity } from "./seal";
import { firstHash, newRandomNumber, proves } from "./vid";
import { type Certificate, readCertificate } from "./x509";

export interface Enrolment {
  readonly kind: KeyKind;
  /** Extractable until it is wrapped under the certificate password: keep it in memory only. */
  readonly pair: CryptoKeyPair;
  /** R, a secret. `close` overwrites it. */
  readonly randomNumber: Bytes;
  readonly h1: Bytes;
  /** PKCS#10, DER. */
  readonly request: Bytes;
  /** Number, R and the hash of the request, for the signer alone. */
  readonly sealed: Bytes;
}

/**
 * Makes a key and what is sent for it. `number`: 13 ASCII digits, overwritten before this returns. `kind`:
 * RSA when the files of NPKI are wanted too, since the programs that read those know no other.
 */
export async function enrol(number: Bytes, sealingKey: Bytes, kind: KeyKind = P256): Promise<Enrolment> {
  try {
    const pair = await newKeyPair(kind);
    const randomNumber = newRandomNumber();
    const request = await certificationRequest(kind, pair);
    const sealed = await sealIdentity(sealingKey, number, randomNumber, request);
    return { kind, pair, randomNumber, h1: await firstHash(number, randomNumber), request, sealed };
  } finally {
    wipe(number);
  }
}

/** Returns the certificate if it is for this key and this person. Throws Damaged. */
export async function accept(enrolment: Enrolment, der: Bytes): Promise<Certificate> {
  const certificate = readCertificate(der);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", enrolment.pair.publicKey));
  if (!equal(certificate.spki, spki)) throw new Damaged("certificate of another key");
  if (!certificate.vid || !(await proves(enrolment.h1, certificate.vid))) {
    throw new Damaged("certificate of another person");
  }
  return certificate;
}

export interface Wrapped {
  /** EncryptedPrivateKeyInfo with R, for the browser's store. */
  readonly encryptedKey: Bytes;
  /** The `.p12` to keep. */
  readonly file: Bytes;
  /** `signPri.key`, with an RSA key; `signCert.der` is the certificate itself. */
  readonly npkiKey: Bytes | undefined;
}

/** Locks key and R under the certificate password, for the store and as a file. */
export async function wrap(
  enrolment: Enrolment,
  certificate: Certificate,
  password: string,
): Promise<Wrapped> {
  const { privateKey } = enrolment.pair;
  const encryptedKey = await wrapKey(privateKey, enrolment.randomNumber, password);
  const file = await writeFile(certificate.der, encryptedKey, certificate.owner, password);
  const npkiKey =
    enrolment.kind === RSA ? await wrapKeyForNpki(privateKey, enrolment.randomNumber, password) : undefined;
  return { encryptedKey, file, npkiKey };
}

/** Overwrites what must not outlive the issuing. */
export function close(enrolment: Enrolment): void {
  wipe(enrolment.randomNumber, enrolment.h1);
}
