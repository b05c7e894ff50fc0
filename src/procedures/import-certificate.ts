import {
  addCaCertificate,
  copyToLocalComputer,
  importPfx,
  type AddCaCertificateInput,
} from '../steps/import-certificate.js';
import type { Side } from '../steps/step.js';
import type { Plan } from './plan.js';

export interface ImportCertificateInput {
  readonly side: Side;
  readonly pfx: string;
  readonly thumbprint: string;
  readonly subject: string;
  readonly file: string;
  /** CA certificates that go along, where the person wants that. */
  readonly chain: readonly Omit<AddCaCertificateInput, 'side'>[];
}

/** "Configure a certificate …", steps 2 to 4, without the detour through the User store. */
export const importCertificatePlan = (input: ImportCertificateInput): Plan => ({
  procedure: 'import-certificate',
  side: input.side,
  title: `Import ${input.subject} into LocalMachine\\My`,
  steps: [
    ...input.chain.map((certificate) => addCaCertificate({ side: input.side, ...certificate })),
    importPfx(input),
  ],
  notes: [],
});

/** CA certificates alone, before a certificate below them is used. */
export const importAuthoritiesPlan = (
  side: Side,
  file: string,
  chain: ImportCertificateInput['chain'],
): Plan => ({
  procedure: 'import-certificate',
  side,
  title: `Import the CA certificates of ${file}`,
  steps: chain.map((certificate) => addCaCertificate({ side, ...certificate })),
  notes: ['A root CA in LocalMachine\\Root is trusted for every purpose.'],
});

export const copyCertificatePlan = (side: Side, thumbprint: string): Plan => ({
  procedure: 'import-certificate',
  side,
  title: `Copy ${thumbprint} into LocalMachine\\My`,
  steps: [copyToLocalComputer(side, thumbprint)],
  notes: ['The certificate in CurrentUser\\My stays where it is; DPM does not look there.'],
});
