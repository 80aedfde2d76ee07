// The drawing pad: one implementation for the web page (page.js) and the notebook (widget.js).
//
//   mountPad(element, reader)
//
// `reader` is what differs between the two: how a drawing gets to a network.
//   reader.read(drawing, signal)  → Promise of {digit, probabilities, seen, model?, milliseconds?}
//   reader.teach(drawing, label)  → Promise of a sentence that says what became of it
// A drawing is {strokes: [[[x, y], …], …], size: [width, height]}. Both may fail with an Error whose
// message is a sentence for the person who draws; its `retryAfter` (seconds) has the pad try again.

const SIDE = 280; // the pad's own unit, whatever size it has on the screen
const PEN = 16;
const STEP = 14; // an arrow key moves the pen by a twentieth of the pad
const PAUSE = 66; // milliseconds between two questions while drawing
const REST = 700; // a screen reader is told the answer once the drawing rests
const PATIENCE = 4000;
const ENOUGH = 0.6; // below this probability the answer names two digits

const MOVES = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
  Home: [-1, -1], PageUp: [1, -1], End: [-1, 1], PageDown: [1, 1],
};

export function mountPad(root, reader) {
  const view = build(root);
  const drawing = new Drawing();
  const answers = new Answers(reader, view, drawing);
  let frame = 0;
  let told = drawing.strokes; // the ones that `taught` speaks of
  const repaint = () => { frame ||= requestAnimationFrame(() => { frame = 0; paint(view.paper, drawing); }); };
  const changed = () => {
    repaint();
    const empty = drawing.strokes.length === 0;
    view.undo.disabled = drawing.past.length === 0;
    view.clear.disabled = empty;
    for (const button of view.labels) button.disabled = empty;
    if (drawing.strokes !== told) view.taught.textContent = "";
    answers.ask();
  };
  const undo = () => { drawing.undo(); changed(); view.say(drawing.strokes.length ? "Undone." : "The pad is empty."); };
  const clear = () => { drawing.clear(); changed(); view.say("The pad is empty."); };

  drawWithPointer(view.paper, drawing, changed);
  drawWithKeys(view, drawing, { changed, repaint, undo, clear });
  view.undo.addEventListener("click", undo);
  view.clear.addEventListener("click", clear);
  view.labels.forEach((button, label) => button.addEventListener("click", () => teach(label)));

  async function teach(label) {
    const given = drawing.plain();
    told = drawing.strokes;
    view.taught.textContent = "Sending …";
    try {
      view.taught.textContent = await reader.teach(given, label);
    } catch (problem) {
      view.taught.textContent = problem.message;
    }
    view.taught.scrollIntoView({ block: "nearest" }); // on a telephone it may lie below the window
  }

  const resized = new ResizeObserver(repaint);
  resized.observe(view.paper);
  const scheme = matchMedia("(prefers-color-scheme: dark), (forced-colors: active)");
  scheme.addEventListener("change", repaint);
  changed();
  return () => { resized.disconnect(); scheme.removeEventListener("change", repaint); answers.stop(); };
}

// ── what is drawn

class Drawing {
  strokes = []; // never changed in place, so that `past` can hold on to what was
  past = [];
  cursor = { x: SIDE / 2, y: SIDE / 2, shown: false, down: false };

  begin(point) {
    this.past.push(this.strokes);
    this.strokes = [...this.strokes, [point]];
  }

  extend(point) {
    const last = this.strokes.at(-1);
    const [x, y] = last.at(-1);
    if (x !== point[0] || y !== point[1]) this.strokes = [...this.strokes.slice(0, -1), [...last, point]];
  }

  undo() { this.strokes = this.past.pop() ?? []; this.cursor.down = false; }

  clear() {
    if (this.strokes.length) this.past.push(this.strokes);
    this.strokes = [];
    this.cursor.down = false;
  }

  plain() { return { strokes: this.strokes, size: [SIDE, SIDE] }; }
}

// ── mouse, pen and finger

function drawWithPointer(paper, drawing, changed) {
  let pointer = null; // the one that draws: a second finger does not
  let writing = false;

  function place(event) {
    const edge = paper.getBoundingClientRect();
    const scale = SIDE / paper.clientWidth;
    const tenths = (value) => Math.round(10 * scale * value) / 10;
    return [tenths(event.clientX - edge.left - paper.clientLeft), tenths(event.clientY - edge.top - paper.clientTop)];
  }

  function follow(event) {
    const point = place(event);
    const inside = point.every((value) => value >= 0 && value <= SIDE);
    // At the pad's border the pen leaves the paper; it comes back as a new stroke.
    if (inside && writing) drawing.extend(point);
    else if (inside) drawing.begin(point);
    writing = inside;
  }

  paper.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    writing = false;
    drawing.cursor.shown = drawing.cursor.down = false;
    paper.setPointerCapture(pointer);
    follow(event);
    changed();
  });
  paper.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) follow(each);
    changed();
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    paper.addEventListener(end, (event) => { if (event.pointerId === pointer) pointer = null; });
  }
}

