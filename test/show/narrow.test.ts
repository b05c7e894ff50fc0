import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dpmPrep } from '../support/cli.js';
import { describeUnless, onPath } from '../support/lacking.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const browser = onPath('chromium', '/usr/bin') ?? onPath('google-chrome', '/usr/bin');
const folder = temporaryFolder('narrow');

/** What the page needs at this width, in CSS pixels: its own width, and the narrowest cell that holds text. */
const measured = (page: string, width: number): { readonly needed: number; readonly narrowest: number } => {
  const framed = page.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const path = join(folder, 'frame.html');
  writeFileSync(
    path,
    `<!doctype html><iframe style="width:${String(width)}px;height:900px;border:0" srcdoc="${framed}"></iframe>
<script>
addEventListener('load', () => {
  const page = document.querySelector('iframe').contentDocument;
  const cells = [...page.querySelectorAll('td')].filter((cell) => cell.textContent.trim() !== '' && cell.offsetWidth > 0);
  const narrowest = Math.min(...cells.map((cell) => cell.offsetWidth));
  document.title = JSON.stringify({ needed: page.documentElement.scrollWidth, narrowest });
});
</script>`,
  );
  const dumped = execFileSync(
    browser ?? '',
    [
      ...[
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-sync',
      ],
      ...['--disable-background-networking', '--disable-component-update'],
      ...[`--user-data-dir=${join(folder, 'profile')}`, '--dump-dom', `file://${path}`],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const [, title = ''] = /<title>(.*?)<\/title>/.exec(dumped) ?? [];
  return JSON.parse(title) as { needed: number; narrowest: number };
};

describeUnless(browser === null ? ['chromium'] : [], 'at 420 pixels', () => {
  it('the page of certificates needs no more, and no cell is squeezed', async () => {
    const made = join(folder, 'fixtures');
    await dpmPrep(['fixtures', made]);
    const output = join(folder, 'certificates.html');
    await dpmPrep([
      ...['check-cert', join(made, 'bundle.p7b'), join(made, 'good.pfx'), '--offline'],
      ...['--password-file', join(made, 'password.txt'), '--format', 'html', '--output', output],
    ]);
    const { needed, narrowest } = measured(readFileSync(output, 'utf8'), 420);
    expect(needed).toBeLessThanOrEqual(420);
    expect(narrowest).toBeGreaterThan(200);
  }, 60_000);

  it('the page of an audit needs no more, and no cell is squeezed', async () => {
    const world = join(folder, 'world');
    const output = join(folder, 'audit.html');
    const documents = ['dpm-server', 'protected-computer'].map((on) => join(folder, `${on}.audit.json`));
    await dpmPrep(['rehearse', '--world', world, '--json']);
    for (const [index, on] of ['dpm-server', 'protected-computer'].entries())
      await dpmPrep(['audit', '--world', world, '--on', on, '--out', documents[index] ?? '']);
    await dpmPrep(['audit', '--merge', ...documents, '--format', 'html', '--output', output, '--rehearse']);
    const { needed, narrowest } = measured(readFileSync(output, 'utf8'), 420);
    expect(needed).toBeLessThanOrEqual(420);
    expect(narrowest).toBeGreaterThan(200);
  }, 60_000);
});
