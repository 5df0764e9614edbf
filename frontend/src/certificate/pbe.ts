/** What a password opens, whatever the scheme: EncryptedPrivateKeyInfo, and encrypted parts of a `.p12`. */

import { type Bytes, wipe } from "./bytes";
import { type Element, inside } from "./der";
import { Damaged, WrongPassword } from "./errors";
import { decryptSeed } from "./npki";
import { dotted, Oid } from "./oid";
import { spellings } from "./password";
import { decryptPbes2 } from "./pbes2";
import type { Progress } from "./rounds";

/**
 * Decrypts what `algorithm` (AlgorithmIdentifier) says.
 *
 * One wrong password in about 256 leaves a right padding, so `fits` looks at what came out. Throws
 * WrongPassword when no spelling of the password gives something that fits, Damaged when the form is none
 * that is read here.
 */
export async function decrypt(
  algorithm: Element | undefined,
  ciphertext: Bytes,
  password: string,
  fits: (plain: Bytes) => boolean,
  progress?: Progress,
): Promise<Bytes> {
  const [scheme, parameters] = inside(algorithm);
  const secrets = spellings(password);
  try {
    for (const secret of secrets) {
      const plain = await attempt(dotted(scheme), parameters, ciphertext, secret, progress);
      if (plain && fits(plain)) return plain;
      wipe(plain);
    }
  } finally {
    wipe(...secrets);
  }
  throw new WrongPassword();
}

async function attempt(
  scheme: string,
  parameters: Element | undefined,
  ciphertext: Bytes,
  secret: Bytes,
  progress?: Progress,
): Promise<Bytes | undefined> {
  try {
    switch (scheme) {
      case Oid.pbes2:
        return await decryptPbes2(parameters, ciphertext, secret);
      case Oid.seedCbcWithSha1:
      case Oid.seedCbc:
        return await decryptSeed(scheme, parameters, ciphertext, secret, progress);
      default:
        throw new Damaged("encryption scheme");
    }
  } catch (error) {
    if (error instanceof WrongPassword) return undefined;
    throw error;
  }
}
