"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { nodes, edges, statements, ways, cycles, resources } = data;
  const search = document.getElementById("search");
  const list = document.getElementById("list");
  const canvas = document.getElementById("canvas");
  const title = document.getElementById("title");
  const details = document.getElementById("details");
  const WIDTH = 145, HEIGHT = 42, GAP = 14, TOP = 34, MOST = 24, FEW = 12;
  const STRENGTH = { always: 0, conditional: 1, unknown: 2 };

  const ins = nodes.map(() => []);
  const outs = nodes.map(() => []);
  edges.forEach((edge, index) => { outs[edge.source].push(index); ins[edge.target].push(index); });
  const shortest = new Set(ways.flatMap((way) => way.edges));

  const element = (name, properties = {}, ...children) => {
    const made = document.createElement(name);
    Object.assign(made, properties);
    made.append(...children.filter((child) => child !== ""));
    return made;
  };
  const drawn = (name, attributes = {}, text = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  };
  const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
  // Long names often begin alike, so both of their ends are shown.
  const ends = (text, length) => (text.length > length
    ? `${text.slice(0, Math.ceil(length / 2) - 1)}…${text.slice(-Math.floor(length / 2))}` : text);
  const cycleText = (cycle) => cycle.slice(0, FEW).map((each) => nodes[each].name).join(", ")
    + (cycle.length > FEW ? ` and ${cycle.length - FEW} more` : "");
  const strongest = (group) => group.reduce((best, one) =>
    STRENGTH[edges[one].certainty] < STRENGTH[edges[best].certainty] ? one : best);

  // Every edge of one pair is one line.
  const grouped = (numbers) => {
    const pairs = new Map();
    for (const number of numbers) {
      const key = `${edges[number].source} ${edges[number].target}`;
      if (!pairs.has(key)) pairs.set(key, []);
      pairs.get(key).push(number);
    }
    return [...pairs.values()];
  };

  // Layers: as many steps from the start as the longest of the ways that are drawn; rights come last.
  const layersOf = (numbers, members) => {
    const layer = new Map(members.map((node) => [node, 0]));
    for (let round = 0; round < members.length; round += 1) {
      let moved = false;
      for (const number of numbers) {
        const { source, target } = edges[number];
        const next = layer.get(source) + 1;
        if (layer.get(target) < next && next < members.length) { layer.set(target, next); moved = true; }
      }
      if (!moved) break;
    }
    const last = Math.max(...layer.values());
    for (const node of members) if (nodes[node].kind === "administrator") layer.set(node, Math.max(last, 1));
    return layer;
  };

  const columnsOf = (layer, numbers) => {
    const columns = [];
    for (const [node, at] of layer) (columns[at] ||= []).push(node);
    const filled = columns.filter(Boolean);
    // A node stands near the middle of those that lead to it, so that few lines cross.
    const row = new Map();
    filled.forEach((column) => {
      const middle = (node) => {
        const before = numbers.filter((number) => edges[number].target === node && row.has(edges[number].source));
        return before.length ? before.reduce((sum, number) => sum + row.get(edges[number].source), 0) / before.length : 1e9;
      };
      const order = new Map(column.map((node) => [node, middle(node)]));
      column.sort((one, other) => order.get(one) - order.get(other) || nodes[one].name.localeCompare(nodes[other].name));
      column.forEach((node, index) => row.set(node, index));
    });
    return filled;
  };

  const press = (target, act) => {
    target.addEventListener("click", act);
    target.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); }
    });
  };

  const draw = (columns, numbers, headings, chosen) => {
    const room = (canvas.clientWidth - columns.length * WIDTH - 8) / Math.max(columns.length - 1, 1);
    const BETWEEN = Math.min(190, Math.max(112, Math.floor(room)));
    const tallest = Math.max(1, ...columns.map((column) => column.length));
    const height = TOP + tallest * (HEIGHT + GAP) + 10;
    const width = columns.length * (WIDTH + BETWEEN) - BETWEEN + 4;
    // A little too wide a picture is made smaller, so that its goal is seen; a much wider one would not be readable.
    const scale = Math.min(1, Math.max(canvas.clientWidth / width, 0.7));
    const size = { width: Math.floor(width * scale), height: Math.ceil(height * scale) };
    const svg = drawn("svg", { ...size, viewBox: `0 0 ${width} ${height}`, role: "group" });
    const places = new Map();
    columns.forEach((column, at) => {
      const share = (height - TOP - 10) / Math.max(column.length, 1);
      const step = column.length === tallest ? HEIGHT + GAP : Math.min(share, (HEIGHT + GAP) * 2.2);
      // What one looks for should not be below the window's end.
      const middle = Math.min((height - TOP - 10 - step * column.length) / 2, 240);
      const start = TOP + middle + (step - HEIGHT) / 2;
      column.forEach((node, index) => places.set(node, { x: at * (WIDTH + BETWEEN) + 2, y: start + index * step }));
      if (headings[at]) svg.append(drawn("text", { x: at * (WIDTH + BETWEEN) + 4, y: 14, class: "layer" }, headings[at]));
    });
    const groups = grouped(numbers);
    const into = new Map(), from = new Map();
    for (const [first] of groups) {
      into.set(edges[first].target, (into.get(edges[first].target) || 0) + 1);
      from.set(edges[first].source, (from.get(edges[first].source) || 0) + 1);
    }
    // A label stands at the end that no other line shares.
    const end = (edge) => (into.get(edge.target) === 1 ? "target" : from.get(edge.source) === 1 ? "source" : "middle");
    for (const group of groups) svg.append(line(group, places, end, Math.floor((BETWEEN - 14) / 6)));
    for (const [node, place] of places) svg.append(box(node, place, node === chosen));
    canvas.replaceChildren(svg);
  };

  const line = (group, places, end, letters) => {
    const edge = edges[strongest(group)];
    const from = places.get(edge.source), to = places.get(edge.target);
    const isBack = to.x <= from.x;
    const x1 = isBack ? from.x : from.x + WIDTH, x2 = isBack ? to.x + WIDTH : to.x - 8;
    const y1 = from.y + HEIGHT / 2, y2 = to.y + HEIGHT / 2;
    const bend = isBack && to.x === from.x ? -60 : (x2 - x1) * 0.45;
    const path = isBack && to.x === from.x
      ? `M${from.x + WIDTH},${y1} C${from.x + WIDTH + 70},${y1} ${to.x + WIDTH + 70},${y2} ${to.x + WIDTH + 8},${y2}`
      : `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2 + (isBack ? 8 : 0)},${y2}`;
    const isShortest = group.some((number) => shortest.has(number));
    const made = drawn("g", { class: `edge ${edge.certainty}${isShortest ? " shortest" : ""}`, tabindex: 0, role: "button",
      "data-source": edge.source, "data-target": edge.target,
      "aria-label": `${nodes[edge.source].text} to ${nodes[edge.target].text} ${edge.text}` });
    const tip = isBack ? `M${to.x + WIDTH},${y2} l9,-5 v10 z` : `M${to.x},${y2} l-9,-5 v10 z`;
    const more = group.length > 1 ? ` +${group.length - 1}` : "";
    const at = end(edge);
    const middle = isBack ? { x: (x1 + x2) / 2, y: (y1 + y2) / 2 - 5, "text-anchor": "middle" }
      : at === "target" ? { x: x2 - 3, y: y2 - 6, "text-anchor": "end" }
      : at === "source" ? { x: x1 + 5, y: y1 - 6, "text-anchor": "start" }
      : { x: (x1 + x2) / 2, y: (y1 + y2) / 2 - 5, "text-anchor": "middle" };
    made.append(
      drawn("title", {}, `${edge.text}${more && `, and ${group.length - 1} more`}`),
      drawn("path", { d: path, class: "hit" }), drawn("path", { d: path, class: "line" }), drawn("path", { d: tip, class: "tip" }),
      drawn("text", { ...middle, class: "label" }, cut(edge.short, letters - more.length) + more),
    );
    press(made, () => { mark(made); showEdges(group); });
    return made;
  };

  const box = (node, place, isChosen) => {
    const { name, kind, text, outside, administrator } = nodes[node];
    const isPower = administrator || kind === "administrator";
    const made = drawn("g", { class: `node${outside ? " outside" : ""}${isPower ? " power" : ""}${isChosen ? " chosen" : ""}`,
      transform: `translate(${place.x},${place.y})`, tabindex: 0, role: "button", "data-node": node, "aria-label": text });
    const below = kind === "anyone" ? "whoever asks" : kind === "administrator" ? "the whole account"
      : `${kind}${administrator ? ", administrator" : ""}`;
    made.append(drawn("title", {}, nodes[node].id), drawn("rect", { width: WIDTH, height: HEIGHT, rx: 7, class: "box" }),
      drawn("text", { x: 10, y: 18 }, ends(name, 20)), drawn("text", { x: 10, y: 33, class: "small" }, cut(below, 25)));
    press(made, () => choose(node));
    return made;
  };

  const mark = (made) => {
    canvas.querySelectorAll(".edge.chosen").forEach((one) => one.classList.remove("chosen"));
    made.classList.add("chosen");
  };

  const evidence = (edge) => edge.statements.map(([number, message]) => element("div", {},
    element("p", {}, message), element("p", { className: "where" }, statements[number].place),
    element("pre", {}, statements[number].text)));

  const showEdges = (group) => {
    const first = edges[group[0]];
    details.replaceChildren(
      element("h2", {}, nodes[first.source].text, " → ", nodes[first.target].text),
      ...group.flatMap((number) => [
        element("p", { className: `row ${edges[number].certainty}` }, edges[number].text), ...evidence(edges[number]),
      ]),
    );
    details.scrollTop = 0;
  };

  const rows = (numbers, end, heading) => (numbers.length ? [element("h3", {}, `${heading} (${numbers.length})`),
    ...bySureness(numbers).slice(0, 300).map((number) => element("button", { type: "button", className: `row ${edges[number].certainty}`,
      onclick: () => showEdges([number]) }, element("strong", {}, nodes[edges[number][end]].text), ` ${edges[number].text}`)),
    numbers.length > 300 ? element("p", { className: "faint" }, `… and ${numbers.length - 300} more`) : ""] : []);

  const showNode = (node) => {
    const { text, id, place, groups, administrator, outside } = nodes[node];
    const inCycle = cycles.filter((cycle) => cycle.includes(node));
    details.replaceChildren(
      element("h2", {}, text), id !== text ? element("p", { className: "where" }, id) : "",
      place ? element("p", { className: "where" }, place) : "",
      element("p", {}, outside ? element("span", { className: "tag outside" }, "outside") : "", " ",
        administrator ? element("span", { className: "tag power" }, "administrator") : ""),
      groups.length ? element("p", {}, `in ${groups.join(", ")}`) : "",
      ...inCycle.map((cycle) => element("p", {}, `cycle of ${cycleText(cycle)}`)),
      ...rows(ins[node], "source", "Who becomes it"), ...rows(outs[node], "target", "What it can become"),
    );
    details.scrollTop = 0;
  };

  const bySureness = (numbers) => [...numbers].sort((one, other) => (shortest.has(other) - shortest.has(one))
    || (STRENGTH[edges[one].certainty] - STRENGTH[edges[other].certainty]) || one - other);

  const choose = (node) => {
    const few = (numbers, end) => [...new Set(bySureness(numbers).map((number) => edges[number][end]))]
      .filter((other) => other !== node).slice(0, MOST);
    const before = few(ins[node], "source");
    const after = few(outs[node], "target").filter((other) => !before.includes(other));
    const kept = new Set([...before, ...after]);
    const numbers = [...ins[node].filter((number) => kept.has(edges[number].source)),
      ...outs[node].filter((number) => kept.has(edges[number].target))];
    const columns = [before, [node], after], headings = ["BECOMES IT", "", "IT BECOMES"];
    const used = columns.map((column, index) => [column, headings[index]]).filter(([column]) => column.length);
    draw(used.map(([column]) => column), numbers, used.map(([, heading]) => heading), node);
    const count = new Set([...ins[node].map((n) => edges[n].source), ...outs[node].map((n) => edges[n].target)]).size;
    title.textContent = `${nodes[node].text}${count > kept.size ? `: ${kept.size} of ${count} neighbours, the rest are listed` : ""}`;
    showNode(node);
    list.querySelectorAll("button").forEach((button) => button.classList.toggle("chosen", Number(button.dataset.node) === node));
  };

  const showWays = () => {
    // That someone is an administrator is told by its colour; a node for the rights would only take room.
    const numbers = [...shortest].filter((number) => edges[number].kind !== "administrator" || edges[number].outside !== "no");
    list.querySelectorAll("button").forEach((button) => button.classList.remove("chosen"));
    if (!numbers.length) {
      title.textContent = "No way was found. Choose a principal to see its neighbours.";
      canvas.replaceChildren();
    } else {
      const members = [...new Set(numbers.flatMap((number) => [edges[number].source, edges[number].target]))];
      const columns = columnsOf(layersOf(numbers, members), numbers);
      title.textContent = "Shortest ways";
      draw(columns, numbers, columns.map((column, at) => at === 0 ? "START" : at === columns.length - 1 ? "GOAL" : `STEP ${at}`), -1);
    }
    details.replaceChildren(element("h2", {}, "Ways"),
      ...ways.map((way) => element("button", { type: "button", className: `row ${way.unsure ? "unknown" : "always"}`,
        onclick: () => showWay(way) }, way.text, way.unsure ? " (unknown)" : "")),
      ways.length ? "" : element("p", { className: "faint" }, "none"),
      ...(cycles.length ? [element("h3", {}, "Cycles"), ...cycles.map((cycle) => element("button", { type: "button", className: "row",
        onclick: () => choose(cycle[0]) }, cycleText(cycle)))] : []),
      ...(resources.length ? [element("h3", {}, "Resources that a stranger may use"), ...resources.map((one) =>
        element("p", { className: `row ${one.unsure ? "unknown" : "always"}` }, element("strong", {}, one.name), ` ${one.text} `,
          element("span", { className: "where" }, one.place)))] : []));
  };

  const showWay = (way) => {
    showWays();
    const on = new Set(way.edges);
    canvas.querySelectorAll(".edge").forEach((one) => one.classList.toggle("faded", ![...on].some((number) =>
      edges[number].source === Number(one.dataset.source) && edges[number].target === Number(one.dataset.target))));
    details.replaceChildren(element("button", { type: "button", onclick: showWays }, "‹ all ways"),
      element("h2", {}, way.text), ...way.edges.flatMap((number) => [
        element("p", { className: `row ${edges[number].certainty}` }, element("strong", {}, nodes[edges[number].target].text),
          ` ${edges[number].text}`), ...evidence(edges[number])]));
    details.scrollTop = 0;
  };

  const fill = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const item of list.children) {
      item.hidden = !words.every((word) => item.dataset.text.includes(word));
      count += !item.hidden;
    }
    document.getElementById("shown").textContent = `${count} of ${nodes.length}`;
  };

  const rank = (node) => (node.outside ? 0 : node.administrator ? 1 : 2);
  nodes.map((node, index) => [node, index])
    .sort(([one], [other]) => rank(one) - rank(other) || one.name.localeCompare(other.name))
    .forEach(([node, index]) => {
      const tags = [node.outside && ["outside", "outside"], node.administrator && ["power", "admin"]].filter(Boolean);
      const button = element("button", { type: "button", onclick: () => choose(index), title: node.id },
        element("span", {}, ends(node.name, 40)),
        tags.length ? element("span", { className: `tag ${tags[0][0]}` }, tags[0][1]) : element("span", { className: "kind" }, node.kind));
      button.dataset.node = index;
      const item = element("li", {}, button);
      item.dataset.text = `${node.text} ${node.id} ${node.outside ? "outside" : ""} ${node.administrator ? "administrator" : ""}`.toLowerCase();
      list.append(item);
    });

  search.addEventListener("input", fill);
  document.getElementById("all-ways").addEventListener("click", showWays);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape") {
      if (search.value) { search.value = ""; fill(); } else showWays();
    }
  });
  fill();
  showWays();
})();
