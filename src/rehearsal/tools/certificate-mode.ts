import { DpmError } from '../errors.js';
import { ruleFor } from '../firewall-rule.js';
import { places } from '../practice-files.js';
import { rootIn, usableCertificate } from '../certificates.js';
import type { Draft } from '../store.js';
import { readState } from '../store.js';
import type { State, StoredCertificate } from '../state.js';
import type { ToolContext } from './context.js';
import { faulty } from './reach.js';

const cpWrapper = 'DpmCPWrapperService';
const certificatePort = 6076;

/** The certificate that is to be used, with its root. Throws 33231, 33233, 33234, 33236. */
export const chosenCertificate = async (
  context: ToolContext,
  thumbprint: string,
): Promise<{ readonly certificate: StoredCertificate; readonly root: string }> => {
  const { folder, computer } = context;
  const state = readState(folder, computer.id);
  const digits = thumbprint.replace(/\s/g, '');
  const certificate = await usableCertificate(computer, state, digits, new Date());
  if (faulty(context, 'cpwrapper-stopped')) throw new DpmError(33236, cpWrapper);
  return { certificate, root: rootIn(state, certificate)?.thumbprint ?? '' };
};

/** Service, port and firewall exception of certificate authentication. */
export const startCpWrapper = (state: State, bin: string): void => {
  const service = state.services.find(({ name }) => name === cpWrapper);
  const running = { name: cpWrapper, displayName: 'DPM CPWrapper Service', state: 'running' } as const;
  if (service) Object.assign(service, { ...running, startMode: 'automatic' });
  else state.services.push({ ...running, startMode: 'automatic' });
  if (!state.ports.some(({ port }) => port === certificatePort)) {
    state.ports.push({ port: certificatePort, process: 'DPMCPWrapper' });
  }
  if (!state.firewall.rules.some(({ localPorts }) => localPorts === String(certificatePort))) {
    state.firewall.rules.push(
      ruleFor('DPM CPWrapper', {
        program: `${bin}\\DPMCPWrapper.exe`,
        protocol: 'TCP',
        localPorts: String(certificatePort),
      }),
    );
  }
};

/** The firewall exceptions that SetDpmServer makes for the agent; running it again resets them. */
export const openAgentFirewall = (state: State): void => {
  const rules: State['firewall']['rules'] = [
    ruleFor('DPMRA', { program: `${places.agentBin}\\DPMRA.exe` }),
    ruleFor('DPMRA_DCOM_135', { protocol: 'TCP', localPorts: '135' }),
  ];
  const names = rules.map(({ name }) => name);
  state.firewall.rules = [...state.firewall.rules.filter(({ name }) => !names.includes(name)), ...rules];
};

export const agentIn = (draft: Draft, context: ToolContext): NonNullable<State['agent']> => {
  const { agent } = draft.of(context.computer);
  if (!agent) throw new DpmError(32684, context.computer.netbiosName);
  return agent;
};
