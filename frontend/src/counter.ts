/**
 * The counter (pages.md §5.5): a scanned number opens by itself wherever the focus is, the number of the ID card
 * is compared at its 13th digit, and [승인] can be pressed once all four hands are done. Ten people in a row
 * need no mouse: scan, `1`-`4`, Space, 13 digits, Space, Space, Ctrl+Enter. The server asks all of it again.
 */

import { digits } from "./fields";
import { SETTLE, isScan, listen, takesText } from "./scanner";

/** Wires the pages of the counter below `root`. */
export function mount(root: ParentNode): void {
  const search = root.querySelector<HTMLFormElement>("form[data-counter-search]:not([data-mounted])");
  if (search) {
    search.dataset.mounted = "";
    openScanned(search);
    sayDeed(search.ownerDocument);
  }
  const hands = root.querySelector<HTMLFormElement>("form[data-hands]:not([data-mounted])");
  if (hands) {
    hands.dataset.mounted = "";
    countHands(hands);
  }
  const leave = root.querySelector<HTMLFormElement>("form[data-scan]:not([data-mounted])");
  if (leave) {
    leave.dataset.mounted = "";
    goWhereScanned(leave, hands);
  }
  for (const button of root.querySelectorAll<HTMLElement>("[data-print]:not([data-mounted])")) {
    button.dataset.mounted = "";
    button.addEventListener("click", () => window.print());
  }
  for (const link of root.querySelectorAll<HTMLAnchorElement>("a[data-open-return]:not([data-mounted])")) {
    link.dataset.mounted = "";
    link.addEventListener("click", () => {
      const folded = document.querySelector<HTMLDetailsElement>(link.hash);
      if (!folded) return;
      folded.open = true;
      folded.querySelector<HTMLElement>("input[type=checkbox]")?.focus();
    });
  }
}

/** The first screen: a scan opens wherever the focus is; whoever types or pastes 15 digits gets there too. */
function openScanned(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=search]");
  if (!input) return;
  let sent = false;
  let timer = 0;
  const open = (): void => {
    if (!sent) form.requestSubmit();
  };
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault(); // the Enter of a scanner comes after its digits have sent the form
    sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    const text = input.value.normalize("NFKC");
    if (/^[\s\d-]+$/.test(text) && digits(text).length === 15) timer = window.setTimeout(open, SETTLE);
  });
  listen(form.ownerDocument, (burst) => {
    if (!isScan(burst)) return;
    input.value = burst.digits;
    open();
  });
}

/** What was just done is said aloud: a live region speaks only of what changes while the page stands. */
function sayDeed(page: Document): void {
  const said = page.querySelector<HTMLElement>("[data-said]");
  const deed = page.querySelector<HTMLElement>("[data-deed] > div") ?? page.querySelector<HTMLElement>(".messages");
  if (said && deed) window.setTimeout(() => (said.textContent = deed.textContent.trim()), 300);
}

