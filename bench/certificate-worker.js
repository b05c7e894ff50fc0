// One measured run in a process of its own, for certificate.bench.js: <ours|node|signatures|pfx> <folder> <count> <core>.
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { median } from './median.js';

const [what = '', folder = '', countText = '', core = ''] = process.argv.slice(2);
const count = Number(countText);
/** @type {typeof import('../src/certificate/index.js')} */
const { CertificateCache, CertificateJudge, openCertificates } = await import(core);

/** @param {bigint} begun */
const since = (begun) => Number(process.hrtime.bigint() - begun) / 1e6;

const inputs = function* () {
  const parent = join(folder, 'certificates');
  for (const name of readdirSync(parent).sort().slice(0, count)) {
    yield { name, bytes: readFileSync(join(parent, name)), passwords: [] };
  }
};

const ours = async () => {
  const judge = new CertificateJudge({ offline: true });
  const cache = new CertificateCache();
  let good = 0;
  for (const input of inputs()) {
    for (const { findings } of await judge.judge(openCertificates(input, cache))) {
      const trouble = findings.filter(({ status }) => status === 'fail').map(({ id }) => id);
      // There is no key in these files; everything else about them is in order.
      if (trouble.join() === 'private-key') good += 1;
    }
  }
  if (good !== count) throw new Error(`${count - good} of ${count} were judged wrongly`);
};

/**
 * The first certificates of a PEM file.
 * @param {Buffer} bytes
 * @param {number} count
 */
const chainIn = (bytes, count) =>
  bytes
    .toString('latin1')
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .slice(0, count)
    .map((text) => new X509Certificate(text));

const node = () => {
  for (const { bytes } of inputs()) {
    const [leaf, ca, root] = chainIn(bytes, 3);
    if (!leaf || !ca || !root) throw new Error('a certificate is missing');
    if (!leaf.verify(ca.publicKey) || !ca.verify(root.publicKey) || !root.verify(root.publicKey)) {
      throw new Error('a signature is wrong');
    }
  }
};

/** The signatures of the leaves alone: nobody who judges them can do without. */
const signatures = () => {
  let spent = 0;
  /** @type {import('node:crypto').KeyObject | null} */
  let key = null;
  for (const { bytes } of inputs()) {
    const [leaf, ca] = chainIn(bytes, 2);
    if (!leaf || !ca) throw new Error('a certificate is missing');
    key ??= ca.publicKey;
    const begun = process.hrtime.bigint();
    if (!leaf.verify(key)) throw new Error('a signature is wrong');
    spent += since(begun);
  }
  return spent;
};

const pfx = () => {
  const bytes = readFileSync(join(folder, 'one.pfx'));
  // All that the reader asks of a Secret.
  const password = /** @type {import('../src/secret.js').Secret} */ (
    /** @type {unknown} */ ({ reveal: () => 'secret-1' })
  );
  /** @type {Record<'ours' | 'node', number[]>} */
  const times = { ours: [], node: [] };
  for (let round = 0; round < count; round += 1) {
    let begun = process.hrtime.bigint();
    openCertificates({ name: 'one.pfx', bytes, passwords: [password] });
    times.ours.push(since(begun));
    begun = process.hrtime.bigint();
    createSecureContext({ pfx: bytes, passphrase: 'secret-1' });
    times.node.push(since(begun));
  }
  return { ms: median(times.ours), nodeMs: median(times.node) };
};

let result;
if (what === 'pfx') {
  result = pfx();
} else if (what === 'signatures') {
  result = { cpuMs: signatures() };
} else {
  const begun = process.hrtime.bigint();
  const before = process.cpuUsage();
  await (what === 'ours' ? ours() : node());
  const { user, system } = process.cpuUsage(before);
  result = { ms: since(begun), cpuMs: (user + system) / 1_000 };
}
process.stdout.write(JSON.stringify({ ...result, peak: process.resourceUsage().maxRSS }));