// ── keys

function drawWithKeys(view, drawing, { changed, repaint, undo, clear }) {
  const { paper } = view;
  const cursor = drawing.cursor;
  const tell = () => {
    const [column, row] = [cursor.x, cursor.y].map((value) => Math.round(value / STEP) + 1);
    view.say(`Pen ${cursor.down ? "down" : "up"}, column ${column}, row ${row} of ${SIDE / STEP + 1}.`);
  };

  function press(event) {
    if (event.altKey || event.metaKey) return false;
    if (event.ctrlKey) return event.key === "z" && (undo(), true);
    if (event.key === "Backspace") return undo(), true;
    if (event.key === "Delete") return clear(), true;
    if (event.key === " ") {
      cursor.down = !cursor.down;
      if (cursor.down) drawing.begin([cursor.x, cursor.y]);
    } else if (event.key === "Escape") {
      cursor.down = false;
    } else if (MOVES[event.key]) {
      const step = event.shiftKey ? STEP / 4 : STEP;
      const [right, down] = MOVES[event.key];
      cursor.x = Math.min(SIDE, Math.max(0, cursor.x + right * step));
      cursor.y = Math.min(SIDE, Math.max(0, cursor.y + down * step));
      if (cursor.down) drawing.extend([cursor.x, cursor.y]);
    } else {
      return false;
    }
    cursor.shown = true;
    changed();
    tell();
    return true;
  }

  paper.addEventListener("keydown", (event) => { if (press(event)) event.preventDefault(); });
  paper.addEventListener("focus", () => { cursor.shown = paper.matches(":focus-visible"); repaint(); });
  paper.addEventListener("blur", () => { cursor.shown = cursor.down = false; repaint(); });
}

// ── answers: one question at a time, always about the newest drawing

class Answers {
  constructor(reader, view, drawing) {
    Object.assign(this, { reader, view, drawing, asking: null, asked: null, timer: 0, rest: 0 });
  }

  ask() {
    if (!this.drawing.strokes.length) return this.stop(), this.view.nothing();
    if (this.drawing.strokes === this.asked) return; // only the cursor has moved
    // An answer to a drawing that has grown since is still worth showing; to an older one it is not.
    const grown = this.asked && this.drawing.strokes.length >= this.asked.length;
    if (this.asking && !grown) this.stop();
    this.view.busy(true);
    if (!this.asking && !this.timer) this.send();
  }

  stop() {
    this.asking?.abort();
    this.asking = this.asked = null;
    clearTimeout(this.timer);
    clearTimeout(this.rest);
    this.timer = 0;
  }

  async send() {
    const asking = (this.asking = new AbortController());
    const asked = (this.asked = this.drawing.strokes);
    const impatient = setTimeout(() => this.view.trouble("Still waiting for an answer …"), PATIENCE);
    let pause = PAUSE;
    let again = false;
    try {
      const answer = await this.reader.read(this.drawing.plain(), asking.signal);
      if (asking.signal.aborted) return;
      this.view.show(answer);
      clearTimeout(this.rest);
      this.rest = setTimeout(() => this.view.say(sentence(answer.probabilities)), REST);
    } catch (problem) {
      if (asking.signal.aborted) return;
      this.view.trouble(problem.message);
      again = problem.retryAfter > 0;
      if (again) pause = 1000 * problem.retryAfter;
    } finally {
      clearTimeout(impatient);
    }
    this.asking = null;
    const done = () => this.drawing.strokes === asked && !again;
    if (done()) this.view.busy(false);
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (!done()) this.send();
    }, pause);
  }
}

function sentence(probabilities) {
  const [first, second] = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const sure = (digit) => `${percent(probabilities[digit])} sure`;
  if (probabilities[first] >= ENOUGH) return `This is a ${first}, ${sure(first)}.`;
  return `Perhaps a ${first}, ${sure(first)}, or a ${second}, ${sure(second)}.`;
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}

// ── what is seen

