import type { Finding, FindingStatus } from '../checks/check.js';
import { runPureChecks } from '../checks/run-checks.js';
import type { Problem } from '../problem.js';
import { buildChain, type BuiltChain } from './chain.js';
import type {
  CertificateCase,
  CertificateOrigin,
  Environment,
  ReplacedFacts,
  RevocationFacts,
} from './facts.js';
import { limits } from './limits.js';
import type { ReadCertificate } from './read/certificate.js';
import type { OpenedCertificate } from './read/open.js';
import { RevocationServers } from './revocation/ask.js';
import { chainRules, rules } from './rules/index.js';
import { ownCertificate } from './rules/own-certificate.js';
import { readable } from './rules/readable.js';
import type { CertificateSummary } from './summary.js';
import { TwinRegistry, type TwinEntry } from './twins.js';

export interface JudgeOptions {
  /** --trust: certificates whose roots are trusted. Absent: the chain's own root is taken, and said to be so. */
  readonly trust?: readonly ReadCertificate[];
  /** --other: certificates of other computers, which must not be the same. */
  readonly other?: readonly OpenedCertificate[];
  /** --replaces */
  readonly replaces?: OpenedCertificate;
  /** --auth-ca-thumbprint: 40 upper-case digits. */
  readonly authCaThumbprint?: string;
  /** The computer's fully qualified name. */
  readonly expectedName?: string;
  /** --min-days; default 30. */
  readonly minDays?: number;
  /** --offline: no revocation server is asked. */
  readonly offline?: boolean;
  /** Default: workgroup. */
  readonly environment?: Environment;
  readonly now?: Date;
  /** --at: the certificates are judged as of this time. Revocation servers are asked as of now. */
  readonly at?: Date;
  /** --ignore: ids that are demoted. */
  readonly ignore?: readonly string[];
  readonly signal?: AbortSignal;
  /** Milliseconds for one revocation address; the default is in limits. */
  readonly addressMs?: number;
}

/** One judged certificate. Plain data. */
export interface JudgedCertificate {
  readonly name: string;
  /** Null where the input could not be read. */
  readonly origin: CertificateOrigin | null;
  readonly certificate: CertificateSummary | null;
  readonly findings: readonly Finding[];
}

/** How bad a path is: one failure outweighs every warning. */
const severityOf = (statuses: readonly FindingStatus[]): number =>
  statuses.reduce((sum, status) => sum + (weights[status] ?? 0), 0);

const weights: Readonly<Partial<Record<FindingStatus, number>>> = {
  fail: 100,
  warn: 1,
  'could-not-check': 1,
};

const rootOfChain = ({ certificates, facts }: BuiltChain): ReadCertificate | null =>
  facts.end === 'root' ? (certificates.at(-1) ?? null) : null;

const summaryOf = (opened: OpenedCertificate, chain: BuiltChain): CertificateSummary => {
  const { facts } = opened.certificate;
  const root = rootOfChain(chain);
  return {
    subject: facts.subject.text,
    issuer: facts.issuer.text,
    thumbprint: facts.thumbprint,
    keyId: facts.keyId,
    serialNumber: facts.serialNumber,
    notBefore: facts.notBefore,
    notAfter: facts.notAfter,
    publicKey: facts.publicKey,
    hasPrivateKey: opened.key.present,
    provider: opened.key.provider,
    keySpec: opened.key.keySpec,
    root: root === null ? null : { subject: root.facts.subject.text, thumbprint: root.facts.thumbprint },
    chain: {
      end: chain.facts.end,
      trust: chain.facts.trust,
      links: chain.facts.links.map(({ certificate, signature }) => ({
        subject: certificate.subject.text,
        thumbprint: certificate.thumbprint,
        notAfter: certificate.notAfter,
        signature,
      })),
    },
  };
};

/**
 * Judges certificates for as long as a run lasts: remembers which certificates and keys it has seen, and what the
 * revocation servers answered.
 */
export class CertificateJudge {
  readonly #options: JudgeOptions;
  readonly #now: string;
  readonly #servers: RevocationServers;
  readonly #registry = new TwinRegistry();
  // Set last by the constructor: the old certificate's own chain is not compared with it.
  #replaces: ReplacedFacts | null = null;

