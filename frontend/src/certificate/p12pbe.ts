/**
 * The ciphers of old `.p12` files: triple DES and RC2 under the derivation of PKCS#12 with SHA-1 (RFC 7292,
 * appendix C). Fetched only when such a file is opened.
 */

import { type Bytes, wipe } from "./bytes";
import { type BlockCipher, decryptCbc, needWholeBlocks } from "./cbc";
import { roundsOf, saltOf } from "./cost";
import { type Element, inside } from "./der";
import { tripleDes } from "./des";
import { Damaged } from "./errors";
import { Oid } from "./oid";
import { derive, Purpose } from "./p12kdf";
import { rc2 } from "./rc2";
import { type Progress, within } from "./progress";

const BLOCK = 8;

const CIPHERS: Readonly<Record<string, readonly [keyLength: number, make: (key: Bytes) => BlockCipher]>> = {
  [Oid.p12With3Des]: [24, tripleDes],
  [Oid.p12With2Key3Des]: [16, tripleDes],
  [Oid.p12WithRc2128]: [16, rc2],
  [Oid.p12WithRc240]: [5, rc2],
};

/** Decrypts. Throws WrongPassword when the padding is wrong, Damaged. */
export async function decryptP12(
  scheme: string,
  parameters: Element | undefined,
  ciphertext: Bytes,
  password: string,
  progress?: Progress,
): Promise<Bytes> {
  const known = CIPHERS[scheme];
  if (!known) throw new Damaged("encryption scheme");
  const [keyLength, cipher] = known;
  const [salt, rounds, ...rest] = inside(parameters);
  if (rest.length > 0) throw new Damaged("parameters");
  needWholeBlocks(ciphertext, BLOCK);
  const how = { hash: "SHA-1", salt: saltOf(salt), rounds: roundsOf(rounds) } as const;
  const key = await derive(Purpose.key, password, how, keyLength, within(progress, 0, 0.6));
  const iv = await derive(Purpose.iv, password, how, BLOCK, within(progress, 0.6, 1));
  try {
    return decryptCbc(cipher(key), iv, ciphertext);
  } finally {
    wipe(key);
  }
}
