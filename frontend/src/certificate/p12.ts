/**
 * The certificate file `.p12` (PKCS#12, RFC 7292).
 *
 * Written in one form (npki.md §2.2): certificate plain, since it is public; key with R under PBES2; MAC over
 * all. Read: that form, what OpenSSL, keytool and the authorities of NPKI write or wrote (3DES, RC2; MAC with
 * SHA-1, SHA-256 or SHA-512, or none), and what Firefox and NSS export, which is BER (`ber`).
 */

import { joined, toDer } from "./ber";
import { type Bytes, equal, random, wipe } from "./bytes";
import { ROUNDS, roundsOf, saltOf } from "./cost";
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
  smallInteger,
  Tag,
} from "./der";
import { Damaged, WrongPassword } from "./errors";
import { belongs } from "./keys";
import { dotted, Oid, oid } from "./oid";
import { type Derivation, fileMac } from "./p12kdf";
import { decrypt } from "./pbe";
import { type OpenKey, openKey } from "./pkcs8";
import { type Progress, within } from "./progress";
import type { HashName } from "./rounds";
import { type Certificate, readCertificate } from "./x509";

export const LARGEST_FILE = 64 * 1024;
/** Parts of a file, each of which may ask for its own rounds: two is what everyone writes. */
const MOST_PARTS = 4;
const VERSION = 3;
/** How much of opening a file is its MAC, for who watches. */
const MAC_SHARE = 0.8;

const MACS: Readonly<Record<string, HashName>> = {
  [Oid.sha1]: "SHA-1",
  [Oid.sha256]: "SHA-256",
  [Oid.sha512]: "SHA-512",
};

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
  const mac = await fileMac(content, password, { hash: "SHA-256", salt, rounds: ROUNDS });
  const digestInfo = sequence(sequence(oid(Oid.sha256), nothing()), octets(mac));
  return sequence(integer(VERSION), data(content), sequence(digestInfo, octets(salt), integer(ROUNDS)));
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
  return bagsInPlain(partsOf(file)).filter(isCertificate).map(certificateIn);
}

/**
 * Opens a file: its one key, and the certificate that belongs to it. Wipe the R of the result.
 *
 * Throws WrongPassword; Damaged for everything that can't be read, also when the password is right.
 */
export async function openFile(file: Bytes, password: string, progress?: Progress): Promise<OpenFile> {
  const parts = partsOf(file);
  const sure = parts.mac !== null;
  if (parts.mac) await checkMac(parts, parts.mac, password, within(progress, 0, MAC_SHARE));
  try {
    return await openParts(parts, password, within(progress, sure ? MAC_SHARE : 0, 1));
  } catch (error) {
    // The MAC has already told that it is the password of this file.
    if (sure && error instanceof WrongPassword) throw new Damaged("another password inside");
    throw error;
  }
}

/** Throws WrongPassword, or Damaged when the password opens the key: it is not what makes the MAC differ. */
async function checkMac(parts: Parts, mac: Mac, password: string, progress?: Progress): Promise<void> {
  if (equal(await fileMac(parts.content, password, mac, progress), mac.digest)) return;
  const bags = bagsInPlain(parts);
  if (!bags.some(isKey)) throw new WrongPassword();
  wipe((await openOnlyKey(bags, password)).randomNumber ?? undefined);
  throw new Damaged("MAC");
}

async function openParts(parts: Parts, password: string, progress?: Progress): Promise<OpenFile> {
  const bags: Bag[] = [];
  for (const [index, content] of parts.contents.entries()) {
    const [from, to] = [index / (parts.contents.length + 1), (index + 1) / (parts.contents.length + 1)];
    bags.push(...bagsIn(await decrypted(content, password, within(progress, from, to))));
  }
  const open = await openOnlyKey(bags, password);
  for (const entry of bags.filter(isCertificate)) {
    const certificate = certificateIn(entry);
    if (await belongs(open.kind, open.key, certificate.spki)) return { ...open, certificate };
  }
  wipe(open.randomNumber ?? undefined);
  throw new Damaged("no certificate of this key");
}

async function openOnlyKey(bags: readonly Bag[], password: string): Promise<OpenKey> {
  const keys = bags.filter(isKey);
  if (keys.length !== 1) throw new Damaged("one encrypted key expected");
  return openKey(keys[0]!.value.raw, password);
}

interface Content {
  readonly type: string;
  readonly element: Element;
}

interface Mac extends Derivation {
  readonly digest: Bytes;
}

interface Parts {
  /** AuthenticatedSafe, the bytes under the MAC. */
  readonly content: Bytes;
  readonly contents: readonly Content[];
  readonly mac: Mac | null;
}

function partsOf(file: Bytes): Parts {
  if (file.length > LARGEST_FILE) throw new Damaged("too large");
  const [version, authenticated, macData, ...rest] = inside(read(toDer(file)));
  if (smallInteger(version, VERSION) !== VERSION || rest.length > 0) throw new Damaged("version");
  const content = contentOctets(need(authenticated, Tag.sequence));
  const elements = inside(read(toDer(content)));
  if (elements.length > MOST_PARTS) throw new Damaged("too many parts");
  return {
    content,
    contents: elements.map((element) => ({ type: dotted(inside(element)[0]), element })),
    mac: macData ? macIn(macData) : null,
  };
}

function macIn(macData: Element): Mac {
  const [digestInfo, salt, rounds] = inside(macData);
  const [algorithm, digest] = inside(digestInfo);
  const hash = MACS[dotted(inside(algorithm)[0])];
  if (!hash) throw new Damaged("kind of MAC");
  return {
    hash,
    salt: saltOf(salt),
    rounds: rounds ? roundsOf(rounds) : 1,
    digest: need(digest, Tag.octets).body,
  };
}

/** The OCTET STRING of a ContentInfo of type `data`. */
function contentOctets(contentInfo: Element): Bytes {
  const [type, content] = contentInfo.children;
  if (dotted(type) !== Oid.data) throw new Damaged("content type");
  return need(only(inside(content, contextTag(0))), Tag.octets).body;
}

async function decrypted(content: Content, password: string, progress?: Progress): Promise<Bytes> {
  if (content.type !== Oid.encryptedData) return contentOctets(content.element);
  const [, info] = inside(only(inside(content.element.children[1], contextTag(0))));
  const [type, algorithm, ciphertext] = inside(info);
  if (dotted(type) !== Oid.data) throw new Damaged("encrypted content");
  return decrypt(algorithm, implicitOctets(ciphertext), password, isSequence, progress);
}

/** The ciphertext stands under [0]: in one piece, or in BER in several. */
function implicitOctets(element: Element | undefined): Bytes {
  return element?.tag === contextTag(0)
    ? joined(element.children.map(({ raw }) => raw))
    : need(element, contextTag(0, false)).body;
}

function isSequence(plain: Bytes): boolean {
  try {
    return need(read(toDer(plain)), Tag.sequence).children.every(({ tag }) => tag === Tag.sequence);
  } catch {
    return false;
  }
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
  return inside(read(toDer(safeContents))).map((element) => {
    const [type, value] = inside(element);
    return { type: dotted(type), value: only(inside(value, contextTag(0))) };
  });
}

const isKey = ({ type }: Bag): boolean => type === Oid.shroudedKeyBag;
const isCertificate = ({ type }: Bag): boolean => type === Oid.certificateBag;

function certificateIn(entry: Bag): Certificate {
  const [type, value] = inside(entry.value);
  if (dotted(type) !== Oid.x509Certificate) throw new Damaged("kind of certificate");
  return readCertificate(need(only(inside(value, contextTag(0))), Tag.octets).body);
}
