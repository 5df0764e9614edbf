/**
 * Certificates kept in this browser (npki.md §5).
 *
 * A record holds the certificate in plain and its key twice locked: under the certificate password, and that
 * under a device key that never leaves the browser's database. A script that steals the record can't guess
 * the password elsewhere; a stolen disk still asks for the password.
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

/** Stores a certificate and its EncryptedPrivateKeyInfo, not yet offered for signing in. Returns its id. */
export async function keep(certificate: Bytes, encryptedKey: Bytes): Promise<string> {
  const id = toHex(await sha256(certificate));
  const key = await deviceKey();
  const iv = random(IV_LENGTH);
  const sealed = await crypto.subtle.encrypt(bound(iv, id), key, encryptedKey);
  const record: StoredCertificate = {
    id,
    certificate,
    sealedKey: concat(iv, new Uint8Array(sealed)),
    kind: null,
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
  const records = await ask<StoredCertificate[]>(CERTIFICATES, "readonly", (store) => store.getAll());
  return records.filter((record) => record.kind !== null);
}

/** Returns EncryptedPrivateKeyInfo of a record. Throws Damaged when the record or the device key changed. */
export async function unseal(record: StoredCertificate): Promise<Bytes> {
  const key = await deviceKey();
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

/** Removes a certificate, and the memory of its owner. */
export async function forget(id: string): Promise<void> {
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
  const records = await ask<StoredCertificate[]>(CERTIFICATES, "readonly", (store) => store.getAll());
  for (const record of records) if (record.kind === null) await forget(record.id);
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

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(CERTIFICATES, { keyPath: "id" });
      request.result.createObjectStore(SINGLES);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function one<T>(from: string, key: string): Promise<T | undefined> {
  return ask<T | undefined>(from, "readonly", (store) => store.get(key));
}

async function change(into: string, write: (store: IDBObjectStore) => void): Promise<void> {
  await ask<undefined>(into, "readwrite", (store) => {
    write(store);
    return undefined;
  });
}

/** Runs one transaction; what it asked for is returned only when the transaction is complete. */
async function ask<T>(
  store: string,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T> | undefined,
): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request?.result as T);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}
