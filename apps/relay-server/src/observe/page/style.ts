/** The look of the status page. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #1d1c1a; --quiet: #5f5c57; --line: #dfdbd3; --accent: #17705a; --wash: #17705a1f; --alarm: #a8321c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #151614; --ink: #ecebe6; --quiet: #a5a29b; --line: #34352f; --accent: #6fcbb1; --wash: #6fcbb126; --alarm: #ff9a82;
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  max-width: 60rem; margin: 0 auto; padding: clamp(1rem, 4vw, 3rem) clamp(1rem, 4vw, 2rem);
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; }
header svg { width: 2rem; height: 2rem; color: var(--accent); }
h1 { font-size: clamp(1.125rem, 5vw, 1.5rem); font-weight: 600; letter-spacing: -.01em; }
header p { flex-basis: 100%; color: var(--quiet); max-width: 42rem; }
.state { margin-left: auto; color: var(--accent); font-weight: 600; flex-basis: auto; }
.dot { display: inline-block; width: .6rem; height: .6rem; margin-right: .5rem; border-radius: 50%; background: currentColor; }
.not-ready, .alarm { color: var(--alarm); }
.alarm { margin-top: 1rem; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1rem; font-weight: 600; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9rem), 1fr)); gap: .75rem; }
.tiles > * { padding: clamp(.75rem, 2.5vw, 1rem); border: 1px solid var(--line); border-radius: .5rem; }
.numbers { margin-top: 2rem; }
dt, figcaption, th { color: var(--quiet); font-size: .875rem; font-weight: 400; text-align: left; }
.value { font-size: clamp(1.375rem, 5vw, 1.75rem); line-height: 1.25; font-weight: 600; letter-spacing: -.01em; }
.more { display: flex; flex-wrap: wrap; gap: 0 .75rem; }
td span { display: inline-block; }
.more { color: var(--quiet); font-size: .875rem; }
figure svg { display: block; width: 100%; height: 2.5rem; margin: .5rem 0; }
polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.area { fill: var(--wash); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 0 3rem; align-items: start; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .375rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
td { padding-left: 1rem; text-align: right; }
footer { margin-top: 2.5rem; display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; font-size: .875rem; color: var(--quiet); }
a { color: var(--accent); text-underline-offset: .2em; }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
`;
