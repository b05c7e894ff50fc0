// docs/commands.md, checks.md, scenarios.md, error-ids.md and practice-faults.md, made from the program's own tables,
// and the issue form for real DPM servers, made from docs/not-confirmed.md.
//   node scripts/docs.js                 writes them
//   node scripts/docs.js --check         fails where one is not as the program says
//   node scripts/docs.js --folder PATH   writes them there, or checks those there
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = join(root, 'docs');

/**
 * The tables that the pages are made of.
 * @typedef {typeof import('./docs-tables.js')} Tables
 * @typedef {Parameters<Tables['parameterOf']>[0]} Key
 */

/**
 * The tables, as the sources have them now.
 * @returns {Promise<Tables>}
 */
const tables = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-docs-'));
  const outfile = join(folder, 'tables.mjs');
  try {
    await build({
      entryPoints: [join(root, 'scripts', 'docs-tables.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      loader: { '.ps1': 'text', '.cs': 'text' },
      logLevel: 'warning',
      banner: {
        js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
      },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const made = '<!-- Made by "npm run docs" from the program itself; do not edit. -->';

/**
 * Text in a cell of a table, or in a sentence: no markup of its own.
 * @param {string} text
 */
const plain = (text) => text.replaceAll(/[\\|<>*_`[\]]/g, (mark) => `\\${mark}`).replaceAll('\n', ' ');
/** @param {string} text */
const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;
/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
const table = (head, rows) => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
  '',
];

/** @param {Tables} tables */
const commandsPage = ({ commands, parameterOf, runParameters, flagOf, environmentNameOf }) => {
  /** @param {readonly Key[]} keys */
  const shown = (keys) =>
    keys
      .filter((key) => !parameterOf(key).secret)
      .map((key) => {
        const parameter = parameterOf(key);
        const value = parameter.value === undefined ? '' : ` <${parameter.value}>`;
        const alias = parameter.alias === undefined ? '' : `, ${code(parameter.alias)}`;
        return [`${code(`${flagOf(key, parameter)}${value}`)}${alias}`, plain(parameter.help)];
      });
  const groups = [...new Set(commands.map(({ group }) => group))];
  /** @param {Tables['commands'][number]} spec */
  const one = (spec) => {
    const positional = spec.positional === undefined ? '' : ` ${spec.positional.notation}`;
    const flags = shown(spec.parameters);
    return [
      `### ${spec.name}`,
      '',
      `${plain(spec.summary.charAt(0).toUpperCase() + spec.summary.slice(1))}.`,
      '',
      ...(spec.description ?? []).flatMap((text) => [plain(text), '']),
      '```',
      `dpm-prep ${spec.name}${positional} [options]`,
      '```',
      '',
      ...(spec.positional ? [`${code(spec.positional.notation)}: ${plain(spec.positional.help)}.`, ''] : []),
      ...(flags.length === 0 ? [] : table(['Option', 'What it says'], flags)),
      ...spec.examples.flatMap(({ does, line }) => [`${plain(does)}:`, '', '```', line, '```', '']),
    ];
  };
  return [
    '# Commands',
    '',
    made,
    '',
    `Every option is also a key of an answer file (${code('--answers')}) in camel case, such as ${code('dpmServerName')}, and a variable of the environment, such as ${code(environmentNameOf('dpmServerName'))}; a flag wins. Without a command, ${code('dpm-prep')} is ${code('dpm-prep guide')}.`,
    '',
    `A password has no option that takes it: ${code('--password-file')}, ${code('--password-stdin')} or ${code(environmentNameOf('password'))}.`,
    '',
    ...groups.flatMap((group) => [
      `- ${group}: ${commands
        .filter((spec) => spec.group === group)
        .map(({ name }) => `[${name}](#${name})`)
        .join(' · ')}`,
    ]),
    '',
    ...groups.flatMap((group) => [
      `## ${group}`,
      '',
      ...commands.filter((spec) => spec.group === group).flatMap(one),
    ]),
    '## Options of every command',
    '',
    ...table(['Option', 'What it says'], shown(runParameters)),
  ];
};

/** @param {Tables} tables */
const checksPage = ({ preflightChecks, listRules, sourceText, versionsText }) => {
  /** @param {ReturnType<Tables['listRules']>} checks */
  const rows = (checks) =>
    checks.map(({ id, title, required, source, severity, prevents = [] }) => [
      code(id),
      `${plain(title)}. ${plain(required)}`,
      severity,
      prevents.join(', '),
      plain(versionsText(source)),
      plain(sourceText(source)),
    ]);
  const head = ['Id', 'What is required', 'Severity', 'Prevents', 'Versions', 'Source'];
  return [
    '# Checks',
    '',
    made,
    '',
    `The ids are stable: ${code('--ignore <id>')} lets one check fail without stopping the run (it still shows), and with ${code('--strict')} warnings stop the run too. A ${code('severe')} failure can harm the server, an ${code('error')} is refused by DPM, and an ${code('advice')} never does more than warn. "Versions" says which versions of DPM and MABS the source is written for.`,
    '',
    '## Of the computer (dpm-prep preflight, and before every procedure)',
    '',
    ...table(head, rows(preflightChecks)),
    '## Of a certificate (dpm-prep check-cert)',
    '',
    ...table(head, rows(listRules())),
  ];
};

/** @param {string} support */
const word = (support) => support.replaceAll('-', ' ');

/** @param {Tables} tables */
const scenariosPage = ({
  scenarios,
  methodsText,
  sourceText,
  faultyExamples,
  networkPorts,
  networkNotes,
}) => [
  '# Supported scenarios',
  '',
  made,
  '',
  `What Microsoft supports for computers in workgroups and untrusted domains (${plain(
    scenarios
      .slice(0, 1)
      .map(({ source }) => sourceText(source))
      .join(),
  )}). ${code('--workload <id>')} lets a command refuse what is not in it; ${code('dpm-prep scenarios')} shows the same.`,
  '',
  ...table(
    ['Workload', 'Id', 'Workgroup', 'Untrusted domain', 'Single server', 'Cluster', 'Notes'],
    scenarios.map((row) => [
      plain(row.workload),
      code(row.id),
      word(row.workgroup),
      word(row.untrustedDomain),
      row.single.length === 0 ? '' : methodsText(row.single),
      typeof row.cluster === 'string' ? word(row.cluster) : methodsText(row.cluster),
      plain(row.notes.join(' ')),
    ]),
  ),
  '## Network settings',
  '',
  ...table(
    ['Port', 'Use', 'Authentication', 'Source'],
    networkPorts.map(({ protocol, port, use, methods, source }) => [
      `${protocol} ${String(port)}`,
      plain(use),
      methodsText(methods),
      plain(sourceText(source)),
    ]),
  ),
  '',
  ...networkNotes.map(({ text, source }) => `- ${plain(text)} (${plain(sourceText(source))})`),
  '',
  '## Where Microsoft’s pages do not agree',
  '',
  ...scenarios.flatMap((row) =>
    row.contradictions.map(
      ({ other, says }) => `- ${plain(row.workload)}: ${plain(sourceText(other))}. ${plain(says)}`,
    ),
  ),
  '',
  '## Lines of Microsoft’s documentation that do not work as they are printed',
  '',
  'A plan with `--verbose` names those that concern it.',
  '',
  ...table(
    ['Tool', 'Printed', 'Fault', 'dpm-prep uses', 'Source'],
    faultyExamples.map(({ tool, printed, fault, instead, source }) => [
      code(tool),
      plain(printed),
      plain(fault),
      plain(instead),
      plain(sourceText(source)),
    ]),
  ),
];

const kinds = { dpm: 'DPM', event: 'event log', windows: 'Windows' };

/**
 * @param {Tables['dpmErrors'][number]} error
 * @param {Pick<Tables, 'sourceText' | 'versionsText'>} texts
 */
const errorLines = ({ id, kind, name, meaning, fix, command, source }, { sourceText, versionsText }) => [
  `## ${id}`,
  '',
  `${plain(name)} (${kinds[kind]}). ${plain(meaning)}`,
  '',
  ...fix.map((text) => `- ${plain(text)}`),
  ...(command === null ? [] : [`- ${code(command)}`]),
  '',
  `Source: ${plain(sourceText(source))}. Versions: ${plain(versionsText(source))}.`,
  '',
];

/** @param {Tables} tables */
const errorsPage = ({ dpmErrors, ...texts }) => [
  '# DPM error ids',
  '',
  made,
  '',
  `What the ids that concern workgroups and untrusted domains mean here, and what to do. ${code('dpm-prep explain <id>')} says the same, and ${code('dpm-prep explain < log')} sums a log up.`,
  '',
  dpmErrors.map(({ id }) => `[${id}](#${id.toLowerCase()})`).join(' · '),
  '',
  ...dpmErrors.flatMap((error) => errorLines(error, texts)),
];

/** @param {Tables} tables */
const faultsPage = ({ computerFaults, faultyTools, misbehaviours }) => {
  /** @param {Readonly<Record<string, string>>} faults */
  const rows = (faults) => Object.entries(faults).map(([name, what]) => [code(name), plain(what)]);
  return [
    '# Faults of the practice pair',
    '',
    made,
    '',
    `For a rehearsal that is to fail: [rehearsal](rehearsal.md). ${code('--fault <name>')} switches one on, for all practice computers or for one, ${code('<name>@<computer>')}. ${code('--fault none')} switches all off.`,
    '',
    '## Of a computer',
    '',
    ...table(['Fault', 'What is wrong'], rows(computerFaults)),
    '## Of a tool',
    '',
    `Written ${code('<tool>:<what it does>')}, such as ${code('attach:crashes')}.`,
    '',
    ...table(['Tool', 'Stands for'], rows(faultyTools)),
    ...table(['What it does', ''], rows(misbehaviours)),
  ];
};

/** The assumptions of docs/not-confirmed.md: one section for each heading, the first column of each table. */
const assumptions = () => {
  /** @type {{ heading: string, rows: string[] }[]} */
  const sections = [];
  for (const line of readFileSync(join(docs, 'not-confirmed.md'), 'utf8').split(/\r?\n/)) {
    const heading = /^## (.+)$/.exec(line)?.[1];
    if (heading !== undefined) sections.push({ heading, rows: [] });
    const cell = /^\| +((?:[^|\\]|\\.)+?) +\|/.exec(line)?.[1];
    if (cell === undefined || cell === 'Assumption' || /^-+$/.test(cell)) continue;
    sections.at(-1)?.rows.push(cell.replaceAll('\\|', '|'));
  }
  return sections.filter(({ rows }) => rows.length > 0);
};

/** An issue form of GitHub. It cannot drift from the page: docs:check compares it. */
const realServerForm = () => {
  /**
   * @param {string} id
   * @param {string} label
   * @param {string} description
   */
  const text = (id, label, description, required = true) => ({
    type: 'textarea',
    id,
    attributes: { label, description },
    ...(required ? { validations: { required: true } } : {}),
  });
  const sections = assumptions().map(({ heading, rows }, index) => ({
    type: 'checkboxes',
    id: `section-${String(index + 1)}`,
    attributes: { label: heading, options: rows.map((label) => ({ label })) },
  }));
  const form = {
    name: 'I tried it on a real DPM server',
    description: 'Report which assumptions of docs/not-confirmed.md you saw to be right or wrong.',
    title: 'Tried on DPM ',
    labels: ['real-server'],
    body: [
      {
        type: 'markdown',
        attributes: {
          value:
            'Thank you. dpm-prep was written without a DPM server, so your report is worth a lot. Tick what you **saw to be true**. Write about everything else in the field at the end. docs/not-confirmed.md says how to tell.',
        },
      },
      text('versions', 'Versions', 'Windows on both computers, and DPM or MABS with its update rollup.'),
      ...sections,
      text(
        'wrong',
        'What was different, and what you could not tell',
        'Name the assumption, and what you saw instead.',
        false,
      ),
      text(
        'collected',
        'The output of dpm-prep collect',
        'Run `dpm-prep collect --out collected.txt` on both computers after the run. Names are replaced by aliases. Read the file before you attach it: no tool finds every name.',
      ),
    ],
  };
  return [
    '# Made by "npm run docs" from docs/not-confirmed.md; do not edit.',
    stringify(form, { lineWidth: 0 }),
  ];
};

/** @type {Readonly<Record<string, (tables: Tables) => readonly string[]>>} */
const pages = {
  'docs/commands.md': commandsPage,
  'docs/checks.md': checksPage,
  'docs/scenarios.md': scenariosPage,
  'docs/error-ids.md': errorsPage,
  'docs/practice-faults.md': faultsPage,
  '.github/ISSUE_TEMPLATE/real-dpm-server.yml': realServerForm,
};

const {
  values: { check, folder },
} = parseArgs({ options: { check: { type: 'boolean' }, folder: { type: 'string', default: root } } });
const given = await tables();
let stale = 0;
for (const [name, page] of Object.entries(pages)) {
  const written = join(root, name);
  const text = await format(`${page(given).join('\n')}\n`, {
    ...(await resolveConfig(written)),
    filepath: written,
  });
  const path = join(folder, name);
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    continue;
  }
  let before = '';
  try {
    before = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    // Not there yet: not current.
  }
  if (before === text) continue;
  stale += 1;
  process.stderr.write(`${name} is not current. Run: npm run docs\n`);
}
process.exitCode = stale === 0 ? 0 : 1;
