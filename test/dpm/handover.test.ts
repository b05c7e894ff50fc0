import { describe } from 'vitest';
import { parseHandover, serializeHandover, type Handover } from '../../src/dpm/handover.js';
import { itIsACarriedFile } from '../support/carried-file.js';

const handover: Handover = {
  kind: 'dpm-prep handover',
  schemaVersion: 1,
  rehearsal: false,
  method: 'ntlm',
  witnessed: true,
  writtenBy: 'protected-computer',
  dpmServerName: 'Server01',
  psName: 'Finance01',
  userName: 'mark',
  productionServerDnsSuffix: null,
  thumbprint: null,
  dpmServerCredential: null,
  dpmServerAuthorities: [],
  protectedComputerAuthorities: [],
  protectedComputerCredential: { name: 'CertificateConfiguration_Finance01.bin', sha256: 'a'.repeat(64) },
};

describe('the handover file', () => {
  itIsACarriedFile({ serialize: serializeHandover, parse: parseHandover }, handover);
});
