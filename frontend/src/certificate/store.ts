/**
 * Certificates kept in this browser (npki.md §5).
 *
 * A record holds the certificate in plain and its key twice locked: under the certificate password, and that
 * under a device key that never leaves the browser's database. A script that steals the record can't guess
 * the password elsewhere; a stolen disk still asks for the password.
 *
 * Looking makes nothing: the database is born with the first thing kept in it, and goes with the last one. On
 * a computer that many people use, a sign-in leaves no trace here.
 */

import { type Bytes, concat, random, sha256, toHex, utf8 } from "./bytes";
import { Damaged } from "./errors";

export interface StoredCertificate {
  /** SHA-256 of the certificate, hexadecimal. */
  readonly id: string;
  readonly certificate: Bytes;
  /** 12 bytes IV ‖ AES-GCM(device key, EncryptedPrivateKeyInfo), bound to `id`. */
  readonly sealedKey: Bytes;
  /** What the certificate is for, in the issuer's words; null until its first signature was accepted. */
  readonly kind: string | null;
}

/** Who signed in last on this device. Never the number, never the password. */
export interface Remembered {
  readonly id: string;
  readonly name: string;
}

const DATABASE = "baroalgi-certificate";
const CERTIFICATES = "certificates";
const SINGLES = "singles";
const DEVICE_KEY = "device-key";
const REMEMBERED = "remembered";
const IV_LENGTH = 12;

/**
 * Stores a certificate and its EncryptedPrivateKeyInfo. Returns its id.
 *
 * `kind`: what it is for; without it, it is not yet offered for signing in.
 */
export async function keep(
  certificate: Bytes,
  encryptedKey: Bytes,
  kind: string | null = null,
): Promise<string> {
  const id = toHex(await sha256(certificate));
  const key = await deviceKey();
  const iv = random(IV_LENGTH);
  const sealed = await crypto.subtle.encrypt(bound(iv, id), key, encryptedKey);
  const record: StoredCertificate = {
    id,
    certificate,
    sealedKey: concat(iv, new Uint8Array(sealed)),
    kind,
  };
  await change(CERTIFICATES, (store) => {
    store.put(record);
  });
  return id;
}

/** Marks a stored certificate as usable, after the server accepted its first signature. */
export async function confirm(id: string, kind: string): Promise<void> {
  const record = await one<StoredCertificate>(CERTIFICATES, id);
  if (!record) throw new Damaged("record is gone");
  await change(CERTIFICATES, (store) => {
    store.put({ ...record, kind });
  });
}

/** Returns the usable certificates. */
export async function stored(): Promise<StoredCertificate[]> {
  return (await all()).filter((record) => record.kind !== null);
}

/** Returns EncryptedPrivateKeyInfo of a record. Throws Damaged when the record or the device key changed. */
export async function unseal(record: StoredCertificate): Promise<Bytes> {
  const key = await one<CryptoKey>(SINGLES, DEVICE_KEY);
  if (!key) throw new Damaged("device key is gone");
  const iv = record.sealedKey.subarray(0, IV_LENGTH);
  try {
    const opened = await crypto.subtle.decrypt(
      bound(iv, record.id),
      key,
      record.sealedKey.subarray(IV_LENGTH),
    );
    return new Uint8Array(opened);
  } catch {
    throw new Damaged("record");
  }
}

/** Removes a certificate, and the memory of its owner; with the last one, everything. */
export async function forget(id: string): Promise<void> {
  const records = await all();
  if (records.every((record) => record.id === id)) {
    await removeAll();
    return;
  }
  await change(CERTIFICATES, (store) => {
    store.delete(id);
  });
  if ((await remembered())?.id === id) {
    await change(SINGLES, (store) => {
      store.delete(REMEMBERED);
    });
  }
}

/** Removes what an interrupted issuing left behind: its certificate was never confirmed and is revoked. */
export async function forgetUnconfirmed(): Promise<void> {
  for (const record of await all()) if (record.kind === null) await forget(record.id);
}

export async function remember(who: Remembered): Promise<void> {
  await change(SINGLES, (store) => {
    store.put(who, REMEMBERED);
  });
}

export async function remembered(): Promise<Remembered | undefined> {
  return one<Remembered>(SINGLES, REMEMBERED);
}

function bound(iv: Bytes, id: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: utf8(id) };
}

async function deviceKey(): Promise<CryptoKey> {
  const existing = await one<CryptoKey>(SINGLES, DEVICE_KEY);
  if (existing) return existing;
  const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  // Two tabs may come here at once: `add` refuses the second key, and both then use the first.
  await change(SINGLES, (store) => {
    store.add(fresh, DEVICE_KEY).onerror = (event) => {
      event.preventDefault();
      event.stopPropagation();
    };
  });
  const winner = await one<CryptoKey>(SINGLES, DEVICE_KEY);
  if (!winner) throw new Damaged("device key");
  return winner;
}

// IndexedDB, as promises

function all(): Promise<StoredCertificate[]> {
  return look<StoredCertificate[]>(CERTIFICATES, (store) => store.getAll(), []);
}

function one<T>(from: string, key: string): Promise<T | undefined> {
  return look<T | undefined>(from, (store) => store.get(key), undefined);
}

/** Opens the database; `make`: also where there is none yet, else null is returned then. */
function open(make: true): Promise<IDBDatabase>;
function open(make: boolean): Promise<IDBDatabase | null>;
function open(make: boolean): Promise<IDBDatabase | null> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      if (!make) {
        // Opening makes an empty one; given up, it is gone again.
        request.transaction?.abort();
        return;
      }
      request.result.createObjectStore(CERTIFICATES, { keyPath: "id" });
      request.result.createObjectStore(SINGLES);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      if (!make && request.error?.name === "AbortError") resolve(null);
      else reject(request.error);
    };
  });
}

function removeAll(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(DATABASE);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

/** Asks for something, in a transaction of its own; `nothing` when there is no database. */
async function look<T>(from: string, act: (store: IDBObjectStore) => IDBRequest<T>, nothing: T): Promise<T> {
  const database = await open(false);
  if (!database) return nothing;
  return within(database, from, "readonly", act) as Promise<T>;
}

async function change(into: string, write: (store: IDBObjectStore) => void): Promise<void> {
  await within(await open(true), into, "readwrite", (store) => {
    write(store);
    return undefined;
  });
}

/** Runs one transaction; what it asked for is returned only when the transaction is complete. */
async function within<T>(
  database: IDBDatabase,
  store: string,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T> | undefined,
): Promise<T | undefined> {
  try {
    return await new Promise<T | undefined>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
