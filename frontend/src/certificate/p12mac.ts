/** The MAC over a PKCS#12 file (RFC 7292 §4, appendix B). */

import { type Bytes, concat, sha256, wipe } from "./bytes";
import { utf16 } from "./der";
import { rehashed } from "./rounds";

const BLOCK = 64;
const MAC_KEY = 3;

/** Returns HMAC-SHA256 of the content under the key that the derivation of PKCS#12 makes of the password. */
export async function fileMac(content: Bytes, password: string, salt: Bytes, rounds: number): Promise<Bytes> {
  const secret = await macKey(password, salt, rounds);
  try {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", key, content));
  } finally {
    wipe(secret);
  }
}

async function macKey(password: string, salt: Bytes, rounds: number): Promise<Bytes> {
  const secret = utf16(`${password.normalize("NFC")}\0`);
  const message = concat(new Uint8Array(BLOCK).fill(MAC_KEY), fillBlocks(salt), fillBlocks(secret));
  const digest = await sha256(message);
  wipe(secret, message);
  return rehashed("SHA-256", digest, rounds - 1);
}

/** Repeats the bytes up to a whole number of blocks; nothing stays nothing. */
function fillBlocks(bytes: Uint8Array): Bytes {
  const whole = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
  return whole.map((_, index) => bytes[index % bytes.length]!);
}
