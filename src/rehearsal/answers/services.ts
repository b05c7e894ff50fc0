import { sameName } from '../../dpm/names.js';
import type { Fault } from '../faults.js';
import { faulty, type Answerer, type Asked } from './answer.js';

type Service = Asked['state']['services'][number];

/** Services that a fault stops or disables. */
const stopped: readonly (readonly [service: string, fault: Fault])[] = [
  ['COMSysApp', 'com-stopped'],
  ['EventSystem', 'com-stopped'],
  ['Winmgmt', 'wmi-stopped'],
  ['RemoteRegistry', 'remote-registry-stopped'],
  ['CryptSvc', 'cryptographic-services-stopped'],
  ['DpmCPWrapperService', 'cpwrapper-stopped'],
  ['msiserver', 'installer-service-disabled'],
];

/** The service as it is with the faults of this computer. */
export const withFaults = (asked: Asked, service: Service): Service =>
  stopped.some(([name, fault]) => sameName(name, service.name) && faulty(asked, fault))
    ? { ...service, state: 'stopped', startMode: 'disabled' }
    : service;

/** A node of the practice cluster runs the cluster service, whatever else is on it. */
const clusterService = ({ computer, world }: Asked): readonly Service[] =>
  world.cluster === null || computer.role === 'dpm-server'
    ? []
    : [{ name: 'ClusSvc', displayName: 'Cluster Service', state: 'running', startMode: 'automatic' }];

export const services: Answerer<'services'> = (asked, { names }) => ({
  services: names.map((name) => {
    const known = [...asked.state.services, ...clusterService(asked)].find((service) =>
      sameName(service.name, name),
    );
    return known
      ? withFaults(asked, known)
      : { name, displayName: null, state: 'absent', startMode: 'unknown' };
  }),
});
