// What a computer has on its network: TCP ports that are listened on, a name server that knows no name, a clock.
//   node computer.mjs <ports, separated by commas> <seconds that its clock is ahead>
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const [ports = '', ahead = '0'] = process.argv.slice(2);

const listening = ports
  .split(',')
  .filter((port) => port !== '')
  .map(
    async (port) =>
      new Promise<void>((resolve) => {
        createServer((socket) => socket.destroy()).listen(Number(port), '0.0.0.0', resolve);
      }),
  );

const answering = async (port: number, answer: (request: Buffer) => Buffer): Promise<void> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4', (request, from) => {
      socket.send(answer(request), from.port, from.address);
    });
    socket.bind(port, resolve);
  });

/** RFC 1035: the question again, as an answer with the code "no such name". */
const noSuchName = (request: Buffer): Buffer => {
  const answer = Buffer.from(request);
  answer.writeUInt16BE(0x8583, 2);
  // Only the question is repeated: no other records.
  answer.fill(0, 6, 12);
  let end = 12;
  while (end < answer.length && answer[end] !== 0) end += (answer[end] ?? 0) + 1;
  return answer.subarray(0, end + 5);
};

/** RFC 4330: the time of a synchronised server. */
const theTime = (request: Buffer): Buffer => {
  const answer = Buffer.alloc(48);
  answer.writeUInt8(0x24, 0);
  answer.writeUInt8(2, 1);
  request.copy(answer, 24, 40, 48);
  const seconds = Math.floor(Date.now() / 1000 + Number(ahead) + 2_208_988_800);
  for (const at of [32, 40]) answer.writeUInt32BE(seconds, at);
  return answer;
};

await Promise.all([...listening, answering(53, noSuchName), answering(123, theTime)]);
process.stdout.write('ready\n');
