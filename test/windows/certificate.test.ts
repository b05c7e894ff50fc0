import { mkdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bothUsages, Workshop } from '../support/openssl.js';
import { installPath, newDpmServer, newProtectedComputer, play, tools, why } from './support/dpm.js';
import { describeWith } from './support/parts.js';
import type { WindowsComputer } from './support/wine.js';

const environment = { DPM_PREP_PASSWORD: 'secret-1' };
const bin = 'C:\\Program Files\\Microsoft Data Protection Manager\\DPM\\bin';
let shop: Workshop;
let finance: WindowsComputer;
let server: WindowsComputer;
const thumbprints = new Map<WindowsComputer, string>();

describeWith(
  ['Wine', 'mingw gcc', '.NET SDK'],
  'the certificate way with Windows programs (needs openssl 3)',
  () => {
    beforeAll(async () => {
      finance = await newProtectedComputer('Finance01');
      server = await newDpmServer('Server01');
      shop = new Workshop();
      const root = shop.root();
      for (const computer of [finance, server]) {
        const leaf = shop.leaf(root, `/CN=${computer.name}.contoso.com`, { extensions: bothUsages });
        await computer.put('C:\\dpm\\own.pfx', shop.pfx(leaf));
        thumbprints.set(computer, leaf.thumbprint);
        await mkdir(computer.place('C:\\Temp'), { recursive: true });
      }
    });
    afterAll(async () => {
      shop.remove();
      await finance.end();
      await server.end();
    });
    const thumbprintOf = (computer: WindowsComputer): string => thumbprints.get(computer) ?? '';
    const carry = async (from: WindowsComputer, to: WindowsComputer, name: string, folder = 'C:\\dpm') => {
      await to.put(`C:\\dpm\\${name}`, await readFile(from.place(`${folder}\\${name}`)));
    };

    it.each(['protected computer', 'DPM server'])('imports the certificate of the %s', async (which) => {
      const computer = which === 'DPM server' ? server : finance;
      const played = await play(computer, ['import-cert', 'C:\\dpm\\own.pfx', '--install-chain', '--yes'], {
        environment,
      });
      expect(played.report.exitCode, why(played)).toBe(0);
      expect(played.scripts).toContain('act-import-pfx');
      expect(tools(played)).toEqual([]);
    });

    it('configures the DPM server', async () => {
      const played = await play(server, [
        'set-credentials',
        ...['--dpm-server-name', 'Server01', '--ps-name', 'Finance01', '--yes'],
        ...['--output-file-path', 'C:\\Temp', '--thumbprint', thumbprintOf(server)],
        ...['--handover-folder', 'C:\\dpm'],
      ]);
      expect(played.report.exitCode, why(played)).toBe(6);
      expect(played.scripts).toContain('run-cmdlet');
    });

    it('configures the protected computer, the agent too', async () => {
      await carry(server, finance, 'Finance01.handover.json');
      await carry(server, finance, 'CertificateConfiguration_Server01.bin', 'C:\\Temp');
      const played = await play(finance, [
        'guide',
        ...['--yes', '--handover', 'C:\\dpm\\Finance01.handover.json', '--handover-folder', 'C:\\dpm'],
        ...['--installer', 'C:\\Agents', '--accept-eula', '--thumbprint', thumbprintOf(finance)],
        ...['--output-file-path', 'C:\\Temp'],
      ]);
      expect(played.report.exitCode, why(played)).toBe(6);
      // A checked copy goes in, and a folder of this run alone takes what comes out.
      const ofThisRun = /C:\\ProgramData\\dpm-prep\\(?:copy-[0-9a-f]+-)?[0-9a-f]{16}/g;
      const [installer, ...others] = tools(played).map((line) => line.replace(ofThisRun, '<this run>'));
      expect(installer).toBe('C:\\Agents\\DPMAgentInstaller_x64.exe /q /IAcceptEULA');
      const whole = `"${bin}\\SetDpmServer.exe" -dpmCredential <this run>\\CertificateConfiguration_Server01.bin -OutputFilePath <this run> -Thumbprint ${thumbprintOf(finance)}`;
      // Wine's trace cuts a long line. What the tool was given is in the file that it wrote.
      expect(others).toEqual([
        expect.stringMatching(/ -OutputFilePath <this run> -Thumbprint [0-9A-F]{20,40}$/),
      ]);
      expect(whole.slice(0, others[0]?.length)).toBe(others[0]);
      const handover = JSON.parse(
        await readFile(finance.place('C:\\dpm\\Finance01.handover.json'), 'utf8'),
      ) as { readonly protectedComputerCredential: { readonly name: string } };
      const written = finance.place(`C:\\Temp\\${handover.protectedComputerCredential.name}`);
      expect(await readFile(written, 'utf8')).toContain(` certificate ${thumbprintOf(finance)}\n`);
    });

    it('attaches it, and the computers that were there stay', async () => {
      await carry(finance, server, 'Finance01.handover.json');
      const { protectedComputerCredential } = JSON.parse(
        await readFile(finance.place('C:\\dpm\\Finance01.handover.json'), 'utf8'),
      ) as { readonly protectedComputerCredential: { readonly name: string } };
      await carry(finance, server, protectedComputerCredential.name, 'C:\\Temp');
      const played = await play(server, [
        'attach',
        ...['--yes', '--handover', 'C:\\dpm\\Finance01.handover.json'],
      ]);
      expect(played.report.exitCode, why(played)).toBe(0);
      expect(await readFile(server.place(`${installPath}bin\\attached.txt`), 'utf8')).toMatch(
        /^Old07\nfinance01\S*\n$/i,
      );
      expect(await readFile(server.place(`${installPath}bin\\refreshed.txt`), 'utf8')).toMatch(
        /^finance01\S*\n$/i,
      );
    });
  },
);
