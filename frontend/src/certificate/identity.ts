/** Opening the certificate of someone who signs in, and the proof that the typed number is its owner's. */

import { type Bytes, wipe } from "./bytes";
import { RandomMissing } from "./errors";
import type { OpenFile } from "./p12";
import { openKey } from "./pkcs8";
import type { Progress } from "./progress";
import { type StoredCertificate, unseal } from "./store";
import { firstHash, proves } from "./vid";
import { readCertificate } from "./x509";

/** The certificate is someone else's: the number typed is not behind its VID. */
export class NotOwner extends Error {
  override readonly name = "NotOwner";
}

/** The certificate says nothing about its owner that could be checked: no authority of ours made it. */
export class ForeignCertificate extends Error {
  override readonly name = "ForeignCertificate";

  constructor(readonly issuer: string) {
    super();
  }
}

/** Opens a certificate of this browser's store. Throws WrongPassword, Damaged. */
export async function openStored(
  record: StoredCertificate,
  password: string,
  progress?: Progress,
): Promise<OpenFile> {
  const certificate = readCertificate(record.certificate);
  return { ...(await openKey(await unseal(record), password, progress)), certificate };
}

/**
 * Returns H1 of the number for this certificate, and overwrites the number and R.
 *
 * Throws ForeignCertificate, RandomMissing, NotOwner.
 */
export async function proveOwner(open: OpenFile, number: Bytes): Promise<Bytes> {
  const { certificate, randomNumber } = open;
  try {
    if (!certificate.vid) throw new ForeignCertificate(certificate.issuer);
    if (!randomNumber) throw new RandomMissing();
    const h1 = await firstHash(number, randomNumber);
    if (!(await proves(h1, certificate.vid))) throw new NotOwner();
    return h1;
  } finally {
    wipe(number, randomNumber ?? undefined);
  }
}
