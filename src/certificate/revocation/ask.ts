import type { BuiltChain } from '../chain.js';
import type { AddressFacts, RevocationFacts } from '../facts.js';
import { limits } from '../limits.js';
import { Unreadable } from '../read/asn1.js';
import type { ReadCertificate } from '../read/certificate.js';
import type * as CrlModule from './crl.js';
import type { RevocationList } from './crl.js';
import { staleness } from './freshness.js';
import { download, isWebAddress, type Download } from './download.js';
import type * as OcspModule from './ocsp.js';

type Kind = AddressFacts['kind'];
type Parsers = typeof CrlModule & typeof OcspModule;

export interface AskOptions {
  readonly offline: boolean;
  /** ISO 8601. */
  readonly now: string;
  readonly signal?: AbortSignal;
  /** Milliseconds for one address; default as in limits. */
  readonly addressMs?: number;
}

const directory = {
  outcome: 'directory',
  why: 'a computer outside the domain cannot reach a directory address',
} as const;

const otherScheme = { outcome: 'other', why: 'it is not an http or https address' } as const;

/** Why a list does not speak of a certificate that names it under `address` (RFC 5280, 6.3.3); null where it does. */
const outOfScope = (list: RevocationList, { facts }: ReadCertificate, address: string): string | null => {
  const { kind, names, someReasons } = list.scope;
  const isCa = facts.basicConstraints?.ca === true;
  if (list.delta || kind === 'other' || (kind !== 'all' && (kind === 'cas') !== isCa)) {
    return 'the list does not cover certificates such as this one';
  }
  const points = facts.distributionPoints.filter((point) => point.addresses.includes(address));
  if (names !== null && !points.some((point) => point.names.some((each) => names.includes(each)))) {
    return 'the list is that of another distribution point';
  }
  return someReasons || points.every((point) => point.someReasons)
    ? 'the list covers only some reasons for a revocation'
    : null;
};

type FetchedList =
  | { readonly ok: true; readonly list: RevocationList }
  | { readonly ok: false; readonly outcome: 'unreachable' | 'unusable' | 'not-asked'; readonly why: string };

/** Lets a bounded number of tasks run at the same time. */
class Gate {
  #free: number = limits.parallel;
  readonly #waiting: (() => void)[] = [];

  async through<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free === 0) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    } else {
      this.#free -= 1;
    }
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}

/**
 * Asks the revocation servers of a chain. One of these lives as long as a run: an address is fetched once, however
 * many certificates name it.
 */
export class RevocationServers {
  readonly #options: AskOptions;
  readonly #gate = new Gate();
  readonly #lists = new Map<string, Promise<FetchedList>>();
  readonly #answers = new Map<string, Promise<Download>>();
  #keptBytes = 0;
  #parsers: Promise<Parsers> | null = null;

  constructor(options: AskOptions) {
    this.#options = options;
  }

