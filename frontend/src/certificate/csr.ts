/** The request for a certificate, PKCS#10 (RFC 2986). */

import type { Bytes } from "./bytes";
import { bits, context, integer, sequence } from "./der";
import { P256, sign } from "./keys";

/**
 * Returns the DER of a request for this P-256 pair.
 *
 * Its subject is empty: the signer takes nothing but the public key from it (npki.md §7.1), so nothing
 * personal needs to be in it.
 */
export async function certificationRequest(pair: CryptoKeyPair): Promise<Bytes> {
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const info = sequence(integer(0), sequence(), spki, context(0));
  const signature = await sign(P256, pair.privateKey, info);
  return sequence(info, P256.signatureAlgorithm, bits(signature));
}
