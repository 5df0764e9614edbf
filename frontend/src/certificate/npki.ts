/**
 * The key file `signPri.key` of NPKI (KCAC.TS.ENC; npki.md §2.1): an EncryptedPrivateKeyInfo under SEED.
 *
 *     (a) seedCBCWithSHA1 { salt, n }   PBKDF1: Tn = SHA1(… SHA1(password ‖ salt)); K = Tn[0:16],
 *                                       IV = SHA1(Tn[16:20])[0:16]
 *     (b) seedCBC { salt, n }           the same K, IV = ASCII 0123456789012345
 *     (c) PBES2 with seedCBC            in `pbes2`
 *
 * Read are all three, written is (a), which every program for NPKI knows.
 */

import { type Bytes, concat, random, utf8, wipe } from "./bytes";
import { decryptCbc, encryptCbc } from "./cbc";
import { type Element, inside, integer, octets, sequence } from "./der";
import { Damaged } from "./errors";
import { Oid, oid } from "./oid";
import { roundsOf, saltOf } from "./cost";
import type { Progress } from "./progress";
import { rehashed } from "./rounds";
import { seed } from "./seed";

const FIXED_IV = utf8("0123456789012345");
/** What programs for NPKI write, and some expect. */
const ROUNDS_WRITTEN = 2048;
const SALT_LENGTH = 8;

export type Scheme = typeof Oid.seedCbcWithSha1 | typeof Oid.seedCbc;

/** Decrypts form (a) or (b). Throws WrongPassword when the padding is wrong, Damaged. */
export async function decryptSeed(
  scheme: Scheme,
  parameters: Element | undefined,
  ciphertext: Bytes,
  secret: Bytes,
  progress?: Progress,
): Promise<Bytes> {
  const [saltElement, rounds, ...rest] = inside(parameters);
  if (rest.length > 0) throw new Damaged("parameters of SEED");
  const derived = await derive(secret, saltOf(saltElement), roundsOf(rounds), progress);
  const iv = scheme === Oid.seedCbc ? FIXED_IV : derived.iv;
  try {
    return decryptCbc(seed(derived.key), iv, ciphertext);
  } finally {
    wipe(derived.key, derived.iv);
  }
}

/** Returns EncryptedPrivateKeyInfo of form (a). */
export async function encryptSeed(plain: Uint8Array, secret: Bytes): Promise<Bytes> {
  const salt = random(SALT_LENGTH);
  const { key, iv } = await derive(secret, salt, ROUNDS_WRITTEN);
  const parameters = sequence(octets(salt), integer(ROUNDS_WRITTEN));
  const ciphertext = encryptCbc(seed(key), iv, plain);
  wipe(key, iv);
  return sequence(sequence(oid(Oid.seedCbcWithSha1), parameters), octets(ciphertext));
}

async function derive(
  secret: Bytes,
  salt: Bytes,
  rounds: number,
  progress?: Progress,
): Promise<{ key: Bytes; iv: Bytes }> {
  const message = concat(secret, salt);
  const first = await sha1(message);
  wipe(message);
  const last = await rehashed("SHA-1", first, rounds - 1, progress);
  const iv = (await sha1(last.slice(16))).slice(0, 16);
  return { key: last.slice(0, 16), iv };
}

async function sha1(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
}