function countHands(form: HTMLFormElement): void {
  const page = form.ownerDocument;
  const approve = page.querySelector<HTMLButtonElement>(`button[data-approve][form="${form.id}"]`);
  const say = page.querySelector<HTMLElement>("[data-not-yet]");
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
  const goOn = (): void => (nextToDo(form) ?? approve)?.focus();
  form.addEventListener("change", show);
  // Enter in a field would send the form past the button that says why it can't be sent yet.
  form.addEventListener("submit", (event) => {
    if (event.submitter === null || event.submitter === approve) {
      if (approve?.ariaDisabled === "true") event.preventDefault();
    }
  });
  const place = form.querySelector<HTMLElement>("[data-identity]");
  if (place) {
    compareIdentity(place, () => {
      show();
      goOn();
    });
  }
  chooseByDigit(form, goOn);
  tickBySpace(form, goOn);
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

/** The first thing that is still to do, in the order of the hands. */
function nextToDo(form: HTMLFormElement): HTMLElement | null {
  for (const hand of form.querySelectorAll<HTMLElement>("[data-hand]")) {
    if (isDone(hand)) continue;
    const inputs = [...hand.querySelectorAll<HTMLInputElement>("input")];
    const next = inputs.find((input) => !input.checked && input.checkVisibility());
    if (next) return next;
  }
  return null;
}

/** Asks the server at the 13th digit. It says equal or not, and how many tries are left; no digit more. */
function compareIdentity(place: HTMLElement, equalled: () => void): void {
  const input = place.querySelector<HTMLInputElement>("input[name=rrn]");
  const typing = place.querySelector<HTMLElement>("[data-typing]");
  const equal = place.querySelector<HTMLElement>("[data-equal]");
  const error = place.querySelector<HTMLElement>("[data-error]");
  const text = error?.querySelector<HTMLElement>("[data-error-text]");
  if (!input || !typing || !equal) return;
  let asking = false;
  let timer = 0;

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
      equalled();
      return;
    }
    if (error && text) {
      text.textContent = sentenceOf(reply) || (place.dataset.trouble ?? text.textContent);
      error.hidden = false;
      place.classList.add("wrong");
      input.ariaInvalid = "true";
    }
    if (reply?.["left"] === 0) typing.hidden = true;
    else {
      input.focus();
      input.scrollIntoView({ block: "nearest" }); // the sentence above it may have pushed it out of a low window
    }
  };
  // Two more digits in the same breath, and it is the scan of a certificate number: it costs no try.
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    if (digits(input.value).length === 13) timer = window.setTimeout(() => void ask(), SETTLE);
  });
  place.querySelector("button")?.addEventListener("click", (event) => {
    event.preventDefault();
    void ask();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey) event.preventDefault();
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

/** `1`–`4` choose the kind of ID card while nothing is being typed; a digit of a scan is no choice. */
function chooseByDigit(form: HTMLFormElement, goOn: () => void): void {
  const kinds = [...form.querySelectorAll<HTMLInputElement>("input[name=id_card]")];
  listen(form.ownerDocument, (burst) => {
    const kind = burst.typed || burst.digits.length !== 1 ? undefined : kinds[Number(burst.digits) - 1];
    if (!kind) return;
    kind.click();
    goOn();
  });
}

/** Space ticks and goes on to the next thing; all of it by script, since browsers differ in when they tick. */
function tickBySpace(form: HTMLFormElement, goOn: () => void): void {
  let pressed = false;
  form.ownerDocument.addEventListener("keydown", (event) => {
    const tick = form.ownerDocument.activeElement; // the digit before may have moved the focus
    if (event.key !== " " || !(tick instanceof HTMLInputElement) || tick.type !== "checkbox") return;
    if (takesText(event.target) || !form.contains(tick)) return;
    event.preventDefault();
    pressed = true;
    if (event.repeat) return;
    tick.click();
    if (tick.checked) goOn();
  });
  form.ownerDocument.addEventListener("keyup", (event) => {
    if (event.key === " " && pressed) event.preventDefault();
    pressed = false;
  });
}

/** A scan on a page about somebody leads to the next one; while something is begun and undecided, it asks. */
function goWhereScanned(form: HTMLFormElement, hands: HTMLFormElement | null): void {
  const sought = form.querySelector<HTMLInputElement>("input[name=q]");
  if (!sought) return;
  listen(form.ownerDocument, (burst) => {
    if (!isScan(burst) || burst.digits === form.dataset.number) return;
    sought.value = burst.digits;
    if (!hands || !isBegun(form.ownerDocument)) {
      form.requestSubmit();
      return;
    }
    form.hidden = false;
    form.querySelector<HTMLElement>("button")?.focus();
  });
}

/** Whether anything was ticked, compared or written on this page. */
function isBegun(page: Document): boolean {
  if (page.querySelector("[data-equal]:not([hidden])")) return true;
  return [...page.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("main :is(input, textarea)")].some(
    (field) =>
      field.type !== "hidden" &&
      (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)
        ? field.checked
        : field.value !== field.defaultValue),
  );
}
