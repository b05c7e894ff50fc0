import type { CommandSpec } from '../../application/command.js';
import { checkParameters, scenarioParameters } from '../../application/parameter-groups.js';

export const spec = {
  name: 'handover',
  group: 'The procedure',
  side: 'protected-computer',
  place: 8,
  summary: 'protected computer: write the handover file after you ran SetDpmServer by hand',
  description: [
    'An attach by certificate needs a handover file. "dpm-prep set-dpm-server" writes one. If you ran SetDpmServer without dpm-prep, this command writes it.',
    'It checks what it can check here. It cannot see which tool wrote the .bin, so the attach asks for the name of this computer again.',
  ],
  parameters: [
    ...scenarioParameters,
    'psCredential',
    'dpmCredential',
    'dpmServerName',
    'psName',
    'thumbprint',
    'handoverFolder',
    'silenceSeconds',
    ...checkParameters,
  ],
  examples: [
    {
      does: 'After you ran SetDpmServer by hand',
      line: 'dpm-prep handover --ps-credential C:\\Temp\\CertificateConfiguration_Finance01.widgets.corp.com.bin --dpm-credential CertificateConfiguration_DPM01.contoso.com.bin',
    },
  ],
} as const satisfies CommandSpec;
