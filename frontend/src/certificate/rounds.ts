/**
 * A hash of a hash of a hash: the slow part of opening old files and of every `.p12` (RFC 7292 B.2,
 * RFC 8018 §5.1). WebCrypto has no such derivation.
 *
 * Many rounds are left to a Worker (`rounds-worker`), so that the page stays alive; where there is none they
 * run in the page, in portions.
 */

import type { Bytes } from "./bytes";
import type { Progress } from "./progress";
import { type HashName, loop, PORTION } from "./rounds-loop";

export type { HashName };

/** Returns the digest hashed `rounds` times more. */
export async function rehashed(
  hash: HashName,
  digest: Bytes,
  rounds: number,
  progress?: Progress,
): Promise<Bytes> {
  if (rounds > PORTION && typeof Worker !== "undefined") {
    const { inWorker } = await import("./rounds-worker");
    const result = await inWorker({ hash, digest, rounds }, progress).catch(() => undefined);
    if (result) return result;
  }
  return inPage(hash, digest, rounds, progress);
}

async function inPage(hash: HashName, digest: Bytes, rounds: number, progress?: Progress): Promise<Bytes> {
  const state = loop(hash, digest, rounds);
  let portion = state.next();
  while (!portion.done) {
    progress?.(portion.value);
    await breath();
    portion = state.next();
  }
  return portion.value;
}

/** Lets the page draw and answer for a moment. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
