import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serializeAudit } from '../../src/audit/document.js';
import { makeFleet, type Document, type MadeFleet } from '../support/audit-fleet.js';
import { document, dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('audit-merge');
let made = 0;

const write = (place: string, one: Document): string => {
  const path = join(place, `${one.computer.netbiosName}.audit.json`);
  writeFileSync(path, serializeAudit(one));
  return path;
};

/** A folder with the documents of a fleet, and its roster beside it. */
const written = (fleet: MadeFleet): { readonly place: string; readonly roster: string } => {
  made += 1;
  const place = join(folder, `fleet-${String(made)}`);
  mkdirSync(place);
  for (const one of [...fleet.servers, ...fleet.computers]) write(place, one);
  const roster = join(folder, `roster-${String(made)}.csv`);
  writeFileSync(
    roster,
    ['psName', ...fleet.computers.map(({ computer }) => computer.netbiosName), ''].join('\n'),
  );
  return { place, roster };
};

const at = (fleet: MadeFleet, index: number): Document => {
  const one = fleet.computers[index];
  if (one === undefined) throw new Error(`there is no computer ${String(index)}`);
  return one;
};

const merge = async (...args: readonly string[]) => dpmPrep(['audit', '--merge', ...args]);

const nagios = async (fleet: MadeFleet) => {
  const { place, roster } = written(fleet);
  return merge(place, '--roster', roster, '--format', 'nagios');
};

describe('dpm-prep audit --merge', () => {
  it('ends with 0 where all is well, on any operating system', async () => {
    const { place, roster } = written(makeFleet(4, 1));
    const result = await merge(place, '--roster', roster, '--max-age', '26h', '--json');
    expect(result.code).toBe(0);
    expect(document(result)).toMatchObject({
      findings: [],
      data: { merged: { worst: 'ok', counts: { critical: 0, unknown: 0, warning: 0, ok: 5 } } },
    });
  });

  it('never takes a damaged, foreign, newer, huge, empty or missing document for a good one', async () => {
    const { place } = written(makeFleet(2, 1));
    const good = readFileSync(join(place, 'FIN0001.audit.json'), 'utf8');
    const bad: Readonly<Record<string, string>> = {
      'torn.audit.json': good.slice(0, 500),
      'changed.audit.json': good.replace('10.22.197.0', '10.22.198.0'),
      'newer.audit.json': good.replace('"schemaVersion": 1', '"schemaVersion": 9'),
      'empty.audit.json': '',
      'deep.audit.json': '['.repeat(200_000),
      'proto.audit.json': good.replace('{', '{"__proto__": {"role": "dpm-server"},'),
      'binary.audit.json': '\u0000\ufffd\u001b[31m',
      'huge.audit.json': ' '.repeat(9 * 1024 * 1024),
    };
    for (const [name, text] of Object.entries(bad)) writeFileSync(join(place, name), text);
    const result = await merge(place, join(place, 'not-there.audit.json'), '--json');
    expect(result.code).toBe(3);
    const { findings } = document(result) as unknown as {
      findings: readonly { id: string; status: string; subject: string }[];
    };
    expect(
      findings.map(({ id, status, subject }) => `${subject.split('/').at(-1) ?? ''} ${id} ${status}`).sort(),
    ).toEqual(
      [...Object.keys(bad), 'not-there.audit.json']
        .map(
          (name) => `${name} document-${name.startsWith('newer') ? 'newer' : 'unreadable'} could-not-check`,
        )
        .sort(),
    );
  });

  it.skipIf(process.platform === 'win32')(
    'finds a pipe, a folder or a link that is named like a document, and opens none of them',
    async () => {
      const { place } = written(makeFleet(1, 1));
      execFileSync('mkfifo', [join(place, 'pipe.audit.json')]);
      mkdirSync(join(place, 'folder.audit.json'));
      symlinkSync('/dev/zero', join(place, 'device.audit.json'));
      symlinkSync('/nowhere', join(place, 'dangling.audit.json'));
      symlinkSync(join(place, 'DPM01.audit.json'), join(place, 'link.audit.json'));
      for (const named of [place, join(place, '*.audit.json')]) {
        const result = await merge(named, '--json');
        expect(result.code).toBe(3);
        const { findings } = document(result) as unknown as {
          findings: readonly { id: string; subject: string }[];
        };
        expect(findings.map(({ id, subject }) => `${subject.split('/').at(-1) ?? ''} ${id}`).sort()).toEqual(
          ['dangling', 'device', 'folder', 'link', 'pipe'].map(
            (name) => `${name}.audit.json document-unreadable`,
          ),
        );
      }
    },
  );

  it('has the codes of Nagios', async () => {
    const fine = await nagios(makeFleet(2, 1));
    expect([fine.code, fine.stdout]).toEqual([
      0,
      'DPM AUDIT OK - 3 computers, nothing to do | critical=0;;;0;3 unknown=0;;;0;3 warning=0;;;0;3 ok=3;;;0;3\n',
    ]);
    const warning = makeFleet(2, 1);
    at(warning, 0).restart = { pending: true, reasons: ['a | b'] };
    expect((await nagios(warning)).code).toBe(1);
    const unknown = makeFleet(2, 1);
    at(unknown, 0).readAt = '2026-01-01T00:00:00.000Z';
    const old = await nagios(unknown);
    expect([old.code, old.stdout.split('\n')[1]]).toEqual([
      3,
      'UNKNOWN FIN0001.widgets.corp.com: document-stale',
    ]);
    const critical = makeFleet(2, 1);
    const account = at(critical, 0).protectedComputer?.account.value;
    if (account) account.enabled = false;
    at(critical, 1).readAt = '2026-01-01T00:00:00.000Z';
    const bad = await nagios(critical);
    expect([bad.code, bad.stdout.split(' | ')[0]]).toEqual([
      2,
      'DPM AUDIT CRITICAL - 1 critical, 1 unknown of 3 computers',
    ]);
    const nothing = await merge('--format', 'nagios');
    expect([nothing.code, nothing.stdout]).toEqual([3, 'DPM AUDIT UNKNOWN - No audit document was named.\n']);
  });

  it('writes a page that nothing in a document can break out of', async () => {
    const fleet = makeFleet(2, 1);
    at(fleet, 0).restart = {
      pending: true,
      reasons: ['<script>alert(1)</script><img src=x onerror=alert(1)>'],
    };
    const { place, roster } = written(fleet);
    const page = join(folder, 'page.html');
    await merge(place, '--roster', roster, '--output', page);
    const text = readFileSync(page, 'utf8');
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).not.toContain('<img');
    expect(text).toContain('&#60;script&#62;alert(1)');
    expect(text.indexOf('FIN0001')).toBeLessThan(text.indexOf('FIN0002'));
    expect(text).toMatch(/script-src &#39;sha256-/);
  });

  it('writes absolute times for Prometheus, whole, and leaves nothing beside the file', async () => {
    const fleet = makeFleet(4, 1);
    const { place, roster } = written(fleet);
    const target = join(folder, 'textfile');
    mkdirSync(target);
    const file = join(target, 'dpm.prom');
    writeFileSync(file, 'older');
    const result = await merge(place, '--roster', roster, '--output', file);
    expect(result.code).toBe(0);
    expect(readdirSync(target)).toEqual(['dpm.prom']);
    const text = readFileSync(file, 'utf8');
    const ends = Date.parse(fleet.computers[1]?.certificates.value?.[0]?.notAfter ?? '') / 1_000;
    expect(text).toContain(`configured="true"} ${String(Math.floor(ends))}\n`);
    expect(text).toContain('dpm_prep_audit_computers{status="ok"} 5\n');
  });

  it('refuses to mix up the two forms of the command', async () => {
    const { place } = written(makeFleet(1, 1));
    expect((await dpmPrep(['audit', place])).code).toBe(2);
    expect((await merge(place, '--out', join(folder, 'x.json'))).code).toBe(2);
    expect((await merge(place, '--format', 'junit')).code).toBe(2);
    expect((await merge(place, '--ignore', 'no-such-check')).code).toBe(2);
    expect((await merge(place, '--max-age', '26')).code).toBe(2);
    expect((await merge(place, '--output', join(place, 'DPM01.audit.json'))).code).toBe(2);
  });

  const promtool = spawnSync('promtool', ['--version']).status === 0;
  it.skipIf(!promtool)(
    'satisfies promtool check metrics (skipped where promtool is not installed)',
    async () => {
      const fleet = makeFleet(6, 2);
      at(fleet, 0).restart = { pending: true, reasons: ['"quoted" \\ and'] };
      const { place, roster } = written(fleet);
      const { stdout } = await merge(place, '--roster', roster, '--format', 'prometheus');
      const checked = spawnSync('promtool', ['check', 'metrics'], { input: stdout, encoding: 'utf8' });
      expect([checked.status, checked.stderr]).toEqual([0, '']);
    },
  );
});
