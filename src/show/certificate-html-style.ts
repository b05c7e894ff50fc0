/** The page's whole style: light, dark, and on paper. */
export const certificateStyle = `
:root {
  color-scheme: light dark;
  --ink: #1c2733; --faint: #5a6875; --line: #d5dde4; --paper: #ffffff; --ground: #f3f6f8; --code: #eaf0f4;
  --pass: #18713a; --pass-ground: #e3f4e9; --warn: #8a5300; --warn-ground: #fdf0d8; --fail: #b3261e; --fail-ground: #fce8e6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4eaf0; --faint: #9eacb9; --line: #35424e; --paper: #1a2229; --ground: #11171c; --code: #26313a;
    --pass: #6fd391; --pass-ground: #173524; --warn: #f0b95c; --warn-ground: #3a2c12; --fail: #ff9a8f; --fail-ground: #431f1c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
header, main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1.25rem 0; }
main { padding-bottom: 3rem; }
h1 { margin: 0; font-size: 1.6rem; }
h2 { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; justify-content: space-between; margin: 0 0 1rem; font-size: 1.2rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: var(--faint); }
h4 { margin: 0; font-size: 1rem; font-weight: 600; }
p { margin: .35rem 0; }
header p { color: var(--faint); }
code { font: .85em/1.4 ui-monospace, Consolas, "DejaVu Sans Mono", monospace; background: var(--code); padding: .1em .35em; border-radius: .25em; font-weight: 400; }
a { color: inherit; }
.note { background: var(--warn-ground); color: var(--ink); border-left: .25rem solid var(--warn); padding: .5rem .75rem; border-radius: .25rem; }
.note ul { margin: .25rem 0; padding-left: 1.25rem; }
section { background: var(--paper); border: 1px solid var(--line); border-top: .25rem solid var(--line); border-radius: .4rem; padding: 1.25rem; margin-top: 1.25rem; }
section.pass { border-top-color: var(--pass); } section.warn { border-top-color: var(--warn); } section.fail { border-top-color: var(--fail); }
.badge { display: inline-block; font-size: .8rem; font-weight: 600; padding: .15rem .6rem; border-radius: 1rem; white-space: nowrap; }
.badge.pass { color: var(--pass); background: var(--pass-ground); } .badge.warn { color: var(--warn); background: var(--warn-ground); } .badge.fail { color: var(--fail); background: var(--fail-ground); }
strong.pass, span.pass { color: var(--pass); } strong.warn, span.warn { color: var(--warn); } strong.fail, span.fail, small.fail { color: var(--fail); }
.about { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 2rem; }
.about h3 { margin-top: 0; }
.facts { margin: 0; }
.facts div { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: .75rem; padding: .3rem 0; border-bottom: 1px solid var(--line); }
.facts div:last-child { border-bottom: 0; }
.facts dt { color: var(--faint); } .facts dd { margin: 0; }
.life { display: block; width: 100%; height: .35rem; margin-top: .35rem; border-radius: .2rem; }
.life .whole { fill: var(--pass); } .life.warn .whole { fill: var(--warn); } .life.fail .whole { fill: var(--fail); } .life .gone { fill: var(--line); }
.chain { list-style: none; margin: 0; padding: 0; }
.chain li { position: relative; }
.chain li + li { padding-top: 1.5rem; }
.chain li + li::before { content: ""; position: absolute; top: 0; left: 1.25rem; height: 1.5rem; border-left: 2px solid var(--faint); }
.chain li + li::after { content: ""; position: absolute; top: 1.05rem; left: calc(1.25rem - 4px); border: 5px solid transparent; border-bottom-width: 0; border-top: 7px solid var(--faint); }
.chain li.broken::before { border-left: 2px dashed var(--fail); } .chain li.broken::after { border-top-color: var(--fail); }
.chain .link { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .75rem; background: var(--ground); }
.chain .broken .link { border-color: var(--fail); }
.chain .gap span { display: block; border: 1px dashed var(--fail); color: var(--fail); border-radius: .4rem; padding: .5rem .75rem; }
.chain strong, .chain small, .chain .role { display: block; }
.chain .role { font-size: .75rem; color: var(--faint); }
.finding { border-left: .25rem solid var(--line); padding: .6rem .9rem; margin: .6rem 0; border-radius: .25rem; background: var(--ground); break-inside: avoid; }
.finding.fail { border-left-color: var(--fail); } .finding.warn, .finding.could-not-check { border-left-color: var(--warn); }
.finding .status { font-size: .8rem; font-weight: 600; } .finding.fail .status { color: var(--fail); } .finding.warn .status, .finding.could-not-check .status { color: var(--warn); }
.finding.ignored { opacity: .75; }
.required { font-size: .9rem; color: var(--faint); }
.fix { margin-top: .5rem; } .fix > span { font-size: .8rem; font-weight: 600; color: var(--faint); }
.fix ol { margin: .15rem 0 0; padding-left: 1.4rem; }
.clean { color: var(--pass); font-weight: 600; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: .8rem; color: var(--faint); }
th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr { break-inside: avoid; }
.quiet { font-size: .9rem; margin-top: 1rem; } .quiet caption { text-align: left; color: var(--faint); padding-bottom: .25rem; }
.quiet td:nth-child(1) { width: 7.5rem; } .quiet td:nth-child(2) { width: 32%; }
.quiet .pass .status { color: var(--pass); } .quiet .not-applicable { color: var(--faint); }
.overview { background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; border-collapse: separate; border-spacing: 0; }
.overview th, .overview td { padding: .5rem .75rem; } .overview tr:last-child td { border-bottom: 0; }
.overview th, .overview td:nth-child(3) { white-space: nowrap; } .overview td:nth-child(2) { min-width: 16rem; }
@media (max-width: 46rem) { .about { grid-template-columns: minmax(0, 1fr); } .about > div { margin-top: 1.25rem; } .facts div { grid-template-columns: minmax(0, 1fr); gap: 0; } }
@media screen and (max-width: 46rem) {
  .overview thead, .fleet thead { position: absolute; clip-path: inset(50%); }
  .overview, .overview tbody, .overview tr, .overview td, .fleet, .fleet tbody, .fleet tr, .fleet td, .quiet, .quiet tbody, .quiet tr, .quiet td { display: block; width: auto; min-width: 0; white-space: normal; }
  .overview td:nth-child(2), .quiet td:nth-child(1), .quiet td:nth-child(2) { width: auto; min-width: 0; }
  .overview tr, .fleet tbody, .quiet tr { border-bottom: 1px solid var(--line); padding: .5rem .75rem; }
  .quiet tr { padding: .5rem 0; }
  .overview td, .fleet td, .fleet tbody td, .quiet td { border: 0; padding: .1rem 0; }
  .overview td:empty, .fleet td:empty { display: none; }
  .overview td:nth-child(3)::before { content: "Validity: "; color: var(--faint); }
  .overview td:nth-child(4)::before { content: "To look at: "; color: var(--faint); }
}
@media print {
  :root {
    color-scheme: light;
    --ink: #000000; --faint: #444444; --line: #b5b5b5; --paper: #ffffff; --ground: #ffffff; --code: #ffffff;
    --pass: #18713a; --pass-ground: #ffffff; --warn: #8a5300; --warn-ground: #ffffff; --fail: #b3261e; --fail-ground: #ffffff;
  }
  @page { margin: 15mm; }
  html { font-size: 9.5pt; }
  body { font-size: 1rem; }
  .quiet td br { display: none; }
  .quiet td code { margin-left: .5em; }
  header, main { max-width: none; padding: 0; }
  section { border: 0; border-top: 2px solid var(--line); border-radius: 0; padding: .75rem 0 0; }
  section + section { break-before: page; }
  h2, h3, h4 { break-after: avoid; }
  .chain li, .about, .facts { break-inside: avoid; }
  .badge { border: 1px solid currentColor; }
  .life { print-color-adjust: exact; }
  code { padding: 0; }
}
`;
