// The page's half of a web terminal. What a person types goes to the binding `toProgram`, which the driver adds.

let term;

/** Open a terminal of this many cells; `fontSize` in CSS pixels decides how large a cell is. */
function openTerminal(cols, rows, fontSize) {
  term = new Terminal({
    cols,
    rows,
    fontSize,
    fontFamily: "DejaVu Sans Mono, monospace",
    cursorBlink: false,
    scrollback: 100,
    allowProposedApi: true,
  });
  term.loadAddon(new Unicode11Addon.Unicode11Addon());
  term.unicode.activeVersion = "11";
  term.loadAddon(new ImageAddon.ImageAddon());
  term.onData((data) => toProgram(data));
  term.onBinary((data) => toProgram(data));
  term.open(document.getElementById("terminal"));
  term.focus();
  return cellSize();
}

/** A cell in CSS pixels, fractions included. */
function cellSize() {
  const box = document.querySelector(".xterm-screen").getBoundingClientRect();
  return [box.width / term.cols, box.height / term.rows];
}

/** Take in the program's output, given in base64; resolves once it is in the buffer. */
function feed(base64) {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return new Promise((resolve) => term.write(bytes, resolve));
}

/** The visible lines of text. */
function screenText() {
  const buffer = term.buffer.active;
  const line = (row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? "";
  return Array.from({ length: term.rows }, (_, row) => line(row));
}

/** What is left in the terminal: which screen is shown, modes that change input. */
function state() {
  const { mouseTrackingMode, bracketedPasteMode, sendFocusMode, synchronizedOutputMode } = term.modes;
  return {
    alternate: term.buffer.active.type === "alternate",
    modes: { mouseTrackingMode, bracketedPasteMode, sendFocusMode, synchronizedOutputMode },
  };
}

/** Resolves when what is in the buffer has been painted. */
function painted() {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}
