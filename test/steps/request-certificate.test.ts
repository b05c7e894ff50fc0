import { expect, it } from 'vitest';
import { certreqSteps, requestNotes } from '../../src/steps/request-certificate.js';

const steps = (ca: string | null) =>
  certreqSteps({
    side: 'protected-computer',
    files: {
      inf: 'C:\\r\\fin.inf',
      request: 'C:\\r\\fin.req',
      certificate: 'C:\\r\\fin.cer',
      chain: 'C:\\r\\fin.p7b',
    },
    certreq: 'C:\\Windows\\System32\\certreq.exe',
    submission: { ca, template: 'DPMAuthentication' },
  });

it('shows on a real computer the three commands that are to be run', () => {
  const notes = requestNotes(steps(null), null);
  expect(notes).toContain('certreq.exe -new -machine C:\\r\\fin.inf C:\\r\\fin.req');
  expect(notes).toContain(
    'certreq.exe -submit -attrib CertificateTemplate:DPMAuthentication C:\\r\\fin.req C:\\r\\fin.cer C:\\r\\fin.p7b',
  );
  expect(notes).toContain('certreq.exe -accept -machine C:\\r\\fin.cer');
});

it('names the CA where it is known', () => {
  expect(requestNotes(steps('ca01\\Issuing CA'), null).join('\n')).toContain(
    'certreq.exe -submit -config "ca01\\Issuing CA" -attrib CertificateTemplate:DPMAuthentication C:\\r\\fin.req',
  );
});

it('shows none of them in a rehearsal', () => {
  const notes = requestNotes(steps(null), { practiceAuthority: 'PRACTICE\\CA' });
  expect(notes.join()).not.toContain('certreq.exe');
  expect(notes.at(-1)).toBe(
    "The practice CA is called PRACTICE\\CA. To submit the request to it: dpm-prep again --submit --ca 'PRACTICE\\CA'",
  );
});