function paint(paper, drawing) {
  const side = paper.clientWidth * devicePixelRatio;
  if (!side) return;
  if (paper.width !== Math.round(side)) paper.width = paper.height = Math.round(side);
  const pen = paper.getContext("2d");
  const { color } = getComputedStyle(paper); // the person's own colours, forced ones too
  pen.setTransform(side / SIDE, 0, 0, side / SIDE, 0, 0);
  pen.clearRect(0, 0, SIDE, SIDE);
  Object.assign(pen, { strokeStyle: color, fillStyle: color, lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  for (const stroke of drawing.strokes) {
    dot(pen, ...stroke[0]); // a line of no length has no ink
    pen.beginPath();
    pen.moveTo(...stroke[0]);
    for (const point of stroke) pen.lineTo(...point);
    pen.stroke();
  }
  const { x, y, shown, down } = drawing.cursor;
  if (!shown) return;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(x, y, PEN / 2 + 3, 0, 2 * Math.PI);
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    pen.moveTo(x + 11 * dx, y + 11 * dy);
    pen.lineTo(x + 18 * dx, y + 18 * dy);
  }
  pen.stroke();
  if (down) dot(pen, x, y);
}

function dot(pen, x, y) {
  pen.beginPath();
  pen.arc(x, y, PEN / 2, 0, 2 * Math.PI);
  pen.fill();
}

function paintSeen(seen, rows) {
  const pen = seen.getContext("2d");
  const picture = pen.createImageData(28, 28);
  rows.flat().forEach((ink, n) => picture.data.set([ink, ink, ink, 255], 4 * n));
  pen.putImageData(picture, 0, 0);
}

function build(root) {
  const make = (tag, into, properties = {}, attributes = {}) => {
    const element = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    into.append(element);
    return element;
  };
  const names = crypto.getRandomValues(new Uint32Array(1))[0];
  const help = `pad-help-${names}`;
  const pad = make("div", root, { className: "pad" });

  const left = make("div", pad, { className: "pad-left" });
  const paper = make("canvas", left, { className: "pad-paper", tabIndex: 0 }, {
    role: "application", "aria-label": "Drawing pad", "aria-roledescription": "drawing pad", "aria-describedby": help,
  });
  const tools = make("div", left, { className: "pad-tools" });
  const undo = make("button", tools, { type: "button", textContent: "Undo" });
  const clear = make("button", tools, { type: "button", textContent: "Clear" });

  const right = make("div", pad, { className: "pad-right" });
  const head = make("div", right, { className: "pad-head" });
  const seen = make("canvas", head, { className: "pad-seen", width: 28, height: 28 },
    { role: "img", "aria-label": "What the network sees: nothing yet" });
  const answer = make("p", head, { className: "pad-answer" });
  const trouble = make("p", right, { className: "pad-trouble" }, { role: "alert" });
  const bars = make("ol", right, { className: "pad-bars" }, { "aria-label": "Probability of each digit" });
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = make("li", bars);
    make("span", row, { className: "pad-digit", textContent: digit });
    const bar = make("span", make("span", row, { className: "pad-bar" }, { "aria-hidden": "true" }));
    return { row, bar, value: make("span", row, { className: "pad-value" }) };
  });
  const wrong = make("fieldset", right, { className: "pad-wrong" });
  make("legend", wrong, { textContent: "That was wrong? It is a …" });
  const labels = Array.from({ length: 10 }, (_, digit) =>
    make("button", wrong, { type: "button", textContent: digit }, { "aria-label": `It is a ${digit}` }));
  const taught = make("p", wrong, { className: "pad-taught" }, { role: "status" });
  make("p", pad, { className: "pad-help", id: help, textContent:
    "Draw one digit with mouse, pen or finger. Or by keyboard: the arrow keys move, " +
    "Home, End, Page Up and Page Down move aslant, Space puts the pen down and up, Backspace undoes." });
  const status = make("p", pad, { className: "pad-status" }, { role: "status" });

  // JupyterLab's own shortcuts (X cuts the cell, 0 0 restarts the kernel) must not see what is typed
  // here. JupyterLab looks for the mark on the element that has the focus, before its parents.
  for (const element of [paper, undo, clear, ...labels]) element.dataset.lmSuppressShortcuts = "true";

  const bar = (probabilities) => rows.forEach(({ row, bar, value }, digit) => {
    const share = probabilities?.[digit] ?? 0;
    bar.style.inlineSize = `${100 * share}%`;
    value.textContent = probabilities ? percent(share) : "";
    row.classList.toggle("pad-best", Boolean(probabilities) && share === Math.max(...probabilities));
  });

  return {
    paper, undo, clear, labels, taught,
    busy: (asking) => { right.setAttribute("aria-busy", asking); },
    say: (text) => { status.textContent = text; },
    trouble: (text) => { trouble.textContent = text; },
    show({ digit, probabilities, seen: picture }) {
      trouble.textContent = "";
      answer.textContent = digit;
      bar(probabilities);
      paintSeen(seen, picture);
      seen.setAttribute("aria-label", "What the network sees: 28 by 28 pixels");
    },
    nothing() {
      right.setAttribute("aria-busy", false);
      answer.textContent = trouble.textContent = taught.textContent = "";
      bar(null);
      seen.getContext("2d").clearRect(0, 0, 28, 28);
      seen.setAttribute("aria-label", "What the network sees: nothing yet");
    },
  };
}
