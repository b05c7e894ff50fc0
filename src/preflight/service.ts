import type { Severity } from '../checks/check.js';
import { couldNotCheck, fail, notApplicable, pass, warn } from '../checks/verdict.js';
import { sameName } from '../dpm/names.js';
import { errorTable, microsoft, observed, type Source } from '../dpm/source.js';
import type { Method } from '../dpm/scenarios.js';
import type { Answer } from '../machine/questions.js';
import type { ProcedureName } from '../procedures/plan.js';
import type { Side } from '../steps/step.js';
import type { PreflightCheck, PreflightSubject } from './subject.js';

interface NeededService {
  readonly id: string;
  readonly title: string;
  readonly name: string;
  /** `enabled`: it may be stopped as long as Windows can start it. */
  readonly must: 'run' | 'be enabled';
  readonly severity: Severity;
  readonly prevents: readonly number[];
  readonly source: Source;
  readonly why: string;
  readonly method?: Method;
  readonly side?: Side;
  /** What Set-DPMCredentials switches on: before it has run, that it is absent or disabled is not a fault. */
  readonly startedBySetCredentials?: true;
}

const troubleshooting = microsoft('Troubleshoot DPM protection agent installation issues');

const needed: readonly NeededService[] = [
  {
    id: 'service-com-plus',
    title: 'COM+',
    name: 'EventSystem',
    must: 'run',
    severity: 'error',
    prevents: [],
    source: troubleshooting,
    why: 'the installer of the agent needs COM+',
  },
  {
    id: 'service-wmi',
    title: 'Windows Management Instrumentation',
    name: 'Winmgmt',
    must: 'run',
    severity: 'error',
    prevents: [400],
    source: troubleshooting,
    why: 'without it, the installer and SetDpmServer fail with 0x80004005',
  },
  {
    id: 'service-windows-installer',
    title: 'Windows Installer',
    name: 'msiserver',
    must: 'be enabled',
    severity: 'error',
    prevents: [330],
    source: errorTable(330),
    why: 'the agent is an MSI package',
    side: 'protected-computer',
  },
  {
    id: 'service-msdtc',
    title: 'Distributed Transaction Coordinator',
    name: 'MSDTC',
    must: 'be enabled',
    severity: 'advice',
    prevents: [],
    source: troubleshooting,
    why: 'the installer of the agent uses it',
    side: 'protected-computer',
  },
  {
    id: 'service-remote-registry',
    title: 'Remote Registry',
    name: 'RemoteRegistry',
    must: 'be enabled',
    severity: 'advice',
    prevents: [342],
    source: errorTable(328, 342),
    why: 'DPM uses it to push or update an agent; an installation on the computer itself does not need it',
    side: 'protected-computer',
  },
  {
    id: 'service-cryptographic',
    title: 'Cryptographic Services',
    name: 'CryptSvc',
    must: 'run',
    severity: 'error',
    prevents: [33232, 33233],
    source: observed("Microsoft's DPM team blog, certificate troubleshooting (2012)"),
    why: 'Windows checks certificates with it',
    method: 'certificate',
  },
  {
    id: 'service-cpwrapper',
    title: 'DPM CPWrapper service',
    name: 'DpmCPWrapperService',
    must: 'be enabled',
    severity: 'error',
    prevents: [33236, 33300],
    source: errorTable(33236),
    why: 'certificate authentication uses it',
    method: 'certificate',
    side: 'dpm-server',
    startedBySetCredentials: true,
  },
];

const beforeSetCredentials: ReadonlySet<ProcedureName> = new Set([
  'import-certificate',
  'request-certificate',
  'set-credentials',
]);

/** The service of Failover Clustering. */
export const clusterService = 'ClusSvc';

/** All of them are asked in one question. */
const names = [...needed.map(({ name }) => name), clusterService];

/** A service as Windows has it; null: it could not be read. */
export const serviceOf = async (
  subject: PreflightSubject,
  wanted: string,
): Promise<Answer<'services'>['services'][number] | null> => {
  const { services } = await subject.ask('services', { names });
  const service = services.find(({ name }) => sameName(name, wanted));
  return service === undefined || service.state === 'unknown' ? null : service;
};

const serviceCheck = (wanted: NeededService): PreflightCheck => ({
  id: wanted.id,
  title: wanted.title,
  required: `The service ${wanted.name} must ${wanted.must}: ${wanted.why}.`,
  source: wanted.source,
  severity: wanted.severity,
  prevents: wanted.prevents,
  run: async (subject) => {
    if (wanted.side !== undefined && wanted.side !== subject.facts.side) {
      return notApplicable('The other computer needs it.');
    }
    if (
      wanted.method !== undefined &&
      subject.facts.method !== null &&
      wanted.method !== subject.facts.method
    ) {
      return notApplicable('Only certificate authentication needs it.');
    }
    const { procedure } = subject.facts;
    if (wanted.startedBySetCredentials && procedure !== null && beforeSetCredentials.has(procedure)) {
      return notApplicable('Set-DPMCredentials enables it.');
    }
    const service = await serviceOf(subject, wanted.name);
    if (service === null) return couldNotCheck(`The state of ${wanted.title} could not be read.`);
    if (service.state === 'absent') {
      return wanted.startedBySetCredentials
        ? warn(`${wanted.title} is not installed yet.`, 'Set-DPMCredentials enables it.')
        : fail(`${wanted.title} (${wanted.name}) is not installed.`, 'Repair the installation of Windows.');
    }
    const enable = `sc.exe config ${wanted.name} start= demand`;
    const start = `Start-Service ${wanted.name}`;
    if (service.startMode === 'disabled' && wanted.startedBySetCredentials && procedure !== 'certificate') {
      return warn(`${wanted.title} is still disabled.`, 'Set-DPMCredentials enables it.');
    }
    if (service.startMode === 'disabled') return fail(`${wanted.title} is disabled.`, enable, start);
    if (wanted.must === 'run' && service.state !== 'running') {
      return fail(`${wanted.title} is ${service.state}.`, start);
    }
    return pass(`${wanted.title} is ${service.state === 'running' ? 'running' : 'not disabled'}.`);
  },
});

export const serviceChecks: readonly PreflightCheck[] = needed.map(serviceCheck);
