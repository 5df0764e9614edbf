/** What a page shows and checks of a certificate. No trust is decided here: that is the server's. */

import { type Bytes, toHex } from "./bytes";
import { contextTag, type Element, inside, moment, need, only, read, sequence, Tag, text } from "./der";
import { dotted, Oid } from "./oid";

export interface Certificate {
  readonly der: Bytes;
  /** The person's name: of the identification data, else of the common name before its bracket. */
  readonly owner: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Lower-case hexadecimal. */
  readonly serial: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Bytes;
  /** IssuerAndSerialNumber, DER, with the issuer's own bytes (npki.md §1.2). */
  readonly issuerAndSerial: Bytes;
  /** Whether its key may sign: a key for encryption alone can't (npki.md §2). */
  readonly signs: boolean;
  /** Whether it is an authority's, not a person's. */
  readonly authority: boolean;
  /** What it was issued for, as the policies' dotted names (npki.md §1.1). */
  readonly policies: readonly string[];
  /** The VID under SHA-256, or null when the certificate carries none that can be checked here. */
  readonly vid: Bytes | null;
}

/** Reads a certificate. Throws Damaged. */
export function readCertificate(der: Bytes): Certificate {
  const fields = [...inside(inside(read(der))[0])];
  if (fields[0]?.tag === contextTag(0)) fields.shift();
  const [serial, , issuer, validity, subject, spki, ...optional] = fields;
  const [notBefore, notAfter] = inside(validity);
  const extensions = extensionsIn(optional);
  const identity = identityData(extensions);
  return {
    der,
    owner: identity?.realName ?? personIn(subject),
    issuer: attribute(issuer, Oid.commonName) ?? attribute(issuer, Oid.organisation) ?? "",
    notBefore: moment(notBefore),
    notAfter: moment(notAfter),
    serial: toHex(need(serial, Tag.integer).body),
    spki: need(spki, Tag.sequence).raw,
    issuerAndSerial: sequence(need(issuer, Tag.sequence).raw, need(serial, Tag.integer).raw),
    signs: maySign(extension(extensions, Oid.keyUsage)),
    authority: isAuthority(extension(extensions, Oid.basicConstraints)),
    policies: policiesIn(extension(extensions, Oid.certificatePolicies)),
    vid: identity?.vid ?? null,
  };
}

interface Extension {
  readonly type: string;
  readonly value: Element;
}

function extensionsIn(optional: readonly Element[]): Extension[] {
  return optional
    .filter((field) => field.tag === contextTag(3))
    .flatMap((field) => inside(only(field.children)))
    .map((element) => ({ type: dotted(inside(element)[0]), value: extensionValue(element) }));
}

function extensionValue(element: Element): Element {
  return read(need(element.children.at(-1), Tag.octets).body);
}

function extension(extensions: readonly Extension[], type: string): Element | undefined {
  return extensions.find((each) => each.type === type)?.value;
}

/** The first bit is digitalSignature; a certificate without the extension is bound to no use. */
function maySign(keyUsage: Element | undefined): boolean {
  return !keyUsage || (need(keyUsage, Tag.bits).body[1]! & 0x80) !== 0;
}

function isAuthority(basicConstraints: Element | undefined): boolean {
  const [first] = basicConstraints ? inside(basicConstraints) : [];
  return first?.tag === Tag.boolean && first.body[0] !== 0;
}

function policiesIn(policies: Element | undefined): string[] {
  return policies ? inside(policies).map((policy) => dotted(inside(policy)[0])) : [];
}

function attribute(name: Element | undefined, type: string): string | undefined {
  for (const relativeName of inside(name)) {
    for (const pair of inside(relativeName, Tag.set)) {
      const [key, value] = inside(pair);
      if (dotted(key) === type) return text(value);
    }
  }
  return undefined;
}

/** `홍길동()0020041200806232804005` is 홍길동 (npki.md §1.2). */
function personIn(subject: Element | undefined): string {
  return (attribute(subject, Oid.commonName) ?? "").split("(")[0]!.trim();
}

interface Identity {
  readonly realName: string;
  readonly vid: Bytes | null;
}

/** Reads IdentifyData of the subject's alternative name (npki.md §3.1); null unless there is exactly one. */
function identityData(extensions: readonly Extension[]): Identity | null {
  const names = extensions
    .filter(({ type }) => type === Oid.subjectAltName)
    .flatMap(({ value }) => inside(value))
    .filter((name) => name.tag === contextTag(0) && dotted(name.children[0]) === Oid.identifyData);
  if (names.length !== 1) return null;
  const [realName, userInfo] = inside(only(inside(names[0]!.children[1], contextTag(0))));
  const vid = userInfo ? virtualIdIn(userInfo) : null;
  return { realName: text(realName), vid };
}

function virtualIdIn(userInfo: Element): Bytes | null {
  const vids = inside(userInfo).filter((entry) => dotted(inside(entry)[0]) === Oid.vid);
  if (vids.length !== 1) return null;
  const [algorithm, hash] = inside(vids[0]!.children[1]);
  if (dotted(inside(algorithm)[0]) !== Oid.sha256) return null;
  return need(only(inside(hash, contextTag(0))), Tag.octets).body;
}
