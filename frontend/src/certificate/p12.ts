/**
 * The certificate file `.p12` (PKCS#12, RFC 7292).
 *
 * Written in one form (npki.md §2.2): certificate plain, since it is public; key with R under PBES2; MAC over
 * all. Read: that form, and what OpenSSL 3 and keytool write by default. Older ciphers, BER and other MACs
 * are Damaged, "damaged or unsupported".
 */

import { type Bytes, equal, random, wipe } from "./bytes";
import {
  bmpString,
  context,
  contextTag,
  type Element,
  inside,
  integer,
  need,
  nothing,
  octets,
  only,
  read,
  sequence,
  setOf,
  Tag,
} from "./der";
import { Damaged } from "./errors";
import { belongs } from "./keys";
import { dotted, Oid, oid } from "./oid";
import { fileMac } from "./p12mac";
import { ROUNDS, roundsOf } from "./cost";
import { decrypt } from "./pbe";
import { type OpenKey, openKey } from "./pkcs8";
import { type Certificate, readCertificate } from "./x509";

const LARGEST_FILE = 64 * 1024;

// Writing

/**
 * Returns the file for one certificate and its key.
 *
 * `encryptedKey`: EncryptedPrivateKeyInfo with R, under the same password. `label`: the friendly name that
 * other programs show.
 */
export async function writeFile(
  certificate: Bytes,
  encryptedKey: Bytes,
  label: string,
  password: string,
): Promise<Bytes> {
  const localKeyId = new Uint8Array(await crypto.subtle.digest("SHA-1", certificate));
  const identification = attribute(Oid.localKeyId, octets(localKeyId));
  const certificateBag = bag(
    Oid.certificateBag,
    sequence(oid(Oid.x509Certificate), context(0, octets(certificate))),
    attribute(Oid.friendlyName, bmpString(label)),
    identification,
  );
  const keyBag = bag(Oid.shroudedKeyBag, encryptedKey, identification);
  const content = sequence(data(sequence(certificateBag)), data(sequence(keyBag)));
  const salt = random(16);
  const mac = await fileMac(content, password, salt, ROUNDS);
  const digestInfo = sequence(sequence(oid(Oid.sha256), nothing()), octets(mac));
  return sequence(integer(3), data(content), sequence(digestInfo, octets(salt), integer(ROUNDS)));
}

function bag(type: string, value: Bytes, ...attributes: readonly Bytes[]): Bytes {
  return sequence(oid(type), context(0, value), setOf(...attributes));
}

function attribute(type: string, value: Bytes): Bytes {
  return sequence(oid(type), setOf(value));
}

function data(content: Bytes): Bytes {
  return sequence(oid(Oid.data), context(0, octets(content)));
}

// Reading

export interface OpenFile extends OpenKey {
  readonly certificate: Certificate;
}

/** Returns the certificates seen without the password; none when they are encrypted. Throws Damaged. */
export function certificatesInPlain(file: Bytes): Certificate[] {
  return bagsInPlain(partsOf(file))
    .filter(({ type }) => type === Oid.certificateBag)
    .map(certificateIn);
}

/**
 * Opens a file: its one key, and the certificate that belongs to it. Wipe the R of the result.
 *
 * Throws WrongPassword; Damaged for everything that can't be read, also when the password is right.
 */
export async function openFile(file: Bytes, password: string): Promise<OpenFile> {
  const parts = partsOf(file);
  const mac = await fileMac(parts.content, password, parts.salt, parts.rounds);
  if (!equal(mac, parts.mac)) {
    wipe((await openOnlyKey(bagsInPlain(parts), password)).randomNumber ?? undefined);
    // The password opened the key, so it is not the password that made the MAC differ.
    throw new Damaged("MAC");
  }
  const bags: Bag[] = [];
  for (const content of parts.contents) bags.push(...bagsIn(await decrypted(content, password)));
  const open = await openOnlyKey(bags, password);
  for (const entry of bags.filter(({ type }) => type === Oid.certificateBag)) {
    const certificate = certificateIn(entry);
    if (await belongs(open.kind, open.key, certificate.spki)) return { ...open, certificate };
  }
  wipe(open.randomNumber ?? undefined);
  throw new Damaged("no certificate of this key");
}

async function openOnlyKey(bags: readonly Bag[], password: string): Promise<OpenKey> {
  const keys = bags.filter(({ type }) => type === Oid.shroudedKeyBag);
  if (keys.length !== 1) throw new Damaged("one encrypted key expected");
  return openKey(keys[0]!.value.raw, password);
}

interface Content {
  readonly type: string;
  readonly element: Element;
}

interface Parts {
  /** AuthenticatedSafe, the bytes under the MAC. */
  readonly content: Bytes;
  readonly contents: readonly Content[];
  readonly mac: Bytes;
  readonly salt: Bytes;
  readonly rounds: number;
}

function partsOf(file: Bytes): Parts {
  if (file.length > LARGEST_FILE) throw new Damaged("too large");
  const [, authenticated, macData] = inside(read(file));
  const content = contentOctets(need(authenticated, Tag.sequence));
  const [digestInfo, salt, rounds] = inside(macData);
  const [algorithm, mac] = inside(digestInfo);
  if (dotted(inside(algorithm)[0]) !== Oid.sha256) throw new Damaged("kind of MAC");
  return {
    content,
    contents: inside(read(content)).map((element) => ({ type: dotted(inside(element)[0]), element })),
    mac: need(mac, Tag.octets).body,
    salt: need(salt, Tag.octets).body,
    rounds: rounds ? roundsOf(rounds) : 1,
  };
}

/** The OCTET STRING of a ContentInfo of type `data`. */
function contentOctets(contentInfo: Element): Bytes {
  const [type, content] = contentInfo.children;
  if (dotted(type) !== Oid.data) throw new Damaged("content type");
  return need(only(inside(content, contextTag(0))), Tag.octets).body;
}

async function decrypted(content: Content, password: string): Promise<Bytes> {
  if (content.type !== Oid.encryptedData) return contentOctets(content.element);
  const [, info] = inside(only(inside(content.element.children[1], contextTag(0))));
  const [type, algorithm, ciphertext] = inside(info);
  if (dotted(type) !== Oid.data) throw new Damaged("encrypted content");
  return decrypt(algorithm, need(ciphertext, contextTag(0, false)).body, password, isSequence);
}

function isSequence(plain: Bytes): boolean {
  return plain[0] === Tag.sequence;
}

function bagsInPlain(parts: Parts): Bag[] {
  return parts.contents
    .filter(({ type }) => type === Oid.data)
    .flatMap(({ element }) => bagsIn(contentOctets(element)));
}

interface Bag {
  readonly type: string;
  readonly value: Element;
}

function bagsIn(safeContents: Bytes): Bag[] {
  return inside(read(safeContents)).map((element) => {
    const [type, value] = inside(element);
    return { type: dotted(type), value: only(inside(value, contextTag(0))) };
  });
}

function certificateIn(entry: Bag): Certificate {
  const [type, value] = inside(entry.value);
  if (dotted(type) !== Oid.x509Certificate) throw new Damaged("kind of certificate");
  return readCertificate(need(only(inside(value, contextTag(0))), Tag.octets).body);
}
