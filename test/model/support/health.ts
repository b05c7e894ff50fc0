import type { Given } from './given.js';
import { server } from './pair.js';
import { listed, truthOf } from './truth.js';

/*
 * What contradicts a status of 0. Each computer shows its own half only, so each is judged by what it could know: what
 * Windows shows there now, and what dpm-prep itself did there.
 */

/** What only the whole sequence tells. */
export interface Past {
  /** The computers that dpm-prep attached here and did not remove, as far as its state here knows. */
  readonly attached: Set<string>;
  /** The computers whose password a person set after dpm-prep had set it there. */
  readonly strangePasswords: Set<string>;
}

export const newPast = (): Past => ({ attached: new Set(), strangePasswords: new Set() });

const holds = (world: string, computer: string, thumbprint: string): boolean =>
  truthOf(world, computer).certificates.some(
    (one) => one.store === 'LocalMachine\\My' && one.thumbprint === thumbprint && one.key !== null,
  );

export const unhealthyThere = ({ world, computer }: Given, past: Past): string | null => {
  const { agent, accounts } = truthOf(world, computer);
  const configuration = agent?.configuration;
  if (configuration === undefined) return 'there is no agent';
  if (configuration.mode === 'none') return 'the agent is not configured';
  if (configuration.mode === 'ntlm') {
    const account = accounts.find(({ name }) => name.toLowerCase() === configuration.userName.toLowerCase());
    if (account === undefined) return 'its account does not exist';
    if (!account.enabled || account.locked) return 'its account cannot log on';
    if (past.strangePasswords.has(computer)) return 'a person set the password after dpm-prep';
  }
  if (configuration.mode === 'certificate' && !holds(world, computer, configuration.thumbprint))
    return 'the certificate of the agent is not in the store';
  return null;
};

export const unhealthyHere = ({ world }: Given, past: Past): string | null => {
  const records = listed(world, server);
  const lost = [...past.attached].find(
    (name) => !records.some(({ serverName }) => serverName.toLowerCase() === name.toLowerCase()),
  );
  if (lost !== undefined) return `${lost}, which dpm-prep attached, is not listed`;
  const { credentials } = truthOf(world, server).server ?? {};
  const byCertificate = records.some(({ authentication }) => authentication === 'certificate');
  if (!byCertificate) return null;
  if (!credentials) return 'a computer is listed by certificate, and the DPM server has none';
  return holds(world, server, credentials.thumbprint)
    ? null
    : 'the certificate of the DPM server is not in the store';
};
