/**
 * The certificates in what a person picked, dropped or opened as a folder (npki.md §2).
 *
 *     .p12, .pfx                        certificate and key in one (`p12`)
 *     signCert.der + signPri.key        NPKI: a certificate (DER or PEM), its key (`npki`) in the same folder
 *     NAME_sig.cer + NAME_sig.key       GPKI, the same with other names
 *
 * Files are known by what is in them, never by their names: names only say which key to try first, and which
 * unreadable file to speak of. Everything else in a folder is passed over.
 */

import { toDer } from "./ber";
import { type Bytes, fromBase64 } from "./bytes";
import { type Element, read, Tag } from "./der";
import { Damaged, WrongPassword } from "./errors";
import { belongs } from "./keys";
import { certificatesInPlain, LARGEST_FILE, openFile, type OpenFile } from "./p12";
import { openKey } from "./pkcs8";
import { forward, type Progress } from "./progress";
import { type Certificate, readCertificate } from "./x509";

export interface NamedBytes {
  /** The name; from a folder, the path below it with slashes (`webkitRelativePath`). */
  readonly name: string;
  readonly bytes: Bytes;
}

export type Problem =
  /** The certificate is for encryption alone, as the pair kmCert.der/kmPri.key: it can't sign. */
  | "encryption-only"
  /** A certificate lies there without a key. */
  | "no-key"
  /** A key lies there without a certificate. */
  | "no-certificate"
  | "damaged";

/** One certificate that may be chosen. */
export interface Candidate {
  /** What is seen without the password: undefined when it is encrypted, or when there is none to be read. */
  readonly certificate: Certificate | undefined;
  /** The owner's name, else that of the file or its folder. */
  readonly label: string;
  /** Why it can't be used at all. */
  readonly problem?: Problem;
  /**
   * Throws WrongPassword; Damaged, also when there is a `problem`. Wipe the R of the result, which is null
   * when the file came without it. `progress` is told rising shares of long work, and may hear of nothing.
   */
  open(password: string, progress?: Progress): Promise<OpenFile>;
}

/** No file of these kinds is larger: what is larger need not even be read. */
export { LARGEST_FILE };
/** Keys of one folder that are tried for a certificate. */
const MOST_KEYS = 8;

type Found =
  | { readonly kind: "p12"; readonly file: NamedBytes }
  | { readonly kind: "certificate"; readonly file: NamedBytes; readonly certificate: Certificate }
  | { readonly kind: "key"; readonly file: NamedBytes }
  | { readonly kind: "damaged"; readonly file: NamedBytes };

/** Returns what there is to choose from, in the order of the files, without certificates of authorities. */
export function candidatesIn(files: readonly NamedBytes[]): Candidate[] {
  const found = files.flatMap(recognised);
  const used = new Set<Found>();
  const candidates = found.flatMap((entry): Candidate[] => {
    switch (entry.kind) {
      case "p12":
        return [ofP12(entry.file)];
      case "damaged":
        return [unusable("damaged", baseName(entry.file.name))];
      case "certificate": {
        const keys = found.filter((other) => other.kind === "key" && sameFolder(other.file, entry.file));
        keys.forEach((key) => used.add(key));
        if (entry.certificate.authority) return [];
        return [
          ofPair(
            entry.certificate,
            nearestFirst(
              keys.map(({ file }) => file),
              entry.file,
            ),
          ),
        ];
      }
      case "key":
        return [];
    }
  });
  const alone = found.filter((entry) => entry.kind === "key" && !used.has(entry));
  return [...candidates, ...alone.map(({ file }) => unusable("no-certificate", baseName(file.name)))];
}

// What a file is

function recognised(file: NamedBytes): Found[] {
  const damaged: Found[] = looksLikeOurs(file.name) ? [{ kind: "damaged", file }] : [];
  if (file.bytes.length > LARGEST_FILE) return damaged;
  try {
    const bytes = fromPem(file.bytes);
    const kind = kindOf(bytes);
    if (kind === "certificate") return [{ kind, file, certificate: readCertificate(bytes) }];
    return kind ? [{ kind, file: { name: file.name, bytes } }] : damaged;
  } catch (error) {
    if (error instanceof Damaged) return damaged;
    throw error;
  }
}

function looksLikeOurs(name: string): boolean {
  return /\.(p12|pfx|key)$|(^|\/)(sign|km)cert\.(der|pem)$|_(sig|env)\.cer$/i.test(name);
}

