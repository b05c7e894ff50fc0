import type { FileEntry, Machine } from '../../src/machine/machine.js';
import { questions, type Answer, type QuestionName } from '../../src/machine/questions.js';
import { registryKeys, type RegistryName } from '../../src/preflight/registry.js';

type Answers = { readonly [Q in QuestionName]?: Answer<Q> | Error };

/** What a computer answers; `registry` by the names of src/preflight/registry.ts. */
export interface FakeComputer {
  readonly answers: Answers;
  readonly registry: Readonly<Partial<Record<RegistryName, string | number | readonly string[]>>>;
  readonly files: readonly string[];
}

export interface FakeMachine extends Machine {
  readonly asked: readonly string[];
}

const never = (): never => {
  throw new Error('A preflight only asks.');
};

/** A computer for tests: answers from a table, through the real schemas, and counts what it is asked. */
export const fakeMachine = ({ answers, registry, files }: FakeComputer): FakeMachine => {
  const asked: string[] = [];
  const ask: Machine['ask'] = async (question, input) => {
    asked.push(question);
    await Promise.resolve();
    const answer: unknown =
      question === 'registry-values'
        ? {
            values: questions['registry-values'].input.parse(input).values.map(({ key, name }) => {
              const known = (Object.keys(registryKeys) as RegistryName[]).find(
                (one) => registryKeys[one].key === key && registryKeys[one].name === name,
              );
              const value = known === undefined ? null : (registry[known] ?? null);
              return { key, name, exists: value !== null, value };
            }),
          }
        : answers[question];
    if (answer instanceof Error) throw answer;
    if (answer === undefined) throw new Error(`Nobody answers ${question}.`);
    return questions[question].output.parse(answer) as never;
  };
  const stat = async (path: string): Promise<FileEntry | null> =>
    Promise.resolve(
      files.includes(path) ? { name: path, path, kind: 'file', size: 1, modified: new Date(0) } : null,
    );
  return {
    asked,
    rehearsal: false,
    label: 'this computer',
    stateFolder: 'C:\\ProgramData\\dpm-prep',
    privateFolder: 'C:\\ProgramData\\dpm-prep',
    settlesWithinMs: null,
    ask,
    perform: never,
    resultOf: never,
    files: {
      stat,
      list: never,
      read: never,
      sha256: never,
      join: (...parts: readonly string[]) => parts.join('\\'),
      absolute: (path: string) => path,
    },
  };
};
