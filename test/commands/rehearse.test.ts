import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saysModuleIsMissing } from '../../src/machine/missing-module.js';
import { openWorld } from '../../src/rehearsal/world.js';
import { reportDocumentSchema } from '../../src/show/document-schema.js';
import { quick } from '../rehearsal/pair.js';
import { dpmPrep } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder('rehearse');

const newPair = async (name: string): Promise<string> => {
  const world = join(folder, name);
  await openWorld({ folder: world, behaviour: quick });
  return world;
};

const said = async (args: readonly string[]) => {
  const { code, stdout } = await dpmPrep([...args, '--no-input', '--json']);
  return { code, document: reportDocumentSchema.parse(JSON.parse(stdout)) };
};
const rehearse = async (world: string, ...more: readonly string[]) =>
  said(['rehearse', '--world', world, ...more]);

describe('rehearse', { timeout: 60_000 }, () => {
  it('is stopped by what is broken on purpose, until it is fixed; then it goes through, once', async () => {
    const world = await newPair('broken');
    const broken = await rehearse(world, '--fault', 'missing-vcpp@Finance01');
    expect(broken.code).toBe(3);
    expect(broken.document.changed).toBe(false);
    const failed = broken.document.findings.filter(({ status }) => status === 'fail');
    expect(failed.map(({ id }) => id)).toEqual(['visual-cpp-2012']);

    const still = await said(['preflight', '--world', world]);
    expect(still.document.findings.filter(({ status }) => status === 'fail')).toHaveLength(1);

    const fixed = await rehearse(world, '--fault', 'none');
    expect(fixed).toMatchObject({ code: 0, document: { changed: true, rehearsal: true } });
    const again = await rehearse(world);
    expect(again).toMatchObject({ code: 0, document: { changed: false, outcome: 'nothing-to-do' } });
  });

  it('says how to rehearse the same again on the same pair, and that finds it done', async () => {
    const world = join(folder, 'named');
    const named = ['--dpm-server-name', 'DPM7', '--ps-name', 'APP3', '--user-name', 'dpm app3'];
    const { code, stdout } = await dpmPrep(['rehearse', '--world', world, '--no-input', ...named]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `To repeat it on the same pair: dpm-prep rehearse --dpm-server-name DPM7 --ps-name APP3 --user-name 'dpm app3' --world ${world}`,
    );
    expect(await rehearse(world, ...named)).toMatchObject({ code: 0, document: { changed: false } });
  });

  it('refuses a pair of other computers, and says which it has', async () => {
    const { code, document } = await rehearse(await newPair('other'), '--auth', 'certificate');
    expect(code).toBe(2);
    expect(document.problem?.what).toBe(
      'In this rehearsal Finance01.widgets.corp.com is a protected computer, and the practice pair has the DPM server Server01 and the protected computer Finance01.',
    );
  });

  const names = {
    'DPM server': ['Server01', 'Server01.corp.contoso.com'],
    computer: ['Finance01', 'Finance01.widgets.corp.com'],
  } as const;
  const forms = names['DPM server'].flatMap((server) =>
    names.computer.map((computer) => ({ server, computer })),
  );

  it.each(forms)(
    'goes through by certificate with the DPM server $server and the computer $computer',
    async ({ server, computer }) => {
      const world = join(folder, `certificate-${server}-${computer}`);
      const named = ['--auth', 'certificate', '--dpm-server-name', server, '--ps-name', computer];
      const played = await rehearse(world, ...named);
      expect(played, JSON.stringify(played.document.problem)).toMatchObject({
        code: 0,
        document: { changed: true },
      });
      expect(await rehearse(world, ...named)).toMatchObject({ code: 0, document: { changed: false } });
    },
  );

  it.each(forms)(
    'by NTLM needs one form of both names: the DPM server $server and the computer $computer',
    async ({ server, computer }) => {
      const world = join(folder, `ntlm-${server}-${computer}`);
      const { code, document } = await rehearse(world, '--dpm-server-name', server, '--ps-name', computer);
      const oneForm = server.includes('.') === computer.includes('.');
      expect(code, JSON.stringify(document.problem)).toBe(oneForm ? 0 : 2);
      expect(document.changed).toBe(oneForm);
    },
  );

  it.each([
    ['ntlm', 0],
    ['certificate', 5],
  ])('names the computers of an existing pair by their NetBIOS names: %s', async (auth, exitCode) => {
    const world = join(folder, `other-form-${auth}`);
    await openWorld({
      folder: world,
      dpmServer: names['DPM server'][1],
      computers: [names.computer[1]],
      behaviour: quick,
    });
    const named = ['--auth', auth, '--dpm-server-name', 'Server01', '--ps-name', 'Finance01'];
    const { code, document } = await rehearse(world, ...named);
    expect(code, JSON.stringify(document.problem)).toBe(exitCode);
    // A certificate says its own name to DPM, and DPM lists that.
    if (exitCode === 5)
      expect(document.problem?.fix).toContain(
        'If Finance01.widgets.corp.com is this computer, use that name on both computers: --ps-name Finance01.widgets.corp.com',
      );
  });

  it.each([
    ['ntlm', '--ps-name', 'Finance02'],
    ['ntlm', '--dpm-server-name', 'Server02'],
    ['certificate', '--dpm-server-name', 'Finance01', '--ps-name', 'Server01'],
  ])(
    'refuses the names of no computer of the pair before anything runs: %s %s %s',
    async (auth, ...named) => {
      const { code, document } = await rehearse(await newPair(named.join('')), '--auth', auth, ...named);
      expect(code).toBe(2);
      expect(document.changed).toBe(false);
      expect(document.problem?.what).toContain('the practice pair has the DPM server Server01');
    },
  );

  it('ends with how to continue after a failure, in text and in JSON', async () => {
    const world = await newPair('advice');
    const fault = ['--fault', 'set-dpm-server:success-text-but-fails'];
    const { code, stdout, stderr } = await dpmPrep(['rehearse', '--world', world, '--no-input', ...fault]);
    expect(code).toBe(4);
    expect(stderr).toContain('Possible cause (');
    expect(stderr).toMatch(/Log \([^)]*\([^)]*\)\):[^›]*DPMRACurr\.errlog/);
    expect(stderr).toContain(`\n    dpm-prep resume --world ${world} --on protected-computer\n`);
    expect(stdout).toContain(`\n    dpm-prep rehearse --world ${world} --fault none\n`);
    const { document } = await rehearse(world);
    expect(document.notes).toContainEqual(expect.stringContaining(`dpm-prep rehearse --world ${world}`));
    expect(document.data).toMatchObject({ faults: [] });
  });

  it('shows the warnings of every step, and says when a fault changed nothing', async () => {
    const shown = await rehearse(await newPair('one-clock'), '--fault', 'restart-pending');
    expect(shown.document.data).toMatchObject({
      faultsShown: true,
      acts: [{ findings: [{ id: 'pending-restart', status: 'warn' }] }, {}, {}],
    });
    const both = await rehearse(await newPair('both-clocks'), '--fault', 'clock-off');
    expect(both.document.data).toMatchObject({ faultsShown: false });
    expect(both.document.notes[0]).toContain('--fault clock-off@Finance01');
  });

  it('never sends anyone to certreq of the real computer', async () => {
    const { document } = await said([
      'request-cert',
      '--ps-name',
      'Finance01.widgets.corp.com',
      '--world',
      await newPair('request'),
      '--request-folder',
      'C:\\Temp',
      '--yes',
    ]);
    expect(JSON.stringify(document.notes)).not.toMatch(/certreq -(?:new|submit|accept)/);
    expect(document.notes[1]).toMatch(
      /dpm-prep request-cert --ps-name Finance01.widgets.corp.com --request-folder C:\\Temp --world .* --submit --ca 'PRACTICE-CA\\Practice Issuing CA of the protected computers' --on protected-computer$/,
    );
  });

  it.each(['attach:crashes', 'attach:exit-1-does-it'])(
    'says that a tool did not end as it should, although its result is there: %s',
    async (fault) => {
      const { code, document } = await rehearse(await newPair(fault.replace(':', '-')), '--fault', fault);
      expect(code).toBe(0);
      expect(document.data).toMatchObject({
        faultsShown: true,
        acts: [{}, {}, { toolErrors: [expect.stringMatching(/^Attach-NonDomainServer\.ps1 did not end/)] }],
      });
    },
  );

  it("says what to do where DPM's module is missing", async () => {
    const world = await openWorld({ folder: await newPair('module'), faults: ['module-missing'] });
    const asked = world.machine('dpm-server').ask('protected-computers', { dpmServerName: 'Server01' });
    await expect(asked).rejects.toMatchObject({
      fix: [expect.stringContaining('Run this on the DPM server')],
    });
    // The words of the PowerShell script, too.
    await expect(asked).rejects.toSatisfy((error) => saysModuleIsMissing(String(error)));
  });

  it('refuses an unknown fault before there is a pair', async () => {
    const world = join(folder, 'never');
    const { code, document } = await rehearse(world, '--fault', 'missing-vcp');
    expect(code).toBe(2);
    expect(document.problem?.what).toContain('"missing-vcp" is not a fault');
    expect(existsSync(world)).toBe(false);
  });
});

describe('a fault', () => {
  it.each([['preflight'], ['install-agent', '--accept-eula', '--dry-run']])(
    'is never for a real computer: %s',
    async (...words) => {
      const { code, document } = await said([...words, '--fault', 'clock-off']);
      expect(code).toBe(2);
      expect(document.problem?.what).toContain('never on a real computer');
    },
  );
});