const PEM = /-----BEGIN (?:CERTIFICATE|ENCRYPTED PRIVATE KEY)-----([\sA-Za-z0-9+/=]+)-----END /;

/** The first block of a PEM file; other bytes as they are. Throws Damaged. */
function fromPem(bytes: Bytes): Bytes {
  if (bytes[0] === Tag.sequence) return bytes;
  const block = PEM.exec(new TextDecoder("latin1").decode(bytes))?.[1];
  if (block === undefined) return bytes;
  try {
    return fromBase64(block.replace(/\s/g, ""));
  } catch {
    throw new Damaged("base64");
  }
}

/** Tells the three apart by the tags of their outermost SEQUENCE. Throws Damaged. */
function kindOf(bytes: Bytes): "p12" | "certificate" | "key" | undefined {
  if (bytes[0] !== Tag.sequence) return undefined;
  // Only a `.p12` may be in BER; the others are read as they are once it is clear that they are none.
  const shape = tags(read(toDer(bytes)));
  if (shape.startsWith(`${Tag.integer} ${Tag.sequence}`)) return "p12";
  if (shape === `${Tag.sequence} ${Tag.sequence} ${Tag.bits}`) return "certificate";
  return shape === `${Tag.sequence} ${Tag.octets}` ? "key" : undefined;
}

function tags(element: Element): string {
  return element.children.map((child) => child.tag).join(" ");
}

// What can be done with it

function ofP12(file: NamedBytes): Candidate {
  let certificate: Certificate | undefined;
  try {
    certificate = certificatesInPlain(file.bytes).find(({ authority }) => !authority);
  } catch (error) {
    if (error instanceof Damaged) return unusable("damaged", baseName(file.name));
    throw error;
  }
  if (certificate && !certificate.signs) return unusable("encryption-only", certificate.owner, certificate);
  return {
    certificate,
    label: certificate?.owner || baseName(file.name),
    open: (password, progress) => openFile(file.bytes, password, forward(progress)),
  };
}

function ofPair(certificate: Certificate, keys: readonly NamedBytes[]): Candidate {
  if (!certificate.signs) return unusable("encryption-only", certificate.owner, certificate);
  if (keys.length === 0) return unusable("no-key", certificate.owner, certificate);
  return {
    certificate,
    label: certificate.owner,
    open: (password, progress) => openPair(certificate, keys, password, forward(progress)),
  };
}

function unusable(problem: Problem, label: string, certificate?: Certificate): Candidate {
  return {
    certificate,
    label,
    problem,
    open: () => Promise.reject(new Damaged(problem)),
  };
}

/** Opens the key that belongs to the certificate. Throws WrongPassword, Damaged. */
async function openPair(
  certificate: Certificate,
  keys: readonly NamedBytes[],
  password: string,
  progress?: Progress,
): Promise<OpenFile> {
  const failures: unknown[] = [];
  for (const { bytes } of keys.slice(0, MOST_KEYS)) {
    try {
      const open = await openKey(bytes, password, progress);
      if (await belongs(open.kind, open.key, certificate.spki)) return { ...open, certificate };
      open.randomNumber?.fill(0);
      failures.push(new Damaged("key of another certificate"));
    } catch (error) {
      if (!(error instanceof WrongPassword || error instanceof Damaged)) throw error;
      failures.push(error);
    }
  }
  // The password of the right key may be another than that of its neighbours.
  throw failures.find((failure) => failure instanceof WrongPassword) ?? failures[0];
}

// Names

function baseName(path: string): string {
  return (path.split("/").at(-1) ?? path).normalize("NFC");
}

function folder(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function sameFolder(one: NamedBytes, other: NamedBytes): boolean {
  return folder(one.name) === folder(other.name);
}

/** signCert is near to signPri, 012홍길동_sig to 012홍길동_sig: what begins alike for longer comes first. */
function nearestFirst(keys: readonly NamedBytes[], certificate: NamedBytes): NamedBytes[] {
  const alike = ({ name }: NamedBytes): number => {
    const [left, right] = [baseName(name).toLowerCase(), baseName(certificate.name).toLowerCase()];
    let length = 0;
    while (length < left.length && left[length] === right[length]) length++;
    return length;
  };
  return [...keys].sort((one, other) => alike(other) - alike(one));
}
