import { utcMinute } from '../dpm/date.js';
import { createHash } from 'node:crypto';
import { certificatesOf, effectiveOf } from '../audit/certificates.js';
import {
  countOf,
  verdicts,
  type AuditResult,
  type AuditVerdict,
  type JudgedComputer,
} from '../audit/judge.js';
import type { Finding } from '../checks/check.js';
import { certificateStyle } from './certificate-html-style.js';
import { html, nothing, type Html } from './html.js';
import { counted } from './wrap.js';

const ownStyle = `
header, main { max-width: 80rem; }
.controls { margin: 1rem 0 0; display: flex; flex-wrap: wrap; gap: .5rem 1rem; }
.controls input[type=search] { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .25rem; padding: .25rem .5rem; min-width: 16rem; }
.fleet { background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; border-collapse: separate; border-spacing: 0; }
.fleet th, .fleet td { padding: .4rem .75rem; } .fleet td { border-bottom: 0; } .fleet tbody td { border-top: 1px solid var(--line); } .fleet tr.why td { border-top: 0; padding-top: 0; }
.badge.critical { color: var(--fail); background: var(--fail-ground); } .badge.warning, .badge.unknown { color: var(--warn); background: var(--warn-ground); } .badge.ok { color: var(--pass); background: var(--pass-ground); }
.badge.unknown { border: 1px dashed currentColor; }
.why p { margin: .15rem 0; } .why .fix { font-size: .9rem; color: var(--faint); margin: 0 0 .4rem 1rem; white-space: pre-wrap; } .why .ignored { opacity: .6; }
small { color: var(--faint); }
body:has(#show-critical:checked) tbody:not(.critical), body:has(#show-unknown:checked) tbody:not(.unknown),
body:has(#show-warning:checked) tbody:not(.warning), body:has(#show-ok:checked) tbody:not(.ok) { display: none; }
@media screen and (max-width: 46rem) {
  .fleet tr:not(.why) td::before { color: var(--faint); }
  .fleet tr:not(.why) td:nth-child(3)::before { content: "Listed by: "; } .fleet tr:not(.why) td:nth-child(4)::before { content: "Version: "; }
  .fleet tr:not(.why) td:nth-child(5)::before { content: "Ends: "; } .fleet tr:not(.why) td:nth-child(6)::before { content: "Last change: "; }
  .fleet tr:not(.why) td:nth-child(7)::before { content: "Read (UTC): "; }
}
@media print { .controls { display: none; } .fleet tbody { break-inside: avoid; } }
`;

const styleText = `${certificateStyle}${ownStyle}`;
const style: Html = { markup: `<style>${styleText}</style>` };

/** Without it the page shows everything; it only hides rows that do not contain the text. */
const scriptText = `
const field = document.getElementById('search');
field.parentElement.hidden = false;
field.addEventListener('input', () => {
  const text = field.value.toLowerCase();
  for (const row of document.querySelectorAll('tbody')) row.hidden = !row.textContent.toLowerCase().includes(text);
});
`;
const script: Html = { markup: `<script>${scriptText}</script>` };

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const verdictText: Record<AuditVerdict, string> = {
  critical: 'Critical',
  unknown: 'Unknown',
  warning: 'Warning',
  ok: 'OK',
};

const roleText: Record<JudgedComputer['role'], string> = {
  'dpm-server': 'DPM server',
  'protected-computer': 'protected computer',
  unknown: 'no document',
  file: 'file',
};

/** Texts of tools can be long, and a page of 500 computers must stay small. */
const short = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

const mostFindings = 12;

const findingOf = ({ title, id, found, fix, ignored }: Finding): Html =>
  html`<p class="${ignored ? 'ignored' : ''}">
      <strong>${title}</strong> <small>${id}${ignored ? ', ignored' : ''}</small>: ${short(found, 500)}
    </p>
    ${
      fix === undefined || fix.length === 0 ? nothing : html`<p class="fix">${short(fix.join('\n'), 400)}</p>`
    }`;

