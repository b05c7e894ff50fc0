import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { passwordsTold } from '../../src/application/audit/told.js';
import { computerPassword, serverPasswords } from '../../src/application/password-state.js';
import { lineOfChange } from '../../src/dpm/password-change.js';
import { Journal } from '../../src/run/journal.js';
import type { JournalEntry } from '../../src/run/journal-entry.js';
import { summedUp } from '../../src/run/journal-summary.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const base = temporaryFolder('journal-summary-passwords');

const change = fc.constantFrom(
  null,
  { generation: '2026-05', back: false },
  { generation: '2026-11', back: false },
  { generation: '2026-11', back: true },
);
const name = fc.constantFrom('Finance01', 'Finance02');
/** How a step ended: verified, not verified, or nobody saw it. */
const ending = fc.constantFrom('verified', 'not-verified', null);

/** One step of a run, on the protected computer or on the DPM server. */
const act = fc.oneof(
  fc.record({ what: fc.constant('set' as const), change, ending }),
  fc.record({ what: fc.constant('note' as const), change, ending: fc.constant('verified') }),
  fc.record({ what: fc.constant('configure' as const), change: fc.constant(null), ending }),
  fc.record({ what: fc.constant('tell' as const), name, change, ending }),
  fc.record({ what: fc.constant('refresh' as const), name, change, ending }),
  fc.record({ what: fc.constant('attach' as const), name, change: fc.constant(null), ending }),
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

const stepOf = (one: Act): string => {
  switch (one.what) {
    case 'set':
      return one.change === null
        ? 'update-password'
        : `update-password:${one.change.generation}${one.change.back ? ':back' : ''}`;
    case 'note':
      return `password-server-state:${one.change?.generation ?? ''}`;
    case 'configure':
      return 'set-dpm-server';
    case 'tell':
      return `update-non-domain-server-info:${one.name}`;
    case 'refresh':
      return `refresh:${one.name}`;
    case 'attach':
      return `attach:${one.name}`;
  }
};

const minute = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();

/** A run of one step, then one of another procedure: what presses old findings out of the journal. */
const runOf = (one: Act, n: number): JournalEntry[] => {
  const at = minute(n);
  const head = { v: 1, at, run: `run-${String(n)}` } as const;
  const text = one.what === 'note' ? 'The DPM server says: verified' : one.what;
  const step = {
    ...head,
    step: stepOf(one),
    line: one.change === null ? text : lineOfChange(text, one.change),
  };
  const facts = one.what === 'set' && one.ending === 'verified' ? { passwordSet: at } : {};
  const state = one.what === 'tell' && one.ending === 'verified' ? 'could-not-verify' : one.ending;
  const begun = {
    ...head,
    event: 'run' as const,
    command: 'x',
    procedure: one.what,
    version: '0.0.0',
    processId: 1,
    rehearsal: true,
    answers: {},
    positional: [],
    operator: null,
    host: null,
  };
  const other = { ...head, run: `other-${String(n)}` };
  return [
    begun,
    ...(one.what === 'note'
      ? [{ ...step, event: 'probed' as const, state: 'done', found: '', facts: {} }]
      : [{ ...step, event: 'started' as const }]),
    ...(state === null || one.what === 'note'
      ? []
      : [{ ...step, event: 'verified' as const, state, found: '', facts }]),
    ...(one.ending === null
      ? []
      : [
          {
            ...head,
            event: 'finish' as const,
            exitCode: one.ending === 'verified' ? 0 : 4,
            problem: null,
          },
        ]),
    { ...begun, ...other, procedure: 'other' },
    {
      ...other,
      event: 'verified',
      step: `other:${String(n)}`,
      line: `other ${String(n)}`,
      state: 'verified',
      found: '',
      facts: { n },
    },
    { ...other, event: 'finish', exitCode: 0, problem: null },
  ];
};

const journalOf = (entries: readonly JournalEntry[]): Journal => {
  const folder = mkdtempSync(join(base, 'j-'));
  writeFileSync(join(folder, 'journal.jsonl'), entries.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return new Journal(folder);
};

/** What both computers, the audit and the check against lock-outs read of a journal. */
const told = (entries: readonly JournalEntry[], passwordSet: Date) => {
  const journal = journalOf(entries);
  return {
    computer: computerPassword(journal, passwordSet),
    server: [...serverPasswords(journal)].sort(),
    told: [...passwordsTold(journal)].sort(),
  };
};

it('a journal that was summed up, at any moment, tells the same generation on each computer', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 1, maxLength: 12 }), fc.nat(12), (acts, cut) => {
      const whole = acts.flatMap(runOf);
      const at = acts.findLastIndex((one) => one.what === 'set' && one.ending === 'verified');
      const passwordSet = new Date(minute(Math.max(at, 0)));
      const summary = { wholeBytes: 1, lines: 2 };
      const first = summedUp(acts.slice(0, cut).flatMap(runOf), summary);
      const later = summedUp(
        [...first, ...acts.flatMap((one, n) => (n < cut ? [] : runOf(one, n)))],
        summary,
      );
      expect(told(later, passwordSet)).toEqual(told(whole, passwordSet));
    }),
    { seed: 1, numRuns: 250 },
  );
});
