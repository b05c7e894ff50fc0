import { faulty, type Answerer } from './answer.js';

export const listeningPorts: Answerer<'listening-ports'> = (asked) => {
  const ports = asked.state.ports.filter(({ port }) => port !== 6076 || !faulty(asked, 'cpwrapper-stopped'));
  return {
    ports: faulty(asked, 'port-taken')
      ? [...ports.filter(({ port }) => port !== 5718), { port: 5718, process: 'backup-other' }]
      : ports,
  };
};
