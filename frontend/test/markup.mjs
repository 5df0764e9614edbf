/** Validates pages: `{name: html}` as JSON on standard input, one line for each fault on standard output. */
import { text } from "node:stream/consumers";
import { HtmlValidate } from "html-validate";

const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    // Style and script come from here alone; their names stay from one release to the next, so that a page
    // which a browser kept would refuse the newer file.
    "require-sri": ["error", { target: "crossorigin" }],
    // A number that must not break says so by its look, and is copied with the hyphens that people type.
    "tel-non-breaking": ["error", { ignoreClasses: ["nowrap", "tile"] }],
    // The editor of letters shows bold and lists, which a textarea cannot.
    "prefer-native-element": ["error", { exclude: ["textbox"] }],
    // Several ticks of one question have one name; steps of one page have a heading each, one is shown.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit"] }],
    "heading-level": ["error", { allowMultipleH1: true }],
    // Resident numbers and passwords for one use are for no password manager.
    "autocomplete-password": "off",
    // Templates leave blanks behind; nobody reads them.
    "no-trailing-whitespace": "off",
  },
});

for (const [name, html] of Object.entries(JSON.parse(await text(process.stdin)))) {
  const { results } = await validator.validateString(html);
  for (const { line, column, ruleId, message } of results.flatMap((one) => one.messages))
    console.log(`${name}:${line}:${column} ${ruleId}: ${message}`);
}
