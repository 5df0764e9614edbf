/** Encryption under a password: PBES2 with PBKDF2 and AES-CBC (RFC 8018). */

import { type Bytes, random, utf8, wipe } from "./bytes";
import { type Element, inside, integer, need, nothing, octets, sequence, smallInteger, Tag } from "./der";
import { Damaged, WrongPassword } from "./errors";
import { dotted, Oid, oid } from "./oid";

/** Rounds we write, for PBKDF2 and for the MAC alike: a guess costs the cheaper one (npki.md §2.2). */
export const ROUNDS = 600_000;
/** Rounds we are willing to compute for someone else's file. */
export const MOST_ROUNDS = 5_000_000;

const PRFS: Readonly<Record<string, string>> = {
  [Oid.hmacWithSha1]: "SHA-1",
  [Oid.hmacWithSha256]: "SHA-256",
  [Oid.hmacWithSha384]: "SHA-384",
  [Oid.hmacWithSha512]: "SHA-512",
};
const AES_BITS: Readonly<Record<string, number>> = {
  [Oid.aes128Cbc]: 128,
  [Oid.aes192Cbc]: 192,
  [Oid.aes256Cbc]: 256,
};

export interface Encrypted {
  /** AlgorithmIdentifier, DER. */
  readonly algorithm: Bytes;
  readonly ciphertext: Bytes;
}

/** Encrypts under a fresh salt: PBKDF2-HMAC-SHA256, 600 000 rounds, AES-256. */
export async function encrypt(plain: Bytes, password: string): Promise<Encrypted> {
  const salt = random(16);
  const iv = random(16);
  const key = await derive(password, { hash: "SHA-256", salt, rounds: ROUNDS, bits: 256 }, "encrypt");
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, plain));
  const derivation = sequence(octets(salt), integer(ROUNDS), sequence(oid(Oid.hmacWithSha256), nothing()));
  const algorithm = sequence(
    oid(Oid.pbes2),
    sequence(sequence(oid(Oid.pbkdf2), derivation), sequence(oid(Oid.aes256Cbc), octets(iv))),
  );
  return { algorithm, ciphertext };
}

/**
 * Decrypts. Throws WrongPassword when the padding is wrong, Damaged when the form is none of ours.
 *
 * One wrong password in about 256 leaves a right padding: the caller must still look at what came out.
 */
export async function decrypt(
  algorithm: Element | undefined,
  ciphertext: Bytes,
  password: string,
): Promise<Bytes> {
  const { derivation, iv } = parameters(algorithm);
  if (ciphertext.length === 0 || ciphertext.length % 16 !== 0) throw new Damaged("length of ciphertext");
  const key = await derive(password, derivation, "decrypt");
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, ciphertext));
  } catch {
    throw new WrongPassword();
  }
}

interface Derivation {
  readonly hash: string;
  readonly salt: Bytes;
  readonly rounds: number;
  readonly bits: number;
}

function parameters(algorithm: Element | undefined): { derivation: Derivation; iv: Bytes } {
  const [scheme, schemeParameters] = inside(algorithm);
  if (dotted(scheme) !== Oid.pbes2) throw new Damaged("encryption scheme");
  const [kdf, cipher] = inside(schemeParameters);
  const [kdfName, kdfParameters] = inside(kdf);
  if (dotted(kdfName) !== Oid.pbkdf2) throw new Damaged("key derivation");
  const [salt, rounds, ...rest] = inside(kdfParameters);
  const [cipherName, iv] = inside(cipher);
  const bits = AES_BITS[dotted(cipherName)];
  if (bits === undefined) throw new Damaged("cipher");
  // [keyLength INTEGER] may stand before the PRF; the cipher already says how long its key is.
  const prf = rest.find((element) => element.tag === Tag.sequence);
  const hash = PRFS[prf ? dotted(prf.children[0]) : Oid.hmacWithSha1];
  if (hash === undefined) throw new Damaged("pseudo-random function");
  const initial = need(iv, Tag.octets).body;
  if (initial.length !== 16) throw new Damaged("initialisation vector");
  return {
    derivation: { hash, salt: need(salt, Tag.octets).body, rounds: roundsOf(rounds), bits },
    iv: initial,
  };
}

export function roundsOf(element: Element | undefined): number {
  const rounds = smallInteger(element, MOST_ROUNDS);
  if (rounds < 1) throw new Damaged("rounds");
  return rounds;
}

async function derive(password: string, how: Derivation, use: KeyUsage): Promise<CryptoKey> {
  const secret = utf8(password.normalize("NFC"));
  try {
    const base = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveKey"]);
    const algorithm = { name: "PBKDF2", hash: how.hash, salt: how.salt, iterations: how.rounds };
    return await crypto.subtle.deriveKey(algorithm, base, { name: "AES-CBC", length: how.bits }, false, [
      use,
    ]);
  } finally {
    wipe(secret);
  }
}
