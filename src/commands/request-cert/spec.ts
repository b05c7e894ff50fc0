import type { CommandSpec } from '../../application/command.js';
import { checkParameters, scenarioParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'request-cert',
  group: 'Certificates',
  place: 1,
  summary: 'write a request for a certificate that DPM accepts, for your own CA',
  description: [
    'Template on the CA: duplicate "RAS and IAS Server" (Client and Server Authentication) with the compatibility "Windows Server 2003 Enterprise". A later level gives CNG keys, which DPM does not support. Request Handling: "Allow private key to be exported". Then issue it: Certificate Templates > New > Certificate Template to Issue.',
    'Enrolment: Subject Name > "Build from this Active Directory information", Common Name and DNS name; Security > Enroll (or Autoenroll) for authenticated users. A computer outside the domain cannot enrol that way: it needs the request that this command writes.',
  ],
  parameters: [
    ...scenarioParameters,
    'psName',
    'dpmServerName',
    'keyLength',
    'template',
    'requestFolder',
    'ca',
    'submit',
    'silenceSeconds',
    ...checkParameters,
  ],
  examples: [
    { does: 'Write the request and show the three certreq commands', line: 'dpm-prep request-cert' },
    {
      does: 'Run them too',
      line: "dpm-prep request-cert --template DPMAuthentication --submit --ca 'ca01.contoso.com\\Contoso Issuing CA' --yes",
    },
  ],
} as const satisfies CommandSpec;
