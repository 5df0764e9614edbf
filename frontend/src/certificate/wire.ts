/** Talking with the server: forms out, JSON back. */

export interface Reply {
  readonly status: number;
  /** The members of the JSON answer; empty when it is no object. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** No answer, or none that a script can read: the network, or the server, is in trouble. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** The server understood and said no; its sentence, if any, is in the reply. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(readonly reply: Reply) {
    super();
  }
}

export async function post(
  url: string,
  fields: Readonly<Record<string, string>> | URLSearchParams,
): Promise<Reply> {
  const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  return send(url, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": token } });
}

export async function get(url: string): Promise<Reply> {
  return send(url, { cache: "no-store" });
}

/** The 15 seconds are for a line that died without a word: the server itself answers within one. */
async function send(url: string, how: RequestInit): Promise<Reply> {
  const headers = { Accept: "application/json", ...how.headers };
  const signal = AbortSignal.timeout(15_000);
  let response: Response;
  try {
    response = await fetch(url, { ...how, headers, signal, credentials: "same-origin", redirect: "error" });
  } catch {
    throw new NoAnswer();
  }
  if (response.status >= 500) throw new NoAnswer();
  return { status: response.status, body: await members(response) };
}

async function members(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}

/** The text under `key`, or nothing. */
export function textOf(body: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = body[key];
  return typeof value === "string" ? value : undefined;
}
