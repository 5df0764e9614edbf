/**
 * A certificate locked for its way through the server (docs/decisions/0009-moving.md).
 *
 *     shared  = 32 random bytes ‖ 8 ASCII digits       in the QR code's fragment ‖ on the screen beside it
 *     key     = HKDF-SHA256(shared, salt none, info "baroalgi move 1 key")      AES-256-GCM
 *     proof   = HKDF-SHA256(shared, salt none, info "baroalgi move 1 proof")    32 bytes, for the server
 *     sealed  = 12 bytes IV ‖ AES-GCM(key, SEQUENCE { certificate, EncryptedPrivateKeyInfo, kind })
 *
 * The server gets `sealed` and `proof`. It can neither compute the key of the proof, nor try the digits: for both
 * it lacks 256 bits. Who photographs the QR code has those, but five tries at the digits. And inside, the key is
 * still under the certificate password.
 */

import { type Bytes, concat, fromBase64, random, toBase64Url, utf8, wipe } from "../bytes";
import { inside, need, octets, only, read, sequence, Tag } from "../der";
import { Damaged } from "../errors";

const SECRET_LENGTH = 32;
const IV_LENGTH = 12;
export const DIGITS = 8;

/** What travels: still under the certificate password. */
export interface Parcel {
  readonly certificate: Bytes;
  /** EncryptedPrivateKeyInfo. */
  readonly locked: Bytes;
  /** What the certificate is for, in words. */
  readonly kind: string;
}

export interface Sealed {
  readonly sealed: Bytes;
  /** Base64url, as the server gets it. */
  readonly proof: string;
}

export function newSecret(): Bytes {
  return random(SECRET_LENGTH);
}

/** Eight digits, each as likely as the others. */
export function newDigits(): string {
  const words = new Uint32Array(1);
  // The last, incomplete round of 10^8 would make some digits likelier.
  do crypto.getRandomValues(words);
  while (words[0]! >= 4_200_000_000);
  return String(words[0]! % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** Reads the secret of an address's fragment, null when it is none. */
export function secretIn(fragment: string): Bytes | null {
  const text = fragment.replace(/^#/, "");
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return null;
  return fromBase64(`${text.replaceAll("-", "+").replaceAll("_", "/")}=`);
}

/** Seals a parcel. */
export async function seal(parcel: Parcel, secret: Bytes, digits: string): Promise<Sealed> {
  const { key, proof } = await derive(secret, digits);
  const plain = sequence(octets(parcel.certificate), octets(parcel.locked), octets(utf8(parcel.kind)));
  const iv = random(IV_LENGTH);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain);
  return { sealed: concat(iv, new Uint8Array(sealed)), proof };
}

/** Returns the proof for the server, and what opens the sealed bytes it hands out. `unseal` throws Damaged. */
export async function unsealer(
  secret: Bytes,
  digits: string,
): Promise<{ proof: string; unseal: (sealed: Bytes) => Promise<Parcel> }> {
  const { key, proof } = await derive(secret, digits);
  return { proof, unseal: (sealed) => open(key, sealed) };
}

async function open(key: CryptoKey, sealed: Bytes): Promise<Parcel> {
  let plain: Bytes;
  try {
    const iv = sealed.subarray(0, IV_LENGTH);
    plain = new Uint8Array(
      await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed.subarray(IV_LENGTH)),
    );
  } catch {
    throw new Damaged("sealed under another key");
  }
  const [certificate, locked, ...rest] = inside(read(plain));
  return {
    certificate: need(certificate, Tag.octets).body,
    locked: need(locked, Tag.octets).body,
    kind: new TextDecoder().decode(need(only(rest), Tag.octets).body),
  };
}

async function derive(secret: Bytes, digits: string): Promise<{ key: CryptoKey; proof: string }> {
  const shared = concat(secret, utf8(digits));
  try {
    const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey", "deriveBits"]);
    const aes = { name: "AES-GCM", length: 256 };
    const key = await crypto.subtle.deriveKey(hkdf("key"), base, aes, false, ["encrypt", "decrypt"]);
    const proof = new Uint8Array(await crypto.subtle.deriveBits(hkdf("proof"), base, 256));
    return { key, proof: toBase64Url(proof) };
  } finally {
    wipe(shared);
  }
}

function hkdf(use: string): HkdfParams {
  return { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8(`baroalgi move 1 ${use}`) };
}
