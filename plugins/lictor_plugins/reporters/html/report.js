"use strict";
(() => {
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const levels = [...document.querySelectorAll("input[data-level]")];
  const rows = [...document.querySelectorAll("details[data-level]")].map((row) => ({
    row,
    level: row.dataset.level,
    text: row.textContent.toLowerCase(),
    fields: { area: row.dataset.area, file: row.dataset.file, rule: row.dataset.rule, level: row.dataset.level },
  }));

  // `file:roles/a.json` is one exact field; any other word may stand anywhere
  const matches = (one, word) => {
    const [, name, value] = /^(area|file|rule|level):(.+)$/.exec(word) || [];
    return name ? one.fields[name] === value : one.text.includes(word.toLowerCase());
  };

  const apply = () => {
    const words = search.value.match(/(?:area|file|rule|level):"[^"]*"|\S+/g) || [];
    const wanted = words.map((word) => word.replace(/"/g, ""));
    const on = new Set(levels.filter((box) => box.checked).map((box) => box.dataset.level));
    let count = 0;
    for (const one of rows) {
      const isShown = on.has(one.level) && wanted.every((word) => matches(one, word));
      one.row.hidden = !isShown;
      count += isShown;
    }
    shown.textContent = `${count} of ${rows.length} shown`;
  };

  search.addEventListener("input", apply);
  levels.forEach((box) => box.addEventListener("change", apply));
  document.querySelectorAll("button[data-filter]").forEach((button) =>
    button.addEventListener("click", () => {
      search.value = search.value === button.dataset.filter ? "" : button.dataset.filter;
      apply();
      search.scrollIntoView({ block: "nearest" });
    }),
  );
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && search.value) {
      search.value = "";
      apply();
    }
  });
  apply();
})();
