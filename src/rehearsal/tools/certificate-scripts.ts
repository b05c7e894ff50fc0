import { setTimeout as sleep } from 'node:timers/promises';
import { sameName } from '../../dpm/names.js';
import { chainIn } from '../certificates.js';
import { readCredential, requireFolder, writeCredential } from '../credential-file.js';
import { DpmError, Refusal } from '../errors.js';
import { certificateName } from '../names.js';
import { places } from '../practice-files.js';
import { addRecord } from '../records.js';
import { changeWorld, readState } from '../store.js';
import { chosenCertificate, startCpWrapper } from './certificate-mode.js';
import type { State } from '../state.js';
import type { ScriptTool, ToolContext } from './context.js';
import { faulty, reach, requireServer } from './reach.js';

const oneOf = (parameter: string, value: string, allowed: readonly string[]): string => {
  const known = allowed.find((one) => sameName(one, value));
  if (known !== undefined) return known;
  throw new Refusal(
    `Set-DPMCredentials : Cannot bind parameter '${parameter}'. "${value}" is not one of ${allowed.join(', ')}.`,
  );
};

const checkedAuthority = (context: ToolContext, thumbprint: string, authority: string): void => {
  const state = readState(context.folder, context.computer.id);
  const certificate = state.certificates.find((one) => one.thumbprint === thumbprint);
  const chain = certificate ? chainIn(state, certificate) : [];
  if (!chain.some((one) => sameName(one.thumbprint, authority))) throw new DpmError(33243, authority);
};

/** Set-DPMCredentials: the cmdlet that makes the DPM server's own .bin. */
export const setDpmCredentials: ScriptTool = async (context, { parameters }) => {
  const { folder, computer, behaviour } = context;
  const { OutputFilePath = '', Thumbprint, AuthCAThumbprint } = parameters;
  requireServer(context, parameters.DPMServerName ?? computer.netbiosName);
  oneOf('Type', parameters.Type ?? '', ['Certificate']);
  const action = oneOf('Action', parameters.Action ?? '', ['Configure', 'Regenerate']);
  const known = readState(folder, computer.id).server?.credentials ?? null;
  if (action === 'Configure' && Thumbprint === undefined) throw new DpmError(33229);
  if (action === 'Regenerate' && known === null) throw new DpmError(33230, certificateName(computer));
  requireFolder(folder, computer.id, OutputFilePath);
  const wanted = Thumbprint ?? known?.thumbprint ?? '';
  const { certificate, root } = await chosenCertificate(context, wanted);
  if (AuthCAThumbprint !== undefined) checkedAuthority(context, certificate.thumbprint, AuthCAThumbprint);
  await sleep(behaviour.scriptMs);
  context.checkpoint();
  const name = certificateName(computer);
  const file = writeCredential(folder, computer.id, OutputFilePath, {
    madeBy: 'dpm-server',
    computer: computer.id,
    name,
    dpmServerName: name,
    thumbprint: certificate.thumbprint,
    root,
  });
  await changeWorld(folder, (draft) => {
    const state = draft.of(computer);
    if (!state.server) return;
    state.server.credentials = {
      thumbprint: certificate.thumbprint,
      root,
      authCaThumbprint: AuthCAThumbprint?.toUpperCase() ?? known?.authCaThumbprint ?? null,
      files: [...(known?.files ?? []), file.sha256],
    };
    startCpWrapper(state, places.serverBin);
  });
  context.did(`${action === 'Configure' ? 'configured' : 'regenerated'} the credentials of the DPM server`);
  return 0;
};

/**
 * Attach-ProductionServerWithCertificate.ps1. As Microsoft's page warns: with a .bin that was made on a DPM server it
 * removes every computer that is protected by certificate, and says nothing of it.
 */
export const attachWithCertificate: ScriptTool = async (context, { parameters }) => {
  const { folder, computer, behaviour } = context;
  requireServer(context, parameters.DPMServerName ?? '');
  const file = readCredential(folder, computer.id, parameters.PSCredential ?? '', places.system);
  await sleep(behaviour.scriptMs);
  if (file.madeBy === 'dpm-server') {
    const lost = await changeWorld(folder, (draft) => {
      const { server } = draft.of(computer);
      if (!server) return [];
      const gone = server.records.filter(({ authentication }) => authentication === 'certificate');
      server.records = server.records.filter(({ authentication }) => authentication !== 'certificate');
      return gone.map(({ serverName }) => serverName);
    });
    for (const name of lost) context.did(`REMOVED ${name}`);
    context.print(behaviour.successText);
    return 0;
  }
  const target = reach(context, file.name);
  const other = { world: context.world, computer: target };
  if (
    [context, other].some((one) => faulty(one, 'port-6076-blocked')) ||
    [context, other].some((one) => faulty(one, 'cpwrapper-stopped'))
  ) {
    throw new DpmError(33304, file.name);
  }
  await changeWorld(folder, (draft) => {
    const server = draft.of(computer);
    const there = draft.of(target);
    if (!server.server?.credentials) throw new DpmError(33230, certificateName(computer));
    if (!there.agent) throw new DpmError(32684, file.name);
    const { configuration } = there.agent;
    if (configuration.mode !== 'certificate' || configuration.credential !== file.sha256) {
      throw new DpmError(33302, file.name, 'its agent was configured otherwise since this file was made');
    }
    if (!sameName(configuration.dpmServerName, certificateName(computer))) {
      throw new DpmError(33302, file.name, `its agent was configured for ${configuration.dpmServerName}`);
    }
    const trusts = (state: State, root: string): boolean =>
      state.certificates.some(
        ({ store, thumbprint }) => store === 'LocalMachine\\Root' && thumbprint === root,
      );
    if (!trusts(server, file.root)) {
      throw new DpmError(33302, file.name, 'its root is not trusted on the DPM server');
    }
    if (!trusts(there, server.server.credentials.root)) {
      throw new DpmError(33302, file.name, 'it does not trust the root of the DPM server');
    }
    addRecord(draft.world, server, target, {
      serverName: file.name,
      authentication: 'certificate',
      userName: null,
      password: null,
      credential: file.sha256,
      attachedVersion: there.agent.version,
    });
  });
  context.did(`attached ${file.name}`);
  context.print(behaviour.successText);
  return 0;
};
