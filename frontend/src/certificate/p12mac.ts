/** The MAC over a PKCS#12 file (RFC 7292 §4, appendix B). */

import { type Bytes, concat, sha256, wipe } from "./bytes";
import { utf16 } from "./der";
import { rehash } from "./sha256";

const BLOCK = 64;
const MAC_KEY = 3;
/**
 * Rounds between two breaths. They run on the page's own thread, in portions, since the trusted types of the
 * certificate pages (`trusted-types 'none'`, npki.md §5) leave no way to name the script of a Worker.
 */
const PORTION = 30_000;

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
  const view = new DataView(digest.buffer);
  const state = Int32Array.from({ length: 8 }, (_, word) => view.getInt32(4 * word));
  for (let left = rounds - 1; left > 0; left -= PORTION) {
    rehash(state, Math.min(left, PORTION));
    await breath();
  }
  state.forEach((word, index) => view.setInt32(4 * index, word));
  state.fill(0);
  return digest;
}

/** Repeats the bytes up to a whole number of blocks; nothing stays nothing. */
function fillBlocks(bytes: Uint8Array): Bytes {
  const whole = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
  return whole.map((_, index) => bytes[index % bytes.length]!);
}

/** Lets the page draw and answer for a moment. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
