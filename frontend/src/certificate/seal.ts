/** What only the signer may read: number, R and the hash of the request, sealed together (npki.md §7.1). */

import { type Bytes, concat, sha256, utf8, wipe } from "./bytes";

const LABEL = utf8("baroalgi-vid-v1");

/**
 * Returns RSA-OAEP-SHA256 of 13 digits ‖ 20 bytes R ‖ SHA-256(request), 65 bytes, under the signer's key.
 *
 * `sealingKey`: SubjectPublicKeyInfo of an RSA key, DER, as the page gives it. The hash of the request
 * makes a sealed number worthless for another key.
 */
export async function sealIdentity(
  sealingKey: Bytes,
  number: Uint8Array,
  randomNumber: Uint8Array,
  request: Bytes,
): Promise<Bytes> {
  const algorithm = { name: "RSA-OAEP", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("spki", sealingKey, algorithm, false, ["encrypt"]);
  const message = concat(number, randomNumber, await sha256(request));
  try {
    return new Uint8Array(await crypto.subtle.encrypt({ name: "RSA-OAEP", label: LABEL }, key, message));
  } finally {
    wipe(message);
  }
}
