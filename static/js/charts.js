// The dashboard's charts (ECharts): drawn from the block of data #charts in the colours of the tokens, light and dark.
// Each stands beside a table that says the same, so the drawing itself is hidden from those who hear the page.
(() => {
  "use strict";
  const source = document.getElementById("charts");
  if (!source || !window.echarts) return;
  const charts = JSON.parse(source.textContent);
  const quiet = matchMedia("(prefers-reduced-motion: reduce)");
  const drawn = new Map();

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const tokens = () => Object.fromEntries(
    ["lake", "edge", "late", "ink", "grey", "rule", "paper", "font"].map((name) => [name, token(name)]));

  const text = (t, colour) => ({ color: colour, fontFamily: t.font, fontSize: 12 });
  const spaced = (unit) => (/^[a-z]/i.test(unit || "") ? `\u00a0${unit}` : unit || "");
  const percent = (unit) => (value) => (value === null || value === undefined ? "—" : `${value}${spaced(unit)}`);

  const common = (chart, t) => ({
    animation: !quiet.matches,
    animationDuration: 200,
    textStyle: text(t, t.ink),
    color: chart.series.map((series) => t[series.tone]),
    tooltip: {
      trigger: "axis", renderMode: "richText", // the strict CSP knows no inline style
      axisPointer: { type: chart.kind === "line" ? "line" : "shadow", lineStyle: { color: t.edge },
        shadowStyle: { color: t.rule, opacity: .35 } },
      backgroundColor: t.paper, borderColor: t.rule, textStyle: text(t, t.ink), valueFormatter: percent(chart.unit),
      confine: true,
    },
    legend: chart.series.length > 1
      ? { top: 0, left: 0, itemWidth: 12, itemHeight: 12, icon: "roundRect", textStyle: text(t, t.grey) }
      : { show: false },
  });

  const names = (chart, t) => ({
    type: "category", data: chart.names, axisTick: { show: false }, axisLine: { lineStyle: { color: t.edge } },
    axisLabel: { ...text(t, t.grey), hideOverlap: true },
  });
  const values = (chart, t) => ({
    type: "value", minInterval: chart.unit ? 0 : 1, splitNumber: 4, scale: Boolean(chart.unit),
    max: chart.unit === "%" ? 100 : null,
    axisLabel: { ...text(t, t.grey), formatter: percent(chart.unit), hideOverlap: true },
    splitLine: { lineStyle: { color: t.rule } },
  });

  const draw = {
    bars: (chart, t) => ({
      ...common(chart, t),
      grid: { left: 4, right: 16, top: 32, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: values(chart, t),
      yAxis: { ...names(chart, t), inverse: true, axisLabel: { ...text(t, t.ink), width: 112, overflow: "truncate" } },
      series: chart.series.map((series) => (
        { type: "bar", stack: chart.apart ? null : "all", barMaxWidth: chart.apart ? 8 : 14, name: series.name, data: series.values })),
    }),
    columns: (chart, t) => ({
      ...common(chart, t),
      grid: { left: 4, right: 8, top: 36, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: names(chart, t),
      yAxis: values(chart, t),
      series: chart.series.map((series) => (
        { type: "bar", barMaxWidth: 14, barGap: "20%", name: series.name, data: series.values })),
    }),
    line: (chart, t) => ({
      ...common(chart, t),
      grid: { left: 4, right: 24, top: 36, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: { ...names(chart, t), boundaryGap: false },
      yAxis: values(chart, t),
      series: chart.series.map((series) => ({
        type: "line", name: series.name, data: series.values, symbolSize: 6, symbol: "circle",
        lineStyle: { width: 2 },
        markLine: chart.goal && {
          silent: true, symbol: "none", data: [{ yAxis: chart.goal.value }],
          lineStyle: { color: t.edge, type: "dashed" },
          label: { ...text(t, t.grey), formatter: chart.goal.name, position: "insideEndTop" },
        },
      })),
    }),
  };

  const show = (place) => {
    const chart = charts[place.dataset.chart];
    if (!chart || !chart.names.length) return;
    let drawing = drawn.get(place);
    if (!drawing) {
      drawing = window.echarts.init(place, null, { renderer: "svg" });
      drawn.set(place, drawing);
      new ResizeObserver(() => drawing.resize()).observe(place);
    }
    drawing.setOption(draw[chart.kind](chart, tokens()), true);
  };

  const all = () => document.querySelectorAll("[data-chart]").forEach(show);
  all();
  new MutationObserver(all).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
  addEventListener("beforeprint", () => drawn.forEach((drawing) => drawing.resize()));
})();
