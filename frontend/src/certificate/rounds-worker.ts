/**
 * Rounds in a Worker. This module is both sides: the page imports it and starts it once more as a Worker,
 * from the address it came from itself, so that the bundler needs to know nothing of Workers.
 *
 * The site's trusted types allow one policy, and all that it ever names is this one address
 * (config/settings.py).
 */

import type { Bytes } from "./bytes";
import { type HashName, loop } from "./rounds-loop";
import type { Progress } from "./progress";

interface Task {
  readonly hash: HashName;
  readonly digest: Bytes;
  readonly rounds: number;
}

/** A share of the work, and the digest when all of it is done. */
interface Report {
  readonly share: number;
  readonly digest?: Bytes;
}

declare const trustedTypes:
  | {
      createPolicy(
        name: string,
        rules: { createScriptURL(): string },
      ): { createScriptURL(url: string): string };
    }
  | undefined;

let ownAddress: string | undefined;

/** `import.meta.url`, in the wrapping without which a browser with trusted types starts no Worker. */
function script(): string {
  return (ownAddress ??=
    typeof trustedTypes === "undefined"
      ? import.meta.url
      : trustedTypes
          .createPolicy("baroalgi-worker", { createScriptURL: () => import.meta.url })
          .createScriptURL(""));
}

/** Does the task in a Worker. Rejects where the browser starts none. */
export async function inWorker(task: Task, progress?: Progress): Promise<Bytes> {
  const worker = new Worker(script(), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      worker.onerror = reject;
      worker.onmessage = ({ data }: MessageEvent<Report>) => {
        progress?.(data.share);
        if (data.digest) resolve(data.digest);
      };
      worker.postMessage(task);
    });
  } finally {
    worker.terminate();
  }
}

if ("DedicatedWorkerGlobalScope" in globalThis) {
  addEventListener("message", ({ data: { hash, digest, rounds } }: MessageEvent<Task>) => {
    const report = (message: Report): void => (postMessage as (message: Report) => void)(message);
    const work = loop(hash, digest, rounds);
    let portion = work.next();
    for (; !portion.done; portion = work.next()) report({ share: portion.value });
    report({ share: 1, digest: portion.value });
  });
}
