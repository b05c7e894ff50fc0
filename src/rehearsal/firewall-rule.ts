import type { State } from './state.js';

/** A rule that lets something in, in every profile. */
export const ruleFor = (
  name: string,
  what: Partial<Pick<State['firewall']['rules'][number], 'program' | 'protocol' | 'localPorts'>>,
): State['firewall']['rules'][number] => ({
  name,
  enabled: true,
  allow: true,
  program: null,
  protocol: 'Any',
  localPorts: null,
  profiles: [],
  remoteAddresses: null,
  fromPolicy: false,
  ...what,
});
