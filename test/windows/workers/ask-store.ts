import { readFileSync, writeFileSync } from 'node:fs';
import { Bridge } from '../../../src/machine/windows/bridge.js';
import { questionScripts } from '../../../src/machine/windows/scripts.js';

/*
 * Runs scripts in front (what they answer is not looked at), then asks for the certificates of LocalMachine\My: as
 * always, and once more with Export refused, so that Windows' own function reads the record.
 */
const [powershell = '', requestFile = '', resultFile = ''] = process.argv.slice(2);
const { before } = JSON.parse(readFileSync(requestFile, 'utf8')) as { readonly before: readonly string[] };
const bridge = new Bridge({ powershell });
const { certificates } = questionScripts;
const problems: string[] = [];
const run = async (text: string): Promise<unknown> => {
  const reply = await bridge.call({
    script: { ...certificates, text },
    input: { stores: ['LocalMachine\\My'], thumbprint: null },
    timeoutMs: 120_000,
  });
  if (reply.kind === 'answer') return reply.answer;
  problems.push(reply.error);
  return null;
};
for (const text of before) await run(text);
const refusing = certificates.text.replace(
  /(?<=function Read-KeyRecord\(.*\) ?\{\n)/,
  "throw 'not this way'\n",
);
writeFileSync(
  resultFile,
  JSON.stringify({
    plain: await run(certificates.text),
    byApi: refusing === certificates.text ? null : await run(refusing),
    problems,
  }),
);
