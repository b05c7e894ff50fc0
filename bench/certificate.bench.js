import { spawnSync } from 'node:child_process';
import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { median } from './median.js';

export const title =
  'Certificates: 10,000 PEM files with their chain, offline, in one process (medians of 5 rounds)';

const many = 10_000;
const looped = 200;
const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} folder
 * @param {readonly string[]} args
 */
const openssl = (folder, args, input = '') => {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, input });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  return stdout;
};

/** @param {Buffer} der */
const pem = (der) =>
  `-----BEGIN CERTIFICATE-----\n${der
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

/**
 * Ten thousand certificates, each with a name, a serial number and a public key of its own, under an issuing CA and a
 * root. OpenSSL makes the first; the others are that one with those three replaced, signed again with the CA's key.
 * @param {string} folder
 */
const makeFiles = (folder) => {
  /**
   * @param {string} name
   * @param {string} text
   */
  const write = (name, text) => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  write('ca.ext', 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n');
  write(
    'leaf.ext',
    'extendedKeyUsage=clientAuth,serverAuth\nsubjectAltName=DNS:fin.contoso.com\ncrlDistributionPoints=URI:http://pki.contoso.com/ca.crl\nauthorityInfoAccess=OCSP;URI:http://pki.contoso.com/ocsp\nbasicConstraints=CA:false\n',
  );
  for (const [name, subject] of Object.entries({
    root: '/O=Contoso/CN=Root',
    ca: '/O=Contoso/CN=Issuing CA',
    leaf: '/CN=fin00000.contoso.com',
  })) {
    openssl(folder, [
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-subj',
      subject,
      '-out',
      `${name}.csr`,
    ]);
  }
  /**
   * @param {string} name
   * @param {string} ext
   * @param {readonly string[]} by
   */
  const issue = (name, ext, ...by) =>
    openssl(folder, [
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-days',
      '365',
      '-extfile',
      ext,
      '-set_serial',
      '0x1234567890ABCDEF',
      ...by,
      '-out',
      `${name}.pem`,
    ]);
  issue('root', 'ca.ext', '-signkey', 'root.key');
  issue('ca', 'ca.ext', '-CA', 'root.pem', '-CAkey', 'root.key');
  issue('leaf', 'leaf.ext', '-CA', 'ca.pem', '-CAkey', 'ca.key');

  const der = openssl(folder, ['x509', '-in', 'leaf.pem', '-outform', 'DER']);
  const key = createPrivateKey(readFileSync(join(folder, 'ca.key')));
  const modulus = Buffer.from(
    openssl(folder, ['rsa', '-in', 'leaf.key', '-noout', '-modulus'])
      .toString()
      .trim()
      .replace('Modulus=', ''),
    'hex',
  );
  const at = {
    serial: der.indexOf(Buffer.from('1234567890ABCDEF', 'hex')),
    name: der.lastIndexOf(Buffer.from('fin00000')),
    modulus: der.indexOf(modulus),
  };
  // The body is the second element, with a length in two bytes; the signature is the last 256 bytes.
  const bodyEnd = 4 + 4 + der.readUInt16BE(6);
  const chain = readFileSync(join(folder, 'ca.pem'), 'utf8') + readFileSync(join(folder, 'root.pem'), 'utf8');
  mkdirSync(join(folder, 'certificates'));
  for (let index = 0; index < many; index += 1) {
    const one = Buffer.from(der);
    one.writeUInt32BE(index + 1, at.serial + 4);
    one.write(String(index).padStart(5, '0'), at.name + 3, 'latin1');
    randomBytes(64).copy(one, at.modulus + 64);
    sign('sha256', one.subarray(4, bodyEnd), key).copy(one, one.length - 256);
    write(`certificates/${String(index).padStart(5, '0')}.pem`, pem(one) + chain);
  }
};

/**
 * One run in a process of its own: what, how many → milliseconds and peak memory.
 * @param {string} folder
 * @param {string} what
 * @param {number} count
 * @param {string} core
 */
const run = (folder, what, count, core) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('certificate-worker.js', import.meta.url)), what, folder, String(count), core],
    { encoding: 'utf8', maxBuffer: 1024 * 1024 },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

/**
 * What a script without dpm-prep does: look at the certificate, verify its chain.
 * @param {string} folder
 */
const shellLoop = (folder) => {
  const begun = process.hrtime.bigint();
  const script = `for f in $(ls certificates | head -${looped}); do openssl x509 -in certificates/$f -noout -text > /dev/null && openssl verify -CAfile root.pem -untrusted ca.pem certificates/$f > /dev/null || exit 1; done`;
  const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(process.hrtime.bigint() - begun) / 1e6;
};

const launcher = join(root, 'bin', 'dpm-prep.js');

/**
 * One whole process: milliseconds of wall time.
 * @param {string} folder
 * @param {readonly string[]} args
 * @param {number} expected
 */
const wholeProcess = (folder, args, expected) => {
  const begun = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (status !== expected) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - begun) / 1e6;
};

/** @returns {number[]} */
const numbers = () => [];

/** Ratios are medians of interleaved runs, but on a busy computer even they are worth less: so the load stands beside them. */
const loadLine = () => {
  const [load = 0] = loadavg();
  const processors = availableParallelism();
  return {
    what: 'load while this was measured',
    value: `${load.toFixed(1)} on ${processors} processors${load > processors ? ' (busy: take the figures with care)' : ''}`,
  };
};

export const measure = async () => {
  if (spawnSync('openssl', ['version']).status !== 0) {
    return [{ what: 'not measured', value: 'the openssl command is missing' }];
  }
  const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-bench-'));
  try {
    makeFiles(folder);
    writeFileSync(join(folder, 'password'), 'secret-1');
    writeFileSync(
      join(folder, 'chain.pem'),
      readFileSync(join(folder, 'ca.pem'), 'utf8') + readFileSync(join(folder, 'root.pem'), 'utf8'),
    );
    openssl(folder, [
      'pkcs12',
      '-export',
      '-keyex',
      '-CSP',
      'Microsoft RSA SChannel Cryptographic Provider',
      '-in',
      'leaf.pem',
      '-inkey',
      'leaf.key',
      '-certfile',
      'chain.pem',
      '-passout',
      'pass:secret-1',
      '-out',
      'one.pfx',
    ]);
    const core = join(folder, 'core.mjs');
    await build({
      absWorkingDir: root,
      entryPoints: ['src/certificate/index.ts'],
      outfile: core,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      banner: {
        js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
      },
      logLevel: 'warning',
    });
    const coreUrl = pathToFileURL(core).href;
    const times = {
      ours: numbers(),
      oursCpu: numbers(),
      nodeCpu: numbers(),
      signatures: numbers(),
      shell: numbers(),
      small: numbers(),
      large: numbers(),
      pfx: numbers(),
      pfxNode: numbers(),
      bare: numbers(),
      whole: numbers(),
    };
    const check = [launcher, 'check-cert', 'one.pfx', '--password-file', 'password', '--offline'];
    for (let round = 0; round < 5; round += 1) {
      const ours = run(folder, 'ours', many, coreUrl);
      times.ours.push(ours.ms);
      times.oursCpu.push(ours.cpuMs);
      times.large.push(ours.peak);
      times.nodeCpu.push(run(folder, 'node', many, coreUrl).cpuMs);
      times.signatures.push(run(folder, 'signatures', many, coreUrl).cpuMs);
      times.small.push(run(folder, 'ours', 1_000, coreUrl).peak);
      const pfx = run(folder, 'pfx', 200, coreUrl);
      times.pfx.push(pfx.ms);
      times.pfxNode.push(pfx.nodeMs);
      for (let again = 0; again < 5; again += 1) {
        times.bare.push(wholeProcess(folder, ['-e', '0'], 0));
        times.whole.push(wholeProcess(folder, check, 0));
      }
      if (round < 3) times.shell.push(shellLoop(folder));
    }
    const ours = median(times.ours);
    const perSecond = Math.round(many / (ours / 1000));
    return [
      { what: 'judged', value: `${perSecond.toLocaleString('en')} certificates a second` },
      {
        what: 'processor time over node:crypto only parsing and verifying the same',
        value: `${(median(times.oursCpu) / median(times.nodeCpu)).toFixed(2)} times`,
        wanted: 'at most 0.45',
      },
      {
        what: 'of that, the signatures of the leaves alone',
        value: `${(median(times.signatures) / median(times.nodeCpu)).toFixed(2)} times`,
      },
      {
        what: 'one PFX offline, whole process, over bare "node -e 0"',
        value: `${(median(times.whole) / median(times.bare)).toFixed(2)} times (${median(times.whole).toFixed(0)} ms)`,
        wanted: 'at most 2.2',
      },
      {
        what: `faster than a shell loop of openssl over ${looped} of them, per certificate`,
        value: `${(median(times.shell) / looped / (ours / many)).toFixed(0)} times`,
        wanted: 'at least 50',
      },
      {
        what: 'peak memory at 10,000 over 1,000',
        value: `${(median(times.large) / median(times.small)).toFixed(2)} times (${Math.round(median(times.large) / 1024)} MB)`,
        wanted: 'at most 1.3',
      },
      {
        what: "opening one PFX (AES, 2,048 iterations) over node's own reader",
        value: `${(median(times.pfx) / median(times.pfxNode)).toFixed(2)} times (${median(times.pfx).toFixed(1)} ms)`,
        wanted: 'at most 1.3',
      },
      loadLine(),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
