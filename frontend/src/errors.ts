/**
 * Errors of a form, at their fields and in the summary on top. The markup stands in the page already
 * (krds.html: field, error_summary); a script that gets `{"errors": {field: sentence}}` fills it in.
 */

/** Gives the focus to the summary of a page that came back with errors. */
export function mount(root: ParentNode): void {
  // Who jumped to a part of the page has its name in the address: the answer would begin there, past its errors.
  root.addEventListener("submit", () => {
    if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  });
  root.querySelector<HTMLElement>("[data-error-summary]:not([hidden])")?.focus();
}

/**
 * Shows sentences at the fields of `form` and in its summary, which gets the focus.
 * Keys are names of fields; a key without a field stands in the summary only.
 */
export function showErrors(form: HTMLFormElement, sentences: Readonly<Record<string, string>>): void {
  clearErrors(form);
  const list: HTMLElement[] = [];
  for (const [name, sentence] of Object.entries(sentences)) {
    const field = form.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`);
    const input = field?.querySelector<HTMLElement>("input, select, textarea");
    const item = document.createElement("li");
    if (field && input) {
      field.classList.add("wrong");
      input.setAttribute("aria-invalid", "true");
      const place = field.querySelector<HTMLElement>("[data-error]");
      const text = place?.querySelector<HTMLElement>("[data-error-text]");
      if (place && text) {
        text.textContent = sentence;
        place.hidden = false;
      }
      const link = document.createElement("a");
      link.href = `#${input.id}`;
      link.textContent = sentence;
      item.append(link);
    } else {
      item.textContent = sentence;
    }
    list.push(item);
  }
  const summary = summaryOf(form);
  if (!summary || list.length === 0) return;
  const title = summary.querySelector<HTMLElement>("[data-error-count]");
  if (title) title.textContent = (title.dataset.errorCount ?? "").replace("{n}", String(list.length));
  summary.querySelector("ul")?.replaceChildren(...list);
  summary.hidden = false;
  summary.focus();
}

/** Shows one sentence about the whole form. */
export function showMessage(form: HTMLFormElement, sentence: string): void {
  showErrors(form, { "": sentence });
  const title = summaryOf(form)?.querySelector<HTMLElement>("[data-error-count]");
  if (title) title.textContent = title.dataset.errorPlain ?? "";
}

/** Takes all errors of `form` away, before it is tried again. */
export function clearErrors(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll<HTMLElement>(".wrong[data-field]")) {
    field.classList.remove("wrong");
    for (const place of field.querySelectorAll<HTMLElement>("[data-error]")) place.hidden = true;
    for (const input of field.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  }
  const summary = summaryOf(form);
  if (summary) summary.hidden = true;
}

/** The summary stands in the form, or before it in the same part of the page. */
function summaryOf(form: HTMLFormElement): HTMLElement | null {
  return (
    form.querySelector<HTMLElement>("[data-error-summary]") ??
    form.parentElement?.querySelector<HTMLElement>("[data-error-summary]") ??
    document.querySelector<HTMLElement>("[data-error-summary]")
  );
}
