/** How sure a fact is. Only `documented` is Microsoft's own word; the rest must never be shown as if it were. */
export const confidences = ['documented', 'observed', 'inferred', 'recalled'] as const;
type Confidence = (typeof confidences)[number];

/** Where a fact comes from: shown next to every check, step and piece of advice. */
export interface Source {
  readonly where: string;
  readonly confidence: Confidence;
  /** The versions of DPM and MABS that it is written for; absent: it names none. */
  readonly versions?: string | undefined;
}

/** A section of Microsoft's page "Prepare machines in workgroups and untrusted domains for backup". */
export const page = (section: string): Source => ({
  where: `Microsoft's page, "${section}"`,
  confidence: 'documented',
  versions: 'DPM (page of 11/2024, without a version)',
});

/** Microsoft's table of DPM error codes. */
export const errorTable = (...ids: readonly number[]): Source => ({
  where: `Microsoft's DPM error table, ${ids.join(', ')}`,
  confidence: 'documented',
  versions: 'DPM (KB 3041345, 04/2024, without a version)',
});

/** Another Microsoft document; `versions`: the versions of DPM and MABS that it is written for. */
export const microsoft = (title: string, versions?: string): Source => ({
  where: `Microsoft, "${title}"`,
  confidence: 'documented',
  ...(versions === undefined ? {} : { versions }),
});

/** Seen by others on real servers, not documented by Microsoft. */
export const observed = (where: string): Source => ({ where, confidence: 'observed' });

/** Our own conclusion from documented facts. */
export const inferred = (from: string): Source => ({ where: from, confidence: 'inferred' });

const words: Record<Confidence, string> = {
  documented: 'documented',
  observed: 'seen by others, not documented',
  inferred: 'inferred, not documented',
  recalled: 'not confirmed',
};

/** A source in words: what is not documented says so. */
export const sourceText = (source: Source): string =>
  source.confidence === 'documented' ? source.where : `${source.where} (${words[source.confidence]})`;

/** Which versions of DPM and MABS a source is written for. */
export const versionsText = (source: Source): string => source.versions ?? 'not stated';
