/** Files from a picker, a folder or a drop, as bytes. Folders are walked within limits: a whole disk may be dropped. */

import { LARGEST_FILE, type NamedBytes } from "../files";

/** Files that are read at most; a folder of certificates has four for each person. */
const MOST_FILES = 300;
/** Entries of folders that are looked at. */
const MOST_ENTRIES = 5000;
/** NPKI/yessign/USER/cn=… is four deep. */
const DEEPEST = 8;
/** What certificates and keys are called; everything else in a folder is not even read. */
const CERTIFICATE_FILE = /\.(p12|pfx|der|key|cer|crt|pem)$/i;

interface Named {
  readonly path: string;
  readonly file: File;
}

/** Reads picked files; those of a folder with the path below it. */
export async function fromPicker(files: Iterable<File>): Promise<NamedBytes[]> {
  const named = [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  return read(named.length > 1 ? named.filter(({ path }) => CERTIFICATE_FILE.test(path)) : named);
}

/** Reads dropped files and folders. Call it inside of the event: afterwards its data is gone. */
export async function fromDrop(transfer: DataTransfer): Promise<NamedBytes[]> {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...transfer.files];
  if (entries.some((entry) => entry === null)) return fromPicker(files);
  const found: Named[] = [];
  const walk = { left: MOST_ENTRIES };
  for (const entry of entries) if (entry) await collect(entry, 0, walk, found);
  return read(found);
}

async function collect(
  entry: FileSystemEntry,
  depth: number,
  walk: { left: number },
  into: Named[],
): Promise<void> {
  if (walk.left-- <= 0 || into.length >= MOST_FILES) return;
  if (isFile(entry)) {
    if (depth > 0 && !CERTIFICATE_FILE.test(entry.name)) return;
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    into.push({ path: entry.fullPath.replace(/^\//, ""), file });
  } else if (isFolder(entry) && depth < DEEPEST) {
    for (const inner of await children(entry)) await collect(inner, depth + 1, walk, into);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** A reader gives its entries in portions, and none at the end. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  while (all.length < MOST_ENTRIES) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    all.push(...some);
  }
  return all;
}

/** A file that is too large is told by its first bytes: they are read as far as the limit, and one more. */
async function read(files: readonly Named[]): Promise<NamedBytes[]> {
  return Promise.all(
    files.slice(0, MOST_FILES).map(async ({ path, file }) => ({
      name: path.normalize("NFC"),
      bytes: new Uint8Array(await file.slice(0, LARGEST_FILE + 1).arrayBuffer()),
    })),
  );
}
