/**
 * The private key with its random number R, plain and under a password (PKCS#8, npki.md §2.1).
 *
 *     PrivateKeyInfo = SEQUENCE { version, algorithm, key, [0] SET OF { randomNum, SET { BIT STRING R } } }
 *
 * R goes in as an attribute, and comes out before WebCrypto sees the key: not every browser reads a key
 * with attributes, and none gives them back.
 */

import { type Bytes, utf8, wipe } from "./bytes";
import {
  bits,
  context,
  contextTag,
  inside,
  integer,
  need,
  octets,
  only,
  read,
  sequence,
  setOf,
  Tag,
  wholeBits,
} from "./der";
import { Damaged } from "./errors";
import { importForSigning, type KeyKind } from "./keys";
import { encryptSeed } from "./npki";
import { dotted, Oid, oid } from "./oid";
import { decrypt } from "./pbe";
import { encrypt } from "./pbes2";
import type { Progress } from "./progress";
import { RANDOM_LENGTH } from "./vid";

export interface OpenKey {
  readonly kind: KeyKind;
  /** For signing only, not extractable. */
  readonly key: CryptoKey;
  /** R: a secret, to be wiped by who opened the key. Null when the file came without it. */
  readonly randomNumber: Bytes | null;
  /** EncryptedPrivateKeyInfo as it was opened, for whoever keeps it: still under its password. */
  readonly locked: Bytes;
}

/** Returns EncryptedPrivateKeyInfo of an extractable key and its R, as it is kept here and in a `.p12`. */
export async function wrapKey(key: CryptoKey, randomNumber: Uint8Array, password: string): Promise<Bytes> {
  return withPlain(key, randomNumber, async (plain) => {
    const { algorithm, ciphertext } = await encrypt(plain, password);
    return sequence(algorithm, octets(ciphertext));
  });
}

/** Returns the same as `signPri.key` has it, for other programs. */
export async function wrapKeyForNpki(
  key: CryptoKey,
  randomNumber: Uint8Array,
  password: string,
): Promise<Bytes> {
  return withPlain(key, randomNumber, async (plain) => {
    const secret = utf8(password.normalize("NFC"));
    const encrypted = await encryptSeed(plain, secret);
    wipe(secret);
    return encrypted;
  });
}

/** Shows `use` the PrivateKeyInfo with R, and overwrites it. */
async function withPlain(
  key: CryptoKey,
  randomNumber: Uint8Array,
  use: (plain: Bytes) => Promise<Bytes>,
): Promise<Bytes> {
  const exported = new Uint8Array(await crypto.subtle.exportKey("pkcs8", key));
  const attribute = sequence(oid(Oid.randomNumber), setOf(bits(randomNumber)));
  const whole = rebuild(exported, context(0, attribute));
  try {
    return await use(whole);
  } finally {
    wipe(exported, attribute, whole);
  }
}

/** Opens EncryptedPrivateKeyInfo. Throws WrongPassword, Damaged. */
export async function openKey(
  encryptedPrivateKeyInfo: Bytes,
  password: string,
  progress?: Progress,
): Promise<OpenKey> {
  const [algorithm, ciphertext] = inside(read(encryptedPrivateKeyInfo));
  const encrypted = need(ciphertext, Tag.octets).body;
  const plain = await decrypt(algorithm, encrypted, password, isPrivateKeyInfo, progress);
  try {
    return { ...(await importWithRandomNumber(plain)), locked: encryptedPrivateKeyInfo };
  } finally {
    wipe(plain);
  }
}

function isPrivateKeyInfo(plain: Bytes): boolean {
  try {
    const [version, algorithm, key] = inside(read(plain));
    return version?.tag === Tag.integer && algorithm?.tag === Tag.sequence && key?.tag === Tag.octets;
  } catch {
    return false;
  }
}

async function importWithRandomNumber(privateKeyInfo: Bytes): Promise<Omit<OpenKey, "locked">> {
  const randomNumber = randomNumberIn(privateKeyInfo);
  const bare = rebuild(privateKeyInfo);
  try {
    return { ...(await importForSigning(bare)), randomNumber };
  } finally {
    wipe(bare);
  }
}

/** Returns version, algorithm and key of a PrivateKeyInfo, followed by `optional` instead of its own rest. */
function rebuild(privateKeyInfo: Bytes, ...optional: readonly Bytes[]): Bytes {
  const [, algorithm, key] = inside(read(privateKeyInfo));
  return sequence(integer(0), need(algorithm, Tag.sequence).raw, need(key, Tag.octets).raw, ...optional);
}

/** R is one attribute, one value, no unused bits, at least 160 bits (npki.md §2.1). Throws Damaged. */
function randomNumberIn(privateKeyInfo: Bytes): Bytes | null {
  const [, , , ...optional] = inside(read(privateKeyInfo));
  const attributes = optional
    .filter((element) => element.tag === contextTag(0))
    .flatMap((element) => element.children)
    .filter((attribute) => dotted(inside(attribute)[0]) === Oid.randomNumber);
  if (attributes.length === 0) return null;
  const value = wholeBits(only(inside(only(attributes).children[1], Tag.set)));
  if (value.length < RANDOM_LENGTH) throw new Damaged("random number too short");
  return value.slice();
}
