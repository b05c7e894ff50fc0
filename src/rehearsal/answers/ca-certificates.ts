import { faulty, type Answerer } from './answer.js';

export const caCertificates: Answerer<'ca-certificates'> = (asked, { thumbprints }) => ({
  present: asked.state.certificates.flatMap(({ store, thumbprint }) =>
    store === 'LocalMachine\\Root' && faulty(asked, 'root-untrusted')
      ? []
      : (store === 'LocalMachine\\Root' || store === 'LocalMachine\\CA') && thumbprints.includes(thumbprint)
        ? [{ thumbprint, store }]
        : [],
  ),
});