const endOf = ({ document }: JudgedComputer, now: Date): string => {
  const certificate = document === null ? null : effectiveOf(certificatesOf(document, now));
  const password = document?.protectedComputer?.account.value?.passwordExpiresAt ?? null;
  return [
    ...[certificate?.notAfter ?? null]
      .filter((time) => time !== null)
      .map((time) => `certificate ${time.slice(0, 10)}`),
    ...(password === null ? [] : [`password ${password.slice(0, 10)}`]),
  ].join(', ');
};

const lastChangeOf = ({ document }: JudgedComputer): string => {
  const last = document?.lastChange.value;
  return last === undefined || last === null
    ? ''
    : short(`${last.at.slice(0, 10)} ${last.command}, ${last.by ?? 'unknown'}`, 100);
};

const computerOf = (computer: JudgedComputer, now: Date): Html => {
  const { name, role, verdict, document, listedBy, findings } = computer;
  const more = findings.length - mostFindings;
  const why =
    findings.length === 0
      ? nothing
      : html`<tr class="why">
          <td></td>
          <td colspan="6">
            ${findings.slice(0, mostFindings).map(findingOf)}${
              more > 0 ? html`<p>and ${more} more</p>` : nothing
            }
          </td>
        </tr>`;
  return html`<tbody class="${verdict}">
    <tr>
      <td><span class="badge ${verdict}">${verdictText[verdict]}</span></td>
      <td>${short(name, 200)} <small>${roleText[role]}</small></td>
      <td>${short(listedBy.join(', '), 200)}</td>
      <td>${document?.version.value ?? ''}</td>
      <td>${endOf(computer, now)}</td>
      <td>${lastChangeOf(computer)}</td>
      <td>${document === null ? '' : utcMinute(document.readAt)}</td>
    </tr>
    ${why}
  </tbody> `;
};

const radio = (value: string, text: string, checked: boolean): Html =>
  html`<label
    ><input type="radio" name="show" id="show-${value}" ${checked ? { markup: ' checked' } : nothing} />
    ${text}</label
  >`;

/**
 * All computers on one page, worst first. It needs nothing else: its policy forbids everything from elsewhere, and allows
 * only its own style and the script of the search field.
 */
export const auditPage = (result: AuditResult, version: string): string => {
  const { computers, input } = result;
  const policy = `default-src 'none'; style-src ${sha256(styleText)}; script-src ${sha256(scriptText)}`;
  const total = computers.length;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="color-scheme" content="light dark" />
        <title>Audit of DPM</title>
        ${style}
      </head>
      <body>
        <header>
          <h1>Audit of DPM</h1>
          <p>
            ${verdicts.map((verdict) => html`${countOf(result, verdict)} ${verdict === 'ok' ? 'OK' : verdict}${verdict === 'ok' ? '' : ', '}`)}
            of ${counted(total, 'computer')}. Compared ${utcMinute(input.now.toISOString())} UTC by dpm-prep
            ${version}; documents count for ${Math.round(input.maxAgeMs / 3_600_000)} hours.
          </p>
          ${input.rehearsal ? html`<p class="note">A rehearsal: these are practice computers.</p>` : nothing}
          <div class="controls">
            ${radio('all', 'All', true)}
            ${verdicts.map((verdict) => radio(verdict, `${verdictText[verdict]} (${String(countOf(result, verdict))})`, false))}
            <span hidden><input type="search" id="search" placeholder="Search" aria-label="Search" /></span>
          </div>
        </header>
        <main>
          <table class="fleet">
            <thead>
              <tr>
                <th>Status</th>
                <th>Computer</th>
                <th>Listed by</th>
                <th>Version</th>
                <th>Ends</th>
                <th>Last change</th>
                <th>Read (UTC)</th>
              </tr>
            </thead>
            ${computers.map((computer) => computerOf(computer, input.now))}
          </table>
        </main>
        ${script}
      </body>
    </html> `.markup;
};
