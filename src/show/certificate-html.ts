import { utcMinute } from '../dpm/date.js';
import { createHash } from 'node:crypto';
import type { CertificateSummary, JudgedCertificate } from '../certificate/index.js';
import type { Finding, FindingStatus } from '../checks/check.js';
import { sourceText } from '../dpm/source.js';
import { certificateStyle } from './certificate-html-style.js';
import { html, nothing, type Html } from './html.js';
import { counted } from './wrap.js';

export interface CertificatePage {
  readonly certificates: readonly (JudgedCertificate & { readonly verdict: 'pass' | 'warn' | 'fail' })[];
  /** Inputs that could not be opened, with why. */
  readonly unopened: readonly string[];
  /** When the certificates were judged; ISO 8601. */
  readonly now: string;
  /** That time was asked for (--at), and is not when the page was made. */
  readonly asOf: boolean;
  readonly version: string;
  readonly rehearsal: boolean;
}

// One piece, because its hash stands in the page's policy: no space more or less.
const style: Html = { markup: `<style>${certificateStyle}</style>` };

const verdictText = {
  pass: 'Can be used for DPM',
  warn: 'Can be used, with warnings',
  fail: 'Cannot be used for DPM',
} as const;

const statusText: Record<FindingStatus, string> = {
  fail: 'Failed',
  warn: 'Warning',
  'could-not-check': 'Could not be checked',
  pass: 'Passed',
  'not-applicable': 'Does not apply',
};

const order: readonly FindingStatus[] = ['fail', 'warn', 'could-not-check', 'pass', 'not-applicable'];

const dayMs = 86_400_000;

/** Whole days until the end of the validity; negative: it has expired; null: the date is invalid. */
const daysLeft = (notAfter: string | null, now: string): number | null =>
  notAfter === null ? null : Math.floor((Date.parse(notAfter) - Date.parse(now)) / dayMs);

const daysText = (days: number | null): string => {
  if (days === null) return 'invalid date';
  if (days < 0) return `expired ${String(-days)} ${days === -1 ? 'day' : 'days'} ago`;
  return `${String(days)} ${days === 1 ? 'day' : 'days'} left`;
};

const dayOf = (iso: string | null): string => iso?.slice(0, 10) ?? 'none';

const urgency = (days: number | null): string =>
  days === null || days < 0 ? 'fail' : days < 30 ? 'warn' : 'pass';

/** How much of its life is left, as a bar; nothing where a date is missing. */
const lifeBar = ({ notBefore, notAfter }: CertificateSummary, now: string): Html => {
  if (notBefore === null || notAfter === null) return nothing;
  const [from, to] = [Date.parse(notBefore), Date.parse(notAfter)];
  const gone = to > from ? Math.min(100, Math.max(0, ((Date.parse(now) - from) / (to - from)) * 100)) : 100;
  return html`<svg
    class="life ${urgency(daysLeft(notAfter, now))}"
    viewBox="0 0 100 4"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <rect class="whole" width="100" height="4" />
    <rect class="gone" width="${gone.toFixed(1)}" height="4" />
  </svg>`;
};

