import { observed } from '../../dpm/source.js';
import { aesCiphers, convertFile, notApplicable, pass, warn, type Rule } from './rule.js';

export const fileEncryption: Rule = {
  id: 'file-encryption',
  title: 'Encryption that every supported Windows reads',
  required:
    'The .pfx is encrypted so that Windows Server 2016 can import it too: with triple DES, not with AES.',
  source: observed(
    'openssl issue 27035, acme.sh issue 6805, ansible.windows issue 582: Windows Server 2016 and older call the password of an AES file wrong',
  ),
  severity: 'advice',
  run: (subject) => {
    const { origin, contents } = subject;
    if (origin.kind === 'store') return notApplicable('The certificate is in a store, not in a file.');
    if (origin.format !== 'PFX') return notApplicable(`The file is ${origin.format}, not PFX.`);
    const aes = aesCiphers(subject);
    if (aes.length > 0) {
      return warn(
        `The file is encrypted with ${aes.join(' and ')}. Windows Server 2016 and older say that its password is wrong.`,
        'Only where the file is imported on Windows Server 2016 or older, convert it first. The certificate stays the same.',
        convertFile(origin.file),
        'The command "dpm-prep import-cert" converts it by itself.',
      );
    }
    return contents.ciphers.length === 0
      ? pass('The file is not encrypted.')
      : pass(`The file is encrypted with ${contents.ciphers.join(' and ')}.`);
  },
};
