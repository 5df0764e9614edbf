/**
 * A hash of a hash of a hash: the slow part of opening old files and of every `.p12` (RFC 7292 B.2,
 * RFC 8018 §5.1). WebCrypto has no such derivation.
 */

import type { Bytes } from "./bytes";
import { rehash as rehashSha1 } from "./sha1";
import { rehash as rehashSha256 } from "./sha256";

export type HashName = "SHA-1" | "SHA-256";

/** Told how much is done, from 0 to 1. */
export type Progress = (share: number) => void;

const LOOPS: Readonly<Record<HashName, (state: Int32Array, rounds: number) => void>> = {
  "SHA-1": rehashSha1,
  "SHA-256": rehashSha256,
};
/** Rounds between two breaths of the page, or two reports. */
const PORTION = 30_000;

/** Returns the digest hashed `rounds` times more, and overwrites it. */
export async function rehashed(
  hash: HashName,
  digest: Bytes,
  rounds: number,
  progress?: Progress,
): Promise<Bytes> {
  const view = new DataView(digest.buffer, digest.byteOffset, digest.length);
  const state = Int32Array.from({ length: digest.length / 4 }, (_, word) => view.getInt32(4 * word));
  for (let done = 0; done < rounds; done += PORTION) {
    LOOPS[hash](state, Math.min(rounds - done, PORTION));
    progress?.(Math.min(1, (done + PORTION) / rounds));
    await breath();
  }
  state.forEach((word, index) => view.setInt32(4 * index, word));
  state.fill(0);
  return digest;
}

/** The progress of a part, as seen by who watches the whole. */
export function within(progress: Progress | undefined, from: number, to: number): Progress | undefined {
  return progress && ((share) => progress(from + (to - from) * share));
}

/** Lets the page draw and answer for a moment. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
