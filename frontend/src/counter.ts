/**
 * The counter (pages.md §5.5): a scanned number opens by itself, the number of the ID card is compared at its
 * 13th digit, and [승인] can be pressed once all four hands are done. The server asks all of it again.
 */

import { digits } from "./fields";

const NUMBER = 15; // digits of a certificate number
const SCAN = 100; // ms between two digits of a scanner, at most

/** Wires the counter's two pages below `root`. */
export function mount(root: ParentNode): void {
  const search = root.querySelector<HTMLFormElement>("form[data-counter-search]:not([data-mounted])");
  if (search) {
    search.dataset.mounted = "";
    openScanned(search);
  }
  const hands = root.querySelector<HTMLFormElement>("form[data-hands]:not([data-mounted])");
  if (hands) {
    hands.dataset.mounted = "";
    countHands(hands);
  }
  for (const button of root.querySelectorAll<HTMLElement>("[data-print]:not([data-mounted])")) {
    button.dataset.mounted = "";
    button.addEventListener("click", () => window.print());
  }
  for (const link of root.querySelectorAll<HTMLAnchorElement>("a[data-open-return]:not([data-mounted])")) {
    link.dataset.mounted = "";
    link.addEventListener("click", () => {
      const folded = document.querySelector<HTMLDetailsElement>(link.hash);
      if (folded) folded.open = true;
    });
  }
}

/** Scanners type the digits in one go; whoever types them by hand gets there as well. */
function openScanned(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=search]");
  let sent = false;
  input?.addEventListener("input", () => {
    if (sent || !/^[\s\d-]+$/.test(input.value.normalize("NFKC")) || digits(input.value).length !== 15) return;
    sent = true;
    form.requestSubmit();
  });
}

function countHands(form: HTMLFormElement): void {
  const approve = document.querySelector<HTMLButtonElement>(`button[data-approve][form="${form.id}"]`);
  const say = document.querySelector<HTMLElement>("[data-not-yet]");
  const show = (): void => {
    let all = true;
    for (const hand of form.querySelectorAll<HTMLElement>("[data-hand]")) {
      const done = isDone(hand);
      hand.classList.toggle("done", done);
      all &&= done;
    }
    if (approve) approve.ariaDisabled = all ? null : "true";
    if (say) say.textContent = (all ? say.dataset.say : say.dataset.notYet) ?? "";
  };
  form.addEventListener("change", show);
  // Enter in a field would send the form past the button that says why it can't be sent yet.
  form.addEventListener("submit", (event) => {
    if (event.submitter === null || event.submitter === approve) {
      if (approve?.ariaDisabled === "true") event.preventDefault();
    }
  });
  const place = form.querySelector<HTMLElement>("[data-identity]");
  if (place) compareIdentity(place, show);
  chooseByDigit(form);
  offerScanned(form.ownerDocument);
  show();
}

/** A hand is done when everything there is to tick is ticked, one of the choices made, the number equal. */
function isDone(hand: HTMLElement): boolean {
  const equal = hand.querySelector<HTMLElement>("[data-equal]");
  if (equal) return !equal.hidden;
  const radios = [...hand.querySelectorAll<HTMLInputElement>("input[type=radio]")];
  if (radios.length > 0) return radios.some((radio) => radio.checked);
  const ticks = [...hand.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
  return ticks.length > 0 && ticks.every((tick) => tick.checked);
}

/** Asks the server at the 13th digit. It says equal or not, and how many tries are left; no digit more. */
function compareIdentity(place: HTMLElement, show: () => void): void {
  const input = place.querySelector<HTMLInputElement>("input[name=rrn]");
  const typing = place.querySelector<HTMLElement>("[data-typing]");
  const equal = place.querySelector<HTMLElement>("[data-equal]");
  const error = place.querySelector<HTMLElement>("[data-error]");
  const text = error?.querySelector<HTMLElement>("[data-error-text]");
  if (!input || !typing || !equal) return;
  let asking = false;

  const ask = async (): Promise<void> => {
    const number = digits(input.value);
    if (asking || number.length !== 13) return;
    asking = true;
    const reply = await send(place.dataset.identity ?? "", number, input.form).catch(() => null);
    asking = false;
    input.value = "";
    if (reply?.["equal"] === true) {
      typing.hidden = true;
      equal.hidden = false;
      if (error) error.hidden = true;
      place.classList.remove("wrong");
      show();
      nextHand(place);
      return;
    }
    if (error && text) {
      text.textContent = sentenceOf(reply) || (place.dataset.trouble ?? text.textContent);
      error.hidden = false;
      place.classList.add("wrong");
    }
    if (reply?.["left"] === 0) typing.hidden = true;
    else input.focus();
  };
  input.addEventListener("input", () => void ask());
  place.querySelector("button")?.addEventListener("click", (event) => {
    event.preventDefault();
    void ask();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

async function send(address: string, number: string, form: HTMLFormElement | null): Promise<Record<string, unknown>> {
  const token = form?.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const seen = form?.querySelector<HTMLInputElement>("input[name=seen]")?.value ?? "";
  const reply = await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": token },
    body: new URLSearchParams({ rrn: number, seen }),
  });
  return (await reply.json()) as Record<string, unknown>;
}

/** The sentence of `{"message"}` or of `{"errors": {"rrn": …}}`. */
function sentenceOf(reply: Record<string, unknown> | null): string {
  if (typeof reply?.["message"] === "string") return reply["message"];
  const errors = reply?.["errors"];
  const first: unknown = typeof errors === "object" && errors !== null ? Object.values(errors)[0] : undefined;
  return typeof first === "string" ? first : "";
}

function nextHand(place: HTMLElement): void {
  const next = place.closest("[data-hand]")?.nextElementSibling;
  next?.querySelector<HTMLElement>("input")?.focus();
}

/** `1`–`4` choose the kind of ID card while nothing is being typed (pages.md §5.5). */
function chooseByDigit(form: HTMLFormElement): void {
  const kinds = [...form.querySelectorAll<HTMLInputElement>("input[name=id_card]")];
  let waiting = 0;
  form.ownerDocument.addEventListener("keydown", (event) => {
    window.clearTimeout(waiting); // the first digit of a scan is no choice
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const kind = /^[1-9]$/.test(event.key) ? kinds[Number(event.key) - 1] : undefined;
    if (!kind) return;
    waiting = window.setTimeout(() => {
      kind.click();
      form.querySelector<HTMLElement>("input[name=face_seen]")?.focus();
    }, SCAN);
  });
}

/** A scan while this application is open is not lost: the line above offers to leave this one and open it. */
function offerScanned(page: Document): void {
  const offer = page.querySelector<HTMLElement>("[data-scanned]");
  const link = offer?.querySelector<HTMLAnchorElement>("a[data-address]");
  if (!offer || !link) return;
  let scanned = "";
  let last = 0;
  page.addEventListener("keydown", (event) => {
    if (isTyping(event.target) || !/^[0-9]$/.test(event.key)) return;
    scanned = event.timeStamp - last > SCAN ? event.key : scanned + event.key;
    last = event.timeStamp;
    if (scanned.length !== NUMBER) return;
    link.href = (link.dataset.address ?? "").replace("0".repeat(NUMBER), scanned);
    offer.hidden = false;
    link.focus();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches("textarea, select, input:not([type=checkbox], [type=radio])")
  );
}
