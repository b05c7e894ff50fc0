import { couldNotCheck, fail, notApplicable, pass, warn } from '../../checks/verdict.js';
import { errorTable, inferred, observed } from '../../dpm/source.js';
import { completeCodes, exitCode } from '../../exit-code.js';
import type { AuditCheck } from './audit-check.js';

const agentService: AuditCheck = {
  id: 'agent-service',
  title: 'Services of the agent',
  required: 'The service DPMRA is installed and not disabled; with certificates DpmCPWrapperService runs.',
  source: errorTable(33236),
  severity: 'error',
  prevents: [33236, 33304],
  run: ({ document }) => {
    if (!document?.protectedComputer) return notApplicable('No agent was seen.');
    const services = document.services.value;
    if (services === null) return notApplicable('See facts-unread.');
    const find = (name: RegExp) => services.find((service) => name.test(service.name));
    const agent = find(/^dpmra$/i);
    if (agent === undefined || agent.state === 'absent') return fail('The service DPMRA is not installed.');
    if (agent.startMode === 'disabled') {
      return fail('The service DPMRA is disabled.', 'On this computer: sc.exe config DPMRA start= demand');
    }
    const wrapper = find(/cpwrapper/i);
    if (document.protectedComputer.mode.value === 'certificate' && wrapper?.state !== 'running') {
      return fail(
        `The service DpmCPWrapperService is ${wrapper?.state ?? 'not installed'}.`,
        'On this computer: Start-Service DpmCPWrapperService',
      );
    }
    return pass('The services are as they should be. A stopped DPMRA is normal.');
  },
};

const restart: AuditCheck = {
  id: 'restart-waiting',
  title: 'Pending restart',
  required: 'Windows does not wait for a restart.',
  source: errorTable(325),
  severity: 'advice',
  prevents: [325],
  run: ({ document }) => {
    if (document === null) return notApplicable('There is no document.');
    return document.restart.pending
      ? fail(`Windows waits for a restart: ${document.restart.reasons.join(', ')}.`, 'Restart the computer.')
      : pass('No restart is pending.');
  },
};

const connection: AuditCheck = {
  id: 'connection',
  title: 'What the connection needs',
  required: 'Services, firewall, ports, names and policies are as "dpm-prep preflight" wants them.',
  source: inferred('see the source of each check of preflight'),
  severity: 'error',
  run: ({ document }) => {
    if (!document?.checks.value) return notApplicable('See facts-unread.');
    if (document.computer.role === 'neither') return notApplicable('No part of DPM is installed.');
    const of = (status: 'fail' | 'warn' | 'could-not-check'): string =>
      (document.checks.value ?? [])
        .filter((one) => one.status === status)
        .map(({ id, found }) => `${id}: ${found}`)
        .join(' ');
    const [failed, unknown, warned] = [of('fail'), of('could-not-check'), of('warn')];
    const fix = 'On this computer: dpm-prep preflight';
    if (failed !== '') return fail(failed, fix);
    if (unknown !== '') return couldNotCheck(unknown, fix);
    return warned === '' ? pass('All checks of the connection passed.') : warn(warned, fix);
  },
};

const toleratedSeconds = 300;

const clocks: AuditCheck = {
  id: 'clocks-differ',
  title: 'Clocks of the two computers',
  required: 'The clocks of the two computers agree within five minutes.',
  source: errorTable(310, 337, 341),
  severity: 'advice',
  prevents: [310, 337, 341],
  run: ({ document }) => {
    const clock = document?.clock.value;
    if (clock === undefined || clock === null)
      return notApplicable('The clock of the DPM server was not seen from here.');
    return Math.abs(clock.aheadSeconds) > toleratedSeconds
      ? fail(
          `The clock of ${clock.other} is ${String(Math.round(Math.abs(clock.aheadSeconds)))} s ${clock.aheadSeconds > 0 ? 'ahead' : 'behind'}.`,
          'Synchronize the clocks with a time server. On each of the two computers: w32tm /resync',
        )
      : pass('The clocks agree.');
  },
};

const cutOff: AuditCheck = {
  id: 'run-cut-off',
  title: 'Run that did not end',
  required: 'The last run of dpm-prep on this computer completed all its steps.',
  source: observed('the journal of dpm-prep'),
  severity: 'advice',
  run: ({ document }) => {
    const last = document?.lastChange.value;
    if (last === undefined || last === null) return notApplicable('dpm-prep changed nothing here.');
    const run = `"dpm-prep ${last.command}" of ${last.at}`;
    if (last.exitCode === null) return fail(`${run} did not finish.`, 'dpm-prep resume');
    if (completeCodes.has(last.exitCode)) return pass(`${run} ended.`);
    return last.exitCode === exitCode.cancelled
      ? fail(`${run} was cancelled before its last step.`, 'dpm-prep resume')
      : fail(`${run} failed with exit code ${String(last.exitCode)}.`, 'dpm-prep resume');
  },
};

export const computerChecks: readonly AuditCheck[] = [agentService, restart, connection, clocks, cutOff];
