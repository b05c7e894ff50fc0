import { faulty, type Answerer } from './answer.js';

export const trustedRoots: Answerer<'trusted-roots'> = (asked) => ({
  thumbprints: faulty(asked, 'root-untrusted')
    ? []
    : asked.state.certificates.flatMap(({ store, thumbprint }) =>
        store === 'LocalMachine\\Root' ? [thumbprint] : [],
      ),
});
