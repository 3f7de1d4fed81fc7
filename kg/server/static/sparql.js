// The editor of SPARQL: YASGUI's, in place of the plain text field, which remains without script.
// Everything that it completes comes from this server; nothing is asked of other hosts.
(async () => {
  const field = document.getElementById("query");
  if (!field || !window.Yasqe) return;
  const form = field.form;
  const run = () => form.requestSubmit();
  const known = await (await fetch("/sparql/terms")).json();

  // The grammar takes a prefix that is not declared for an error; the endpoint declares its own.
  Yasqe.defineMode("sparql-here", (config) => {
    const mode = Yasqe.getMode(config, "sparql11");
    return { ...mode, startState: () => ({ ...mode.startState(), prefixes: { ...known.prefixes } }) };
  });

  const isWord = (token) => !["var", "atom", "keyword", "comment", "string", "error"].includes(token.type)
    && /^[a-z][\w-]*:?[\w-]*$/i.test(token.string);
  Yasqe.registerAutocompleter({
    name: "terms",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition: (editor) => isWord(editor.getCompleteToken()),
    get: (editor, token) => {
      const word = token.string.toLowerCase();
      const found = known.terms.filter(([name]) => name.toLowerCase().startsWith(word));
      const further = known.terms.filter(([name]) => !found.some(([one]) => one === name)
        && name.toLowerCase().split(":")[1].startsWith(word));
      return [...found, ...further].slice(0, 60).map(([name, label]) => `${name}\n${label}`);
    },
    postprocessHints: (editor, hints) => hints.map((hint) => {
      const [name, label] = hint.text.split("\n");
      const render = (item) => {
        item.textContent = name;
        const small = document.createElement("small");
        small.textContent = ` ${label}`;
        item.append(small);
      };
      return { ...hint, text: name, displayText: name, render };
    }),
  }, false);

  Yasqe.defaults.autocompleters = ["variables", "terms"]; // its own ask prefix.cc and LOV

  const place = document.createElement("div");
  field.before(place);
  const editor = new Yasqe(place, {
    value: field.value,
    mode: "sparql-here",
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    viewportMargin: Infinity,
    screenReaderLabel: "Query",
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": false },
  });
  field.hidden = true;
  form.querySelector("label[for=query]").remove();
  form.querySelector(".keys").hidden = false;
  form.addEventListener("submit", () => { field.value = editor.getValue(); });

  const problem = document.querySelector(".problem");
  const [, line, column] = problem?.textContent.match(/line (\d+), column (\d+)/) ?? [];
  if (line) {
    editor.getDoc().setCursor(line - 1, column - 1);
    editor.addLineClass(line - 1, "background", "wrong");
  }
})();
