/** The request for a certificate, PKCS#10 (RFC 2986). */

import type { Bytes } from "./bytes";
import { bits, context, integer, sequence } from "./der";
import { type KeyKind, sign } from "./keys";

/**
 * Returns the DER of a request for this pair.
 *
 * Its subject is empty: the signer takes nothing but the public key from it (npki.md §7.1), so nothing
 * personal needs to be in it.
 */
export async function certificationRequest(kind: KeyKind, pair: CryptoKeyPair): Promise<Bytes> {
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const info = sequence(integer(0), sequence(), spki, context(0));
  const signature = await sign(kind, pair.privateKey, info);
  return sequence(info, kind.signatureAlgorithm, bits(signature));
}
