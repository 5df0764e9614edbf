/**
 * A hash of a hash of a hash: the slow part of opening old files and of every `.p12` (RFC 7292 B.2,
 * RFC 8018 §5.1). WebCrypto has no such derivation.
 *
 * Many rounds are left to a Worker (`rounds-worker`), so that the page stays alive; where there is none they
 * run in the page, in portions.
 */

import type { Bytes } from "./bytes";
import { type HashName, loop, PORTION } from "./rounds-loop";

export type { HashName };

/** Told how much is done, from 0 to 1. */
export type Progress = (share: number) => void;

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

/** The progress of a part, as seen by who watches the whole. */
export function within(progress: Progress | undefined, from: number, to: number): Progress | undefined {
  return progress && ((share) => progress(from + (to - from) * share));
}

/** The same, never going back: a second spelling or another key begins anew. */
export function forward(progress: Progress | undefined): Progress | undefined {
  let reached = 0;
  return (
    progress &&
    ((share) => {
      if (share <= reached) return;
      reached = share;
      progress(share);
    })
  );
}

/** Lets the page draw and answer for a moment. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
