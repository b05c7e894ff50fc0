import type { Answerer } from './answer.js';

export const caCertificates: Answerer<'ca-certificates'> = ({ state }, { thumbprints }) => ({
  present: state.certificates.flatMap(({ store, thumbprint }) =>
    (store === 'LocalMachine\\Root' || store === 'LocalMachine\\CA') && thumbprints.includes(thumbprint)
      ? [{ thumbprint, store }]
      : [],
  ),
});
