import { chainIn, rootIn } from '../certificates.js';
import type { Answerer } from './answer.js';

type Store = 'LocalMachine\\My' | 'CurrentUser\\My';
const isPersonal = (store: string): store is Store =>
  store === 'LocalMachine\\My' || store === 'CurrentUser\\My';

export const certificates: Answerer<'certificates'> = ({ state }, { stores, thumbprint }) => ({
  certificates: state.certificates.flatMap((certificate) => {
    const { store, der, key } = certificate;
    if (!isPersonal(store) || !stores.includes(store)) return [];
    if (thumbprint !== null && thumbprint !== certificate.thumbprint) return [];
    return [
      {
        der,
        store,
        hasPrivateKey: key !== null,
        provider: key?.provider ?? null,
        keySpec: key?.keySpec ?? null,
        exportable: key?.exportable ?? null,
        machineKey: key === null ? null : store === 'LocalMachine\\My',
        keyError: null,
        chain: chainIn(state, certificate).map((one) => one.der),
        rootTrusted: rootIn(state, certificate) !== null,
      },
    ];
  }),
});
