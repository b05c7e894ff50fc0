import { notApplicable, pass, warn } from '../checks/verdict.js';
import { microsoft } from '../dpm/source.js';
import { productOf, type Product } from '../dpm/versions.js';
import type { PreflightCheck } from './subject.js';

/** Major version of the driver that a product uses for SQL Server. */
const driverOf: Readonly<Partial<Record<Product, number>>> = {
  'DPM 2022': 18,
  'MABS V4': 18,
  'DPM 2025': 19,
};

export const sqlOleDb: PreflightCheck = {
  id: 'sql-ole-db',
  title: 'OLE DB Driver for SQL Server',
  required:
    'On a computer with SQL Server, the OLE DB Driver that DPM uses is installed: version 18 for DPM 2022 UR2 and MABS V4 UR1, version 19 for DPM 2025. Without it, DPM cannot list or back up databases.',
  source: microsoft('Release notes for DPM', 'DPM 2022 UR2 and later, MABS V4 UR1 and later, DPM 2025'),
  severity: 'advice',
  prevents: [],
  run: async (subject) => {
    if (subject.facts.side === 'dpm-server') return notApplicable('The protected computers need it.');
    const instances = await subject.registry('sqlInstances');
    if (!Array.isArray(instances) || instances.length === 0)
      return notApplicable('No instance of SQL Server was found here.');
    const { version } = await subject.installation();
    const product = productOf(version ?? (await subject.installerVersion()))?.product;
    const wanted = product === undefined ? undefined : driverOf[product];
    if (wanted === undefined) return notApplicable('No driver is documented for this version of DPM.');
    const drivers = (await subject.programs()).filter(({ displayName }) =>
      /OLE DB Driver .*SQL Server/i.test(displayName),
    );
    const right = drivers.find((driver) => Number(driver.version?.split('.')[0]) === wanted);
    if (right) return pass(`${right.displayName} ${right.version ?? ''} is installed.`);
    return warn(
      `SQL Server is here (${instances.slice(0, 5).join(', ')}), and OLE DB Driver ${String(wanted)} for SQL Server is not installed. ${product ?? ''} cannot back up these databases without it.`,
      `Install Microsoft OLE DB Driver ${String(wanted)} for SQL Server${wanted === 19 ? ' (19.3 or later)' : ''}.`,
    );
  },
};