  /** Every address of every certificate of the chain but the root. `signal`: the time for this input is over. */
  async ask(chain: BuiltChain, signal?: AbortSignal): Promise<RevocationFacts> {
    const { certificates, facts } = chain;
    const asked = facts.end === 'root' ? certificates.slice(0, -1) : certificates;
    const entries = asked.map((certificate, index) => {
      const issuer = certificates[index + 1] ?? null;
      return { certificate, issuer, addresses: this.#addressesOf(certificate, issuer) };
    });
    const entryOf = ({ facts: of }: ReadCertificate, addresses: readonly AddressFacts[]) => ({
      subject: of.subject.text || of.thumbprint,
      thumbprint: of.thumbprint,
      addresses,
    });
    if (this.#options.offline) {
      return {
        offline: true,
        certificates: entries.map(({ certificate, addresses }) => entryOf(certificate, addresses)),
      };
    }
    return {
      offline: false,
      certificates: await Promise.all(
        entries.map(async ({ certificate, issuer, addresses }) =>
          entryOf(
            certificate,
            await Promise.all(addresses.map(async (each) => this.#asked(each, certificate, issuer, signal))),
          ),
        ),
      ),
    };
  }

  /** What is known of each address before anything is asked. */
  #addressesOf(certificate: ReadCertificate, issuer: ReadCertificate | null): readonly AddressFacts[] {
    const known = (kind: Kind, addresses: readonly string[]): AddressFacts[] =>
      addresses.map((address, index) => ({
        kind,
        address,
        ...this.#outlook(address, index, issuer),
        thisUpdate: null,
        nextUpdate: null,
        revokedAt: null,
      }));
    const { crlAddresses, ocspAddresses } = certificate.facts;
    if (ocspAddresses.length === 0) return known('crl', crlAddresses);
    return [...known('crl', crlAddresses), ...known('ocsp', ocspAddresses)];
  }

  #outlook(
    address: string,
    index: number,
    issuer: ReadCertificate | null,
  ): Pick<AddressFacts, 'outcome' | 'why'> {
    if (/^ldaps?:/i.test(address)) return directory;
    if (!isWebAddress(address)) return otherScheme;
    return { outcome: 'not-asked', why: this.#reasonNotToAsk(index, issuer) };
  }

  #reasonNotToAsk(index: number, issuer: ReadCertificate | null): string | null {
    if (this.#options.offline) return '--offline was given';
    if (index >= limits.addresses) return 'the certificate names too many addresses';
    if (issuer === null) return 'without the certificate of the issuer the answer proves nothing';
    return null;
  }

  /** The same address after it was asked, if there is no reason not to. */
  async #asked(
    known: AddressFacts,
    certificate: ReadCertificate,
    issuer: ReadCertificate | null,
    signal: AbortSignal | undefined,
  ): Promise<AddressFacts> {
    if (known.outcome !== 'not-asked' || known.why !== null || issuer === null) return known;
    const answer =
      known.kind === 'crl'
        ? await this.#askList(known.address, certificate, issuer, signal)
        : await this.#askResponder(new URL(known.address), certificate, issuer, signal);
    return { ...known, ...answer };
  }

  async #parsersOf(): Promise<Parsers> {
    this.#parsers ??= Promise.all([import('./crl.js'), import('./ocsp.js')]).then(([crl, ocsp]) => ({
      ...crl,
      ...ocsp,
    }));
    return this.#parsers;
  }

  async #download(
    url: URL,
    maxBytes: number,
    body: { type: string; bytes: Buffer } | null,
    signal: AbortSignal | undefined,
  ): Promise<Download> {
    const stops = [this.#options.signal, signal].filter((each) => each !== undefined);
    return this.#gate.through(async () =>
      download(url, {
        maxBytes,
        timeoutMs: this.#options.addressMs ?? limits.addressMs,
        ...(body === null ? {} : { body }),
        ...(stops.length === 0 ? {} : { signal: AbortSignal.any(stops) }),
      }),
    );
  }

  async #fetchList(url: URL, signal: AbortSignal | undefined): Promise<FetchedList> {
    const answer = await this.#download(url, limits.crlBytes, null, signal);
    if (!answer.ok) return { ok: false, outcome: 'unreachable', why: answer.why };
    if (this.#keptBytes + answer.bytes.length > limits.keptBytes) {
      return { ok: false, outcome: 'not-asked', why: 'there are more revocation lists than one run keeps' };
    }
    this.#keptBytes += answer.bytes.length;
    try {
      return { ok: true, list: (await this.#parsersOf()).readRevocationList(answer.bytes) };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return { ok: false, outcome: 'unusable', why: `its answer is not a revocation list: ${error.message}` };
    }
  }

  async #askList(
    address: string,
    certificate: ReadCertificate,
    issuer: ReadCertificate,
    signal: AbortSignal | undefined,
  ): Promise<Partial<AddressFacts> & Pick<AddressFacts, 'outcome'>> {
    const url = new URL(address);
    let fetched = this.#lists.get(url.href);
    if (fetched === undefined) {
      fetched = this.#fetchList(url, signal);
      this.#lists.set(url.href, fetched);
    }
    const result = await fetched;
    if (!result.ok) return { outcome: result.outcome, why: result.why };
    const { list } = result;
    const { thisUpdate, nextUpdate } = list;
    const dated = { thisUpdate, nextUpdate };
    const unusable = (why: string) => ({ ...dated, outcome: 'unusable' as const, why });
    if (list.issuer !== issuer.facts.subject.comparable) return unusable('the list is that of another CA');
    if (!list.signedBy(issuer)) return unusable('the list is not signed with the key of the CA');
    if (issuer.facts.keyUsage?.signsRevocationLists === false) {
      return unusable("the CA's key usage does not allow it to sign revocation lists");
    }
    const stale = staleness(list, this.#options.now);
    const revokedAt = list.revokedAt(certificate.serial);
    if (revokedAt !== null) {
      return {
        ...dated,
        outcome: 'revoked',
        why: `its serial number is in the list, since ${revokedAt}`,
        revokedAt,
      };
    }
    if (stale !== null) return unusable(stale);
    const outside = outOfScope(list, certificate, address);
    if (outside !== null) return { ...dated, outcome: 'unknown', why: outside };
    return { ...dated, outcome: 'good', why: null };
  }

  async #askResponder(
    url: URL,
    certificate: ReadCertificate,
    issuer: ReadCertificate,
    signal: AbortSignal | undefined,
  ): Promise<Partial<AddressFacts> & Pick<AddressFacts, 'outcome'>> {
    const parsers = await this.#parsersOf();
    const id = parsers.certificateId(certificate, issuer);
    const key = `${url.href} ${certificate.facts.thumbprint}`;
    let asked = this.#answers.get(key);
    if (asked === undefined) {
      const body = { type: 'application/ocsp-request', bytes: parsers.ocspRequest(id) };
      asked = this.#download(url, limits.ocspBytes, body, signal);
      this.#answers.set(key, asked);
    }
    const result = await asked;
    if (!result.ok) return { outcome: 'unreachable', why: result.why };
    let answer;
    try {
      answer = parsers.readOcspAnswer(result.bytes, id, issuer, this.#options.now);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return { outcome: 'unusable', why: `the responder gave no usable answer: ${error.message}` };
    }
    const { thisUpdate, nextUpdate, revokedAt } = answer;
    const dated = { thisUpdate, nextUpdate };
    if (answer.signatureProblem !== null)
      return { ...dated, outcome: 'unusable', why: answer.signatureProblem };
    if (answer.status === 'revoked') {
      return {
        ...dated,
        outcome: 'revoked',
        why: `revoked since ${revokedAt ?? 'an unknown date'}`,
        revokedAt,
      };
    }
    const stale = staleness(answer, this.#options.now);
    if (stale !== null) return { ...dated, outcome: 'unusable', why: stale };
    return answer.status === 'good'
      ? { ...dated, outcome: 'good', why: null }
      : { ...dated, outcome: 'unknown', why: 'the responder does not know the certificate' };
  }
}
