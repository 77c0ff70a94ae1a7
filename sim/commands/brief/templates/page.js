"use strict";
(() => {
  // Sliders of a sweep: the rows of its table are the only source of numbers; sliders choose one of them.
  const places = row => row.dataset.at.split(" ").map(Number);
  const copy = (from, to) => to.replaceChildren(...[...from.childNodes].map(node => node.cloneNode(true)));

  // Of the points with this value on this axis, the one that is nearest to where the other sliders stand.
  function nearest(rows, wanted, axis) {
    let best = null, least = Infinity;
    for (const row of rows) {
      const at = places(row);
      if (axis !== null && at[axis] !== wanted[axis]) continue;
      const far = at.reduce((sum, place, i) => sum + (place === wanted[i] ? 0 : 1000 + Math.abs(place - wanted[i])), 0);
      if (far < least) { least = far; best = row; }
    }
    return best;
  }

  function sweep(box) {
    const rows = [...box.querySelectorAll("table.points tbody tr")];
    const inputs = [...box.querySelectorAll("input[type=range]")];
    const panel = box.querySelector(".sliders"), cards = [...box.querySelectorAll("table.setting td")];
    const map = [...box.querySelectorAll("table.map tbody tr")];
    if (!rows.length || !inputs.length) return;
    let current = rows[0];

    function fillMap() {
      const here = places(current);
      map.forEach((line, down) => [...line.querySelectorAll("td")].forEach((cell, across) => {
        const wanted = [across, down, ...here.slice(2)];
        const found = rows.find(row => places(row).every((place, i) => place === wanted[i]));
        cell.classList.toggle("here", found === current);
        if (found === current) cell.setAttribute("aria-current", "true"); else cell.removeAttribute("aria-current");
        if (found) copy(found.children[inputs.length], cell); else cell.textContent = "–";
      }));
    }

    function show() {
      places(current).forEach((place, i) => {
        const text = current.children[i].textContent;
        inputs[i].value = place;
        inputs[i].setAttribute("aria-valuetext", text);
        inputs[i].nextElementSibling.value = text;
      });
      cards.forEach((cell, i) => copy(current.children[inputs.length + i], cell));
      rows.forEach(row => row.classList.toggle("here", row === current));
      fillMap();
    }

    inputs.forEach((input, axis) => input.addEventListener("input", () => {
      const wanted = places(current);
      wanted[axis] = Number(input.value);
      current = nearest(rows, wanted, axis) || nearest(rows, wanted, null);
      show();
    }));
    map.forEach((line, down) => [...line.querySelectorAll("td")].forEach((cell, across) =>
      cell.addEventListener("click", () => {
        current = nearest(rows, [across, down, ...places(current).slice(2)], null);
        show();
      })));
    panel.hidden = false;
    show();
  }

  document.querySelectorAll(".sweep").forEach(sweep);

  // Only a table that is wider than its place is a stop of the Tab key: it is moved by the arrows.
  const fit = new ResizeObserver(seen => seen.forEach(({ target }) => {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0; else target.removeAttribute("tabindex");
  }));
  document.querySelectorAll(".scroll").forEach(box => fit.observe(box));
})();
