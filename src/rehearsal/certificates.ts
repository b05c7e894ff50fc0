import { X509Certificate } from 'node:crypto';
import { request } from 'node:http';
import { DpmError } from './errors.js';
import type { PracticeComputer, State, StoredCertificate } from './state.js';

/*
 * What DPM looks at in a certificate, judged here on its own and not with the rules of check-cert: a rehearsal shows
 * whether those rules keep a bad certificate away from DPM.
 */

const clientAuthentication = '1.3.6.1.5.5.7.3.2';
const serverAuthentication = '1.3.6.1.5.5.7.3.1';
const minBits = 1_024;
const maxChain = 10;

const x509Of = ({ der }: Pick<StoredCertificate, 'der'>): X509Certificate =>
  new X509Certificate(Buffer.from(der, 'base64'));

const signs = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/** The chain above a certificate as this computer's stores give it: issuer first, root last if it is known. */
export const chainIn = (state: State, certificate: StoredCertificate): readonly StoredCertificate[] => {
  const authorities = state.certificates.filter(
    ({ store }) => store === 'LocalMachine\\Root' || store === 'LocalMachine\\CA',
  );
  const chain: StoredCertificate[] = [];
  let current = x509Of(certificate);
  while (chain.length < maxChain && !signs(current, current)) {
    const below = current;
    const issuer = authorities.find((one) => signs(x509Of(one), below));
    if (!issuer) break;
    chain.push(issuer);
    current = x509Of(issuer);
  }
  return chain;
};

export const rootIn = (state: State, certificate: StoredCertificate): StoredCertificate | null => {
  const top = chainIn(state, certificate).at(-1);
  return top?.store === 'LocalMachine\\Root' ? top : null;
};

const missingUsages = (usages: readonly string[] | undefined): readonly string[] =>
  usages === undefined
    ? []
    : [
        ...(usages.includes(clientAuthentication) ? [] : ['no client authentication']),
        ...(usages.includes(serverAuthentication) ? [] : ['no server authentication']),
      ];

/** What DPM would not accept, as parts of one sentence. */
const complaints = (state: State, certificate: StoredCertificate, now: Date): readonly string[] => {
  const x509 = x509Of(certificate);
  const { key } = certificate;
  const bits = x509.publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  const selfSigned = signs(x509, x509);
  return [
    ...(key === null ? ['it has no private key'] : []),
    ...(key?.keySpec === 'signature' ? ['its key type is signature, not exchange'] : []),
    ...missingUsages(x509.keyUsage),
    ...(x509.publicKey.asymmetricKeyType !== 'rsa' || bits < minBits
      ? ['it has no RSA key of 1024 bits or more']
      : []),
    ...(x509.subject === '' ? ['its subject is empty'] : []),
    ...(selfSigned ? ['it is self-signed'] : []),
    ...(!selfSigned && rootIn(state, certificate) === null
      ? ['its root is not trusted on this computer']
      : []),
    ...(new Date(x509.validTo) < now ? ['it has expired'] : []),
    ...(new Date(x509.validFrom) > now ? ['it is not valid yet'] : []),
  ];
};

const addresses = /http:\/\/[\x21-\x7e]+?\.crl/g;

const answers = async (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request(address, { timeout: 3_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('timeout', () => {
      asked.destroy();
    });
    asked.on('error', () => {
      resolve(false);
    });
    asked.end();
  });

/** The practice authority's revocation lists must answer; other authorities are not asked. */
const revocationComplaint = async (
  state: State,
  certificate: StoredCertificate,
): Promise<readonly string[]> => {
  const texts = [certificate, ...chainIn(state, certificate)].flatMap(
    ({ der }) => Buffer.from(der, 'base64').toString('latin1').match(addresses) ?? [],
  );
  const practice = texts.filter((text) => text.startsWith('http://127.0.0.1:'));
  const reached = await Promise.all(practice.map(answers));
  return reached.includes(false) ? ['the revocation list of its authority cannot be reached'] : [];
};

/** The certificate in LocalMachine\My that DPM is to use. Throws 33231, 33233 or 33234. */
export const usableCertificate = async (
  computer: PracticeComputer,
  state: State,
  thumbprint: string,
  now: Date,
): Promise<StoredCertificate> => {
  const certificate = state.certificates.find(
    (one) => one.store === 'LocalMachine\\My' && one.thumbprint === thumbprint.toUpperCase(),
  );
  if (!certificate) throw new DpmError(33231, thumbprint, computer.netbiosName);
  if (certificate.key?.keySpec === 'cng') {
    throw new DpmError(33233, 'the private key is a CNG key');
  }
  const unmet = [...complaints(state, certificate, now), ...(await revocationComplaint(state, certificate))];
  if (unmet.length > 0) throw new DpmError(33234, unmet.join('; '));
  return certificate;
};
