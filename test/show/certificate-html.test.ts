import { createHash } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { judge, openCertificates, type JudgedCertificate } from '../../src/certificate/index.js';
import { Secret } from '../../src/secret.js';
import { certificatePage, type CertificatePage } from '../../src/show/certificate-html.js';
import { escapeHtml, html } from '../../src/show/html.js';
import { bothUsages, csp, noOpenssl, Workshop } from '../support/openssl.js';

const hostile = `<script>alert(1)</script>"'&\``;

const judged: JudgedCertificate = {
  name: `${hostile}.pfx`,
  origin: { kind: 'file', format: 'PFX', file: 'fin.pfx' },
  certificate: {
    subject: `CN=${hostile}`,
    issuer: `CN=${hostile}`,
    thumbprint: 'A'.repeat(40),
    keyId: 'a'.repeat(64),
    serialNumber: hostile,
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2026-03-01T00:00:00.000Z',
    publicKey: { algorithm: hostile, bits: 2048 },
    hasPrivateKey: true,
    provider: hostile,
    keySpec: 'exchange',
    root: null,
    chain: {
      end: 'no-issuer',
      trust: 'no-list',
      links: [{ subject: `CN=${hostile}`, thumbprint: 'A'.repeat(40), notAfter: null, signature: null }],
    },
  },
  findings: (['fail', 'pass'] as const).map((status) => ({
    id: hostile,
    title: hostile,
    status,
    found: hostile,
    required: hostile,
    source: { where: hostile, confidence: 'documented' },
    severity: 'error',
    prevents: [33234],
    fix: [hostile],
    ignored: false,
  })),
};

const page = (more: Partial<CertificatePage> = {}): string =>
  certificatePage({
    certificates: [{ ...judged, verdict: 'fail' }],
    unopened: [],
    now: '2026-02-01T12:00:00.000Z',
    asOf: false,
    version: '1.2.3',
    rehearsal: false,
    ...more,
  });

/** The names of all tags that a browser would open. */
const tagsOf = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/<([a-z!][\w-]*)/gi)].map((match) => match[1]?.toLowerCase() ?? ''));

describe('what foreign text can do to the page', () => {
  test('a subject, a file name, a provider that are markup stay text, everywhere', () => {
    const text = page({
      certificates: [
        { ...judged, verdict: 'fail' },
        { ...judged, certificate: null, verdict: 'warn' },
      ],
      unopened: [hostile],
      version: hostile,
      rehearsal: true,
    });
    expect(tagsOf(text)).not.toContain('script');
    expect(text.split(escapeHtml(hostile)).length).toBeGreaterThan(15);
    const clean = page({ certificates: [] });
    // Only our own tags: those of the page itself and of its sections.
    expect([...tagsOf(text)].filter((tag) => !tagsOf(clean).has(tag)).sort()).toEqual(
      [
        'a',
        'article',
        'br',
        'code',
        'dd',
        'div',
        'dl',
        'dt',
        'h2',
        'h3',
        'h4',
        'li',
        'ol',
        'rect',
        'section',
        'small',
        'span',
        'strong',
        'svg',
        'table',
        'tbody',
        'td',
        'th',
        'thead',
        'tr',
        'ul',
        'caption',
        'wbr',
      ].sort(),
    );
  });

  test('nothing is loaded from anywhere, and the page forbids it itself', () => {
    const text = page();
    expect(text).toContain('default-src &#39;none&#39;');
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
    expect(text).toContain(`sha256-${createHash('sha256').update(style).digest('base64')}`);
    expect(text).not.toMatch(/(src|href)="(?!#)/);
    expect(text).not.toMatch(/url\(|@import| on\w+=/);
  });

  test('values are escaped, pieces of markup are not escaped twice', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p title="${'"'}">${inner}${[inner, inner]}${7}</p>`.markup).toBe(
      '<p title="&#34;"><b>&#60;i&#62;</b><b>&#60;i&#62;</b><b>&#60;i&#62;</b>7</p>',
    );
  });
});

describe('what the page says', () => {
  const { certificate } = judged;
  if (certificate === null) throw new Error('the test has a certificate');
  const lasting = (notAfter: string): string =>
    page({
      certificates: [{ ...judged, certificate: { ...certificate, notAfter }, verdict: 'pass' }],
    });

  test.each([
    ['2026-02-01T11:00:00.000Z', 'expired 1 day ago'],
    ['2026-01-22T12:00:00.000Z', 'expired 10 days ago'],
    ['2026-02-01T23:00:00.000Z', '0 days left'],
    ['2026-02-03T11:00:00.000Z', '1 day left'],
    ['2027-02-01T12:00:00.000Z', '365 days left'],
  ])('valid until %s, it says: %s', (notAfter, text) => {
    expect(lasting(notAfter)).toContain(text);
  });

  test('an invalid date is called invalid', () => {
    expect(page()).toContain('invalid date');
  });

  test('each failing finding carries its fix and the DPM error it prevents', () => {
    const text = page();
    expect(text).toContain('To fix it');
    expect(text).toContain('It prevents DPM error 33234.');
    expect(text).toContain('1 without trouble');
  });

  test('where the chain ends early, it is drawn with a gap', () => {
    expect(page()).toContain('The issuer of the certificate below was not found.');
  });
});

describe.skipIf(noOpenssl)('a certificate made by OpenSSL (skipped where there is no openssl)', () => {
  const workshop = new Workshop();
  afterAll(() => {
    workshop.remove();
  });

  test('whose subject is <script> shows as text, with its chain from the root down', async () => {
    const root = workshop.certificate({
      subject: '/CN=Contoso Root',
      extensions: 'basicConstraints=critical,CA:TRUE',
      days: 3650,
    });
    const leaf = workshop.certificate({
      subject: '/O=<b>Contoso<\\/b>/CN=<script>alert(1)<\\/script>',
      issuer: root,
      extensions: bothUsages,
      days: 400,
    });
    const pfx = workshop.pfx(leaf, { password: 'pw', csp, keyType: 'exchange' });
    const opened = openCertificates({ name: 'fin.pfx', bytes: pfx, passwords: [new Secret('pw')] });
    const results = await judge(opened, { offline: true });
    const text = certificatePage({
      certificates: results.map((each) => ({ ...each, verdict: 'warn' as const })),
      unopened: [],
      now: new Date().toISOString(),
      asOf: false,
      version: '1.2.3',
      rehearsal: false,
    });
    expect(text).toContain('CN=&#34;&#60;script&#62;alert(1)&#60;/script&#62;&#34;');
    expect(tagsOf(text)).not.toContain('script');
    expect(tagsOf(text)).not.toContain('b');
    const chain = /<ol class="chain">([\s\S]*?)<\/ol>/.exec(text)?.[1] ?? '';
    expect(chain.indexOf('CN=Contoso Root')).toBeGreaterThan(0);
    expect(chain.indexOf('CN=Contoso Root')).toBeLessThan(chain.indexOf('&#60;script&#62;'));
  });
});
