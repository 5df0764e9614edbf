/** The two kinds of keys of a certificate: P-256 of new parents, RSA where other programs shall read them. */

import { type Bytes, random } from "./bytes";
import { type Element, inside, integer, need, nothing, read, sequence, Tag } from "./der";
import { Damaged } from "./errors";
import { dotted, Oid, oid } from "./oid";

export interface KeyKind {
  readonly generated: EcKeyGenParams | RsaHashedKeyGenParams;
  readonly imported: EcKeyImportParams | RsaHashedImportParams;
  readonly signing: AlgorithmIdentifier | EcdsaParams;
  /** AlgorithmIdentifier of the signature, DER. */
  readonly signatureAlgorithm: Bytes;
  /** From WebCrypto's form of a signature to that of CMS and PKCS#10. */
  readonly encode: (signature: Bytes) => Bytes;
}

export const P256: KeyKind = {
  generated: { name: "ECDSA", namedCurve: "P-256" },
  imported: { name: "ECDSA", namedCurve: "P-256" },
  signing: { name: "ECDSA", hash: "SHA-256" },
  signatureAlgorithm: sequence(oid(Oid.ecdsaWithSha256)),
  encode: (signature) => sequence(integer(signature.subarray(0, 32)), integer(signature.subarray(32))),
};

export const RSA: KeyKind = {
  generated: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  },
  imported: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  signing: { name: "RSASSA-PKCS1-v1_5" },
  signatureAlgorithm: sequence(oid(Oid.sha256WithRsa), nothing()),
  encode: (signature) => signature,
};

/** Names the kind of an AlgorithmIdentifier of SubjectPublicKeyInfo or PKCS#8. Throws Damaged. */
export function kindOf(algorithm: Element | undefined): KeyKind {
  const [name, parameters] = inside(algorithm);
  switch (dotted(name)) {
    case Oid.ecPublicKey:
      if (dotted(parameters) !== Oid.p256) throw new Damaged("curve");
      return P256;
    case Oid.rsaEncryption:
      return RSA;
    default:
      throw new Damaged("kind of key");
  }
}

export async function sign(kind: KeyKind, key: CryptoKey, message: Bytes): Promise<Bytes> {
  return kind.encode(new Uint8Array(await crypto.subtle.sign(kind.signing, key, message)));
}

/** Makes the parent's key pair. Extractable, since the file is made of it: wrap it and let go of it. */
export async function newKeyPair(kind: KeyKind): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(kind.generated, true, ["sign", "verify"]);
}

/** Imports a PrivateKeyInfo of version, algorithm and key alone, for signing only. Throws Damaged. */
export async function importForSigning(privateKeyInfo: Bytes): Promise<{ kind: KeyKind; key: CryptoKey }> {
  const [, algorithm, key] = inside(read(privateKeyInfo));
  const kind = kindOf(algorithm);
  need(key, Tag.octets);
  try {
    return {
      kind,
      key: await crypto.subtle.importKey("pkcs8", privateKeyInfo, kind.imported, false, ["sign"]),
    };
  } catch {
    throw new Damaged("private key");
  }
}

/** Tells whether the private key belongs to this SubjectPublicKeyInfo, by a signature over random bytes. */
export async function belongs(kind: KeyKind, key: CryptoKey, spki: Bytes): Promise<boolean> {
  if (kindOf(inside(read(spki))[0]) !== kind) return false;
  const probe = random(32);
  const publicKey = await crypto.subtle.importKey("spki", spki, kind.imported, false, ["verify"]);
  const signature = await crypto.subtle.sign(kind.signing, key, probe);
  return crypto.subtle.verify(kind.signing, publicKey, signature, probe);
}
