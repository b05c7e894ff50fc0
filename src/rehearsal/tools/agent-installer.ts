import { setTimeout as sleep } from 'node:timers/promises';
import { DpmError } from '../errors.js';
import type { Fault } from '../faults.js';
import { isAtLeast } from '../../dpm/versions.js';
import { places, plantProgram, plantText, practiceProgramAt, practiceVersion } from '../practice-files.js';
import { changeWorld, readState } from '../store.js';
import type { ProgramTool, ToolContext } from './context.js';
import { faulty as isFaulty } from './reach.js';

/** Of the installer that runs. */
const versionOf = ({ folder, computer, path }: ToolContext): string =>
  practiceProgramAt(folder, computer.id, path)?.version ?? practiceVersion;

const problemOf = (context: ToolContext): DpmError | null => {
  const { computer } = context;
  const faulty = (fault: Fault): boolean => isFaulty(context, fault);
  const name = computer.netbiosName;
  if (faulty('installer-service-disabled')) return new DpmError(330, name);
  if (faulty('fat-volume')) return new DpmError(303, name);
  if (faulty('missing-vcpp')) return new DpmError(295, name, 'Visual C++ 2012 x64');
  if (faulty('missing-dotnet')) return new DpmError(295, name, '.NET Framework 3.5 SP1');
  if (faulty('other-agent-version')) return new DpmError(306, name, '5.0.158.0');
  const installed = readState(context.folder, context.computer.id).agent?.version ?? null;
  if (installed !== null && !isAtLeast(versionOf(context), installed))
    return new DpmError(340, name, installed);
  return null;
};

const writeLog = ({ folder, computer }: ToolContext, lines: readonly string[]): void => {
  plantText(folder, computer.id, `${places.windowsTemp}\\msdpmAgentInstall.log`, `${lines.join('\n')}\n`);
};

/** DPMAgentInstaller_x64.exe /q /IAcceptEULA */
export const agentInstaller: ProgramTool = async (context) => {
  const { folder, computer, behaviour } = context;
  const switches = context.arguments.map((text) => text.toLowerCase());
  const silent = switches.includes('/q');
  const names = context.arguments.filter((text) => !text.startsWith('/'));
  const begun = new Date().toISOString();
  if (silent && !switches.includes('/iaccepteula')) {
    writeLog(context, [`${begun} Setup ended: the licence terms were not accepted.`]);
    return behaviour.exitCodes.installFailed;
  }
  if (!silent) {
    context.print('Microsoft Software License Terms: a practice tool has none.');
    const accepted = await context.ask('Accept the terms (yes/no)? ');
    if (!/^y/i.test(accepted)) return behaviour.exitCodes.installFailed;
  }
  await sleep(behaviour.installMs);
  const problem = problemOf(context);
  if (problem) {
    writeLog(context, [
      `${begun} Setup begins`,
      `${new Date().toISOString()} ERROR ID: ${String(problem.id)} ${problem.message}`,
    ]);
    if (problem.id === 295 && problem.message.includes('Visual C++')) {
      await changeWorld(folder, (draft) => {
        draft
          .of(computer)
          .restartReasons.push('the agent installer restarted the computer without a warning');
      });
    }
    return behaviour.exitCodes.installFailed;
  }
  const version = versionOf(context);
  for (const name of ['DPMRA.exe', 'SetDpmServer.exe']) {
    plantProgram(folder, computer.id, `${places.agentBin}\\${name}`, version);
  }
  context.checkpoint();
  await changeWorld(folder, (draft) => {
    const state = draft.of(computer);
    if (state.agent) {
      if (state.agent.version === version) return;
      context.did(`updated the agent from ${state.agent.version} to ${version}`);
      if (isFaulty(context, 'jobs-running')) context.did('interrupted running backup jobs (ID 323)');
      state.agent.version = version;
      for (const product of state.products)
        if (/protection\s+agent/i.test(product.displayName)) product.version = version;
      if (isFaulty(context, 'update-forgets')) state.agent.configuration = { mode: 'none' };
      // Until then the volume filter of the old agent works on (ID 325).
      if (isFaulty(context, 'agent-update-restarts')) state.restartReasons.push('the update of the agent');
      return;
    }
    context.did('installed the agent');
    state.agent = {
      version,
      configuration: names.length > 0 ? { mode: 'domain', dpmServerName: names[0] ?? '' } : { mode: 'none' },
      onceNtlm: false,
    };
    state.services.push(
      // It starts on demand: nothing listens on 5718 until it does.
      { name: 'DPMRA', displayName: 'DPMRA', state: 'stopped', startMode: 'manual' },
      {
        name: 'DpmCPWrapperService',
        displayName: 'DPM CPWrapper Service',
        state: 'stopped',
        startMode: 'disabled',
      },
    );
    state.products.push({
      displayName: 'Microsoft System Center  DPM Protection Agent',
      version,
      productCode: '{0F7C9A52-6B1D-4E8E-9C3A-2D5B1A7E4C60}',
    });
  });
  writeLog(context, [`${begun} Setup begins`, `${new Date().toISOString()} Setup was successful.`]);
  return behaviour.exitCodes.installed;
};
