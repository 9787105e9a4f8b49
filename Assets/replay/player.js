// Plays a recorded session: the ball and the paddle of every court at every step, as the program that recorded it
// computed them. No rule of the game is here. `frames` are the starts of parts and the states after every step.
"use strict";
function playPong(root) {
  const session = JSON.parse(root.querySelector("script.session").textContent);
  const courts = session.courts.length, frames = session.frames;
  const bytes = Uint8Array.from(atob(root.querySelector("script.states").textContent.trim()), c => c.charCodeAt(0));
  // Numbers of all frames and courts: ball x, ball y, paddle x; then a byte each that says what happened.
  const size = frames * courts * 3 * session.numberBytes;
  const places = session.numberBytes === 2 ? new Int16Array(bytes.buffer, 0, frames * courts * 3)
    : new Int32Array(bytes.buffer, 0, frames * courts * 3);
  const happened = bytes.subarray(size, size + frames * courts);
  const CATCH = 1, MISS = 2, PERSON = 4, START = 8;
  const FPS = 60, TRAIL = 16, FLASH = 30;

  // What each court shows at each frame, of the hand that holds the paddle: streak, best, misses, catches, whether the
  // streak is longer than any that ended.
  const counts = new Int32Array(frames * courts * 5);
  for (let c = 0; c < courts; c++) {
    let hands = [];
    for (let f = 0; f < frames; f++) {
      const flags = happened[f * courts + c];
      if (flags & START) hands = [0, 1].map(() => ({ streak: 0, best: 0, misses: 0, catches: 0, ended: 0 }));
      const hand = hands[flags & PERSON ? 1 : 0];
      if (flags & CATCH) { hand.streak++; hand.catches++; hand.best = Math.max(hand.best, hand.streak); }
      if (flags & MISS) { hand.misses++; hand.ended = Math.max(hand.ended, hand.streak); hand.streak = 0; }
      const isRecord = hand.ended > 0 && hand.streak > hand.ended;
      counts.set([hand.streak, hand.best, hand.misses, hand.catches, isRecord ? 1 : 0], (f * courts + c) * 5);
    }
  }

  const make = (tag, name, parent, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };
  const grid = make("div", "courts", root);
  // All of it is to be seen at once: courts beside one another are as large as two rows of them, or one, leave room for.
  grid.style.setProperty("--most", courts <= 3 ? "min(420px, 46vh)" : "min(260px, 22vh)");
  const views = session.courts.map((name, index) => {
    const figure = make("figure", "court", grid), head = make("div", "head", figure);
    make("span", "name", head, name).title = name;
    const streak = make("span", "streak", head), canvas = make("canvas", "field", figure);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "The court of " + name);
    return { streak, canvas, figures: make("div", "figures", figure), color: "--p" + index % 6, missed: -1e9 };
  });
  const bar = make("div", "bar", root), marks = make("canvas", "marks", bar);
  marks.setAttribute("aria-hidden", "true");
  const slider = make("input", "", bar);
  Object.assign(slider, { type: "range", min: 0, max: frames - 1, step: 1, value: 0 });
  slider.setAttribute("aria-label", "Place in the recording");
  const controls = make("div", "controls", root);
  const play = make("button", "play", controls), speed = make("select", "", controls);
  play.type = "button";
  speed.setAttribute("aria-label", "Speed");
  const speeds = [0.25, 0.5, 1, 2, 4, 8];
  for (const factor of speeds) make("option", "", speed, factor + " x").value = factor;
  speed.value = 1;
  const theme = make("button", "", controls);
  theme.type = "button";
  const time = make("span", "time", controls);
  make("p", "hint", root, "Space plays and pauses, arrow keys go 1 s back and on, comma and point a step, + and - change the speed.");

  let position = 0, playing = false, last = 0, dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let colors = {};
  const color = name => colors[name] ??= getComputedStyle(root).getPropertyValue(name).trim();

  function fit(canvas) {
    const scale = devicePixelRatio || 1, box = canvas.getBoundingClientRect();
    const width = Math.max(1, Math.round(box.width * scale)), height = Math.max(1, Math.round(box.height * scale));
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    return canvas.getContext("2d");
  }

  const at = (frame, court, number) => places[(frame * courts + court) * 3 + number] / session.unitsPerPixel;
  const flagsAt = (frame, court) => happened[frame * courts + court];

  /// Places between two frames; none lies between where a ball was served or a part began.
  function place(court) {
    const frame = Math.floor(position), next = Math.min(frame + 1, frames - 1), share = position - frame;
    const jumps = flagsAt(next, court) & (MISS | START);
    return [0, 1, 2].map(number => {
      const from = at(frame, court, number);
      return jumps && number < 2 || flagsAt(next, court) & START ? from : from + (at(next, court, number) - from) * share;
    });
  }

  function drawCourt(view, court) {
    const pen = fit(view.canvas), scale = view.canvas.width / (session.field[0] + 6), wall = 3 * scale;
    const width = session.field[0] * scale, height = session.field[1] * scale;
    pen.fillStyle = color("--wall");
    pen.fillRect(0, 0, view.canvas.width, view.canvas.height);
    pen.fillStyle = color("--court");
    pen.fillRect(wall, wall, width, view.canvas.height - wall);
    pen.fillStyle = color("--floor");
    for (let dash = 0; dash < 20; dash++)
      pen.fillRect(wall + (4 * dash + 1) * width / 80, wall + height - wall, 2 * width / 80, wall);
    const frame = Math.floor(position), [x, y, paddle] = place(court), half = session.ball / 2;
    const glow = calm ? 0 : Math.max(0, 1 - (position - view.missed) / FLASH);
    if (glow > 0 && position >= view.missed) {
      pen.globalAlpha = 0.6 * glow;
      pen.fillStyle = color("--miss");
      pen.fillRect(wall, wall + height * 0.85, width, height * 0.15);
      pen.globalAlpha = 1;
    }
    pen.save();
    pen.beginPath();
    pen.rect(wall, wall, width, height);
    pen.clip();
    const own = color(flagsAt(frame, court) & PERSON ? "--person" : view.color);
    pen.fillStyle = own;
    for (let age = calm ? 0 : TRAIL; age > 0; age--) {
      const older = frame - age + 1;
      if (older < 0) continue;
      let broken = false;
      for (let f = older + 1; f <= frame; f++) if (flagsAt(f, court) & (MISS | START)) broken = true;
      if (broken) continue;
      pen.globalAlpha = 0.3 * (1 - age / TRAIL);
      pen.beginPath();
      pen.arc(wall + (at(older, court, 0) + half) * scale, wall + (at(older, court, 1) + half) * scale,
        half * scale * (0.8 - 0.6 * age / TRAIL), 0, 2 * Math.PI);
      pen.fill();
    }
    pen.globalAlpha = 1;
    const [paddleWidth, paddleHeight, paddleY] = session.paddle;
    round(pen, wall + paddle * scale, wall + paddleY * scale, paddleWidth * scale, paddleHeight * scale, 3 * scale);
    pen.fillStyle = color("--ball");
    round(pen, wall + x * scale, wall + y * scale, session.ball * scale, session.ball * scale, 3 * scale);
    pen.restore();
  }

  function round(pen, x, y, width, height, radius) {
    pen.beginPath();
    pen.roundRect(x, y, width, height, radius);
    pen.fill();
  }

  const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };

  function show() {
    const frame = Math.floor(position);
    views.forEach((view, court) => {
      const [streak, best, misses, catches, isRecord] = counts.subarray((frame * courts + court) * 5);
      write(view.streak, String(streak));
      view.streak.classList.toggle("record", isRecord !== 0);
      const rate = catches + misses ? " · " + (100 * catches / (catches + misses)).toFixed(1) + "\u00a0%" : "";
      write(view.figures, "best " + best + " · missed " + misses + rate);
      drawCourt(view, court);
    });
    slider.value = frame;
    const clock = f => Math.floor(f / FPS / 60) + ":" + String(Math.floor(f / FPS) % 60).padStart(2, "0");
    slider.setAttribute("aria-valuetext", clock(frame));
    write(time, clock(frame) + " of " + clock(frames - 1));
    write(play, playing ? "Pause" : "Play");
    write(theme, dark ? "Light" : "Dark");
  }

  /// What the bar marks: misses in the colour of their court, starts of parts.
  function drawMarks() {
    const pen = fit(marks), width = marks.width, height = marks.height, row = height / courts;
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = color("--line");
    pen.fillRect(0, height - 1, width, 1);
    for (let f = 0; f < frames; f++) for (let c = 0; c < courts; c++) {
      const flags = flagsAt(f, c), x = f / Math.max(frames - 1, 1) * (width - 2);
      if (flags & MISS) { pen.fillStyle = color(views[c].color); pen.fillRect(x, c * row, 2, Math.max(row - 1, 1)); }
      if (flags & START && f > 0) { pen.fillStyle = color("--label"); pen.fillRect(x, 0, 1, height); }
    }
  }

  function seek(target) {
    position = Math.min(Math.max(target, 0), frames - 1);
    for (const view of views) view.missed = -1e9;
    show();
  }

  function step(now) {
    if (!playing) return;
    const before = Math.floor(position);
    // A tab that was hidden does not catch up.
    position += Math.min((now - last) / 1000, 0.25) * FPS * Number(speed.value);
    last = now;
    if (position >= frames - 1) { position = frames - 1; playing = false; }
    for (let f = before + 1; f <= Math.floor(position); f++)
      for (let c = 0; c < courts; c++)
        // Never more than two flashes a second, however fast it plays.
        if (flagsAt(f, c) & MISS && f - views[c].missed > FLASH * Math.max(1, Number(speed.value))) views[c].missed = f;
    show();
    if (playing) requestAnimationFrame(step);
  }

  function toggle() {
    playing = !playing;
    if (playing && position >= frames - 1) seek(0);
    last = performance.now();
    show();
    if (playing) requestAnimationFrame(step);
  }

  function paint() {
    root.classList.toggle("dark", dark);
    colors = {};
    drawMarks();
    show();
  }

  play.onclick = toggle;
  slider.oninput = () => seek(Number(slider.value));
  theme.onclick = () => { dark = !dark; paint(); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", event => { dark = event.matches; paint(); });
  const keys = {
    " ": toggle, ArrowLeft: () => seek(position - FPS), ArrowRight: () => seek(position + FPS),
    ",": () => { playing = false; seek(Math.ceil(position) - 1); }, ".": () => { playing = false; seek(Math.floor(position) + 1); },
    Home: () => seek(0), End: () => seek(frames - 1), "+": () => hurry(1), "=": () => hurry(1), "-": () => hurry(-1),
  };
  function hurry(by) {
    const index = speeds.indexOf(Number(speed.value)) + by;
    speed.value = speeds[Math.min(Math.max(index, 0), speeds.length - 1)];
  }
  root.tabIndex = 0;
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "A recorded game of " + session.courts.join(", "));
  root.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target === speed) return;
    if (event.key === " " && event.target.tagName === "BUTTON" && event.target !== play) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  new ResizeObserver(() => { drawMarks(); show(); }).observe(root);
  paint();
  return {
    frames, seek, toggle,
    state: court => place(court).map(number => Math.round(number * session.unitsPerPixel)),
    counts: court => Array.from(counts.subarray((Math.floor(position) * courts + court) * 5).subarray(0, 4)),
  };
}
for (const root of document.querySelectorAll(".pong")) root.pong = playPong(root);
