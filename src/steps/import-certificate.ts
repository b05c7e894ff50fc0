import { page } from '../dpm/source.js';
import type { Machine } from '../machine/machine.js';
import type { Side, Step } from './step.js';
import { complaint, described, judgeStored, stored, unseen } from './stored-certificate.js';

const section = page('Configure a certificate on the protected computer');

export interface ImportPfxInput {
  readonly side: Side;
  /** A PFX that was made for this import alone, base64; its password is the step's password. */
  readonly pfx: string;
  readonly thumbprint: string;
  /** The file that the user gave, for showing. */
  readonly file: string;
}

export const importPfxId = 'import-certificate';

/** Import into LocalMachine\My, exportable, under the CSP that the PFX is marked for. The page's step 4. */
export const importPfx = ({ side, pfx, thumbprint, file }: ImportPfxInput): Step => ({
  id: importPfxId,
  title: 'Import the certificate into the Local Computer store',
  side,
  source: section,
  probe: async (machine) => {
    const certificate = await stored(machine, thumbprint);
    if (!certificate) return { state: 'not-done', found: `LocalMachine\\My does not hold ${thumbprint}.` };
    const problem = complaint(certificate) ?? unseen(certificate);
    return problem === null
      ? {
          state: 'done',
          found: `LocalMachine\\My holds ${thumbprint}: ${described(certificate)}.`,
          facts: { thumbprint },
        }
      : {
          state: 'not-done',
          found: `LocalMachine\\My holds ${thumbprint}, but ${problem.replace(/\.$/, '')}. This run imports it again.`,
        };
  },
  command: () => ({
    kind: 'act',
    act: 'import-pfx',
    input: { pfx },
    shown: `certutil -csp "Microsoft RSA SChannel Cryptographic Provider" -importpfx "${file}" AT_KEYEXCHANGE`,
  }),
  verify: async (machine) => judgeStored(thumbprint, await stored(machine, thumbprint)),
});

/** The page's steps 2 to 4 in one: from the User store to the Local Computer store, with its key. */
export const copyToLocalComputer = (side: Side, thumbprint: string): Step => ({
  id: importPfxId,
  title: 'Copy the certificate from the User store to the Local Computer store',
  side,
  source: section,
  probe: async (machine) => {
    const certificate = await stored(machine, thumbprint);
    return certificate && complaint(certificate) === null && unseen(certificate) === null
      ? {
          state: 'done',
          found: `LocalMachine\\My holds ${thumbprint}: ${described(certificate)}.`,
          facts: { thumbprint },
        }
      : { state: 'not-done', found: `LocalMachine\\My does not hold ${thumbprint} as DPM needs it.` };
  },
  command: () => ({
    kind: 'act',
    act: 'copy-to-local-computer',
    input: { thumbprint },
    shown: `export ${thumbprint} with its private key from CurrentUser\\My, import it into LocalMachine\\My`,
  }),
  verify: async (machine) => judgeStored(thumbprint, await stored(machine, thumbprint)),
});

export interface AddCaCertificateInput {
  readonly side: Side;
  /** base64 */
  readonly der: string;
  readonly thumbprint: string;
  readonly subject: string;
  readonly store: 'LocalMachine\\Root' | 'LocalMachine\\CA';
}

/** A CA certificate of the chain, where Windows looks for it. */
export const addCaCertificate = (input: AddCaCertificateInput): Step => {
  const present = async (machine: Machine): Promise<boolean> => {
    const answer = await machine.ask('ca-certificates', { thumbprints: [input.thumbprint] });
    return answer.present.some(
      ({ thumbprint, store }) => thumbprint === input.thumbprint && store === input.store,
    );
  };
  return {
    id: `add-ca-certificate:${input.thumbprint}`,
    title: `Import the CA certificate ${input.subject} into ${input.store}`,
    side: input.side,
    source: section,
    probe: async (machine) =>
      (await present(machine))
        ? { state: 'done', found: `${input.store} holds it.` }
        : { state: 'not-done', found: `${input.store} does not hold this certificate.` },
    command: () => ({
      kind: 'act',
      act: 'add-ca-certificate',
      input: { der: input.der, store: input.store },
      shown: `certutil -addstore ${input.store.split('\\')[1] ?? ''} ${input.thumbprint}.cer`,
    }),
    verify: async (machine) =>
      (await present(machine))
        ? { state: 'verified', found: `${input.store} holds ${input.subject}.` }
        : { state: 'not-verified', found: `${input.store} does not hold ${input.subject}` },
  };
};
