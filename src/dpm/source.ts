/** How sure a fact is. Only `documented` is Microsoft's own word; the rest must never be shown as if it were. */
export type Confidence = 'documented' | 'observed' | 'inferred' | 'recalled';

/** Where a fact comes from: shown next to every check, step and piece of advice. */
export interface Source {
  readonly where: string;
  readonly confidence: Confidence;
}

/** A section of Microsoft's page "Prepare machines in workgroups and untrusted domains for backup". */
export const page = (section: string): Source => ({
  where: `Microsoft's page, "${section}"`,
  confidence: 'documented',
});

/** Microsoft's table of DPM error codes. */
export const errorTable = (...ids: readonly number[]): Source => ({
  where: `Microsoft's DPM error table, ${ids.join(', ')}`,
  confidence: 'documented',
});

/** Another Microsoft document. */
export const microsoft = (title: string): Source => ({
  where: `Microsoft, "${title}"`,
  confidence: 'documented',
});

/** Seen by others on real servers, not documented by Microsoft. */
export const observed = (where: string): Source => ({ where, confidence: 'observed' });

/** Our own conclusion from documented facts. */
export const inferred = (from: string): Source => ({ where: from, confidence: 'inferred' });

/** General knowledge that no source at hand confirms. */
export const recalled = (what: string): Source => ({ where: what, confidence: 'recalled' });

const words: Record<Confidence, string> = {
  documented: 'documented',
  observed: 'seen by others, not documented',
  inferred: 'inferred, not documented',
  recalled: 'not confirmed',
};

/** A source in words: what is not documented says so. */
export const sourceText = (source: Source): string =>
  source.confidence === 'documented' ? source.where : `${source.where} (${words[source.confidence]})`;
