/** What a password opens, whatever the scheme: EncryptedPrivateKeyInfo, and encrypted parts of a `.p12`. */

import { type Bytes, wipe } from "./bytes";
import { type Element, inside } from "./der";
import { Damaged, WrongPassword } from "./errors";
import { decryptSeed } from "./npki";
import { dotted, Oid } from "./oid";
import { spellings } from "./password";
import { decryptPbes2 } from "./pbes2";
import type { Progress } from "./progress";

/** Of PKCS#12: their password is always UTF-16 (`p12pbe`). */
const P12_SCHEMES = "1.2.840.113549.1.12.1.";

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
  for await (const plain of plausible(algorithm, ciphertext, password, progress)) {
    if (fits(plain)) return plain;
    wipe(plain);
  }
  throw new WrongPassword();
}

/** Yields what comes out with a right padding, for each spelling of the password. */
async function* plausible(
  algorithm: Element | undefined,
  ciphertext: Bytes,
  password: string,
  progress?: Progress,
): AsyncGenerator<Bytes> {
  const [name, parameters] = inside(algorithm);
  const scheme = dotted(name);
  if (scheme.startsWith(P12_SCHEMES)) {
    const { decryptP12 } = await import("./p12pbe");
    yield* padded(decryptP12(scheme, parameters, ciphertext, password, progress));
    return;
  }
  const secrets = spellings(password);
  try {
    for (const secret of secrets) {
      yield* padded(decryptBytes(scheme, parameters, ciphertext, secret, progress));
    }
  } finally {
    wipe(...secrets);
  }
}

/** Yields nothing where the padding was wrong. */
async function* padded(decrypting: Promise<Bytes>): AsyncGenerator<Bytes> {
  try {
    yield await decrypting;
  } catch (error) {
    if (!(error instanceof WrongPassword)) throw error;
  }
}

async function decryptBytes(
  scheme: string,
  parameters: Element | undefined,
  ciphertext: Bytes,
  secret: Bytes,
  progress?: Progress,
): Promise<Bytes> {
  switch (scheme) {
    case Oid.pbes2:
      return decryptPbes2(parameters, ciphertext, secret);
    case Oid.seedCbcWithSha1:
    case Oid.seedCbc:
      return decryptSeed(scheme, parameters, ciphertext, secret, progress);
    default:
      throw new Damaged("encryption scheme");
  }
}
