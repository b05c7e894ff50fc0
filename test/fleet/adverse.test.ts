import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failedIn, serverName, tail, type Fleet } from './support/fleet.js';
import { describeHosts } from './support/parts.js';

const two = ['Finance01', 'Finance02'];

/** A program on the host that says yes to everything and writes a handover file of its own making. */
const lyingProgram = (fleet: Fleet, credentialName: string): string => {
  const script = join(fleet.folder, 'lying.cjs');
  writeFileSync(
    script,
    `const { writeFileSync } = require('node:fs');
const given = process.argv.slice(2);
const of = (flag) => given[given.indexOf(flag) + 1];
const document = (psName, name) => JSON.stringify({ kind: 'dpm-prep handover', schemaVersion: 1, psName,
  dpmServerCredential: { name: 'server.bin', sha256: 'a'.repeat(64) },
  protectedComputerCredential: { name, sha256: 'b'.repeat(64) } });
if (given[0] === 'set-credentials')
  writeFileSync(of('--handover-folder') + '/Finance01.handover.json', document('Finance01', 'own.bin')),
  writeFileSync(of('--output-file-path') + '/server.bin', 'server');
if (given[0] === 'set-dpm-server')
  writeFileSync(of('--handover-folder') + '/Finance01.handover.json', document('Finance01', ${JSON.stringify(credentialName)})),
  writeFileSync(of('--output-file-path') + '/own.bin', 'own');
console.log(JSON.stringify({ exitCode: 0, changed: false, restartRequired: false, outcome: 'done', findings: [], steps: [], problem: null }));
`,
  );
  const program = join(fleet.folder, 'lying');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 });
  return program;
};

describeHosts('a computer that lies', (fleet) => {
  test('about the name of its credential file takes nothing from the control machine', async () => {
    const own = fleet();
    const secretFile = join(own.folder, 'lying-world', 'control-secret.txt');
    mkdirSync(join(own.folder, 'lying-world'), { recursive: true });
    writeFileSync(secretFile, 'of the control machine');
    const world = await own.world({
      name: 'lying-world',
      computers: ['Finance01'],
      program: lyingProgram(own, '../../../control-secret.txt'),
      auth: 'certificate',
    });
    const played = await world.play();
    expect(failedIn(played), tail(played)).toEqual(['Finance01']);
    expect(played.report.join('\n')).toMatch(
      /Finance01 {2}failed {4}prepare: .*protectedComputer.*is not the name of a \.bin file/,
    );
    const arrived = join(own.host(serverName).folder, 'lying-world', 'in');
    expect(existsSync(join(arrived, 'Finance01.handover.json'))).toBe(false);
    expect(existsSync(join(arrived, '..', '..', 'control-secret.txt'))).toBe(false);
  });
});

describeHosts('a host that is lost', (fleet) => {
  test('at the attach: the report names every computer with the truth', async () => {
    const world = await fleet().world({ name: 'server-lost', computers: two });
    let down = false;
    const played = await world.play([], (output) => {
      if (down || !output.includes('TASK [dpm_prep : Attach the computer]')) return;
      down = true;
      fleet().hosts.down(fleet().host(serverName));
    });
    await fleet().hosts.up(fleet().host(serverName));
    expect(failedIn(played), tail(played)).toEqual(two);
    expect(played.report.filter((line) => line.startsWith('Finance'))).toEqual(
      two.map((name): unknown =>
        expect.stringMatching(`^${name}  failed    attach: ${serverName} could not be reached: `),
      ),
    );
    expect(played.output).not.toContain('{{');
  });

  test('after the preflight is reported as failed, the other is attached', async () => {
    const world = await fleet().world({ name: 'computer-lost', computers: two });
    let down = false;
    const played = await world.play([], (output) => {
      if (down || !output.includes('PLAY [Prepare the computers]')) return;
      down = true;
      fleet().hosts.down(fleet().host('Finance02'));
    });
    await fleet().hosts.up(fleet().host('Finance02'));
    expect(failedIn(played), tail(played)).toEqual(['Finance02']);
    expect(played.report).toEqual([
      'Finance01  attached  attached',
      expect.stringMatching('^Finance02  failed    prepare: Finance02 could not be reached: '),
    ]);
  });
});

describeHosts('an inventory that cannot be', (fleet) => {
  test.each([
    ['a password is missing', 'dpm_prep_password=', /dpm_prep_password is missing/],
    [
      'two computers have one account',
      'dpm_prep_user_name=Mark',
      /The account Mark is given for Finance01, Finance02/,
    ],
    [
      'two hosts are one computer',
      'dpm_prep_ps_name=Finance01',
      /Finance01, Finance02 have the same dpm_prep_ps_name/,
    ],
    ['two hosts are the DPM server', 'dpm_prep_server_group=all', /must have one host/],
  ])('stops before the first change, in check mode too: %s', async (what, variable, why) => {
    const world = await fleet().world({ name: `cannot-${what.replaceAll(' ', '-')}`, computers: two });
    for (const mode of [['--check'], []]) {
      const played = await world.play([...mode, '-e', variable]);
      expect(failedIn(played), tail(played)).toEqual(expect.arrayContaining(two));
      expect(played.report.join('\n')).toMatch(why);
      expect(world.tools()).toEqual([]);
    }
  });

  test('prepares as many computers at a time as the inventory says', async () => {
    const world = await fleet().world({ name: 'serial', computers: two, vars: { dpm_prep_serial: 1 } });
    const played = await world.play(['--check']);
    expect(failedIn(played), tail(played)).toEqual([]);
    expect(played.output.split('PLAY [Prepare the computers]')).toHaveLength(3);
  });
});
