/** Encryption under a password: PBES2 (RFC 8018). Written with AES-256, read with all AES, SEED and 3DES. */

import { type Bytes, random, utf8, wipe } from "./bytes";
import { decryptCbc, needWholeBlocks } from "./cbc";
import { ROUNDS, roundsOf, saltOf } from "./cost";
import { type Element, inside, integer, need, nothing, octets, sequence, smallInteger, Tag } from "./der";
import { Damaged, WrongPassword } from "./errors";
import { dotted, Oid, oid } from "./oid";
import { seed } from "./seed";

const PRFS: Readonly<Record<string, string>> = {
  [Oid.hmacWithSha1]: "SHA-1",
  [Oid.hmacWithSha256]: "SHA-256",
  [Oid.hmacWithSha384]: "SHA-384",
  [Oid.hmacWithSha512]: "SHA-512",
};

interface Cipher {
  readonly keyLength: number;
  readonly blockLength: number;
  readonly decrypt: (key: Bytes, iv: Bytes, ciphertext: Bytes) => Promise<Bytes>;
}

const aes = (keyLength: number): Cipher => ({ keyLength, blockLength: 16, decrypt: decryptAes });
const CIPHERS: Readonly<Record<string, Cipher>> = {
  [Oid.aes128Cbc]: aes(16),
  [Oid.aes192Cbc]: aes(24),
  [Oid.aes256Cbc]: aes(32),
  [Oid.seedCbc]: {
    keyLength: 16,
    blockLength: 16,
    decrypt: async (key, iv, ciphertext) => decryptCbc(seed(key), iv, ciphertext),
  },
  [Oid.des3Cbc]: {
    keyLength: 24,
    blockLength: 8,
    decrypt: async (key, iv, ciphertext) =>
      decryptCbc((await import("./des")).tripleDes(key), iv, ciphertext),
  },
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
  const secret = utf8(password.normalize("NFC"));
  const raw = await derive(secret, { hash: "SHA-256", salt, rounds: ROUNDS, length: 32 });
  const key = await crypto.subtle.importKey("raw", raw, "AES-CBC", false, ["encrypt"]);
  wipe(secret, raw);
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, plain));
  const derivation = sequence(octets(salt), integer(ROUNDS), sequence(oid(Oid.hmacWithSha256), nothing()));
  const algorithm = sequence(
    oid(Oid.pbes2),
    sequence(sequence(oid(Oid.pbkdf2), derivation), sequence(oid(Oid.aes256Cbc), octets(iv))),
  );
  return { algorithm, ciphertext };
}

/** Decrypts. Throws WrongPassword when the padding is wrong, Damaged when the form is none of these. */
export async function decryptPbes2(
  parameters: Element | undefined,
  ciphertext: Bytes,
  secret: Bytes,
): Promise<Bytes> {
  const { derivation, cipher, iv } = read(parameters);
  needWholeBlocks(ciphertext, cipher.blockLength);
  const key = await derive(secret, derivation);
  try {
    return await cipher.decrypt(key, iv, ciphertext);
  } finally {
    wipe(key);
  }
}

interface Derivation {
  readonly hash: string;
  readonly salt: Bytes;
  readonly rounds: number;
  /** Of the key, in bytes. */
  readonly length: number;
}

function read(parameters: Element | undefined): { derivation: Derivation; cipher: Cipher; iv: Bytes } {
  const [kdf, encryption] = inside(parameters);
  const [kdfName, kdfParameters] = inside(kdf);
  if (dotted(kdfName) !== Oid.pbkdf2) throw new Damaged("key derivation");
  const [salt, rounds, ...optional] = inside(kdfParameters);
  const [cipherName, iv] = inside(encryption);
  const cipher = CIPHERS[dotted(cipherName)];
  if (!cipher) throw new Damaged("cipher");
  const keyLength = optional[0]?.tag === Tag.integer ? smallInteger(optional.shift(), 64) : cipher.keyLength;
  if (keyLength !== cipher.keyLength) throw new Damaged("length of key");
  const [prf, ...rest] = optional;
  const hash = PRFS[prf ? dotted(inside(prf)[0]) : Oid.hmacWithSha1];
  if (hash === undefined || rest.length > 0) throw new Damaged("pseudo-random function");
  const initial = need(iv, Tag.octets).body;
  if (initial.length !== cipher.blockLength) throw new Damaged("initialisation vector");
  return {
    derivation: { hash, salt: saltOf(salt), rounds: roundsOf(rounds), length: keyLength },
    cipher,
    iv: initial,
  };
}

async function derive(secret: Bytes, how: Derivation): Promise<Bytes> {
  const base = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: how.hash, salt: how.salt, iterations: how.rounds };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, base, how.length * 8));
}

async function decryptAes(key: Bytes, iv: Bytes, ciphertext: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]);
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, imported, ciphertext));
  } catch {
    throw new WrongPassword();
  }
}
