/** Telling how far something slow has come. */

/** Told how much is done, from 0 to 1. */
export type Progress = (share: number) => void;

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
