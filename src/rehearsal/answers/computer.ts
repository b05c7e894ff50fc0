import { places } from '../practice-files.js';
import { faulty, type Answerer } from './answer.js';

export const computer: Answerer<'computer'> = (asked) => {
  const { computer: it, state } = asked;
  const old = faulty(asked, 'old-windows');
  const restartReasons = [
    ...state.restartReasons,
    ...(faulty(asked, 'restart-pending') ? ['Windows Update'] : []),
  ];
  return {
    netbiosName: it.netbiosName,
    fqdn: it.fqdn,
    dnsSuffixes: it.dnsSuffixes,
    membership: state.membership,
    membershipName: state.membershipName,
    elevated: !faulty(asked, 'not-elevated'),
    operatingSystem: {
      caption: old ? 'Microsoft Windows Server 2008 R2 Standard' : 'Microsoft Windows Server 2022 Standard',
      version: old ? '6.1.7601' : '10.0.20348',
      server: true,
    },
    systemDirectory: places.system,
    windowsDirectory: places.windows,
    restartPending: restartReasons.length > 0,
    restartReasons,
  };
};
