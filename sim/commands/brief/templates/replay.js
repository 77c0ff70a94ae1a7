(() => {
  // One replication, played from steps: (minutes since the last step, value) by turns.
  const SPEEDS = [1, 3, 6, 24], DOTS = 200;
  const INK = "#1c2733", SOFT = "#4d5b69", LINE = "#b9c4ce", WASH = "#f4f7fa", BLUE = "#1f5fa8", ORANGE = "#b4561d";
  const FONT = 'system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif';

  function unfold(flat) {
    const times = [], values = [];
    let now = 0;
    for (let i = 0; i < flat.length; i += 2) { now += flat[i]; times.push(now); values.push(flat[i + 1]); }
    return { times, values };
  }

  // The number of times that are not after t.
  function upTo(times, t) {
    let low = 0, high = times.length;
    while (low < high) { const middle = (low + high) >> 1; if (times[middle] <= t) low = middle + 1; else high = middle; }
    return low;
  }

  const at = (steps, t) => { const i = upTo(steps.times, t); return i ? steps.values[i - 1] : 0; };

  function read(raw, words) {
    const trips = { leaves: [], ride: [], port: [], site: [], people: [], longest: 0 };
    let now = 0;
    for (let i = 0; i < raw.trips.length; i += 5) {
      now += raw.trips[i];
      trips.leaves.push(now); trips.ride.push(raw.trips[i + 1]); trips.port.push(raw.trips[i + 2]);
      trips.site.push(raw.trips[i + 3]); trips.people.push(raw.trips[i + 4]);
      trips.longest = Math.max(trips.longest, raw.trips[i + 1]);
    }
    return {
      first: Date.parse(raw.first + "T00:00:00Z"), end: raw.end, busiest: raw.busiest, trips,
      ports: raw.ports.map((port, i) => ({ name: words.ports[i], people: unfold(port.people) })),
      sites: raw.sites.map((site, i) => ({
        name: words.sites[i], rooms: site.rooms, taken: unfold(site.taken), states: unfold(site.states),
      })),
    };
  }

  function onTheWay(trips, t) {
    const found = [];
    for (let i = upTo(trips.leaves, t) - 1; i >= 0 && trips.leaves[i] > t - trips.longest; i--)
      if (t < trips.leaves[i] + trips.ride[i]) found.push(i);
    return found;
  }

  // Where things stand on a canvas of a width: points on the left (on a phone above), sites in a grid.
  function layout(width, data) {
    const narrow = width < 620, gap = 8, boxes = [], tiles = [];
    const left = narrow ? 0 : Math.max(170, width * 0.2), tile = narrow ? 100 : 132, high = 50;
    const columns = Math.max(1, Math.floor((width - left - (narrow ? 0 : 50) + gap) / (tile + gap)));
    const from = narrow ? 0 : left + 50, top = narrow ? 150 : 0;
    const wide = (width - from - gap * (columns - 1)) / columns;
    data.sites.forEach((_, i) => tiles.push({
      x: from + (i % columns) * (wide + gap), y: top + Math.floor(i / columns) * (high + gap), w: wide, h: high,
    }));
    const bottom = tiles.reduce((most, one) => Math.max(most, one.y + one.h), top + high);
    const height = Math.max(bottom, narrow ? 0 : data.ports.length * 120) + 2;
    const n = data.ports.length || 1, each = narrow ? (width - gap * (n - 1)) / n : Math.min(180, (height - gap * (n - 1)) / n);
    data.ports.forEach((_, i) => boxes.push(narrow
      ? { x: i * (each + gap), y: 0, w: each, h: 116 } : { x: 0, y: i * (each + gap), w: left, h: each }));
    return { boxes, tiles, height };
  }

  function cut(pen, text, width) {
    if (pen.measureText(text).width <= width) return text;
    while (text.length > 1 && pen.measureText(text + "…").width > width) text = text.slice(0, -1);
    return text + "…";
  }

  function drawPort(pen, box, port, people, words) {
    pen.fillStyle = WASH; pen.strokeStyle = LINE; pen.lineWidth = 1; pen.setLineDash([]);
    pen.fillRect(box.x, box.y, box.w, box.h); pen.strokeRect(box.x + .5, box.y + .5, box.w - 1, box.h - 1);
    pen.fillStyle = INK; pen.font = "600 13px " + FONT; pen.fillText(cut(pen, port.name, box.w - 16), box.x + 8, box.y + 18);
    pen.font = "600 20px " + FONT; pen.fillText(String(people), box.x + 8, box.y + 42);
    const wide = pen.measureText(String(people)).width;
    pen.font = "11px " + FONT; pen.fillStyle = SOFT;
    pen.fillText(cut(pen, words.people, box.w - wide - 22), box.x + 14 + wide, box.y + 42);
    pen.fillStyle = ORANGE;
    const per = Math.max(1, Math.floor((box.w - 16) / 8)), most = per * Math.floor((box.h - 54) / 8);
    for (let i = 0; i < Math.min(people, DOTS, most); i++) {
      pen.beginPath(); pen.arc(box.x + 11 + (i % per) * 8, box.y + 56 + Math.floor(i / per) * 8, 3, 0, 7); pen.fill();
    }
  }

  function drawSite(pen, tile, site, taken, state, words) {
    const shown = state > 0 && state < 4, share = site.rooms ? Math.min(taken / site.rooms, 1) : 0;
    pen.fillStyle = shown ? "#fff" : WASH; pen.fillRect(tile.x, tile.y, tile.w, tile.h);
    if (taken) { pen.fillStyle = state === 3 ? "#d9b79d" : "#a9c6e6"; pen.fillRect(tile.x, tile.y, tile.w * share, tile.h); }
    pen.strokeStyle = state === 2 ? BLUE : state === 3 ? ORANGE : LINE; pen.lineWidth = shown ? 2 : 1;
    pen.setLineDash(state === 1 ? [4, 3] : []);
    pen.strokeRect(tile.x + 1, tile.y + 1, tile.w - 2, tile.h - 2);
    pen.setLineDash([]);
    pen.fillStyle = shown ? INK : SOFT; pen.font = (shown ? "600 " : "") + "12px " + FONT;
    pen.fillText(cut(pen, site.name, tile.w - 12), tile.x + 6, tile.y + 16);
    pen.font = "11px " + FONT; pen.fillStyle = shown ? INK : SOFT;
    pen.fillText(cut(pen, state === 2 || taken ? taken + " / " + site.rooms : words.states[state], tile.w - 12), tile.x + 6, tile.y + 31);
    if (state === 3 || (taken && state !== 2)) pen.fillText(cut(pen, words.states[state], tile.w - 12), tile.x + 6, tile.y + 44);
  }

  function drawCoach(pen, from, to, along, people) {
    const x0 = from.x + from.w / 2, y0 = from.y + from.h / 2, x1 = to.x + to.w / 2, y1 = to.y + to.h / 2;
    const x = x0 + (x1 - x0) * along, y = y0 + (y1 - y0) * along;
    pen.fillStyle = ORANGE; pen.fillRect(x - 12, y - 8, 24, 16);
    pen.fillStyle = "#fff"; pen.font = "600 11px " + FONT; pen.textAlign = "center";
    pen.fillText(String(people), x, y + 4); pen.textAlign = "left";
  }

  function player(box) {
    const source = document.getElementById(box.dataset.source);
    if (!source) return;
    const words = JSON.parse(box.dataset.words), data = read(JSON.parse(source.textContent), words);
    const stage = box.querySelector(".stage"), canvas = box.querySelector("canvas"), pen = canvas.getContext("2d");
    const find = name => box.querySelector("." + name);
    const play = find("play"), days = find("days"), speed = find("speed"), clock = find("clock"), status = find("status");
    const spoken = box.closest("[lang]").lang, language = spoken === "en" ? "en-GB" : spoken;
    const told = new Intl.DateTimeFormat(language, {
      weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC",
    });
    const numbers = new Intl.NumberFormat(language);
    let now = 0, running = false, last = 0, width = 0, places = null, frames = 0;
    const moment = t => told.format(new Date(data.first + Math.floor(t) * 60000));

    function fit() {
      const wide = Math.floor(stage.clientWidth);
      if (!wide || (wide === width && places)) return;
      width = wide;
      places = layout(width, data);
      const ratio = window.devicePixelRatio || 1;
      canvas.width = width * ratio; canvas.height = places.height * ratio;
      canvas.style.width = width + "px"; canvas.style.height = places.height + "px";
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    }

    function draw() {
      fit();
      if (!places) return;
      pen.clearRect(0, 0, width, places.height);
      data.sites.forEach((site, i) => drawSite(pen, places.tiles[i], site, at(site.taken, now), at(site.states, now), words));
      data.ports.forEach((port, i) => drawPort(pen, places.boxes[i], port, at(port.people, now), words));
      for (const i of onTheWay(data.trips, now))
        drawCoach(pen, places.boxes[data.trips.port[i]], places.tiles[data.trips.site[i]],
          (now - data.trips.leaves[i]) / data.trips.ride[i], data.trips.people[i]);
      clock.textContent = moment(now);
      find("now").textContent = sentence();
      frames += 1;
      box.dataset.frames = frames;
      box.dataset.minute = Math.floor(now);
    }

    // What is seen, in a sentence.
    function sentence() {
      const sum = steps => steps.reduce((total, one) => total + at(one, now), 0);
      const values = {
        moment: moment(now), people: sum(data.ports.map(port => port.people)), coaches: onTheWay(data.trips, now).length,
        rooms: sum(data.sites.map(site => site.taken)), sites: data.sites.filter(site => at(site.states, now) === 2).length,
      };
      return words.status.replace(/\{(\w+)\}/g, (_, name) =>
        typeof values[name] === "number" ? numbers.format(values[name]) : values[name]);
    }

    // Said to those who do not see it, when it stands still.
    function tell() {
      status.textContent = sentence();
      canvas.setAttribute("aria-label", words.picture + ". " + status.textContent);
    }

    function goTo(t) {
      now = Math.min(Math.max(t, 0), data.end);
      days.value = Math.floor(now / 60);
      days.setAttribute("aria-valuetext", moment(now));
      draw();
    }

    function run(yes) {
      running = yes && now < data.end;
      play.textContent = running ? words.pause : words.play;
      if (running) { last = 0; requestAnimationFrame(frame); } else tell();
    }

    function frame(stamp) {
      if (!running) return;
      if (last) goTo(now + (stamp - last) / 1000 * Number(speed.value) * 60);
      last = stamp;
      if (now >= data.end) run(false); else requestAnimationFrame(frame);
    }

    days.max = Math.floor(data.end / 60);
    for (const each of SPEEDS) {
      const option = document.createElement("option");
      option.value = each; option.textContent = words.per_second.replace("{n}", each); option.selected = each === 6;
      speed.append(option);
    }
    play.addEventListener("click", () => { if (!running && now >= data.end) goTo(0); run(!running); });
    days.addEventListener("input", () => { goTo(Number(days.value) * 60); if (!running) tell(); });
    find("busiest").addEventListener("click", () => { run(false); goTo(data.busiest); tell(); });
    new ResizeObserver(draw).observe(stage);
    find("no-script").hidden = true;
    find("player").hidden = false;
    goTo(data.busiest);
    tell();
  }

  document.querySelectorAll(".replay-box").forEach(player);
})();
