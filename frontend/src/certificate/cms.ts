/** Signed content: the one form of CMS SignedData that the server accepts (npki.md §6.1, RFC 5652). */

import { type Bytes, sha256 } from "./bytes";
import { context, contextTag, integer, octets, sequence, setOf, time } from "./der";
import { type KeyKind, sign } from "./keys";
import { Oid, oid } from "./oid";
import type { Certificate } from "./x509";

export interface Signer {
  readonly certificate: Certificate;
  readonly kind: KeyKind;
  readonly key: CryptoKey;
}

const SHA256 = sequence(oid(Oid.sha256));

/** Signs `content`, which travels inside. `now` is the claimed time; the server's own clock decides. */
export async function signedData(content: Bytes, signer: Signer, now: Date): Promise<Bytes> {
  return message(content, signer, now, [context(0, octets(content))]);
}

/** Signs `content`, which stays where it is: a document, of which both sides have the bytes (npki.md §7.5). */
export async function signedDetached(content: Bytes, signer: Signer, now: Date): Promise<Bytes> {
  return message(content, signer, now, []);
}

async function message(content: Bytes, signer: Signer, now: Date, inside: readonly Bytes[]): Promise<Bytes> {
  const attributes = await signedAttributes(content, signer.certificate, now);
  const signature = await sign(signer.kind, signer.key, setOf(...attributes));
  const signerInfo = sequence(
    integer(1),
    signer.certificate.issuerAndSerial,
    SHA256,
    // The same bytes as were signed, under the tag [0] instead of that of a SET (RFC 5652 §5.4).
    retag(setOf(...attributes), contextTag(0)),
    signer.kind.signatureAlgorithm,
    octets(signature),
  );
  const signed = sequence(
    integer(1),
    setOf(SHA256),
    sequence(oid(Oid.data), ...inside),
    context(0, signer.certificate.der),
    setOf(signerInfo),
  );
  return sequence(oid(Oid.signedData), context(0, signed));
}

async function signedAttributes(content: Bytes, certificate: Certificate, now: Date): Promise<Bytes[]> {
  // ESSCertIDv2 leaves out its hash algorithm when it is SHA-256 (RFC 5035 §4, DER of a DEFAULT).
  const essCertificate = sequence(octets(await sha256(certificate.der)));
  return [
    attribute(Oid.contentType, oid(Oid.data)),
    attribute(Oid.signingTime, time(now)),
    attribute(Oid.messageDigest, octets(await sha256(content))),
    attribute(Oid.signingCertificateV2, sequence(sequence(essCertificate))),
  ];
}

function attribute(type: string, value: Bytes): Bytes {
  return sequence(oid(type), setOf(value));
}

function retag(encoded: Bytes, tag: number): Bytes {
  const copy = encoded.slice();
  copy[0] = tag;
  return copy;
}