  constructor(options: JudgeOptions = {}) {
    this.#options = options;
    this.#now = (options.at ?? options.now ?? new Date()).toISOString();
    this.#servers = new RevocationServers({
      offline: options.offline ?? false,
      // Servers answer for today, whatever date the certificates are judged for.
      now: (options.now ?? new Date()).toISOString(),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.addressMs === undefined ? {} : { addressMs: options.addressMs }),
    });
    for (const other of options.other ?? []) this.#registry.add(this.#entryOf(other), true);
    if (options.replaces !== undefined) this.#replaces = this.#replacedFacts(options.replaces);
  }

  #entryOf({ name, certificate }: OpenedCertificate): TwinEntry {
    return { name, thumbprint: certificate.facts.thumbprint, keyId: certificate.facts.keyId };
  }

  #chainOf(opened: OpenedCertificate): BuiltChain {
    const sources = {
      others: opened.others,
      trusted: this.#options.trust ?? null,
      rootTrusted: opened.rootTrusted,
      now: this.#now,
    };
    return buildChain(opened.certificate, sources, (chain) => {
      const subject = this.#caseOf(opened, chain, { offline: true, certificates: [] });
      return severityOf(chainRules.map((rule) => rule.run(subject).status));
    });
  }

  #caseOf(opened: OpenedCertificate, chain: BuiltChain, revocation: RevocationFacts): CertificateCase {
    const options = this.#options;
    return {
      name: opened.name,
      origin: opened.origin,
      certificate: opened.certificate.facts,
      selfSigned: chain.selfSigned,
      key: opened.key,
      chain: chain.facts,
      revocation,
      twins: this.#registry.twinsOf(this.#entryOf(opened)),
      contents: opened.contents,
      expectedName: options.expectedName ?? null,
      replaces: this.#replaces,
      authCaThumbprint: options.authCaThumbprint ?? null,
      environment: options.environment ?? 'workgroup',
      now: this.#now,
      minDays: options.minDays ?? 30,
    };
  }

  #replacedFacts(opened: OpenedCertificate): ReplacedFacts {
    const { facts } = opened.certificate;
    const root = rootOfChain(this.#chainOf(opened));
    return {
      name: opened.name,
      subject: facts.subject,
      root: root === null ? null : { name: root.facts.subject, thumbprint: root.facts.thumbprint },
      keyId: facts.keyId,
      thumbprint: facts.thumbprint,
    };
  }

  /** Judges the certificates of one input, or of several at once. Every rule ends as a finding. */
  async judge(opened: readonly OpenedCertificate[]): Promise<readonly JudgedCertificate[]> {
    for (const each of opened) this.#registry.add(this.#entryOf(each));
    const stop = this.#options.offline ? null : new AbortController();
    const timer =
      stop &&
      setTimeout(() => {
        stop.abort();
      }, limits.inputNetworkMs);
    try {
      return await Promise.all(opened.map(async (each) => this.#judgeOne(each, stop?.signal)));
    } finally {
      if (timer) clearTimeout(timer);
    }
  }

  async #judgeOne(opened: OpenedCertificate, signal: AbortSignal | undefined): Promise<JudgedCertificate> {
    const chain = this.#chainOf(opened);
    const subject = this.#caseOf(opened, chain, await this.#servers.ask(chain, signal));
    return {
      name: opened.name,
      origin: opened.origin,
      certificate: summaryOf(opened, chain),
      findings: runPureChecks(rules, subject, this.#checking(opened.name)),
    };
  }

  #checking(name: string): { subject: string; ignore: readonly string[] } {
    return { subject: name, ignore: this.#options.ignore ?? [] };
  }

  /** The result for an input that could not be read: one failed finding. */
  unreadable(name: string, problem: Problem): JudgedCertificate {
    return {
      name,
      origin: null,
      certificate: null,
      findings: runPureChecks([readable], { problem }, this.#checking(name)),
    };
  }

  /**
   * At the end of a run: the first of two inputs with the same certificate or key could not know of the second. Gives
   * the results with that finding as it is now.
   */
  settle(results: readonly JudgedCertificate[]): readonly JudgedCertificate[] {
    return results.map((judged) => {
      if (judged.certificate === null) return judged;
      const twins = this.#registry.twinsOf({ ...judged.certificate, name: judged.name });
      const [finding] = runPureChecks([ownCertificate], { twins }, this.#checking(judged.name));
      const before = judged.findings.findIndex(({ id }) => id === ownCertificate.id);
      if (finding === undefined || judged.findings[before]?.found === finding.found) return judged;
      // Whoever keeps only troubles has none here yet.
      const findings = before === -1 ? [...judged.findings, finding] : judged.findings.with(before, finding);
      return { ...judged, findings };
    });
  }
}
