/** The work of `rounds`, in portions: the same in the page and in the Worker. */

import type { Bytes } from "./bytes";
import { rehash as sha1 } from "./sha1";
import { rehash as sha256 } from "./sha256";
import { rehash as sha512 } from "./sha512";

export type HashName = "SHA-1" | "SHA-256" | "SHA-512";

const LOOPS: Readonly<Record<HashName, (state: Int32Array, rounds: number) => void>> = {
  "SHA-1": sha1,
  "SHA-256": sha256,
  "SHA-512": sha512,
};

/** Rounds between two reports. */
export const PORTION = 20_000;

/** Hashes the digest `rounds` times more. Yields the share that is done, returns the last digest. */
export function* loop(hash: HashName, digest: Bytes, rounds: number): Generator<number, Bytes> {
  const from = new DataView(digest.buffer, digest.byteOffset, digest.length);
  const state = Int32Array.from({ length: digest.length / 4 }, (_, word) => from.getInt32(4 * word));
  for (let done = 0; done < rounds; done += PORTION) {
    LOOPS[hash](state, Math.min(rounds - done, PORTION));
    if (done + PORTION < rounds) yield (done + PORTION) / rounds;
  }
  const last = new Uint8Array(digest.length);
  const into = new DataView(last.buffer);
  state.forEach((word, index) => into.setInt32(4 * index, word));
  state.fill(0);
  return last;
}