const fact = (name: string, value: Html | string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

const keySpecText = { exchange: 'exchange', signature: 'signature', cng: 'CNG' } as const;

const keyText = ({ publicKey, hasPrivateKey, provider, keySpec }: CertificateSummary): string =>
  [
    `${publicKey.algorithm}${publicKey.bits === null ? '' : ` ${String(publicKey.bits)} bits`}`,
    hasPrivateKey ? 'with private key' : 'without private key',
    ...(keySpec === null ? [] : [`${keySpecText[keySpec]} key`]),
    ...(provider === null ? [] : [provider]),
  ].join(', ');

const spaced = (thumbprint: string): string => thumbprint.replace(/.{4}(?=.)/g, '$& ');

const factsOf = (judged: JudgedCertificate, summary: CertificateSummary, now: string): Html => {
  const days = daysLeft(summary.notAfter, now);
  const origin =
    judged.origin === null
      ? 'unknown'
      : judged.origin.kind === 'file'
        ? judged.origin.format
        : judged.origin.store;
  return html`<dl class="facts">
    ${fact('Subject', summary.subject === '' ? 'empty' : summary.subject)} ${fact('Issuer', summary.issuer)}
    ${fact('Thumbprint', html`<code>${spaced(summary.thumbprint)}</code>`)}
    ${fact('Serial number', html`<code>${summary.serialNumber}</code>`)}
    ${fact('Valid', html`${dayOf(summary.notBefore)} to ${dayOf(summary.notAfter)}, <strong class="${urgency(days)}">${daysText(days)}</strong>${lifeBar(summary, now)}`)}
    ${fact('Key', keyText(summary))} ${fact('From', origin)}
  </dl>`;
};

const trustText = {
  listed: 'trusted: it is in the trust list that was given',
  'not-listed': 'not trusted: it is not in the trust list that was given',
  'by-windows': 'trusted by this computer',
  'not-by-windows': 'not trusted by this computer',
  'no-list': 'accepted: no trust list was given',
} as const;

const missingText = {
  'no-issuer': 'The issuer of the certificate below was not found.',
  'too-long': 'The chain is longer; the rest was not read.',
} as const;

/** The chain from the root down, each certificate bound to the one that signed it. */
const chainOf = ({ chain }: CertificateSummary, now: string): Html => {
  const last = chain.links.length - 1;
  const rows = chain.links.map((link, index) => {
    const isRoot = index === last && chain.end === 'root';
    const role = isRoot
      ? index === 0
        ? 'Self-signed'
        : 'Root CA'
      : index === 0
        ? 'Certificate'
        : 'Issuing CA';
    const days = daysLeft(link.notAfter, now);
    const bad = link.signature === 'bad';
    return html`<li class="${bad ? 'broken' : 'whole'}">
      <div class="link">
        <span class="role">${role}</span><strong>${link.subject}</strong
        ><small>until ${dayOf(link.notAfter)}, <span class="${urgency(days)}">${daysText(days)}</span></small>
        ${isRoot ? html`<small>${trustText[chain.trust]}</small>` : nothing}
        ${bad ? html`<small class="fail">its signature was not made by the certificate above</small>` : nothing}
      </div>
    </li>`;
  });
  if (chain.end !== 'root') rows.push(html`<li class="gap"><span>${missingText[chain.end]}</span></li>`);
  rows.reverse();
  return html`<h3>Chain</h3>
    <ol class="chain">
      ${rows}
    </ol>`;
};

const findingOf = (finding: Finding): Html => {
  const fix = finding.fix ?? [];
  const prevents =
    finding.prevents.length === 0 ? '' : ` It prevents DPM error ${finding.prevents.join(', ')}.`;
  return html`<article class="finding ${finding.status}${finding.ignored ? ' ignored' : ''}">
    <h4>
      <span class="status">${statusText[finding.status]}</span> ${finding.title}
      <code>${finding.id}</code>${finding.ignored ? html` <em>ignored by name</em>` : nothing}
    </h4>
    <p>${finding.found}</p>
    <p class="required">
      Required: ${finding.required} <span>${sourceText(finding.source)}.${prevents}</span>
    </p>
    ${
      fix.length === 0
        ? nothing
        : html`<div class="fix">
            <span>To fix it</span>
            <ol>
              ${fix.map((step) => html`<li>${step}</li>`)}
            </ol>
          </div>`
    }
  </article>`;
};

const isQuiet = ({ status }: Finding): boolean => status === 'pass' || status === 'not-applicable';

const quietRow = (finding: Finding): Html =>
  html`<tr class="${finding.status}">
    <td class="status">${statusText[finding.status]}</td>
    <td>${finding.title}<br /><code>${finding.id}</code></td>
    <td>${finding.found}</td>
  </tr>`;

const findingsOf = (findings: readonly Finding[]): Html => {
  const sorted = [...findings].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const loud = sorted.filter((finding) => !isQuiet(finding));
  const quiet = sorted.filter(isQuiet);
  return html`<h3>Findings</h3>
    ${loud.length === 0 ? html`<p class="clean">Nothing to fix: every check that applies passed.</p>` : loud.map(findingOf)}
    ${
      quiet.length === 0
        ? nothing
        : html`<table class="quiet">
            <caption>
              ${quiet.length} without trouble
            </caption>
            <tbody>
              ${quiet.map(quietRow)}
            </tbody>
          </table>`
    }`;
};

const anchor = (index: number): string => `certificate-${String(index + 1)}`;

const sectionOf = (page: CertificatePage, index: number): Html => {
  const judged = page.certificates[index];
  if (judged === undefined) return nothing;
  const { verdict } = judged;
  const summary = judged.certificate;
  return html`<section id="${anchor(index)}" class="${verdict}">
    <h2>
      ${judged.name}
      <span class="badge ${verdict}">${summary === null ? 'Not readable' : verdictText[verdict]}</span>
    </h2>
    ${
      summary === null
        ? nothing
        : html`<div class="about">
            ${factsOf(judged, summary, page.now)}
            <div>${chainOf(summary, page.now)}</div>
          </div>`
    }
    ${findingsOf(judged.findings)}
  </section>`;
};

/** A path that may be broken after its separators, so that it need not be broken in a word. */
const breakable = (path: string): readonly Html[] =>
  path.split(/(?<=[\\/_-])(?=[^\\/_-])/).map((part) => html`${part}<wbr />`);

const overview = ({ certificates, now }: CertificatePage): Html => {
  if (certificates.length < 2) return nothing;
  const rows = certificates.map((judged, index) => {
    const days = judged.certificate === null ? null : daysLeft(judged.certificate.notAfter, now);
    const troubles = judged.findings.filter((finding) => !isQuiet(finding)).map(({ id }) => id);
    return html`<tr>
      <td><span class="badge ${judged.verdict}">${verdictText[judged.verdict]}</span></td>
      <td><a href="#${anchor(index)}">${breakable(judged.name)}</a></td>
      <td>${judged.certificate === null ? '' : daysText(days)}</td>
      <td>${troubles.join(', ')}</td>
    </tr>`;
  });
  return html`<table class="overview">
    <thead>
      <tr>
        <th>Verdict</th>
        <th>Certificate</th>
        <th>Validity</th>
        <th>To look at</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
};

const countText = ({ certificates }: CertificatePage): string => {
  const of = (which: 'pass' | 'warn' | 'fail'): number =>
    certificates.filter(({ verdict }) => verdict === which).length;
  const usable = certificates.length - of('fail');
  return `${counted(usable, 'certificate')} can be used for DPM, ${String(of('warn'))} of them with warnings; ${String(of('fail'))} cannot`;
};

/**
 * One page about the judged certificates, to be attached to a change request. It needs nothing else: no script, no font, no
 * picture from anywhere, and its own policy forbids them.
 */
export const certificatePage = (page: CertificatePage): string => {
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(certificateStyle).digest('base64')}'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="color-scheme" content="light dark" />
        <title>Certificates for DPM</title>
        ${style}
      </head>
      <body>
        <header>
          <h1>Certificates for DPM</h1>
          <p>
            ${countText(page)}. Judged ${page.asOf ? 'as of ' : ''}${utcMinute(page.now)} UTC by dpm-prep
            ${page.version}.
          </p>
          ${page.rehearsal ? html`<p class="note">A rehearsal: these certificates belong to a practice computer.</p>` : nothing}
          ${
            page.unopened.length === 0
              ? nothing
              : html`<div class="note">
                  <p>Not judged, because they could not be opened:</p>
                  <ul>
                    ${page.unopened.map((line) => html`<li>${line}</li>`)}
                  </ul>
                </div>`
          }
        </header>
        <main>${overview(page)} ${page.certificates.map((_, index) => sectionOf(page, index))}</main>
      </body>
    </html> `.markup;
};
